"""Paying in two steps: what is taken, written down and refused, and what follows from a paid sale."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.membership import points
from selection_center.membership.models import FeeMethod, Renewal
from selection_center.membership.standing import StandingKind, standing
from selection_center.orders.models import Order, OrderState, PaymentMethod
from selection_center.samples.models import Sample
from selection_center.stock.models import StockMove
from selection_center.till import paying, settling
from selection_center.till.models import LineKind, PayMethod, Sale, SaleState, Shift, Till
from selection_center.till.money_in import Paid
from tests import factories as make
from tests.membership import making as members
from tests.till.making import BAGS_FEN, BAGS_MEMBER_FEN, Shop, shop

CASH, WECHAT, CARD, POINTS = PayMethod.CASH, PayMethod.WECHAT, PayMethod.CARD, PayMethod.POINTS


@pytest.fixture
def store(app: Flask) -> Shop:
    return shop()


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def contact(sale: Sale) -> Sale:
    sale.name, sale.phone, sale.address, sale.consent_version = "陈女士", "13800008000", "杭州市文一路 1 号", "2026-11"
    return sale


def test_beginning_takes_the_goods_and_writes_the_price_down(store: Shop) -> None:
    sale = store.sale((store.goods(pieces=5), 2))
    paying.begin(sale, store.shift, store.cas, seen_fen=2 * BAGS_FEN)
    line = sale.lines[0]
    assert (sale.state, sale.total_fen, sale.due_fen) == (SaleState.PAYING, 2 * BAGS_FEN, 2 * BAGS_FEN)
    assert (line.unit_fen, line.total_fen, line.tax_fen) == (BAGS_FEN, 2 * BAGS_FEN, 295)
    assert sale.number
    assert store.left() == 3
    with pytest.raises(Refused) as refused:
        sale.add_typed("more", 100)
    assert code_of(refused) == "is_paying"


def test_split_payment_with_change(store: Shop) -> None:
    sale = store.sale((store.goods(), 2))
    paying.begin(sale, store.shift, store.cas)
    paying.pay(sale, store.shift, WECHAT, 1_000, reference="420000", by=store.cas)
    assert (sale.state, sale.due_fen) == (SaleState.PAYING, 1_560)
    cash = paying.pay(sale, store.shift, CASH, 1_560, tendered_fen=2_000, by=store.cas)
    assert cash.change_fen == 440
    assert (sale.state, sale.shift, sale.paid_by) == (SaleState.PAID, store.shift, store.cas)
    assert store.shift.expected() == {CASH: 51_560, WECHAT: 1_000, PayMethod.ALIPAY: 0, CARD: 0, POINTS: 0}
    assert db.session.scalar(sa.select(AuditEntry.detail).filter_by(verb="sale_paid")) == {
        "number": sale.number, "fen": 2_560,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("paid", "code"),
    [
        (Paid(CASH, 2_561), "too_much_paid"),
        (Paid(CASH, 0), "too_much_paid"),
        (Paid(CASH, 2_000, 1_000), "too_little_cash"),
        (Paid(CARD, 2_000), "no_reference"),
        (Paid(POINTS, 100), "no_member"),
    ],
)
def test_what_is_no_payment(store: Shop, paid: Paid, code: str) -> None:
    sale = store.sale((store.goods(), 2))
    paying.begin(sale, store.shift, store.cas)
    with pytest.raises(Refused) as refused:
        paying.pay(sale, store.shift, *paid[:2], tendered_fen=paid.tendered_fen, by=store.cas)
    assert code_of(refused) == code


def test_giving_up_puts_the_goods_back_and_it_can_begin_again(store: Shop) -> None:
    sale = store.sale((store.goods(pieces=5), 2))
    for _round in range(3):
        paying.begin(sale, store.shift, store.cas)
        assert store.left() == 3
        paying.give_up(sale, store.cas)
        assert (sale.state, store.left()) == (SaleState.OPEN, 5)
    paying.sell(sale, store.shift, [Paid(CASH, 2 * BAGS_FEN)], store.cas)
    assert store.left() == 3
    subjects = db.session.scalars(sa.select(StockMove.subject).order_by(StockMove.id)).all()
    assert len(set(subjects[1:])) == 4, "each beginning and its way back, by a subject of its own"


def test_with_money_in_it_is_finished_or_the_payment_goes_back(store: Shop) -> None:
    card = store.member()
    points.earn(card.member_id, 500, "earlier", None)
    sale = store.sale((store.goods(pieces=5), 2))
    sale.set_member(card)
    paying.begin(sale, store.shift, store.cas)
    payment = paying.pay(sale, store.shift, POINTS, 400, by=store.cas)
    assert points.balance(card.member_id) == 100
    with pytest.raises(Refused) as refused:
        paying.give_up(sale, store.cas)
    assert code_of(refused) == "money_in"
    settling.take_back(sale, store.shift, payment, store.cas)
    assert points.balance(card.member_id) == 500
    paying.pay(sale, store.shift, POINTS, 500, by=store.cas)
    assert points.balance(card.member_id) == 0
    assert sale.due_fen == 2 * BAGS_FEN - 500


def test_sold_out_says_what_is_left_and_takes_nothing(store: Shop) -> None:
    sale = store.sale((store.goods("pens", pieces=5), 5), (store.goods(pieces=2), 3))
    with pytest.raises(Refused) as refused:
        paying.sell(sale, store.shift, [Paid(CASH, 8 * BAGS_FEN)], store.cas)
    assert code_of(refused) == "sold_out"
    assert "bags" in refused.value.sentence
    assert "2" in refused.value.sentence
    assert (store.left("pens"), store.left()) == (5, 2)


def test_goods_of_no_stock_are_not_taken_away(store: Shop) -> None:
    strange = make.listing(make.supplier(), tiers=((1, 500),)).skus[0]
    with pytest.raises(Refused) as refused:
        paying.begin(store.sale((strange, 1)), store.shift, store.cas)
    assert code_of(refused) == "not_stocked"


def test_a_rise_is_refused_until_it_was_seen_and_a_drop_is_passed_on(store: Shop) -> None:
    bags = store.goods()
    sale = store.sale((bags, 1))
    bags.listing.tiers[0].price_fen = 1_300
    with pytest.raises(Refused) as refused:
        paying.begin(sale, store.shift, store.cas, seen_fen=BAGS_FEN)
    assert code_of(refused) == "price_rose"
    bags.listing.tiers[0].price_fen = 1_200
    paying.begin(sale, store.shift, store.cas, seen_fen=BAGS_FEN)
    assert sale.total_fen == 1_200


def test_a_discount_is_judged_again_before_payment(store: Shop) -> None:
    """A cashier cannot take much off much, and then take the goods out."""
    sale = store.sale((store.goods(), 10))
    sale.lines[0].discount(1_280, "display piece", store.cas)
    sale.lines[0].change(1)
    with pytest.raises(Refused) as refused:
        paying.begin(sale, store.shift, store.cas)
    assert code_of(refused) == "needs_manager"
    sale.lines[0].discount(1_280, "spoiled", store.cas, approver=store.ana)
    paying.begin(sale, store.shift, store.cas)
    assert (sale.state, sale.total_fen, sale.payments) == (SaleState.PAID, 0, []), "nothing to pay: paid at once"


def test_a_closed_shift_takes_nothing_and_anothers_is_not_ones_own(store: Shop) -> None:
    sale = store.sale((store.goods(), 1))
    other = make.user("Oli", Role.CASHIER, store.site)
    with pytest.raises(Refused) as refused:
        paying.begin(sale, store.shift, other)
    assert code_of(refused) == "others_shift"
    paying.begin(sale, store.shift, store.ana)
    paying.give_up(sale, store.ana)
    store.shift.close({CASH: 50_000}, {10_000: 5}, "", store.cas)
    with pytest.raises(Refused) as refused:
        paying.begin(sale, store.shift, store.cas)
    assert code_of(refused) == "shift_closed"


def test_a_sale_of_another_store_is_not_paid_here(store: Shop) -> None:
    sale, elsewhere = store.sale((store.goods(), 1)), shop("ningbo")
    with pytest.raises(Refused) as refused:
        paying.begin(sale, elsewhere.shift, elsewhere.cas)
    assert code_of(refused) == "other_site"


def test_paid_with_money_it_earns_points_and_with_points_it_does_not(store: Shop) -> None:
    card = store.member()
    points.earn(card.member_id, 1_000, "earlier", None)
    sale = store.sale((store.goods(member_fen=BAGS_MEMBER_FEN), 2))
    sale.set_member(card)
    paying.sell(sale, store.shift, [Paid(POINTS, 1_000), Paid(CASH, 1_300)], store.cas)
    assert points.balance(card.member_id) == 13
    assert (sale.total_fen, sale.marked_fen) == (2 * BAGS_MEMBER_FEN, 2 * BAGS_FEN)


def test_more_points_than_there_are(store: Shop) -> None:
    card = store.member()
    points.earn(card.member_id, 10, "earlier", None)
    sale = store.sale((store.goods(), 1))
    sale.set_member(card)
    with pytest.raises(Refused) as refused:
        paying.sell(sale, store.shift, [Paid(POINTS, 11), Paid(CASH, BAGS_FEN - 11)], store.cas)
    assert code_of(refused) == "too_few_points"


def test_a_fee_begins_the_period(store: Shop) -> None:
    joined = members.member(store.site)
    sale = store.sale((store.goods(member_fen=BAGS_MEMBER_FEN), 1))
    sale.add_fee(joined, store.plan(fee_fen=29_900))
    assert standing(joined, store.site).kind is StandingKind.NOT_PAID
    paying.sell(sale, store.shift, [Paid(CASH, 29_900 + BAGS_MEMBER_FEN)], store.cas)
    renewal = db.session.scalars(sa.select(Renewal)).one()
    assert (renewal.reference, renewal.method, renewal.fee_fen) == (sale.number, FeeMethod.TILL, 29_900)
    assert renewal.starts_on == today()
    assert standing(joined, store.site).kind is StandingKind.VALID


def test_points_do_not_pay_a_fee(store: Shop) -> None:
    card = store.member()
    points.earn(card.member_id, 50_000, "earlier", None)
    sale = store.sale((store.goods(), 1))
    sale.add_fee(card.member, store.plan())
    with pytest.raises(Refused) as refused:
        paying.sell(sale, store.shift, [Paid(POINTS, 20_000), Paid(CASH, 9_900 + BAGS_FEN)], store.cas)
    assert code_of(refused) == "points_for_goods"


def test_a_fee_that_would_begin_nothing_is_refused_before_money_comes_in(store: Shop) -> None:
    card = store.member()
    sale = store.sale()
    sale.add_fee(card.member, store.plan(name="次卡", days=1, fee_fen=1_000, kind="day_pass"))
    with pytest.raises(Refused) as refused:
        paying.begin(sale, store.shift, store.cas)
    assert code_of(refused) == "holds_already"


def test_what_the_factory_sends_becomes_orders(store: Shop) -> None:
    bags, pens, near = store.goods(tiers=((3, 1_280),)), store.goods("pens"), store.goods("near")
    samples = [Sample.receive(sku.listing, store.site, sku) for sku in (bags, pens)]
    db.session.flush()
    sale = store.sale((near, 1))
    sale.add(bags, 2, kind=LineKind.FACTORY_DIRECT, sample=samples[0])
    sale.add(pens, 5, kind=LineKind.FACTORY_DIRECT)
    with pytest.raises(Refused) as refused:
        paying.begin(sale, store.shift, store.cas)
    assert code_of(refused) == "below_moq"
    sale.lines[1].change(3)
    with pytest.raises(Refused) as refused:
        paying.begin(sale, store.shift, store.cas)
    assert code_of(refused) == "no_address"
    contact(sale)
    paying.sell(sale, store.shift, [Paid(CARD, 9 * BAGS_FEN, reference="slip 7")], store.cas)
    orders = db.session.scalars(sa.select(Order).order_by(Order.goods_fen)).all()
    assert [(order.goods_fen, order.paid_fen, order.state) for order in orders] == [
        (3 * BAGS_FEN, 3 * BAGS_FEN, OrderState.SUBMITTED),
        (5 * BAGS_FEN, 5 * BAGS_FEN, OrderState.SUBMITTED),
    ]
    assert [order.payments[0].method for order in orders] == [PaymentMethod.BANK] * 2
    assert {order.payments[0].reference for order in orders} == {sale.number}
    assert [line.order for line in sale.lines] == [None, *orders]
    assert [order.lines[0].sample_id for order in orders] == [sample.id for sample in samples]
    assert (store.left("near"), store.left(), store.left("pens")) == (19, 20, 20), "the factory's is not ours"


def test_an_order_needs_something_that_was_looked_at(store: Shop) -> None:
    sale = contact(store.sale((store.goods(), 1), kind=LineKind.FACTORY_DIRECT))
    with pytest.raises(Refused) as refused:
        paying.begin(sale, store.shift, store.cas)
    assert code_of(refused) == "not_shown"


def test_a_sum_that_no_column_holds_is_refused(store: Shop) -> None:
    sale = store.sale((store.goods(pieces=9, tiers=((1, 99_999_999_999),)), 9))
    with pytest.raises(Refused) as refused:
        paying.begin(sale, store.shift, store.cas)
    assert code_of(refused) == "too_much"


def test_the_price_is_the_members_on_the_day_of_payment(store: Shop) -> None:
    card = store.member()
    sale = store.sale((store.goods(member_fen=BAGS_MEMBER_FEN), 1))
    sale.set_member(card)
    members.moved(card.member.renewals[0], -400)
    assert card.member.renewals[0].ends_on < today() - timedelta(days=30)
    paying.begin(sale, store.shift, store.cas)
    assert sale.total_fen == BAGS_FEN


def test_two_tills_two_shifts(store: Shop) -> None:
    """Held at one till, paid at another: it is in that one's shift."""
    sale = store.sale((store.goods(), 1))
    sale.put_on_hold()
    other = Till.create(store.site, "2")
    shift = Shift.open(other, 0, store.ana)
    sale.recall(other)
    paying.sell(sale, shift, [Paid(CASH, BAGS_FEN)], store.ana)
    assert (sale.shift, sale.till) == (shift, other)
    assert store.shift.expected()[CASH] == 50_000
