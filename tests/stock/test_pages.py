"""The stock's pages: each works; another site's is missing; a wrong role is refused; bad input says so."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.stock.models import GoodsIn, Reorder, StockCount, StockItem
from tests import factories as make
from tests.stock import making
from tests.visitors import Visitor

Visit = Callable[[Any], Visitor]


def test_the_list_finds_sorts_and_narrows(app: Flask, visit: Visit) -> None:
    site = making.store()
    bo, factory = making.worker(site), make.supplier()
    making.item(site, 3, bo, of=making.sku(factory, title="玻璃杯", title_en="Glass"), low_at=5)
    making.item(site, 30, bo, back=25, of=making.sku(factory, title="保鲜盒", title_en="Box"), low_at=5)
    making.item(site, 0, bo, of=making.sku(factory, title="晾衣架", title_en="Hanger"))
    page = visit(bo).get("/sites/hangzhou/stock?lang=en&sort=-on_hand")
    assert page.text.index("Box") < page.text.index("Glass") < page.text.index("Hanger")
    assert "Glass" not in visit(bo).get("/sites/hangzhou/stock?lang=en&q=box").text
    few = visit(bo).get("/sites/hangzhou/stock?lang=en&where=few").text
    assert "Glass" in few
    assert "Box" not in few
    refill = visit(bo).get("/sites/hangzhou/stock?lang=en&where=refill").text
    assert "Box" in refill
    assert "Glass" not in refill
    assert "No product fits" in visit(bo).get("/sites/hangzhou/stock?lang=en&q=nothing").text


def test_an_empty_store_says_how_to_begin(app: Flask, visit: Visit) -> None:
    site = making.store()
    bo = visit(making.worker(site))
    for path, words in [
        ("stock", "Nothing is stocked yet"), ("goods-in", "No goods are expected"), ("reorders", "Nothing is few"),
        ("stock-counts", "Nothing is being counted"), ("stock/moves", "Nothing has moved yet"),
        ("stock/send", "Nothing is stocked yet"), ("stock/new", "Search the catalog"),
    ]:  # fmt: skip
        page = bo.get(f"/sites/hangzhou/{path}?lang=en")
        assert page.status_code == 200, path
        assert words in page.text, path


def test_a_product_is_found_in_the_catalog_and_taken_in(app: Flask, visit: Visit) -> None:
    site = making.store()
    style, bo = making.sku(make.supplier()), visit(making.worker(site))
    assert 'name="sku"' in bo.get("/sites/hangzhou/stock/new?q=drawstring").text
    answer = bo.submit("/sites/hangzhou/stock", {"sku": str(style.id)})
    item = StockItem.at(site, style)
    assert answer.location == f"/stock/{item.id}"
    assert bo.get(answer.location).status_code == 200
    assert bo.submit("/sites/hangzhou/stock", {"sku": "99999"}).status_code == 409


def test_carrying_writing_off_and_taking_back_by_hand(app: Flask, visit: Visit) -> None:
    site = making.store()
    bo = making.worker(site)
    item = making.item(site, 6, bo, back=6)
    db.session.commit()
    page, address = visit(bo), f"/stock/{item.id}"
    assert page.submit(f"{address}/refills", {"direction": "shelf", "pieces": "4"}).status_code == 303
    assert making.stands(item) == (6, 2)
    too_many = page.submit(f"{address}/refills", {"direction": "shelf", "pieces": "3"})
    assert too_many.status_code == 422
    assert page.submit(f"{address}/waste", {"pieces": "2", "reason": "damaged"}).status_code == 303
    assert making.stands(item) == (4, 2)
    for wrong in (
        {"pieces": "0", "reason": "damaged"},
        {"pieces": "1", "reason": "eaten"},
        {"pieces": "", "reason": "other"},
    ):
        assert page.submit(f"{address}/waste", wrong).status_code == 422
    assert page.submit(f"{address}/waste", {"pieces": "9", "reason": "damaged"}).status_code == 409
    move = making.fresh(item).moves[0]
    assert page.submit(f"/stock-moves/{move.id}/take-back").status_code == 303
    assert making.stands(item) == (6, 2)
    assert page.submit(f"/stock-moves/{move.id}/take-back").status_code in (303, 409)
    assert making.stands(item) == (6, 2)


def test_levels_are_a_managers_word(app: Flask, visit: Visit) -> None:
    site = making.store()
    bo, ana = making.worker(site), making.worker(site, "Ana", Role.MANAGER)
    item = making.item(site, 6, bo)
    db.session.commit()
    good = {"low_at": "5", "fill_to": "40", "tax": "90"}
    assert visit(bo).submit(f"/stock/{item.id}/levels", good).status_code == 403
    assert 'id="levels"' not in visit(bo).get(f"/stock/{item.id}").text
    assert visit(ana).submit(f"/stock/{item.id}/levels", good).status_code == 303
    assert (making.fresh(item).low_at, item.fill_to, item.tax_permille) == (5, 40, 90)
    assert visit(ana).submit(f"/stock/{item.id}/levels", good | {"fill_to": "5"}).status_code == 422


def test_a_delivery_from_its_beginning_to_its_end(app: Flask, visit: Visit) -> None:
    site = making.store()
    factory, bo = make.supplier(), visit(making.worker(site))
    style = making.sku(factory, carton_pieces=24)
    begun = bo.submit("/sites/hangzhou/goods-in", {"supplier": str(factory.id), "note": "三箱"})
    goods_in = db.session.query(GoodsIn).one()
    assert begun.location == f"/sites/hangzhou/floor/goods-in?delivery={goods_in.id}"
    address = f"/goods-in/{goods_in.id}"
    assert bo.submit(f"{address}/pieces", {"sku": str(style.id), "pieces": "24", "place": "back"}).status_code == 303
    assert bo.submit(f"{address}/pieces", {"sku": str(style.id), "pieces": "0", "place": "back"}).status_code == 422
    db.session.expire_all()
    line = goods_in.lines[0]
    assert bo.submit(f"{address}/lines/{line.id}/take-back", {"pieces": "2"}).status_code == 303
    assert making.stands(StockItem.at(site, style)) == (22, 22)
    assert "三箱" in bo.get(address).text
    assert bo.submit(f"{address}/close").status_code == 303
    assert bo.submit(f"{address}/pieces", {"sku": str(style.id), "pieces": "1", "place": "back"}).status_code == 409
    assert bo.submit(f"{address}/reopen").status_code == 303
    assert making.fresh_row(goods_in).is_open


def test_a_count_is_written_corrected_and_applied_by_a_manager(app: Flask, visit: Visit) -> None:
    site = making.store()
    bo, ana = making.worker(site), making.worker(site, "Ana", Role.MANAGER)
    item, other = making.item(site, 6, bo), making.item(site, 2, bo)
    db.session.commit()
    visit(bo).submit("/sites/hangzhou/stock-counts", {"name": "货架 1"})
    count = db.session.query(StockCount).one()
    address = f"/stock-counts/{count.id}"
    assert visit(bo).submit(f"{address}/lines", {"item": str(item.id), "pieces": "5"}).status_code == 303
    assert visit(bo).submit(f"{address}/lines", {"item": str(item.id), "pieces": "4"}).status_code == 303
    assert visit(bo).submit(f"{address}/lines", {"item": str(other.id), "pieces": "-1"}).status_code == 422
    page = visit(bo).get(f"{address}?lang=en").text
    assert "−2" in page
    assert "1 not counted yet" in page
    sheet = openpyxl.load_workbook(io.BytesIO(visit(bo).get(f"{address}.xlsx").data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][3:6] == [6, 4, -2]
    assert visit(bo).submit(f"{address}/apply").status_code == 403
    assert visit(ana).submit(f"{address}/apply").status_code == 303
    assert (making.stands(item), making.stands(other)) == ((4, 0), (2, 0))
    assert visit(ana).submit(f"{address}/apply").status_code == 409


def test_goods_are_sent_to_another_store(app: Flask, visit: Visit) -> None:
    site, there = making.store(), making.store("ningbo", name="宁波会员店", name_en="Ningbo Store")
    bo = making.worker(site)
    item = making.item(site, 6, bo)
    foreign = making.item(there, 6, making.worker(there, "Cy"))
    db.session.commit()
    sent = {"to": str(there.id), f"pieces-{item.id}": "4", f"pieces-{foreign.id}": "4"}
    assert visit(bo).submit("/sites/hangzhou/stock/send", sent).status_code == 303
    assert (making.stands(item), making.stands(foreign)) == ((2, 0), (6, 0)), (
        "another store's goods are not ours to send"
    )
    goods_in = db.session.query(GoodsIn).filter_by(from_site_id=site.id).one()
    assert goods_in.site_id == there.id
    too_many = visit(bo).submit("/sites/hangzhou/stock/send", sent | {f"pieces-{item.id}": "3"})
    assert too_many.status_code == 422
    assert visit(bo).get(f"/goods-in/{goods_in.id}").status_code == 404, "it is the other store's now"


def test_what_is_few_becomes_a_reorder_as_page_table_and_paper(app: Flask, visit: Visit) -> None:
    site = making.store()
    bo, factory = making.worker(site), make.supplier()
    item = making.item(site, 3, bo, of=making.sku(factory, lot_size=12), low_at=5, fill_to=40)
    db.session.commit()
    page = visit(bo)
    assert f'name="pieces-{item.id}" value="48"' in page.get("/sites/hangzhou/reorders").text
    parts = page.submit("/sites/hangzhou/reorders", {"supplier": str(factory.id), f"pieces-{item.id}": "20"})
    assert parts.status_code == 422
    made = page.submit(
        "/sites/hangzhou/reorders", {"supplier": str(factory.id), f"pieces-{item.id}": "36", "note": "早送"}
    )
    reorder = db.session.query(Reorder).one()
    assert made.location == f"/reorders/{reorder.id}"
    assert (reorder.pieces, reorder.total_fen) == (36, 36 * 1280)
    sheet = openpyxl.load_workbook(io.BytesIO(page.get(f"/reorders/{reorder.id}.xlsx").data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][3:] == [36, "件", 12, 12.8, 460.8]
    paper = page.get(f"/reorders/{reorder.id}.pdf")
    assert paper.data.startswith(b"%PDF")
    sent = page.submit(f"/reorders/{reorder.id}/send")
    assert sent.location.startswith("/goods-in/")
    assert page.submit(f"/reorders/{reorder.id}/drop").status_code == 409


@pytest.mark.parametrize("kind", ["stock", "goods-in", "stock-counts", "reorders"])
def test_another_stores_rooms_are_missing_and_a_cashiers_are_closed(app: Flask, visit: Visit, kind: str) -> None:
    site, there = making.store(), making.store("ningbo")
    cy, cai = making.worker(there, "Cy"), making.worker(site, "Cai", Role.CASHIER)
    assert visit(cy).get(f"/sites/hangzhou/{kind}").status_code == 404
    assert visit(cai).get(f"/sites/hangzhou/{kind}").status_code == 403
