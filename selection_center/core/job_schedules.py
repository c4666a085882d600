"""Duties that come up again and again: each is a job, asked for when it is due, by whichever worker sees it first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from selection_center.core.db import Model, db, insert_new, update_one, utcnow, writing
from selection_center.core.job_asking import enqueue
from selection_center.core.job_kinds import job
from selection_center.core.job_runs import OPEN, JobRun, JobState

Duty = Callable[[], None]

NIGHT = time(20, tzinfo=UTC)
"""Four in the morning in China."""
DUTIES_KEPT, RUNS_KEPT = timedelta(days=2), timedelta(days=90)


class JobSchedule(Model):
    """When a duty is due next (定时任务)."""

    __tablename__ = "job_schedules"

    name: Mapped[str] = mapped_column(sa.String(64), unique=True)
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Schedule:
    name: str
    duty: Duty
    every: timedelta | None
    """None: each night."""

    def after(self, moment: datetime) -> datetime:
        if self.every is not None:
            return moment + self.every
        tonight = datetime.combine(moment.date(), NIGHT)
        return tonight if tonight > moment else tonight + timedelta(days=1)


SCHEDULES: dict[str, Schedule] = {}


def scheduled(label: str | LazyString, every: timedelta | None) -> Callable[[Duty], Duty]:
    """Names a function that is called again and again, in a transaction of its own; its job bears its area's name."""

    def name_it(function: Duty) -> Duty:
        name = f"{function.__module__.split('.')[1]}-{function.__name__}".replace("_", "-")
        job(name, label)(lambda _run: function())
        SCHEDULES[name] = Schedule(name, function, every)
        return function

    return name_it


def nightly(label: str | LazyString) -> Callable[[Duty], Duty]:
    """Names a function that every night calls once, in a transaction of its own."""
    return scheduled(label, None)


def ask_due() -> None:
    """Asks for what is due; of many workers that look at once, one does. Needs an app context."""
    now = utcnow()
    with writing():
        known = {row.name: row.due_at for row in db.session.scalars(sa.select(JobSchedule))}
        for schedule in SCHEDULES.values():
            due_at = known.get(schedule.name)
            if due_at is None:
                insert_new(JobSchedule, {"name": schedule.name, "due_at": schedule.after(now)})
            elif due_at <= now and moved_on(schedule, due_at, now) and not is_open(schedule.name):
                enqueue(schedule.name, key=f"{schedule.name} {due_at:%Y-%m-%dT%H:%M:%S}")
        db.session.commit()


def moved_on(schedule: Schedule, due_at: datetime, now: datetime) -> bool:
    here = sa.update(JobSchedule).where(JobSchedule.name == schedule.name, JobSchedule.due_at == due_at)
    return update_one(here.values(due_at=schedule.after(now), asked_at=now))


def is_open(name: str) -> bool:
    """Is the run before this one still to be done?"""
    return db.session.scalar(sa.select(sa.exists().where(JobRun.name == name, JobRun.state.in_(OPEN)))) or False


@nightly(_l("Forget old tasks"))
def forget_runs() -> None:
    """Duties that went well after two days, all that ended after ninety."""
    now = utcnow()
    well = sa.and_(JobRun.name.in_(SCHEDULES), JobRun.state == JobState.DONE, JobRun.ended_at < now - DUTIES_KEPT)
    db.session.execute(sa.delete(JobRun).where(sa.or_(well, JobRun.ended_at < now - RUNS_KEPT)))
