"""R7 over real HTTP: a shift closes while 20 sales land. Every sale is in exactly one shift, the cash equal to the fen.

That this can fail is shown beside it: a sale that only looked whether the shift is open lands in it after the count.
"""

import random
import secrets
import threading
import time

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import SignIn, User
from selection_center.catalog.models import Sku
from selection_center.core.db import db, utcnow, writing
from selection_center.core.errors import Refused
from selection_center.core.permissions import Role
from selection_center.stock.items import StockItem
from selection_center.till import paying
from selection_center.till.models import (
    PayMethod,
    Sale,
    SalePayment,
    SaleState,
    Shift,
    ShiftCount,
    Till,
)
from selection_center.till.money_in import Paid
from tests import factories as make
from tests.membership import making as members
from tests.promises.town import Person
from tests.promises.wire import Wire, at_once, is_clean
from tests.servers import LiveServer
from tests.stock import making as goods

SALES = 20
FLOAT_FEN = 30_000
PRICE_FEN = 1_285
TRIES = 400
"""Of a sale that finds the till between two shifts, and of a close that finds a sale meanwhile."""


@pytest.fixture(scope="module")
def wire(server: LiveServer) -> Wire:
    """The cashier, whose tablet, phone and queue send at the same moment."""
    site = members.store()
    cas = make.user("Cas", Role.CASHIER, site)
    Till.create(site, "1")
    sku = make.listing(make.supplier(), tiers=((1, PRICE_FEN),)).skus[0]
    goods.item(site, 99_999, of=sku)
    person = Person(cas.name, secrets.token_hex(12), cas, SignIn.start(cas, "tests"))
    db.session.commit()
    return Wire(server, person)


@pytest.fixture
def till_id(wire: Wire) -> int:
    """Between two tests no shift is open at it; what was sold stays."""
    return db.session.scalars(sa.select(Till.id)).one()


@pytest.fixture
def sku_id(wire: Wire) -> int:
    return db.session.scalars(sa.select(StockItem.sku_id)).one()


