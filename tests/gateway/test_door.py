"""The order of checks at the door, and the bodies of its refusals."""

import re
from typing import Any

import pytest

from tests.gateway.calling import PRODUCT, TRADE, Caller

GET = (PRODUCT, "alibaba.product.get")


def refused(answer: Any) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"error_code", "error_message"}
    return answer.status_code, body["error_code"]


def test_the_clock_answers_with_a_bare_string(caller: Caller) -> None:
    answer = caller.ask("system", "currentTime", token=None)
    assert answer.status_code == 200
    assert re.fullmatch(r"\d{17}\+0800", answer.json())


def test_each_check_comes_before_the_next(caller: Caller) -> None:
    """A call with every fault at once is told the first; each that is mended shows the next."""
    caller.set(denied="alibaba.product.get")
    path, fields = caller.fields(*GET, {"wrong": "1"}, "no token of ours")
    assert refused(caller.http.post(path.replace("product.get", "product.nothing"), data=fields)) == (
        400,
        "gw.APIUnsupported",
    )
    assert refused(caller.http.post(path.replace(caller.key, "1234"), data=fields)) == (400, "gw.AppKeyNotFound")
    unsigned = {name: value for name, value in fields.items() if name != "_aop_signature"}
    assert refused(caller.http.post(path, data=unsigned)) == (400, "gw.SignatureMissing")
    assert refused(caller.http.post(path, data=fields | {"wrong": "2"})) == (400, "gw.SignatureInvalid")
    assert refused(caller.http.post(path, data=fields)) == (401, "401")
    assert refused(caller.ask(*GET, wrong="1")) == (400, "gw.APIACLDecline")
    caller.set(denied="")
    missing = caller.ask(*GET, wrong="1")
    assert missing.json() == {"error_code": "gw.ParamMissing", "error_message": "Required argument productID"}
    assert refused(caller.ask(*GET, productID=1, webSite="1688", wrong="1")) == (400, "gw.ParamInvalid")
    assert caller.ask(*GET, productID=1, webSite="1688").json()["errorMsg"] == "商品不存在"


def test_the_bodies_are_the_documented_ones(caller: Caller) -> None:
    caller.set(denied="alibaba.product.get")
    declined = {"error_code": "gw.APIACLDecline", "error_message": "AppKey is not allowed(acl)"}
    assert caller.call(*GET, productID=1, webSite="1688") == declined
    unknown = {"error_code": "401", "error_message": "Request need user authenticated"}
    assert caller.ask(*GET, token=None, productID=1, webSite="1688").json() == unknown


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"pageNo": "one"}, "pageNo"),
        ({"pageNo": "1", "needDetail": "True"}, "needDetail"),
        ({"pageNo": "1", "startModifyTime": "2026-01-01"}, "startModifyTime"),
        ({"pageNo": "1", "statusList": "published"}, "statusList"),
        ({"pageNo": "1", "productIds": '["1"]'}, "productIds"),
        ({"pageNo": "1", "orderByType": "up"}, "orderByType"),
    ],
)
def test_wrong_types_are_refused_by_name(caller: Caller, given: dict[str, str], wrong: str) -> None:
    answer = caller.ask(PRODUCT, "alibaba.product.list.get", **given)
    assert refused(answer) == (400, "gw.ParamInvalid")
    assert wrong in answer.json()["error_message"]


def test_strictness_is_a_switch(caller: Caller) -> None:
    cargo = [{"offerId": "1", "quantity": "1", "colour": "red"}]
    given: dict[str, Any] = {"addressParam": {"fullName": 1}, "cargoParamList": cargo, "unknown": "1"}
    assert refused(caller.ask(TRADE, "alibaba.createOrder.preview", **given)) == (400, "gw.ParamInvalid")
    caller.set(strict=False)
    assert caller.ask(TRADE, "alibaba.createOrder.preview", **given).status_code == 200


def test_get_works_like_post_and_nothing_may_come_twice(caller: Caller) -> None:
    path, fields = caller.fields("system", "currentTime", {}, None)
    assert caller.http.get(path, params=fields).status_code == 200
    twice = caller.http.post(path, params=fields, data=fields)
    assert refused(twice) == (400, "gw.ParamInvalid")


def test_a_token_of_another_app_is_none(caller: Caller) -> None:
    caller.control("apps", app_key="7000002", secret="other")
    foreign = caller.control("tokens", member_id="b2b-2248549157", app_key="7000002")["access_token"]
    assert refused(caller.ask(*GET, token=foreign, productID=1, webSite="1688")) == (401, "401")


def test_too_many_calls_within_a_second(caller: Caller) -> None:
    caller.set(calls_per_second=3)
    answers = [caller.ask("system", "currentTime", token=None) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 400, 400]
    limited = {"error_code": "gw.QosAppFrequencyLimit", "error_message": "App call exceeds limited frequency"}
    assert answers[-1].json() == limited


def test_success_is_sometimes_a_text(caller: Caller) -> None:
    offer = caller.offers()[0]["offer_id"]
    told = [caller.call(*GET, productID=offer, webSite="1688")["success"] for _ in range(6)]
    assert {type(one) for one in told} == {bool, str}
    caller.set(success_text="never")
    assert caller.call(*GET, productID=offer, webSite="1688")["success"] is True
