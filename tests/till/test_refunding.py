"""Goods that come back: by each line's own rule, the money to the fen, points with it."""

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.membership import points
from selection_center.membership.standing import StandingKind, standing
from selection_center.orders.models import Order, OrderState
from selection_center.samples.models import Sample
from selection_center.stock.models import MoveKind, StockMove
from selection_center.till import charging, paying, refund_pieces, refund_ways
from selection_center.till import jobs as till_jobs
from selection_center.till.arithmetic import part_of
from selection_center.till.models import GoesTo, LineKind, PayMethod, Refund, RefundPayment, Sale, SimulatedCharge
from selection_center.till.money_in import Paid
from selection_center.till.refund_ways import Back
from tests.membership import making as members
from tests.till.making import BAGS_FEN, Shop, shop
from tests.working import work_off

CASH, WECHAT, CARD, POINTS = PayMethod.CASH, PayMethod.WECHAT, PayMethod.CARD, PayMethod.POINTS
STOCK, WASTE, NOWHERE = GoesTo.STOCK, GoesTo.WASTE, GoesTo.NOWHERE


@pytest.fixture
def store(app: Flask) -> Shop:
    return shop()


def sold(store: Shop, pieces: int = 3, *payments: Paid) -> Sale:
    sale = store.sale((store.goods(), pieces))
    return paying.sell(sale, store.shift, payments or [Paid(CASH, pieces * BAGS_FEN)], store.cas)


def test_pieces_go_back_to_the_stock_with_their_money(store: Shop) -> None:
    sale = sold(store)
    line = sale.lines[0]
    refund = Refund.give(sale, store.shift, [(line, 2, STOCK)], "too small", store.cas)
    assert (refund.total_fen, line.refunded, line.refunded_fen, line.left) == (2 * BAGS_FEN, 2, 2 * BAGS_FEN, 1)
    assert [(back.method, back.amount_fen) for back in refund.payments] == [(CASH, 2 * BAGS_FEN)]
    assert store.left() == 19
    assert store.shift.expected()[CASH] == 50_000 + BAGS_FEN
    assert "-R-" in refund.number


def test_what_is_unfit_goes_to_waste(store: Shop) -> None:
    sale = sold(store)
    Refund.give(sale, store.shift, [(sale.lines[0], 1, WASTE)], "torn", store.cas)
    assert store.left() == 17
    moves = sa.select(StockMove.kind, StockMove.quantity).order_by(StockMove.id.desc()).limit(2)
    assert [tuple(row) for row in db.session.execute(moves)] == [(MoveKind.WASTED, -1), (MoveKind.RETURNED, 1)]


def test_the_last_piece_takes_the_rest(store: Shop) -> None:
    sale = store.sale((store.goods(tiers=((1, 333),)), 3))
    sale.discount(100, "round", store.ana)
    paying.sell(sale, store.shift, [Paid(CASH, 899)], store.cas)
    given_back = [
        Refund.give(sale, store.shift, [(sale.lines[0], 1, STOCK)], "no", store.cas).total_fen for _piece in range(3)
    ]
    assert given_back == [299, 300, 300]
    with pytest.raises(Refused) as refused:
        Refund.give(sale, store.shift, [(sale.lines[0], 1, STOCK)], "no", store.cas)
    assert refused.value.code == "already_refunded"


@pytest.mark.parametrize(
    ("quantity", "goes_to", "reason", "code"),
    [
        (4, STOCK, "no", "already_refunded"),
        (0, STOCK, "no", "already_refunded"),
        (1, NOWHERE, "no", "goes_nowhere"),
        (1, STOCK, " ", "reason_missing"),
    ],
)
def test_what_is_no_refund(store: Shop, quantity: int, goes_to: GoesTo, reason: str, code: str) -> None:
    sale = sold(store)
    with pytest.raises(Refused) as refused:
        Refund.give(sale, store.shift, [(sale.lines[0], quantity, goes_to)], reason, store.cas)
    assert refused.value.code == code


def test_only_a_paid_sale_and_only_its_own_lines(store: Shop) -> None:
    sale, other = sold(store), store.sale((store.goods("pens"), 1))
    for of, line, code in ((other, other.lines[0], "not_paid"), (sale, other.lines[0], "other_sale")):
        with pytest.raises(Refused) as refused:
            Refund.give(of, store.shift, [(line, 1, STOCK)], "no", store.cas)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        Refund.give(sale, store.shift, [(sale.lines[0], 1, STOCK)] * 2, "no", store.cas)
    assert refused.value.code == "twice"
    elsewhere = shop("ningbo")
    with pytest.raises(Refused) as refused:
        Refund.give(sale, elsewhere.shift, [(sale.lines[0], 1, STOCK)], "no", elsewhere.cas)
    assert refused.value.code == "other_site"


