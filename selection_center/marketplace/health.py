"""What is wrong between shelf and screen: offers that stand at a site and are not online as they stand here.

Nothing of it is stored: it is read from what the last sync wrote down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Listing, ListingState, Sku
from selection_center.core.db import db, utcnow
from selection_center.marketplace import drift
from selection_center.marketplace.syncs import OfferLink
from selection_center.orders.models import TRANSITIONS, Order, OrderLine
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.selections.models import SelectionLine
from selection_center.sites.models import Site, Stand

UNSEEN = timedelta(days=7)
"""An offer that no sync saw for so long may be anything by now."""
OPEN_ORDERS = [state for state, following in TRANSITIONS.items() if following]

KINDS = ("gone", "off_shelf", "style_gone", "sold_out", "price", "unseen")
"""The worst first."""


@dataclass
class Trouble:
    """One offer, what is wrong with it, and what it touches at this site."""

    listing: Listing
    link: OfferLink | None
    kinds: list[str]
    samples: list[Sample] = field(default_factory=list)
    list_lines: int = 0
    open_orders: int = 0

    @property
    def gone_styles(self) -> list[Sku]:
        return [sku for sku in self.listing.skus if sku.gone_at is not None]


def troubles(site: Site) -> dict[str, list[int]]:
    """By kind, the offers at this site that have it, in the order in which one walks past them."""
    order = {listing_id: place for place, listing_id in enumerate(standing_at(site))}
    found = {kind: set(db.session.scalars(query)) for kind, query in queries(site).items()}
    found["price"] = drifted(site)
    return {kind: sorted(found[kind], key=lambda listing_id: order[listing_id]) for kind in KINDS}


def in_walking_order(site: Site, kinds: dict[str, list[int]]) -> list[int]:
    """All that have any of these, once."""
    found = {listing_id for ids in kinds.values() for listing_id in ids}
    return [listing_id for listing_id in standing_at(site) if listing_id in found]


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


def queries(site: Site) -> dict[str, sa.Select[int]]:
    here = sa.select(Listing.id).where(at_site(site))
    linked = here.join(OfferLink, OfferLink.listing_id == Listing.id)
    of_it = Sku.listing_id == Listing.id
    offered = sa.and_(of_it, Sku.gone_at.is_(None))
    some_left = sa.exists().where(offered, sa.or_(Sku.stock.is_(None), Sku.stock > 0))
    return {
        "gone": linked.where(OfferLink.gone_at.is_not(None)),
        "off_shelf": here.where(Listing.state == ListingState.OFF_SHELF).where(
            ~sa.exists().where(OfferLink.listing_id == Listing.id, OfferLink.gone_at.is_not(None))
        ),
        "style_gone": here.where(sa.exists().where(of_it, Sku.gone_at.is_not(None))),
        "sold_out": here.where(Listing.state == ListingState.ON_SHELF, sa.exists().where(offered), ~some_left),
        "unseen": linked.where(OfferLink.gone_at.is_(None), OfferLink.seen_at < utcnow() - UNSEEN),
    }


def drifted(site: Site) -> set[int]:
    """Offers whose price here is another than online, where nobody decided to keep it."""
    found = drift.gaps(at_site(site))
    return {listing_id for listing_id, gaps in found.items() if not all(gap.is_kept for gap in gaps)}


def described(site: Site, listing_ids: Sequence[int], kinds: dict[str, list[int]]) -> list[Trouble]:
    """The offers of one page with all that they touch, in their order."""
    load = (selectinload(Listing.skus), joinedload(Listing.supplier), selectinload(Listing.tiers))
    query = sa.select(Listing).where(Listing.id.in_(listing_ids)).options(*load)
    listings = {listing.id: listing for listing in db.session.scalars(query)}
    links = db.session.scalars(
        sa.select(OfferLink).where(OfferLink.listing_id.in_(listing_ids)).options(joinedload(OfferLink.account))
    )
    link_of = {link.listing_id: link for link in links}
    found = {
        listing_id: Trouble(
            listings[listing_id], link_of.get(listing_id), [kind for kind in KINDS if listing_id in kinds[kind]]
        )
        for listing_id in listing_ids
    }
    touch(site, found)
    return list(found.values())


def touch(site: Site, found: dict[int, Trouble]) -> None:
    """Samples, lines of open lists, orders that are not finished."""
    own = sa.and_(Sample.site_id == site.id, Sample.state != SampleState.RETIRED, Sample.listing_id.in_(found))
    stands = (joinedload(Sample.placement).joinedload(Placement.stand), joinedload(Sample.tag))
    for sample in db.session.scalars(sa.select(Sample).where(own).order_by(Sample.id).options(*stands)).unique():
        found[sample.listing_id].samples.append(sample)
    lines = (
        sa.select(SelectionLine.listing_id, sa.func.count())
        .join(Sample, Sample.id == SelectionLine.sample_id)
        .where(SelectionLine.listing_id.in_(found), SelectionLine.order_id.is_(None), Sample.site_id == site.id)
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
