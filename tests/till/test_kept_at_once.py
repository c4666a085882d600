"""A whole sale is written by plain INSERTs: what the session holds of it afterwards is what lies in the database."""

import secrets

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.stock.models import StockMove
from selection_center.till.models import PayMethod, Sale
from selection_center.till.money_in import Paid
from selection_center.till.whole_sale import WholeLine, WholeSale, sell_whole
from tests.till.making import BAGS_FEN, Shop, shop


def sold(store: Shop, *lines: WholeLine, fen: int) -> Sale:
    return sell_whole(WholeSale(lines, (Paid(PayMethod.CASH, fen),)), store.shift, store.cas)


def test_goods_and_what_was_typed_are_kept_in_their_order(app: Flask) -> None:
    store = shop()
    bags, cups = store.goods(), store.goods("cups")
    lines = [WholeLine(2, sku_id=cups.id), WholeLine(1, title="Gift wrap", unit_fen=500), WholeLine(3, sku_id=bags.id)]
    sale = sold(store, *lines, fen=5 * BAGS_FEN + 500)
    held = [(line.id, line.title, line.quantity, line.total_fen) for line in sale.lines]
    code, token = sale.code, sale.token
    db.session.expire_all()
    assert [(line.id, line.title, line.quantity, line.total_fen) for line in sale.lines] == held
    assert [line.quantity for line in sale.lines] == [2, 1, 3]
    assert (sale.code, sale.token, sale.paid_fen) == (code, token, sale.total_fen)
    subjects = set(db.session.scalars(sa.select(StockMove.subject).where(StockMove.kind == "sold")))
    assert subjects == {f"sale_line {line.id}" for line in sale.lines if line.is_goods}


def test_a_number_that_an_earlier_sale_has_is_drawn_anew(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    store = shop()
    line = WholeLine(1, sku_id=store.goods().id)
    digits = iter([7, 7, 8])
    monkeypatch.setattr(secrets, "randbelow", lambda _below: next(digits))
    first, second = (sold(store, line, fen=BAGS_FEN) for _time in range(2))
    assert (first.number, second.number) == ("HA-0000-0007", "HA-0000-0008")
