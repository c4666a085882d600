"""The door on a tablet: its answers in words, the second look, guests, leaving, numbers, and who may."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.membership import issuing, turning
from selection_center.membership.cards import Card
from selection_center.membership.entries import Entry, EntryWay
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan
from selection_center.sites.models import Site
from tests import factories as make
from tests.membership import making
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]


@pytest.fixture
def site(app: Flask) -> Site:
    return making.store()


@pytest.fixture
def cai(site: Site) -> User:
    return making.cashier(site)


@pytest.fixture
def plan(app: Flask) -> Plan:
    return making.plan(guests=2, grace_days=7, household_cards=2)


@pytest.fixture
def member(site: Site) -> Member:
    return making.member(site, name="陈小满", phone="13800008000")


@pytest.fixture
def tablet(visit: Visit, cai: User) -> Visitor:
    return visit(cai)


def code(card: Card, ago: int = 0) -> str:
    return turning.code_of(card.handle, card.secret, turning.step_at() - ago)


class Band:
    """What the page says after a form was sent."""

    def __init__(self, tablet: Visitor, path: str, **fields: str) -> None:
        answer = tablet.submit(path, fields)
        self.status = answer.status_code
        self.page = (tablet.get(answer.location) if answer.status_code == 303 else answer).text
        found = re.search(
            r'class="door-band (\w+)".*?<p class="word">(.*?)</p><p class="reason">(.*?)</p>', self.page, re.S
        )
        self.outcome, self.word, self.reason = found.groups() if found else ("", "", "")
        sealed = re.search(r'name="pass" value="(.*?)"', self.page)
        self.sealed = sealed[1] if sealed else ""


def scan(tablet: Visitor, text: str, way: str = "in") -> Band:
    return Band(tablet, "/sites/hangzhou/door/scans", text=text, way=way)


def entries() -> list[Entry]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Entry).order_by(Entry.id)))


def test_the_holder_comes_in(tablet: Visitor, member: Member, plan: Plan, cai: User) -> None:
    making.renewed(member, plan)
    said = scan(tablet, code(member.cards[0]))
    assert (said.outcome, said.word, said.reason) == ("done", "请进", "今天第 1 次")
    assert "陈**" in said.page
    assert "陈小满" not in said.page
    assert "13800008000" not in said.page
    assert "主卡" in said.page
    assert "年卡" in said.page
    [entry] = entries()
    assert (entry.way, entry.by, entry.member) == (EntryWay.PHONE_CARD, cai, member)


def test_a_second_scan_is_no_error(tablet: Visitor, member: Member, plan: Plan) -> None:
    making.renewed(member, plan)
    scan(tablet, code(member.cards[0]))
    again = scan(tablet, code(member.cards[0]))
    assert (again.outcome, again.word) == ("already", "已经进来了")
    assert re.fullmatch(r"\d\d:\d\d 已进场，没有重复记", again.reason)
    printed = scan(tablet, member.cards[0].code)
    assert printed.outcome == "already", "who is in is not checked again"
    assert len(entries()) == 1


def test_guests_as_far_as_the_plan_goes(tablet: Visitor, member: Member, plan: Plan) -> None:
    making.renewed(member, plan)
    scan(tablet, code(member.cards[0]))
    [entry] = entries()
    said = Band(tablet, f"/entries/{entry.id}/guests", guests="1")
    assert (said.outcome, said.reason) == ("done", "2 人同行，今天第 1 次")
    assert entries()[0].guests == 1
    assert "在场 2 人" in said.page
    assert tablet.submit(f"/entries/{entry.id}/guests", {"guests": "3"}).status_code == 409
    assert tablet.submit(f"/entries/{entry.id}/guests", {"guests": "x"}).status_code == 422
    assert entries()[0].guests == 1


def test_in_the_days_of_grace_the_desk_has_a_word(tablet: Visitor, member: Member, plan: Plan) -> None:
    making.ended(member, plan, days_ago=3)
    said = scan(tablet, code(member.cards[0]))
    assert (said.outcome, said.word) == ("wrong", "请到前台")
    assert "还在宽限期" in said.reason
    assert entries() == []
    let_in = Band(tablet, "/sites/hangzhou/door/checks", **{"pass": said.sealed, "seen": "yes"})
    assert let_in.outcome == "done"
    assert entries()[0].way is EntryWay.PHONE_CARD


def test_reasons_in_words(tablet: Visitor, member: Member, plan: Plan, site: Site, cai: User) -> None:
    card = member.cards[0]
    assert scan(tablet, code(card)).reason == "会员费还没交"
    making.ended(member, plan, days_ago=8)
    expired = scan(tablet, code(card))
    assert (expired.outcome, expired.word) == ("refused", "不能进")
    assert "到期" in expired.reason
    making.renewed(member, plan)
    member.blocked_at, member.blocked_reason = utcnow(), "转借"
    blocked = scan(tablet, code(card))
    assert blocked.reason == "这个会员已停用"
    assert "转借" not in blocked.page
    assert "let-in" not in blocked.page, "a cashier lets nobody in whom a manager has blocked"
    member.blocked_at, member.blocked_reason = None, ""
    old = scan(tablet, code(card, ago=5))
    assert (old.word, old.outcome) == ("码过期了", "refused")
    issuing.report_lost(card, cai)
    lost = scan(tablet, card.code)
    assert "已报失，请核对本人" in lost.reason
    assert f"卡号 **** {card.code[-4:]}" in lost.page
    assert "陈" not in lost.page, "whoever holds a lost card learns no name"
    for other in ("7K3M9QX2ATC", "https://example.com/", ""):
        assert scan(tablet, other).outcome == "unknown"
    assert entries() == []


def test_the_wrong_store_says_which_is_right(visit: Visit, member: Member, site: Site) -> None:
    making.renewed(member, making.plan("单店卡", is_everywhere=False))
    other = making.store("suzhou", name="苏州会员店")
    dan = making.cashier(other, "Dan")
    said = Band(visit(dan), "/sites/suzhou/door/scans", text=code(member.cards[0]), way="in")
    assert (said.outcome, said.reason) == ("refused", "只在杭州会员店有效")


def test_let_in_all_the_same_needs_a_reason(tablet: Visitor, member: Member, cai: User) -> None:
    said = scan(tablet, code(member.cards[0]))
    path = "/sites/hangzhou/door/let-in"
    assert Band(tablet, path, **{"pass": said.sealed, "reason": " "}).status == 422
    assert Band(tablet, path, **{"pass": "made up", "reason": "朋友"}).status == 404
    assert entries() == []
    let_in = Band(tablet, path, **{"pass": said.sealed, "reason": "进去续费"})
    assert let_in.outcome == "done"
    [entry] = entries()
    assert (entry.way, entry.reason, entry.by) == (EntryWay.LET_IN, "进去续费", cai)
    noted = db.session.scalars(sa.select(AuditEntry).filter_by(verb="door_let_in")).one()
    assert noted.detail["reason"] == "进去续费"


def test_without_a_reason_the_door_asks_again_however_the_card_stands(
    tablet: Visitor, member: Member, plan: Plan, cai: User
) -> None:
    """Also a card that would only have to be compared, or that was lost meanwhile."""
    making.renewed(member, plan)
    sealed = scan(tablet, member.cards[0].code).sealed
    path = "/sites/hangzhou/door/let-in"
    asked = Band(tablet, path, **{"pass": sealed, "reason": ""})
    assert (asked.status, asked.outcome) == (422, "wrong")
    issuing.report_lost(member.cards[0], cai)
    asked = Band(tablet, path, **{"pass": sealed, "reason": ""})
    assert (asked.status, asked.outcome) == (422, "refused")
    assert entries() == []


def test_whoever_is_blocked_comes_in_past_a_manager_alone(
    visit: Visit, tablet: Visitor, member: Member, plan: Plan, site: Site
) -> None:
    making.renewed(member, plan)
    member.blocked_at, member.blocked_reason = utcnow(), "转借"
    ana = make.user("Ana", Role.MANAGER, site)
    manager = visit(ana)
    said = scan(manager, code(member.cards[0]))
    assert "let-in" in said.page
    chance = {"pass": said.sealed, "reason": "到前台"}
    assert tablet.submit("/sites/hangzhou/door/let-in", chance).status_code == 409
    assert entries() == []
    assert Band(manager, "/sites/hangzhou/door/let-in", **chance).outcome == "done"


def test_out_and_how_many_are_inside(tablet: Visitor, member: Member, plan: Plan) -> None:
    making.renewed(member, plan)
    scan(tablet, code(member.cards[0]))
    assert "在场 1 人，今天 1 人" in tablet.get("/sites/hangzhou/door").text
    gone = scan(tablet, member.cards[0].code, "out")
    assert (gone.outcome, gone.word) == ("done", "慢走")
    assert "在场 0 人，今天 1 人" in gone.page
    assert 'name="way" value="out"' in gone.page, "the tablet stays at the exit"
    again = scan(tablet, member.cards[0].code, "out")
    assert (again.outcome, again.reason) == ("already", "今天没有进场记录")


def test_a_key_lets_one_out_again(tablet: Visitor, member: Member, plan: Plan) -> None:
    making.renewed(member, plan)
    said = scan(tablet, code(member.cards[0]))
    [entry] = entries()
    assert f"/entries/{entry.id}/leaving" in said.page
    assert Band(tablet, f"/entries/{entry.id}/leaving").word == "慢走"
    assert entries()[0].left_at is not None


def test_by_the_whole_number_when_the_phone_is_dead(tablet: Visitor, member: Member, plan: Plan) -> None:
    making.renewed(member, plan)
    path = "/sites/hangzhou/door/numbers"
    found = Band(tablet, path, phone="+86 138-0000-8000")
    assert (found.outcome, found.reason) == ("wrong", "请对方报姓名。")
    assert entries() == []
    let_in = Band(tablet, "/sites/hangzhou/door/checks", **{"pass": found.sealed, "seen": "yes"})
    assert let_in.outcome == "done"
    assert entries()[0].way is EntryWay.BY_NUMBER
    assert db.session.scalars(sa.select(AuditEntry).filter_by(verb="door_looked_up")).one().subject_id


def test_part_of_a_number_finds_nobody_and_unknown_looks_alike(tablet: Visitor, member: Member, plan: Plan) -> None:
    making.renewed(member, plan)
    path = "/sites/hangzhou/door/numbers"
    assert tablet.submit(path, {"phone": "8000"}).status_code == 422
    unknown, known = (tablet.submit(path, {"phone": phone}) for phone in ("13900009999", "13800008000"))
    assert unknown.status_code == known.status_code == 303
    assert "没有这个号码" in tablet.get(unknown.location).text


def test_numbers_are_not_tried_through(tablet: Visitor) -> None:
    path = "/sites/hangzhou/door/numbers"
    answers = [tablet.submit(path, {"phone": f"1390000{n:04}"}).status_code for n in range(32)]
    assert answers == [303] * 30 + [409] * 2


def test_a_household_card_names_its_main_member(tablet: Visitor, member: Member, plan: Plan, cai: User) -> None:
    making.renewed(member, plan)
    second = issuing.add_household_card(member, "刘先生", "13700007000", cai)
    said = scan(tablet, code(second))
    assert "刘先生" in said.page
    assert "副卡，主卡是陈**" in said.page
    scan(tablet, code(member.cards[0]))
    assert len(entries()) == 2, "two cards, two people"
    by_number = Band(tablet, "/sites/hangzhou/door/numbers", phone="13700007000")
    assert by_number.outcome == "already"
    assert "刘先生" in by_number.page


def test_the_last_digits_are_the_holder_s(tablet: Visitor, member: Member, plan: Plan, cai: User) -> None:
    making.renewed(member, plan)
    second = issuing.add_household_card(member, "刘先生", "13700007000", cai)
    said = scan(tablet, second.code)
    wrong = Band(tablet, "/sites/hangzhou/door/checks", **{"pass": said.sealed, "digits": "8000"})
    assert wrong.status == 422
    assert "对不上" in wrong.page
    right = Band(tablet, "/sites/hangzhou/door/checks", **{"pass": said.sealed, "digits": "7000"})
    assert right.outcome == "done"


def test_a_pass_is_good_at_its_own_door(visit: Visit, tablet: Visitor, member: Member, plan: Plan) -> None:
    making.renewed(member, plan)
    said = scan(tablet, member.cards[0].code)
    dan = making.cashier(making.store("suzhou"), "Dan")
    there = visit(dan)
    assert there.submit("/sites/suzhou/door/checks", {"pass": said.sealed, "digits": "8000"}).status_code == 404
    assert there.get(f"/sites/suzhou/door/photo?pass={said.sealed}").status_code == 404


def test_a_lost_card_does_not_come_in_by_an_old_pass(tablet: Visitor, member: Member, plan: Plan, cai: User) -> None:
    making.renewed(member, plan)
    said = scan(tablet, member.cards[0].code)
    issuing.report_lost(member.cards[0], cai)
    late = Band(tablet, "/sites/hangzhou/door/checks", **{"pass": said.sealed, "digits": "8000"})
    assert late.outcome == "refused"
    assert entries() == []


def test_the_list_of_a_day(tablet: Visitor, member: Member, plan: Plan) -> None:
    making.renewed(member, plan)
    assert "这天没有人进场" in tablet.get("/sites/hangzhou/entries").text
    scan(tablet, code(member.cards[0]))
    page = tablet.get("/sites/hangzhou/entries").text
    assert "陈**" in page
    assert "陈小满" not in page
    assert "这天没有这类进场" in tablet.get("/sites/hangzhou/entries?show=let_in").text
    for odd in ("?day=x", "?day=9999-12-31", "?page=0", "?show=%27"):
        assert tablet.get(f"/sites/hangzhou/entries{odd}").status_code == 200


def test_who_stands_at_the_door(visit: Visit, site: Site, member: Member) -> None:
    for role, status in ((Role.FLOOR_STAFF, 200), (Role.MANAGER, 200)):
        assert visit(make.user(f"U{role}", role, site)).get("/sites/hangzhou/door").status_code == status
    elsewhere = making.cashier(making.store("suzhou"), "Dan")
    assert visit(elsewhere).get("/sites/hangzhou/door").status_code == 404
    eve = make.user("Eve", Role.SUPPLIER, supplier=make.supplier())
    assert visit(eve).get("/sites/hangzhou/door").status_code == 403
