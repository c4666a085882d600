"""R5, R1 and R7 by the till's own pages over real HTTP: each form that moves money, fifty times at once, moves it once;
of sixteen sales that want the last five pieces five are paid; what is paid while a shift closes is in that shift.

That it can fail is shown beside it: where nobody claims the operation, the same form sent twice moves money twice.
"""

import re
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from selection_center.accounts.models import SignIn, User
from selection_center.core import once
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.till.models import CashMovement, Refund, Sale, SalePayment, SaleState, Shift, Till
from tests import databases
from tests import factories as make
from tests.conftest import new_visitor
from tests.promises.town import Person
from tests.promises.wire import Answer, Wire, at_once, is_clean
from tests.servers import LiveServer
from tests.till.making import BAGS_FEN, Shop, shop
from tests.visitors import Visitor

TIMES = 50
TILLS, PIECES = 16, 5


@dataclass
class Desk:
    """One store and its server."""

    server: LiveServer
    store: Shop

    def wire(self, user: User) -> Wire:
        person = Person(user.name, secrets.token_hex(12), user, SignIn.start(user, "tests"))
        db.session.commit()
        return Wire(self.server, person)

    def another(self) -> tuple[Till, Shift, User]:
        """A till of its own, with 500 yuan in the drawer, and who sells there."""
        cashier, till = make.user(f"Cas{secrets.token_hex(3)}", Role.CASHIER, self.store.site), secrets.token_hex(3)
        made = Till.create(self.store.site, till)
        return made, Shift.open(made, 50_000, cashier), cashier


