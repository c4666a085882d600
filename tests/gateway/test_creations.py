"""Creations: each is written down, stock moves with them, and a doubled one shows."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.gateway.calling import PRODUCT, TRADE, Caller, line
from tests.gateway.shelves import Shelf

BOTH = pytest.mark.parametrize("api", ["alibaba.trade.fastCreateOrder", "alibaba.trade.createCrossOrder"])


def stock(caller: Caller, offer: dict[str, Any]) -> int:
    told = caller.call(PRODUCT, "alibaba.product.get", productID=offer["offer_id"], webSite="1688")["productInfo"]
    return int(told["skuInfos"][0]["amountOnSale"])


@BOTH
def test_an_order_comes_to_be(caller: Caller, shelf: Shelf, api: str) -> None:
    offer = shelf.put(615, quote_type=1, freight_template=100, grams=1000)
    result = caller.create(line(offer, 3), api=api, outOrderId="SO-1", message="尽快发货")["result"]
    assert (result["totalSuccessAmount"], result["postFee"]) == (1845 + 600 + 300, 900)
    assert stock(caller, offer) == 97
    made = caller.order(result["orderId"])
    assert made["baseInfo"]["idOfStr"] == result["orderId"]
    assert made["baseInfo"]["outOrderId"] == "SO-1"
    assert made["baseInfo"]["status"] == "waitbuyerpay"
    assert made["baseInfo"]["totalAmount"] == 27.45
    assert made["baseInfo"]["businessType"] == "cn"


def test_the_same_reference_makes_a_second_order(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(100)
    first, second = (caller.create(line(offer, 1), outOrderId="SO-1")["result"]["orderId"] for _ in range(2))
    assert first != second
    assert stock(caller, offer) == 98
    assert caller.look("verdict")["doubled"] == ["SO-1"]
    assert caller.look("log/counts")["references"]["SO-1"]["order_ids"] == [first, second]


def test_unless_doubles_are_caught(caller: Caller, shelf: Shelf) -> None:
    caller.set(dedupe=True, success_text="never")
    offer = shelf.put(100)
    first, second = (caller.create(line(offer, 1), outOrderId="SO-1") for _ in range(2))
    assert first == second
    assert stock(caller, offer) == 99
    assert caller.look("verdict") | {"orders": 1} == {
        **{"creations": 1, "references": 1, "without_reference": 0, "orders": 1, "doubled": []}
    }


def test_at_once_none_is_lost_and_none_invented(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(100, quote_type=1)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: caller.create(line(offer, 3), outOrderId=f"SO-{number}"), range(40)))
    made = [answer for answer in answers if "orderId" in answer["result"]]
    assert len(made) == 33  # of 100 pieces, three each
    assert {answer["code"] for answer in answers if answer not in made} == {"500_004"}
    assert stock(caller, offer) == 1
    verdict = caller.look("verdict")
    assert (verdict["creations"], verdict["orders"], verdict["doubled"]) == (33, 33, [])


def test_a_split_has_no_number_at_the_top(caller: Caller, shelf: Shelf) -> None:
    here, there = shelf.put(100, quote_type=1), shelf.put(200, quote_type=1, warehouse=2)
    result = caller.create(line(here, 1), line(there, 1), outOrderId="SO-9")["result"]
    assert not {"orderId", "totalSuccessAmount", "postFee"} & set(result)
    assert [one["orderAmmount"] for one in result["orderList"]] == [100, 200]
    listed = caller.call(TRADE, "alibaba.trade.getBuyerOrderList", outOrderId="SO-9")
    assert {str(one["baseInfo"]["idOfStr"]) for one in listed["result"]} == {
        one["orderId"] for one in result["orderList"]
    }
    assert caller.look("verdict")["doubled"] == []  # one creation, two orders


@BOTH
def test_a_refused_creation_leaves_nothing(caller: Caller, shelf: Shelf, api: str) -> None:
    few, none = shelf.put(100, quote_type=1), shelf.put(100, quote_type=1)
    caller.control(f"offers/{none['offer_id']}", stock=0)
    answer = caller.create(line(few, 1), line(none, 1), api=api, outOrderId="SO-1")
    assert answer["code"] == "500_004"
    (failed,) = answer["result"]["failedOfferList"]
    assert (failed["offerId"], failed["errorCode"]) == (str(none["offer_id"]), "500_004")
    assert stock(caller, few) == 100
    assert caller.look("verdict")["orders"] == 0


def test_trade_types_that_the_seller_does_not_take(caller: Caller, shelf: Shelf) -> None:
    answer = caller.create(line(shelf.put(100), 1), tradeType="period")
    assert answer["message"] == "not support tradeType:【period】"


def test_the_price_is_the_one_of_the_moment(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(1000, quote_type=1)
    assert caller.preview(line(offer, 1))["orderPreviewResuslt"][0]["sumPayment"] == 1000
    caller.control(f"offers/{offer['offer_id']}", percent=20)
    assert caller.create(line(offer, 1))["result"]["totalSuccessAmount"] == 1200


def test_sample_orders_are_told_apart(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(100, tiers=[(10, 500)])
    shelf.change(offer, sample_price=900)
    made = caller.create(line(offer, 1))["result"]
    assert made["totalSuccessAmount"] == 900
    assert caller.order(made["orderId"])["baseInfo"]["businessType"] == "yp"


def test_looked_up_by_reference(caller: Caller, shelf: Shelf) -> None:
    given = {"webSite": "1688", "outOrderId": "SO-5"}
    assert caller.call(TRADE, "alibaba.trade.get.buyerView", **given)["errorCode"] == "ORDER_NOT_EXIST"
    empty = {"result": [], "totalRecord": 0}
    assert caller.call(TRADE, "alibaba.trade.getBuyerOrderList", outOrderId="SO-5") == empty
    made = caller.create(line(shelf.put(100), 1), outOrderId="SO-5")["result"]["orderId"]
    assert caller.call(TRADE, "alibaba.trade.get.buyerView", **given)["result"]["baseInfo"]["idOfStr"] == made
    neither = caller.call(TRADE, "alibaba.trade.get.buyerView", webSite="1688")
    assert neither["error_code"] == "gw.ParamMissing"
