"""A whole sale in one message over real HTTP: sold once, or not at all, and what is no sale is answered in words."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from selection_center.accounts.models import SignIn
from selection_center.core.db import db
from selection_center.orders.models import Order
from selection_center.till.models import PayMethod, Sale, SaleState
from tests import databases
from tests import factories as make
from tests.promises.town import Person
from tests.promises.wire import Told, Wire, is_clean
from tests.servers import LiveServer
from tests.till.making import BAGS_FEN, BAGS_MEMBER_FEN, Shop, shop

DEEP = 50_000
CONTACT = {"name": "陈女士", "phone": "139 0000 9000", "address": "文一西路 998 号"}


@dataclass
class Counter:
    """Cas's tablet, and the bags that it sells."""

    server: LiveServer
    store: Shop
    cas: Wire
    bags: int
    tag: str

    def sell(self, message: Any, operation: str | None = None) -> Told:
        return self.cas.tell(f"/tills/{self.store.till.id}/sales", message, operation)

    def left(self) -> int:
        db.session.rollback()
        return self.store.left()

    def sales(self) -> list[Sale]:
        db.session.rollback()
        return list(db.session.scalars(sa.select(Sale).order_by(Sale.id)))


@pytest.fixture(scope="module")
def server(migrated: databases.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(migrated.create(), tmp_path_factory.mktemp("server")) as running, running.app.app_context():
        yield running
        db.session.remove()


@pytest.fixture(scope="module")
def counter(server: LiveServer) -> Counter:
    store = shop()
    bags = store.goods(pieces=500, member_fen=BAGS_MEMBER_FEN)
    tag = make.sample(bags.listing, store.site, sku=bags)
    person = Person(store.cas.name, secrets.token_hex(12), store.cas, SignIn.start(store.cas, "tests"))
    db.session.commit()
    return Counter(server, store, Wire(server, person), bags.id, tag.code or "")


def cash(fen: int, tendered: int | None = None) -> dict[str, Any]:
    return {"method": "cash", "amount_fen": fen, "tendered_fen": tendered or fen}


def test_it_is_sold_with_change_and_the_same_message_again_gets_the_same_answer(counter: Counter) -> None:
    before, operation = counter.left(), secrets.token_urlsafe(18)
    message = {"lines": [{"sku": counter.bags, "quantity": 2}], "payments": [cash(2 * BAGS_FEN, 5_000)]}
    first, again = (counter.sell(message, operation) for _time in range(2))
    assert (first.status, first.answer["total_fen"], first.answer["change_fen"]) == (200, 2_560, 2_440)
    assert again.answer == first.answer
    assert counter.left() == before - 2
    sale = counter.sales()[-1]
    assert (sale.state, sale.number, sale.shift_id) == (
        SaleState.PAID, first.answer["number"], counter.store.shift.id,
    )  # fmt: skip
    other = counter.sell(message | {"payments": [cash(1)]}, operation)
    assert other.status == 422
    assert counter.left() == before - 2


def test_a_card_a_scanned_tag_typed_goods_and_two_ways_to_pay_make_one_sale(counter: Counter) -> None:
    card = counter.store.member()
    db.session.commit()
    total = 3 * BAGS_MEMBER_FEN + 500
    message = {
        "lines": [{"code": counter.tag, "quantity": 3}, {"title": "Gift wrap", "unit_fen": 500}],
        "card": card.code,
        "seen_fen": total,
        "payments": [cash(1_000), {"method": "wechat", "amount_fen": total - 1_000, "reference": "420000"}],
    }
    told = counter.sell(message)
    assert (told.status, told.answer["total_fen"]) == (200, total), told
    sale = counter.sales()[-1]
    assert {payment.method for payment in sale.payments} == {PayMethod.CASH, PayMethod.WECHAT}
    assert sale.card_id == card.id


def test_what_the_factory_sends_becomes_an_order(counter: Counter) -> None:
    before = counter.left()
    message = {
        "lines": [{"sku": counter.bags, "quantity": 1}, {"sku": counter.bags, "kind": "factory_direct"}],
        "contact": CONTACT,
        "payments": [cash(2 * BAGS_FEN)],
    }
    told = counter.sell(message)
    assert told.status == 200, told
    assert counter.left() == before - 1
    order = db.session.scalars(sa.select(Order)).one()
    assert (order.goods_fen, order.name) == (BAGS_FEN, "陈女士")


def no_sale(counter: Counter) -> dict[str, Any]:
    one = {"sku": counter.bags, "quantity": 1}
    paid = [cash(BAGS_FEN)]
    return {
        "nothing": {},
        "a list": [],
        "words": "no JSON",
        "no lines": {"lines": [], "payments": paid},
        "half a piece": {"lines": [one | {"quantity": 0.5}], "payments": paid},
        "fewer than one": {"lines": [one | {"quantity": 0}], "payments": paid},
        "two names": {"lines": [one | {"code": "x"}], "payments": paid},
        "a fee": {"lines": [one | {"kind": "fee"}], "payments": paid},
        "no way to pay": {"lines": [one], "payments": [cash(BAGS_FEN) | {"method": "shells"}]},
        "below zero": {"lines": [one], "payments": [cash(-BAGS_FEN)]},
        "deep": "[" * DEEP + "]" * DEEP,
        "deep fields": '{"lines":' * DEEP + "1" + "}" * DEEP,
    }


def test_what_is_no_sale_is_answered_in_words_and_changes_nothing(counter: Counter) -> None:
    before, sold = counter.left(), len(counter.sales())
    for name, message in no_sale(counter).items():
        told = counter.sell(message)
        assert (told.status, told.answer["error"]["code"]) == (422, "not_a_sale"), name
        assert told.answer["error"]["message"], name
    assert (counter.left(), len(counter.sales())) == (before, sold)
    assert is_clean(counter.server)


def test_a_sale_that_is_refused_leaves_nothing_behind(counter: Counter) -> None:
    before, sold = counter.left(), len(counter.sales())
    one = {"sku": counter.bags, "quantity": 1}
    for code, message in {
        "sold_out": {"lines": [one | {"quantity": before + 1}], "payments": [cash(BAGS_FEN * (before + 1))]},
        "unknown_goods": {"lines": [{"code": "nothing"}], "payments": [cash(BAGS_FEN)]},
        "no_card": {"lines": [one], "card": "MU no card", "payments": [cash(BAGS_FEN)]},
        "not_paid_in_full": {"lines": [one], "payments": [cash(BAGS_FEN - 1)]},
    }.items():
        told = counter.sell(message)
        assert (told.status, told.answer["error"]["code"]) == (409, code), told
    assert (counter.left(), len(counter.sales())) == (before, sold)
    assert is_clean(counter.server)
