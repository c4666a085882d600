"""Household cards: in which order they hold, and which of them a plan has room for.

What a plan has no room for is computed at each look and never stored: with a larger plan, or when a card before it is
withdrawn, it opens doors again.
"""

from __future__ import annotations

import sqlalchemy as sa

from selection_center.core.db import db
from selection_center.membership.cards import Card, CardKind
from selection_center.membership.plans import Plan


def household_cards(member_id: int) -> list[Card]:
    """The open ones beside the main card, the one given first in front; a card instead of a lost one has its place."""
    query = sa.select(Card).where(Card.member_id == member_id, Card.kind == CardKind.HOUSEHOLD).order_by(Card.id)
    cards, place = list(db.session.scalars(query)), dict[int, int]()
    for card in cards:
        if card.replaced_by_id is not None:
            place[card.replaced_by_id] = place.get(card.id, card.id)
    return sorted((card for card in cards if card.is_open), key=lambda card: place.get(card.id, card.id))


def too_many(member_id: int, plan: Plan) -> list[Card]:
    """Household cards that open nothing under this plan: the newest, beyond as many as it has room for."""
    return household_cards(member_id)[plan.household_cards :]


def has_room(plan: Plan, card: Card) -> bool:
    return card.kind is not CardKind.HOUSEHOLD or card not in too_many(card.member_id, plan)
