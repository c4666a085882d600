"""What waits at a site today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Listing, ListingState
from selection_center.core.db import db
from selection_center.core.shop_time import start_of_day, today
from selection_center.orders.models import Order, OrderState
from selection_center.pages.heat import Looked, coldest, hottest, looked_at
from selection_center.pages.plan_look import Look, View
from selection_center.samples import delivery_queries, stands
from selection_center.samples.deliveries import Delivery, DeliveryLine
from selection_center.samples.loan_queries import due_soon
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.samples.scans import ScanDay
from selection_center.samples.stocktakes import Stocktake
from selection_center.samples.tag_findings import TagFinding
from selection_center.sites.models import Site
from selection_center.sites.plan import Plan, draw
from selection_center.sites.plan_views import zones_of

SHOWN = 8
OPEN_STATES = (OrderState.SUBMITTED, OrderState.CONFIRMED, OrderState.SHIPPED)


@dataclass(frozen=True)
class Pile:
    """One heap of work: how much, and the first of it."""

    count: int
    rows: Sequence[Any]

    @classmethod
    def of(cls, query: sa.Select[Any]) -> Pile:
        count = db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
        return cls(count, db.session.scalars(query.limit(SHOWN)).unique().all() if count else [])


@dataclass(frozen=True)
class Work:
    """Today's orders, follow-ups due, samples expected, empty stands, off-shelf samples; and how the week went."""

    site: Site
    new_orders: Pile
    follow_ups: Pile
    expected: Pile
    """Samples that are to come."""
    loose: Pile
    """Of these, those of no delivery."""
    deliveries: Pile
    """Open ones that wait for pieces, the next due first."""
    late_deliveries: Pile
    empty_stands: Pile
    off_shelf: Pile
    late_loans: Pile
    due_loans: Pile
    """Due tomorrow at the latest, the late ones among them: whom to remind."""
    stickers: Pile
    """Codes over our tags that lead elsewhere."""
    counts_to_apply: Pile
    scans_by_day: list[tuple[Any, int]]
    orders_by_day: list[tuple[Any, int]]

    @classmethod
    def at(cls, site: Site) -> Work:
        return cls(
            site=site,
            new_orders=Pile.of(orders(site).where(Order.state == OrderState.SUBMITTED)),
            follow_ups=Pile.of(
                orders(site)
                .where(Order.follow_up_on <= today(), Order.state.in_(OPEN_STATES))
                .order_by(None)
                .order_by(Order.follow_up_on)
            ),
            deliveries=Pile.of(deliveries(site)),
            late_deliveries=Pile.of(deliveries(site).where(delivery_queries.is_overdue())),
            expected=Pile.of(expected(site)),
            loose=Pile.of(expected(site).where(Sample.delivery_line_id.is_(None))),
            empty_stands=Pile.of(stands.vacant(site)),
            off_shelf=Pile.of(
                samples(site).where(Sample.state == SampleState.HERE, Listing.state == ListingState.OFF_SHELF)
            ),
            late_loans=Pile.of(due_soon(site, today() - timedelta(days=1))),
            due_loans=Pile.of(due_soon(site)),
            stickers=Pile.of(TagFinding.open_at(site)),
            counts_to_apply=Pile.of(Stocktake.to_apply_at(site)),
            scans_by_day=scans_by_day(site),
            orders_by_day=orders_by_day(site),
        )

    @property
    def delivered(self) -> dict[int, delivery_queries.Counts]:
        """By delivery, how far the first ones are."""
        ids = [delivery.id for delivery in self.deliveries.rows]
        return delivery_queries.counted(DeliveryLine.delivery_id, DeliveryLine.delivery_id.in_(ids))

    @property
    def scans_this_week(self) -> int:
        return sum(count for _day, count in self.scans_by_day[-7:])

    @property
    def scans_last_week(self) -> int:
        return sum(count for _day, count in self.scans_by_day[-14:-7])


@dataclass(frozen=True)
class Floor:
    """The site from above: its plan with the heat of the last weeks, and what is looked at most and least."""

    plan: Plan | None
    look: Look
    hot: list[Looked]
    cold: list[Looked]

    @classmethod
    def at(cls, site: Site) -> Floor:
        looked = looked_at(site)
        return cls(draw(zones_of(site)), Look.of(site, View.SCANS), hottest(looked), coldest(looked))


def orders(site: Site) -> sa.Select[Any]:
    query = sa.select(Order).filter_by(site_id=site.id).order_by(Order.id.desc())
    return query.options(joinedload(Order.supplier), selectinload(Order.lines))


def samples(site: Site) -> sa.Select[Any]:
    query = sa.select(Sample).join(Listing).where(Sample.site_id == site.id)
    return query.options(joinedload(Sample.listing), joinedload(Sample.placement).joinedload(Placement.stand))


def expected(site: Site) -> sa.Select[Any]:
    return samples(site).where(Sample.state == SampleState.EXPECTED).order_by(Sample.expected_on)


def deliveries(site: Site) -> sa.Select[Any]:
    query = delivery_queries.at(site, "open").where(delivery_queries.MISSING)
    return query.order_by(Delivery.expected_on, Delivery.id).options(joinedload(Delivery.supplier))


def scans_by_day(site: Site, days: int = 14) -> list[tuple[Any, int]]:
    """Day and scans of buyers, oldest first, days without one included."""
    query = (
        sa.select(ScanDay.day, sa.func.sum(ScanDay.scans))
        .where(ScanDay.site_id == site.id, ScanDay.day > today() - timedelta(days=days))
        .group_by(ScanDay.day)
    )
    return filled({day: int(count) for day, count in db.session.execute(query)}, days)


def orders_by_day(site: Site, days: int = 14) -> list[tuple[Any, int]]:
    """Day and goods in fen of orders that were not cancelled."""
    since = start_of_day(today() - timedelta(days=days - 1))
    query = sa.select(Order.submitted_at, Order.goods_fen).where(
        Order.site_id == site.id, Order.submitted_at >= since, Order.state != OrderState.CANCELLED
    )
    sums: dict[Any, int] = {}
    for at, fen in db.session.execute(query):
        day = today(at)
        sums[day] = sums.get(day, 0) + fen
    return filled(sums, days)


def filled(found: dict[Any, int], days: int) -> list[tuple[Any, int]]:
    last = today()
    return [(day, found.get(day, 0)) for day in (last - timedelta(days=back) for back in range(days - 1, -1, -1))]


def open_sites() -> Sequence[Site]:
    return db.session.scalars(
        sa.select(Site).where(Site.closed_at.is_(None)).order_by(Site.kind, Site.id).options(joinedload(Site.city))
    ).all()
