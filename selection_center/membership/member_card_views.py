"""A member's cards: one more for the household, a lost one, another instead."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.codes import format_code
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.membership import issuing
from selection_center.membership import member_forms as forms
from selection_center.membership.cards import Card
from selection_center.membership.member_reaching import back_to, card_or_404, me, member_or_404
from selection_center.membership.member_views import show_member

bp = Blueprint("member_cards", __name__)


def record(verb: str, card: Card) -> None:
    audit.record(verb, card.member, number=card.member.number, code=format_code(card.code))


@bp.post("/members/<int:member_id>/cards")
@allow(Permission.HANDLE_MEMBERS)
def add(member_id: int) -> Any:
    member, form = member_or_404(member_id), forms.CardForm()
    if not form.validate():
        return show_member(member, 422, card_form=form)
    try:
        card = issuing.add_household_card(member, form.holder.data, form.phone.data, me())
    except Refused as refused:
        form.holder.errors = [refused.sentence]
        return show_member(member, 422, card_form=form)
    record("card_issued", card)
    return back_to(member, _("%(name)s has a card now.", name=card.holder))


@bp.post("/cards/<int:card_id>/loss")
@allow(Permission.HANDLE_MEMBERS)
def report_lost(card_id: int) -> Any:
    card = card_or_404(card_id)
    issuing.report_lost(card, me())
    record("card_lost", card)
    return back_to(card.member, _("This card opens nothing any more."))


@bp.post("/cards/<int:card_id>/found")
@allow(Permission.HANDLE_MEMBERS)
def found_again(card_id: int) -> Any:
    card = card_or_404(card_id)
    issuing.found_again(card)
    record("card_found", card)
    return back_to(card.member, _("This card holds again."))


@bp.post("/cards/<int:card_id>/replacement")
@allow(Permission.HANDLE_MEMBERS)
def replace(card_id: int) -> Any:
    card = card_or_404(card_id)
    new = issuing.replace(card, me())
    record("card_replaced", new)
    return back_to(card.member, _("A new card is here. The old one opens nothing any more."))


@bp.post("/cards/<int:card_id>/revocation")
@allow(Permission.HANDLE_MEMBERS)
def take_back(card_id: int) -> Any:
    card = card_or_404(card_id)
    issuing.take_back(card, me())
    record("card_taken_back", card)
    return back_to(card.member, _("Taken back. The other cards hold on."))
