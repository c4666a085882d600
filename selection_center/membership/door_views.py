"""The door on a tablet: who comes in, with how many guests, who leaves, and whoever's phone is dead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from selection_center.accounts import attempts
from selection_center.core import audit, once
from selection_center.core.auth import allow
from selection_center.core.codes import LONGEST_SCANNED
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.forms import clean, first_error
from selection_center.core.permissions import Permission
from selection_center.membership import door, entries, passes
from selection_center.membership.cards import Card
from selection_center.membership.door import DoorAnswer
from selection_center.membership.door_forms import LET_IN_REASONS, GuestsForm, NumberForm, ReasonForm
from selection_center.membership.entries import Entry, EntryWay
from selection_center.membership.passes import Pass
from selection_center.membership.standing import standing_of
from selection_center.sites.models import Site
from selection_center.sites.reaching import one_or_404, site_or_404

bp = Blueprint("door", __name__)

WINDOW = timedelta(minutes=10)
MOST_LOOKED_UP = 30
"""Numbers tried by one person within the window: enough for a busy door, too few to go through a list."""
MOST_DIGITS = 5
"""Tries at the last four digits of one card within the window, at doors and tills together."""
SHOWN = 8


def door_of(slug: str) -> Site:
    return site_or_404(slug, Permission.CHECK_DOOR)


@bp.get("/sites/<string:slug>/door")
@allow(Permission.CHECK_DOOR)
def show(slug: str) -> Any:
    site, kept = door_of(slug), once.kept(request.args.get("scan", ""))
    return door_page(site, (kept or {}).get("answer"))


def door_page(site: Site, answer: dict[str, Any] | None, **more: Any) -> str:
    return render_template(
        "door/show.html",
        site=site,
        answer=answer,
        is_exit=request.values.get("way") == "out",
        step=request.values.get("step", ""),
        count=entries.count(site),
        newest=entries.newest(site, SHOWN),
        reasons=LET_IN_REASONS,
        longest=LONGEST_SCANNED,
        **{"number_form": NumberForm(formdata=None), "wrong": None} | more,
    )


def answered(site: Site, answer: DoorAnswer) -> Any:
    """The door's page with this answer; a program hears the outcome and where that page is."""
    way = "out" if request.form.get("way") == "out" else None
    page = url_for(".show", slug=site.slug, way=way, scan=request.form.get("operation_id", ""))
    told = {"outcome": answer.outcome, "answer": answer.as_json(), "location": page}
    return once.done_json(told, page)


@bp.post("/sites/<string:slug>/door/scans")
@allow(Permission.CHECK_DOOR)
def scan(slug: str) -> Any:
    site = door_of(slug)
    text = clean(request.form.get("text", "")[:LONGEST_SCANNED]) or ""
    if request.form.get("way") == "out":
        return answered(site, door.leaving(text, site))
    return answered(site, door.scanned(text, site, current_user))


# --- what staff do about a card that was read ----------------------------------------------------------------


def pass_or_404(site: Site) -> Pass:
    return passes.opened(request.values.get("pass", ""), site) or abort(404)


@bp.get("/sites/<string:slug>/door/photo")
@allow(Permission.CHECK_DOOR)
def photo(slug: str) -> Any:
    """The holder's, for the eyes of whoever stands at the door, as long as the card's answer is fresh."""
    shown = pass_or_404(door_of(slug))
    kept = shown.card.photo or abort(404)
    return Response(kept.data, mimetype="image/webp")


@bp.post("/sites/<string:slug>/door/checks")
@allow(Permission.CHECK_DOOR)
def check(slug: str) -> Any:
    """The second look: the photo was compared, or the last four digits were said."""
    site = door_of(slug)
    shown = pass_or_404(site)
    if shown.way is EntryWay.PRINTED_DIGITS and shown.card.photo is None:
        key = attempts.key("card-digits", str(shown.card.id))
        if attempts.too_many({key: MOST_DIGITS}, WINDOW):
            raise Refused("too_many_digits", _("Too many tries for this card. Let the holder open it on the phone."))
        if not shown.card.has_digits(clean(request.form.get("digits")) or ""):
            return wrong_digits(site, shown, key)
    elif request.form.get("seen") != "yes":
        return door_page(site, door.asked_again(shown, site).as_json(), wrong=_("Look first, then tap.")), 422
    elif shown.way is EntryWay.PRINTED_DIGITS:
        shown = Pass(shown.card, EntryWay.PRINTED_PHOTO)
    return answered(site, checked(shown, site))


