"""Taking goods and putting them back: all or none, never below zero, and the ledger's sum is what is there."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.i18n import speaking
from selection_center.stock import taking
from selection_center.stock.models import MoveKind, StockItem, StockMove
from selection_center.stock.taking import Wanted
from tests import factories as make
from tests.stock import making

FEW = st.integers(1, 4)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("take"), FEW), st.tuples(st.just("unsold"), FEW), st.tuples(st.just("returned"), FEW),
        st.tuples(st.just("waste"), FEW), st.tuples(st.just("refill"), st.integers(-4, 4)),
        st.tuples(st.just("send"), FEW), st.tuples(st.just("receive"), FEW), st.tuples(st.just("undo"), FEW),
    ),
    max_size=14,
)  # fmt: skip


def test_pieces_go_off_the_shelf_and_then_out_of_the_back_room(app: Flask) -> None:
    item = making.item(making.store(), 5, back=3)
    taking.take(item.site_id, [Wanted(item.sku_id, 1, "sale_line 1")], None)
    assert making.stands(item) == (4, 3), "the shelf had it"
    taking.take(item.site_id, [Wanted(item.sku_id, 2, "sale_line 2")], None)
    assert making.stands(item) == (2, 2), "the shelf had one of two"
    taking.put_back(item.site_id, [Wanted(item.sku_id, 2, "sale_line 2")], MoveKind.UNSOLD, None)
    assert making.stands(item) == (4, 2)


def test_what_is_sold_out_says_what_is_left(app: Flask) -> None:
    site = making.store()
    few, none = making.item(site, 2), making.item(site)
    with speaking("en"), pytest.raises(Refused) as refused:
        taking.take(site.id, [Wanted(few.sku_id, 3)], None)
    assert (refused.value.code, refused.value.sentence) == (
        "sold_out",
        "Thick drawstring bin bags: only 2 pieces are left.",
    )
    with speaking("en"), pytest.raises(Refused, match="is sold out"):
        taking.take(site.id, [Wanted(none.sku_id, 1)], None)
    with pytest.raises(Refused) as foreign:
        taking.take(site.id, [Wanted(making.sku().id, 1)], None)
    assert foreign.value.code == "not_stocked"


def test_of_several_all_are_taken_or_none(app: Flask) -> None:
    site = making.store()
    many, few = making.item(site, 9), making.item(site, 1)
    with pytest.raises(Refused):
        taking.take(site.id, [Wanted(few.sku_id, 2, "a"), Wanted(many.sku_id, 2, "b")], None)
    assert (making.stands(many), making.stands(few)) == ((9, 0), (1, 0))


def test_what_came_out_of_the_back_room_is_there_again_when_a_later_item_refuses(app: Flask) -> None:
    site = making.store()
    many, few = making.item(site, 7, back=5), making.item(site, 1)
    for _time in range(2):
        with pytest.raises(Refused):
            taking.take(site.id, [Wanted(many.sku_id, 4), Wanted(few.sku_id, 2)], None)
        assert (making.stands(many), making.stands(few)) == ((7, 5), (1, 0))


def test_the_same_subject_is_sold_once(app: Flask) -> None:
    item = making.item(making.store(), 9)
    taking.take(item.site_id, [Wanted(item.sku_id, 2, "sale_line 7")], None)
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        taking.take(item.site_id, [Wanted(item.sku_id, 2, "sale_line 7")], None)
    assert making.stands(item) == (7, 0)


def test_two_lines_of_one_sku_are_two_moves_of_one_update(app: Flask) -> None:
    item = making.item(making.store(), 5, back=4)
    taking.take(item.site_id, [Wanted(item.sku_id, 2, "a"), Wanted(item.sku_id, 1, "b")], None)
    assert making.stands(item) == (2, 2)
    sold = sa.select(StockMove.quantity).filter_by(item_id=item.id, kind=MoveKind.SOLD)
    assert sorted(db.session.scalars(sold)) == [-2, -1]


def test_another_stores_stock_is_not_touched(app: Flask) -> None:
    here, there = making.store(), making.store("ningbo")
    style = making.sku()
    own, other = making.item(here, 1, of=style), making.item(there, 5, of=style, by=making.worker(there, "Cy"))
    with pytest.raises(Refused):
        taking.take(here.id, [Wanted(style.id, 2)], None)
    taking.take(here.id, [Wanted(style.id, 1)], None)
    assert taking.on_hand(here.id, [style.id]) == {style.id: 0}
    assert (making.stands(own), making.stands(other)) == ((0, 0), (5, 0))


def test_waste_needs_a_reason(app: Flask) -> None:
    item = making.item(making.store(), 2)
    with pytest.raises(Refused) as refused:
        taking.waste(item.site_id, [Wanted(item.sku_id, 1)], " ", None)
    assert refused.value.code == "no_reason"
    taking.waste(item.site_id, [Wanted(item.sku_id, 1)], "压坏", None)
    assert making.stands(item) == (1, 0)


def test_the_database_itself_holds_the_last_line(app: Flask) -> None:
    """Whatever code forgets to ask: no stock below zero, and no more in the back room than there is."""
    item = making.item(making.store(), 2)
    for wrong in ({"on_hand": -1}, {"in_back": 3}):
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.execute(sa.update(StockItem).where(StockItem.id == item.id).values(**wrong))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(acts=ACTS, back=st.integers(0, 3))
def test_what_is_there_is_the_sum_of_the_moves(app: Flask, acts: list[tuple[str, int]], back: int) -> None:
    site = making.store(f"s{next(make.numbers)}")
    bo = making.worker(site, f"Bo{next(make.numbers)}")
    item = making.item(site, 3 + back, by=bo, back=back)
    for number, act in enumerate(acts):
        try:
            with db.session.begin_nested():
                do(item, act, f"act {number}", bo)
        except Refused:
            pass
        on_hand, in_back = making.stands(item)
        assert 0 <= in_back <= on_hand


def do(item: StockItem, act: tuple[str, int], subject: str, by: Any) -> None:
    """One thing that may happen to an item."""
    name, pieces = act
    wanted = [Wanted(item.sku_id, max(pieces, 1), subject)]
    match name:
        case "take":
            taking.take(item.site_id, wanted, by.id)
        case "unsold":
            taking.put_back(item.site_id, wanted, MoveKind.UNSOLD, by.id)
        case "returned":
            taking.put_back(item.site_id, wanted, MoveKind.RETURNED, by.id)
        case "waste":
            taking.waste(item.site_id, [Wanted(item.sku_id, pieces)], "过期", by.id)
        case "refill":
            item.refill(pieces, by)
        case "send":
            taking.lower(item.site_id, wanted, MoveKind.SENT, by.id, back=True)
        case "receive":
            taking.lift(item.site_id, wanted, MoveKind.RECEIVED, by.id, back=True)
        case "undo":
            last = db.session.scalars(
                sa.select(StockMove).filter_by(item_id=item.id).order_by(StockMove.id.desc())
            ).first()
            assert last is not None
            last.take_back(by)
