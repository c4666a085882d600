"""Whose sale it is: a member found by the whole number, the second check of a printed card, and no member after all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.accounts import attempts
from selection_center.core import audit, once
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.membership.cards import Card, CardKind
from selection_center.membership.members import Member
from selection_center.till import compared, forms, showing
from selection_center.till.changes import Change, changed
from selection_center.till.compared import recognised, to_compare
from selection_center.till.reaching import held_open, open_shift, sale_or_404, till_of, till_or_404
from selection_center.till.shifts import Till

bp = Blueprint("sale_members", __name__)

WINDOW = timedelta(minutes=10)
MOST_LOOKED_UP = 30
"""Numbers tried by one person within the window: enough for a busy till, too few to go through a list."""
MOST_DIGITS = 5
"""Tries at the last four digits of one card within the window."""


@bp.post("/tills/<int:till_id>/member")
@allow(Permission.SELL)
def find(till_id: int) -> Any:
    """By the whole number; whether it is a member's is told to whoever sells, so each try counts and is logged."""
    till, form = till_or_404(till_id), forms.FindForm()
    if not form.validate():
        return showing.show(till, step="find", status=422, form=form)
    key = attempts.key("till-member", str(current_user.id))
    if attempts.too_many({key: MOST_LOOKED_UP}, WINDOW):
        raise Refused("too_many_looked_up", _("Too many numbers were tried. Scan the card, or wait ten minutes."))
    db.session.rollback()  # counting is a transaction of its own, which waits for this one
    attempts.count([key])
    if (answered := once.claim()) is not None:
        return answered
    till = till_or_404(till_id)
    member = Member.with_phone(form.phone.data or "")
    audit.record("member_looked_up", member or till, site_id=till.site_id)
    card = main_card(member) if member is not None else None
    if card is None:
        text = _("No membership has this number. They can join at the desk.")
        return changed(till, Change(outcome="unknown", word=_("No member"), text=text, query={"step": "find"}))
    return changed(till, to_compare(till, card))


def main_card(member: Member) -> Card | None:
    query = sa.select(Card).filter_by(member_id=member.id, kind=CardKind.MAIN, revoked_at=None)
    return db.session.scalar(query.limit(1))


@bp.post("/tills/<int:till_id>/member/check")
@allow(Permission.SELL)
def check(till_id: int) -> Any:
    """The photo was looked at, or the last four digits were said."""
    till, form = till_or_404(till_id), forms.DigitsForm()
    card = compared.opened(request.form.get("card", ""), till)
    if card is None:
        raise Refused("read_again", _("That was a while ago. Scan the card again."))
    if not form.validate():
        return showing.show(till, step="compare", status=422, form=form)
    if not is_checked(card, form):
        return not_this_person(till, card, form)
    return changed(till, recognised(till, card))


def not_this_person(till: Till, card: Card, form: forms.DigitsForm) -> Any:
    """Wrong digits count; without a look at the photo there is nothing to count."""
    if card.photo is not None:
        return showing.show(till, step="compare", status=422, form=form, wrong=_("Compare with the photo first."))
    key, till_id = tries_of(card), till.id
    db.session.rollback()  # counting is a transaction of its own, which waits for this one
    attempts.count([key])
    form.digits.errors = [_("These are not the digits of this card.")]
    return showing.show(till_or_404(till_id), step="compare", status=422, form=form)


def is_checked(card: Card, form: forms.DigitsForm) -> bool:
    """With a photo the cashier's eyes count, without one the digits."""
    if card.photo is not None:
        return request.form.get("seen") == "yes"
    if attempts.too_many({tries_of(card): MOST_DIGITS}, WINDOW):
        raise Refused("too_many_digits", _("Too many tries for this card. Let the customer open it on the phone."))
    phone = card.phone or card.member.phone
    return bool(phone) and form.digits.data == (phone or "")[-4:]


def tries_of(card: Card) -> str:
    return attempts.key("card-digits", str(card.id))


@bp.post("/sales/<int:sale_id>/member/removal")
@allow(Permission.SELL)
def remove(sale_id: int) -> Any:
    sale = sale_or_404(sale_id)
    till = till_of(sale)
    open_shift(till)
    held_open(sale).set_member(None)
    return changed(till, Change(word=_("Without a member"), text=_("All prices are those for everybody.")))
