"""The member who holds this phone: known by a card that it carries, never by a number that somebody typed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from selection_center.core.db import db
from selection_center.membership.cards import Card
from selection_center.membership.members import Member
from selection_center.membership.standing import standing
from selection_center.sites.models import Site


def cards_on(device: str) -> sa.Select[Any]:
    """Open cards that this phone carries, the newest first."""
    open_ones = sa.select(Card).where(Card.device == device, Card.revoked_at.is_(None))
    return open_ones.order_by(Card.id.desc())


def member_of(device: str) -> Member | None:
    """Whoever's card this phone carries, whether or not the membership still holds."""
    card: Card | None = db.session.scalar(cards_on(device).limit(1).options(joinedload(Card.member)))
    return card.member if card is not None else None


def pays_member_price(member: Member | None, site: Site) -> bool:
    """Does this phone's holder pay the lower of both prices here today?"""
    return member is not None and standing(member, site).pays_member_price
