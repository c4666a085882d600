"""A member of another store of the network, whose card was read here: what this store says and does for them.

A membership belongs to the store where its holder joined, which alone renews and changes it; what it opens elsewhere
is the plan's word. Whoever knows the numbers of members finds nobody by this: the page is sealed to a card that was
read at this store, for ten minutes.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app, url_for
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import joinedload

from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.membership.cards import Card
from selection_center.membership.members import Member
from selection_center.sites.models import Site

SECONDS = 600


def _seals() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="visiting-card")


def sealed(card: Card, site: Site) -> str:
    return str(_seals().dumps([card.id, site.id]))


def opened(seal: str, site: Site) -> Card | None:
    """The card that was read at this store a moment ago; None for everything else."""
    try:
        card_id, site_id = _seals().loads(seal, max_age=SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    if site_id != site.id:
        return None
    whole = joinedload(Card.member).joinedload(Member.site)
    return db.session.scalar(sa.select(Card).filter_by(id=card_id).options(whole))


def page_of(card: Card, site: Site) -> str:
    """The member's page, for whoever may open it; else the page of a visiting member, for this store."""
    if current_user.can(Permission.HANDLE_MEMBERS, site_id=card.member.site_id):
        return url_for("members.show", member_id=card.member_id)
    return url_for("visiting.show", slug=site.slug, card=sealed(card, site))
