"""S4, S6, S7, S8: what each request must carry, what each answer carries, and that looking changes nothing."""

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from selection_center import create_app
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.core.security import CSP
from tests import databases
from tests import factories as make
from tests.conftest import new_visitor
from tests.promises import addresses, kept, pages
from tests.promises.town import Town, nothing_stays
from tests.visitors import Visitor

LOOKERS = ["nobody", "Dee", "Eve", "Bo", "Ana", "Hana", "Cas"]


def writing_paths(town: Town) -> list[tuple[str, str]]:
    """Every method and address that changes something, for the objects of the own center."""
    found = []
    for rule in addresses.rules(town.app):
        kind = addresses.kind_of(rule) if rule.arguments else None
        for method in set(addresses.methods(rule)) - {"GET"}:
            found.append((method, addresses.address(rule, kind, town.here)))
    return found


def test_s4_a_disabled_user_is_out_at_the_next_request(town: Town) -> None:
    browser, gus = town.browser("Gus"), town.people["Gus"].user
    assert gus is not None
    gus.disabled_at = None
    db.session.commit()
    assert browser.get("/home").status_code in {200, 302}
    assert "/sign-in" not in (browser.get("/home").location or "")
    gus.disabled_at = utcnow()
    db.session.commit()
    assert browser.get("/home").location.startswith("/sign-in")
    assert browser.submit(f"/samples/{town.here.values['sample_id']}/retirement", {"reason": "sold"}).status_code == 403


