"""What a task of the floor is: a page that is scanned on for a while, and an answer to each scan."""

from dataclasses import dataclass, field

from selection_center.accounts.models import User
from selection_center.core.permissions import Permission
from selection_center.floor.answers import Answer, Key
from selection_center.floor.things import Thing
from selection_center.sites.models import Site


@dataclass(frozen=True)
class Scan:
    """What a task gets: one thing scanned, and what the page knows from before (`?stand=…`, texts by name)."""

    site: Site
    thing: Thing
    context: dict[str, str]
    user: User


@dataclass(frozen=True, kw_only=True)
class Opening:
    """How a task's page begins. back: the address to go back to. finish: the way out at the page's foot."""

    heading: str
    context: dict[str, str] = field(default_factory=dict)
    place: str = ""
    progress: tuple[int, int] | None = None
    hint: str = ""
    back: str = ""
    finish: Key | None = None


class Task:
    """One instance for each task. It calls the verbs of models and writes the audit; it never commits."""

    name: str
    permission: Permission
    icon: str

    def title(self) -> str:
        """In the reader's language."""
        raise NotImplementedError

    def is_at(self, site: Site) -> bool:
        """Is it a task of such a site? Goods to take away lie in stores alone."""
        return True

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        """What the page shows at first. Aborts 404 or raises Refused when the context is not theirs, or is over."""
        raise NotImplementedError

    def answer(self, scan: Scan) -> Answer:
        """Does what this scan asks for. Raises Refused for a business no."""
        raise NotImplementedError

    def panel(self, site: Site, context: dict[str, str]) -> str | None:
        """HTML beside the strip, asked for again after answers that say so."""
        return None
