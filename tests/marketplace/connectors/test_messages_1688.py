"""R20: what the platform pushes and what it keeps: signed or nothing, and only what each is about."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from selection_center.core.db import utcnow
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.alibaba_1688 import inbox
from selection_center.marketplace.connectors.alibaba_1688.signing import signature
from selection_center.marketplace.connectors.messages import Message, Subject
from tests.marketplace.connectors.conftest import Link
from tests.talking import Talker

BORN = 1_527_679_458_000


def envelope(kind: str, data: Any, number: int = 210239) -> dict[str, Any]:
    return {"msgId": number, "type": kind, "gmtBorn": BORN, "userInfo": "b2b-1", "data": data}


def pushed(text: str, secret: str = "test123") -> dict[str, str]:
    return {"message": text, "_aop_signature": signature("", {"message": text}, secret)}


def read(link: Link, kind: str, data: Any) -> Message:
    found = link.connector.read_message(pushed(json.dumps(envelope(kind, data), ensure_ascii=False)))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "data", "subject", "ids"),
    [
        ("ORDER_BUYER_VIEW_BUYER_MAKE", {"orderId": 167539019420540000}, Subject.ORDER, ["167539019420540000"]),
        ("ORDER_BUYER_VIEW_ORDER_COMFIRM_RECEIVEGOODS", {"orderId": "12"}, Subject.ORDER, ["12"]),
        ("ORDER_BATCH_PAY", {"batchPay": [{"orderId": 1}, {"orderId": 2}, {"orderId": 1}]}, Subject.ORDER, ["1", "2"]),
        ("PRODUCT_RELATION_VIEW_PRODUCT_DELETE", {"productIds": "11, 12,"}, Subject.LISTING, ["11", "12"]),
        ("PRODUCT_RELATION_VIEW_PRODUCT_CHANGE", {"productIds": [11, "12"]}, Subject.LISTING, ["11", "12"]),
        (
            "PRODUCT_PRODUCT_INVENTORY_CHANGE",
            {"OfferInventoryChangeList": [{"offerId": 11, "skuId": 1, "quantity": -3}]},
            Subject.STOCK,
            ["11"],
        ),
        (
            "LOGISTICS_BUYER_VIEW_TRACE",
            {"OrderLogisticsTracingModel": {"orderLogsItems": [{"orderId": 9, "orderEntryId": 8}]}},
            Subject.PARCEL,
            ["9"],
        ),
        ("SOMETHING_NEW", {"orderId": 5}, Subject.OTHER, []),
    ],
)
def test_each_kind_is_about_something(link: Link, kind: str, data: Any, subject: Subject, ids: list[str]) -> None:
    for form in (data, json.dumps(data)):
        message = read(link, kind, form)
        assert (message.message_id, message.kind, message.subject) == ("210239", kind, subject)
        assert list(message.ids) == ids
        assert message.born_at == datetime(2018, 5, 30, 11, 24, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "iso"),
    [
        ({"orderId": 1, "msgSendTime": "2018-05-30 19:24:18"}, "2018-05-30T11:24:18+00:00"),
        ({"OfferInventoryChangeList": [{"bizTime": "2018-05-30 19:24:18"}]}, "2018-05-30T11:24:18+00:00"),
        ({"OrderLogisticsTracingModel": {"changeTime": "20180530192418000+0800"}}, "2018-05-30T11:24:18+00:00"),
        ({"orderId": 1, "msgSendTime": "soon"}, None),
        ({}, None),
    ],
)
def test_when_it_happened(link: Link, data: Any, iso: str | None) -> None:
    sent = read(link, "ORDER_X", data).sent_at
    assert (sent.isoformat() if sent else None) == iso


def test_r20_what_the_platform_did_not_sign_is_nothing(link: Link) -> None:
    text = json.dumps(envelope("ORDER_X", {"orderId": 1}))
    assert link.connector.read_message(pushed(text, secret="another")) is None
    assert link.connector.read_message({"message": text}) is None
    assert link.connector.read_message({}) is None
    assert link.connector.read_message(pushed(text) | {"message": text.replace("1", "2")}) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "none", "[]", '{"msgId": 1}', '{"msgId": {}, "type": "X", "gmtBorn": 1}'),
        *('{"msgId": 1, "type": "X", "gmtBorn": "soon"}', '{"msgId": 1, "type": "X", "gmtBorn": 1, "data": "{"}'),
        '{"msgId": 1, "type": "X", "gmtBorn": 1, "data": [1]}',
    ],
)
def test_r20_what_it_signed_and_nobody_can_read_is_refused_for_good(link: Link, text: str) -> None:
    with pytest.raises(ConnectorError) as refused:
        link.connector.read_message(pushed(text))
    assert (refused.value.code, refused.value.permanent) == ("unreadable", True)


def test_hostile_depth_is_not_followed(link: Link) -> None:
    data: Any = {"orderId": 1}
    for _ in range(50):
        data = {"deeper": data}
    assert read(link, "ORDER_X", data).ids == ()


def a_page(total: int, *numbers: int) -> dict[str, Any]:
    datas = [envelope("ORDER_X", {"orderId": number}, number) for number in numbers]
    return {"pushMessagePage": {"totalCount": total, "datas": datas}}


def test_messages_that_were_missed_are_asked_for(talker: Talker, link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PER_PAGE", 2)
    talker.says(a_page(3, 1, 2))
    talker.says(a_page(3, 2, 3))
    found, cursor = link.connector.read_messages()
    assert [message.message_id for message in found] == ["1", "2", "3"]
    assert [heard.fields["page"] for heard in talker.heard] == ["1", "2"]
    assert cursor is not None
    assert timedelta(minutes=4) < utcnow() - datetime.fromisoformat(cursor) < timedelta(minutes=6)
    talker.queue.clear()
    talker.says(a_page(0))
    assert link.connector.read_messages(cursor)[0] == ()
    begins = datetime.strptime(talker.heard[-1].fields["createStartTime"] + "+0800", "%Y-%m-%d %H:%M:%S%z")
    assert abs(begins - datetime.fromisoformat(cursor)) <= timedelta(seconds=1)


def test_of_more_than_one_look_takes_the_earlier_part_comes_first(
    talker: Talker, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MOST", 10)
    talker.says(a_page(30, *range(20)))
    talker.says(a_page(15, *range(15)))
    talker.says(a_page(8, *range(8)))
    since = utcnow() - timedelta(hours=4)
    found, cursor = link.connector.read_messages(since.isoformat())
    assert len(found) == 8
    assert cursor is not None
    assert abs(datetime.fromisoformat(cursor) - since - timedelta(hours=1)) < timedelta(minutes=1)


def test_a_kept_message_that_nobody_can_read_is_passed_over(talker: Talker, link: Link) -> None:
    page = a_page(2, 1)
    page["pushMessagePage"]["datas"].append({"msgId": 2})
    talker.says(page)
    assert [message.message_id for message in link.connector.read_messages()[0]] == ["1"]


@pytest.mark.parametrize("answer", [{}, {"pushMessagePage": None}, {"success": False, "errorMessage": "x"}])
def test_an_answer_without_a_page_is_not_an_empty_one(talker: Talker, link: Link, answer: Any) -> None:
    talker.says(answer)
    with pytest.raises(ConnectorError):
        link.connector.read_messages()
