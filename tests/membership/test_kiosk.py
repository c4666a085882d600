"""The door that nobody stands at: a registered tablet without anybody signed in."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.membership import turning
from selection_center.membership.cards import Card
from selection_center.membership.entries import Entry
from selection_center.membership.members import Member
from selection_center.sites.models import Site
from tests import factories as make
from tests.accounts.tablets import come_in, tablet, with_pin
from tests.membership import making
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]


@pytest.fixture
def site(app: Flask) -> Site:
    return making.store()


@pytest.fixture
def cai(site: Site) -> User:
    return with_pin(making.cashier(site))


@pytest.fixture
def member(site: Site) -> Member:
    joined = making.member(site, name="陈小满", phone="13800008000")
    making.renewed(joined, making.plan(guests=1, grace_days=7))
    return joined


@pytest.fixture
def kiosk(app: Flask, site: Site, cai: User) -> Visitor:
    """Cai came in by PIN and left the tablet alone at the door."""
    browser, _device = tablet(app, site, make.user("Ana", Role.MANAGER, site))
    come_in(browser, cai)
    assert browser.submit("/sites/hangzhou/door/kiosk", {"way": "in"}).location == "/door"
    return browser


def code(card: Card) -> str:
    return turning.code_of(card.handle, card.secret, turning.step_at())


def scan(kiosk: Visitor, text: str) -> tuple[str, str, str]:
    answer = kiosk.submit("/door/scans", {"text": text})
    page = kiosk.get(answer.location).text
    found = re.search(r'class="door-band (\w+)".*?<p class="reason">(.*?)</p>', page, re.S)
    assert found is not None
    return found[1], found[2], page


def test_a_phone_opens_it_by_itself(kiosk: Visitor, member: Member) -> None:
    outcome, reason, page = scan(kiosk, code(member.cards[0]))
    assert (outcome, reason) == ("done", "今天第 1 次")
    assert "陈**" in page
    assert "陈小满" not in page
    entry = db.session.scalars(sa.select(Entry)).one()
    assert entry.by_id is None
    assert scan(kiosk, code(member.cards[0]))[0] == "already"


def test_a_printed_card_goes_to_the_desk(kiosk: Visitor, member: Member) -> None:
    outcome, reason, page = scan(kiosk, member.cards[0].code)
    assert (outcome, reason) == ("wrong", "实体卡由店员核对。")
    assert 'name="pass"' not in page
    assert "digits" not in page
    assert db.session.scalar(sa.select(sa.func.count(Entry.id))) == 0


def test_guests_are_told_by_whoever_came_in(kiosk: Visitor, member: Member) -> None:
    _outcome, _reason, page = scan(kiosk, code(member.cards[0]))
    scan_id = re.search(r'name="scan" value="(.*?)"', page)
    assert scan_id is not None
    assert kiosk.submit("/door/guests", {"guests": "1", "scan": scan_id[1]}).status_code == 303
    assert kiosk.submit("/door/guests", {"guests": "2", "scan": scan_id[1]}).status_code == 409
    assert kiosk.submit("/door/guests", {"guests": "1", "scan": "made up by somebody"}).status_code == 404
    assert db.session.scalars(sa.select(Entry)).one().guests == 1


def test_whoever_taps_about_on_it_reaches_nothing(kiosk: Visitor, member: Member) -> None:
    for path in ("/sites/hangzhou/door", "/home", f"/members/{member.id}", f"/cards/{member.cards[0].id}"):
        assert kiosk.get(path).status_code == 302
    assert kiosk.submit("/sites/hangzhou/door/numbers", {"phone": "13800008000"}).status_code in {403, 409}


def test_staff_come_back_by_their_pin_and_it_is_no_kiosk_any_more(kiosk: Visitor, cai: User, member: Member) -> None:
    come_in(kiosk, cai, then="/sites/hangzhou/door")
    assert kiosk.get("/sites/hangzhou/door").status_code == 200
    assert kiosk.submit("/door/scans", {"text": code(member.cards[0])}).status_code == 404


def test_only_a_tablet_of_this_store_is_left_alone(
    app: Flask, visit: Visit, site: Site, cai: User, client: Visitor
) -> None:
    assert visit(cai).submit("/sites/hangzhou/door/kiosk").status_code == 409, "an office computer is none"
    assert client.get("/door").status_code == 302
    assert client.submit("/door/scans", {"text": "x"}).status_code == 404


def test_a_revoked_tablet_opens_no_door(app: Flask, site: Site, cai: User, member: Member) -> None:
    browser, device = tablet(app, site, make.user("Ana", Role.MANAGER, site))
    come_in(browser, cai)
    browser.submit("/sites/hangzhou/door/kiosk")
    device.revoke()
    assert browser.submit("/door/scans", {"text": code(member.cards[0])}).status_code == 404
    assert browser.get("/door").status_code == 404


def test_at_the_exit_it_lets_out(app: Flask, site: Site, cai: User, member: Member, kiosk: Visitor) -> None:
    scan(kiosk, code(member.cards[0]))
    come_in(kiosk, cai)
    kiosk.submit("/sites/hangzhou/door/kiosk", {"way": "out"})
    assert scan(kiosk, member.cards[0].code)[0] == "done"
    db.session.expire_all()
    assert db.session.scalars(sa.select(Entry)).one().left_at is not None
