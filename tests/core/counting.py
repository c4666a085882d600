"""A job for tests that leaves a trace of each effect, and a worker process that knows it.

`python -m tests.core.counting` is a job worker on the database that the environment names.
"""

import sys
import time

import sqlalchemy as sa

from selection_center import create_app
from selection_center.core import job_attempts, jobs
from selection_center.core.db import db, writing


def make_tables() -> None:
    with writing():
        db.session.execute(sa.text("CREATE TABLE counted (number INTEGER NOT NULL)"))
        db.session.execute(sa.text("CREATE TABLE counting (position INTEGER NOT NULL)"))
        db.session.execute(sa.text("INSERT INTO counting VALUES (0)"))
        db.session.commit()


def counted() -> list[int]:
    """What the job has written so far, in order; a number twice would be an effect twice."""
    return sorted(written())


def written() -> list[int]:
    """The same as they came."""
    order = "rowid" if db.engine.dialect.name == "sqlite" else "ctid"
    found = list(db.session.scalars(sa.text(f"SELECT number FROM counted ORDER BY {order}")))
    db.session.rollback()
    return found


@jobs.job("test-count")
def count(run: jobs.JobRun, to: int, pause_ms: int = 0) -> None:
    """Writes 1, 2, ... up to `to`, each with its cursor in one transaction, as an import does with its rows."""
    position = db.session.scalar(sa.text("SELECT position FROM counting")) or 0
    while position < to:
        position += 1
        db.session.execute(sa.text("INSERT INTO counted VALUES (:number)"), {"number": position})
        db.session.execute(sa.text("UPDATE counting SET position = :position"), {"position": position})
        db.session.commit()
        run.advance(position, total=to)
        time.sleep(pause_ms / 1000)


@jobs.job("test-later")
def count_later(run: jobs.JobRun, refusals: int) -> None:
    """Writes a number at each try, and cannot be done before it was put off so often."""
    db.session.execute(sa.text("INSERT INTO counted VALUES (:number)"), {"number": run.tries})
    db.session.commit()
    if run.tries < refusals:
        raise jobs.Later("closed", "Closed.")


@jobs.job("test-lane", lanes=jobs.Lanes("test-lanes", lambda lane, pause_ms: lane))
def count_in_lane(run: jobs.JobRun, lane: str, pause_ms: int) -> None:
    """Writes 1 when it begins and -1 when it ends."""
    for number in (1, -1):
        db.session.execute(sa.text("INSERT INTO counted VALUES (:number)"), {"number": number})
        db.session.commit()
        time.sleep(pause_ms / 1000 if number == 1 else 0)


if __name__ == "__main__":
    job_attempts.FIRST_WAIT = 1  # second, so that nobody waits
    jobs.run_worker(create_app())
    sys.exit(0)
