"""Cards beside the first one: for the household, for a lost one, and what ends one."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from selection_center.accounts.models import User
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.shop_time import today
from selection_center.membership.cards import Card, CardKind, CardPhoto, RevokeReason
from selection_center.membership.household import household_cards
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan
from selection_center.membership.renewals import open_periods
from selection_center.membership.standing import standing


def household_limit(member: Member) -> int:
    """So many cards beside the main one go with the plan that runs; none where none does."""
    held = standing(member, member.site)
    return held.plan.household_cards if held.opens_door and held.plan else 0


def add_household_card(member: Member, holder: str, phone: str | None, by: User) -> Card:
    """One more, while the plan has room for it."""
    member.hold()
    member.refuse_forgotten()
    refuse_without_room(member)
    return issue(Card(member=member, kind=CardKind.HOUSEHOLD, holder=holder, phone=phone, issued_by_id=by.id))


def refuse_without_room(member: Member) -> None:
    limit = household_limit(member)
    if len(household_cards(member.id)) >= limit:
        sentence = ngettext(
            "This plan has room for %(num)s household card. Take one back first.",
            "This plan has room for %(num)s household cards. Take one back first.",
            limit,
        )
        raise Refused("no_room", sentence if limit else _("This plan has no household cards."))


def refuse_in_its_place(card: Card) -> None:
    """A household card that comes back needs a place in the plan that runs, as a new one does."""
    if card.kind is CardKind.HOUSEHOLD and standing(card.member, card.member.site).opens_door:
        refuse_without_room(card.member)


class Crowd(NamedTuple):
    """More household cards than a plan has room for: since when (None: now), for how many, and which open nothing."""

    since: date | None
    room: int
    cards: list[Card]


def crowd_of(member: Member) -> Crowd | None:
    """Under the plan that runs, or else under the next one that is paid for."""
    held, cards = standing(member, member.site), household_cards(member.id)
    plans: list[tuple[date | None, Plan]] = [(None, held.plan)] if held.opens_door and held.plan is not None else []
    coming = [period for period in reversed(open_periods(member.id)) if period.starts_on > today()]
    plans += [(period.starts_on, period.plan) for period in coming]
    crowds = (Crowd(since, plan.household_cards, cards[plan.household_cards :]) for since, plan in plans)
    return next((crowd for crowd in crowds if crowd.cards), None)


def issue(card: Card) -> Card:
    db.session.add(card)
    db.session.flush()
    db.session.expire(card.member, ["cards"])
    return card


def report_lost(card: Card, by: User) -> None:
    """From now on it opens nothing, on the phone and on plastic."""
    revoke(card, RevokeReason.LOST, by)


def take_back(card: Card, by: User) -> None:
    """Ends one household card; the others and the main one hold on."""
    if card.kind is not CardKind.HOUSEHOLD:
        raise Refused("main_card", _("The main card is not taken back. Report it lost, or block the member."))
    revoke(card, RevokeReason.TAKEN_BACK, by)


def revoke(card: Card, reason: RevokeReason, by: User) -> None:
    hold(card)
    if not card.is_open:
        raise Refused("revoked", _("This card does not hold any more."))
    card.revoked_at, card.revoked_reason, card.revoked_by_id = utcnow(), reason, by.id
    db.session.flush()


def is_found_again_possible(card: Card) -> bool:
    return card.revoked_reason is RevokeReason.LOST and card.replaced_by_id is None


def found_again(card: Card) -> None:
    """It was not lost after all, and nothing has taken its place."""
    hold(card)
    card.member.refuse_forgotten()
    if not is_found_again_possible(card):
        raise Refused("replaced", _("Another card has taken its place."))
    refuse_in_its_place(card)
    card.revoked_at = card.revoked_reason = card.revoked_by_id = None
    db.session.flush()


def replace(card: Card, by: User) -> Card:
    """A new card with a new code and a new key for the same person; the old one ends. The photo goes along."""
    hold(card)
    card.member.refuse_forgotten()
    if card.replaced_by_id is not None or card.revoked_reason is RevokeReason.TAKEN_BACK:
        raise Refused("replaced", _("This card has been replaced or taken back already."))
    if not card.is_open:
        refuse_in_its_place(card)
    if card.is_open:
        card.revoked_at, card.revoked_reason, card.revoked_by_id = utcnow(), RevokeReason.REPLACED, by.id
        db.session.flush()  # before the new one: a member has one open main card
    new = issue(Card(member=card.member, kind=card.kind, holder=card.holder, phone=card.phone, issued_by_id=by.id))
    card.replaced_by_id = new.id
    db.session.execute(sa.update(CardPhoto).where(CardPhoto.card_id == card.id).values(card_id=new.id))
    db.session.flush()
    db.session.expire(card, ["photo", "replaced_by"])
    return new


def hold(card: Card) -> None:
    """Locks the member of it, then looks at the card again."""
    card.member.hold()
    db.session.refresh(card, ["revoked_at", "revoked_reason", "replaced_by_id"])
