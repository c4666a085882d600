"""A job for tests that leaves a trace of each effect, and a worker process that knows it.

`python -m tests.core.counting` is a job worker on the database that the environment names.
"""

import sys
import time

import sqlalchemy as sa

from selection_center import create_app
from selection_center.core import jobs
from selection_center.core.db import db, writing


def make_tables() -> None:
    with writing():
        db.session.execute(sa.text("CREATE TABLE counted (number INTEGER NOT NULL)"))
        db.session.execute(sa.text("CREATE TABLE counting (position INTEGER NOT NULL)"))
        db.session.execute(sa.text("INSERT INTO counting VALUES (0)"))
        db.session.commit()


def counted() -> list[int]:
    """What the job has written so far, in order; a number twice would be an effect twice."""
    found = list(db.session.scalars(sa.text("SELECT number FROM counted ORDER BY number")))
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


if __name__ == "__main__":
    jobs.run_worker(create_app())
    sys.exit(0)
