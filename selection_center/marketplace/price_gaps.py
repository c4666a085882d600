"""Which offers have another price online than here, chosen by the database.

Prices are held against each other in Python, once for each version of a listing and each price online; what differed is
kept as rows. Where either is another one since, an offer is compared before anybody asks.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from selection_center.catalog.models import Listing, Sku
from selection_center.core.db import Model, db, table_of
from selection_center.marketplace import drift
from selection_center.marketplace.drift import Gap
from selection_center.marketplace.syncs import OfferLink
from selection_center.samples.models import Sample, SampleState
from selection_center.sites.models import Site

CHUNK = 1_000


class PriceGap(Model):
    """One price of an offer that is another online (价差), as it was compared last."""

    __tablename__ = "price_gaps"

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    spec: Mapped[str] = mapped_column(sa.String(160))
    is_kept: Mapped[bool]
    """Somebody looked at just this price online and kept ours."""


GAPS, LINKS = table_of(PriceGap), table_of(OfferLink)


def at_site(site: Site) -> sa.ColumnElement[bool]:
    own = sa.and_(Sample.site_id == site.id, Sample.state != SampleState.RETIRED)
    return Listing.id.in_(sa.select(Sample.listing_id).where(own))


def unseen(site: Site) -> dict[int, int]:
    """By offer its version; of many, some."""
    query = sa.select(Listing.id, Listing.version).join(OfferLink, OfferLink.listing_id == Listing.id)
    query = query.where(OfferLink.gone_at.is_(None), OfferLink.compared_version.is_distinct_from(Listing.version))
    return dict(db.session.execute(query.where(at_site(site)).limit(CHUNK)).all())


def compare(versions: dict[int, int]) -> None:
    """Held until the commit: what online says meanwhile waits, and is compared again."""
    own = LINKS.c.listing_id.in_(versions)
    db.session.execute(sa.select(LINKS.c.id).where(own).order_by(LINKS.c.listing_id).with_for_update())
    found = drift.gaps(Listing.id.in_(versions))
    db.session.execute(sa.delete(GAPS).where(GAPS.c.listing_id.in_(versions)))
    rows = [
        {"listing_id": listing_id, "spec": gap.spec, "is_kept": gap.is_kept}
        for listing_id, gaps in found.items()
        for gap in gaps
    ]
    if rows:
        db.session.execute(sa.insert(GAPS), rows)
    is_this = LINKS.c.listing_id == sa.bindparam("b_listing")
    values: dict[str, Any] = {"compared_version": sa.bindparam("b_version"), "gap_seen": sa.bindparam("b_seen")}
    said = [
        {"b_listing": listing_id, "b_version": version, "b_seen": seen(found.get(listing_id, []))}
        for listing_id, version in versions.items()
    ]
    db.session.connection().execute(sa.update(LINKS).where(is_this).values(values), said)


def seen(gaps: list[Gap]) -> str:
    return "" if all(gap.is_kept for gap in gaps) else drift.fingerprint(gaps)


def differs(*, kept: bool) -> sa.ColumnElement[bool]:
    """Of a sample: is a price of its style another online, that nobody looked at yet or that was kept?

    Three sets that do not ask for the sample, so that a database makes each once: offers as a whole, styles, and offers
    whose first style it is, which a sample without a style of its own shows.
    """
    known = sa.exists().where(OfferLink.listing_id == PriceGap.listing_id, OfferLink.gone_at.is_(None))
    gaps = sa.select(PriceGap.listing_id).where(PriceGap.is_kept.is_(kept), known)
    of_listing = sa.select(Sku.spec).where(Sku.listing_id == PriceGap.listing_id)
    first = of_listing.order_by(Sku.position, Sku.id).limit(1).correlate(PriceGap).scalar_subquery()
    styles = gaps.join(Sku, sa.and_(Sku.listing_id == PriceGap.listing_id, Sku.spec == PriceGap.spec))
    return sa.or_(
        Sample.listing_id.in_(gaps.where(PriceGap.spec == "")),
        sa.and_(Sample.sku_id.is_not(None), Sample.sku_id.in_(styles.with_only_columns(Sku.id))),
        sa.and_(Sample.sku_id.is_(None), Sample.listing_id.in_(gaps.where(PriceGap.spec == first))),
    )
