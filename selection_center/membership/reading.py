"""Whatever was scanned: is it a member's card, and does it count now?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from selection_center.core import scanned
from selection_center.core.db import db
from selection_center.membership import turning
from selection_center.membership.cards import Card
from selection_center.membership.standing import Standing, standing_of
from selection_center.sites.models import Site

Problem = Literal["too_old", "revoked", "used"]


@dataclass(frozen=True)
class CardRead:
    """A card of ours in a scanned text.

    way: from a phone ("turning"), or from the printed card, which identifies and asks for a second check.
    problem: None where the card may be taken at its word. That it opened a door already ("used") is for the door
    alone to say: a till takes the same code, which still shows who holds it.
    """

    card: Card
    site: Site
    way: Literal["turning", "printed"]
    problem: Problem | None = None
    step: int | None = None
    """Of a turning code: the 30 s that it is for."""

    def standing(self) -> Standing:
        """How the membership stands at the site where it was scanned."""
        return standing_of(self.card, self.site)


def read_card(text: str, site: Site) -> CardRead | None:
    """The card that the text shows; None where it is no card's. Never raises, whatever the text."""
    shown = turning.read(text)
    if shown is not None:
        return of_turning(shown, site)
    code = scanned.our_code(text)
    card = one(Card.code == code) if code is not None else None
    if card is None:
        return None
    return CardRead(card, site, "printed", None if card.is_open else "revoked")


def of_turning(shown: turning.Shown, site: Site) -> CardRead | None:
    """A code that this card's key did not make is nobody's: forged, or of a phone that no longer has the card."""
    card = one(Card.handle == shown.handle)
    if card is None or not turning.is_genuine(shown, card.secret):
        return None
    return CardRead(card, site, "turning", problem_of(card, shown), shown.step)


def problem_of(card: Card, shown: turning.Shown) -> Problem | None:
    if not card.is_open:
        return "revoked"
    return None if turning.is_fresh(shown, turning.step_at()) else "too_old"


def one(where: sa.ColumnElement[bool]) -> Card | None:
    query = sa.select(Card).where(where).options(joinedload(Card.member))
    return db.session.scalar(query)
