"""What waits at a member store today: at the tills, the door, the members' desk and on the shelves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from selection_center.core.db import Model, db
from selection_center.core.shop_time import start_of_day, today
from selection_center.membership import entries
from selection_center.membership.entries import Count
from selection_center.membership.models import Application, Member
from selection_center.membership.reminding import ends_soon
from selection_center.sites.models import Site
from selection_center.stock.items import StockItem
from selection_center.stock.queries import WHERE
from selection_center.till import under_way
from selection_center.till.sales import Channel, Sale, SaleState
from selection_center.till.shifts import Shift


@dataclass(frozen=True)
class Sold:
    """Sales that were paid on a day, and their sum in fen."""

    sales: int
    fen: int

    @classmethod
    def on(cls, site: Site, days_ago: int = 0) -> Sold:
        day = today() - timedelta(days=days_ago)
        within = sa.and_(Sale.paid_at >= start_of_day(day), Sale.paid_at < start_of_day(day + timedelta(days=1)))
        query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Sale.total_fen), 0))
        sales, fen = db.session.execute(
            query.where(Sale.site_id == site.id, Sale.state == SaleState.PAID, within)
        ).one()
        return cls(sales, int(fen))


@dataclass(frozen=True)
class StoreWork:
    """Read once for the page; what a role may not see its template leaves out."""

    sold: Sold
    sold_yesterday: Sold
    people: Count
    open_shifts: list[Shift]
    held: int
    """Sales on hold at a till."""
    on_phones: int
    """Sales that members put together on their phones."""
    under_way: int
    """Payments without an answer, or on their way back."""
    wishes: int
    """To join, written on a phone today."""
    ending: int
    """Members to remind."""
    few: int
    """Stock items at or below what calls for more."""
    refill: int
    """Of which the shelf runs out while there is some in the back."""

    @classmethod
    def at(cls, site: Site) -> StoreWork:
        since = start_of_day()
        at_site = Sale.site_id == site.id
        return cls(
            sold=Sold.on(site),
            sold_yesterday=Sold.on(site, 1),
            people=entries.count(site),
            open_shifts=open_shifts(site),
            held=how_many(Sale, at_site, Sale.state == SaleState.HELD),
            on_phones=how_many(
                Sale, at_site, Sale.state == SaleState.OPEN, Sale.channel == Channel.PHONE, Sale.opened_at >= since
            ),
            under_way=under_way.counted_at(site),
            wishes=how_many(
                Application, Application.site_id == site.id, Application.closed_at.is_(None), Application.at >= since
            ),
            ending=how_many(Member, Member.site_id == site.id, ends_soon(today())),
            few=how_many(StockItem, StockItem.site_id == site.id, WHERE["few"]),
            refill=how_many(StockItem, StockItem.site_id == site.id, WHERE["refill"]),
        )


def open_shifts(site: Site) -> list[Shift]:
    query = sa.select(Shift).where(Shift.site_id == site.id, Shift.closed_at.is_(None)).order_by(Shift.opened_at)
    return list(db.session.scalars(query.options(joinedload(Shift.till), joinedload(Shift.opened_by))))


def how_many(model: type[Model], *where: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0
