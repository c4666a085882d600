"""A card that was read at a till and is still to be compared with its holder.

The till's page names it by a seal of its own for ten minutes: whoever knows the numbers of cards learns no name.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from selection_center.core.db import db
from selection_center.membership.cards import Card
from selection_center.till.changes import Change, undo
from selection_center.till.reaching import sale_to_change
from selection_center.till.shifts import Till

SECONDS = 600


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="till-card")


def sealed(card: Card, till: Till) -> str:
    return str(_serializer().dumps([card.id, till.id]))


def opened(seal: str, till: Till) -> Card | None:
    """The card, if it was read at this till a moment ago and still holds."""
    try:
        card_id, till_id = _serializer().loads(seal, max_age=SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    if till_id != till.id:
        return None
    return db.session.scalar(sa.select(Card).filter_by(id=card_id, revoked_at=None))


def to_compare(till: Till, card: Card) -> Change:
    return Change(word=_("Check who it is"), text=card.holder, query={"step": "compare", "card": sealed(card, till)})


def recognised(till: Till, card: Card) -> Change:
    """The sale of this till is this member's from now on."""
    sale = sale_to_change(till)
    sale.set_member(card)
    db.session.flush()
    return Change(
        word=_("Member recognised"),
        text=card.holder,
        keys=undo(url_for("sale_members.remove", sale_id=sale.id)),
        query={"step": ""},
    )
