"""The pages of plans: head office keeps them, who makes members sees them."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.membership.plans import Plan, PlanKind
from tests import factories as make
from tests.conftest import new_visitor
from tests.membership import making
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
YEAR = {
    "kind": "regular", "name": "年卡", "name_en": "Year", "fee": "299", "length": "12", "unit": "months",
    "grace_days": "7", "pays_member_price": "y", "household_cards": "1", "guests": "2", "is_everywhere": "y",
    "points_per_yuan": "1", "position": "0",
}  # fmt: skip


@pytest.fixture
def hana(visit: Visit, app: Flask) -> Visitor:
    return visit(make.user("Hana", Role.HEAD_OFFICE))


def the_plan() -> Plan:
    db.session.expire_all()
    return db.session.scalars(sa.select(Plan)).one()


def test_head_office_adds_changes_and_stops_a_plan(hana: Visitor) -> None:
    assert "还没有方案" in hana.get("/plans?lang=zh").text
    assert hana.get("/plans/new").status_code == 200
    assert hana.submit("/plans", YEAR).status_code == 303
    plan = the_plan()
    assert (plan.kind, plan.fee_fen, plan.months, plan.days, plan.guests) == (PlanKind.REGULAR, 29_900, 12, 0, 2)
    changed = {**YEAR, "kind": "trial", "fee": "9.90", "length": "30", "unit": "days", "pays_member_price": ""}
    assert hana.submit(f"/plans/{plan.id}", changed).status_code == 303
    plan = the_plan()
    assert (plan.kind, plan.fee_fen, plan.months, plan.days) == (PlanKind.REGULAR, 990, 0, 30), "what it is stays"
    assert not plan.pays_member_price
    assert 'value="9.90"' in hana.get(f"/plans/{plan.id}/edit").text
    hana.submit(f"/plans/{plan.id}/closing")
    assert "停售" in hana.get("/plans?lang=zh").text
    hana.submit(f"/plans/{plan.id}/reopening")
    assert the_plan().is_open


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"fee": ""}, {"fee": "1.234"}, {"fee": "-1"}, {"length": "0"}, {"length": ""},
        {"length": "61"}, {"length": "367", "unit": "days"}, {"unit": "weeks"}, {"guests": "-1"},
        {"grace_days": "91"}, {"household_cards": "1e9"}, {"kind": "gold"},
    ],
)  # fmt: skip
def test_bad_terms_come_back(hana: Visitor, wrong: dict[str, Any]) -> None:
    assert hana.submit("/plans", {**YEAR, **wrong}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Plan.id))) == 0


def test_a_name_is_taken_once(hana: Visitor) -> None:
    hana.submit("/plans", YEAR)
    assert hana.submit("/plans", YEAR).status_code == 422
    hana.submit("/plans", {**YEAR, "name": "季卡"})
    second = db.session.scalars(sa.select(Plan).filter_by(name="季卡")).one()
    answer = hana.submit(f"/plans/{second.id}?lang=zh", YEAR)
    assert (answer.status_code, "已有同名方案" in answer.text) == (422, True)


def test_others_see_or_do_not(visit: Visit, app: Flask) -> None:
    store = making.store()
    plan = making.plan()
    cai, bo = visit(making.cashier(store)), visit(make.user("Bo", Role.FLOOR_STAFF, store))
    page = cai.get("/plans").text
    assert ("年卡" in page, f"/plans/{plan.id}/edit" in page) == (True, False)
    assert bo.get("/plans").status_code == 403
    for path in ("/plans", f"/plans/{plan.id}", f"/plans/{plan.id}/closing"):
        assert cai.submit(path, YEAR).status_code == 403
    assert new_visitor(app).get("/plans").status_code == 302
