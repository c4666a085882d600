"""What a buyer reads of the factory's side: how it stands, each parcel's way, a refund, and nothing of the inside."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors.orders import RemoteState
from selection_center.marketplace.placed_orders import PlacedOrder
from selection_center.marketplace.pushes import Push, PushState
from selection_center.orders.models import Order, OrderState
from tests import factories as make
from tests.marketplace.confirmed_orders import confirmed
from tests.visitors import Visitor

NewAccount = Callable[..., Account]
STEPS = [
    ["2026-11-24T16:30:00+00:00", "商家已发货"],
    ["2026-11-25T01:05:00+00:00", "从义乌发出"],
    [None, "派送员正在派件"],
]
PARCEL = {"carrier": "晨风速运", "number": "CF0001", "state": "TRANSPORT", "steps": STEPS}


@pytest.fixture
def order(app: Flask, an_account: NewAccount) -> Order:
    return confirmed(an_account())


@pytest.fixture
def push(order: Order) -> Push:
    account = make.add(Account(connector="parrot", name="secret account", given={}))
    values = {"order": order, "account": account, "reference": order.number, "agreed_fen": order.goods_fen}
    return make.add(Push(state=PushState.PLACED, **values))


def placed(push: Push, number: int = 1, **values: Any) -> PlacedOrder:
    usual = {"remote_id": f"16753901942054{number}", "account_id": push.account_id, "state": RemoteState.SHIPPED}
    return make.add(PlacedOrder(push_id=push.id, **(usual | values)))


def page(client: Visitor, order: Order, language: str = "en") -> str:
    return client.get(f"/o/{order.token}?lang={language}").text


def test_steps_come_newest_first_in_local_time(client: Visitor, order: Order, push: Push) -> None:
    placed(push, parcels=[PARCEL])
    text = page(client, order)
    at = [text.index(words) for words in ("派送员正在派件", "从义乌发出", "商家已发货")]
    assert at == sorted(at)
    assert ("25 Nov 09:05" in text, "25 Nov 00:30" in text) == (True, True)
    assert ("晨风速运" in text, "CF0001" in text, "On its way" in text) == (True, True, True)


def test_several_orders_and_parcels(client: Visitor, order: Order, push: Push) -> None:
    placed(push, 1, parcels=[PARCEL, PARCEL | {"number": "CF0002", "steps": []}])
    placed(push, 2, state=RemoteState.PAID)
    text = page(client, order)
    assert ("Part 1 of 2" in text, "Part 2 of 2" in text, "CF0002" in text) == (True, True, True)
    assert ("The carrier says nothing of it yet" in text, "The factory packs it" in text) == (True, True)


@pytest.mark.parametrize(
    ("refund", "said"),
    [
        ("waitselleragree", "asked to agree to the refund"),
        ("WAIT_SELLER_AGREE", "asked to agree to the refund"),
        ("refundsuccess", "The refund is made"),
        ("somethingnew", "A refund is being seen to"),
    ],
)
def test_a_refund_is_said(client: Visitor, order: Order, push: Push, refund: str, said: str) -> None:
    placed(push, refund=refund, refund_fen=1250)
    text = page(client, order)
    assert (said in text, "12.50" in text, "somethingnew" in text) == (True, True, False)


@pytest.mark.parametrize(("second", "is_here"), [(RemoteState.DONE, True), (RemoteState.SHIPPED, False)])
def test_what_has_arrived_is_not_called_on_its_way(
    client: Visitor, order: Order, push: Push, second: RemoteState, is_here: bool
) -> None:
    order.become(OrderState.SHIPPED, by=None)
    placed(push, 1, state=RemoteState.RECEIVED)
    placed(push, 2, state=second)
    text = page(client, order)
    assert ("All of it has arrived" in text, "It is on its way." in text) == (is_here, not is_here)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("price_rose", "asks more now than your order says"),
        ("stock_short", "cannot send all of it"),
        ("below_moq", "takes other quantities"),
        ("bad_receiver", "to this name or address"),
        ("bad_signature", "not at the factory yet"),
    ],
)
def test_what_keeps_it_from_being_ordered_is_said(
    client: Visitor, order: Order, push: Push, problem: str, said: str
) -> None:
    push.state, push.problem = PushState.HELD, problem
    text = page(client, order)
    assert (said in text, "the factory prepares it" in text, problem in text) == (True, False, False)
    push.state, push.problem = PushState.PLACED, ""
    assert "the factory prepares it" in page(client, order)


def test_nothing_of_the_inside(client: Visitor, order: Order, push: Push) -> None:
    push.problem, push.said = "other_sum", "internal words"
    one = placed(push, said="waitbuyerreceive", call_off_said="not now", state=RemoteState.OTHER)
    text = page(client, order)
    assert "Being seen to" in text
    for inside in (one.remote_id, "waitbuyerreceive", "secret account", "internal words", "not now", "other_sum"):
        assert inside not in text


@pytest.mark.parametrize("state", list(RemoteState))
def test_every_state_has_words_in_chinese(client: Visitor, order: Order, push: Push, state: RemoteState) -> None:
    placed(push, state=state)
    assert "厂家发货进度" in page(client, order, "zh")


def test_an_order_that_no_marketplace_has_says_nothing_of_one(client: Visitor, order: Order, push: Push) -> None:
    assert 'id="there"' not in page(client, order)
