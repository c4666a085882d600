"""The holder's photo: re-encoded, kept in the card's own row, under a consent of its own, and gone with one tap."""

from __future__ import annotations

import io

from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core import pictures
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.membership.cards import Card, CardPhoto
from selection_center.membership.members import PHOTO_CONSENT_VERSION

EDGE = 480
"""Pixels of its longest side: enough for a pair of eyes, too little for a machine that knows faces."""


def take(card: Card, encoded: bytes, by: User) -> None:
    """Instead of the one before; as `encode` gives it."""
    card.member.refuse_forgotten()
    if not card.is_open:
        raise Refused("revoked", _("This card does not hold any more."))
    if card.photo is not None:
        remove(card)
    card.photo = CardPhoto(data=encoded, consent_version=PHOTO_CONSENT_VERSION, taken_by_id=by.id)
    db.session.flush()


def encode(data: bytes) -> bytes:
    """Upright, without metadata, no larger than it must be. Refuses what is no picture."""
    picture = pictures.read(data)
    picture.thumbnail((EDGE, EDGE))
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=80, method=4)
    return file.getvalue()


def remove(card: Card) -> None:
    """The consent was taken back: nothing of it is left."""
    card.photo = None
    db.session.flush()
