"""Goods of a sale with all that their prices are read from: a few plain queries for all of them, put together once."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from selection_center.catalog.models import Listing, PriceTier, Sku, Supplier
from selection_center.core.db import db

OF_THESE = sa.select(Sku.listing_id).where(Sku.id.in_(sa.bindparam("ids", expanding=True)))
OFFERS = sa.select(Listing).where(Listing.id.in_(OF_THESE))
STYLES = sa.select(Sku).where(Sku.listing_id.in_(OF_THESE)).order_by(Sku.position, Sku.id)
TIERS = sa.select(PriceTier).where(PriceTier.listing_id.in_(OF_THESE)).order_by(PriceTier.min_quantity)
MAKERS = sa.select(Supplier).where(Supplier.id.in_(sa.bindparam("ids", expanding=True)))


def load(sku_ids: Collection[int], *, makers: bool) -> dict[int, Sku]:
    """These styles, each with its offer and that offer's styles and tiers; `makers`: with its supplier, too."""
    asked = {"ids": list(sku_ids)}
    offers = {listing.id: listing for listing in db.session.scalars(OFFERS, asked)}
    styles: dict[int, list[Sku]] = {listing_id: [] for listing_id in offers}
    for sku in db.session.scalars(STYLES, asked):
        set_committed_value(sku, "listing", offers[sku.listing_id])
        styles[sku.listing_id].append(sku)
    tiers: dict[int, list[PriceTier]] = {listing_id: [] for listing_id in offers}
    for tier in db.session.scalars(TIERS, asked):
        tiers[tier.listing_id].append(tier)
    for listing in offers.values():
        set_committed_value(listing, "skus", styles[listing.id])
        set_committed_value(listing, "tiers", tiers[listing.id])
    if makers:
        load_makers(offers.values())
    wanted = set(sku_ids)
    return {sku.id: sku for listing in styles.values() for sku in listing if sku.id in wanted}


def load_makers(offers: Collection[Listing]) -> None:
    ids = {listing.supplier_id for listing in offers if listing.supplier_id is not None}
    found = {supplier.id: supplier for supplier in db.session.scalars(MAKERS, {"ids": list(ids)})}
    for listing in offers:
        set_committed_value(listing, "supplier", found.get(listing.supplier_id or 0))
