"""What should be reordered: of each item that is few so many whole lots as fill it up, by factory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Listing, Sku, Supplier
from selection_center.core.db import db
from selection_center.sites.models import Site
from selection_center.stock.goods_in import GoodsIn, GoodsLine
from selection_center.stock.items import StockItem
from selection_center.stock.reorders import unit_price

SEEN = (
    joinedload(StockItem.site),
    joinedload(StockItem.sku)
    .joinedload(Sku.listing)
    .options(joinedload(Listing.supplier), selectinload(Listing.tiers), selectinload(Listing.skus)),
)


@dataclass(frozen=True)
class ProposedLine:
    item: StockItem
    on_way: int
    quantity: int
    unit_fen: int | None

    @property
    def lot(self) -> int:
        return max(self.item.sku.listing.lot_size, 1)


@dataclass
class Proposal:
    """Of one factory. Lines without a factory cannot be ordered; they stand in a proposal without one."""

    supplier: Supplier | None
    lines: list[ProposedLine] = field(default_factory=list)

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def total_fen(self) -> int:
        return sum(line.quantity * (line.unit_fen or 0) for line in self.lines)


def proposals(site: Site) -> list[Proposal]:
    """What is few, after what is on its way; the factory with the most lines first."""
    few = sa.select(StockItem).where(StockItem.site_id == site.id, StockItem.on_hand <= StockItem.low_at).options(*SEEN)
    items = list(db.session.scalars(few.order_by(StockItem.id)))
    coming = on_way(site)
    found: dict[int | None, Proposal] = {}
    for item in items:
        quantity = to_order(item, coming[item.sku_id])
        if quantity:
            listing = item.sku.listing
            proposal = found.setdefault(listing.supplier_id, Proposal(listing.supplier))
            proposal.lines.append(ProposedLine(item, coming[item.sku_id], quantity, unit_price(item.sku, quantity)))
    return sorted(found.values(), key=lambda proposal: (proposal.supplier is None, -len(proposal.lines)))


def on_way(site: Site) -> dict[int, int]:
    """Pieces that are expected and have not come, by SKU."""
    waiting = GoodsLine.expected - GoodsLine.received
    query = (
        sa.select(GoodsLine.sku_id, sa.func.sum(waiting))
        .join(GoodsIn, GoodsIn.id == GoodsLine.goods_in_id)
        .where(GoodsIn.site_id == site.id, GoodsIn.closed_at.is_(None), waiting > 0)
        .group_by(GoodsLine.sku_id)
    )
    return defaultdict(int, {sku_id: int(pieces) for sku_id, pieces in db.session.execute(query)})


def to_order(item: StockItem, coming: int) -> int:
    """Whole lots up to the level; one lot where none is set. Nothing while enough is on its way."""
    lot, there = max(item.sku.listing.lot_size, 1), item.on_hand + coming
    if there > item.low_at:
        return 0
    short = item.fill_to - there if item.fill_to else 1
    return -(-max(short, 1) // lot) * lot
