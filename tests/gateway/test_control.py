"""The log as judge, the pages for a person, and who may come in."""

import json
from typing import Any

import pytest

from gateway.server import Gateway
from tests.gateway.calling import PRODUCT, Caller, line
from tests.gateway.shelves import Shelf

PAGES = ("/", "/orders", "/offers", "/messages", "/faults", "/log", "/settings")


def test_every_call_is_in_the_log_without_its_secrets(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(100)
    caller.preview(line(offer, 1), outOrderId="SO-1")
    caller.create(line(offer, 500), outOrderId="SO-1")
    made = caller.create(line(offer, 1), outOrderId="SO-1")["result"]["orderId"]
    calls = caller.look("log", reference="SO-1")["calls"]
    assert [(call["api"].rpartition(".")[2], call["refused"], call["order_ids"]) for call in calls] == [
        *(("fastCreateOrder", "", [made]), ("fastCreateOrder", "500_004", []), ("preview", "", [])),
    ]
    assert caller.token not in json.dumps(calls)
    assert made in calls[0]["reply"]
    counted = caller.look("log/counts")
    assert counted["apis"]["alibaba.trade.fastCreateOrder"]["calls"] == 2
    assert counted["references"]["SO-1"]["creations"] == 1
    assert caller.look("creations")["creations"][0]["order_ids"] == [made]
    later = caller.look("log", after=calls[1]["id"])["calls"]
    assert [call["id"] for call in later] == [calls[0]["id"]]


def test_refusals_at_the_door_are_in_the_log(caller: Caller) -> None:
    caller.http.post(f"/openapi/param2/1/{PRODUCT}/alibaba.product.get/{caller.key}", data={"productID": "1"})
    (call,) = caller.look("log", api="alibaba.product.get")["calls"]
    assert (call["status"], call["refused"]) == (400, "gw.SignatureMissing")


def test_forgetting(caller: Caller, shelf: Shelf) -> None:
    caller.create(line(shelf.put(100), 1), outOrderId="SO-1")
    caller.control("reset")
    assert caller.look("verdict")["orders"] == 0
    assert caller.look("log")["calls"] == []
    assert len(caller.offers()) > 40


def test_a_person_sees_and_drives_an_order(caller: Caller, shelf: Shelf) -> None:
    made = caller.create(line(shelf.put(100), 1), outOrderId="SO-<1>")["result"]["orderId"]
    for page in PAGES:
        assert caller.http.get(page).status_code == 200, page
    assert "SO-&lt;1&gt;" in caller.http.get("/orders").text
    shown = caller.http.get(f"/orders/{made}").text
    assert f'action="/control/orders/{made}/pay"' in shown
    went = caller.http.post(f"/control/orders/{made}/pay", data={"next": f"/orders/{made}"})
    assert (went.status_code, went.headers["Location"]) == (303, f"/orders/{made}")
    assert "waitsellersend" in caller.http.get(f"/orders/{made}").text
    assert caller.http.get("/orders/1").status_code == 404
    no = caller.http.post(f"/control/orders/{made}/finish", data={"next": "/orders"})
    assert no.status_code == 422
    assert "it would have to be confirm_goods" in no.text
    assert '<a href="/orders">Back</a>' in no.text


def test_a_person_changes_an_offer(caller: Caller) -> None:
    number = caller.offers()[0]["offer_id"]
    assert caller.http.get(f"/offer/{number}.html").status_code == 200
    went = caller.http.post(f"/control/offers/{number}", data={"stock": "3", "next": "//elsewhere.example"})
    assert went.status_code == 200  # not sent off to another site
    assert {sku["stock"] for sku in caller.look(f"offers/{number}")["skus"]} == {3}


def test_settings_by_form_and_by_json(caller: Caller) -> None:
    now = caller.look("settings")
    form = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in now.items()}
    caller.http.post("/control/settings", data=form | {"dedupe": "true", "next": "/settings"})
    assert caller.look("settings") == now | {"dedupe": True}
    for wrong in ({"nothing": 1}, {"dedupe": "perhaps"}, {"split": "often"}, {"token_seconds": "long"}):
        assert caller.http.post("/control/settings", json=wrong).status_code == 422


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("orders/1/pay", {}, 404),
        ("offers/1", {"stock": 1}, 404),
        ("offers/689314000117", {"colour": "red"}, 422),
        ("offers/689314000117", {}, 422),
        ("offers/689314000117", {"status": "lost"}, 422),
        ("messages/1/replay", {}, 404),
        ("tokens", {"member_id": "nobody"}, 404),
        ("tokens", {}, 422),
        ("apps", {"app_key": "new"}, 422),
    ],
)
def test_what_cannot_be_done_is_said(caller: Caller, path: str, given: dict[str, Any], status: int) -> None:
    answer = caller.http.post(f"/control/{path}", json=given)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_strangers_stay_outside(caller: Caller) -> None:
    for headers in ({"Host": "gateway.example"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        assert caller.http.post("/control/reset", json={}, headers=headers).status_code == 403
    assert caller.http.get("/", headers={"Host": "localhost"}).status_code == 200


def test_it_listens_on_this_machine_alone(gateway: Gateway) -> None:
    assert gateway.server.listening.server_address[0] == "127.0.0.1"
