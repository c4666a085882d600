"""An order's life, as a person drives it and as the APIs tell it."""

from typing import Any

import pytest

from tests.gateway.calling import LOGISTICS, OTHER, TRADE, Caller, line
from tests.gateway.shelves import Shelf


@pytest.fixture
def order_id(caller: Caller, shelf: Shelf) -> str:
    offer = shelf.put(3990, 1000, quote_type=1)
    return str(caller.create(line(offer, 2), line(offer, 1, sku=1), outOrderId="SO-1")["result"]["orderId"])


def base(caller: Caller, order_id: str) -> Any:
    return caller.order(order_id)["baseInfo"]


def step(caller: Caller, order_id: str, name: str, **given: Any) -> Any:
    return caller.control(f"orders/{order_id}/{name}", **given)


def cancel(caller: Caller, order_id: str) -> Any:
    given = {"webSite": "1688", "tradeID": order_id, "cancelReason": "buyerCancel"}
    return caller.call(TRADE, "alibaba.trade.cancel", **given)


def test_from_payment_to_success(caller: Caller, order_id: str) -> None:
    seen = [base(caller, order_id)["status"]]
    for name in ("pay", "ship", "receive", "finish"):
        step(caller, order_id, name)
        seen.append(base(caller, order_id)["status"])
    assert seen == ["waitbuyerpay", "waitsellersend", "waitbuyerreceive", "confirm_goods", "success"]
    assert {"payTime", "allDeliveredTime", "receivingTime", "completeTime"} < set(base(caller, order_id))
    assert caller.order(order_id)["tradeTerms"][0]["payStatus"] == "6"
    wrong = caller.http.post(f"/control/orders/{order_id}/pay", json={})
    assert wrong.status_code == 422
    assert "waitbuyerpay" in wrong.json()["error"]


def test_ids_lose_digits_as_numbers(caller: Caller, order_id: str) -> None:
    one = base(caller, order_id)
    assert one["idOfStr"] == order_id
    assert one["id"] != int(order_id)
    listed = caller.call(TRADE, "alibaba.trade.getBuyerOrderList")["result"][0]["baseInfo"]
    assert listed["idOfStr"] == int(order_id)
    assert isinstance(listed["idOfStr"], int)


def test_a_changed_price_is_fen_beside_yuan(caller: Caller, order_id: str) -> None:
    step(caller, order_id, "price", total_fen=1)
    told = caller.order(order_id)
    assert told["baseInfo"]["totalAmount"] == 0.01
    assert told["baseInfo"]["discount"] == 1 - 8980
    assert sum(item["entryDiscount"] for item in told["productItems"]) == told["baseInfo"]["discount"]
    assert told["productItems"][0]["price"] == 39.9
    assert told["baseInfo"]["sumProductPayment"] == 89.8


