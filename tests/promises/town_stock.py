"""Goods to take away of one center of the town."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selection_center.core.db import db
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from selection_center.stock.models import GoodsIn, Reorder, StockCount, StockItem

if TYPE_CHECKING:
    from tests.promises.town import Person

MISSING: dict[str, Any] = dict.fromkeys(
    ("stock_item_id", "stock_move_id", "goods_in_id", "closed_goods_in_id", "goods_line_id", "stock_count_id",
     "stock_count_line_id", "reorder_id"),
    987_654,
)  # fmt: skip
"""Names of the same shape that belong to nothing."""


def furnish(site: Site, sample: Sample, staff: Person, buyer: Person) -> dict[str, Any]:
    """By name, what addresses name. `staff` works at this center; `buyer` is its buyer's device."""
    user, style = staff.user, sample.listing.skus[1]
    assert user is not None
    goods_in, closed = GoodsIn.begin(site, user), GoodsIn.begin(site, user)
    closed.close(user)
    goods_in.expect({style.id: 12})
    line = goods_in.receive(style, 9, user)
    item = StockItem.at(site, style)
    db.session.refresh(item)
    move = item.refill(2, user)
    count = StockCount.begin(site, "货架 1", user)
    counted = count.note(item, 8, user)
    supplier = sample.listing.supplier
    assert supplier is not None
    reorder = Reorder.make(site, supplier, {style: 12}, user, "早送")
    return {
        "stock_item_id": item.id, "stock_move_id": move.id, "goods_in_id": goods_in.id, "closed_goods_in_id": closed.id,
        "goods_line_id": line.id, "stock_count_id": count.id, "stock_count_line_id": counted.id,
        "reorder_id": reorder.id,
    }  # fmt: skip