def whole_sale(number: int, sku_id: int) -> dict[str, object]:
    """One to three pieces, in cash, by WeChat, or half and half to the odd fen."""
    quantity = 1 + number % 3
    total = PRICE_FEN * quantity
    cash = (total, 0, total // 2)[number % 3 - 1]
    payments: list[dict[str, object]] = []
    if cash:
        payments.append({"method": "cash", "amount_fen": cash, "tendered_fen": cash + 515})
    if total - cash:
        payments.append({"method": "wechat", "amount_fen": total - cash, "reference": f"4200{number:06}"})
    return {"lines": [{"sku": sku_id, "quantity": quantity}], "payments": payments}


def sell(wire: Wire, till_id: int, sku_id: int, number: int) -> list[int]:
    """The statuses until it was sold; between two shifts it is sent again, as a tablet's queue would."""
    statuses = []
    for _try in range(TRIES):
        told = wire.tell(f"/tills/{till_id}/sales", whole_sale(number, sku_id))
        statuses.append(told.status)
        if told.status == 200:
            return statuses
        assert told.answer["error"]["code"] in {"no_shift", "shift_closed"}, told
        time.sleep(0.02)
    return statuses


def open_shift(app: Flask, wire: Wire, till_id: int) -> int:
    opened = wire.submit(f"/tills/{till_id}/shifts", {"float_fen": "300"}, page=f"/tills/{till_id}/shifts/new")
    assert opened.status == 303, opened
    with app.app_context():
        return db.session.scalars(sa.select(Shift.id).filter_by(till_id=till_id, closed_at=None)).one()


def close(wire: Wire, shift_id: int) -> int:
    """Counts, compares and signs as the page does; what landed meanwhile has it compared again. How often it did."""
    address = f"/shifts/{shift_id}"
    assert wire.submit(f"{address}/count", {"pieces_10000": "3"}, page=f"{address}/count").status == 303
    page = wire.get(f"{address}/close").body
    for number in range(TRIES):
        seen = page.split('name="seen" value="')[1].split('"')[0]
        answer = wire.submit(f"{address}/closing", {"seen": seen, "note": "R7"}, page=f"{address}/close")
        if answer.status == 303:
            return number
        assert answer.status == 422, answer
        page = answer.body
    raise AssertionError("it never closed")


def cash_of(shift_id: int) -> int:
    """What sales brought into the drawer, by the shift of the sale itself."""
    paid = sa.select(sa.func.coalesce(sa.func.sum(SalePayment.amount_fen), 0)).join(
        Sale, Sale.id == SalePayment.sale_id
    )
    cash = paid.where(Sale.shift_id == shift_id, SalePayment.method == PayMethod.CASH, Sale.state == SaleState.PAID)
    return int(db.session.scalars(cash).one())


def signed(shift_id: int, method: PayMethod) -> int:
    return db.session.scalars(sa.select(ShiftCount.expected_fen).filter_by(shift_id=shift_id, method=method)).one()


@pytest.mark.seeds(100)
def test_r7_every_sale_is_in_one_shift_and_the_cash_is_equal_to_the_fen(
    server: LiveServer, wire: Wire, till_id: int, sku_id: int, seed: int
) -> None:
    db.session.rollback()
    early = random.Random(seed)
    first, waits = open_shift(server.app, wire, till_id), [early.uniform(0, 0.3) for _sale in range(SALES + 1)]
    later: list[int] = []

    def deed(number: int) -> list[int]:
        time.sleep(waits[number])
        if number < SALES:
            return sell(wire, till_id, sku_id, number)
        again = close(wire, first)
        later.append(open_shift(server.app, wire, till_id))
        return [again]

    *answers, _again = at_once(SALES + 1, deed)
    second = later[0]
    assert [statuses[-1] for statuses in answers] == [200] * SALES
    close(wire, second)
    db.session.rollback()
    sales = db.session.scalars(sa.select(Sale).where(Sale.shift_id.in_([first, second]))).all()
    assert len(sales) == SALES
    assert not db.session.scalars(sa.select(Sale.id).where(Sale.state != SaleState.PAID)).all(), "no half sale stays"
    payments = db.session.scalars(sa.select(SalePayment).where(SalePayment.shift_id.in_([first, second]))).all()
    assert {payment.sale_id for payment in payments} == {sale.id for sale in sales}
    shift_of = {sale.id: sale.shift_id for sale in sales}
    assert all(payment.shift_id == shift_of[payment.sale_id] for payment in payments), "money lies where its sale is"
    for shift_id in (first, second):
        assert signed(shift_id, PayMethod.CASH) == FLOAT_FEN + cash_of(shift_id)
    assert cash_of(first) + cash_of(second) == sum(paid_in_cash(number) for number in range(SALES))
    closed = {shift.id: shift.closed_at for shift in db.session.scalars(sa.select(Shift))}
    late = [sale for sale in sales if (sale.paid_at or utcnow()) > (closed[sale.shift_id or 0] or utcnow())]
    assert not late, "nothing lands after the signature"
    assert is_clean(server)


def paid_in_cash(number: int) -> int:
    payments = whole_sale(number, 0)["payments"]
    assert isinstance(payments, list)
    return sum(payment["amount_fen"] for payment in payments if payment["method"] == "cash")


def sale_against_close(app: Flask, till_id: int, sku_id: int, monkeypatch: pytest.MonkeyPatch, *, guarded: bool) -> str:
    """A sale looks whether the shift is open; while it goes on, the shift is counted and closed. What became of it."""
    looked, closed, real = threading.Event(), threading.Event(), Shift.hold
    selling = threading.local()

    def look_first(shift: Shift) -> None:
        if not getattr(selling, "looks", False):
            real(shift)
            return
        if not looked.is_set():
            assert shift.is_open
            db.session.commit()  # what it saw may be old from here on
            looked.set()
            assert closed.wait(20)
        if guarded:
            real(shift)

    def sell_it() -> str:
        with app.app_context(), writing():
            selling.looks = True
            shift = db.session.scalars(sa.select(Shift).filter_by(till_id=till_id, closed_at=None)).one()
            sale = Sale.begin(shift.till, shift.opened_by)
            sale.add(db.session.get_one(Sku, sku_id))
            by = shift.opened_by
            try:
                paying.sell(sale, shift, [Paid(PayMethod.CASH, PRICE_FEN)], by)
            except Refused as refused:
                db.session.rollback()
                return refused.code
            db.session.commit()
            return "sold"

    def close_it() -> str:
        with app.app_context(), writing():
            assert looked.wait(20)
            shift = db.session.scalars(sa.select(Shift).filter_by(till_id=till_id, closed_at=None)).one()
            shift.close({PayMethod.CASH: FLOAT_FEN}, {}, "", shift.opened_by)
            db.session.commit()
            closed.set()
            return "closed"

    with monkeypatch.context() as patched:
        patched.setattr(Shift, "hold", look_first)
        said = at_once(2, lambda number: (sell_it, close_it)[number]())
    assert said[1] == "closed"
    return said[0]


def opened(till_id: int) -> int:
    till, cas = db.session.get_one(Till, till_id), db.session.scalars(sa.select(User).filter_by(name="Cas")).one()
    with writing():
        shift_id = Shift.open(till, FLOAT_FEN, cas).id
        db.session.commit()
    return shift_id


def test_r7_with_the_guard_a_sale_that_comes_late_is_refused(
    server: LiveServer, till_id: int, sku_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift_id = opened(till_id)
    assert sale_against_close(server.app, till_id, sku_id, monkeypatch, guarded=True) == "shift_closed"
    db.session.rollback()
    assert (cash_of(shift_id), signed(shift_id, PayMethod.CASH)) == (0, FLOAT_FEN)


def test_r7_without_the_guard_it_lands_after_the_count(
    server: LiveServer, till_id: int, sku_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift_id = opened(till_id)
    assert sale_against_close(server.app, till_id, sku_id, monkeypatch, guarded=False) == "sold"
    db.session.rollback()
    assert signed(shift_id, PayMethod.CASH) != FLOAT_FEN + cash_of(shift_id)
