"""Who is a buyer of a factory, by facts of ours, and how many there were in which stretch of its clock.

A buyer (采购商) is whoever ordered something of the factory, unless the order was cancelled, or has something of it
on a list, unless it was taken off again. One person counts once in a stretch: by the phone, however many devices; by
the device where no phone is known. Looking alone, by scanning a code, makes no buyer; neither do sales at the till of
a member store.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from selection_center.accounts.buyers import Buyer, mask_phone
from selection_center.catalog.models import Listing
from selection_center.core.db import UtcDateTime, db
from selection_center.orders.models import Order, OrderState
from selection_center.samples.models import Placement, Sample
from selection_center.samples.scans import Scan
from selection_center.selections.models import SelectionLine, SelectionList

FIRST_DAYS, HALF_DAYS = 60, 182
DAY = 24 * 60 * 60


class Counts(NamedTuple):
    """Buyers of one factory: within the first 60 days, in the present half year, and in the one before."""

    begun_at: datetime | None = None
    first: int = 0
    half: int = 0
    before: int = 0


def device_key() -> sa.ColumnElement[str]:
    return sa.literal("device ") + sa.cast(Buyer.id, sa.String)


def orders_placed() -> sa.Select[*tuple[Any, ...]]:
    person = sa.func.coalesce(sa.func.nullif(Order.phone, ""), Buyer.phone, device_key())
    query = sa.select(
        Order.supplier_id.label("supplier_id"),
        person.label("person"),
        Order.submitted_at.label("at"),
        Order.site_id.label("site_id"),
        Order.id.label("order_id"),
    )
    return query.join(Buyer, Buyer.id == Order.buyer_id).where(Order.state != OrderState.CANCELLED)


def lines_listed() -> sa.Select[*tuple[Any, ...]]:
    """Lines that are on a list and not ordered: of an ordered one the order counts."""
    query = (
        sa.select(
            Listing.supplier_id.label("supplier_id"),
            sa.func.coalesce(Buyer.phone, device_key()).label("person"),
            SelectionLine.created_at.label("at"),
            Sample.site_id.label("site_id"),
            sa.null().label("order_id"),
        )
        .join(Listing, Listing.id == SelectionLine.listing_id)
        .join(Sample, Sample.id == SelectionLine.sample_id)
        .join(SelectionList, SelectionList.id == SelectionLine.list_id)
        .join(Buyer, Buyer.id == SelectionList.buyer_id)
    )
    return query.where(Listing.supplier_id.is_not(None), SelectionLine.is_open)


def facts(supplier_id: int | None = None) -> sa.CTE:
    """(supplier, person, moment, site, order) of whatever makes somebody a buyer."""
    orders, lines = orders_placed(), lines_listed()
    if supplier_id is not None:
        orders = orders.where(Order.supplier_id == supplier_id)
        lines = lines.where(Listing.supplier_id == supplier_id)
    return orders.union_all(lines).cte("facts")


def beginnings(supplier_id: int | None = None) -> sa.Subquery:
    """When the first sample of each factory was put on a stand."""
    first = sa.func.min(Placement.placed_at, type_=UtcDateTime()).label("begun_at")
    query = (
        sa.select(Listing.supplier_id.label("supplier_id"), first)
        .select_from(Placement)
        .join(Sample, Sample.id == Placement.sample_id)
        .join(Listing, Listing.id == Sample.listing_id)
        .where(Placement.stand_id.is_not(None), Listing.supplier_id.is_not(None))
    )
    if supplier_id is not None:
        query = query.where(Listing.supplier_id == supplier_id)
    return query.group_by(Listing.supplier_id).subquery("beginnings")


def seconds(moment: Any) -> sa.ColumnElement[int]:
    """Since 1970, whole; 0 for no moment."""
    return sa.cast(sa.func.floor(sa.func.coalesce(sa.extract("epoch", moment), 0)), sa.BigInteger)


def counts(now: datetime, supplier_id: int | None = None) -> dict[int, Counts]:
    """By factory, in one statement, for those of which a sample stood on a stand."""
    begun = beginnings(supplier_id)
    start = seconds(begun.c.begun_at).label("start")
    present = ((sa.literal(int(now.timestamp()), sa.BigInteger) - start) // (HALF_DAYS * DAY)).label("present")
    clocks = narrow(sa.select(begun.c.supplier_id, begun.c.begun_at, start, present), "clocks", supplier_id)
    timed = sa.union_all(*timed_facts(clocks, supplier_id)).subquery("timed")
    half = timed.c.since // (HALF_DAYS * DAY)

    def people(condition: sa.ColumnElement[bool]) -> Any:
        return sa.func.count(sa.distinct(sa.case((condition, timed.c.person))))

    found = (
        sa.select(
            timed.c.supplier_id,
            people(timed.c.since < FIRST_DAYS * DAY).label("first"),
            people(half == timed.c.present).label("half"),
            people(half == timed.c.present - 1).label("before"),
        )
        .where(timed.c.since >= 0)
        .group_by(timed.c.supplier_id)
        .subquery("found")
    )
    sums = (sa.func.coalesce(found.c[name], 0) for name in ("first", "half", "before"))
    query = sa.select(clocks.c.supplier_id, clocks.c.begun_at, *sums)
    rows = db.session.execute(query.outerjoin_from(clocks, found, found.c.supplier_id == clocks.c.supplier_id))
    return {supplier: Counts(*rest) for supplier, *rest in rows}


def timed_facts(clocks: sa.FromClause, supplier_id: int | None) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """(supplier, person, seconds since its clock began, the clock's present half) of each order and each line.

    What each fact looks up is laid out narrowly first: looked up in the wide tables it takes three times as long.
    """
    people = narrow(
        sa.select(Buyer.id, sa.func.coalesce(Buyer.phone, device_key()).label("person")), "people", supplier_id
    )
    lists = narrow(
        sa.select(SelectionList.id, people.c.person).join(people, people.c.id == SelectionList.buyer_id),
        "lists",
        supplier_id,
    )
    offers = narrow(
        sa.select(Listing.id, clocks).join(clocks, clocks.c.supplier_id == Listing.supplier_id), "offers", supplier_id
    )
    orders = (
        sa.select(
            clocks.c.supplier_id,
            sa.func.coalesce(sa.func.nullif(Order.phone, ""), people.c.person).label("person"),
            (seconds(Order.submitted_at) - clocks.c.start).label("since"),
            clocks.c.present,
        )
        .join_from(Order, clocks, clocks.c.supplier_id == Order.supplier_id)
        .join(people, people.c.id == Order.buyer_id)
        .where(Order.state != OrderState.CANCELLED)
    )
    lines = (
        sa.select(
            offers.c.supplier_id,
            lists.c.person,
            (seconds(SelectionLine.created_at) - offers.c.start).label("since"),
            offers.c.present,
        )
        .join_from(SelectionLine, offers, offers.c.id == SelectionLine.listing_id)
        .join(lists, lists.c.id == SelectionLine.list_id)
        .where(SelectionLine.is_open)
    )
    return orders, lines


def narrow(query: sa.Select[*tuple[Any, ...]], name: str, supplier_id: int | None) -> sa.FromClause:
    """Laid out once for all factories; for one alone its few rows are looked up where they stand."""
    if supplier_id is not None:
        return query.subquery(name)
    return query.cte(name).prefix_with("MATERIALIZED")


class Evidence(NamedTuple):
    """A buyer, and what makes one. `phone` is None where no number is known. `orders`: ids."""

    person: str
    first_at: datetime
    site_ids: tuple[int, ...]
    orders: tuple[int, ...]
    lines: int

    @property
    def phone(self) -> str | None:
        return None if self.person.startswith("device ") else self.person

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)


def evidence(supplier_id: int, since: datetime, until: datetime) -> list[Evidence]:
    """The factory's buyers of this stretch, the first one first: as many as `counts` says."""
    seen = facts(supplier_id)
    begin, end = (sa.literal(int(moment.timestamp()), sa.BigInteger) for moment in (since, until))
    within = sa.and_(seconds(seen.c.at) >= begin, seconds(seen.c.at) < end)
    rows = db.session.execute(sa.select(seen).where(within).order_by(seen.c.at, seen.c.order_id))
    people: dict[str, list[Any]] = {}
    for row in rows:
        people.setdefault(row.person, []).append(row)
    return [
        Evidence(
            person,
            found[0].at,
            tuple(dict.fromkeys(row.site_id for row in found)),
            tuple(row.order_id for row in found if row.order_id is not None),
            sum(row.order_id is None for row in found),
        )
        for person, found in people.items()
    ]


def scan_count(supplier_id: int, since: datetime, until: datetime) -> int:
    """How often buyers scanned its samples: looking, which makes no buyer."""
    samples = sa.select(Sample.id).join(Listing, Listing.id == Sample.listing_id)
    its = Scan.sample_id.in_(samples.where(Listing.supplier_id == supplier_id))
    query = sa.select(sa.func.count()).select_from(Scan)
    return db.session.scalar(query.where(its, Scan.at >= since, Scan.at < until, Scan.by_staff.is_(False))) or 0
