"""Orders over real HTTP: what is sent, and what every kind of answer is taken for."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.orders import (
    Draft,
    DraftLine,
    Flow,
    LeftOut,
    Parcel,
    Preview,
    PreviewLine,
    PreviewPart,
    Receiver,
    RemoteState,
    Step,
)
from tests.marketplace.connectors.conftest import Link
from tests.talking import Talker

RECEIVER = Receiver("王小姐", "138-0000-8888", "稠州北路 1 号", district_code="330782")
LINES = (DraftLine("554456348334", "spec-a", 12, 680), DraftLine("554456348334", "spec-b", 24, 680))
DRAFT = Draft("YW-1024-1", Flow.BULK, LINES, RECEIVER, "加急")
PREVIEW = Preview((PreviewPart(24_480, 800),), ("assureTrade", "period"), "general")
DECLINED = {"error_code": "gw.APIACLDecline", "error_message": "AppKey is not allowed(acl)"}


def an_entry(**values: Any) -> dict[str, Any]:
    usual = {"status": True, "sumPayment": 25_280, "sumCarriage": 800, "sumPaymentNoCarriage": 24_480}
    return {**usual, "flowFlag": "general", "tradeModeNameList": ["assureTrade"], **values}


def a_preview(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "orderPreviewResuslt": list(entries)}


def a_trade(**base: Any) -> dict[str, Any]:
    usual = {"id": 1, "idOfStr": "1001", "status": "waitbuyerpay", "totalAmount": 6.15, "shippingFee": 6}
    return {"baseInfo": {**usual, "createTime": "20261126101500000+0800", **base}}


def create(link: Link, draft: Draft = DRAFT, preview: Preview = PREVIEW) -> Any:
    return link.connector.create_order(draft, preview)


def refusal(link: Link) -> ConnectorError:
    with pytest.raises(ConnectorError) as refused:
        create(link)
    return refused.value


def test_a_preview(talker: Talker, link: Link) -> None:
    line = {"offerId": 554456348334, "specId": "spec-a", "finalUnitPrice": 6.8, "amount": 81.6}
    talker.says(a_preview(an_entry(cargoList=[line], discountFee=100)))
    found = link.connector.preview_order(DRAFT)
    [heard] = talker.heard
    assert heard.path.endswith("/com.alibaba.trade/alibaba.createOrder.preview/1000000")
    assert json.loads(heard.fields["cargoParamList"]) == [
        {"offerId": 554456348334, "specId": "spec-a", "quantity": 12},
        {"offerId": 554456348334, "specId": "spec-b", "quantity": 24},
    ]
    assert json.loads(heard.fields["addressParam"]) == {
        **{"fullName": "王小姐", "address": "稠州北路 1 号", "postCode": "", "mobile": "13800008888"},
        "districtCode": "330782",
    }
    part = PreviewPart(24_480, 800, 100, (PreviewLine("554456348334", "spec-a", 680),))
    assert found == Preview((part,), ("assureTrade",), "general")


def test_a_split_preview_adds_up_and_keeps_what_all_parts_allow(talker: Talker, link: Link) -> None:
    first = an_entry(tradeModeNameList=["period", "assureTrade"], additionalFee=50, sumPayment=25_330)
    talker.says(a_preview(first, an_entry(tradeModeNameList=["assureTrade", "bank"])))
    found = link.connector.preview_order(DRAFT)
    assert (len(found.parts), found.goods_fen, found.freight_fen) == (2, 48_960, 1_650)
    assert (found.trade_types, found.flow_word) == (("assureTrade",), "general")


@pytest.mark.parametrize(
    ("flow", "word"),
    [(Flow.DROPSHIP, "saleproxy"), (Flow.PICKUP, "general"), (Flow.SAMPLE, "general"), (Flow.BULK, "general")],
)
@pytest.mark.parametrize("flags", [("same",), ("same", "other"), ("",)])
def test_each_flow_has_its_word(talker: Talker, link: Link, flow: Flow, word: str, flags: tuple[str, ...]) -> None:
    """What the preview names is ordered; where it names several or none, what was asked."""
    talker.says(a_preview(*(an_entry(flowFlag=flag) for flag in flags)))
    found = link.connector.preview_order(replace(DRAFT, flow=flow))
    assert talker.heard[0].fields["flow"] == word
    talker.queue.clear()
    talker.says({"success": True, "result": {"orderId": "1"}})
    create(link, replace(DRAFT, flow=flow), found)
    assert talker.heard[1].fields["flow"] == ("same" if flags == ("same",) else word)
    assert ("自提" in talker.heard[1].fields["message"]) is (flow is Flow.PICKUP)


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("500_001", "not_for_sale"), ("500_002", "other_seller"), ("500_003", "other_seller"),
        ("500_004", "stock_short"), ("500_005", "below_moq"), ("500_006", "mixed_rule"),
        ("500_007", "no_dropship"), ("500_008", "not_for_sale"), ("500_009", "broken_lot"),
    ],
)  # fmt: skip
def test_r19_a_preview_refuses_on_each_of_its_floors(talker: Talker, link: Link, code: str, ours: str) -> None:
    """On top, in one of its parts, or at a line."""
    for answer in (
        {"success": False, "errorCode": code, "errorMsg": "不行"},
        a_preview(an_entry(), an_entry(status=False, resultCode=code, message="不行")),
        a_preview(an_entry(cargoList=[{"offerId": 1, "resultCode": code, "message": "不行"}])),
    ):
        talker.queue.clear()
        talker.says(answer)
        with pytest.raises(ConnectorError) as refused:
            link.connector.preview_order(DRAFT)
        assert (refused.value.code, refused.value.said, refused.value.permanent) == (ours, "不行", True)


@pytest.mark.parametrize(
    "answer",
    [
        {"success": True},
        a_preview(),
        a_preview(an_entry(sumPayment=None)),
        a_preview(an_entry(sumPayment=1.5)),
        a_preview(an_entry(tradeModeNameList="x")),
    ],
)
def test_r19_a_preview_that_says_no_sum_is_none(talker: Talker, link: Link, answer: dict[str, Any]) -> None:
    talker.says(answer)
    with pytest.raises(ConnectorError, match="no_answer"):
        link.connector.preview_order(DRAFT)


def test_an_order_goes_out_under_our_reference(talker: Talker, link: Link) -> None:
    talker.says(
        {"success": True, "result": {"success": True, "orderId": "1001", "totalSuccessAmount": 25_280, "postFee": 800}}
    )
    [order] = create(link)
    [heard] = talker.heard
    assert heard.path.endswith("/com.alibaba.trade/alibaba.trade.createCrossOrder/1000000")
    assert [heard.fields[name] for name in ("outOrderId", "flow", "tradeType", "message")] == [
        *("YW-1024-1", "general", "assureTrade", "加急")
    ]
    assert (order.remote_id, order.reference) == ("1001", "YW-1024-1")
    assert (order.total_fen, order.freight_fen, order.goods_fen) == (25_280, 800, 24_480)


@pytest.mark.parametrize(
    "answer",
    [
        {"success": False, "orderId": "1001", "totalSuccessAmount": 5},
        {"success": "false", "code": "500_004", "message": "x", "result": {"success": False, "orderId": 1001}},
        {"success": True, "result": {"orderId": "1001", "totalSuccessAmount": "many", "postFee": {}}},
        {"result": {"orderList": [{"orderId": "1001", "orderAmmount": 1.5}]}},
    ],
)
def test_r19_whatever_is_said_beside_it_a_number_is_an_order(talker: Talker, link: Link, answer: Any) -> None:
    talker.says(answer)
    assert [order.remote_id for order in create(link)] == ["1001"]


@pytest.mark.parametrize(
    ("answer", "code", "permanent"),
    [
        ({"success": False, "code": "500_004", "message": "库存不足"}, "stock_short", True),
        ({"success": True, "result": {"success": False, "code": "500_005", "message": "x"}}, "below_moq", True),
        (
            {"success": False, "result": {"failedOfferList": [{"offerId": "1", "errorCode": "500_001"}]}},
            "not_for_sale",
            True,
        ),
        ({"success": False, "code": "NEW_CODE", "message": "something new"}, "refused", False),
        ({"success": True}, "no_answer", False),
        ({"success": True, "result": {"orderId": ""}}, "no_answer", False),
        ({"success": True, "result": {"orderId": {"a": 1}}}, "no_answer", False),
        ({"success": False, "code": "SYSTEM_ERROR", "message": "timeout"}, "no_answer", False),
    ],
)
def test_r19_only_a_no_that_we_know_is_believed(
    talker: Talker, link: Link, answer: Any, code: str, permanent: bool
) -> None:
    """After any other there might be an order: it is looked up first."""
    talker.says(answer)
    refused = refusal(link)
    assert (refused.code, refused.permanent) == (code, permanent)


def test_lines_that_were_left_out_are_said(talker: Talker, link: Link) -> None:
    failed = [{"offerId": "554456348334", "specId": "spec-b", "errorCode": "500_004", "errorMessage": "库存不足"}]
    talker.says({"success": True, "result": {"orderId": "1001", "failedOfferList": failed}})
    [order] = create(link)
    assert order.left_out == (LeftOut("554456348334", "spec-b", "500_004 库存不足"),)


def test_a_part_of_a_split_that_failed_is_said(talker: Talker, link: Link) -> None:
    parts = [
        {"orderId": "1001", "orderAmmount": 100},
        {"success": False, "resultCode": "500_004", "message": "库存不足"},
    ]
    talker.says({"success": True, "result": {"orderList": parts}})
    [order] = create(link)
    assert (order.remote_id, order.left_out) == ("1001", (LeftOut("", "", "库存不足"),))


def test_a_way_to_pay_that_is_refused_gives_way_to_the_next(talker: Talker, link: Link) -> None:
    talker.says({"success": False, "code": "x", "message": "not support tradeType:【assureTrade】"})
    talker.says({"success": True, "result": {"orderId": "1001"}})
    assert create(link)[0].remote_id == "1001"
    assert [heard.fields["tradeType"] for heard in talker.heard] == ["assureTrade", "period"]
    talker.queue.clear()
    talker.says({"success": False, "message": "not support tradeType:【X】"})
    assert (refusal(link).code, refusal(link).permanent) == ("trade_type", True)


def test_the_other_door_is_taken_where_one_is_shut_and_remembered(talker: Talker, link: Link) -> None:
    talker.says(DECLINED, status=400)
    talker.says({"success": True, "result": {"orderId": "1001"}})
    create(link)
    create(link)
    assert [heard.path.split("/")[-2] for heard in talker.heard] == [
        "alibaba.trade.createCrossOrder", "alibaba.trade.fastCreateOrder", "alibaba.trade.fastCreateOrder",
    ]  # fmt: skip
    talker.queue.clear()
    talker.says(DECLINED, status=400)
    assert (refusal(link).code, refusal(link).permanent) == ("no_permission", True)


@pytest.mark.parametrize("status", [429, 500, 502, 504])
def test_r19_a_creation_without_an_answer_is_never_sent_twice(talker: Talker, link: Link, status: int) -> None:
    talker.says(b"<html>", status=status)
    assert not refusal(link).permanent
    assert len(talker.heard) == 1


def test_r19_a_creation_whose_reply_is_lost_is_never_sent_twice(talker: Talker, link: Link) -> None:
    talker.hangs_up()
    refused = refusal(link)
    assert (refused.code, refused.permanent) == ("no_answer", False)
    assert len(talker.heard) == 1


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (replace(DRAFT, receiver=replace(RECEIVER, name="王")), "bad_receiver"),
        (replace(DRAFT, receiver=replace(RECEIVER, address="路" * 201)), "bad_receiver"),
        (replace(DRAFT, lines=tuple(DraftLine("1", str(n), 1, 1) for n in range(51))), "too_many_lines"),
    ],
)
def test_what_the_platform_would_not_take_is_not_sent(talker: Talker, link: Link, draft: Draft, code: str) -> None:
    with pytest.raises(ConnectorError) as refused:
        create(link, draft)
    assert (refused.value.code, refused.value.permanent, talker.heard) == (code, True, [])


def test_what_is_sent_of_an_address_in_words_and_lines_of_one_spec(talker: Talker, link: Link) -> None:
    talker.says({"success": True, "result": {"orderId": "1001"}})
    who = Receiver("王小姐", "0579-85551234", "稠州北路 1 号", province="浙江省", city="金华市", area="义乌市")
    lines = (DraftLine("554456348334", "", 3, 1), DraftLine("554456348334", "", 4, 1))
    create(link, replace(DRAFT, receiver=who, lines=lines, message="长" * 600), replace(PREVIEW, trade_types=()))
    fields = talker.heard[0].fields
    assert json.loads(fields["cargoParamList"]) == [{"offerId": 554456348334, "quantity": 7}]
    sent = json.loads(fields["addressParam"])
    assert (sent["phone"], sent["provinceText"], sent["cityText"], sent["areaText"]) == (
        *("0579-85551234", "浙江省", "金华市"), "义乌市",
    )  # fmt: skip
    assert "districtCode" not in sent
    assert len(fields["message"]) == 500
    assert "tradeType" not in fields


def test_an_order_is_found_by_our_reference_with_the_parts_of_its_split(talker: Talker, link: Link) -> None:
    talker.says({"result": a_trade()})
    others = [a_trade(), a_trade(idOfStr="1002", outOrderId="YW-1024-1"), a_trade(idOfStr="1003", outOrderId="YW-9-9")]
    talker.says({"result": [*others, a_trade(idOfStr="1004")], "totalRecord": 4})
    found = link.connector.look_up("YW-1024-1")
    assert [(order.remote_id, order.reference) for order in found] == [("1001", "YW-1024-1"), ("1002", "YW-1024-1")]
    view, listing = talker.heard
    assert (view.fields["outOrderId"], view.fields["webSite"]) == ("YW-1024-1", "1688")
    assert listing.fields["outOrderId"] == "YW-1024-1"
    assert (listing.fields["createStartTime"], listing.fields["createEndTime"]) == (
        "2026-11-26 10:13:00", "2026-11-26 10:17:00",
    )  # fmt: skip


def test_a_part_that_the_list_shows_on_a_later_page(talker: Talker, link: Link) -> None:
    """Where the platform passes over our filter, a busy moment fills pages with orders of others."""
    talker.says({"result": a_trade()})
    talker.says({"result": [a_trade(idOfStr=str(2000 + n)) for n in range(50)], "totalRecord": 51})
    talker.says({"result": [a_trade(idOfStr="1002", outOrderId="YW-1024-1")], "totalRecord": 51})
    assert [order.remote_id for order in link.connector.look_up("YW-1024-1")] == ["1001", "1002"]
    assert [heard.fields.get("page") for heard in talker.heard] == [None, "1", "2"]


@pytest.mark.parametrize(
    "answer", [{"success": False, "errorCode": "x", "errorMessage": "订单不存在"}, {"success": True, "result": None}]
)
def test_no_order_under_our_reference(talker: Talker, link: Link, answer: Any) -> None:
    talker.says(answer)
    assert link.connector.look_up("YW-1024-1") == ()


@pytest.mark.parametrize(
    "answer",
    [{}, {"result": {}}, {"result": None}, {"success": False, "errorMessage": "系统异常"}, {"result": {"baseInfo": {}}},
     {"result": a_trade(totalAmount="x")}],
)  # fmt: skip
def test_r19_a_look_up_that_is_not_conclusive_says_so(talker: Talker, link: Link, answer: Any) -> None:
    """To take one of these for "there is none" would order a second time."""
    talker.says(answer)
    with pytest.raises(ConnectorError) as refused:
        link.connector.look_up("YW-1024-1")
    assert not refused.value.permanent


def test_r19_another_order_than_the_one_asked_for_is_not_ours(talker: Talker, link: Link) -> None:
    """A platform that passes over the reference answers with whatever it likes."""
    talker.says({"result": a_trade(outOrderId="YW-1-1")})
    talker.says({"result": [], "totalRecord": 0})
    with pytest.raises(ConnectorError) as refused:
        link.connector.look_up("YW-1024-1")
    assert (refused.value.code, refused.value.permanent) == ("no_answer", False)


def test_an_order_that_is_not_ours_is_no_order(talker: Talker, link: Link) -> None:
    talker.says({"success": False, "code": "500", "message": "不是自己的订单"})
    with pytest.raises(ConnectorError) as refused:
        link.connector.follow("1001")
    assert (refused.value.code, refused.value.permanent) == ("not_there", True)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("waitbuyerpay", RemoteState.UNPAID), ("waitsellersend", RemoteState.PAID),
        ("waitbuyerreceive", RemoteState.SHIPPED), ("confirm_goods", RemoteState.RECEIVED),
        ("confirm_goods_and_has_subsidy", RemoteState.RECEIVED), ("success", RemoteState.DONE),
        ("cancel", RemoteState.CANCELLED), ("terminated", RemoteState.CANCELLED),
        ("waitactivate", RemoteState.OTHER), ("settlebill", RemoteState.OTHER), ("a_new_word", RemoteState.OTHER),
    ],
)  # fmt: skip
def test_states_and_those_that_we_do_not_know(talker: Talker, link: Link, said: str, state: RemoteState) -> None:
    talker.says({"result": a_trade(status=said)})
    if state in {RemoteState.SHIPPED, RemoteState.RECEIVED, RemoteState.DONE}:
        talker.says(DECLINED, status=400)
    order = link.connector.follow("1001")
    assert (order.state, order.said) == (state, said)


def test_a_shipped_order_comes_with_its_parcels_and_their_steps(talker: Talker, link: Link) -> None:
    talker.says({"result": a_trade(status="waitbuyerreceive", modifyTime="20261126101600000+0800")})
    parcels = [
        {"logisticsId": "L1", "logisticsBillNo": "N1", "logisticsCompanyName": "圆通", "status": "TRANSPORT"},
        {"logisticsId": "L2", "logisticsBillNo": "N2", "logisticsCompanyName": "中通", "status": "CONSIGN"},
    ]
    talker.says({"success": True, "result": parcels})
    steps = [{"acceptTime": "2026-11-26 09:00:00", "remark": "揽收"}, {"acceptTime": "soon", "remark": "发往"}]
    talker.says({"success": True, "logisticsTrace": [{"logisticsBillNo": "N1", "logisticsSteps": steps}]})
    order = link.connector.follow("1001")
    first = Step(datetime(2026, 11, 26, 1, tzinfo=UTC), "揽收")
    assert order.parcels == (
        Parcel("圆通", "N1", "TRANSPORT", (first, Step(None, "发往"))), Parcel("中通", "N2", "CONSIGN"),
    )  # fmt: skip
    assert order.changed_at == datetime(2026, 11, 26, 2, 16, tzinfo=UTC)


def test_no_logistics_yet_is_no_failure(talker: Talker, link: Link) -> None:
    talker.says({"result": a_trade(status="waitbuyerreceive")})
    talker.says({"errorMessage": "该订单没有物流跟踪信息。", "success": True})
    assert link.connector.follow("1001").parcels == ()


def test_an_order_that_the_buyer_fetches(talker: Talker, link: Link) -> None:
    item = {"type": "2", "noLogisticsCondition": "4", "status": "alreadysend", "logisticsBillNo": "不需要物流"}
    trade = a_trade(status="waitbuyerreceive") | {"nativeLogistics": {"logisticsItems": [item]}}
    talker.says({"result": trade})
    order = link.connector.follow("1001")
    assert (order.collected, order.parcels, len(talker.heard)) == (True, (), 1)


@pytest.mark.parametrize(
    ("base", "refund_fen"),
    [
        ({"refundStatus": "refundsuccess", "refund": 6.15, "refundPayment": 615}, 615),
        ({"refundStatus": "refundsuccess", "refund": 0, "refundPayment": 615}, 615),
        ({"refundStatus": "waitselleragree", "refund": 0, "refundPayment": 0}, 0),
        ({"refund": 0, "refundPayment": 0}, None),
    ],
)
def test_refunds_come_in_yuan_or_in_fen(
    talker: Talker, link: Link, base: dict[str, Any], refund_fen: int | None
) -> None:
    talker.says({"result": a_trade(**base)})
    order = link.connector.follow("1001")
    assert (order.refund, order.refund_fen) == (base.get("refundStatus", ""), refund_fen)


def test_a_cancellation_too_soon_after_the_order_is_tried_again(talker: Talker, link: Link) -> None:
    talker.says({"success": False, "errorCode": "CLOSE_ORDER_TOO_FAST", "errorMessage": "x"})
    with pytest.raises(ConnectorError) as refused:
        link.connector.cancel_order("1001", "stock_short")
    assert (refused.value.code, refused.value.permanent) == ("too_often", False)
    assert talker.heard[0].fields["cancelReason"] == "sellerGoodsLack"
