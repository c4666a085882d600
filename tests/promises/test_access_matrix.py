"""S1: every route, every method, everybody, own, other's and missing objects: as the declared table says."""

import difflib
import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from selection_center.core.auth import declared
from tests.promises import addresses
from tests.promises.addresses import Kind
from tests.promises.town import Person, Side, Town, nothing_stays

EVERYBODY = ["nobody", "Dee", "Fay", "Eve", "Flo", "Bo", "Cy", "Ana", "Hana", "Cas", "Gus"]
"""No account; two buyers; two suppliers; floor staff of two centers; manager; head office; cashier; disabled."""

TOKENS = re.compile(r'(name="(?:csrf_token|operation_id)" value=")[^"]*|(<meta name="csrf-token" content=")[^"]*')


def test_s1_every_route_is_declared_and_has_its_object(app: Flask) -> None:
    undeclared = [rule.rule for rule in addresses.every_rule(app) if not declared(app.view_functions[rule.endpoint])]
    unknown = [
        f"{rule.endpoint} {rule.rule}"
        for rule in addresses.every_rule(app)
        if rule.arguments and addresses.kind_of(rule) is None
    ]
    assert (undeclared, unknown) == ([], []), "say in tests/promises/addresses.py what these addresses are about"


@pytest.mark.parametrize("name", EVERYBODY)
def test_s1_matrix(town: Town, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    person, wrong = town.people[name], []
    with nothing_stays(monkeypatch):
        for rule in addresses.rules(town.app):
            for method in addresses.methods(rule):
                wrong += check(town, person, rule, method)
    assert not wrong, "\n".join(wrong)


def check(town: Town, person: Person, rule: Rule, method: str) -> list[str]:
    """What is not as the table says for this person here, a line each."""
    permissions = addresses.permissions(town.app, rule)
    kind = addresses.kind_of(rule) if rule.arguments else None
    if not person.can(permissions):
        path = addresses.address(rule, kind, town.here)
        answer = ask(town, person, method, path)
        signed_in = person.user is not None and person.user.is_active
        turned_away = answer.status_code == 302 and answer.location.startswith("/sign-in?next=")
        good = answer.status_code == 403 if signed_in or method != "GET" else turned_away
        return [] if good else [said(person, method, path, answer, "must be turned away")]
    if kind is None:
        answer = ask(town, person, method, rule.rule)
        lost = permissions and answer.status_code in {403, 404}
        return [said(person, method, rule.rule, answer, "must come in")] if lost or answer.status_code >= 500 else []
    return [line for side in (town.here, town.there) for line in look(town, person, rule, kind, method, side)]


def look(town: Town, person: Person, rule: Rule, kind: Kind, method: str, side: Side) -> list[str]:
    permissions = addresses.permissions(town.app, rule)
    wrong = []
    for place in ("stands", "bays", "zones") if "kind" in kind.names else ("",):
        path = addresses.address(rule, kind, side, place)
        answer = ask(town, person, method, path)
        if kind.reach(person, permissions, side):
            if answer.status_code in {401, 403, 404} or answer.status_code >= 500:
                wrong.append(said(person, method, path, answer, "is this person's own"))
            continue
        missing_path = addresses.address(rule, kind, town.nowhere, place)
        missing = ask(town, person, method, missing_path)
        seen, as_missing = bare(answer, path), bare(missing, missing_path)
        if answer.status_code != 404 or seen != as_missing:
            wrong.append(
                said(person, method, path, answer, f"must be as {missing_path}: {differing(seen, as_missing)}")
            )
    return wrong


def ask(town: Town, person: Person, method: str, path: str) -> TestResponse:
    """Each time in a new browser: no message of an earlier answer waits in it."""
    browser = town.browser(person.name)
    return browser.get(path) if method == "GET" else browser.submit(path, method=method)


def said(person: Person, method: str, path: str, answer: TestResponse, why: str) -> str:
    return f"{person.name}: {method} {path} -> {answer.status_code}; {why}"


def bare(answer: TestResponse, path: str) -> tuple[Any, ...]:
    """The answer without its number, its tokens and the address that was asked for."""
    headers = [(n, v) for n, v in answer.headers if n not in {"X-Request-Id", "Set-Cookie", "Content-Length"}]
    return answer.status_code, headers, TOKENS.sub(r"\1\2", answer.text).replace(path.partition("?")[0], "PATH")


def differing(left: tuple[Any, ...], right: tuple[Any, ...]) -> str:
    for one, other in zip(left[:2], right[:2], strict=True):
        if one != other:
            return f"{one} and {other}"
    return "; ".join(difflib.unified_diff(left[2].splitlines(), right[2].splitlines(), lineterm="", n=0))[:400]
