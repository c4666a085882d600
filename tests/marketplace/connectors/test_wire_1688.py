"""R19: calls over real HTTP to a server that fails in every way it can, and what is made of each."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from selection_center.core import fetch
from selection_center.core.db import utcnow
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.alibaba_1688.client import Platform
from selection_center.marketplace.connectors.alibaba_1688.signing import signature
from tests.marketplace.connectors.conftest import GIVEN, Link
from tests.talking import Talker

PAST = (utcnow() - timedelta(hours=1)).isoformat()
TOKENS = {
    "access_token": "token-2", "refresh_token": "again-2", "expires_in": "36000", "memberId": "b2b-1",
    "resource_owner": "heyi", "refresh_token_timeout": "20270507120000+0800",
}  # fmt: skip
NO_TOKEN = {"error_code": "401", "error_message": "Request need user authenticated"}


def soon() -> str:
    """Reckoned when a test asks: a whole run takes longer than the two minutes that a token still holds."""
    return (utcnow() + timedelta(minutes=2)).isoformat()


def refusal(link: Link) -> ConnectorError:
    with pytest.raises(ConnectorError) as refused:
        link.connector.cancel_order("105581756010628640", "changed their mind")
    return refused.value


def test_a_call_is_one_signed_form(talker: Talker, link: Link) -> None:
    talker.says({"success": True})
    link.connector.cancel_order("105581756010628640", "改主意了 & more")
    [heard] = talker.heard
    path = "param2/1/com.alibaba.trade/alibaba.trade.cancel/1000000"
    assert (heard.method, heard.path) == ("POST", f"/openapi/{path}")
    assert heard.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"
    assert heard.fields["_aop_signature"] == signature(path, heard.fields, "test123")
    assert abs(int(heard.fields["_aop_timestamp"]) - time.time() * 1000) < 60_000
    del heard.fields["_aop_signature"], heard.fields["_aop_timestamp"]
    assert heard.fields == {
        **{"webSite": "1688", "tradeID": "105581756010628640", "cancelReason": "buyerCancel"},
        **{"remark": "改主意了 & more", "access_token": "token-1"},
    }
    assert link.calls == ["alibaba.trade.cancel"]


@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "permanent"),
    [
        (429, b"slow down", "text/plain", "too_often", False),
        (500, b'{"error_code": "500", "error_message": "x"}', "application/json", "no_answer", False),
        (500, b'{"success": true}', "application/json", "no_answer", False),
        (502, b"<html><h1>502 Bad Gateway</h1>", "text/html", "no_answer", False),
        (200, b"<html>please sign in</html>", "text/html", "no_answer", False),
        (200, b'{"success": tru', "application/json", "no_answer", False),
        (200, b"", "application/json", "no_answer", False),
        (200, b"[1, 2]", "application/json", "no_answer", False),
        (200, b'"20261010164552223+0800"', "application/json", "no_answer", False),
        (200, b'{"success": {"a": 1}}', "application/json", "no_answer", False),
        (200, b'{"success": "perhaps"}', "application/json", "no_answer", False),
        (302, b"", "text/html", "no_answer", False),
        (404, b"not here", "text/plain", "no_answer", False),
        (400, b'{"error_code": "gw.APIACLDecline", "error_message": "x"}', "application/json", "no_permission", True),
        (400, b'{"error_code": "gw.SignatureInvalid"}', "application/json", "bad_signature", True),
        (400, b'{"error_code": "gw.QosAppFrequencyLimit"}', "application/json", "too_often", False),
        (400, b'{"error_code": "gw.SomethingNew"}', "application/json", "refused", False),
        (200, '{"success":"false","errorCode":"x","errorMessage":"订单不存在"}'.encode(), "a/b", "not_there", True),
        (200, '{"success":false,"errorMessage":"系统繁忙，请稍后再试"}'.encode(), "a/b", "no_answer", False),
        (200, b'{"extErrorMessage": "no"}', "a/b", "refused", True),
    ],
)
def test_r19_each_failure_has_its_code(
    talker: Talker, link: Link, status: int, body: bytes, kind: str, code: str, permanent: bool
) -> None:
    talker.says(body, status=status, kind=kind)
    refused = refusal(link)
    assert (refused.code, refused.permanent) == (code, permanent)


@pytest.mark.parametrize(("said", "wait"), [("17", 17.0), ("later", None), ("999999", 3600.0)])
def test_r19_how_long_to_wait_is_said(talker: Talker, link: Link, said: str, wait: float | None) -> None:
    talker.says(b"", status=429, headers={"Retry-After": said})
    assert refusal(link).wait == wait


def test_r19_cut_off_in_the_middle(talker: Talker, link: Link) -> None:
    talker.raw([b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n", b'{"success":'])
    assert (refusal(link).code, refusal(link).permanent) == ("no_answer", False)


def test_r19_hung_up_on(talker: Talker, link: Link) -> None:
    talker.hangs_up()
    assert (refusal(link).code, refusal(link).permanent) == ("no_answer", False)


def test_r19_refused_connection(talker: Talker, link: Link) -> None:
    talker.stop()
    assert (refusal(link).code, refusal(link).permanent) == ("no_answer", False)


def test_r19_a_server_that_hangs_is_left_in_time(
    talker: Talker, link_to: Callable[..., Link], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "PAUSE_SECONDS", 0.3)
    link = link_to(talker.url)
    talker.raw([], pause=3)
    talker.queue[0] = lambda _handler: time.sleep(3)
    begun = time.monotonic()
    assert refusal(link).code == "no_answer"
    assert time.monotonic() - begun < 2


def test_r19_a_flood_is_not_read_to_its_end(talker: Talker, link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selection_center.marketplace.connectors.alibaba_1688.client.LARGEST_ANSWER", 10_000)
    talker.says(b'"' + b"x" * 20_000 + b'"')
    assert refusal(link).code == "no_answer"


def test_s15_only_the_platforms_own_hosts_are_asked(link_to: Callable[..., Link]) -> None:
    refused = refusal(link_to("https://evil.example.org"))
    assert (refused.code, refused.permanent) == ("bad_address", True)


def test_s15_without_the_setting_this_machine_is_not_asked(app: Flask, talker: Talker) -> None:
    from selection_center.marketplace.connectors.alibaba_1688 import Alibaba1688

    connector = Alibaba1688({**GIVEN, "address": talker.url}, lambda _values: None)
    with pytest.raises(ConnectorError, match="bad_address"):
        connector.cancel_order("1", "")
    connector.close()
    assert talker.heard == []


def test_a_token_that_is_not_taken_is_renewed_once_and_kept_before_it_is_used(talker: Talker, link: Link) -> None:
    talker.says(NO_TOKEN, status=401)
    talker.says(TOKENS)
    talker.queue.append(lambda handler: says_whether_kept(handler))

    def says_whether_kept(handler: Any) -> None:
        assert link.kept
        body = b'{"success": true}'
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    link.connector.cancel_order("1", "")
    first, renewal, second = talker.heard
    assert renewal.path == "/openapi/param2/1/system.oauth2/getToken/1000000"
    assert renewal.fields == {
        **{"grant_type": "refresh_token", "refresh_token": "again-1"},
        **{"client_id": "1000000", "client_secret": "test123"},
    }
    assert (first.fields["access_token"], second.fields["access_token"]) == ("token-1", "token-2")
    [kept] = link.kept
    assert (kept["access_token"], kept["refresh_token"], kept["owner"]) == ("token-2", "again-2", "heyi")


def test_a_token_that_is_never_taken_is_renewed_no_second_time(talker: Talker, link: Link) -> None:
    talker.says(NO_TOKEN, status=401)
    talker.says(TOKENS)
    talker.says(NO_TOKEN, status=401)
    assert (refusal(link).code, len(talker.heard)) == ("signed_out", 3)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"error": "invalid_grant", "error_description": "too old"}),
        (400, {"error": "invalid_grant", "error_code": "400", "error_message": "too old"}),
        (401, NO_TOKEN),
        (200, {"message": "no"}),
    ],
)
def test_a_renewal_that_is_refused_asks_to_sign_in(
    talker: Talker, link: Link, status: int, body: dict[str, str]
) -> None:
    talker.says(NO_TOKEN, status=401)
    talker.says(body, status=status)
    refused = refusal(link)
    assert (refused.code, refused.permanent, link.kept) == ("signed_out", True, [])


def test_a_renewal_without_an_answer_is_tried_again_later(talker: Talker, link: Link) -> None:
    talker.says(NO_TOKEN, status=401)
    talker.says(b"", status=502)
    assert (refusal(link).code, refusal(link).permanent) == ("no_answer", False)


def test_a_token_is_renewed_before_it_ends(talker: Talker, link_to: Callable[..., Link]) -> None:
    talker.says(TOKENS)
    talker.says({"success": True})
    link_to(talker.url, token_until=soon()).connector.cancel_order("1", "")
    assert [heard.fields.get("access_token") for heard in talker.heard] == [None, "token-2"]


def test_a_token_that_still_holds_is_used_where_renewing_fails(talker: Talker, link_to: Callable[..., Link]) -> None:
    talker.says(b"", status=502)
    talker.says({"success": True})
    link_to(talker.url, token_until=soon()).connector.cancel_order("1", "")
    assert talker.heard[1].fields["access_token"] == "token-1"


def test_a_token_that_is_over_is_not(talker: Talker, link_to: Callable[..., Link]) -> None:
    talker.says(b"", status=502)
    assert refusal(link_to(talker.url, token_until=PAST)).code == "no_answer"
    assert len(talker.heard) == 1


def test_without_any_token_nobody_is_asked(talker: Talker, link_to: Callable[..., Link]) -> None:
    assert refusal(link_to(talker.url, access_token="", refresh_token="")).code == "signed_out"
    assert talker.heard == []


def test_signing_in(talker: Talker, link: Link) -> None:
    address = link.connector.sign_in_address("https://yp.example.com/back?to=1", "s t")
    assert address.endswith(
        "/oauth/authorize?client_id=1000000&site=1688&redirect_uri=https%3A%2F%2Fyp.example.com%2Fback%3Fto%3D1&state=s+t"
    )
    talker.says(TOKENS)
    assert link.connector.sign_in("code-1", "https://yp.example.com/back?to=1") == "heyi"
    [heard] = talker.heard
    assert heard.path == "/openapi/http/1/system.oauth2/getToken/1000000"
    assert (heard.fields["grant_type"], heard.fields["code"]) == ("authorization_code", "code-1")
    assert link.kept[0]["access_token"] == "token-2"


def test_the_platforms_own_sign_in(outside: Flask) -> None:
    from selection_center.marketplace.connectors.alibaba_1688 import Alibaba1688

    connector = Alibaba1688({**GIVEN}, lambda _values: None)
    assert connector.sign_in_address("https://a.example", "x").startswith("https://auth.1688.com/oauth/authorize?")
    connector.close()


def test_the_check_says_who_we_are_with_either_permission(talker: Talker, link_to: Callable[..., Link]) -> None:
    link = link_to(talker.url, owner="heyi")
    talker.says({"result": [], "totalRecord": 0})
    assert link.connector.check() == "heyi"
    talker.queue.clear()
    talker.says({"error_code": "gw.APIACLDecline", "error_message": "acl"}, status=400)
    talker.says({"success": True, "result": {"pageResult": {"totalRecords": 0, "resultList": []}}})
    assert link.connector.check() == "heyi"
    talker.queue.clear()
    talker.says({"error_code": "gw.APIACLDecline", "error_message": "acl"}, status=400)
    with pytest.raises(ConnectorError, match="no_permission"):
        link.connector.check()


def test_platform_of_another_key_signs_by_its_own_secret(outside: Flask, talker: Talker) -> None:
    talker.says('"20261010164552223+0800"')
    platform = Platform({"address": talker.url, "app_key": "1000000", "app_secret": "other"}, lambda _c: _nothing())
    assert platform.call("system:currentTime-1", {}, lambda said: said) == "20261010164552223+0800"
    platform.close()
    [heard] = talker.heard
    assert heard.path == "/openapi/param2/1/system/currentTime/1000000"
    assert heard.fields["_aop_signature"] == signature(heard.path[len("/openapi/") :], heard.fields, "other")


def _nothing() -> Any:
    from contextlib import nullcontext

    return nullcontext()
