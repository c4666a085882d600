"""One job as it runs, for people and for programs, and asking it to stop."""

from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused, local_referrer, wants_json
from selection_center.core.job_runs import JobRun
from selection_center.core.once import done, done_json
from selection_center.core.permissions import Permission


def run_or_404(run_id: int) -> JobRun:
    found: JobRun = db.first_or_404(JobRun.reachable_by(current_user).filter_by(id=run_id))
    return found


@allow(Permission.USE_STAFF_PAGES)
def job(run_id: int) -> Any:
    run = run_or_404(run_id)
    if wants_json():
        return jsonify(as_dict(run))
    return render_template("core/_progress.html" if "part" in request.args else "core/job.html", run=run)


@allow(Permission.USE_STAFF_PAGES)
def cancel_job(run_id: int) -> Any:
    run = run_or_404(run_id)
    run.ask_to_cancel()
    if run.cancel_asked_at is None:
        raise Refused("job_ended", _("This task has ended already."))
    audit.record("job_stopped", run, name=run.name)
    if wants_json():
        return done_json(as_dict(run))
    return done(local_referrer() or url_for("core.job", run_id=run.id), _("Asked to stop."))


def as_dict(run: JobRun) -> dict[str, Any]:
    """For programs; moments in UTC, ISO 8601."""
    moments = {name: getattr(run, name) for name in ("created_at", "started_at", "ended_at", "cancel_asked_at")}
    return {
        "id": run.id,
        "name": run.name,
        "state": run.state.value,
        "done": run.done,
        "total": run.total,
        "percent": run.percent,
        "failure": run.failure,
        "attempts": run.attempts,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }


def init_blueprint(bp: Blueprint) -> None:
    bp.get("/jobs/<int:run_id>")(job)
    bp.post("/jobs/<int:run_id>/cancellation")(cancel_job)
