"""Goods received, counted, carried, sent and reordered."""

from datetime import timedelta

import pytest
from flask import Flask

from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.stock import sending, taking
from selection_center.stock.models import GoodsIn, Reorder, StockCount, StockItem
from selection_center.stock.proposals import proposals
from selection_center.stock.taking import Wanted
from tests import factories as make
from tests.stock import making


def test_goods_come_in_piece_by_piece_and_too_many_scans_are_taken_back(app: Flask) -> None:
    site = making.store()
    bo, style = making.worker(site), making.sku(make.supplier())
    goods_in = GoodsIn.begin(site, bo)
    goods_in.expect({style.id: 12})
    for pieces in (1, 1, 10, 1):
        line = goods_in.receive(style, pieces, bo)
    item = StockItem.at(site, style)
    assert (line.received, goods_in.progress) == (13, (13, 12))
    assert making.stands(item) == (13, 13)
    goods_in.take_back(line, 1, bo)
    assert (line.received, making.stands(item)) == (12, (12, 12))
    assert goods_in.differing == []
    with pytest.raises(Refused):
        goods_in.take_back(line, 13, bo)
    goods_in.close(bo)
    with pytest.raises(Refused) as refused:
        goods_in.receive(style, 1, bo)
    assert refused.value.code == "closed"


def test_what_was_sold_meanwhile_cannot_be_taken_out_of_a_delivery(app: Flask) -> None:
    site = making.store()
    bo, style = making.worker(site), making.sku(make.supplier())
    goods_in = GoodsIn.begin(site, bo)
    line = goods_in.receive(style, 2, bo)
    taking.take(site.id, [Wanted(style.id, 2, "sale_line 1")], bo.id)
    with pytest.raises(Refused) as refused, db.session.begin_nested():
        goods_in.take_back(line, 1, bo)
    assert refused.value.code == "sold_out"
    assert making.stands(StockItem.at(site, style)) == (0, 0)


def test_a_count_leaves_what_sells_meanwhile_alone(app: Flask) -> None:
    site = making.store()
    bo = making.worker(site)
    right, short, more = (making.item(site, 10, bo, back=4) for _number in range(3))
    count = StockCount.begin(site, "货架 1", bo)
    count.note(right, 10, bo)
    count.note(short, 8, bo)
    count.note(more, 11, bo)
    count.note(more, 1, bo, more=True)
    taking.take(site.id, [Wanted(right.sku_id, 3), Wanted(short.sku_id, 1)], bo.id)
    assert [line.difference for line in sorted(count.lines, key=lambda line: line.id)] == [0, -2, 2]
    assert count.apply(bo) == 2
    assert (making.stands(right), making.stands(short), making.stands(more)) == ((7, 4), (7, 4), (12, 4))
    with pytest.raises(Refused):
        count.apply(bo)


def test_a_count_never_leads_below_nothing(app: Flask) -> None:
    """Counted 1 of 5, then 5 sold all the same: they were there."""
    site = making.store()
    bo = making.worker(site)
    item = making.item(site, 5, bo, back=2)
    count = StockCount.begin(site, "", bo)
    count.note(item, 1, bo)
    taking.take(site.id, [Wanted(item.sku_id, 4)], bo.id)
    count.apply(bo)
    assert making.stands(item) == (0, 0)


def test_a_dropped_count_changes_nothing(app: Flask) -> None:
    site = making.store()
    bo = making.worker(site)
    item = making.item(site, 5, bo)
    count = StockCount.begin(site, "", bo)
    count.note(item, 1, bo)
    count.drop()
    with pytest.raises(Refused):
        count.apply(bo)
    assert making.stands(item) == (5, 0)


