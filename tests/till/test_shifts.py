"""Tills and shifts: one open at a till, what must be in the drawer, and who signs the difference."""

from typing import Any

import pytest
from flask import Flask

from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Role
from selection_center.sites.models import Site, SiteKind
from selection_center.till.models import Charge, ChargeState, PayMethod, SaleState, Shift, Till, TillRules
from tests import factories as make
from tests.till import selling

NOTHING = dict.fromkeys(PayMethod, 0)


@pytest.fixture
def store(app: Flask) -> Site:
    return make.site("store", SiteKind.STORE)


@pytest.fixture
def chen(store: Site) -> Any:
    return make.user("Chen", Role.CASHIER, store)


@pytest.fixture
def ana(store: Site) -> Any:
    return make.user("Ana", Role.MANAGER, store)


@pytest.fixture
def till(store: Site) -> Till:
    return Till.create(store, "1")


@pytest.fixture
def shift(till: Till, chen: Any) -> Shift:
    return Shift.open(till, 50_000, chen)


def refusal(deed: Any) -> str:
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.code


def test_two_tills_in_use_never_share_a_name(store: Site, till: Till) -> None:
    assert refusal(lambda: Till.create(store, "1")) == "name_taken"
    second = Till.create(store, "2")
    assert refusal(lambda: second.rename("1")) == "name_taken"
    db.session.refresh(second)
    till.close()
    second.rename("1")
    assert refusal(till.reopen) == "name_taken"
    Till.create(make.site("other", SiteKind.STORE), "1")


def test_one_shift_is_open_at_a_till(till: Till, shift: Shift, chen: Any) -> None:
    assert till.shift is shift
    assert refusal(lambda: Shift.open(till, 0, chen)) == "shift_is_open"
    assert refusal(till.close) == "shift_is_open"
    shift.close({PayMethod.CASH: 50_000}, {10_000: 5}, "", chen)
    assert till.shift is None
    assert Shift.open(till, 0, chen).is_open


def test_no_shift_begins_at_a_till_out_of_use(till: Till, chen: Any) -> None:
    till.close()
    assert refusal(lambda: Shift.open(till, 0, chen)) == "till_closed"
    till.reopen()
    assert Shift.open(till, 0, chen).is_open


def test_what_must_be_there_is_float_sales_refunds_and_what_was_moved(shift: Shift, chen: Any) -> None:
    sale = selling.paid(shift, 12_345, wechat=700, points=55)
    selling.paid(shift, 1, alipay=20_000)
    selling.refunded(sale, shift, 345)
    selling.refunded(sale, shift, 700, PayMethod.WECHAT)
    shift.move_cash(-30_000, "存银行", chen)
    shift.move_cash(500, "换零钱", chen)
    assert shift.expected() == {
        PayMethod.CASH: 50_000 + 12_345 + 1 - 345 - 30_000 + 500,
        PayMethod.WECHAT: 0,
        PayMethod.ALIPAY: 20_000,
        PayMethod.CARD: 0,
        PayMethod.POINTS: 55,
    }


def test_another_shift_is_not_in_the_sum(store: Site, shift: Shift, chen: Any) -> None:
    other = Shift.open(Till.create(store, "2"), 0, chen)
    selling.paid(other, 777)
    assert shift.expected() == NOTHING | {PayMethod.CASH: 50_000}


def test_more_cash_than_is_there_cannot_go_out(shift: Shift, chen: Any) -> None:
    assert refusal(lambda: shift.move_cash(-50_001, "存银行", chen)) == "too_little_cash"
    shift.move_cash(-50_000, "存银行", chen)


def test_closing_keeps_expected_beside_counted(shift: Shift, chen: Any) -> None:
    selling.paid(shift, 4_050, wechat=900, points=10)
    shift.close({PayMethod.CASH: 54_000, PayMethod.WECHAT: 900}, {10_000: 5, 2_000: 2}, "少五毛", chen)
    counts = {count.method: (count.expected_fen, count.counted_fen) for count in shift.counts}
    assert counts[PayMethod.CASH] == (54_050, 54_000)
    assert counts[PayMethod.WECHAT] == (900, 900)
    assert counts[PayMethod.POINTS] == (10, 10), "points are in nobody's drawer"
    assert (shift.closed_by, shift.note, shift.notes_and_coins) == (chen, "少五毛", {"10000": 5, "2000": 2})


def test_a_difference_needs_a_word(shift: Shift, chen: Any) -> None:
    assert refusal(lambda: shift.close({PayMethod.CASH: 49_999}, {}, "", chen)) == "difference_without_note"


def test_counting_again_writes_over_the_first_count(shift: Shift, chen: Any) -> None:
    shift.keep_count({PayMethod.CASH: 1}, {1: 1})
    shift.keep_count({PayMethod.CASH: 50_000}, {10_000: 5})
    shift.close({PayMethod.CASH: 50_000}, {10_000: 5}, "", chen)
    assert len(shift.counts) == len(PayMethod)
    assert not shift.differs


def test_another_persons_shift_is_closed_by_who_oversees_the_till(shift: Shift, store: Site, ana: Any) -> None:
    li = make.user("Li", Role.CASHIER, store)
    assert refusal(lambda: shift.move_cash(100, "换零钱", li)) == "others_shift"
    assert refusal(lambda: shift.close({PayMethod.CASH: 50_000}, {}, "", li)) == "others_shift"
    shift.close({PayMethod.CASH: 50_000}, {}, "", ana)
    assert shift.closed_by is ana


def test_closed_it_takes_nothing_more(shift: Shift, chen: Any) -> None:
    shift.close({PayMethod.CASH: 50_000}, {}, "", chen)
    for deed in (
        shift.hold,
        lambda: shift.move_cash(1, "换零钱", chen),
        lambda: shift.close({}, {}, "", chen),
        lambda: shift.keep_count({}, {}),
    ):
        assert refusal(deed) == "shift_closed"


def test_a_half_paid_sale_is_finished_first(shift: Shift, chen: Any) -> None:
    sale = selling.paid(shift, 400)
    sale.state = SaleState.PAYING
    count = {PayMethod.CASH: 50_400}
    assert refusal(lambda: shift.close(count, {}, "", chen)) == "sale_half_paid"
    sale.state = SaleState.PAID
    shift.close(count, {}, "", chen)


@pytest.mark.parametrize("state", [ChargeState.ASKED, ChargeState.WAITING, ChargeState.UNKNOWN])
def test_a_payment_without_an_answer_is_asked_for_first(shift: Shift, chen: Any, state: ChargeState) -> None:
    sale = selling.paid(shift)
    sale.state = SaleState.PAYING
    asked = {"provider": "simulated", "method": PayMethod.WECHAT, "amount_fen": 400, "reference": make.operation()}
    charge = make.add(Charge(sale_id=sale.id, shift_id=shift.id, by_id=chen.id, state=state, **asked))
    count = {PayMethod.CASH: 50_000}
    assert refusal(lambda: shift.close(count, {}, "", chen)) == "sale_half_paid"
    charge.state = ChargeState.REFUSED
    shift.close(count, {}, "", chen)


def test_rules_are_the_usual_ones_until_somebody_changes_them(store: Site) -> None:
    rules = TillRules.at(store)
    assert (rules.discount_permille, rules.refund_fen) == (100, 20_000)
    assert rules.id is None
    make.add(TillRules(site_id=store.id, discount_permille=0, refund_fen=5))
    assert TillRules.at(store).refund_fen == 5
