"""Background jobs and duties done here and now, in the process of the test. Both need an app context."""

import sqlalchemy as sa

from selection_center.core import jobs
from selection_center.core.db import db, utcnow, writing
from selection_center.core.jobs import SCHEDULES, JobRun, JobState


def work_off() -> list[str]:
    """Performs all jobs that are due, oldest first, and those that they ask for. Their keys, in order."""
    db.session.commit()
    performed: list[str] = []
    due = sa.or_(JobRun.due_at.is_(None), JobRun.due_at <= utcnow())
    waiting = sa.select(JobRun.key).where(JobRun.state == JobState.WAITING, due).order_by(JobRun.id).limit(1)
    while (key := db.session.scalar(waiting)) is not None:
        db.session.commit()
        jobs.perform(key)
        performed.append(key)
    db.session.commit()
    return performed


def clean_up() -> None:
    """Does all duties."""
    for schedule in SCHEDULES.values():
        with writing():
            schedule.duty()
            db.session.commit()