def test_carrying_moves_between_shelf_and_back_room_and_can_be_taken_back(app: Flask) -> None:
    site = making.store()
    bo = making.worker(site)
    item = making.item(site, 6, bo, back=4)
    move = item.refill(3, bo)
    assert making.stands(item) == (6, 1)
    with pytest.raises(Refused, match="1"):
        item.refill(2, bo)
    move.take_back(bo)
    assert making.stands(item) == (6, 4)
    with pytest.raises(Refused):
        move.take_back(bo)
    item.refill(-2, bo)
    assert making.stands(item) == (6, 6)


def test_waste_is_taken_back_for_ten_minutes_only(app: Flask) -> None:
    site = making.store()
    bo = making.worker(site)
    item = making.item(site, 6, bo)
    taking.waste(site.id, [Wanted(item.sku_id, 2)], "压坏", bo.id)
    move = making.fresh(item).moves[0]
    move.at = utcnow() - timedelta(minutes=11)
    with pytest.raises(Refused):
        move.take_back(bo)
    move.at = utcnow()
    move.take_back(bo)
    assert making.stands(item) == (6, 0)


def test_what_one_store_sends_another_expects_and_receives(app: Flask) -> None:
    here, there = making.store(), making.store("ningbo", name="宁波会员店")
    bo, cy = making.worker(here), making.worker(there, "Cy")
    item = making.item(here, 5, bo, back=2)
    goods_in = sending.send(here, there, [Wanted(item.sku_id, 3)], bo)
    assert making.stands(item) == (2, 0)
    assert (goods_in.site_id, goods_in.progress, goods_in.sender) == (there.id, (0, 3), here.label)
    goods_in.receive(item.sku, 3, cy)
    assert making.stands(StockItem.at(there, item.sku)) == (3, 3)
    for wrong in (here, make.site("yiwu")):
        with pytest.raises(Refused):
            sending.send(here, wrong, [Wanted(item.sku_id, 1)], bo)


def test_what_is_few_is_proposed_in_whole_lots_by_factory(app: Flask) -> None:
    site = making.store()
    bo, factory = making.worker(site), make.supplier()
    lots = making.item(site, 3, bo, of=making.sku(factory, lot_size=12), low_at=5, fill_to=40)
    single = making.item(site, 0, bo, of=making.sku(factory))
    making.item(site, 9, bo, of=making.sku(factory), low_at=5)
    orphan = making.item(site, 0, bo, of=making.sku(None))
    of_factory, without = proposals(site)
    assert [(line.item, line.quantity) for line in of_factory.lines] == [(lots, 48), (single, 1)]
    assert of_factory.lines[0].unit_fen == 1150, "the tier that 48 reach"
    assert (without.supplier, [line.item for line in without.lines]) == (None, [orphan])


def test_what_is_on_its_way_is_not_proposed_again(app: Flask) -> None:
    site = making.store()
    bo, factory = making.worker(site), make.supplier()
    item = making.item(site, 3, bo, of=making.sku(factory, lot_size=12), low_at=5, fill_to=40)
    reorder = Reorder.make(site, factory, {item.sku: 24}, bo)
    assert len(proposals(site)) == 1, "a draft is no order yet"
    goods_in = reorder.send(bo)
    assert proposals(site) == []
    assert (goods_in.supplier_id, goods_in.progress) == (factory.id, (0, 24))
    with pytest.raises(Refused):
        reorder.send(bo)
    goods_in.close(bo)
    assert proposals(site)[0].lines[0].quantity == 48, "it did not come"


def test_a_reorder_is_whole_lots_of_its_own_factory(app: Flask) -> None:
    site = making.store()
    bo, factory = making.worker(site), make.supplier()
    style = making.sku(factory, lot_size=12)
    with pytest.raises(Refused) as refused:
        Reorder.make(site, factory, {style: 20}, bo)
    assert refused.value.code == "not_a_lot"
    assert "12" in refused.value.sentence
    assert "24" in refused.value.sentence
    with pytest.raises(Refused) as other:
        Reorder.make(site, make.supplier("别家"), {style: 24}, bo)
    assert other.value.code == "other_factory"
