"""What is wrong between shelf and screen: offers that stand at a site and are not online as they stand here.

What is wrong is not stored, it is read from what the last sync wrote down; what people decided about it is. The
database chooses and counts: a page costs its own rows, however many wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from selection_center.catalog.models import Listing, ListingState, PriceChange, Sku
from selection_center.core.db import db, utcnow
from selection_center.marketplace.handlings import Handling, How, newest_at
from selection_center.marketplace.mixed_batches import below_rule
from selection_center.marketplace.syncs import OfferLink
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.sites.models import Site, Stand

UNSEEN_DAYS = 7
"""An offer that no sync saw for so long may be anything by now."""
CHANGED = timedelta(days=7)
"""So long a price that changed online is news."""

KINDS = ("gone", "off_shelf", "style_gone", "sold_out", "price", "price_changed", "below_mix", "unseen")
"""The worst first."""
WAITING, HANDLED = "waiting", "handled"


@dataclass(frozen=True)
class Queue:
    """What is wrong at a site, and what people decided about it."""

    site: Site
    unseen_days: int = UNSEEN_DAYS

    @cached_property
    def standing(self) -> sa.CTE:
        """Every offer of the site once, with its first stand."""
        query = (
            sa.select(Sample.listing_id, sa.func.min(Stand.address).label("first"))
            .outerjoin(Placement, sa.and_(Placement.sample_id == Sample.id, Placement.ended_at.is_(None)))
            .outerjoin(Stand, Stand.id == Placement.stand_id)
            .where(Sample.site_id == self.site.id, Sample.state != SampleState.RETIRED)
            .group_by(Sample.listing_id)
        )
        return query.cte("standing")

    @cached_property
    def wrong(self) -> sa.Subquery:
        """(listing_id, kind, seen, handling_id): seen is what exactly is wrong; handled is only what looks like what
        was seen, by the decision that was taken last.
        """
        here = Listing.id.in_(sa.select(self.standing.c.listing_id))
        found = sa.union_all(*queries(self.site, here, self.unseen_days)).subquery()
        decided = sa.and_(
            Handling.id.in_(newest_at(self.site)),
            Handling.listing_id == found.c.listing_id,
            Handling.kind == found.c.kind,
            Handling.seen == found.c.seen,
            Handling.how != How.REOPENED,
        )
        return sa.select(found, Handling.id.label("handling_id")).outerjoin(Handling, decided).subquery()

    @cached_property
    def offers(self) -> sa.Subquery:
        """By offer how many kinds of trouble wait, how many are handled, and whether each kind waits."""
        waits = self.wrong.c.handling_id.is_(None)
        sums: dict[str, sa.ColumnElement[bool]] = {WAITING: waits, HANDLED: ~waits}
        sums |= {kind: sa.and_(waits, self.wrong.c.kind == kind) for kind in KINDS}
        columns = (sa.func.count().filter(condition).label(name) for name, condition in sums.items())
        return sa.select(self.wrong.c.listing_id, *columns).group_by(self.wrong.c.listing_id).subquery()

    def counts(self) -> dict[str, int]:
        """How many offers wait, are handled, and wait for each kind of trouble."""
        sums = (sa.func.count().filter(self.offers.c[name] > 0) for name in (WAITING, HANDLED, *KINDS))
        row = db.session.execute(sa.select(*sums).select_from(self.offers)).one()
        return dict(zip((WAITING, HANDLED, *KINDS), row, strict=True))

    def listing_ids(self, part: str = WAITING) -> sa.Select[Any]:
        """Offers in the order in which one walks past them; what stands on no stand comes last."""
        first = self.standing.c.first
        query = sa.select(self.offers.c.listing_id).join(
            self.standing, self.standing.c.listing_id == self.offers.c.listing_id
        )
        return query.where(self.offers.c[part] > 0).order_by(first.is_(None), first, self.offers.c.listing_id)

    def includes(self, listing_id: int) -> bool:
        own = sa.exists().where(self.standing.c.listing_id == listing_id)
        return bool(db.session.scalar(sa.select(own)))


def queries(site: Site, here: sa.ColumnElement[bool], unseen_days: int) -> list[sa.Select[Any]]:
    """Each answers offers, a kind, and what exactly is wrong with them; `here`: which offers are meant."""
    linked = sa.join(Listing, OfferLink, OfferLink.listing_id == Listing.id)
    of_it = Sku.listing_id == Listing.id
    offered = sa.and_(of_it, Sku.gone_at.is_(None))
    some_left = sa.exists().where(offered, sa.or_(Sku.stock.is_(None), Sku.stock > 0))
    is_gone = sa.exists().where(OfferLink.listing_id == Listing.id, OfferLink.gone_at.is_not(None))
    long_ago = utcnow() - timedelta(days=unseen_days)
    online = sa.or_(PriceChange.source.startswith("sync "), PriceChange.source.startswith("message "))
    below = each_of(below_rule(site))
    of_link = {
        "gone": (moment_text(OfferLink.gone_at), OfferLink.gone_at.is_not(None)),
        "price": (OfferLink.gap_seen, sa.and_(OfferLink.gone_at.is_(None), OfferLink.gap_seen != "")),
        "unseen": (moment_text(OfferLink.seen_at), sa.and_(OfferLink.gone_at.is_(None), OfferLink.seen_at < long_ago)),
    }
    of_listing = {
        "off_shelf": (last_fact("state"), sa.and_(Listing.state == ListingState.OFF_SHELF, ~is_gone)),
        "style_gone": (last_fact("style"), sa.exists().where(of_it, Sku.gone_at.is_not(None))),
        "sold_out": (
            last_fact("stock"),
            sa.and_(Listing.state == ListingState.ON_SHELF, sa.exists().where(offered), ~some_left),
        ),
    }
    return [
        *(told(kind, seen).select_from(linked).where(here, wrong) for kind, (seen, wrong) in of_link.items()),
        *(told(kind, seen).where(here, wrong) for kind, (seen, wrong) in of_listing.items()),
        told("price_changed", sa.cast(sa.func.max(PriceChange.id), sa.Text))
        .join(PriceChange, PriceChange.listing_id == Listing.id)
        .where(here, PriceChange.field.in_(("price", "tiers")), PriceChange.old.is_not(None))
        .where(PriceChange.at >= utcnow() - CHANGED, online)
        .group_by(Listing.id),
        told("below_mix", below.c.value).join(below, sa.cast(below.c.key, Listing.id.type) == Listing.id).where(here),
    ]


def told(kind: str, seen: Any) -> sa.Select[Any]:
    return sa.select(Listing.id.label("listing_id"), sa.literal(kind).label("kind"), seen.label("seen"))


def last_fact(field: str) -> Any:
    """The number of the newest fact of the history about it: the same trouble has the same."""
    newest = sa.select(sa.func.max(PriceChange.id)).where(PriceChange.field == field)
    number = newest.where(PriceChange.listing_id == Listing.id).correlate(Listing).scalar_subquery()
    return sa.func.coalesce(sa.cast(number, sa.Text), "")


def moment_text(moment: Any) -> Any:
    """As Python writes it, alike on both databases."""
    if db.engine.dialect.name == "sqlite":
        return sa.cast(moment, sa.Text) + "+00:00"
    return sa.func.to_char(sa.func.timezone("UTC", moment), "YYYY-MM-DD HH24:MI:SS.US") + "+00:00"


def each_of(found: dict[int, str]) -> Any:
    """What was found in Python, as rows of (key, value)."""
    each = sa.func.json_each if db.engine.dialect.name == "sqlite" else sa.func.json_each_text
    return each(sa.literal(found, sa.JSON)).table_valued("key", "value")
