"""Background jobs for people and for programs: one as it runs, all of them, stopping and trying again."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import audit, jobs
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused, local_referrer, wants_json
from selection_center.core.job_runs import OPEN, JobRun, JobState
from selection_center.core.job_schedules import JobSchedule
from selection_center.core.once import done, done_json
from selection_center.core.paging import parted
from selection_center.core.permissions import Permission


def run_or_404(run_id: int) -> JobRun:
    found: JobRun = db.first_or_404(JobRun.reachable_by(current_user).filter_by(id=run_id))
    return found


@allow(Permission.USE_STAFF_PAGES)
def job(run_id: int) -> Any:
    run = run_or_404(run_id)
    if wants_json():
        return jsonify(as_dict(run))
    return render_template(
        "core/_progress.html" if "part" in request.args else "core/job.html", run=run, label=jobs.label_of(run.name)
    )


@allow(Permission.SEE_AUDIT)
def job_list() -> Any:
    """What waits, runs, failed and was done; and the duties that come up by themselves."""
    is_duty = JobRun.name.in_(jobs.SCHEDULES)
    parts = {
        "open": JobRun.state.in_(OPEN),
        "failed": JobRun.state == JobState.FAILED,
        "done": sa.and_(JobRun.state == JobState.DONE, ~is_duty),
        "stopped": JobRun.state == JobState.CANCELLED,
        "duties": is_duty,
    }
    shown = parted(JobRun.reachable_by(current_user, Permission.SEE_AUDIT), parts)
    for_all = current_user.site_ids(Permission.SEE_AUDIT) is None
    schedules = list(db.session.scalars(sa.select(JobSchedule).order_by(JobSchedule.due_at))) if for_all else []
    return render_template(
        "core/jobs.html",
        **shown._asdict(),
        **{"label_of": jobs.label_of, "workers": jobs.workers_alive()},
        schedules=[schedule for schedule in schedules if schedule.name in jobs.SCHEDULES],
    )


@allow(Permission.SEE_AUDIT)
def retry_job(run_id: int) -> Any:
    reachable = JobRun.reachable_by(current_user, Permission.SEE_AUDIT)
    run: JobRun = db.first_or_404(reachable.filter_by(id=run_id))
    was_put_off = run.is_put_off
    jobs.retry(run)
    audit.record("job_retried", run, name=run.name)
    if wants_json():
        return done_json(as_dict(run))
    said = _("Its turn comes now, and not only then.") if was_put_off else _("It waits for its turn again.")
    return done(local_referrer() or url_for("core.job", run_id=run.id), said)


@allow(Permission.USE_STAFF_PAGES)
def cancel_job(run_id: int) -> Any:
    run = run_or_404(run_id)
    run.ask_to_cancel()
    if run.cancel_asked_at is None:
        raise Refused("job_ended", _("This task has ended already."))
    audit.record("job_stopped", run, name=run.name)
    if wants_json():
        return done_json(as_dict(run))
    said = _("Stopped before it began.") if run.state is JobState.CANCELLED else _("It stops after the step it is at.")
    return done(local_referrer() or url_for("core.job", run_id=run.id), said)


def as_dict(run: JobRun) -> dict[str, Any]:
    """For programs; moments in UTC, ISO 8601."""
    moments = {
        name: getattr(run, name) for name in ("created_at", "started_at", "ended_at", "cancel_asked_at", "due_at")
    }
    return {
        "id": run.id,
        "name": run.name,
        "state": run.state.value,
        "done": run.done,
        "total": run.total,
        "percent": run.percent,
        "failure": run.failure,
        "tries": run.tries,
        "attempts": run.attempts,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }


def init_blueprint(bp: Blueprint) -> None:
    bp.get("/jobs")(job_list)
    bp.get("/jobs/<int:run_id>")(job)
    bp.post("/jobs/<int:run_id>/retries")(retry_job)
    bp.post("/jobs/<int:run_id>/cancellation")(cancel_job)