@pytest.mark.parametrize("name", LOOKERS)
def test_s7_no_get_changes_anything(town: Town, name: str) -> None:
    browser, wrong = town.browser(name), []
    browser.get("/list")
    before = kept.rows()
    for path in pages.paths(town) + pages.paths(town, "there"):
        browser.get(path)
        browser.head(path)
        after = kept.rows()
        if kept.changed(before, after):
            wrong.append(f"GET {path} changed {kept.changed(before, after)}")
            before = after
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["Dee", "Ana", "Hana"])
def test_s7_what_changes_something_needs_a_token_and_our_own_page(
    town: Town, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the CSRF token, from another origin, or from another site: refused before anything is looked at."""
    browser, wrong = town.browser(name), []
    before = kept.rows()
    for method, path in writing_paths(town):
        attempts: dict[str, TestResponse] = {
            "no token": browser.open(path, method=method, data={"operation_id": make.operation()}),
            "a wrong token": browser.submit(path, {"csrf_token": "IjEyMyI.aa.bb"}),
            "another origin": browser.submit(path, headers={"Origin": "https://evil.example"}),
            "no origin at all": browser.submit(path, headers={"Origin": "null"}),
            "another site": browser.submit(path, headers={"Sec-Fetch-Site": "cross-site"}),
            "a sibling": browser.submit(path, headers={"Sec-Fetch-Site": "same-site"}),
        }
        wrong += [f"{method} {path} with {how}: {a.status_code}" for how, a in attempts.items() if a.status_code != 400]
    assert not wrong, "\n".join(wrong)
    assert not kept.changed(before, kept.rows())


def test_s7_where_programs_of_others_come_in_nothing_happens_without_their_signature(town: Town) -> None:
    """Whoever sends it, with all tokens of ours or with none: as for an account that is none."""
    doors = [rule for rule in town.app.url_map.iter_rules() if addresses.is_signed(town.app, rule)]
    assert [rule.endpoint for rule in doors] == ["marketplace_messages.receive"]
    before = kept.rows()
    for name in ("nobody", "Dee", "Ana", "Hana"):
        for account_id in (town.here.values["account_id"], 987_654):
            path = f"/marketplace/accounts/{account_id}/messages"
            for fields in (
                {},
                {"message": "{}"},
                {"message": "{}", "_aop_signature": "A" * 40},
                {"message": "\x00" * 9},
            ):
                assert town.browser(name).post(path, data=fields).status_code == 401
                assert town.browser(name).submit(path, fields).status_code == 401
            assert town.browser(name).post(path, data=b"\xff" * 99, content_type="application/json").status_code == 401
    assert not kept.changed(before, kept.rows())


def test_s7_methods_that_no_route_has_are_refused(town: Town) -> None:
    browser, wrong = town.browser("Hana"), []
    for rule in addresses.rules(town.app):
        path = addresses.address(rule, addresses.kind_of(rule) if rule.arguments else None, town.here)
        for method in {"PUT", "PATCH", "DELETE", "TRACE"} - (rule.methods or set()):
            status = browser.open(path, method=method, data={"csrf_token": browser.csrf_token()}).status_code
            if status not in {400, 405}:
                wrong.append(f"{method} {path}: {status}")
    assert not wrong, "\n".join(wrong)


REQUIRED = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def lacking(answer: TestResponse) -> list[str]:
    return [name for name, value in REQUIRED.items() if answer.headers.get(name) != value]


@pytest.mark.parametrize("name", LOOKERS)
def test_s8_every_answer_carries_the_headers(town: Town, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = []
    with nothing_stays(monkeypatch):
        for path in pages.paths(town):
            answer = town.browser(name).get(path)
            wrong += [f"GET {path} ({answer.status_code}): {lacking(answer)}"] if lacking(answer) else []
        for method, path in writing_paths(town):
            answer = town.browser(name).submit(path)
            wrong += [f"{method} {path} ({answer.status_code}): {lacking(answer)}"] if lacking(answer) else []
    assert not wrong, "\n".join(wrong)


def test_s8_errors_carry_the_headers_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = town.browser("Ana")
    answers = [
        browser.get("/nothing-here"),
        browser.get("/static/nothing.css"),
        browser.get("/static/../wsgi.py"),
        browser.post("/list"),
        browser.post("/sign-in"),
        browser.post("/checkout", data={"csrf_token": browser.csrf_token(), "message": "x" * 13_000_000}),
    ]
    monkeypatch.setattr("selection_center.orders.buyer_views.orders_of", lambda _buyer: 1 / 0)
    broken = town.browser("Dee").get("/my-orders")
    assert [answer.status_code for answer in answers] == [404, 404, 404, 405, 400, 413]
    assert broken.status_code == 500
    assert [lacking(answer) for answer in (*answers, broken)] == [[]] * 7
    assert "ZeroDivisionError" not in broken.text
    assert "Traceback" not in broken.text


def test_s8_the_policy_has_no_hole() -> None:
    rules = dict(rule.split(" ", 1) for rule in CSP.split("; "))
    assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in CSP.replace("'wasm-unsafe-eval'", "")
    assert "*" not in CSP
    assert "http" not in CSP


def cookies(answer: TestResponse) -> dict[str, str]:
    return {line.split("=", 1)[0]: line for line in answer.headers.getlist("Set-Cookie")}


@pytest.mark.parametrize(
    ("public_url", "secure"),
    [("https://yp.example.com", True), ("http://127.0.0.1:8000", True), ("http://192.168.1.20:8000", False)],
)
def test_s6_cookies(migrated: databases.Databases, tmp_path: Any, public_url: str, secure: bool) -> None:
    """`__Host-` and Secure where browsers keep such cookies; elsewhere another name, and a banner for staff."""
    settings = databases.settings(migrated.create(), tmp_path)
    app = create_app(type(settings)(**{**vars(settings), "public_url": public_url}))
    with app.app_context():
        make.user("Ana", Role.MANAGER, make.site())
        db.session.commit()
        db.session.remove()
    client = app.test_client()
    page = client.get("/sign-in", base_url=public_url)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    fields = {"login": "ana", "password": make.PASSWORD, "csrf_token": token[1]}
    answer = client.post("/sign-in", data=fields, base_url=public_url)
    assert answer.status_code == 303
    given = cookies(page) | cookies(answer)
    prefix = "__Host-" if secure else ""
    assert set(given) == {f"{prefix}session", f"{prefix}device"}
    for line in given.values():
        parts = [part.strip().lower() for part in line.split(";")[1:]]
        assert {"httponly", "path=/", "samesite=lax"} <= set(parts), line
        assert ("secure" in parts) is secure, line
        assert not any(part.startswith("domain") for part in parts), line
    home = client.get("/home?lang=en", base_url=public_url, follow_redirects=True).text
    assert ("This page is not encrypted" in home) is not secure
    with app.app_context():
        db.engine.dispose()


def test_s6_signing_in_begins_a_new_session(client: Visitor, app: Flask) -> None:
    ana = make.user("Ana", Role.MANAGER, make.site())
    client.csrf_token()
    with client.session_transaction(base_url=databases.PUBLIC_URL) as session:
        before = session["csrf_token"]
    client.submit("/sign-in", {"login": "ana", "password": make.PASSWORD})
    with client.session_transaction(base_url=databases.PUBLIC_URL) as session:
        assert "sign_in" in session
        stolen = dict(session)
    assert stolen.get("csrf_token") != before
    client.submit("/sign-out")
    thief = new_visitor(app)
    with thief.session_transaction(base_url=databases.PUBLIC_URL) as session:
        session.update(stolen)
    assert thief.get("/home").location.startswith("/sign-in"), "a copied cookie must end with the sign-out"
    assert ana.is_active
