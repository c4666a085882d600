"""Scan and go (扫码购): a member puts the sale together on the own phone and pays at the exit desk. The same sale.

Nothing is set aside by the phone: whose payment begins first has the last piece, and the other is told.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.membership.cards import Card
from selection_center.membership.recognising import cards_on
from selection_center.membership.standing import standing_of
from selection_center.sites.models import Site, SiteKind
from selection_center.till.sales import Channel, Sale, SaleState
from selection_center.till.shifts import Till
from selection_center.till.shown import ShownLine

LOOKED_AT = 3
"""Lines that the exit desk looks for in the cart."""
IN_HAND = sa.and_(
    Sale.channel == Channel.PHONE, Sale.till_id.is_(None), Sale.state.in_((SaleState.OPEN, SaleState.HELD))
)
"""What `Sale.is_in_hand` asks, of rows."""
TOLD_FOR = timedelta(days=3)
"""For so long a member is told that a cart was ended."""


def kept_for() -> timedelta:
    """What was put together and left alone for longer belongs to another day."""
    return timedelta(hours=current_app.config["SETTINGS"].phone_cart_hours)


def is_offered_at(site: Site) -> bool:
    """At a member store that is open and has a till to pay at."""
    tills = sa.select(Till.id).where(Till.site_id == site.id, Till.closed_at.is_(None))
    return site.kind is SiteKind.STORE and site.closed_at is None and bool(db.session.scalar(sa.select(tills.exists())))


def card_on(device: str) -> Card | None:
    """The member's card that this phone carries."""
    found: Card | None = db.session.scalar(cards_on(device).limit(1).options(joinedload(Card.member)))
    return found


def newest_of(card: Card, site: Site) -> Sale | None:
    """What this card put together last in this store, whatever came of it."""
    own = sa.select(Sale).filter_by(site_id=site.id, channel=Channel.PHONE, card_id=card.id)
    found: Sale | None = db.session.scalar(own.order_by(Sale.id.desc()).limit(1))
    return found


def is_forgotten(cart: Sale) -> bool:
    """Left alone on the phone for too long, whether or not a night has ended it."""
    return cart.is_in_hand and cart.changed_at <= utcnow() - kept_for()


def cart_of(card: Card, site: Site) -> Sale | None:
    """The card's cart in this store, on whichever phone: open, shown at the exit, at a till, or paid just now."""
    cart = newest_of(card, site)
    if cart is None or cart.state is SaleState.VOID or is_forgotten(cart):
        return None
    return cart if cart.state is not SaleState.PAID or cart.changed_at > utcnow() - kept_for() else None


def ended_cart(card: Card, site: Site) -> Sale | None:
    """The one that was ended because nobody went on with it, for as long as its member is told."""
    cart = newest_of(card, site)
    if cart is None or cart.changed_at <= utcnow() - kept_for() - TOLD_FOR:
        return None
    return cart if cart.forgotten_at is not None or is_forgotten(cart) else None


def must_hold(card: Card, site: Site) -> None:
    """Only a membership that holds opens the way out without a till."""
    held = standing_of(card, site)
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
    cart = newest_of(card, site)
    if cart is not None and is_forgotten(cart):
        cart.hold_row()
        if is_forgotten(cart):  # and not taken up by a till meanwhile
            forget(cart)
    if cart is None or cart.state in (SaleState.PAID, SaleState.VOID):
        return begun(site, card, device)
    in_hand(cart)
    cart.device = device  # the card may have come to another phone meanwhile
    if cart.state is SaleState.HELD:
        cart.become(SaleState.OPEN)
    return cart


def begun(site: Site, card: Card, device: str) -> Sale:
    try:
        with db.session.begin_nested():
            return Sale.begin_on_phone(site, card.member, card, device)
    except sa.exc.IntegrityError as error:  # the index that holds where no lock does
        raise Refused("two_at_once", _("Two scans came at once. Scan the last one again.")) from error


def in_hand(cart: Sale) -> None:
    """Its row locked, and no till has taken it up."""
    cart.hold_row()
    if not cart.is_on_phone:
        raise Refused("at_the_desk", _("The desk has your goods already. Say there what to change."))


def looked_at(cart: Sale, lines: Sequence[ShownLine]) -> list[ShownLine]:
    """A few lines by chance, the same ones each time: who packs the cart cannot know which."""
    count = min(LOOKED_AT, len(lines))
    chosen = {line.id for line in random.Random(cart.token).sample(list(lines), count)}  # noqa: S311
    return [line for line in lines if line.id in chosen]


def forget(cart: Sale) -> None:
    """Nothing of it was sold. Its row is held."""
    cart.void(_("left alone on the phone"), None)
    cart.forgotten_at = utcnow()


def void_forgotten() -> None:
    """Carts that were left alone on a phone: nobody can go on with them."""
    late = sa.select(Sale).where(IN_HAND, Sale.changed_at <= utcnow() - kept_for()).order_by(Sale.id)
    for cart in db.session.scalars(late.with_for_update()):
        forget(cart)
