"""The member who holds this phone: known by a card that it carries, never by a number that somebody typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from selection_center.core.db import db
from selection_center.membership.cards import Card
from selection_center.membership.members import Member
from selection_center.membership.standing import StandingKind, standing, standing_of
from selection_center.sites.models import Site


def cards_on(device: str) -> sa.Select[Any]:
    """Open cards that this phone carries, the newest first."""
    open_ones = sa.select(Card).where(Card.device == device, Card.revoked_at.is_(None))
    return open_ones.order_by(Card.id.desc())


def member_of(device: str) -> Member | None:
    """Whoever's card this phone carries, whether or not the membership still holds. A household card that the plan has
    no room for stands for nobody."""
    cards: Iterable[Card] = db.session.scalars(cards_on(device).options(joinedload(Card.member)))
    return next((card.member for card in cards if is_known_by(card)), None)


def is_known_by(card: Card) -> bool:
    return standing_of(card, card.member.site).kind is not StandingKind.BEYOND_PLAN


def pays_member_price(member: Member | None, site: Site) -> bool:
    """Does this phone's holder pay the lower of both prices here today?"""
    return member is not None and standing(member, site).pays_member_price
