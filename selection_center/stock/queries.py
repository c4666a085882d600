"""Stock items as lists: narrowed, sorted and counted; and the ledger's newest rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import contains_eager, joinedload

from selection_center.catalog.models import Listing, Sku
from selection_center.core.db import db
from selection_center.core.forms import clean
from selection_center.core.paging import counted, like_anywhere, ordered, page_of
from selection_center.sites.models import Site
from selection_center.stock.items import MoveKind, StockItem, StockMove

ON_SHELF = StockItem.on_hand - StockItem.in_back
WHERE: dict[str, sa.ColumnElement[bool]] = {
    "all": sa.true(),
    "few": StockItem.on_hand <= StockItem.low_at,
    "refill": sa.and_(StockItem.in_back > 0, StockItem.low_at >= ON_SHELF),
    "none": StockItem.on_hand == 0,
}
SORTS = {"title": Listing.title, "on_hand": StockItem.on_hand, "shelf": ON_SHELF, "back": StockItem.in_back}
TEXTS = (Listing.title, Listing.title_en, Listing.item_number, Sku.spec, Sku.spec_en, Sku.cargo_number, Sku.barcode)


@dataclass(frozen=True)
class Filters:
    """What the page was asked for; what makes no sense counts as not said."""

    words: str = ""
    where: str = "all"

    @classmethod
    def read(cls, said: Mapping[str, str]) -> Filters:
        where = said.get("where", "")
        return cls((clean(said.get("q")) or "")[:80], where if where in WHERE else "all")


def matches(words: str) -> sa.ColumnElement[bool]:
    """Each word somewhere in name, style or a number."""
    return sa.and_(
        sa.true(), *(sa.or_(*(like_anywhere(column, word) for column in TEXTS)) for word in words.split()[:8])
    )


def at_site(site: Site) -> sa.Select[Any]:
    query = sa.select(StockItem).join(StockItem.sku).join(Sku.listing).where(StockItem.site_id == site.id)
    return query.options(contains_eager(StockItem.sku).contains_eager(Sku.listing), joinedload(StockItem.site))


def narrowed(site: Site, filters: Filters) -> sa.Select[Any]:
    query = at_site(site).where(WHERE[filters.where], matches(filters.words))
    return ordered(query, SORTS, "on_hand" if filters.where == "few" else "title")


def search(site: Site, filters: Filters) -> Pagination:
    return page_of(narrowed(site, filters))


def counts(site: Site) -> dict[str, int]:
    """How many items each tab holds."""
    return counted(sa.select(StockItem).where(StockItem.site_id == site.id), WHERE)


def moves_at(site: Site, kind: MoveKind | None) -> sa.Select[Any]:
    """The site's ledger, newest first."""
    query = (
        sa.select(StockMove)
        .join(StockMove.item)
        .join(StockItem.sku)
        .join(Sku.listing)
        .where(StockItem.site_id == site.id)
        .options(
            contains_eager(StockMove.item).contains_eager(StockItem.sku).contains_eager(Sku.listing),
            joinedload(StockMove.by),
        )
        .order_by(StockMove.id.desc())
    )
    return query.where(StockMove.kind == kind) if kind is not None else query


def offered(words: str, site: Site) -> list[tuple[Sku, int | None]]:
    """Styles of the catalog that fit, and what the store has of each; None where it does not stock it."""
    if not words:
        return []
    query = (
        sa.select(Sku, StockItem.on_hand)
        .join(Sku.listing)
        .outerjoin(StockItem, sa.and_(StockItem.sku_id == Sku.id, StockItem.site_id == site.id))
        .where(matches(words))
        .order_by(Listing.title, Sku.position, Sku.id)
        .limit(30)
        .options(contains_eager(Sku.listing))
    )
    return [(sku, pieces) for sku, pieces in db.session.execute(query)]
