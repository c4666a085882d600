"""Asking for a job, in the session's transaction: it exists if and only if that commits."""

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.core import audit, i18n
from selection_center.core.db import db, insert_new, utcnow
from selection_center.core.errors import Refused
from selection_center.core.job_kinds import JOBS, lane_of
from selection_center.core.job_runs import JobRun, JobState

Argument = int | str | None


def enqueue(
    name: str,
    *,
    key: str,
    user_id: int | None = None,
    site_id: int | None = None,
    total: int | None = None,
    **arguments: Argument,
) -> JobRun:
    """Asks for a job. The same key again answers the first row, whatever has come of it."""
    if name not in JOBS:
        raise KeyError(f"no job is called {name!r}")
    values = {
        "key": key, "name": name, "arguments": arguments, "state": JobState.WAITING, "done": 0, "total": total,
        "turn": 1, "tries": 0, "attempts": 0, "user_id": user_id, "site_id": site_id, "language": i18n.language(),
        "actor": audit.current_actor().name, "lane": lane_of(name, arguments), "created_at": utcnow(),
    }  # fmt: skip
    is_new = insert_new(JobRun, values) is not None
    run = db.session.scalars(sa.select(JobRun).filter_by(key=key)).one()
    if is_new:
        put_into_queue(run)
    return run


def retry(run: JobRun) -> None:
    """Somebody says: once more, or now instead of later. Refuses one that has its turn already, or is done."""
    db.session.refresh(run, with_for_update=True)
    if run.state not in (JobState.FAILED, JobState.CANCELLED) and not run.is_put_off:
        raise Refused("not_failed", _("Only what failed or was stopped can be tried again."))
    run.state, run.turn, run.tries, run.attempts = JobState.WAITING, run.turn + 1, 0, 0
    run.failure = run.due_at = run.started_at = run.ended_at = run.cancel_asked_at = None
    db.session.flush()
    put_into_queue(run)


def put_into_queue(run: JobRun, wait: float = 0) -> None:
    """For its present turn, to be begun after so many seconds."""
    from selection_center.core import job_engine  # heavy, and most web processes never ask for a job

    job_engine.enqueue(run.key, run.turn, lane=run.lane, wait=wait)
