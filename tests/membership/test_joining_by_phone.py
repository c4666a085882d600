"""Joining by phone: the same answer for every number, a code for the desk, and the card on the phone that wrote it."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db, utcnow
from selection_center.membership.applications import Application
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan
from selection_center.sites.models import Site
from tests import factories as make
from tests.conftest import new_visitor
from tests.membership import making
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def store(app: Flask) -> Site:
    return making.store()


@pytest.fixture
def plan(store: Site) -> Plan:
    return making.plan()


@pytest.fixture
def cai(visit: Visit, store: Site) -> Visitor:
    return visit(making.cashier(store))


@pytest.fixture
def dee(app: Flask, store: Site) -> Visitor:
    phone = new_visitor(app)
    phone.get("/join/hangzhou")
    return phone


def written(plan: Plan, **values: Any) -> dict[str, Any]:
    return {"plan": plan.id, "name": "陈女士", "phone": "138 0013 8000", "consent": "y"} | values


def the_wish() -> Application:
    db.session.expire_all()
    return db.session.scalars(sa.select(Application).where(Application.closed_at.is_(None))).one()


def test_a_wish_becomes_a_member_with_the_card_on_that_phone(cai: Visitor, dee: Visitor, plan: Plan) -> None:
    assert dee.submit("/join/hangzhou", written(plan)).status_code == 303
    wish = the_wish()
    page = dee.get("/join/hangzhou?lang=zh").text
    assert wish.shown_code in page
    assert "138****8000" in page
    assert wish.shown_code in cai.get("/sites/hangzhou/members").text
    found = cai.get("/sites/hangzhou/members", query_string={"q": wish.shown_code}).headers["Location"]
    assert found == f"/applications/{wish.id}?scanned={wish.code}"
    assert "13800138000" in cai.get(found).text, "to be read to the customer and put right"
    form = {
        "name": "陈女士", "phone": "13800138000", "language": "zh", "plan": plan.id, "method": "card",
        "reference": "1", "consent": "y", "scanned": wish.code,
    }  # fmt: skip
    assert cai.submit(f"/applications/{wish.id}/member", form).status_code == 303
    member = db.session.scalars(sa.select(Member)).one()
    assert member.cards[0].device == wish.device
    state = dee.get("/join/hangzhou/state")
    assert f"/my-card/{member.cards[0].link}" in state.text
    assert dee.get("/join/hangzhou/state", headers={"If-None-Match": state.headers["ETag"]}).status_code == 304
    again = cai.submit(f"/applications/{wish.id}/member?lang=zh", form | {"phone": "13900139000", "reference": "2"})
    assert (again.status_code, "已经办过" in again.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count(Member.id))) == 1


def test_a_wish_chosen_from_the_list_gives_the_phone_no_card(cai: Visitor, dee: Visitor, plan: Plan) -> None:
    """Whoever typed this number may be anybody: only the code shown at the desk tells that the phone is theirs."""
    dee.submit("/join/hangzhou", written(plan))
    wish = the_wish()
    form = {
        "name": "陈女士", "phone": "13800138000", "language": "zh", "plan": plan.id, "method": "card",
        "reference": "1", "consent": "y", "scanned": "",
    }  # fmt: skip
    cai.submit(f"/applications/{wish.id}/member", form)
    assert db.session.scalars(sa.select(Member)).one().cards[0].device is None
    assert "/my-card/" not in dee.get("/join/hangzhou").text


def test_known_and_unknown_numbers_answer_alike(app: Flask, plan: Plan, store: Site) -> None:
    making.member(store, phone="13800138000")
    answers = []
    for number in ("13800138000", "13900139000"):
        phone = new_visitor(app)
        phone.get("/join/hangzhou")
        answer = phone.submit("/join/hangzhou", written(plan, phone=number))
        answers.append((answer.status_code, answer.headers["Location"], "已是会员" in phone.get("/join/hangzhou").text))
    assert answers == [(303, "/join/hangzhou", False)] * 2


def test_bad_input_and_too_many_wishes(dee: Visitor, plan: Plan) -> None:
    for wrong in ({"consent": ""}, {"name": ""}, {"phone": "1"}, {"plan": "0"}):
        assert dee.submit("/join/hangzhou", written(plan) | wrong).status_code == 422, wrong
    codes = [dee.submit("/join/hangzhou", written(plan)).status_code for _time in range(6)]
    assert codes == [303] * 5 + [429]
    assert the_wish().name == "陈女士", "a phone has one open wish"


def test_a_closed_store_and_a_center_take_no_members(dee: Visitor, store: Site, plan: Plan) -> None:
    make.site("yiwu")
    assert "请到会员店入会" in dee.get("/join/yiwu?lang=zh").text
    assert dee.submit("/join/yiwu", written(plan)).status_code == 409
    store.closed_at = utcnow()
    assert dee.get("/join/hangzhou").status_code == 404
    assert dee.get("/join/nowhere").status_code == 404


def test_another_phone_does_not_see_it(app: Flask, dee: Visitor, plan: Plan) -> None:
    dee.submit("/join/hangzhou", written(plan))
    fay = new_visitor(app)
    assert the_wish().shown_code not in fay.get("/join/hangzhou").text
    assert fay.get("/join/hangzhou/state").status_code == 404
    assert 'name="phone"' in dee.get("/join/hangzhou?again=yes").text


def test_the_desk_sets_a_wish_aside(visit: Visit, cai: Visitor, dee: Visitor, plan: Plan, store: Site) -> None:
    dee.submit("/join/hangzhou", written(plan))
    wish_id = the_wish().id
    stranger = visit(making.cashier(making.store("chengdu"), "Cas"))
    assert stranger.get(f"/applications/{wish_id}").status_code == 404
    assert cai.submit(f"/applications/{wish_id}/closing").status_code == 303
    assert 'name="phone"' in dee.get("/join/hangzhou").text
    assert cai.submit(f"/applications/{wish_id}/closing").status_code == 409