def test_many_small_refunds_of_a_sale_count_together(store: Shop) -> None:
    """A cashier gives back up to 200 yuan of a sale alone, however it is cut."""
    sale = sold(store, 20)
    Refund.give(sale, store.shift, [(sale.lines[0], 15, STOCK)], "too many", store.cas)
    with pytest.raises(Refused) as refused:
        Refund.give(sale, store.shift, [(sale.lines[0], 1, STOCK)], "too many", store.cas)
    assert refused.value.code == "needs_manager"
    refund = Refund.give(sale, store.shift, [(sale.lines[0], 1, STOCK)], "too many", store.cas, approver=store.ana)
    assert refund.approved_by_id == store.ana.id


def test_money_goes_back_the_way_it_came(store: Shop) -> None:
    sale = sold(store, 3, Paid(WECHAT, 1_000, reference="w1"), Paid(CASH, 2_840))
    line = sale.lines[0]
    assert refund_ways.ways_back(sale, 1_280) == [Back(WECHAT, 1_000), Back(CASH, 280)]
    with pytest.raises(Refused) as refused:
        Refund.give(sale, store.shift, [(line, 1, STOCK)], "no", store.cas)
    assert refused.value.code == "no_reference", "what was written down by hand goes back with its number"
    db.session.rollback()


def test_cash_instead_needs_a_manager_and_other_sums_are_refused(store: Shop) -> None:
    sale = sold(store, 3, Paid(CARD, 3 * BAGS_FEN, reference="c1"))
    line = sale.lines[0]
    wrong: tuple[list[Back], ...] = (
        [Back(CASH, BAGS_FEN)],
        [Back(CARD, BAGS_FEN + 1, "c2")],
        [Back(CARD, BAGS_FEN - 1, "c2")],
        [],
    )
    codes = ["back_as_paid", "other_sum", "other_sum", "other_sum"]
    for backs, code in zip(wrong, codes, strict=True):
        with db.session.begin_nested() as part:
            with pytest.raises(Refused) as refused:
                Refund.give(sale, store.shift, [(line, 1, STOCK)], "no", store.cas, payments=backs)
            part.rollback()
        assert refused.value.code == code
    refund = Refund.give(sale, store.shift, [(line, 1, STOCK)], "no", store.cas, store.ana, [Back(CASH, BAGS_FEN)])
    assert refund.payments[0].method is CASH


def test_no_more_cash_than_is_in_the_drawer(store: Shop) -> None:
    sale = sold(store)
    store.shift.move_cash(-(50_000 + 3 * BAGS_FEN), "to the bank", store.cas)
    with pytest.raises(Refused) as refused:
        Refund.give(sale, store.shift, [(sale.lines[0], 1, STOCK)], "no", store.cas)
    assert refused.value.code == "too_little_cash"


def test_points_that_paid_go_back_and_points_that_were_earned_go(store: Shop) -> None:
    card = store.member()
    points.earn(card.member_id, 1_000, "earlier", None)
    sale = store.sale((store.goods(), 4))
    sale.set_member(card)
    paying.sell(sale, store.shift, [Paid(POINTS, 1_000), Paid(CASH, 4_120)], store.cas)
    assert points.balance(card.member_id) == 41
    Refund.give(sale, store.shift, [(sale.lines[0], 1, STOCK)], "no", store.cas)
    assert points.balance(card.member_id) == 28, "of 41 for 41.20 those for 12.80"
    with pytest.raises(Refused) as refused:
        Refund.give(sale, store.shift, [(sale.lines[0], 3, STOCK)], "no", store.cas, payments=[Back(CASH, 3_840)])
    assert refused.value.code == "points_stay_points"
    db.session.rollback()


def test_all_of_it_back_leaves_the_points_as_before(store: Shop) -> None:
    card = store.member()
    points.earn(card.member_id, 1_000, "earlier", None)
    sale = store.sale((store.goods(), 4))
    sale.set_member(card)
    paying.sell(sale, store.shift, [Paid(POINTS, 1_000), Paid(CASH, 4_120)], store.cas)
    for _piece in range(4):
        Refund.give(sale, store.shift, [(sale.lines[0], 1, STOCK)], "no", store.cas)
    assert points.balance(card.member_id) == 1_000
    assert store.shift.expected()[CASH] == 50_000


