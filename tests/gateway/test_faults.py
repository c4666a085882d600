"""Each fault does to a call what it says, and nothing else; the log knows what truly happened."""

import time
from typing import Any

import httpx
import pytest

from tests.gateway.calling import ADDRESS, BUYER, PRODUCT, TRADE, Caller, line
from tests.gateway.shelves import Shelf

CREATE = "alibaba.trade.fastCreateOrder"


def create(caller: Caller, offer: dict[str, Any], reference: str = "SO-1", timeout: float = 5) -> httpx.Response:
    given = {"flow": "general", "addressParam": ADDRESS, "cargoParamList": [line(offer, 1)], "outOrderId": reference}
    path, fields = caller.fields(TRADE, CREATE, given, caller.token)
    return caller.http.post(path, data=fields, timeout=timeout)


def made(caller: Caller) -> int:
    return int(caller.look("verdict")["orders"])


def last(caller: Caller) -> Any:
    return caller.look("log", api=CREATE)["calls"][0]


@pytest.mark.parametrize("kind", ["refused", "hang"])
def test_nothing_is_done_and_nothing_said(caller: Caller, shelf: Shelf, kind: str) -> None:
    caller.fault(kind, CREATE, times=1, seconds=0.3)
    began = time.monotonic()
    with pytest.raises(httpx.RemoteProtocolError):
        create(caller, shelf.put(100))
    assert (time.monotonic() - began > 0.25) == (kind == "hang")
    assert made(caller) == 0
    assert (last(caller)["fault"], last(caller)["status"]) == (kind, 0)


def test_a_hang_outlasts_the_caller(caller: Caller, shelf: Shelf) -> None:
    caller.fault("hang", CREATE, times=1, seconds=3)
    with pytest.raises(httpx.ReadTimeout):
        create(caller, shelf.put(100), timeout=0.3)
    assert made(caller) == 0


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("limit", 400, "gw.QosAppFrequencyLimit"),
        ("too_many", 429, "Too Many Requests"),
        ("error", 500, "Internal Server Error"),
        ("bad_gateway", 502, "<html>"),
    ],
)
def test_refused_in_words_and_not_done(caller: Caller, shelf: Shelf, kind: str, status: int, said: str) -> None:
    caller.fault(kind, CREATE, times=1)
    answer = create(caller, shelf.put(100))
    assert answer.status_code == status
    assert said in answer.text
    assert ("Retry-After" in answer.headers) == (status == 429)
    assert made(caller) == 0


def test_done_and_the_reply_lost(caller: Caller, shelf: Shelf) -> None:
    caller.fault("lost", CREATE, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        create(caller, shelf.put(100))
    assert made(caller) == 1
    assert last(caller)["order_ids"] == caller.look("log/counts")["references"]["SO-1"]["order_ids"]
    assert last(caller)["status"] == 0


def test_done_and_the_caller_gave_up(caller: Caller, shelf: Shelf) -> None:
    caller.fault("lost_hang", CREATE, times=1, seconds=3)
    with pytest.raises(httpx.ReadTimeout):
        create(caller, shelf.put(100), timeout=0.5)
    assert made(caller) == 1


@pytest.mark.parametrize(("kind", "status"), [("error_after", 500), ("bad_gateway_after", 502)])
def test_done_and_called_a_failure(caller: Caller, shelf: Shelf, kind: str, status: int) -> None:
    caller.fault(kind, CREATE, times=1)
    assert create(caller, shelf.put(100)).status_code == status
    assert made(caller) == 1


def test_half_of_the_json(caller: Caller, shelf: Shelf) -> None:
    caller.fault("cut", CREATE, times=1)
    answer = create(caller, shelf.put(100))
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()
    caller.fault("torn", CREATE, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        create(caller, shelf.put(100), "SO-2")
    assert made(caller) == 2


def test_wrong_types(caller: Caller, shelf: Shelf) -> None:
    caller.fault("types", CREATE, times=1)
    answer = create(caller, shelf.put(100)).json()
    assert answer["success"] not in {True, "true"}
    assert isinstance(answer["result"]["totalSuccessAmount"], list)
    assert made(caller) == 1


def test_the_documentations_own_sample(caller: Caller, shelf: Shelf) -> None:
    caller.fault("documented", CREATE, times=1)
    answer = create(caller, shelf.put(100)).json()
    assert set(answer) == {"totalSuccessAmount", "orderId", "success"}
    assert answer["success"] is False
    assert made(caller) == 1


def test_a_late_answer(caller: Caller, shelf: Shelf) -> None:
    caller.fault("late", CREATE, times=1, seconds=0.3)
    began = time.monotonic()
    assert create(caller, shelf.put(100)).json()["result"]["orderId"]
    assert time.monotonic() - began > 0.25


def test_an_order_is_not_seen_at_first(caller: Caller, shelf: Shelf) -> None:
    caller.fault("stale", "alibaba.trade.get*", seconds=1)
    order_id = create(caller, shelf.put(100)).json()["result"]["orderId"]
    given = {"webSite": "1688", "outOrderId": "SO-1"}
    assert "errorCode" in caller.call(TRADE, "alibaba.trade.get.buyerView", **given)
    assert caller.call(TRADE, "alibaba.trade.getBuyerOrderList", outOrderId="SO-1")["totalRecord"] == 0
    time.sleep(1.1)
    assert caller.call(TRADE, "alibaba.trade.get.buyerView", **given)["result"]["baseInfo"]["idOfStr"] == order_id


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("sku_gone", "500_003"),
        ("off_shelf", "500_001"),
        ("deleted", "500_001"),
        ("gone", "500_001"),
        ("sold_out", "500_004"),
    ],
)
def test_the_world_changes_between_preview_and_creation(caller: Caller, shelf: Shelf, kind: str, code: str) -> None:
    offer = shelf.put(100, 100, quote_type=1)
    caller.fault(kind, CREATE, times=1)
    assert "orderPreviewResuslt" in caller.preview(line(offer, 1))
    assert create(caller, offer).json()["code"] == code
    assert made(caller) == 0
    assert "orderPreviewResuslt" not in caller.preview(line(offer, 1))  # it stays so


