"""A customer's phone is charged by a provider: asked once, looked up after a lost answer, given back when too late."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.till import charging, paying, settling
from selection_center.till import jobs as till_jobs
from selection_center.till.models import Charge, ChargeState, PayMethod, Sale, SalePayment, SaleState, SimulatedCharge
from selection_center.till.providers import ChargeAnswer, ProviderSilent
from selection_center.till.providers.simulated import SimulatedProvider
from tests.till.making import BAGS_FEN, Shop, shop
from tests.working import work_off

CODE = "13000000000000000"
"""WeChat's, but for the last digit, which says what the provider does."""


@pytest.fixture
def store(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr(till_jobs, "LOOK_SECONDS", 0)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    return shop()


def asked(store: Shop, end: str, fen: int = BAGS_FEN) -> tuple[Sale, Charge]:
    sale = store.sale((store.goods(f"bags {end}"), 1))
    paying.begin(sale, store.shift, store.cas)
    charge = charging.ask(sale, store.shift, fen, CODE + end, store.cas)
    db.session.commit()
    return sale, charge


def book() -> list[tuple[int, str, int]]:
    rows = sa.select(SimulatedCharge.amount_fen, SimulatedCharge.state, SimulatedCharge.refunded_fen)
    return [(row[0], row[1], row[2]) for row in db.session.execute(rows.order_by(SimulatedCharge.id))]


@pytest.mark.parametrize("end", ["0", "2", "3", "5"])
def test_paid_at_once_later_or_with_a_lost_answer(store: Shop, work: Callable[[], list[str]], end: str) -> None:
    """However the answer comes, the money is taken once and the sale is paid once."""
    sale, charge = asked(store, end)
    assert charge.state is ChargeState.ASKED
    work()
    db.session.expire_all()
    assert (charge.state, sale.state) == (ChargeState.PAID, SaleState.PAID)
    payment = db.session.scalars(sa.select(SalePayment)).one()
    assert (payment.method, payment.amount_fen, payment.charge_id) == (PayMethod.WECHAT, BAGS_FEN, charge.id)
    assert payment.reference == f"SIM-{charge.reference}"
    assert book() == [(BAGS_FEN, "paid", 0)]


@pytest.mark.parametrize("end", ["1", "4"])
def test_refused_or_never_arrived(store: Shop, work: Callable[[], list[str]], end: str) -> None:
    sale, charge = asked(store, end)
    work()
    db.session.expire_all()
    assert (charge.state, sale.state) == (ChargeState.REFUSED, SaleState.PAYING)
    assert charge.said
    paying.pay(sale, store.shift, PayMethod.CASH, BAGS_FEN, by=store.cas)
    assert sale.paid_fen == BAGS_FEN


def test_a_part_of_it(store: Shop, work: Callable[[], list[str]]) -> None:
    sale, _charge = asked(store, "0", 300)
    work()
    db.session.expire_all()
    assert (sale.state, sale.due_fen) == (SaleState.PAYING, BAGS_FEN - 300)
    with pytest.raises(Refused) as refused:
        paying.give_up(sale, store.cas)
    assert refused.value.code == "money_in"


def test_a_part_by_code_goes_back_to_the_phone_it_came_from(store: Shop, work: Callable[[], list[str]]) -> None:
    sale, charge = asked(store, "0", 300)
    work()
    db.session.expire_all()
    settling.take_back(sale, store.shift, sale.payments[0], store.cas)
    db.session.commit()
    assert (sale.payments, sale.due_fen) == ([], BAGS_FEN)
    work()
    db.session.expire_all()
    assert charge.state is ChargeState.RETURNED
    assert book() == [(300, "paid", 300), (300, "refunded", 0)]
    paying.give_up(sale, store.cas)
    assert sale.state is SaleState.OPEN


def test_what_waits_is_called_off_and_paid_otherwise(store: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(till_jobs, "LOOKS", 1)
    sale, charge = asked(store, "2")
    with pytest.raises(Refused) as refused:
        charging.call_off(charge, store.cas)
    assert refused.value.code == "not_waiting", "the question is on its way and cannot be held"
    work_off()
    db.session.expire_all()
    assert charge.state is ChargeState.WAITING
    charging.call_off(charge, store.cas)
    work_off()
    db.session.expire_all()
    assert (charge.state, sale.state) == (ChargeState.REFUSED, SaleState.PAYING)
    assert book() == [(BAGS_FEN, "called_off", 0)]
    paying.pay(sale, store.shift, PayMethod.CASH, BAGS_FEN, by=store.cas)
    assert sale.state is SaleState.PAID


def test_a_customer_who_was_quicker_than_the_calling_off_has_paid(store: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(till_jobs, "LOOKS", 1)
    sale, charge = asked(store, "2")
    reference = charge.reference
    work_off()
    SimulatedProvider().look_up(reference)  # the customer typed the password
    db.session.expire_all()
    charging.call_off(charge, store.cas)
    work_off()
    db.session.expire_all()
    assert (charge.state, sale.state) == (ChargeState.PAID, SaleState.PAID)


def test_a_calling_off_without_an_answer_stays_open_to_see(store: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_self: SimulatedProvider, _reference: str) -> ChargeAnswer:
        raise ProviderSilent

    monkeypatch.setattr(till_jobs, "LOOKS", 1)
    _sale, charge = asked(store, "2")
    work_off()
    db.session.expire_all()
    charging.call_off(charge, store.cas)
    monkeypatch.setattr(SimulatedProvider, "call_off", silent)
    work_off()
    db.session.expire_all()
    assert charge.state is ChargeState.UNKNOWN


def test_while_the_customer_types_nobody_pays_twice(store: Shop) -> None:
    sale, _charge = asked(store, "2")
    for deed in (
        lambda: paying.give_up(sale, store.cas),
        lambda: paying.pay(sale, store.shift, PayMethod.CASH, BAGS_FEN, by=store.cas),
        lambda: charging.ask(sale, store.shift, BAGS_FEN, CODE + "0", store.cas),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.code == "charge_open"


@pytest.mark.parametrize("code", ["", "1234", "99000000000000000", "13" + "0" * 40, "130000000000000x0"])
def test_what_is_no_payment_code(store: Shop, code: str) -> None:
    sale = store.sale((store.goods(), 1))
    paying.begin(sale, store.shift, store.cas)
    with pytest.raises(Refused) as refused:
        charging.ask(sale, store.shift, BAGS_FEN, code, store.cas)
    assert refused.value.code == "no_payer_code"
    assert charging.method_of("28" + "0" * 16) is PayMethod.ALIPAY


def test_a_worker_that_died_asks_nobody_again(store: Shop) -> None:
    """Of a job that is begun a second time nobody knows whether it asked: it looks up."""
    sale, charge = asked(store, "0")
    SimulatedProvider().charge(charge.reference, charge.amount_fen, CODE + "0")
    till_jobs.ask_once(charge.id, CODE + "0", again=True)
    db.session.expire_all()
    assert (charge.state, sale.state) == (ChargeState.PAID, SaleState.PAID)
    assert book() == [(BAGS_FEN, "paid", 0)]
    till_jobs.ask_once(charge.id, CODE + "0", again=False)
    assert len(db.session.scalars(sa.select(SalePayment)).all()) == 1


def test_the_question_is_committed_before_it_is_asked(store: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def charge(_self: SimulatedProvider, reference: str, _fen: int, _code: str) -> ChargeAnswer:
        with db.engine.connect() as connection:
            seen.extend(connection.scalars(sa.select(Charge.__table__.c.reference)))
        assert not db.session().in_transaction(), "nothing of ours waits for the provider"
        raise ProviderSilent

    monkeypatch.setattr(SimulatedProvider, "charge", charge)
    _sale, asked_for = asked(store, "0")
    reference = asked_for.reference
    work_off()
    assert seen == [reference]


def test_a_provider_that_is_away_leaves_it_unknown(store: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop sells on; what is paid in the end goes back to the customer, who paid cash meanwhile."""

    def silent(_self: SimulatedProvider, _reference: str) -> ChargeAnswer:
        raise ProviderSilent

    sale, charge = asked(store, "3")
    with monkeypatch.context() as patched:
        patched.setattr(SimulatedProvider, "look_up", silent)
        work_off()
    db.session.expire_all()
    assert (charge.state, sale.state) == (ChargeState.UNKNOWN, SaleState.PAYING)
    paying.pay(sale, store.shift, PayMethod.CASH, BAGS_FEN, by=store.cas)
    charging.look_again(charge)
    work_off()
    db.session.expire_all()
    assert charge.state is ChargeState.RETURNED
    assert sale.paid_fen == BAGS_FEN
    assert book() == [(BAGS_FEN, "paid", BAGS_FEN), (BAGS_FEN, "refunded", 0)]


def test_the_simulated_provider_is_strict(app: Flask) -> None:
    provider = SimulatedProvider()
    assert provider.charge("A", 100, CODE + "0").state is ChargeState.PAID
    assert provider.charge("A", 100, CODE + "0").state is ChargeState.REFUSED, "a reference comes once"
    assert provider.charge("B", 0, CODE + "0").state is ChargeState.REFUSED
    assert provider.charge("C", 100, "hello").state is ChargeState.REFUSED
    assert provider.look_up("D").state is ChargeState.REFUSED
    assert provider.refund("A", "A1", 60).state is ChargeState.PAID
    assert provider.refund("A", "A1", 60).state is ChargeState.PAID, "asked again, it gives once"
    assert provider.refund("A", "A1", 61).state is ChargeState.REFUSED
    assert provider.refund("A", "A2", 41).state is ChargeState.REFUSED, "no more than was paid"
    assert provider.refund("A", "A3", 40).state is ChargeState.PAID
    assert book() == [(100, "paid", 100), (60, "refunded", 0), (40, "refunded", 0)]
