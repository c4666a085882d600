"""A member of another store of the network: what their card opens here, and a page instead of a dead end."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.membership import turning, visiting
from selection_center.membership.cards import Card
from selection_center.membership.members import Member
from selection_center.sites.models import Site
from selection_center.till.models import Sale, Till
from selection_center.till.shown import Customer
from tests import factories as make
from tests.membership import making
from tests.membership.test_door import Band
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def here(app: Flask) -> Site:
    return making.store()


@pytest.fixture
def home(app: Flask) -> Site:
    return making.store("ningbo", name="宁波会员店", name_en="Ningbo Member Store", phone="0574-8888 1234")


@pytest.fixture
def member(home: Site) -> Member:
    return making.member(home, "陈小满", "13800138000")


@pytest.fixture
def card(member: Member) -> Card:
    return member.cards[0]


@pytest.fixture
def cai(here: Site, visit: Visit) -> Visitor:
    return visit(making.cashier(here))


def code(card: Card) -> str:
    return turning.code_of(card.handle, card.secret, turning.step_at())


def page(desk: Visitor, card: Card) -> str:
    """By scanning the card into the members' search field."""
    lead = desk.get(f"/sites/hangzhou/members?q={code(card)}")
    assert "/sites/hangzhou/visiting-member?card=" in lead.location
    return str(desk.get(f"{lead.location}&lang=en").text)


def test_the_desk_reads_who_renews_and_how_to_reach_them(cai: Visitor, member: Member, card: Card) -> None:
    making.ended(member, making.plan(), 40)
    db.session.commit()
    said = page(cai, card)
    assert "Joined at Ningbo Member Store" in said
    assert member.number in said
    assert 'href="tel:0574-8888 1234"' in said
    assert "Nothing opens before it is paid" in said
    assert "陈**" in said
    assert not {"陈小满", "13800138000", "138****8000"} & set(re.findall(r"[\w*]+", said)), "no more than a door sees"


def test_it_says_what_holds_here(cai: Visitor, member: Member, card: Card, home: Site) -> None:
    period = making.renewed(member, making.plan())
    assert "The door lets them in. The till takes member prices." in page(cai, card)
    period.plan.is_everywhere = False
    assert "The plan opens Ningbo Member Store alone" in page(cai, card)
    member.block("冒用", make.user("Ana", Role.MANAGER, home))
    assert "Blocked by a manager of their store" in page(cai, card)


def test_the_door_leads_there_instead_of_into_nothing(cai: Visitor, member: Member, card: Card) -> None:
    making.ended(member, making.plan(), 40)
    db.session.commit()
    band = Band(cai, "/sites/hangzhou/door/scans", text=code(card))
    assert (band.outcome, f"/members/{member.id}" in band.page) == ("refused", False)
    lead = re.search(r'href="(/sites/hangzhou/visiting-member\?card=[^"]+)"', band.page)
    assert lead
    assert "宁波会员店" in cai.get(lead[1]).text


def test_floor_and_till_lead_there_too(visit: Visit, here: Site, card: Card, app: Flask) -> None:
    ana = visit(make.user("Ana", Role.MANAGER, here))
    answer = ana.submit("/sites/hangzhou/floor/look/scans", {"text": code(card)})
    assert "/sites/hangzhou/visiting-member" in ana.get(answer.location).text
    sale = Sale.begin(Till.create(here, "1"), make.user("Cas", Role.CASHIER, here))
    sale.set_member(card)
    with app.test_request_context():
        customer = Customer.of(sale, here)
    assert customer is not None
    assert "/visiting-member?card=" in (customer.fee_url or "")


def test_the_page_is_of_a_card_that_was_read_here_a_moment_ago(
    cai: Visitor, visit: Visit, here: Site, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = cai.get(f"/sites/hangzhou/members?q={code(card)}").location
    elsewhere = making.store("suzhou", name="苏州会员店")
    other = visit(making.cashier(elsewhere, "Cy"))
    assert other.get(lead).status_code == 404
    assert card.masked_holder not in other.get(lead.replace("hangzhou", "suzhou")).text
    assert cai.get(f"/members/{card.member_id}").status_code == 404, "by its number there is nobody"
    assert card.masked_holder not in cai.get("/sites/hangzhou/visiting-member?card=x").text
    monkeypatch.setattr(visiting, "SECONDS", -1)
    assert "十分钟" in cai.get(f"{lead}&lang=zh").text


def test_whoever_may_open_the_member_comes_to_the_member(visit: Visit, here: Site, card: Card, home: Site) -> None:
    for user in (make.user("Hana", Role.HEAD_OFFICE), making.cashier(home, "Cy")):
        desk = visit(user)
        at = "hangzhou" if user.name == "Hana" else "ningbo"
        lead = desk.get(f"/sites/{at}/members?q={code(card)}")
        assert lead.location == f"/members/{card.member_id}"


def test_floor_staff_see_no_members(visit: Visit, here: Site, card: Card) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, here))
    assert bo.get("/sites/hangzhou/visiting-member?card=x").status_code == 403


def test_joining_here_with_their_number_says_where_they_are_a_member(cai: Visitor, member: Member, here: Site) -> None:
    plan = making.plan()
    db.session.commit()
    form = {
        "name": "陈小满", "phone": "13800138000", "language": "zh", "plan": plan.id, "method": "till", "consent": "y",
    }  # fmt: skip
    answer = cai.submit("/sites/hangzhou/members?lang=zh", form)
    assert (answer.status_code, "宁波会员店" in answer.text) == (422, True)
