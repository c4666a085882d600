"""Goods that a store sells, found by a name or among the styles of an offer: what is in the store comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Listing, ListingState, Sku
from selection_center.catalog.pricing import Wanted, price_offer
from selection_center.catalog.search import search
from selection_center.catalog.terms import offer_terms
from selection_center.core.db import db
from selection_center.sites.models import Site
from selection_center.stock.items import StockItem
from selection_center.till.sales import LineKind

MOST = 24
SHOWN = (
    joinedload(Sku.listing).selectinload(Listing.skus),
    joinedload(Sku.listing).selectinload(Listing.tiers),
    joinedload(Sku.listing).joinedload(Listing.supplier),
    selectinload(Sku.tiers),
)


@dataclass(frozen=True)
class Found:
    """One style, as it would come on the sale."""

    sku_id: int
    kind: LineKind
    title: str
    spec: str
    picture: str | None
    left: int | None
    price_fen: int | None
    """A piece's price for everybody, by itself."""


def by_words(site: Site, words: str) -> list[Found]:
    """Styles whose offer holds every word, those of the store alone: to type a name is to look for what lies here."""
    listings = search(words[:80]).subquery()
    query = (
        sa.select(Sku, StockItem.on_hand)
        .join(StockItem, sa.and_(StockItem.sku_id == Sku.id, StockItem.site_id == site.id))
        .join(listings, listings.c.listing_id == Sku.listing_id)
        .order_by((StockItem.on_hand == 0), Sku.listing_id.desc(), Sku.position)
        .limit(MOST)
    )
    rows = db.session.execute(query.options(*SHOWN)).unique().all()
    return [found(sku, LineKind.TAKE_AWAY, left) for sku, left in rows]


def of_skus(site: Site, ids: Sequence[int]) -> list[Found]:
    """These styles, in the store or sent by their factory."""
    skus = (
        db.session.scalars(sa.select(Sku).where(Sku.id.in_(ids[:MOST])).order_by(Sku.position).options(*SHOWN))
        .unique()
        .all()
    )
    left = on_hand(site, [sku.id for sku in skus])
    kinds = [(sku, kind_of(sku, left)) for sku in skus]
    return [found(sku, kind, left.get(sku.id)) for sku, kind in kinds if kind is not None]


def on_hand(site: Site, ids: Sequence[int]) -> dict[int, int]:
    """What the store has of each style that it stocks."""
    query = sa.select(StockItem.sku_id, StockItem.on_hand).where(
        StockItem.site_id == site.id, StockItem.sku_id.in_(ids)
    )
    return {row.sku_id: row.on_hand for row in db.session.execute(query)}


def kind_of(sku: Sku, left: dict[int, int]) -> LineKind | None:
    """Taken away where the store stocks it, else sent by its factory; None where neither can be."""
    if sku.id in left:
        return LineKind.TAKE_AWAY
    return LineKind.FACTORY_DIRECT if can_be_sent(sku) else None


def can_be_sent(sku: Sku) -> bool:
    """Has it a factory, and is it offered?"""
    return sku.listing.supplier_id is not None and sku.listing.state is ListingState.ON_SHELF


def found(sku: Sku, kind: LineKind, left: int | None) -> Found:
    line = price_offer(offer_terms(sku.listing), [Wanted(sku.id, 1)], moq_waived=True).lines[0]
    return Found(
        sku_id=sku.id,
        kind=kind,
        title=sku.listing.label,
        spec=sku.label,
        picture=sku.picture or sku.listing.picture,
        left=left,
        price_fen=line.unit_fen,
    )
