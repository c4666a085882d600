"""Money under way: whatever a provider says, however late, it is taken in, given back, or seen until it is settled."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.till import charging, paying, settling, under_way
from selection_center.till import jobs as till_jobs
from selection_center.till.models import (
    Charge,
    ChargeState,
    GoesTo,
    PayMethod,
    Refund,
    RefundPayment,
    Sale,
    SaleState,
    SimulatedCharge,
)
from selection_center.till.providers import ChargeAnswer, ProviderSilent
from selection_center.till.providers.simulated import SimulatedProvider
from tests.till.making import BAGS_FEN, Shop, shop
from tests.visitors import Visitor
from tests.working import clean_up, work_off

CODE = "13000000000000000"
LIST = "/sites/hangzhou/payments-under-way"
Work = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(till_jobs, "LOOKS", 1)


def silent(*_asked: object) -> ChargeAnswer:
    raise ProviderSilent


def asked(store: Shop, end: str) -> tuple[Sale, Charge]:
    sale = store.sale((store.goods(f"bags {end}"), 1))
    paying.begin(sale, store.shift, store.cas)
    charge = charging.ask(sale, store.shift, BAGS_FEN, CODE + end, store.cas)
    db.session.commit()
    return sale, charge


def unanswered(store: Shop, monkeypatch: pytest.MonkeyPatch) -> tuple[Sale, Charge]:
    """The money is with the provider, whose answers are lost."""
    sale, charge = asked(store, "3")
    with monkeypatch.context() as patched:
        patched.setattr(SimulatedProvider, "look_up", silent)
        work_off()
    db.session.expire_all()
    assert charge.state is ChargeState.UNKNOWN
    return sale, charge


def owed(store: Shop, monkeypatch: pytest.MonkeyPatch) -> Charge:
    """Paid in cash meanwhile; the provider does not give the late payment back."""
    sale, charge = unanswered(store, monkeypatch)
    paying.pay(sale, store.shift, PayMethod.CASH, BAGS_FEN, by=store.cas)
    charging.look_again(charge)
    with monkeypatch.context() as patched:
        patched.setattr(SimulatedProvider, "refund", silent)
        work_off()
    db.session.expire_all()
    assert charge.is_owed
    return charge


def book() -> list[tuple[int, str, int]]:
    rows = sa.select(SimulatedCharge.amount_fen, SimulatedCharge.state, SimulatedCharge.refunded_fen)
    return [(row[0], row[1], row[2]) for row in db.session.execute(rows.order_by(SimulatedCharge.id))]


GIVEN_BACK = [(BAGS_FEN, "paid", BAGS_FEN), (BAGS_FEN, "refunded", 0)]


# --- what is paid all the same ---------------------------------------------------------------------------------------


def settled_as_not_paid(store: Shop, monkeypatch: pytest.MonkeyPatch) -> tuple[Sale, Charge]:
    sale, charge = unanswered(store, monkeypatch)
    settling.settle_by_hand(charge, "refused", "", store.cas)
    paying.pay(sale, store.shift, PayMethod.CASH, BAGS_FEN, by=store.cas)
    db.session.commit()
    return sale, charge


def test_a_person_was_wrong_and_the_night_finds_the_money(store: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    sale, charge = settled_as_not_paid(store, monkeypatch)
    assert book() == [(BAGS_FEN, "paid", 0)]
    clean_up()
    work_off()
    db.session.expire_all()
    assert (sale.paid_fen, charge.state) == (BAGS_FEN, ChargeState.RETURNED)
    assert book() == GIVEN_BACK


def test_without_the_way_back_that_money_would_be_lost(store: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    settled_as_not_paid(store, monkeypatch)
    monkeypatch.setattr(settling, "give_back", lambda _charge: None)
    clean_up()
    work_off()
    assert book() == [(BAGS_FEN, "paid", 0)]


def test_what_was_doubted_long_ago_is_left_alone(store: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    _sale, charge = settled_as_not_paid(store, monkeypatch)
    charge.settled_at = utcnow() - timedelta(days=4)
    db.session.commit()
    clean_up()
    assert work_off() == []


def test_an_answer_that_comes_after_nothing_was_known_is_given_back(
    store: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question was still on its way when it was looked up: the provider knew nothing of it, then took the money."""
    sale, charge = asked(store, "0")
    charge_id, real = charge.id, SimulatedProvider.charge
    db.session.rollback()

    def late(provider: SimulatedProvider, reference: str, fen: int, code: str) -> ChargeAnswer:
        till_jobs.look_up(charge_id)
        assert db.session.get_one(Charge, charge_id).state is ChargeState.REFUSED
        db.session.commit()
        return real(provider, reference, fen, code)

    monkeypatch.setattr(SimulatedProvider, "charge", late)
    work_off()
    db.session.expire_all()
    assert (charge.state, sale.state, sale.payments) == (ChargeState.RETURNED, SaleState.PAYING, [])
    assert book() == GIVEN_BACK


# --- what is owed ----------------------------------------------------------------------------------------------------


