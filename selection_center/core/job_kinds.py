"""What jobs there are: each a name, the function behind it, what people call it, and where it waits for its turn."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask_babel import LazyString

Job = Callable[..., None]


class Lanes(NamedTuple):
    """A queue beside the common one, in which only few run at once of each lane, however many wait."""

    queue: str
    lane_of: Callable[..., str | None]
    """A job's lane by its arguments; None sends it to the common queue."""


JOBS: dict[str, Job] = {}
LABELS: dict[str, str | LazyString] = {}
LANES: dict[str, Lanes] = {}


def job(name: str, label: str | LazyString = "", lanes: Lanes | None = None) -> Callable[[Job], Job]:
    """Names a function `(run, **arguments)` as a job."""

    def name_it(function: Job) -> Job:
        if JOBS.setdefault(name, function) is not function:
            raise ValueError(f"two jobs are called {name!r}")
        LABELS[name] = label or name
        if lanes is not None:
            LANES[name] = lanes
        return function

    return name_it


def lane_of(name: str, arguments: dict[str, Any]) -> str | None:
    """`queue/lane`, or None for the common queue."""
    lanes = LANES.get(name)
    lane = lanes.lane_of(**arguments) if lanes else None
    return f"{lanes.queue}/{lane}" if lanes and lane else None


def label_of(name: str) -> str:
    """For people; a job of an older release that is not known any more has its name alone."""
    return str(LABELS.get(name, name))
