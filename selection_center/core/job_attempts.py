"""One attempt at a job: it takes the row, does the work, and writes how it ended."""

import logging
import random
from contextlib import AbstractContextManager
from datetime import timedelta
from types import TracebackType

import sqlalchemy as sa
from flask import current_app, g
from flask_babel import gettext as _

from selection_center.core import audit, i18n
from selection_center.core.db import db, update_one, utcnow, writing
from selection_center.core.errors import Refused
from selection_center.core.job_asking import put_into_queue
from selection_center.core.job_kinds import JOBS
from selection_center.core.job_runs import OPEN, Cancelled, JobRun, JobState, TakenOver

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 10
"""A job that ended its worker this often is not started again."""
MOST_TRIES = 8
"""A job that could not be done yet is tried this often after the first time: for some hours."""
FIRST_WAIT, LONGEST_WAIT = 10, 3600
"""Seconds before the next try: doubled with each, and a quarter more or less, so that not all come back at once."""


class Later(Refused):
    """It cannot be done now, for a reason that passes: it is tried again, after `wait` seconds at least."""

    def __init__(self, code: str, sentence: str, wait: float | None = None) -> None:
        super().__init__(code, sentence)
        self.wait = wait or 0.0


def perform(key: str, turn: int | None = None) -> None:
    """Runs the job of this key here and now, unless it has ended or is in another turn.

    Needs an app context, which it keeps to itself.
    """
    with current_app.app_context(), writing():
        run = start(key, turn)
        if run is None:
            return
        g.actor = audit.Actor(run.actor, user_id=run.user_id)
        with i18n.speaking(run.language), Attempt(run):
            JOBS[run.name](run, **run.arguments)
            db.session.commit()
            run.end(JobState.DONE)


def start(key: str, turn: int | None) -> JobRun | None:
    """Counts an attempt and takes the job; None when there is nothing left to do.

    The run is loose from the session, so that reading it begins no transaction.
    """
    run = db.session.scalars(sa.select(JobRun).filter_by(key=key).with_for_update()).one_or_none()
    if run is None or not run.is_open or turn not in (None, run.turn):
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


def give_up(turns: set[tuple[str, int]]) -> None:
    """Ends as failed what is still open of these jobs (key, turn), which the engine will not run again."""
    keys = {key for key, _turn in turns}
    with writing():
        for run in db.session.scalars(sa.select(JobRun).where(JobRun.key.in_(keys), JobRun.state.in_(OPEN))):
            if (run.key, run.turn) in turns:
                run.state, run.ended_at, run.failure = JobState.FAILED, utcnow(), broken(run)
        db.session.commit()


def broken(run: JobRun) -> str:
    with i18n.speaking(run.language):
        return str(_("Something broke here. What was done so far is kept; it has been noted."))


def postpone(run: JobRun, reason: Later) -> None:
    """Back into the queue for later, in one transaction with its row; a stop that was asked for meanwhile is heard."""
    wait = max(reason.wait, back_off(run.tries))
    values = {
        **{"state": JobState.WAITING, "turn": run.turn + 1, "tries": run.tries + 1, "attempts": 0},
        **{"due_at": utcnow() + timedelta(seconds=wait), "failure": reason.sentence},
    }
    waiting = run.held().where(JobRun.cancel_asked_at.is_(None)).values(values)
    if not update_one(waiting):
        db.session.rollback()
        return run.end(JobState.CANCELLED)
    run.turn += 1
    put_into_queue(run, wait)
    db.session.commit()


def back_off(tries: int) -> float:
    """Seconds before the next try, of one that was tried again so often already."""
    return min(LONGEST_WAIT, FIRST_WAIT << tries) * random.uniform(0.75, 1.25)  # noqa: S311


class Attempt(AbstractContextManager["Attempt"]):
    """One attempt, written to its row as it ends: done by the body itself, else postponed, refused, stopped, broken."""

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
        elif isinstance(error, Later) and self.run.tries < MOST_TRIES:
            postpone(self.run, error)
        elif isinstance(error, Refused):
            self.run.end(JobState.FAILED, error.sentence)
        elif isinstance(error, Exception):
            log.error("job %s failed", self.run.key, exc_info=error)
            self.run.end(JobState.FAILED, broken(self.run))
        return error is None or isinstance(error, Exception)
