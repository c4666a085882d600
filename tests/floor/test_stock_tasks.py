"""Goods in, stock counts and waste by scanning, at a member store alone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from selection_center.catalog.models import Sku
from selection_center.core.db import db
from selection_center.stock.models import GoodsIn, StockCount, StockItem
from tests import factories as make
from tests.floor.scanning import JSON, press, scan
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


def look_alikes(specs: tuple[str, ...] = ("红", "金", "白")) -> list[Sku]:
    """Styles of one offer and one of another factory's, which all carry the same barcode."""
    listing = make.listing(make.supplier(), specs=specs)
    other = make.listing(make.supplier("Twin factory"), title="一样的碗")
    styles = [*listing.skus, *other.skus]
    for sku in styles:
        sku.barcode = EAN
    return styles


def test_of_look_alikes_each_can_be_chosen_by_a_tap_or_by_its_number(app: Flask, visit: Visit) -> None:
    site = making.store()
    worker = making.worker(site)
    styles = look_alikes()
    goods_in = GoodsIn.begin(site, worker)
    db.session.commit()
    bo, known = visit(worker), {"delivery": str(goods_in.id)}
    asked = scan(bo, "goods-in", EAN, "hangzhou", **known)
    assert (asked["outcome"], asked["keys"], asked["panel"]) == ("wrong", [], True)
    assert asked["context"] == {"styles": ".".join(str(sku.id) for sku in styles)}
    panel = bo.get("/sites/hangzhou/floor/goods-in/panel", query_string=known | asked["context"]).text
    assert re.findall(r'value="style:(\d+)"', panel) == [*(str(sku.id) for sku in styles), "0"]
    assert "Twin factory" in panel
    for place, sku in enumerate(styles, 1):
        for text in (f"style:{sku.id}", str(place)):
            assert scan(bo, "goods-in", EAN, "hangzhou", **known)["outcome"] == "wrong", "asked each time"
            came = scan(bo, "goods-in", text, "hangzhou", **known, **asked["context"])
            assert (came["outcome"], came["context"]) == ("done", {"styles": None})
        assert making.stands(StockItem.at(site, sku)) == (2, 2)
    press(bo, came["undo"])
    assert making.stands(StockItem.at(site, styles[-1])) == (1, 1)


def test_what_is_none_of_the_styles_asked_about_counts_nothing(app: Flask, visit: Visit) -> None:
    site = making.store()
    worker = making.worker(site)
    styles, foreign = look_alikes(), making.sku(make.supplier("Other factory"))
    goods_in = GoodsIn.begin(site, worker)
    db.session.commit()
    bo, known = visit(worker), {"delivery": str(goods_in.id)}
    asked = scan(bo, "goods-in", EAN, "hangzhou", **known)["context"]
    for text in ("0", "5", "999", f"style:{foreign.id}", "style:9223372036854775807", "style:x"):
        assert scan(bo, "goods-in", text, "hangzhou", **known, **asked)["outcome"] in {"wrong", "unknown"}
    none = scan(bo, "goods-in", "style:0", "hangzhou", **known, **asked)
    assert (none["outcome"], none["context"]) == ("unknown", {"styles": None})
    for text in ("1", f"style:{styles[0].id}"):
        assert scan(bo, "goods-in", text, "hangzhou", **known)["outcome"] == "unknown", "nothing was asked"
    assert goods_in.lines == []


def test_of_two_styles_each_is_a_key_that_can_be_undone(app: Flask, visit: Visit) -> None:
    site = making.store()
    worker = making.worker(site)
    listing = make.listing(make.supplier(), specs=("红", "金"))
    tag = make.sample(listing, site)
    goods_in = GoodsIn.begin(site, worker)
    db.session.commit()
    bo = visit(worker)
    asked = scan(bo, "goods-in", tag.code, "hangzhou", delivery=str(goods_in.id))
    assert [key["label"] for key in asked["keys"]] == ["红", "金"]
    came = bo.submit(asked["keys"][1]["url"], asked["keys"][1]["fields"], headers=JSON).json
    assert came is not None
    assert making.stands(StockItem.at(site, listing.skus[1])) == (1, 1)
    press(bo, came["undo"])
    assert making.stands(StockItem.at(site, listing.skus[1])) == (0, 0)


def test_the_one_style_that_is_awaited_is_not_asked_about_and_several_come_first(app: Flask, visit: Visit) -> None:
    site = making.store()
    worker = making.worker(site)
    red, gold, white, twin = look_alikes()
    goods_in = GoodsIn.begin(site, worker)
    goods_in.expect({white.id: 1})
    db.session.commit()
    bo, known = visit(worker), {"delivery": str(goods_in.id)}
    assert scan(bo, "goods-in", EAN, "hangzhou", **known)["outcome"] == "done"
    assert making.stands(StockItem.at(site, white)) == (1, 1)
    asked = scan(bo, "goods-in", EAN, "hangzhou", **known)["context"]["styles"]
    assert asked == ".".join(str(sku.id) for sku in (red, gold, white, twin)), "all of it has come"
    goods_in.expect({gold.id: 3, twin.id: 3})
    db.session.commit()
    asked = scan(bo, "goods-in", EAN, "hangzhou", **known)["context"]["styles"]
    assert asked == ".".join(str(sku.id) for sku in (gold, twin, red, white))


def test_look_alikes_are_counted_each_on_its_own(app: Flask, visit: Visit) -> None:
    site = making.store()
    worker = making.worker(site)
    styles = look_alikes()
    count = StockCount.begin(site, "货架 1", worker)
    db.session.commit()
    bo, known = visit(worker), {"count": str(count.id)}
    asked = scan(bo, "stock-count", EAN, "hangzhou", **known)["context"]
    for _piece in range(2):
        last = scan(bo, "stock-count", "3", "hangzhou", **known, **asked)
    assert last["context"]["styles"] is None
    db.session.expire_all()
    assert [(line.item.sku_id, line.counted) for line in count.lines] == [(styles[2].id, 2)]


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


def test_of_look_alikes_those_in_stock_can_be_written_off(app: Flask, visit: Visit) -> None:
    site = making.store()
    worker = making.worker(site)
    styles = look_alikes()
    items = [making.item(site, 2, worker, of=sku) for sku in (styles[0], styles[2], styles[3])]
    db.session.commit()
    bo = visit(worker)
    asked = scan(bo, "waste", EAN, "hangzhou")["context"]
    panel = bo.get("/sites/hangzhou/floor/waste/panel", query_string=asked).text
    assert re.findall(r'value="style:(\d+)"', panel) == [*(str(item.sku_id) for item in items), "0"]
    why = scan(bo, "waste", "3", "hangzhou", **asked)
    assert why["context"] == {"styles": None}
    press(bo, why["keys"][0])
    assert [making.stands(item)[0] for item in items] == [2, 2, 1]


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