def test_what_the_provider_does_not_give_back_stays_in_the_list(
    store: Shop, cas: Visitor, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge = owed(store, monkeypatch)
    listed = cas.get(f"{LIST}?lang=en").text
    assert "goes back to the customer" in listed
    assert "1 payment under way" in cas.get("/sites/hangzhou/home?lang=en").text
    again = cas.submit(f"/charges/{charge.id}/returns", {"to": "list"})
    assert again.location == LIST
    work()
    db.session.expire_all()
    assert charge.state is ChargeState.RETURNED
    assert book() == GIVEN_BACK
    assert "No payment is under way" in cas.get(f"{LIST}?lang=en").text
    assert cas.submit(f"/charges/{charge.id}/returns", {"to": "list"}).status_code == 409


def test_what_is_refused_stays_owed_with_the_providers_words(store: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    charge = owed(store, monkeypatch)
    refused = ChargeAnswer(ChargeState.REFUSED, said="Account closed")
    monkeypatch.setattr(SimulatedProvider, "refund", lambda *_asked: refused)
    settling.give_back_again(charge)
    work_off()
    db.session.expire_all()
    assert (charge.is_owed, charge.said) == (True, "Account closed")


def test_a_manager_gives_it_back_by_another_way(
    store: Shop, cas: Visitor, visit: Callable[..., Visitor], work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge = owed(store, monkeypatch)
    url, ana = f"/charges/{charge.id}/return-by-hand", visit(store.ana)
    assert cas.submit(url, {"reference": "1"}).status_code == 403
    assert "It was given back" not in cas.get(f"{LIST}?lang=en").text
    assert ana.submit(url, {"to": "list"}).status_code == 409, "with its number"
    assert ana.submit(url, {"reference": "5000-77", "to": "list"}).location == LIST
    db.session.expire_all()
    (settled,) = charge.settlements
    assert (charge.state, settled.reference, settled.by) == (ChargeState.RETURNED, "5000-77", store.ana)
    settling.ask_back(charge)
    work()
    assert book() == [(BAGS_FEN, "paid", 0)], "nobody gives it back twice"


# --- refunds ---------------------------------------------------------------------------------------------------------


def not_given(store: Shop, monkeypatch: pytest.MonkeyPatch) -> RefundPayment:
    """Goods came back, and the provider did not answer."""
    sale, charge = asked(store, "0")
    work_off()
    db.session.expire_all()
    assert charge.state is ChargeState.PAID
    refund = Refund.give(sale, store.shift, [(sale.lines[0], 1, GoesTo.STOCK)], "broken", store.cas)
    db.session.commit()
    with monkeypatch.context() as patched:
        patched.setattr(SimulatedProvider, "refund", silent)
        work_off()
    db.session.expire_all()
    (payment,) = refund.payments
    assert payment.given_at is None
    return payment


def test_a_refund_is_given_again(store: Shop, cas: Visitor, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = not_given(store, monkeypatch)
    assert f"refund-payment-{payment.id}" in cas.get(LIST).text
    assert cas.submit(f"/refund-payments/{payment.id}/tries").location == LIST
    work()
    db.session.expire_all()
    assert payment.given_at is not None
    assert book() == GIVEN_BACK
    assert cas.submit(f"/refund-payments/{payment.id}/tries").status_code == 409


def test_a_refund_is_given_by_another_way(
    store: Shop, cas: Visitor, visit: Callable[..., Visitor], work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = not_given(store, monkeypatch)
    url, ana = f"/refund-payments/{payment.id}/by-hand", visit(store.ana)
    assert cas.submit(url, {"reference": "1"}).status_code == 403
    assert ana.submit(url).status_code == 409, "with its number"
    assert ana.submit(url, {"reference": "5000-78"}).location == LIST
    db.session.expire_all()
    assert (payment.given_at is not None, payment.reference) == (True, "5000-78")
    clean_up()
    assert work() == []


def test_the_night_gives_back_what_is_owed(store: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    charge = owed(store, monkeypatch)
    assert under_way.counted_at(store.site) == 1
    clean_up()
    work_off()
    db.session.expire_all()
    assert charge.state is ChargeState.RETURNED
    assert under_way.counted_at(store.site) == 0


# --- the shift -------------------------------------------------------------------------------------------------------


def test_an_unknown_payment_keeps_the_shift_open_until_it_is_settled(
    store: Shop, visit: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    sale, charge = unanswered(store, monkeypatch)
    counted = store.shift.expected()
    with pytest.raises(Refused) as refused:
        store.shift.close(counted, {}, "", store.cas)
    assert refused.value.code == "sale_half_paid"
    db.session.rollback()
    ana = visit(store.ana)
    assert LIST in ana.get(f"/shifts/{store.shift.id}").text
    assert ana.submit(f"/charges/{charge.id}/settlement", {"outcome": "refused", "to": "list"}).location == LIST
    db.session.expire_all()
    paying.give_up(sale, store.ana)
    store.shift.close(counted, {}, "", store.ana)
    db.session.commit()
    assert LIST not in ana.get(f"/shifts/{store.shift.id}").text.replace(f'href="{LIST}"', "", 1)


def test_a_question_that_nobody_took_up_is_settled_by_hand_after_a_while(store: Shop, cas: Visitor) -> None:
    """No worker runs: it was written down, and nobody was asked."""
    _sale, charge = asked(store, "0")
    url = f"/charges/{charge.id}/settlement"
    assert cas.submit(url, {"outcome": "refused"}).status_code == 409, "it is on its way"
    charge.at = utcnow() - timedelta(minutes=6)
    db.session.commit()
    assert cas.submit(url, {"outcome": "refused"}).status_code == 303
    work_off()
    db.session.expire_all()
    assert charge.state is ChargeState.REFUSED
    assert book() == [], "a question that is closed is not asked any more"


def test_another_stores_payments_are_not_there(store: Shop, cas: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = shop("yiwu")
    charge = owed(elsewhere, monkeypatch)
    assert f"charge-{charge.id}" not in cas.get(LIST).text
    assert cas.submit(f"/charges/{charge.id}/returns").status_code == 404
