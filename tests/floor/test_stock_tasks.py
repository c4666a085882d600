"""Goods in, stock counts and waste by scanning, at a member store alone."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from selection_center.core.db import db
from selection_center.stock.models import GoodsIn, StockCount, StockItem
from tests import factories as make
from tests.floor.scanning import press, scan
from tests.stock import making
from tests.visitors import Visitor

EAN = "6901234567892"
Visit = Callable[[Any], Visitor]


def test_each_scan_of_the_goods_own_barcode_is_one_piece_and_a_carton_is_one_key(app: Flask, visit: Visit) -> None:
    site = making.store()
    worker = making.worker(site)
    style = making.sku(make.supplier(), carton_pieces=24)
    style.barcode = EAN
    goods_in = GoodsIn.begin(site, worker)
    goods_in.expect({style.id: 48})
    db.session.commit()
    bo, delivery = visit(worker), str(goods_in.id)
    first = scan(bo, "goods-in", EAN, "hangzhou", delivery=delivery)
    assert (first["outcome"], first["progress"]) == ("done", {"done": 1, "total": 48})
    press(bo, first["keys"][0])
    assert making.stands(StockItem.at(site, style)) == (24, 24), "the carton"
    again = scan(bo, "goods-in", EAN, "hangzhou", delivery=delivery)
    press(bo, again["undo"])
    assert making.stands(StockItem.at(site, style)) == (24, 24)
    assert "24" in bo.get(f"/sites/hangzhou/floor/goods-in/panel?delivery={delivery}").text
    unknown = scan(bo, "goods-in", "6900000000007", "hangzhou", delivery=delivery)
    assert unknown["outcome"] == "unknown"


def test_several_styles_of_one_tag_are_asked_about(app: Flask, visit: Visit) -> None:
    site = making.store()
    worker = making.worker(site)
    listing = make.listing(make.supplier(), specs=("红", "金", "白"))
    tag = make.sample(listing, site)
    goods_in = GoodsIn.begin(site, worker)
    db.session.commit()
    bo = visit(worker)
    asked = scan(bo, "goods-in", tag.code, "hangzhou", delivery=str(goods_in.id))
    assert asked["outcome"] == "wrong"
    assert [key["label"] for key in asked["keys"]] == ["红", "金"]
    press(bo, asked["keys"][1])
    assert making.stands(StockItem.at(site, listing.skus[1])) == (1, 1)


def test_pieces_are_counted_one_by_one_and_the_first_can_be_undone(app: Flask, visit: Visit) -> None:
    site = making.store()
    worker = making.worker(site)
    item = making.item(site, 5, worker)
    item.sku.barcode = EAN
    count = StockCount.begin(site, "货架 1", worker)
    db.session.commit()
    bo, number = visit(worker), str(count.id)
    first = scan(bo, "stock-count", EAN, "hangzhou", count=number)
    press(bo, first["undo"])
    db.session.expire_all()
    assert count.lines == [], "not counted is not the same as none counted"
    for _piece in range(2):
        last = scan(bo, "stock-count", EAN, "hangzhou", count=number)
    db.session.expire_all()
    assert [(line.counted, line.ledger) for line in count.lines] == [(2, 5)]
    press(bo, last["keys"][0])
    db.session.expire_all()
    assert [line.difference for line in count.lines] == [0]


def test_nothing_is_written_off_before_the_reason(app: Flask, visit: Visit) -> None:
    site = making.store()
    worker = making.worker(site)
    item = making.item(site, 2, worker)
    item.sku.barcode = EAN
    db.session.commit()
    bo = visit(worker)
    asked = scan(bo, "waste", EAN, "hangzhou")
    assert making.stands(item) == (2, 0)
    press(bo, asked["keys"][0])
    assert making.stands(item) == (1, 0)
    assert making.fresh(item).moves[0].reason == "damaged"


@pytest.mark.parametrize("task", ["goods-in", "stock-count", "waste"])
def test_a_center_without_goods_to_take_away_has_no_such_task(app: Flask, visit: Visit, task: str) -> None:
    site = make.site()
    bo = visit(making.worker(site))
    assert bo.get(f"/sites/yiwu/floor/{task}").status_code == 404
    assert f"task-{task}" not in bo.get("/sites/yiwu/floor").text


def test_another_stores_delivery_and_count_are_missing(app: Flask, visit: Visit) -> None:
    site, there = making.store(), making.store("ningbo")
    bo, cy = making.worker(site), making.worker(there, "Cy")
    goods_in, count = GoodsIn.begin(there, cy), StockCount.begin(there, "", cy)
    db.session.commit()
    assert visit(bo).get(f"/sites/hangzhou/floor/goods-in?delivery={goods_in.id}").status_code == 404
    assert visit(bo).get(f"/sites/hangzhou/floor/stock-count?count={count.id}").status_code == 404
