"""Writes what the stores have to take away: every piece that came, was sold, came back or was wasted, and the sum."""

import random
from collections import defaultdict
from typing import Any

from sqlalchemy.orm import Session

from selection_center.demo.audit_rows import entry
from selection_center.demo.offers import SEED
from selection_center.demo.story import Story
from selection_center.demo.till_rows import Goods, Sold
from selection_center.demo.visit_rows import Written
from selection_center.demo.writing import Row, days_before, insert, insert_by_age
from selection_center.stock.goods_in import GoodsIn, GoodsLine
from selection_center.stock.items import MoveKind, StockItem, StockMove

LOW_AT, FILL_TO = 5, 40
CAME_DAYS_AGO = 30
COMES = 6
"""SKUs of the delivery that is unpacked today."""


def write(session: Session, story: Story, written: Written, goods: dict[str, Goods], sold: Sold) -> list[Row]:
    told: list[Row] = []
    for site, here in goods.items():
        moves = sold.moves[site]
        items = write_items(session, story, written, site, here, moves)
        told += write_goods_in(session, story, written, site, here)
        told += [added(written, site, story, number) for number in list(items.values())[:3]]
    return told


def write_items(
    session: Session, story: Story, written: Written, site: str, goods: Goods, moves: list[tuple[Any, ...]]
) -> dict[int, int]:
    """Enough came for what was sold and what lies there now; a few are low or sold out."""
    dice = random.Random(f"{SEED}/stock/{site}")
    net: dict[int, int] = defaultdict(int)
    for sku, pieces, *_rest in moves:
        net[sku] += pieces
    left = {
        sku.id: dice.choices((0, 1, dice.randrange(2, 6), dice.randrange(8, 60)), (4, 3, 10, 83))[0]
        for sku in goods.skus
    }
    by = written.team.somebody(site, "floor_staff")
    came = days_before(story.now, CAME_DAYS_AGO, 10, 20)
    in_back = {sku: pieces * 2 // 3 if pieces > 10 else 0 for sku, pieces in left.items()}
    rows = [
        {
            "site_id": written.floor.sites[site], "sku_id": sku, "on_hand": pieces, "in_back": in_back[sku],
            "low_at": LOW_AT, "fill_to": FILL_TO, "created_at": came,
        }
        for sku, pieces in left.items()
    ]  # fmt: skip
    items = dict(zip(left, insert(session, StockItem, rows), strict=True))
    ledger: list[Row] = [
        move(items[sku], MoveKind.RECEIVED, pieces - net[sku], None, came, by, back=in_back[sku])
        for sku, pieces in left.items()
        if pieces - net[sku]
    ]
    for sku, pieces, subject, kind, at, who in moves:
        reason = "退货后不能再卖" if kind == "wasted" else ""
        ledger.append(move(items[sku], MoveKind(kind), pieces, subject, at, who, reason=reason))
    insert_by_age(session, StockMove, ledger, "at")
    return items


def move(
    item: int, kind: MoveKind, quantity: int, subject: str | None, at: Any, by: int, *, reason: str = "", back: int = 0
) -> Row:
    return {
        "item_id": item, "kind": kind, "quantity": quantity, "back_quantity": back, "subject": subject,
        "reason": reason, "by_id": by, "at": at,
    }  # fmt: skip


def write_goods_in(session: Session, story: Story, written: Written, site: str, goods: Goods) -> list[Row]:
    """One delivery that waits to be unpacked today."""
    first = goods.skus[0].listing.supplier_id
    skus = [sku for sku in goods.skus if sku.listing.supplier_id == first][:COMES]
    by = written.team.somebody(site, "floor_staff")
    at = days_before(story.now, 0, 9, 40)
    site_id = written.floor.sites[site]
    row = {"site_id": site_id, "supplier_id": first, "note": "两箱，司机已签收", "begun_by_id": by, "begun_at": at}
    (number,) = insert(session, GoodsIn, [row])
    lines = [{"goods_in_id": number, "sku_id": sku.id, "expected": 12, "received": 0} for sku in skus]
    insert(session, GoodsLine, lines)
    return [entry("goods_in_begun", "goods_ins", number, at, by, site_id, number=str(number))]


def added(written: Written, site: str, story: Story, item: int) -> Row:
    by = written.team.somebody(site, "floor_staff")
    at = days_before(story.now, CAME_DAYS_AGO, 10, 10)
    return entry("stock_item_added", "stock_items", item, at, by, written.floor.sites[site], title="")
