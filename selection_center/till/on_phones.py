"""What members put together on their phones in this store just now, as the till lists it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from selection_center.core.db import db, utcnow
from selection_center.membership.cards import mask_name
from selection_center.sites.models import Site
from selection_center.till.going import IN_HAND, kept_for
from selection_center.till.pricing import load_goods, price_sale
from selection_center.till.sales import Sale, SaleLine, SaleState

MOST = 30


@dataclass(frozen=True)
class OnPhone:
    """One cart, whose member is known by a masked name alone. Fen."""

    sale_id: int
    name: str
    pieces: int
    total_fen: int
    minutes: int
    """Since its first scan."""
    is_ready: bool
    """Its QR is shown at the exit."""

    @classmethod
    def of(cls, cart: Sale) -> Self:
        holder = cart.card.holder if cart.card is not None else cart.member.name if cart.member is not None else ""
        return cls(
            sale_id=cart.id,
            name=mask_name(holder),
            pieces=sum(line.quantity for line in cart.lines),
            total_fen=price_sale(cart).total_fen,
            minutes=int((utcnow() - cart.opened_at).total_seconds()) // 60,
            is_ready=cart.state is SaleState.HELD,
        )


def carts_at(site_id: int) -> sa.Select[Sale]:
    """Those that somebody goes on with and that hold goods; whoever waits at the exit comes first."""
    lines = sa.exists().where(SaleLine.sale_id == Sale.id, SaleLine.removed_at.is_(None))
    carts = sa.select(Sale).where(IN_HAND, Sale.site_id == site_id, Sale.changed_at > utcnow() - kept_for(), lines)
    return carts.order_by((Sale.state == SaleState.HELD).desc(), Sale.changed_at.desc(), Sale.id.desc())


class Counted(NamedTuple):
    open: int
    at_exit: int
    """Of the open ones."""


def counted(site_id: int) -> Counted:
    carts = carts_at(site_id).order_by(None).subquery()
    ready = sa.func.count().filter(carts.c.state == SaleState.HELD)
    found, waiting = db.session.execute(sa.select(sa.func.count(), ready).select_from(carts)).one()
    return Counted(int(found), int(waiting))


def on_phones(site: Site) -> list[OnPhone]:
    shown = (selectinload(Sale.lines), joinedload(Sale.member), joinedload(Sale.card))
    carts = db.session.scalars(carts_at(site.id).limit(MOST).options(*shown)).unique().all()
    load_goods([line for cart in carts for line in cart.lines])
    return [OnPhone.of(cart) for cart in carts]
