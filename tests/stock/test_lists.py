"""Lists in parts, and the pieces that a table of fields says."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.paging import counted, parted
from selection_center.core.permissions import Permission, Role
from selection_center.stock import written
from selection_center.stock.models import GoodsIn, StockItem
from tests import factories as make
from tests.statements import asked
from tests.stock import making
from tests.visitors import Visitor

PARTS = {"open": GoodsIn.closed_at.is_(None), "closed": GoodsIn.closed_at.is_not(None)}


@pytest.mark.parametrize(
    ("wish", "state", "rows"),
    [("", "open", [3, 2]), ("closed", "closed", [1]), ("nonsense", "open", [3, 2])],
)
def test_a_list_in_parts_shows_one_and_counts_all(app: Flask, wish: str, state: str, rows: list[int]) -> None:
    site = making.store()
    bo = making.worker(site)
    GoodsIn.begin(making.store("ningbo"), bo)
    deliveries = [GoodsIn.begin(site, bo) for _number in range(3)]
    deliveries[0].close(bo)
    here = sa.select(GoodsIn).where(GoodsIn.site_id == site.id)
    with app.test_request_context(f"/?state={wish}"):
        shown = parted(here, PARTS)
    assert (shown.state, shown.counts) == (state, {"open": 2, "closed": 1})
    assert shown.page.items == [deliveries[number - 1] for number in rows]


def test_parts_are_counted_in_one_statement_even_wherethere_is_nothing(app: Flask) -> None:
    with asked() as sent:
        assert counted(sa.select(GoodsIn).where(GoodsIn.site_id == 7).order_by(GoodsIn.id), PARTS) == {
            "open": 0,
            "closed": 0,
        }
    assert sum(statement.startswith("SELECT") for statement in sent) == 1


def test_pieces_are_read_by_the_items_number_and_of_this_store_alone(app: Flask) -> None:
    site, there = making.store(), making.store("ningbo")
    bo = making.worker(site)
    first, second, emptied, left_out = (making.item(site, 5, bo) for _number in range(4))
    foreign = making.item(there, 5, bo)
    fields = {
        f"pieces-{second.id}": "3", f"pieces-{first.id}": " 2 ", f"pieces-{emptied.id}": "",
        f"pieces-{left_out.id}": "0", f"pieces-{foreign.id}": "4", "pieces-": "5", "pieces-x": "5", "note": "pieces-1",
        f"x-pieces-{left_out.id}": "1", f"pieces-{2**70}": "1",
    }  # fmt: skip
    assert written.pieces(site, fields) == [(first, 2), (second, 3)]


@pytest.mark.parametrize("text", ["-1", "1.5", "ten", "1e3", "٣x", "9" * 30])
def test_what_is_no_number_of_pieces_is_said_and_never_left_out(app: Flask, text: str) -> None:
    item = making.item(making.store(), 5)
    with pytest.raises(Refused, match=re.escape(text[:20])):
        written.pieces(item.site, {f"pieces-{item.id}": text})


def test_what_was_written_is_stillthere_when_it_comes_back_wrong(app: Flask, visit: Callable[[Any], Visitor]) -> None:
    site, there = making.store(), making.store("ningbo")
    bo, factory = making.worker(site), make.supplier()
    item = making.item(site, 3, bo, of=making.sku(factory, lot_size=12), low_at=5, fill_to=40)
    db.session.commit()
    wrong = {"supplier": str(factory.id), f"pieces-{item.id}": "1.5", "note": "早送"}
    answer = visit(bo).submit("/sites/hangzhou/reorders?lang=en", wrong)
    assert answer.status_code == 422
    assert "1.5 is no number of pieces." in answer.text
    assert f'name="pieces-{item.id}" value="1.5"' in answer.text
    assert "早送" in answer.text
    sent = visit(bo).submit("/sites/hangzhou/stock/send?lang=en", {"to": str(there.id), f"pieces-{item.id}": "1.5"})
    assert sent.status_code == 422
    assert "1.5 is no number of pieces." in sent.text


def test_what_is_of_a_site_is_reached_as_far_as_its_right_goes(app: Flask) -> None:
    """A cashier sees the store and so its goods, and no delivery: that is for who handles the stock."""
    site, there = making.store(), making.store("ningbo")
    cai, bo = making.worker(site, "Cai", Role.CASHIER), making.worker(site)
    item = making.item(site, 5, bo)
    making.item(there, 5, making.worker(there, "Cy"))
    seen = [db.session.scalars(StockItem.reachable_by(user)).all() for user in (cai, bo)]
    assert seen == [[item], [item]]
    assert db.session.scalars(GoodsIn.reachable_by(cai)).all() == []
    assert len(db.session.scalars(GoodsIn.reachable_by(bo)).all()) == 1
    assert db.session.scalars(StockItem.reachable_by(cai, Permission.HANDLE_STOCK)).all() == []


def test_the_pages_keep_their_parts_apart(app: Flask, visit: Callable[[Any], Visitor]) -> None:
    site = making.store()
    bo = making.worker(site)
    GoodsIn.begin(site, bo, note="下午到")
    GoodsIn.begin(site, bo, note="昨天收完").close(bo)
    db.session.commit()
    page = visit(bo)
    assert "下午到" in page.get("/sites/hangzhou/goods-in").text
    closed = page.get("/sites/hangzhou/goods-in?state=closed").text
    assert ("昨天收完" in closed, "下午到" in closed) == (True, False)
