"""R5 and S3: every form that the product shows, sent as it is, sent again, sent with more."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from tests.promises import kept, pages
from tests.promises.pages import PageForm
from tests.promises.town import Town
from tests.visitors import Visitor

WRITERS = ["Dee", "Eve", "Ana", "Hana"]

MORE = {
    "role": "head_office", "is_admin": "1", "is_head_office": "1", "price": "1", "price_fen": "1", "goods_fen": "1",
    "total_fen": "1", "unit_fen": "1", "freight_fen": "1", "balance": "1", "points": "1", "status": "completed",
    "state": "completed", "created_by": "1", "created_at": "2020-01-01", "submitted_at": "2020-01-01", "id": "1",
    "user_id": "1", "buyer_id": "1", "order_id": "1", "list_id": "1", "cared_by_id": "1", "written_by_id": "1",
    "moq_override_reason": "mine", "override_reason": "mine", "password_hash": "x", "disabled_at": "",
    "token": "t" * 24,
    "grants-0-role": "head_office", "cancel_reason": "mine", "consent_version": "0", "version": "99", "source": "mine",
}  # fmt: skip
"""Columns that somebody might try to write through a form that has no such field."""


@pytest.fixture
def copy(town: Town) -> Iterator[kept.Copy]:
    made = kept.Copy()
    yield made
    made.restore()
    made.close()


def send(browser: Visitor, form: PageForm, values: dict[str, Any]) -> Any:
    return browser.submit(form.action, values, headers={"Referer": f"https://yp.example.com{form.page}"})


def repeatable(town: Town, rule: Rule) -> bool:
    view: Any = town.app.view_functions[rule.endpoint]
    return bool(view.repeatable)


@pytest.mark.parametrize("name", WRITERS)
def test_r5_a_form_sent_twice_has_one_effect_and_one_answer(town: Town, name: str, copy: kept.Copy) -> None:
    wrong, done = [], 0
    before = kept.rows()
    for endpoint, (form, rule) in pages.forms_of(town, name).items():
        if repeatable(town, rule):
            continue
        browser = town.browser(name)
        values = pages.filled(form, town) | {"operation_id": secrets.token_urlsafe(18)}
        first = send(browser, form, values)
        after_first = kept.rows()
        again = send(browser, form, values)
        done += first.status_code == 303 and bool(kept.changed(before, after_first))
        if kept.changed(after_first, kept.rows()):
            wrong.append(f"{endpoint}: a second effect on {list(kept.changed(after_first, kept.rows()))}")
        if (first.status_code, first.headers.get("Location")) != (again.status_code, again.headers.get("Location")):
            wrong.append(f"{endpoint}: {first.status_code} {first.location}, then {again.status_code} {again.location}")
        copy.restore()
    assert not wrong, "\n".join(wrong)
    assert done >= 1, "no form of this person had an effect, so nothing was tried"


@pytest.mark.parametrize("name", WRITERS)
def test_s3_fields_that_a_form_has_not_change_nothing(town: Town, name: str, copy: kept.Copy) -> None:
    wrong = []
    forms = pages.forms_of(town, name)
    copy.restore()  # whoever took a table out was written down
    before = kept.rows()
    there = {key: str(town.there.values[key]) for key in ("supplier_id", "listing_id", "sample_id", "sku_id")}
    more = MORE | there | {"site_id": str(town.there.site_id)}
    for endpoint, (form, _rule) in forms.items():
        values = pages.filled(form, town)
        send(town.browser(name), form, values)
        meant = kept.effect(before, kept.rows())
        copy.restore()
        send(town.browser(name), form, {n: v for n, v in more.items() if n not in form.names} | values)
        had = kept.effect(before, kept.rows())
        copy.restore()
        if had != meant:
            wrong.append(f"{endpoint}: {sorted(set(had) ^ set(meant))}")
    assert not wrong, "\n".join(wrong)
