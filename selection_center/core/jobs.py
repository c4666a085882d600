"""The door to background jobs: `@job` names one, `enqueue` asks for one, a worker performs it.

A job is one idempotent function over its own state row. It may be run again after a kill, commits by itself,
tells its progress by `run.advance`, and raises `Later` where it cannot be done yet.
"""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask, current_app

from selection_center.core.db import db, utcnow
from selection_center.core.job_asking import enqueue, retry
from selection_center.core.job_attempts import MOST_ATTEMPTS, Later, give_up, perform
from selection_center.core.job_kinds import JOBS, Job, Lanes, job, label_of
from selection_center.core.job_runs import OPEN, Cancelled, JobRun, JobState, TakenOver
from selection_center.core.job_schedules import SCHEDULES, JobSchedule, ask_due, nightly, scheduled
from selection_center.core.job_workers import names_alive

__all__ = [
    "JOBS",
    "MOST_ATTEMPTS",
    "SCHEDULES",
    "Cancelled",
    "Job",
    "JobRun",
    "JobSchedule",
    "JobState",
    "Lanes",
    "Later",
    "TakenOver",
    "ask_due",
    "enqueue",
    "give_up",
    "job",
    "label_of",
    "nightly",
    "perform",
    "prepare",
    "queue_counts",
    "retry",
    "run_worker",
    "scheduled",
    "workers_alive",
]

FAILURES_COUNTED = timedelta(hours=24)


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
