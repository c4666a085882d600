"""What is wrong between shelf and screen: offers that stand at a site and are not online as they stand here.

What is wrong is not stored, it is read from what the last sync wrote down; what people decided about it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple, Self

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Listing, ListingState, PriceChange, Sku
from selection_center.core.db import db, utcnow
from selection_center.marketplace import drift
from selection_center.marketplace.handlings import Handling, How, newest_at
from selection_center.marketplace.mixed_batches import below_rule
from selection_center.marketplace.syncs import OfferLink
from selection_center.orders.models import TRANSITIONS, Order, OrderLine
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.selections.models import SelectionLine, SelectionList
from selection_center.sites.models import Site, Stand

UNSEEN_DAYS = 7
"""An offer that no sync saw for so long may be anything by now."""
CHANGED = timedelta(days=7)
"""So long a price that changed online is news."""
OPEN_ORDERS = [state for state, following in TRANSITIONS.items() if following]

KINDS = ("gone", "off_shelf", "style_gone", "sold_out", "price", "price_changed", "below_mix", "unseen")
"""The worst first."""
Found = dict[int, str]
"""By offer, what exactly is wrong: handled is only what looks like what was seen."""


class Shown(NamedTuple):
    """What exactly is wrong, and who has dealt with it."""

    seen: str | None
    handling: Handling | None


@dataclass
class Trouble:
    """One offer, what is wrong with it, and what it touches at this site."""

    listing: Listing
    link: OfferLink | None
    kinds: dict[str, Shown]
    samples: list[Sample] = field(default_factory=list)
    list_lines: int = 0
    open_orders: int = 0

    @property
    def gone_styles(self) -> list[Sku]:
        return [sku for sku in self.listing.skus if sku.gone_at is not None]


@dataclass
class Queue:
    """What is wrong at a site, and what people decided about it."""

    order: list[int]
    """Every offer of the site, as one walks past them."""
    found: dict[str, Found]
    handled: dict[tuple[int, str], Handling]

    @classmethod
    def at(cls, site: Site, unseen_days: int = UNSEEN_DAYS) -> Self:
        found = {kind: told(query) for kind, query in queries(site, unseen_days).items()}
        found |= {"price": drifted(site), "below_mix": below_rule(site)}
        return cls(list(standing_at(site)), found, newest_at(site))

    def handling(self, listing_id: int, kind: str) -> Handling | None:
        """The decision that still holds: it was about just this."""
        last = self.handled.get((listing_id, kind))
        holds = last is not None and last.how is not How.REOPENED and last.seen == self.found[kind].get(listing_id)
        return last if holds else None

    def kinds(self) -> dict[str, list[int]]:
        """By kind, the offers that wait for somebody."""
        return {kind: [one for one in self.order if self.waits(one, kind)] for kind in KINDS}

    def waits(self, listing_id: int, kind: str) -> bool:
        return listing_id in self.found[kind] and self.handling(listing_id, kind) is None

    def waiting(self) -> list[int]:
        return [one for one in self.order if any(self.waits(one, kind) for kind in KINDS)]

    def done_with(self) -> list[int]:
        return [one for one in self.order if any(self.handling(one, kind) for kind in KINDS)]


def troubles(site: Site, unseen_days: int = UNSEEN_DAYS) -> dict[str, list[int]]:
    """By kind, the offers at this site that wait for somebody, in the order in which one walks past them."""
    return Queue.at(site, unseen_days).kinds()


def told(query: sa.Select[int, Any]) -> Found:
    return {listing_id: "" if seen is None else str(seen)[:64] for listing_id, seen in db.session.execute(query)}


def at_site(site: Site) -> sa.ColumnElement[bool]:
    own = sa.and_(Sample.site_id == site.id, Sample.state != SampleState.RETIRED)
    return Listing.id.in_(sa.select(Sample.listing_id).where(own))


def linked_at(site: Site) -> set[int]:
    """The offers of the site whose price online is known."""
    query = sa.select(OfferLink.listing_id).join(Listing, Listing.id == OfferLink.listing_id)
    return set(db.session.scalars(query.where(at_site(site), OfferLink.gone_at.is_(None))))


def standing_at(site: Site) -> Sequence[int]:
    """Every offer of the site once, by its first stand; what stands on none comes last."""
    first = sa.func.min(Stand.address)
    query = (
        sa.select(Sample.listing_id)
        .outerjoin(Placement, sa.and_(Placement.sample_id == Sample.id, Placement.ended_at.is_(None)))
        .outerjoin(Stand, Stand.id == Placement.stand_id)
        .where(Sample.site_id == site.id, Sample.state != SampleState.RETIRED)
        .group_by(Sample.listing_id)
        .order_by(first.is_(None), first, Sample.listing_id)
    )
    return db.session.scalars(query).all()


def queries(site: Site, unseen_days: int) -> dict[str, sa.Select[int, Any]]:
    """Each answers offers, and what exactly is wrong with them."""
    here = at_site(site)
    linked = sa.join(Listing, OfferLink, OfferLink.listing_id == Listing.id)
    of_it = Sku.listing_id == Listing.id
    offered = sa.and_(of_it, Sku.gone_at.is_(None))
    some_left = sa.exists().where(offered, sa.or_(Sku.stock.is_(None), Sku.stock > 0))
    is_gone = sa.exists().where(OfferLink.listing_id == Listing.id, OfferLink.gone_at.is_not(None))
    long_ago = utcnow() - timedelta(days=unseen_days)
    return {
        "gone": sa.select(Listing.id, OfferLink.gone_at)
        .select_from(linked)
        .where(here, OfferLink.gone_at.is_not(None)),
        "off_shelf": sa.select(Listing.id, last_fact("state")).where(
            here, Listing.state == ListingState.OFF_SHELF, ~is_gone
        ),
        "style_gone": sa.select(Listing.id, last_fact("style")).where(
            here, sa.exists().where(of_it, Sku.gone_at.is_not(None))
        ),
        "sold_out": sa.select(Listing.id, last_fact("stock")).where(
            here, Listing.state == ListingState.ON_SHELF, sa.exists().where(offered), ~some_left
        ),
        "price_changed": sa.select(PriceChange.listing_id, sa.func.max(PriceChange.id))
        .join(Listing, Listing.id == PriceChange.listing_id)
        .where(here, PriceChange.field.in_(("price", "tiers")), PriceChange.old.is_not(None))
        .where(PriceChange.at >= utcnow() - CHANGED)
        .where(sa.or_(PriceChange.source.startswith("sync "), PriceChange.source.startswith("message ")))
        .group_by(PriceChange.listing_id),
        "unseen": sa.select(Listing.id, OfferLink.seen_at)
        .select_from(linked)
        .where(here, OfferLink.gone_at.is_(None), OfferLink.seen_at < long_ago),
    }


def last_fact(field: str) -> sa.ScalarSelect[Any]:
    """The number of the newest fact of the history about it: the same trouble has the same."""
    newest = sa.select(sa.func.max(PriceChange.id)).where(PriceChange.field == field)
    return newest.where(PriceChange.listing_id == Listing.id).correlate(Listing).scalar_subquery()


def drifted(site: Site) -> Found:
    """Offers whose price here is another than online, where nobody decided to keep it."""
    found = drift.gaps(at_site(site))
    return {one: drift.fingerprint(gaps) for one, gaps in found.items() if not all(gap.is_kept for gap in gaps)}


def described(site: Site, listing_ids: Sequence[int], queue: Queue, *, handled: bool = False) -> list[Trouble]:
    """The offers of one page with all that they touch, in their order."""
    load = (selectinload(Listing.skus), joinedload(Listing.supplier), selectinload(Listing.tiers))
    query = sa.select(Listing).where(Listing.id.in_(listing_ids)).options(*load)
    listings = {listing.id: listing for listing in db.session.scalars(query)}
    links = db.session.scalars(
        sa.select(OfferLink).where(OfferLink.listing_id.in_(listing_ids)).options(joinedload(OfferLink.account))
    )
    link_of = {link.listing_id: link for link in links}
    found = {
        listing_id: Trouble(listings[listing_id], link_of.get(listing_id), shown(queue, listing_id, handled=handled))
        for listing_id in listing_ids
    }
    touch(site, found)
    return list(found.values())


def shown(queue: Queue, listing_id: int, *, handled: bool) -> dict[str, Shown]:
    """What of it waits, or what was handled."""
    found = {kind: Shown(queue.found[kind].get(listing_id), queue.handling(listing_id, kind)) for kind in KINDS}
    return {kind: one for kind, one in found.items() if one.seen is not None and handled == (one.handling is not None)}


def touch(site: Site, found: dict[int, Trouble]) -> None:
    """Samples, lines of open lists, orders that are not finished."""
    own = sa.and_(Sample.site_id == site.id, Sample.state != SampleState.RETIRED, Sample.listing_id.in_(found))
    stands = (joinedload(Sample.placement).joinedload(Placement.stand), joinedload(Sample.tag))
    for sample in db.session.scalars(sa.select(Sample).where(own).order_by(Sample.id).options(*stands)).unique():
        found[sample.listing_id].samples.append(sample)
    lines = (
        sa.select(SelectionLine.listing_id, sa.func.count())
        .join(Sample, Sample.id == SelectionLine.sample_id)
        .join(SelectionList, SelectionList.id == SelectionLine.list_id)
        .where(SelectionLine.listing_id.in_(found), SelectionLine.order_id.is_(None), Sample.site_id == site.id)
        .where(SelectionLine.removed_at.is_(None), SelectionList.closed_at.is_(None))
    )
    orders = (
        sa.select(OrderLine.listing_id, sa.func.count(sa.distinct(Order.id)))
        .join(Order)
        .where(OrderLine.listing_id.in_(found), Order.site_id == site.id, Order.state.in_(OPEN_ORDERS))
    )
    for listing_id, count in db.session.execute(lines.group_by(SelectionLine.listing_id)):
        found[listing_id].list_lines = count
    for listing_id, count in db.session.execute(orders.group_by(OrderLine.listing_id)):
        found[listing_id].open_orders = count
