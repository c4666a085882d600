"""Scan mode: the tablet's home of tasks, the page of one task, and the answer to each scan."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from selection_center.core import once
from selection_center.core.auth import allow
from selection_center.core.codes import LONGEST_SCANNED
from selection_center.core.db import db
from selection_center.core.errors import Refused, wants_json
from selection_center.core.forms import clean
from selection_center.core.permissions import Permission
from selection_center.core.pictures import LARGEST_BYTES
from selection_center.floor import photos
from selection_center.floor.answers import Answer, Outcome
from selection_center.floor.resolving import resolve
from selection_center.floor.tasks import TASKS
from selection_center.floor.tasks.base import Scan, Task
from selection_center.floor.waiting import waiting
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("floor", __name__)

FLOOR = (Permission.HANDLE_SAMPLES, Permission.HANDLE_ORDERS, Permission.RETIRE_SAMPLES)
CONTEXT = "context-"
LONGEST_CONTEXT = 4_000
"""Of one value: the codes of a large hand-over."""


def task_or_404(slug: str, name: str) -> tuple[Site, Task]:
    """What may be seen but not done is a matter of the role: 403."""
    site = site_or_404(slug, Permission.SEE_SITE)
    task = TASKS.get(name) or abort(404)
    if not task.is_at(site):
        abort(404)
    if not current_user.can(task.permission, site_id=site.id):
        abort(403)
    return site, task


@bp.get("/sites/<string:slug>/floor")
@allow(Permission.HANDLE_SAMPLES)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    tasks = [task for task in TASKS.values() if task.is_at(site) and current_user.can(task.permission, site_id=site.id)]
    return render_template("floor/index.html", site=site, tasks=tasks, waiting=waiting(site), longest=LONGEST_SCANNED)


@bp.get("/sites/<string:slug>/floor/<string:task>")
@allow(*FLOOR)
def task(slug: str, task: str) -> Any:
    site, chosen = task_or_404(slug, task)
    context = {name: value for name, value in request.args.items() if name not in ("lang", "scan")}
    scan_id = request.args.get("scan", "")
    return show_task(site, chosen, context, once.kept(scan_id), scan_id)


def context_of(form: MultiDict[str, str]) -> dict[str, str]:
    """What the page knows from before, without control characters; names and values are anybody's."""
    sent = {name.removeprefix(CONTEXT): value for name, value in form.items() if name.startswith(CONTEXT)}
    return {name: clean(value[:LONGEST_CONTEXT]) or "" for name, value in sent.items()}


def show_task(site: Site, chosen: Task, context: dict[str, str], band: dict[str, Any] | None, scan_id: str = "") -> Any:
    """`band`: the answer to show at first, kept under `scan_id` when it was a scan of the page before."""
    opening = chosen.open(site, context)
    panel = chosen.panel(site, opening.context)
    return render_template(
        "floor/task.html",
        site=site,
        task=chosen,
        opening=opening,
        panel_html=panel,
        band=band,
        scan_id=scan_id,
        longest=LONGEST_SCANNED,
    )


@bp.post("/sites/<string:slug>/floor/<string:task>/scans")
@allow(*FLOOR)
def scan(slug: str, task: str) -> Any:
    """One thing scanned; for a person without scripts the answer is the page again, with its band."""
    site, chosen = task_or_404(slug, task)
    context = context_of(request.form)
    text = clean(request.form.get("text", "")[:LONGEST_SCANNED]) or ""
    try:
        answer = chosen.answer(Scan(site, resolve(text, site), context, current_user))
    except Refused as refused:
        if wants_json():
            raise
        db.session.rollback()
        answer = Answer(outcome=Outcome.REFUSED, word=_("Not possible"), reason=refused.sentence)
        return show_task(site_or_404(slug, Permission.SEE_SITE), chosen, context, answer.as_json()), 409
    left = {name: value for name, value in (context | answer.context).items() if value is not None}
    query = urlencode(left | {"scan": request.form.get("operation_id", "")})
    page = f"{url_for('floor.task', slug=slug, task=task)}?{query}"
    return once.done_json(answer.as_json(), page)


@bp.get("/sites/<string:slug>/floor/<string:task>/panel")
@allow(*FLOOR)
def panel(slug: str, task: str) -> Any:
    site, chosen = task_or_404(slug, task)
    context = {name: value for name, value in request.args.items() if name != "lang"}
    return chosen.panel(site, chosen.open(site, context).context) or ""


@bp.post("/sites/<string:slug>/floor/pictures")
@allow(*FLOOR, repeatable=True)
def pictures(slug: str) -> Any:
    """The codes in a photo. Nothing is kept: what to do with them is a scan of its own."""
    site_or_404(slug, Permission.HANDLE_SAMPLES)
    upload = request.files.get("picture") or abort(400)
    return jsonify(texts=photos.texts_in(upload.read(LARGEST_BYTES + 1)))
