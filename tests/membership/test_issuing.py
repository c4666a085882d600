"""Cards beside the first one, lost ones and replacements; whoever is forgotten; and whom to tell."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.shop_time import today
from selection_center.membership import forgetting, issuing, points, reminding
from selection_center.membership.applications import LAST_DAYS, Application
from selection_center.membership.cards import Card, CardKind, CardPhoto, RevokeReason
from selection_center.membership.entries import Entry, EntryWay
from selection_center.membership.members import Member
from selection_center.membership.points import PointsEntry
from selection_center.membership.renewals import FeeMethod, Renewal, cancel_all
from selection_center.samples.loans import ReminderWay
from selection_center.sites.models import Site
from tests.factories import add as add_row
from tests.membership import making as make
from tests.working import clean_up


@pytest.fixture
def store(app: Flask) -> Site:
    return make.store()


@pytest.fixture
def cai(store: Site) -> User:
    return make.cashier(store)


@pytest.fixture
def member(store: Site) -> Member:
    joined = make.member(store, phone="13800138000")
    make.renewed(joined, make.plan(household_cards=2))
    return joined


def refusal(deed: Any) -> str:
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.code


def add(member: Member, cai: User, holder: str = "陈先生") -> Card:
    return issuing.add_household_card(member, holder, None, cai)


def test_household_cards_up_to_the_plan_and_ended_one_by_one(member: Member, cai: User) -> None:
    first, second = add(member, cai), add(member, cai, "陈小妹")
    assert refusal(lambda: add(member, cai)) == "no_room"
    issuing.take_back(first, cai)
    assert (first.revoked_reason, first.revoked_by_id) == (RevokeReason.TAKEN_BACK, cai.id)
    assert second.is_open
    assert member.cards[0].is_open
    add(member, cai, "陈外婆")
    assert refusal(lambda: issuing.take_back(first, cai)) == "revoked"
    assert refusal(lambda: issuing.take_back(member.cards[0], cai)) == "main_card"


def test_without_a_running_plan_no_household_card(store: Site, cai: User) -> None:
    assert refusal(lambda: add(make.member(store), cai)) == "no_room"


def test_a_lost_card_gets_another_code_and_key_and_the_photo_goes_along(member: Member, cai: User) -> None:
    lost = member.cards[0]
    photo = add_row(CardPhoto(card_id=lost.id, data=b"x", consent_version="p", taken_by_id=cai.id))
    issuing.report_lost(lost, cai)
    assert refusal(lambda: issuing.report_lost(lost, cai)) == "revoked"
    new = issuing.replace(lost, cai)
    assert (new.kind, new.holder) == (CardKind.MAIN, lost.holder)
    assert not {new.code, new.secret, new.link, new.handle} & {lost.code, lost.secret, lost.link, lost.handle}
    assert (lost.revoked_reason, lost.replaced_by_id) == (RevokeReason.LOST, new.id)
    db.session.refresh(photo)
    assert photo.card_id == new.id
    assert refusal(lambda: issuing.replace(lost, cai)) == "replaced"
    assert refusal(lambda: issuing.found_again(lost)) == "replaced"
    assert [card.id for card in member.cards if card.is_open] == [new.id]


def test_a_card_found_again_holds_again(member: Member, cai: User) -> None:
    card = member.cards[0]
    issuing.report_lost(card, cai)
    issuing.found_again(card)
    assert (card.is_open, card.revoked_by_id) == (True, None)


def test_a_card_is_replaced_without_being_lost(member: Member, cai: User) -> None:
    old = member.cards[0]
    issuing.replace(old, cai)
    assert old.revoked_reason is RevokeReason.REPLACED


# --- forgetting ----------------------------------------------------------------------------------------------------


def test_forgetting_leaves_facts_and_no_person(member: Member, store: Site, cai: User) -> None:
    card = add(member, cai)
    card.phone, card.device = "13900139000", "phone"
    photo = add_row(CardPhoto(card_id=card.id, data=b"x", consent_version="p", taken_by_id=cai.id))
    came = add_row(
        Entry(site_id=store.id, card_id=card.id, member_id=member.id, way=EntryWay.LET_IN, reason="陈女士忘带手机")
    )
    wish = Application.write(store, make.plan("月卡"), "phone", name="陈女士", phone="13800138000", language="zh")
    points.adjust(member.id, 80, "陈女士的补偿", "audit 1", cai.id)
    assert refusal(lambda: forgetting.forget(member, cai)) == "still_runs"
    cancel_all(member, "陈女士搬家", cai, method=FeeMethod.WECHAT, reference="1")
    member_id, wish_id, photo_id = member.id, wish.id, photo.id
    forgetting.forget(member, cai)
    db.session.commit()
    member = db.session.get_one(Member, member_id)
    assert (member.name, member.phone, member.note, member.is_forgotten) == ("", None, "", True)
    assert {(one.holder, one.phone, one.device, one.is_open) for one in member.cards} == {("", None, None, False)}
    assert db.session.get(CardPhoto, photo_id) is None
    assert db.session.get(Application, wish_id) is None
    kept = db.session.get_one(Entry, came.id)
    assert (kept.member_id, kept.reason) == (None, forgetting.LET_GO)
    assert points.balance(member_id) == 0
    told = [*db.session.scalars(sa.select(PointsEntry.note)), *db.session.scalars(sa.select(Renewal.cancel_reason))]
    assert not any("陈" in text for text in told)
    assert db.session.scalars(sa.select(Renewal.fee_fen)).all() == [29_900]
    assert refusal(lambda: forgetting.forget(member, cai)) == "forgotten"
    assert Member.join(store, "陈女士", "13800138000", by=cai).id != member_id, "they can join anew"


# --- telling them --------------------------------------------------------------------------------------------------


def test_who_ends_soon_or_ended_lately_is_to_be_told(store: Site, cai: User) -> None:
    plan = make.plan(days=10)
    soon, long, lately, ago = (make.member(store, name) for name in ("快到期", "还早", "刚到期", "早到期"))
    make.renewed(soon, plan)
    make.renewed(long, make.plan("年卡二", months=12))
    make.ended(lately, plan, 30)
    make.ended(ago, plan, 31)
    blocked = make.member(store, "停用的")
    make.renewed(blocked, plan)
    blocked.block("冒用", cai)
    found = db.session.scalars(sa.select(Member.name).where(reminding.ends_soon(today())).order_by(Member.id))
    assert found.all() == ["快到期", "刚到期"]
    told = reminding.remind(soon, ReminderWay.WECHAT, cai)
    assert reminding.last_reminded([soon.id, long.id]) == {soon.id: told}
    assert refusal(lambda: reminding.remind(long, ReminderWay.PHONE, cai)) == "not_soon"


def test_wishes_that_came_to_nothing_are_gone_after_a_week(store: Site) -> None:
    plan = make.plan()
    old = Application.write(store, plan, "one", name="陈女士", phone="13800138000", language="zh")
    old.at = utcnow() - (LAST_DAYS + 1) * timedelta(days=1)
    Application.write(store, plan, "two", name="林女士", phone="13800138001", language="zh")
    clean_up()
    assert db.session.scalars(sa.select(Application.name)).all() == ["林女士"]