def checked(shown: Pass, site: Site) -> DoorAnswer:
    """Surely the holder now: in, also in the days of grace, unless the membership ended meanwhile."""
    if not shown.card.is_open:
        return door.ended(shown.card, site)
    held = standing_of(shown.card, site)
    if not held.opens_door:
        return door.not_welcome(shown, held, site)
    return door.come_in(shown, held, site, current_user)


def wrong_digits(site: Site, shown: Pass, key: str) -> Any:
    slug, card_id = site.slug, shown.card.id
    db.session.rollback()
    attempts.count([key])
    site = door_of(slug)
    again = Pass(db.session.get_one(Card, card_id), shown.way)
    return door_page(
        site, door.asked_again(again, site).as_json(), wrong=_("These are not the digits of this card.")
    ), 422


@bp.post("/sites/<string:slug>/door/let-in")
@allow(Permission.CHECK_DOOR)
def let_in(slug: str) -> Any:
    """Against the answer, with a reason. Whoever is blocked comes in past a manager alone."""
    site, form = door_of(slug), ReasonForm()
    shown = pass_or_404(site)
    if shown.card.member.is_blocked and not current_user.can(Permission.BLOCK_MEMBERS, site_id=site.id):
        raise Refused("blocked", _("This member is blocked. A manager decides, signed in by password."))
    if not form.validate():
        return door_page(site, door.asked_again(shown, site).as_json(), wrong=first_error(form)), 422
    answer = door.let_in(shown, site, current_user, form.reason.data or "")
    audit.record("door_let_in", shown.card, site_id=site.id, reason=form.reason.data)
    return answered(site, answer)


@bp.post("/sites/<string:slug>/door/numbers")
@allow(Permission.CHECK_DOOR)
def look_up(slug: str) -> Any:
    """The phone is dead: by the whole number. Each try is logged and counted, and found or not looks alike."""
    site, form = door_of(slug), NumberForm()
    if not form.validate():
        return door_page(site, None, number_form=form), 422
    if looked_up_lately() >= MOST_LOOKED_UP:
        raise Refused("too_many_looked_up", _("Too many numbers were tried. Scan the card, or wait ten minutes."))
    card = next(iter(Card.of_phone(form.phone.data or "")), None)
    audit.record("door_looked_up", card, site_id=site.id)
    if card is None:
        return answered(site, door.nobody(_("No card goes with this number.")))
    return answered(site, door.welcome(Pass(card, EntryWay.BY_NUMBER), site, current_user, is_checked=False))


def looked_up_lately() -> int:
    """Numbers that this person has tried within the window."""
    mine = sa.select(sa.func.count()).where(
        audit.AuditEntry.user_id == current_user.id,
        audit.AuditEntry.verb == "door_looked_up",
        audit.AuditEntry.at > utcnow() - WINDOW,
    )
    return db.session.scalar(mine) or 0


# --- who is in ----------------------------------------------------------------------------------------------


def entry_or_404(entry_id: int) -> Entry:
    query = Entry.reachable_by(current_user, Permission.SEE_SITE).where(Entry.id == entry_id)
    entry: Entry = one_or_404(query.options(joinedload(Entry.card)), Permission.CHECK_DOOR)
    return entry


@bp.post("/entries/<int:entry_id>/guests")
@allow(Permission.CHECK_DOOR)
def guests(entry_id: int) -> Any:
    entry, form = entry_or_404(entry_id), GuestsForm()
    held = standing_of(entry.card, entry.site)
    if not form.validate():
        return door_page(entry.site, door.inside(entry, held, is_new=True).as_json(), wrong=first_error(form)), 422
    entry.bring(form.guests.data or 0, held.plan.guests if held.plan is not None else 0)
    return answered(entry.site, door.inside(entry, held, is_new=True))


@bp.post("/entries/<int:entry_id>/leaving")
@allow(Permission.CHECK_DOOR)
def leave(entry_id: int) -> Any:
    entry = entry_or_404(entry_id)
    entry.leave()
    return answered(entry.site, door.out(entry))