def test_cancelling_gives_the_stock_back(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(100, quote_type=1)
    order_id = caller.create(line(offer, 5))["result"]["orderId"]
    assert caller.look(f"offers/{offer['offer_id']}")["skus"][0]["stock"] == 95
    assert cancel(caller, order_id)["success"] in {True, "true"}
    assert base(caller, order_id)["status"] == "cancel"
    assert base(caller, order_id)["closeReason"] == "buyerCancel"
    assert caller.look(f"offers/{offer['offer_id']}")["skus"][0]["stock"] == 100
    assert cancel(caller, order_id)["errorCode"] == "ORDER_STATUS_ERROR"


def test_cancelling_is_for_ones_own_unpaid_orders(caller: Caller, order_id: str) -> None:
    caller.set(close_after_seconds=10)
    assert cancel(caller, order_id)["errorCode"] == "CLOSE_ORDER_TOO_FAST"
    step(caller, order_id, "pay")
    assert cancel(caller, order_id)["errorCode"] == "ORDER_STATUS_ERROR"
    assert cancel(caller, "1")["errorCode"] == "ORDER_NOT_EXIST"
    caller.token = caller.control("tokens", member_id=OTHER)["access_token"]
    assert cancel(caller, order_id)["errorCode"] == "400_3"
    foreign = caller.call(TRADE, "alibaba.trade.get.buyerView", webSite="1688", orderId=order_id)
    assert (foreign["code"], foreign["message"]) == ("500", "不是自己的订单")
    assert caller.call(TRADE, "alibaba.trade.getBuyerOrderList")["totalRecord"] == 0


def test_refunds(caller: Caller, order_id: str) -> None:
    step(caller, order_id, "pay")
    step(caller, order_id, "refund", amount_fen=500)
    asked = caller.order(order_id)
    assert asked["baseInfo"]["refundStatus"] == "waitselleragree"
    assert (asked["baseInfo"]["refund"], asked["baseInfo"]["refundPayment"]) == (0, 500)
    assert asked["productItems"][0]["refundStatus"] == "WAIT_SELLER_AGREE"
    step(caller, order_id, "agree")
    assert base(caller, order_id)["refundStatus"] == "refundsuccess"
    assert base(caller, order_id)["refund"] == 5
    step(caller, order_id, "refund")
    step(caller, order_id, "agree")
    assert base(caller, order_id)["status"] == "terminated"
    assert caller.order(order_id)["tradeTerms"][0]["payStatus"] == "4"


def test_a_refund_after_completion(caller: Caller, order_id: str) -> None:
    for name in ("pay", "ship", "receive", "finish", "refund", "refuse"):
        step(caller, order_id, name)
    assert base(caller, order_id)["refundStatusForAs"] == "refundclose"
    assert "refundStatus" not in base(caller, order_id)


def test_sent_in_parts_and_followed(caller: Caller, order_id: str) -> None:
    infos = ("alibaba.trade.getLogisticsInfos.buyerView", "alibaba.trade.getLogisticsTraceInfo.buyerView")
    given = {"webSite": "1688", "orderId": order_id}
    assert caller.call(LOGISTICS, infos[0], **given)["errorCode"] == "500_2"
    nothing = caller.call(LOGISTICS, infos[1], **given)
    assert nothing["errorMessage"] == "该订单没有物流跟踪信息。"
    assert nothing["success"] in {True, "true"}
    step(caller, order_id, "pay")
    step(caller, order_id, "ship", lines=[1])
    assert base(caller, order_id)["status"] == "waitsellersend"
    assert [item["logisticsStatus"] for item in caller.order(order_id)["productItems"]] == [1, 2]
    step(caller, order_id, "ship", bill_no="SF1234567890")
    assert base(caller, order_id)["status"] == "waitbuyerreceive"
    parcels = caller.call(LOGISTICS, infos[0], **given)["result"]
    assert [parcel["status"] for parcel in parcels] == ["CONSIGN", "CONSIGN"]
    assert parcels[1]["logisticsBillNo"] == "SF1234567890"
    for _ in range(4):
        step(caller, order_id, "move")
    assert {parcel["status"] for parcel in caller.call(LOGISTICS, infos[0], **given)["result"]} == {"SIGN"}
    trace = caller.call(LOGISTICS, infos[1], **given, logisticsId=parcels[0]["logisticsId"])["logisticsTrace"]
    times = [one["acceptTime"] for one in trace[0]["logisticsSteps"]]
    assert len(times) == 5
    assert times == sorted(times)
    assert trace[0]["orderId"] == int(order_id)


def test_the_buyer_picks_it_up(caller: Caller, order_id: str) -> None:
    step(caller, order_id, "pay")
    step(caller, order_id, "ship", kind="pickup")
    (parcel,) = caller.order(order_id)["nativeLogistics"]["logisticsItems"]
    assert (parcel["type"], parcel["noLogisticsCondition"], parcel["logisticsBillNo"]) == ("2", "4", "不需要物流")


def test_a_state_that_nobody_knows(caller: Caller, order_id: str) -> None:
    step(caller, order_id, "state", status="waitlogisticstakein")
    assert base(caller, order_id)["status"] == "waitlogisticstakein"


def test_pages_and_filters_of_the_list(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(100, quote_type=1)
    made = [caller.create(line(offer, 1), outOrderId=f"SO-{number}")["result"]["orderId"] for number in range(5)]
    step(caller, made[2], "pay")
    asked = "alibaba.trade.getBuyerOrderList"
    first = caller.call(TRADE, asked, page="1", pageSize="2")
    assert (len(first["result"]), first["totalRecord"]) == (2, 5)
    paid = caller.call(TRADE, asked, orderStatus="waitsellersend")["result"]
    assert [str(one["baseInfo"]["idOfStr"]) for one in paid] == [made[2]]
    later = caller.call(TRADE, asked, createStartTime="2099-01-01 00:00:00")
    assert later == {"result": [], "totalRecord": 0}
    named = caller.call(TRADE, asked, orderIds=[int(made[0])])
    assert named["totalRecord"] == 1
    assert caller.call(TRADE, asked, isHis="true")["totalRecord"] == 0