@pytest.fixture(scope="module")
def desk(migrated: databases.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with LiveServer(migrated.create(), tmp_path_factory.mktemp("server")) as running, running.app.app_context():
        store = shop()
        db.session.commit()
        yield Desk(running, store)
        db.session.remove()


def fifty(wire: Wire, path: str, values: dict[str, Any]) -> Answer:
    """The answer that all got."""
    operation = secrets.token_urlsafe(18)
    answers = at_once(TIMES, lambda _number: wire.submit(path, values, operation))
    assert Counter((one.status, one.location) for one in answers) == {(303, answers[0].location): TIMES}, path
    db.session.rollback()
    return answers[0]


def count(model: Any, **which: Any) -> int:
    db.session.rollback()
    return int(db.session.scalars(sa.select(sa.func.count(model.id)).filter_by(**which)).one())


def test_r5_a_day_at_the_till_fifty_times_over(desk: Desk) -> None:
    """From the open drawer to the signed one."""
    sku = desk.store.goods("cups", pieces=9)
    cashier = make.user("Day", Role.CASHIER, desk.store.site)
    till = Till.create(desk.store.site, "day")
    till_id, sku_id, wire = till.id, sku.id, desk.wire(cashier)

    fifty(wire, f"/tills/{till_id}/shifts", {"float_fen": "500"})
    assert count(Shift, till_id=till_id) == 1
    shift_id = db.session.scalars(sa.select(Shift.id).filter_by(till_id=till_id)).one()

    fifty(wire, f"/shifts/{shift_id}/cash-movements", {"amount": "20", "direction": "in", "reason": "零钱"})
    assert count(CashMovement, shift_id=shift_id) == 1

    fifty(wire, f"/tills/{till_id}/lines", {"sku": str(sku_id), "kind": "take_away"})
    sale = db.session.scalars(sa.select(Sale).filter_by(till_id=till_id)).one()
    assert [line.quantity for line in sale.lines] == [1]
    sale_id, line_id = sale.id, sale.lines[0].id

    fifty(wire, f"/sale-lines/{line_id}/quantity", {"quantity": "3"})
    fifty(wire, f"/sales/{sale_id}/payments", {"method": "card", "amount": "10", "reference": "slip 1"})
    fifty(wire, f"/sales/{sale_id}/payments", {"method": "cash", "tendered": "100"})
    paid = db.session.get_one(Sale, sale_id)
    assert (paid.state, paid.total_fen) == (SaleState.PAID, 3 * BAGS_FEN)
    assert sorted(one.amount_fen for one in paid.payments) == sorted([1_000, 3 * BAGS_FEN - 1_000])
    assert desk.store.left("cups") == 6

    back = {f"back-{line_id}": "1", "reason": "破损", "shift": str(shift_id), "way": "cash"}
    fifty(wire, f"/sales/{sale_id}/refunds", back)
    assert count(Refund, sale_id=sale_id) == 1
    assert desk.store.left("cups") == 7

    fifty(wire, f"/shifts/{shift_id}/count", {"pieces_10000": "5"})
    fifty(wire, f"/shifts/{shift_id}/closing", {"seen": seen(wire, shift_id), "note": "数过两遍"})
    closed = db.session.get_one(Shift, shift_id)
    assert (closed.closed_at is not None, count(Shift, till_id=till_id)) == (True, 1)
    assert is_clean(desk.server)


def seen(wire: Wire, shift_id: int) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', wire.get(f"/shifts/{shift_id}/close").body)
    assert found is not None
    return found[1]


def test_r5_without_the_claim_money_moves_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same form, sent twice, with the guard and without it."""
    _till, shift, cashier = desk.another()
    db.session.commit()
    shift_id, app = shift.id, desk.server.app
    app.test_client_class = Visitor
    values = {"amount": "20", "direction": "in", "reason": "零钱", "operation_id": secrets.token_urlsafe(18)}

    def twice() -> int:
        before, browser = count(CashMovement, shift_id=shift_id), new_visitor(app).sign_in(cashier)
        for _time in range(2):
            assert browser.submit(f"/shifts/{shift_id}/cash-movements", values).status_code == 303
        return count(CashMovement, shift_id=shift_id) - before

    assert twice() == 1
    guards = app.before_request_funcs[None]
    assert once.claim in guards
    monkeypatch.setitem(app.before_request_funcs, None, [one for one in guards if one is not once.claim])
    assert twice() == 2


def test_r1_the_last_pieces_by_the_tills_own_pages(desk: Desk) -> None:
    sku = desk.store.goods("lamps", pieces=PIECES)
    sales: list[tuple[Wire, int]] = []
    for _number in range(TILLS):
        till, _shift, cashier = desk.another()
        begun = Sale.begin(till, cashier)
        begun.add(sku, 1)
        db.session.flush()
        sale_id = begun.id
        sales.append((desk.wire(cashier), sale_id))
    answers = at_once(TILLS, lambda number: pay(*sales[number]))
    states = Counter(db.session.get_one(Sale, sale_id).state for _wire, sale_id in sales)
    assert (states[SaleState.PAID], desk.store.left("lamps")) == (PIECES, 0)
    assert Counter(one.status for one in answers)[303] == PIECES
    ids = [sale_id for _wire, sale_id in sales]
    taken = sa.select(sa.func.sum(SalePayment.amount_fen)).where(SalePayment.sale_id.in_(ids))
    assert db.session.scalar(taken) == PIECES * BAGS_FEN
    assert is_clean(desk.server)


def pay(wire: Wire, sale_id: int) -> Answer:
    return wire.submit(f"/sales/{sale_id}/payments", {"method": "cash", "tendered": "50"})


def test_r7_what_is_paid_by_the_page_while_the_shift_closes_is_counted_or_refused(desk: Desk) -> None:
    sku = desk.store.goods("mugs", pieces=100)
    till, shift, cashier = desk.another()
    sales = []
    for _number in range(TILLS):
        begun = Sale.begin(till, cashier)
        begun.add(sku, 1)
        sales.append(begun)
    wire = desk.wire(cashier)
    shift_id, ids = shift.id, [sale.id for sale in sales]
    wire.submit(f"/shifts/{shift_id}/count", {"pieces_10000": "5"})
    review = seen(wire, shift_id)
    paths = [(f"/sales/{one}/payments", {"method": "cash", "tendered": "50"}) for one in ids]
    closing = (f"/shifts/{shift_id}/closing", {"seen": review, "note": "数过两遍"})
    deeds = [*paths[: TILLS // 2], closing, *paths[TILLS // 2 :]]
    answers = at_once(len(deeds), lambda number: wire.submit(*deeds[number]))
    said_yes = [one.status == 303 for one in answers]
    paid, was_closed = count(Sale, shift_id=shift_id, state=SaleState.PAID), said_yes[TILLS // 2]
    assert sum(said_yes) == paid + was_closed
    taken = sa.select(sa.func.coalesce(sa.func.sum(SalePayment.amount_fen), 0)).filter_by(shift_id=shift_id)
    assert db.session.scalar(taken) == paid * BAGS_FEN
    assert desk.store.left("mugs") == 100 - paid
    assert (db.session.get_one(Shift, shift_id).closed_at is not None) == was_closed
    assert was_closed == (paid == 0), "what was compared had no sale in it"
    assert is_clean(desk.server)