def test_the_price_rises_between_preview_and_creation(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(1000, quote_type=1)
    caller.fault("price", CREATE, times=1, percent=20)
    assert caller.preview(line(offer, 1))["orderPreviewResuslt"][0]["sumPayment"] == 1000
    assert create(caller, offer).json()["result"]["totalSuccessAmount"] == 1200


def test_so_many_times_and_only_to_some(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(100, quote_type=1)
    caller.fault("error", CREATE, times=2, match="SO-3")
    statuses = [create(caller, offer, f"SO-{number}").status_code for number in (1, 3, 3, 3)]
    assert statuses == [200, 500, 500, 200]
    assert caller.call(PRODUCT, "alibaba.product.list.get", pageNo="1")["result"]
    assert caller.look("faults")["faults"][0]["hits"] == 2


def test_by_chance_but_the_same_with_the_same_seed(caller: Caller) -> None:
    caller.fault("error", "currentTime", probability=0.5)
    runs = []
    for _ in range(2):
        caller.set(chance_seed=5)
        runs.append([caller.ask("system", "currentTime", token=None).status_code for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}


def test_tokens_and_pictures_fail_too(caller: Caller) -> None:
    caller.fault("error", "getToken")
    caller.fault("bad_gateway", "picture", times=1)
    assert caller.http.post(f"/openapi/http/1/system.oauth2/getToken/{caller.key}").status_code == 500
    name = caller.offers()[0]["pictures"][0]
    assert [caller.http.get(f"/{name}").status_code for _ in range(2)] == [502, 200]


def test_an_ended_token(caller: Caller) -> None:
    caller.control("tokens/end", member_id=BUYER)
    answer = caller.ask(PRODUCT, "alibaba.product.list.get", pageNo="1")
    assert answer.status_code == 401
    assert answer.json()["error_message"] == "Request need user authorized"


def test_faults_are_taken_back(caller: Caller) -> None:
    caller.fault("error", "*")
    number = caller.look("faults")["faults"][0]["id"]
    assert caller.http.delete(f"/control/faults/{number}").status_code == 200
    assert caller.ask("system", "currentTime", token=None).status_code == 200
    assert caller.http.post("/control/faults", json={"kind": "earthquake"}).status_code == 422
    assert caller.http.post("/control/faults", json={}).json()["error"] == "kind is missing"


def test_gone_and_back_again(caller: Caller) -> None:
    """The port itself is closed for a while."""
    caller.control("away", seconds=0.6)
    time.sleep(0.3)
    with pytest.raises(httpx.ConnectError):
        caller.ask("system", "currentTime", token=None)
    time.sleep(0.6)
    assert caller.ask("system", "currentTime", token=None).status_code == 200
