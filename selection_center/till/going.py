"""Scan and go (扫码购): a member puts the sale together on the own phone and pays at the exit desk. The same sale.

Nothing is set aside by the phone: whose payment begins first has the last piece, and the other is told.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.membership.cards import Card
from selection_center.membership.recognising import cards_on
from selection_center.membership.standing import standing
from selection_center.sites.models import Site
from selection_center.till.sales import Channel, Sale, SaleState
from selection_center.till.shown import ShownLine

KEPT = timedelta(hours=12)
"""What was put together and left alone for longer belongs to another day."""
LOOKED_AT = 3
"""Lines that the exit desk looks for in the cart."""


def card_on(device: str) -> Card | None:
    """The member's card that this phone carries."""
    found: Card | None = db.session.scalar(cards_on(device).limit(1).options(joinedload(Card.member)))
    return found


def cart_of(card: Card, site: Site) -> Sale | None:
    """What this phone put together last in this store: open, shown at the exit, or just paid."""
    mine = sa.select(Sale).filter_by(site_id=site.id, channel=Channel.PHONE, device=card.device)
    kept = mine.where(Sale.member_id == card.member_id, Sale.state != SaleState.VOID, Sale.changed_at > utcnow() - KEPT)
    found: Sale | None = db.session.scalar(kept.order_by(Sale.id.desc()).limit(1))
    return found


def must_hold(card: Card, site: Site) -> None:
    """Only a membership that holds opens the way out without a till."""
    held = standing(card.member, site)
    if not held.opens_door:
        raise Refused("no_membership", _("%(words)s. Ask at the desk.", words=held.words()))


def locked_card(device: str, site: Site) -> Card:
    """The card's row locked: two scans of one phone make one cart."""
    card = card_on(device)
    if card is None:
        raise Refused("no_card", _("Open your member's card on this phone first."))
    db.session.refresh(card, ["device", "revoked_at"], with_for_update={"key_share": True})
    if card.device != device or not card.is_open:
        raise Refused("no_card", _("Open your member's card on this phone first."))
    must_hold(card, site)
    return card


def cart_to_fill(device: str, site: Site) -> Sale:
    """The open cart, begun where there is none; one that was ready to be paid is taken back for it."""
    card = locked_card(device, site)
    cart = cart_of(card, site)
    if cart is None or cart.state is SaleState.PAID:
        return Sale.begin_on_phone(site, card.member, card, device)
    in_hand(cart)
    if cart.state is SaleState.HELD:
        cart.become(SaleState.OPEN)
    return cart


def in_hand(cart: Sale) -> None:
    """Its row locked, and no till has taken it up."""
    cart.hold_row()
    if not cart.is_on_phone:
        raise Refused("at_the_desk", _("The desk has your goods already. Say there what to change."))


def looked_at(cart: Sale, lines: Sequence[ShownLine]) -> list[ShownLine]:
    """A few lines by chance, the same ones each time: who packs the cart cannot know which."""
    count = min(LOOKED_AT, len(lines))
    chosen = {line.id for line in random.Random(cart.code).sample(list(lines), count)}  # noqa: S311
    return [line for line in lines if line.id in chosen]


def void_forgotten() -> None:
    """Carts that were left alone on a phone: nobody can go on with them, and nothing of them was sold."""
    is_open = Sale.state.in_((SaleState.OPEN, SaleState.HELD))
    on_phones = sa.select(Sale).where(Sale.channel == Channel.PHONE, Sale.till_id.is_(None), is_open)
    for sale in db.session.scalars(on_phones.where(Sale.changed_at <= utcnow() - KEPT).with_for_update()):
        sale.void(_("left alone on the phone"), None)
