"""A sale put together: lines, members, discounts, hold and recall, and what it costs as it stands."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.shop_time import TAKE_BACK_WITHIN
from selection_center.membership import issuing
from selection_center.till.models import LineKind, Sale, SaleState, Till
from selection_center.till.pricing import price_sale
from selection_center.till.sales import LONGEST_SALE
from tests.membership import making as members
from tests.till.making import BAGS_FEN, BAGS_MEMBER_FEN, Shop, shop


@pytest.fixture
def store(app: Flask) -> Shop:
    return shop()


def test_the_same_goods_add_up_and_another_way_is_another_line(store: Shop) -> None:
    bags = store.goods()
    sale = store.sale((bags, 2), (bags, 1))
    sale.add(bags, 4, kind=LineKind.FACTORY_DIRECT)
    assert [(line.kind, line.quantity) for line in sale.lines] == [
        (LineKind.TAKE_AWAY, 3),
        (LineKind.FACTORY_DIRECT, 4),
    ]
    assert sale.lines[0].label == "bags"


@pytest.mark.parametrize("quantity", [0, -1, 10_000_000])
def test_a_quantity_is_a_number_of_pieces(store: Shop, quantity: int) -> None:
    line = store.sale((store.goods(), 1)).lines[0]
    with pytest.raises(Refused) as refused:
        line.change(quantity)
    assert refused.value.code == "no_quantity"


def test_a_removed_line_comes_back_for_ten_minutes(store: Shop) -> None:
    sale = store.sale((store.goods(), 2))
    line = sale.lines[0]
    line.remove()
    assert sale.lines == []
    assert line.bring_back() is line
    assert sale.lines == [line]
    line.remove()
    assert line.removed_at is not None
    line.removed_at -= TAKE_BACK_WITHIN
    with pytest.raises(Refused):
        line.bring_back()


def test_a_line_brought_back_joins_its_twin(store: Shop) -> None:
    bags = store.goods()
    sale = store.sale((bags, 2))
    line = sale.lines[0]
    line.remove()
    twin = sale.add(bags, 1)
    assert line.bring_back() is twin
    assert [line.quantity for line in sale.lines] == [3]


def test_a_sale_is_not_endless(store: Shop) -> None:
    sale = store.sale()
    for number in range(LONGEST_SALE):
        sale.add_typed(f"{number}", 100)
    with pytest.raises(Refused) as refused:
        sale.add_typed("one more", 100)
    assert refused.value.code == "sale_full"


def test_a_member_pays_the_lower_price_and_earns_points(store: Shop) -> None:
    bags, pens = store.goods(member_fen=BAGS_MEMBER_FEN), store.goods("pens", member_fen=9_999)
    sale = store.sale((bags, 2), (pens, 1))
    assert price_sale(sale).total_fen == 3 * BAGS_FEN
    sale.set_member(store.member())
    priced = price_sale(sale)
    assert [line.unit_fen for line in priced.lines] == [BAGS_MEMBER_FEN, BAGS_FEN], "never more than marked"
    assert (priced.marked_fen, priced.saved_fen) == (3 * BAGS_FEN, 2 * (BAGS_FEN - BAGS_MEMBER_FEN))
    assert priced.points == priced.total_fen // 100
    sale.set_member(None)
    assert price_sale(sale).saved_fen == 0


def test_a_blocked_member_pays_what_everybody_pays(store: Shop) -> None:
    card = store.member()
    card.member.block("stole", store.ana)
    sale = store.sale((store.goods(member_fen=BAGS_MEMBER_FEN), 1))
    sale.set_member(card)
    assert price_sale(sale).total_fen == BAGS_FEN
    assert price_sale(sale).points == 0


def test_a_household_card_beyond_the_plan_pays_what_everybody_pays(store: Shop) -> None:
    member = store.member(store.plan(household_cards=2)).member
    first, second = (issuing.add_household_card(member, name, None, store.cas) for name in ("陈大", "陈二"))
    member.renewals[0].plan.household_cards = 1
    sale = store.sale((store.goods(member_fen=BAGS_MEMBER_FEN), 1))
    sale.set_member(first)
    assert (price_sale(sale).total_fen, price_sale(sale).points) == (BAGS_MEMBER_FEN, 11)
    sale.set_member(second)
    assert (price_sale(sale).total_fen, price_sale(sale).points) == (BAGS_FEN, 0)


def test_who_pays_the_fee_shops_as_a_member_already(store: Shop) -> None:
    joined = members.member(store.site)
    sale = store.sale((store.goods(member_fen=BAGS_MEMBER_FEN), 1))
    plan = store.plan(fee_fen=29_900)
    fee = sale.add_fee(joined, plan)
    assert sale.add_fee(joined, plan) is fee
    priced = price_sale(sale)
    assert priced.total_fen == 29_900 + BAGS_MEMBER_FEN
    assert priced.points == BAGS_MEMBER_FEN // 100, "a fee earns none"
    with pytest.raises(Refused) as refused:
        sale.set_member(store.member())
    assert refused.value.code == "fee_of_member"
    with pytest.raises(Refused):
        fee.change(2)
    cheaper = sale.add_fee(joined, store.plan(name="季卡", fee_fen=9_900, months=3))
    assert [line for line in sale.lines if line.kind is LineKind.FEE] == [cheaper]


def test_take_away_knows_tiers_but_no_minimum(store: Shop) -> None:
    bags = store.goods(tiers=((3, 1280), (48, 1150)))
    sale = store.sale((bags, 1))
    assert (price_sale(sale).total_fen, price_sale(sale).problems) == (1280, ())
    sale.lines[0].change(50)
    assert price_sale(sale).lines[0].unit_fen == 1150


def test_from_the_factory_the_rules_of_an_order_hold(store: Shop) -> None:
    bags = store.goods(tiers=((3, 1280), (48, 1150)), lot_size=6)
    sale = store.sale((bags, 2), kind=LineKind.FACTORY_DIRECT)
    assert price_sale(sale).lines[0].problems == ("below_moq", "not_a_lot")
    sale.lines[0].change(6)
    assert price_sale(sale).problems == ()
    bags.listing.state = type(bags.listing.state).OFF_SHELF
    assert price_sale(sale).lines[0].problems == ("off_shelf",)


def test_a_whole_discount_is_shared_by_what_the_store_sells(store: Shop) -> None:
    bags, pens, far = store.goods(), store.goods("pens", tiers=((1, 333),)), store.goods("far")
    sale = store.sale((bags, 1), (pens, 1))
    sale.add(far, 1, kind=LineKind.FACTORY_DIRECT)
    sale.lines[1].discount(33, "scratched", store.cas)
    sale.discount(100, "round sum", store.cas)
    priced = price_sale(sale)
    assert [line.share_fen for line in priced.lines] == [81, 19, 0]
    assert priced.total_fen == BAGS_FEN * 2 + 333 - 133
    with pytest.raises(Refused):
        sale.lines[2].discount(10, "no", store.ana)


def test_beyond_the_right_a_manager_gives_the_word(store: Shop) -> None:
    sale = store.sale((store.goods(), 10))
    line = sale.lines[0]
    line.discount(1_280, "display piece", store.cas)
    with pytest.raises(Refused) as refused:
        line.discount(1_281, "more", store.cas)
    assert refused.value.code == "needs_manager"
    with pytest.raises(Refused) as refused:
        sale.discount(1, "on top", store.cas)
    assert refused.value.code == "needs_manager", "the right is for the whole sale"
    with pytest.raises(Refused) as refused:
        line.discount(5_000, "more", store.cas, approver=store.cas)
    assert refused.value.code == "no_manager"
    line.discount(5_000, "damaged", store.cas, approver=store.ana)
    assert line.discount_approved_by is store.ana
    sale.discount(500, "regular", store.ana)
    assert sale.discount_approved_by is store.ana
    with pytest.raises(Refused) as refused:
        line.discount(20_000, "all", store.ana)
    assert refused.value.code == "discount_too_high"
    line.discount(0, "", store.cas)
    assert line.discount_reason == ""
    assert line.discount_fen == 0


def test_the_managers_word_goes_with_the_goods_it_was_for(store: Shop) -> None:
    sale = store.sale((store.goods(), 10), (store.goods("pens"), 10))
    sale.lines[0].discount(5_000, "damaged", store.cas, approver=store.ana)
    sale.lines[0].change(11)
    assert sale.lines[0].discount_approved_by is store.ana
    sale.lines[0].change(4)
    assert sale.lines[0].discount_approved_by is None
    sale.discount(5_000, "wedding", store.cas, approver=store.ana)
    sale.lines[1].remove()
    assert sale.discount_approved_by is None


def test_hold_recall_and_void(store: Shop) -> None:
    sale = store.sale()
    with pytest.raises(Refused):
        sale.put_on_hold()
    sale.add(store.goods(), 1)
    sale.put_on_hold("the lady in blue")
    with pytest.raises(Refused):
        sale.add_typed("x", 100)
    other = Till.create(store.site, "2")
    sale.recall(other)
    assert (sale.state, sale.till) == (SaleState.OPEN, other)
    with pytest.raises(Refused):
        sale.recall(store.till)
    sale.void("left", store.cas)
    with pytest.raises(Refused):
        sale.recall(store.till)


def test_a_phones_sale_is_taken_up_once(store: Shop) -> None:
    card = store.member()
    sale = Sale.begin_on_phone(store.site, card.member, card, "phone")
    sale.add(store.goods(), 1)
    assert sale.is_on_phone
    elsewhere = shop("ningbo")
    with pytest.raises(Refused):
        sale.recall(elsewhere.till)
    sale.recall(store.till)
    assert not sale.is_on_phone
    with pytest.raises(Refused):
        sale.recall(Till.create(store.site, "2"))


def test_prices_of_many_lines_take_few_queries(store: Shop) -> None:
    sale = store.sale(*((store.goods(f"thing {number}"), 1) for number in range(12)))
    sale.set_member(store.member())
    sale_id = sale.id
    db.session.commit()
    db.session.expunge_all()
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        price_sale(db.session.get_one(Sale, sale_id))
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) <= 12, asked
