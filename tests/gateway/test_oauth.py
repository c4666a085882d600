"""A person's Allow, the code, the tokens, and how they end."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.gateway.calling import BUYER, PRODUCT, Caller, signature

BACK = "http://127.0.0.1:8000/marketplace/callback"


def page(caller: Caller, **given: str) -> Any:
    asked = {"client_id": caller.key, "site": "1688", "redirect_uri": BACK, "state": "s1", **given}
    return caller.http.get("/oauth/authorize", params=asked)


def decide(caller: Caller, decision: str = "allow", back: str = BACK) -> Any:
    given = {"client_id": caller.key, "redirect_uri": back, "state": "s1", "member_id": BUYER, "decision": decision}
    return caller.http.post("/oauth/authorize", data=given)


def code(caller: Caller) -> str:
    query = urlsplit(str(decide(caller).headers["Location"])).query
    return parse_qs(query)["code"][0]


def token(caller: Caller, way: str = "http", **given: str) -> Any:
    fields = {"client_id": caller.key, "client_secret": caller.secret, **given}
    return caller.http.post(f"/openapi/{way}/1/system.oauth2/getToken/{caller.key}", data=fields)


def spend(caller: Caller, given: str, back: str = BACK) -> Any:
    return token(caller, grant_type="authorization_code", need_refresh_token="true", redirect_uri=back, code=given)


def works(caller: Caller, access_token: str) -> int:
    return caller.ask(PRODUCT, "alibaba.product.list.get", token=access_token, pageNo="1").status_code


def test_a_person_allows_and_the_app_gets_a_token(caller: Caller) -> None:
    assert "Allow" in page(caller).text
    went = decide(caller)
    assert went.status_code == 303
    assert went.headers["Location"].startswith(f"{BACK}?code=")
    assert went.headers["Location"].endswith("&state=s1")
    got = spend(caller, code(caller)).json()
    assert got["expires_in"] == "36000"
    assert got["memberId"] == BUYER
    assert {"refresh_token", "refresh_token_timeout", "aliId", "resource_owner"} < set(got)
    assert works(caller, got["access_token"]) == 200


def test_a_person_refuses(caller: Caller) -> None:
    assert decide(caller, "refuse").headers["Location"] == f"{BACK}?error=access_denied&state=s1"


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/cb", "javascript:alert(1)", "", "http://127.0.0.1.example/"]
)
def test_codes_go_to_no_foreign_address(caller: Caller, back: str) -> None:
    for answer in (page(caller, redirect_uri=back), decide(caller, back=back)):
        assert (answer.status_code, answer.text) == (400, "非法请求")


def test_an_address_that_the_settings_name(caller: Caller) -> None:
    caller.set(redirects="https://yp.example.com/marketplace/")
    assert page(caller, redirect_uri="https://yp.example.com/marketplace/cb").status_code == 200
    assert page(caller, redirect_uri="https://yp.example.com/other").status_code == 400


def test_the_older_page_wants_a_signature(caller: Caller) -> None:
    given = {"client_id": caller.key, "site": "china", "redirect_uri": BACK, "state": "x"}
    signed = given | {"_aop_signature": signature("", given, caller.secret)}
    assert caller.http.get("/auth/authorize.htm", params=signed).status_code == 200
    assert caller.http.get("/auth/authorize.htm", params=signed | {"state": "y"}).status_code == 400


def test_a_code_is_good_once_and_for_its_own_address(caller: Caller) -> None:
    first = code(caller)
    assert spend(caller, first).status_code == 200
    assert spend(caller, first).json()["error"] == "invalid_grant"
    assert spend(caller, code(caller), back=f"{BACK}/other").status_code == 400


def test_a_wrong_secret_gets_nothing(caller: Caller) -> None:
    assert token(caller, client_secret="wrong", grant_type="authorization_code").status_code == 401


def test_tokens_end_and_are_refreshed(caller: Caller) -> None:
    got = spend(caller, code(caller)).json()
    caller.control("tokens/end", member_id=BUYER)
    assert works(caller, got["access_token"]) == 401
    again = token(caller, "param2", grant_type="refresh_token", refresh_token=got["refresh_token"]).json()
    assert works(caller, again["access_token"]) == 200
    assert "refresh_token" not in again  # the old one stays good
    caller.control("tokens/end", member_id=BUYER, refresh=True)
    late = token(caller, "param2", grant_type="refresh_token", refresh_token=got["refresh_token"])
    assert late.json()["error"] == "invalid_grant"


def test_tokens_live_as_long_as_the_settings_say(caller: Caller) -> None:
    caller.set(token_seconds=0)
    got = spend(caller, code(caller)).json()
    assert got["expires_in"] == "0"
    assert works(caller, got["access_token"]) == 401


def test_refresh_tokens_may_turn(caller: Caller) -> None:
    caller.set(rotate_refresh=True)
    old = spend(caller, code(caller)).json()["refresh_token"]
    new = token(caller, "param2", grant_type="refresh_token", refresh_token=old).json()["refresh_token"]
    assert new != old
    assert token(caller, "param2", grant_type="refresh_token", refresh_token=old).status_code == 400