def test_a_fee_goes_back_with_a_managers_word(store: Shop) -> None:
    joined = members.member(store.site)
    sale = store.sale()
    sale.add_fee(joined, store.plan(fee_fen=29_900))
    paying.sell(sale, store.shift, [Paid(CASH, 29_900)], store.cas)
    fee = sale.lines[0]
    with pytest.raises(Refused) as refused:
        Refund.give(sale, store.shift, [(fee, 1, NOWHERE)], "moved away", store.cas)
    assert refused.value.code == "needs_manager"
    assert refund_pieces.worth(fee, 1) == 29_900
    refund = Refund.give(sale, store.shift, [(fee, 1, NOWHERE)], "moved away", store.cas, approver=store.ana)
    assert refund.total_fen == 29_900, "all of it within a week of paying"
    assert standing(joined, store.site).kind is StandingKind.CANCELLED


def test_the_unused_term_of_a_fee(store: Shop) -> None:
    joined = members.member(store.site)
    sale = store.sale()
    sale.add_fee(joined, store.plan(fee_fen=36_500))
    paying.sell(sale, store.shift, [Paid(CASH, 36_500)], store.cas)
    members.moved(joined.renewals[0], -100)
    refund = Refund.give(sale, store.shift, [(sale.lines[0], 1, NOWHERE)], "moved", store.cas, approver=store.ana)
    assert 26_000 < refund.total_fen < 27_000
    assert sale.lines[0].left == 0


def test_an_order_goes_back_whole_while_it_may_be_cancelled(store: Shop) -> None:
    bags = store.goods()
    pens = store.goods("pens")
    pens.listing.supplier = bags.listing.supplier
    for sku in (bags, pens):
        Sample.receive(sku.listing, store.site, sku)
    sale = store.sale((bags, 2), (pens, 1), kind=LineKind.FACTORY_DIRECT)
    sale.name, sale.phone, sale.address, sale.consent_version = "陈女士", "13800008000", "杭州", "2026-11"
    paying.sell(sale, store.shift, [Paid(CASH, 3 * BAGS_FEN)], store.cas)
    first, second = sale.lines
    with pytest.raises(Refused) as refused:
        Refund.give(sale, store.shift, [(first, 2, NOWHERE)], "no", store.cas, approver=store.ana)
    assert refused.value.code == "whole_order"
    both = [(first, 2, NOWHERE), (second, 1, NOWHERE)]
    with pytest.raises(Refused) as refused:
        Refund.give(sale, store.shift, both, "no", store.cas)
    assert refused.value.code == "needs_manager"
    refund = Refund.give(sale, store.shift, both, "no", store.cas, approver=store.ana)
    order = db.session.scalars(sa.select(Order)).one()
    assert (refund.total_fen, order.state) == (3 * BAGS_FEN, OrderState.CANCELLED)


def test_a_shipped_order_is_settled_with_the_factory(store: Shop) -> None:
    bags = store.goods()
    Sample.receive(bags.listing, store.site, bags)
    sale = store.sale((bags, 2), kind=LineKind.FACTORY_DIRECT)
    sale.name, sale.phone, sale.address, sale.consent_version = "陈女士", "13800008000", "杭州", "2026-11"
    paying.sell(sale, store.shift, [Paid(CASH, 2 * BAGS_FEN)], store.cas)
    order = db.session.scalars(sa.select(Order)).one()
    order.settle_freight(None, by=store.ana)
    order.confirm(store.ana)
    order.ship("SF", "1", by=store.ana)
    with pytest.raises(Refused) as refused:
        Refund.give(sale, store.shift, [(sale.lines[0], 2, NOWHERE)], "no", store.cas, approver=store.ana)
    assert refused.value.code == "order_moved_on"


def test_what_a_code_paid_goes_back_by_the_provider_once(store: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    sale = store.sale((store.goods(), 2))
    paying.begin(sale, store.shift, store.cas)
    charging.ask(sale, store.shift, 2 * BAGS_FEN, "130000000000000000", store.cas)
    work_off()
    db.session.expire_all()
    refund = Refund.give(sale, store.shift, [(sale.lines[0], 1, STOCK)], "no", store.cas)
    payment_id = refund.payments[0].id
    assert (refund.payments[0].method, refund.payments[0].given_at) == (WECHAT, None)
    work_off()
    till_jobs.give_by_provider(payment_id)
    db.session.expire_all()
    assert db.session.get_one(RefundPayment, payment_id).given_at is not None
    assert [row.refunded_fen for row in db.session.scalars(sa.select(SimulatedCharge))] == [BAGS_FEN, 0]


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_whatever_the_steps_a_line_gives_back_its_total(total: int, steps: list[int]) -> None:
    gone = back = 0
    for step in steps:
        back += part_of(total, step, sum(steps), gone, back)
        gone += step
    assert back == total
