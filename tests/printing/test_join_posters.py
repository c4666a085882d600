"""The poster for joining by phone: its code opens the store's page, and it says what a membership costs."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from selection_center.core.permissions import Role
from tests import factories as make
from tests.membership import making as members
from tests.printing import paper
from tests.visitors import Visitor

Visit = Callable[[Any], Visitor]


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("入会", "年卡", "299", "1 年")), ("en", ("Become a member", "1 year"))]
)
def test_it_opens_the_page_for_joining_and_says_the_fees(
    app: Flask, visit: Visit, language: str, words: tuple[str, ...]
) -> None:
    site = members.store()
    for number in range(6):
        members.plan(name="年卡" if not number else f"方案 {number}", fee_fen=29_900)
    cas = visit(make.user("Cas", Role.CASHIER, site))
    assert "/sites/hangzhou/join-poster.pdf" in cas.get("/sites/hangzhou/members").text
    answer = cas.get(f"/sites/hangzhou/join-poster.pdf?lang={language}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert paper.page_count(answer.data) == 1
    (code,) = paper.codes_on(answer.data)
    assert code.text == "https://yp.example.com/join/hangzhou"
    assert code.width > 90
    assert cas.get(code.text).status_code == 200
    said = paper.words(answer.data)
    for word in words:
        assert word in said, word


def test_a_long_name_stays_on_the_page(app: Flask, visit: Visit) -> None:
    site = members.store(name="杭州余杭区文一西路会员仓储店" * 4)
    for number in range(4):
        members.plan(name=f"家庭共享全年会员方案 {number} " * 2, fee_fen=99_999_900)
    answer = visit(make.user("Cas", Role.CASHIER, site)).get("/sites/hangzhou/join-poster.pdf")
    assert (answer.status_code, paper.page_count(answer.data)) == (200, 1)


def test_it_is_a_stores_own(app: Flask, visit: Visit) -> None:
    store, center = members.store(), make.site()
    there = visit(make.user("Cas", Role.CASHIER, center))
    assert there.get("/sites/hangzhou/join-poster.pdf").status_code == 404
    assert there.get("/sites/yiwu/join-poster.pdf").status_code == 404, "nobody joins at a center"
    assert visit(make.user("Bo", Role.FLOOR_STAFF, store)).get("/sites/hangzhou/join-poster.pdf").status_code == 403
    assert "join-poster" not in there.get("/sites/yiwu/members").text
