"""The door without anybody standing at it: a registered tablet that lets people in by the code on their phone.

Nobody is signed in on it, so whoever taps about on it reaches nothing. Staff come back to it by their PIN.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from selection_center.accounts import identity
from selection_center.core import audit, once
from selection_center.core.auth import allow, public
from selection_center.core.codes import LONGEST_SCANNED
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.forms import clean
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.membership import door, entries
from selection_center.membership.door import DoorAnswer
from selection_center.membership.door_forms import GuestsForm
from selection_center.membership.entries import Entry
from selection_center.membership.standing import standing_of
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("kiosk", __name__)

MARK = "kiosk"
"""In the session of a tablet that is one: the number of its store, and whether it stands at the exit."""


@bp.post("/sites/<string:slug>/door/kiosk")
@allow(Permission.CHECK_DOOR)
def begin(slug: str) -> Any:
    """From here on this tablet is the door's, and nobody is signed in on it."""
    site, tablet = site_or_404(slug, Permission.CHECK_DOOR), identity.this_tablet()
    if tablet is None or tablet.site_id != site.id:
        raise Refused("no_tablet", _("Only a tablet that is registered for this store can be left alone at the door."))
    audit.record("kiosk_begun", tablet, site_id=site.id)
    identity.sign_out()
    session[MARK] = [site.id, request.form.get("way") == "out"]
    return done(url_for(".show"))


def here() -> tuple[Site, bool]:
    """The store whose door this tablet stands at, and whether it is the exit. Elsewhere there is no such page."""
    tablet, mark = identity.this_tablet(), session.get(MARK)
    if tablet is None or not mark or mark[0] != tablet.site_id:
        abort(404)
    return db.session.get_one(Site, tablet.site_id), bool(mark[1])


@bp.get("/door")
@public
def show() -> Any:
    if current_user.is_authenticated or MARK not in session:
        return redirect(url_for("lock.show"))
    site, is_exit = here()
    kept = once.kept(request.args.get("scan", ""))
    return render_template(
        "door/kiosk.html",
        site=site,
        is_exit=is_exit,
        answer=(kept or {}).get("answer"),
        count=entries.count(site),
        longest=LONGEST_SCANNED,
    )


def answered(answer: DoorAnswer) -> Any:
    page = url_for(".show", scan=request.form.get("operation_id", ""))
    return once.done_json({"outcome": answer.outcome, "answer": answer.as_json(), "location": page}, page)


@bp.post("/door/scans")
@public
def scan() -> Any:
    """What needs a person is sent to one: here nobody compares a photo or hears digits."""
    site, is_exit = here()
    text = clean(request.form.get("text", "")[:LONGEST_SCANNED]) or ""
    answer = door.leaving(text, site) if is_exit else door.scanned(text, site, None)
    return answered(answer.for_nobody())


@bp.post("/door/guests")
@public
def guests() -> Any:
    """Whoever has just come in says how many come along."""
    site, _is_exit = here()
    form, kept = GuestsForm(), once.kept(request.form.get("scan", "")) or {}
    entry_id = (kept.get("answer") or {}).get("entry_id")
    query = sa.select(Entry).filter_by(id=entry_id, site_id=site.id).options(joinedload(Entry.card))
    entry = db.session.scalar(query) if entry_id is not None else None
    if entry is None or not form.validate():
        abort(404)
    held = standing_of(entry.card, site)
    entry.bring(form.guests.data or 0, held.plan.guests if held.plan is not None else 0)
    return answered(door.inside(entry, held, is_new=True).for_nobody())
