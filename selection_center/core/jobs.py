"""The door to background jobs: `@job` names one, `enqueue` asks for one, a worker performs it.

A job is one idempotent function over its own state row. It may be run again after a kill, commits by itself,
and tells its progress by `run.advance`.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from types import TracebackType

import sqlalchemy as sa
from flask import Flask, current_app, g
from flask_babel import gettext as _

from selection_center.core import audit, i18n
from selection_center.core.db import db, insert_new, utcnow, writing
from selection_center.core.errors import Refused
from selection_center.core.job_runs import OPEN, Cancelled, JobRun, JobState, TakenOver
from selection_center.core.job_workers import names_alive

__all__ = [
    "Cancelled",
    "JobRun",
    "JobState",
    "TakenOver",
    "clean_up",
    "enqueue",
    "job",
    "nightly",
    "perform",
    "prepare",
    "run_worker",
]

log = logging.getLogger(__name__)

Job = Callable[..., None]
Argument = int | str | None
JOBS: dict[str, Job] = {}
NIGHTLY: list[Callable[[], None]] = []
MOST_ATTEMPTS = 10
"""A job that ended its worker this often is not started again."""
FAILURES_COUNTED = timedelta(hours=24)


def job(name: str) -> Callable[[Job], Job]:
    """Names a function `(run, **arguments)` as a job."""

    def name_it(function: Job) -> Job:
        if JOBS.setdefault(name, function) is not function:
            raise ValueError(f"two jobs are called {name!r}")
        return function

    return name_it


def nightly(function: Callable[[], None]) -> Callable[[], None]:
    """Names a function that every night calls once, in a transaction of its own."""
    NIGHTLY.append(function)
    return function


def clean_up() -> None:
    """What is due at night. Needs an app context."""
    for function in NIGHTLY:
        with writing():
            function()
            db.session.commit()


def enqueue(
    name: str,
    *,
    key: str,
    user_id: int | None = None,
    site_id: int | None = None,
    total: int | None = None,
    **arguments: Argument,
) -> JobRun:
    """Asks for a job in the session's transaction: it exists if and only if that commits.

    The same key again answers the first row, whatever has come of it.
    """
    if name not in JOBS:
        raise KeyError(f"no job is called {name!r}")
    values = {
        "key": key, "name": name, "arguments": arguments, "state": JobState.WAITING, "done": 0, "total": total,
        "attempts": 0, "user_id": user_id, "site_id": site_id, "actor": audit.current_actor().name,
        "language": i18n.language(), "created_at": utcnow(),
    }  # fmt: skip
    if insert_new(JobRun, values) is not None:
        from selection_center.core import job_engine  # heavy, and most web processes never ask for a job

        job_engine.enqueue(key)
    return db.session.scalars(sa.select(JobRun).filter_by(key=key)).one()


def perform(key: str) -> None:
    """Runs the job of this key here and now, unless it has ended. Needs an app context, which it keeps to itself."""
    with current_app.app_context(), writing():
        run = start(key)
        if run is None:
            return
        g.actor = audit.Actor(run.actor, user_id=run.user_id)
        with i18n.speaking(run.language), Attempt(run):
            JOBS[run.name](run, **run.arguments)
            db.session.commit()
            run.end(JobState.DONE)


def start(key: str) -> JobRun | None:
    """Counts an attempt and takes the job; None when there is nothing left to do.

    The run is loose from the session, so that reading it begins no transaction.
    """
    run = db.session.scalars(sa.select(JobRun).filter_by(key=key).with_for_update()).one_or_none()
    if run is None or not run.is_open:
        db.session.rollback()
        return None
    now = utcnow()
    if run.cancel_asked_at is not None:
        run.state, run.ended_at = JobState.CANCELLED, now
    elif run.attempts >= MOST_ATTEMPTS:
        run.state, run.ended_at, run.failure = JobState.FAILED, now, died_too_often(run)
    else:
        run.state, run.started_at, run.attempts = JobState.RUNNING, run.started_at or now, run.attempts + 1
    db.session.commit()
    db.session.refresh(run)
    db.session.expunge(run)
    db.session.rollback()
    return run if run.state is JobState.RUNNING else None


def died_too_often(run: JobRun) -> str:
    with i18n.speaking(run.language):
        return str(_("Stopped: it was started %(count)s times and ended its worker each time.", count=run.attempts))


def give_up(keys: list[str]) -> None:
    """Ends as failed what is still open of these jobs, which the engine will not run again."""
    with writing():
        for run in db.session.scalars(sa.select(JobRun).where(JobRun.key.in_(keys), JobRun.state.in_(OPEN))):
            run.state, run.ended_at, run.failure = JobState.FAILED, utcnow(), broken(run)
        db.session.commit()


def broken(run: JobRun) -> str:
    with i18n.speaking(run.language):
        return str(_("Something broke here. What was done so far is kept; it has been noted."))


class Attempt(AbstractContextManager["Attempt"]):
    """One attempt at a job, written to its row as it ends: done by the body itself, else refused, stopped or broken."""

    def __init__(self, run: JobRun) -> None:
        self.run = run

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        db.session.rollback()
        if isinstance(error, TakenOver):
            log.warning("job %s was taken over by another worker", self.run.key)
        elif isinstance(error, Cancelled):
            self.run.end(JobState.CANCELLED)
        elif isinstance(error, Refused):
            self.run.end(JobState.FAILED, error.sentence)
        elif isinstance(error, Exception):
            log.error("job %s failed", self.run.key, exc_info=error)
            self.run.end(JobState.FAILED, broken(self.run))
        return error is None or isinstance(error, Exception)


def work_off() -> list[str]:
    """Performs here and now all jobs that wait, oldest first, and those that they ask for. Their keys, in order."""
    db.session.commit()
    performed: list[str] = []
    waiting = sa.select(JobRun.key).filter_by(state=JobState.WAITING).order_by(JobRun.id).limit(1)
    while (key := db.session.scalar(waiting)) is not None:
        db.session.commit()
        perform(key)
        performed.append(key)
    db.session.commit()
    return performed


def workers_alive() -> int:
    """How many workers were heard of lately."""
    return len(names_alive(current_app.config["SETTINGS"].job_dead_after / 4))


def queue_counts() -> dict[str, int]:
    """Jobs that wait, that run, and that failed in the last 24 hours."""
    failed_lately = sa.and_(JobRun.state == JobState.FAILED, JobRun.ended_at > utcnow() - FAILURES_COUNTED)
    found = db.session.execute(
        sa.select(JobRun.state, sa.func.count())
        .where(sa.or_(JobRun.state.in_(OPEN), failed_lately))
        .group_by(JobRun.state)
    )
    counts = dict(found.all())
    return {state.value: counts.get(state, 0) for state in (*OPEN, JobState.FAILED)}


def prepare() -> None:
    """Brings up the engine's own tables, which no migration of ours knows."""
    from selection_center.core import job_engine

    job_engine.migrate()


def run_worker(app: Flask) -> None:
    """Performs jobs until SIGTERM or Ctrl-C, and then waits for those that run."""
    from selection_center.core import job_engine

    job_engine.Worker(app).run()
