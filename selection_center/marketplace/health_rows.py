"""The offers of one page of the queue, with all that they touch at the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Listing, Sku
from selection_center.core.db import db
from selection_center.marketplace.handlings import Handling
from selection_center.marketplace.health import KINDS, Queue
from selection_center.marketplace.syncs import OfferLink
from selection_center.orders.models import OPEN_STATES, Order, OrderLine
from selection_center.printing import comparing
from selection_center.printing.comparing import Verdict
from selection_center.printing.models import PrintedItem
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.selections.models import SelectionLine, SelectionList
from selection_center.sites.models import Site


class Shown(NamedTuple):
    """What exactly is wrong, and who has dealt with it."""

    seen: str
    handling: Handling | None


@dataclass
class Trouble:
    """One offer, what is wrong with it, and what it touches at this site."""

    listing: Listing
    link: OfferLink | None
    kinds: dict[str, Shown] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    papers: int = 0
    """Labels and tags that hang there."""
    stale_papers: int = 0
    list_lines: int = 0
    open_orders: int = 0

    @property
    def gone_styles(self) -> list[Sku]:
        return [sku for sku in self.listing.skus if sku.gone_at is not None]


def described(queue: Queue, listing_ids: Sequence[int], *, handled: bool = False) -> list[Trouble]:
    """In their order; of each what waits, or what was handled."""
    load = (selectinload(Listing.skus), joinedload(Listing.supplier))
    query = sa.select(Listing).where(Listing.id.in_(listing_ids)).options(*load)
    listings = {listing.id: listing for listing in db.session.scalars(query)}
    links = db.session.scalars(
        sa.select(OfferLink).where(OfferLink.listing_id.in_(listing_ids)).options(joinedload(OfferLink.account))
    )
    link_of = {link.listing_id: link for link in links}
    found = {one: Trouble(listings[one], link_of.get(one)) for one in listing_ids}
    tell_kinds(queue, found, handled)
    touch(queue.site, found)
    return list(found.values())


def tell_kinds(queue: Queue, found: dict[int, Trouble], handled: bool) -> None:
    wrong = queue.wrong.c
    query = sa.select(wrong.listing_id, wrong.kind, wrong.seen, Handling)
    query = query.outerjoin(Handling, Handling.id == wrong.handling_id).options(joinedload(Handling.user))
    query = query.where(wrong.listing_id.in_(found), (Handling.id.is_not(None) if handled else Handling.id.is_(None)))
    rows = sorted(db.session.execute(query), key=lambda row: KINDS.index(row.kind))
    for listing_id, kind, seen, handling in rows:
        found[listing_id].kinds[kind] = Shown(seen, handling)


def touch(site: Site, found: dict[int, Trouble]) -> None:
    """Samples, papers that hang on them, lines of open lists, orders that are not finished."""
    own = sa.and_(Sample.site_id == site.id, Sample.state != SampleState.RETIRED, Sample.listing_id.in_(found))
    stands = (joinedload(Sample.placement).joinedload(Placement.stand), joinedload(Sample.tag))
    for sample in db.session.scalars(sa.select(Sample).where(own).order_by(Sample.id).options(*stands)).unique():
        found[sample.listing_id].samples.append(sample)
    for listing_id, papers, stale in db.session.execute(papers_of(site, found)):
        found[listing_id].papers, found[listing_id].stale_papers = papers, stale
    lines = (
        sa.select(SelectionLine.listing_id, sa.func.count())
        .join(Sample, Sample.id == SelectionLine.sample_id)
        .join(SelectionList, SelectionList.id == SelectionLine.list_id)
        .where(SelectionLine.listing_id.in_(found), Sample.site_id == site.id)
        .where(SelectionLine.is_open, SelectionList.closed_at.is_(None))
    )
    orders = (
        sa.select(OrderLine.listing_id, sa.func.count(sa.distinct(Order.id)))
        .join(Order)
        .where(OrderLine.listing_id.in_(found), Order.site_id == site.id, Order.state.in_(OPEN_STATES))
    )
    for listing_id, count in db.session.execute(lines.group_by(SelectionLine.listing_id)):
        found[listing_id].list_lines = count
    for listing_id, count in db.session.execute(orders.group_by(OrderLine.listing_id)):
        found[listing_id].open_orders = count


def papers_of(site: Site, found: dict[int, Trouble]) -> sa.Select[Any]:
    """By offer how many hang there, and how many of them are stale."""
    hanging = comparing.hanging(site, *comparing.KINDS).where(PrintedItem.id.is_not(None))
    stale = sa.func.count().filter(Verdict.now().is_stale)
    counts = comparing.picked(hanging, Sample.listing_id, sa.func.count(), stale)
    return counts.where(Sample.listing_id.in_(found)).group_by(Sample.listing_id)
