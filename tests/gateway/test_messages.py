"""Pushed messages: signed, repeated until heard, and every way to disturb them."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.gateway.calling import BUYER, PRODUCT, PUSH, Caller, line, signature
from tests.gateway.conftest import Inbox
from tests.gateway.shelves import Shelf


def until(what: Callable[[], object], seconds: float = 8) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.02)


def told(inbox: Inbox) -> list[Any]:
    return [json.loads(one["message"]) for one in inbox.got]


def types(inbox: Inbox) -> list[str]:
    return [message["type"] for message in told(inbox)]


def is_signed(caller: Caller, got: dict[str, str]) -> bool:
    return got.get("_aop_signature") == signature("", {"message": got.get("message", "")}, caller.secret)


def test_an_orders_life_is_told(caller: Caller, inbox: Inbox, shelf: Shelf) -> None:
    order_id = caller.create(line(shelf.put(100), 1))["result"]["orderId"]
    for name in ("price", "pay", "ship", "move", "bill", "receive", "finish", "refund", "agree"):
        caller.control(f"orders/{order_id}/{name}", total_fen=90, bill_no="SF1")
    wanted = [
        *("ORDER_BUYER_VIEW_BUYER_MAKE", "ORDER_BUYER_VIEW_ORDER_PRICE_MODIFY", "ORDER_BUYER_VIEW_ORDER_PAY"),
        *("ORDER_BUYER_VIEW_ANNOUNCE_SENDGOODS", "LOGISTICS_BUYER_VIEW_TRACE", "LOGISTICS_BUYER_VIEW_TRACE"),
        *("LOGISTICS_MAIL_NO_CHANGE", "ORDER_BUYER_VIEW_ORDER_COMFIRM_RECEIVEGOODS"),
        *("ORDER_BUYER_VIEW_ORDER_SUCCESS", *["ORDER_BUYER_VIEW_ORDER_REFUND_AFTER_SALES"] * 2),
    ]
    until(lambda: len(inbox.got) == len(wanted))
    assert types(inbox) == wanted
    assert all(is_signed(caller, got) for got in inbox.got)
    first = told(inbox)[0]
    assert first["data"]["orderId"] == int(order_id)
    assert first["userInfo"] == BUYER
    assert f"{first['topicGroup']}_{first['topicName']}" == first["type"]
    receipt = told(inbox)[7]["data"]
    assert receipt["currentStatus"] == "confirm_goods_and_has_subsidy"


def test_offers_are_told(caller: Caller, inbox: Inbox, shelf: Shelf) -> None:
    offer = shelf.put(100, 200, quote_type=1)
    for change in ({"percent": 5}, {"status": "member expired"}, {"status": "published"}, {"status": "deleted"}):
        caller.control(f"offers/{offer['offer_id']}", **change)
    caller.control(f"offers/{offer['offer_id']}", drop_sku=offer["skus"][0]["spec_id"])
    until(lambda: len(inbox.got) == 5)
    endings = [one.removeprefix("PRODUCT_RELATION_VIEW_PRODUCT_") for one in types(inbox)]
    assert endings == ["NEW_OR_MODIFY", "EXPIRE", "REPOST", "DELETE", "CHANGE"]
    assert told(inbox)[0]["data"]["productIds"] == str(offer["offer_id"])
    assert told(inbox)[4]["data"]["action"] == "sku_delete"


def test_stock_is_told_to_followers(caller: Caller, inbox: Inbox, shelf: Shelf) -> None:
    followed, other = shelf.put(100, quote_type=1), shelf.put(100, quote_type=1)
    caller.call(PRODUCT, "alibaba.product.follow", productId=followed["offer_id"])
    for offer in (other, followed):
        caller.create(line(offer, 3))
    until(lambda: len(inbox.got) == 3)
    changes = [one["data"]["OfferInventoryChangeList"] for one in told(inbox) if "INVENTORY" in one["type"]]
    assert len(changes) == 1
    told_change = {name: changes[0][0][name] for name in ("offerId", "quantity", "skuOnSale")}
    assert told_change == {"offerId": followed["offer_id"], "quantity": -3, "skuOnSale": 97}
    caller.set(stock_needs_follow=False)
    caller.control(f"offers/{other['offer_id']}", stock=1)
    until(lambda: len(inbox.got) == 4)


def test_repeated_until_a_2xx(caller: Caller, inbox: Inbox, shelf: Shelf) -> None:
    caller.set(resend_ms=50)
    inbox.status = 500
    caller.create(line(shelf.put(100), 1))
    until(lambda: len(inbox.got) >= 2)
    inbox.status = 200
    until(lambda: caller.look("messages")["messages"][0]["delivered_ms"])
    heard = len(inbox.got)
    assert len({json.dumps(got) for got in inbox.got}) == 1  # the same bytes each time
    time.sleep(0.4)
    assert len(inbox.got) == heard


def test_copies_and_replays_are_the_same_bytes(caller: Caller, inbox: Inbox, shelf: Shelf) -> None:
    caller.set(message_copies=3)
    caller.create(line(shelf.put(100), 1))
    until(lambda: len(inbox.got) == 3)
    number = told(inbox)[0]["msgId"]
    assert caller.control(f"messages/{number}/replay") == {"answer": "204"}
    assert len({json.dumps(got) for got in inbox.got}) == 1
    assert len(inbox.got) == 4


def test_shuffled(caller: Caller, inbox: Inbox, shelf: Shelf) -> None:
    caller.set(message_shuffle=12, chance_seed=7)
    offer = shelf.put(100, quote_type=1)
    for _ in range(12):
        caller.create(line(offer, 1))
    until(lambda: len(inbox.got) == 12)
    order = [message["msgId"] for message in told(inbox)]
    assert len(set(order)) == 12
    assert order != sorted(order)


def test_delayed_and_with_data_as_text(caller: Caller, inbox: Inbox, shelf: Shelf) -> None:
    caller.set(message_delay_ms=700, message_data_text=True)
    began = time.monotonic()
    caller.create(line(shelf.put(100), 1))
    until(lambda: inbox.got)
    assert time.monotonic() - began > 0.6
    assert json.loads(told(inbox)[0]["data"])["currentStatus"] == "waitbuyerpay"


@pytest.mark.parametrize("how", ["wrong_secret", "unsigned", "altered", "empty"])
def test_forgeries_are_not_signed_by_us(caller: Caller, inbox: Inbox, shelf: Shelf, how: str) -> None:
    caller.create(line(shelf.put(100), 1))
    until(lambda: inbox.got)
    number = told(inbox)[0]["msgId"]
    inbox.status = 401
    assert caller.control(f"messages/{number}/forgery", how=how) == {"answer": "401"}
    assert is_signed(caller, inbox.got[0])
    assert not is_signed(caller, inbox.got[1])


def test_a_message_of_ones_own_making(caller: Caller, inbox: Inbox) -> None:
    """Such as one that says something old."""
    data = {"orderId": 1, "currentStatus": "waitbuyerpay", "msgSendTime": "2018-05-30 19:24:18"}
    made = caller.control("messages", member_id=BUYER, type="ORDER_BUYER_VIEW_ORDER_PAY", data=data, born_ms=1)
    until(lambda: inbox.got)
    assert (told(inbox)[0]["msgId"], told(inbox)[0]["gmtBorn"]) == (made["msg_ids"][0], 1)
    assert is_signed(caller, inbox.got[0])


def test_only_those_whom_the_member_allowed_are_told(caller: Caller, inbox: Inbox, shelf: Shelf) -> None:
    caller.control("tokens/end", member_id=BUYER, refresh=True)
    caller.control(f"offers/{shelf.put(100)['offer_id']}", percent=5)
    assert caller.look("messages")["messages"] == []


def asked(caller: Caller, name: str, **given: Any) -> Any:
    return caller.call(PUSH, name, token=None, **given)


def test_missed_ones_are_asked_for_and_confirmed(caller: Caller, shelf: Shelf) -> None:
    """Without a callback they wait."""
    offer = shelf.put(100, quote_type=1)
    for _ in range(25):
        caller.create(line(offer, 1))
    first = asked(caller, "push.query.messageList", page=1, pageSize=20)["pushMessagePage"]
    assert (len(first["datas"]), first["totalCount"]) == (20, 25)
    assert first == asked(caller, "push.query.messageList", page=1, pageSize=20)["pushMessagePage"]
    ids = [one["msgId"] for one in first["datas"][:5]]
    assert asked(caller, "push.message.confirm", msgIdList=ids) == {"isSuccess": True}
    got = asked(caller, "push.cursor.messageList", quantity=200)["pushMessageList"]
    assert len(got) == 20
    assert isinstance(got[0]["data"], dict)
    assert asked(caller, "push.cursor.messageList", quantity=200)["pushMessageList"] == []
    assert asked(caller, "push.query.messageList", pageSize=10)["error_code"] == "gw.ParamInvalid"
