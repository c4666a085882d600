"""A card that the door has read and not let in yet, as its page hands it back: sealed, for ten minutes.

Whoever knows the numbers of cards learns no name by it and lets nobody in.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import joinedload

from selection_center.core.db import db
from selection_center.membership.cards import Card
from selection_center.membership.entries import EntryWay
from selection_center.sites.models import Site

SECONDS = 600


@dataclass(frozen=True)
class Pass:
    """way: how the holder would come in. step: of a turning code, which letting in uses up."""

    card: Card
    way: EntryWay
    step: int | None = None


def seals() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="door-pass")


def seal(shown: Pass, site: Site) -> str:
    return str(seals().dumps([shown.card.id, site.id, shown.way.value, shown.step]))


def opened(sealed: str, site: Site) -> Pass | None:
    """What this store's door sealed a moment ago; None for everything else."""
    try:
        card_id, site_id, way, step = seals().loads(sealed, max_age=SECONDS)
        found = EntryWay(way)
    except (BadSignature, ValueError, TypeError):
        return None
    if site_id != site.id:
        return None
    card = db.session.scalar(sa.select(Card).filter_by(id=card_id).options(joinedload(Card.member)))
    return Pass(card, found, step) if card is not None else None
