"""The pages of members: the list, joining at the desk, one member and all that is done there."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.membership import points
from selection_center.membership.cards import Card
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan, PlanKind
from selection_center.membership.renewals import FeeMethod, Renewal, RenewalReminder
from selection_center.sites.models import Site
from tests import factories as make
from tests.membership import making
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def store(app: Flask) -> Site:
    return making.store()


@pytest.fixture
def plan(store: Site) -> Plan:
    return making.plan(household_cards=1)


@pytest.fixture
def cai(visit: Visit, store: Site) -> Visitor:
    return visit(making.cashier(store))


@pytest.fixture
def ana(visit: Visit, store: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, store))


@pytest.fixture
def member(store: Site, plan: Plan) -> Member:
    joined = making.member(store, phone="13800138000")
    making.renewed(joined, plan)
    return joined


def written(plan: Plan, **values: Any) -> dict[str, Any]:
    return {
        "name": "陈女士", "phone": "138 0013 8000", "language": "zh", "plan": plan.id, "method": "wechat",
        "reference": "4200001", "consent": "y",
    } | values  # fmt: skip


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))


# --- joining -------------------------------------------------------------------------------------------------------


def test_somebody_joins_and_pays_in_one_form(cai: Visitor, plan: Plan) -> None:
    assert "年卡" in cai.get("/sites/hangzhou/members/new").text
    answer = cai.submit("/sites/hangzhou/members", written(plan))
    joined = db.session.scalars(sa.select(Member)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/members/{joined.id}")
    period = db.session.scalars(sa.select(Renewal)).one()
    assert (period.member_id, period.method, period.reference) == (joined.id, FeeMethod.WECHAT, "4200001")
    assert verbs() == ["member_joined", "membership_renewed"]
    page = cai.get(f"/members/{joined.id}").text
    assert "138****8000" in page
    assert "13800138000" not in page


def test_the_fee_may_be_taken_at_the_till(cai: Visitor, plan: Plan) -> None:
    answer = cai.submit("/sites/hangzhou/members", written(plan, method="till", reference=""))
    joined = db.session.scalars(sa.select(Member)).one()
    assert answer.headers["Location"] == f"/members/{joined.id}/fee/{plan.id}"
    assert db.session.scalar(sa.select(sa.func.count(Renewal.id))) == 0
    assert "会费还没付" in cai.get(f"/members/{joined.id}?lang=zh").text


def test_a_plan_without_a_fee_begins_at_once(cai: Visitor, plan: Plan) -> None:
    trial = making.plan("体验卡", 0, days=7, kind=PlanKind.TRIAL)
    assert cai.submit("/sites/hangzhou/members", written(trial, method="", reference="")).status_code == 303
    assert db.session.scalars(sa.select(Renewal.method)).one() is FeeMethod.FREE


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"consent": ""}, "同意告知内容才能入会"),
        ({"name": ""}, "error"),
        ({"phone": "123"}, "error"),
        ({"plan": "987654"}, "请选方案"),
        ({"plan": ""}, "请选方案"),
        ({"reference": ""}, "请写付款凭证上的单号"),
        ({"method": "cash"}, "error"),
    ],
)
def test_bad_input_comes_back_and_nobody_joined(cai: Visitor, plan: Plan, wrong: dict[str, Any], said: str) -> None:
    answer = cai.submit("/sites/hangzhou/members?lang=zh", written(plan) | wrong)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count(Member.id))) == 0


def test_a_number_that_is_a_member_and_a_payment_that_counted_say_so(cai: Visitor, plan: Plan, member: Member) -> None:
    answer = cai.submit("/sites/hangzhou/members?lang=zh", written(plan))
    assert (answer.status_code, "这个手机号已是会员" in answer.text) == (422, True)
    used = db.session.scalars(sa.select(Renewal.reference)).one()
    answer = cai.submit("/sites/hangzhou/members?lang=zh", written(plan, phone="13800138009", reference=used))
    assert (answer.status_code, "这笔付款已经算过" in answer.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count(Member.id))) == 1, "who did not pay did not join"


def test_no_plan_yet_is_said(cai: Visitor, store: Site) -> None:
    assert "由总部设置" in cai.get("/sites/hangzhou/members/new?lang=zh").text


# --- the list ------------------------------------------------------------------------------------------------------


def test_the_list_by_state_words_and_card(cai: Visitor, store: Site, plan: Plan, member: Member) -> None:
    unpaid = making.member(store, "林小满", "13900139001")
    old = making.member(store, "何先生", "13700137000")
    making.ended(old, plan, days_ago=200)
    assert "陈女士" in cai.get("/sites/hangzhou/members").text
    shown = {
        where: [
            name for name in ("陈女士", "林小满", "何先生") if name in cai.get(f"/sites/hangzhou/members?{where}").text
        ]
        for where in ("where=valid", "where=unpaid", "where=ended", "where=all", "where=soon", "where=blocked")
    }
    assert shown == {
        "where=valid": ["陈女士"], "where=unpaid": ["林小满"], "where=ended": ["何先生"],
        "where=all": ["陈女士", "林小满", "何先生"], "where=soon": [], "where=blocked": [],
    }  # fmt: skip
    for words in ("林小满", "9001", "13900139001", unpaid.number, unpaid.number[:7].lower()):
        page = cai.get("/sites/hangzhou/members", query_string={"q": words}).text
        assert (("林小满" in page), ("何先生" in page)) == (True, False), words
    found = cai.get("/sites/hangzhou/members", query_string={"q": member.cards[0].code})
    assert (found.status_code, found.headers["Location"]) == (302, f"/members/{member.id}")


def test_sorting_and_pages(cai: Visitor, store: Site) -> None:
    for number in range(55):
        making.member(store, f"会员{number:02}")
    first = cai.get("/sites/hangzhou/members?where=all&sort=name").text
    assert ("会员00" in first, "会员54" in first) == (True, False)
    assert "会员54" in cai.get("/sites/hangzhou/members?where=all&sort=name&page=2").text
    assert cai.get("/sites/hangzhou/members?where=x&sort=x&page=-9").status_code == 200


def test_the_table_masks_phones_and_is_noted(cai: Visitor, store: Site, member: Member) -> None:
    making.member(store, "=1+1", "13900139001")
    answer = cai.get("/sites/hangzhou/members.xlsx?where=all")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert [row[1:3] for row in rows[1:]] == [("=1+1", "139****9001"), ("陈女士", "138****8000")]
    assert "members_exported" in verbs()


# --- one member ----------------------------------------------------------------------------------------------------


def test_a_renewal_is_written_down_and_the_same_payment_says_the_same(cai: Visitor, plan: Plan, member: Member) -> None:
    form = {"plan": plan.id, "method": "alipay", "reference": "2026 1126"}
    answers = [cai.submit(f"/members/{member.id}/renewals", form).status_code for _time in range(2)]
    assert answers == [303, 303]
    assert db.session.scalar(sa.select(sa.func.count(Renewal.id))) == 2
    answer = cai.submit(f"/members/{member.id}/renewals?lang=zh", form | {"reference": ""})
    assert (answer.status_code, "请写付款凭证上的单号" in answer.text) == (422, True)


def test_a_manager_cancels_and_what_goes_back_is_what_was_seen(ana: Visitor, member: Member) -> None:
    page = ana.get(f"/members/{member.id}/cancellation").text
    assert 'value="29900"' in page
    form = {"reason": "搬家", "method": "wechat", "reference": "退1", "seen": "29900"}
    stale = ana.submit(f"/members/{member.id}/cancellation", form | {"seen": "29000"})
    assert (stale.status_code, 'value="29900"' in stale.text) == (409, True)
    missing = ana.submit(f"/members/{member.id}/cancellation", form | {"reference": ""})
    assert missing.status_code == 422
    assert ana.submit(f"/members/{member.id}/cancellation", form | {"reason": ""}).status_code == 422
    assert ana.submit(f"/members/{member.id}/cancellation", form).status_code == 303
    period = db.session.scalars(sa.select(Renewal)).one()
    assert (period.refunded_fen, period.refund_reference, period.cancel_reason) == (29_900, "退1", "搬家")
    assert verbs() == ["membership_cancelled"]
    assert "没有在用的会籍" in ana.get(f"/members/{member.id}/cancellation?lang=zh").text


def test_a_block_keeps_out_until_it_is_lifted(ana: Visitor, member: Member) -> None:
    assert ana.submit(f"/members/{member.id}/block", {"reason": ""}).status_code == 422
    ana.submit(f"/members/{member.id}/block", {"reason": "卡借给别人"})
    page = ana.get(f"/members/{member.id}").text
    assert "卡借给别人" in page
    assert "/renewals" not in page, "who is blocked does not renew"
    ana.submit(f"/members/{member.id}/unblocking")
    assert "卡借给别人" not in ana.get(f"/members/{member.id}").text.split("<section")[1]
    assert verbs() == ["member_blocked", "member_unblocked"]


def test_cards_lost_found_replaced_and_of_the_household(cai: Visitor, member: Member) -> None:
    card = member.cards[0]
    address, first = f"/members/{member.id}", card.id
    for verb in ("loss", "found", "loss", "replacement"):
        assert cai.submit(f"/cards/{first}/{verb}").headers["Location"] == address
    assert cai.submit(f"{address}/cards", {"holder": "陈先生", "phone": "13900139000"}).status_code == 303
    assert cai.submit(f"{address}/cards", {"holder": "陈小妹", "phone": ""}).status_code == 422
    household = db.session.scalars(sa.select(Card).filter_by(holder="陈先生")).one()
    cai.submit(f"/cards/{household.id}/revocation")
    db.session.expire_all()
    assert [(one.is_open, one.kind.value) for one in db.session.scalars(sa.select(Card).order_by(Card.id))] == [
        (False, "main"), (True, "main"), (False, "household"),
    ]  # fmt: skip
    assert cai.get(address).status_code == 200
    assert verbs() == ["card_lost", "card_found", "card_lost", "card_replaced", "card_issued", "card_taken_back"]


def test_the_phone_is_opened_on_purpose_and_that_is_noted(cai: Visitor, member: Member) -> None:
    assert "13800138000" not in cai.get(f"/members/{member.id}?phone=open").text
    location = cai.submit(f"/members/{member.id}/phone").headers["Location"]
    assert "13800138000" in cai.get(location).text
    assert verbs() == ["phone_opened"]


def test_name_and_number_change_and_the_card_goes_along(cai: Visitor, store: Site, member: Member) -> None:
    making.member(store, phone="13900139001")
    form = {"name": "陈红", "phone": "13800138001", "language": "en", "note": ""}
    taken = cai.submit(f"/members/{member.id}?lang=zh", form | {"phone": "13900139001"})
    assert (taken.status_code, "这个手机号已是会员" in taken.text) == (422, True)
    assert cai.submit(f"/members/{member.id}", form | {"name": ""}).status_code == 422
    assert cai.submit(f"/members/{member.id}", form).status_code == 303
    db.session.expire_all()
    assert (member.name, member.phone, member.cards[0].holder) == ("陈红", "13800138001", "陈红")
    assert "陈红" in cai.get(f"/members/{member.id}/edit").text


def test_who_ends_soon_is_told_and_that_is_noted(cai: Visitor, store: Site) -> None:
    soon = making.member(store, "快到期")
    making.renewed(soon, making.plan("周卡", 990, days=7))
    assert "快到期" in cai.get("/sites/hangzhou/members?where=soon").text
    assert cai.submit(f"/members/{soon.id}/reminders", {"way": "telepathy"}).status_code == 422
    assert cai.submit(f"/members/{soon.id}/reminders", {"way": "wechat"}).status_code == 303
    told = db.session.scalars(sa.select(RenewalReminder)).one()
    assert (told.way, (told.ends_on - today()).days) == ("wechat", 6)
    assert "badge done" in cai.get("/sites/hangzhou/members?where=soon").text


def test_a_manager_puts_points_right(ana: Visitor, cai: Visitor, member: Member) -> None:
    address = f"/members/{member.id}/points"
    assert ana.submit(address, {"points": "120", "note": "补记"}).status_code == 303
    assert ana.submit(address, {"points": "-121", "note": "误记"}).status_code == 422
    assert ana.submit(address, {"points": "0", "note": "误记"}).status_code == 422
    assert ana.submit(address, {"points": "5", "note": ""}).status_code == 422
    assert cai.submit(address, {"points": "120", "note": "补记"}).status_code == 403
    assert points.balance(member.id) == 120
    assert "补记" in ana.get(f"/members/{member.id}").text


def test_head_office_alone_forgets_and_types_the_number(visit: Visit, ana: Visitor, member: Member) -> None:
    hana = visit(make.user("Hana", Role.HEAD_OFFICE))
    address = f"/members/{member.id}/erasure"
    assert ana.submit(address, {"number": member.number}).status_code == 403
    assert hana.submit(address, {"number": "HA-0"}).status_code == 409
    assert hana.submit(address, {"number": member.number}).status_code == 409, "it still runs"
    form = {"reason": "本人要求", "method": "wechat", "reference": "1", "seen": "29900"}
    hana.submit(f"/members/{member.id}/cancellation", form)
    number = member.number
    assert hana.submit(address, {"number": number.lower()}).status_code == 303
    page = hana.get(f"/members/{member.id}?lang=zh").text
    assert ("陈女士" in page, "已删除" in page or "要求删除" in page) == (False, True)


# --- who may -------------------------------------------------------------------------------------------------------


def test_other_stores_and_other_roles(visit: Visit, cai: Visitor, store: Site, member: Member) -> None:
    other: User = making.cashier(making.store("chengdu"), "Cas")
    stranger, bo = visit(other), visit(make.user("Bo", Role.FLOOR_STAFF, store))
    for path in (f"/members/{member.id}", "/sites/hangzhou/members", "/sites/hangzhou/members.xlsx"):
        assert stranger.get(path).status_code == 404, path
        assert bo.get(path).status_code == 403, path
    assert stranger.submit(f"/cards/{member.cards[0].id}/loss").status_code == 404
    assert bo.submit(f"/cards/{member.cards[0].id}/loss").status_code == 403
    assert cai.get(f"/members/{member.id}/cancellation").status_code == 403
    assert cai.submit(f"/members/{member.id}/block", {"reason": "x"}).status_code == 403
