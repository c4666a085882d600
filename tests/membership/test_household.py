"""Fewer household cards than before: which hold, what door, till and phone say, what the desk sees."""

from collections.abc import Callable

import pytest
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.membership import issuing, standing, turning
from selection_center.membership.cards import Card
from selection_center.membership.household import household_cards
from selection_center.membership.members import Member
from selection_center.membership.recognising import member_of
from selection_center.membership.renewals import FeeMethod, cancel_all
from selection_center.membership.standing import StandingKind, standing_of
from selection_center.sites.models import Site
from tests.conftest import new_visitor
from tests.membership import making
from tests.membership.phones import carry, device_of
from tests.membership.test_door import Band
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]


@pytest.fixture
def store(app: Flask) -> Site:
    return making.store()


@pytest.fixture
def cai(store: Site) -> User:
    return making.cashier(store)


@pytest.fixture
def member(store: Site) -> Member:
    """A year with three household cards."""
    joined = making.member(store, "陈小满")
    making.renewed(joined, making.plan("金卡", household_cards=3))
    return joined


@pytest.fixture
def cards(member: Member, cai: User) -> list[Card]:
    return [issuing.add_household_card(member, name, None, cai) for name in ("陈大", "陈二", "陈三")]


def smaller(member: Member, household_cards: int = 1) -> None:
    """From today on a plan with room for fewer."""
    cancel_all(member, "换方案", making.cashier(member.site, "Zoe"), method=FeeMethod.WECHAT, reference="back")
    making.renewed(member, making.plan("轻享卡", household_cards=household_cards))
    db.session.commit()


def holding(member: Member) -> list[str]:
    return [card.holder for card in household_cards(member.id) if standing_of(card, member.site).opens_door]


def at_the_door(tablet: Visitor, card: Card) -> Band:
    code = turning.code_of(card.handle, card.secret, turning.step_at())
    return Band(tablet, "/sites/hangzhou/door/scans", text=code)


def test_the_newest_beyond_the_plan_open_nothing(member: Member, cards: list[Card]) -> None:
    assert holding(member) == ["陈大", "陈二", "陈三"]
    smaller(member)
    assert holding(member) == ["陈大"]
    assert standing_of(cards[2], member.site).kind is StandingKind.BEYOND_PLAN
    assert standing_of(member.cards[0], member.site).opens_door, "the main card is none of the household's"


def test_the_desk_chooses_by_withdrawing_another(member: Member, cards: list[Card], cai: User) -> None:
    smaller(member)
    issuing.take_back(cards[0], cai)
    issuing.take_back(cards[1], cai)
    assert holding(member) == ["陈三"]


def test_a_card_instead_of_another_has_its_place(member: Member, cards: list[Card], cai: User) -> None:
    again = issuing.replace(issuing.replace(cards[0], cai), cai)
    smaller(member)
    assert [card for card in household_cards(member.id) if standing_of(card, member.site).opens_door] == [again]


def test_a_card_comes_back_where_there_is_room_alone(member: Member, cards: list[Card], cai: User) -> None:
    issuing.report_lost(cards[0], cai)
    smaller(member, household_cards=2)
    for deed in (lambda: issuing.found_again(cards[0]), lambda: issuing.replace(cards[0], cai)):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.code == "no_room"
    issuing.take_back(cards[1], cai)
    issuing.found_again(cards[0])
    assert holding(member) == ["陈大", "陈三"]


def test_the_door_says_why_and_lets_in_for_a_reason_alone(
    visit: Visit, member: Member, cards: list[Card], cai: User
) -> None:
    smaller(member)
    tablet = visit(cai)
    assert at_the_door(tablet, cards[0]).outcome == "done"
    band = at_the_door(tablet, cards[1])
    assert (band.outcome, band.word) == ("wrong", "请到前台")
    assert band.reason == "副卡超出方案的张数：请到前台看哪张有效"
    let_in = Band(tablet, "/sites/hangzhou/door/let-in", **{"pass": band.sealed, "reason": "只到前台"})
    assert let_in.outcome == "done"


def test_without_the_guard_all_of_them_come_in(
    visit: Visit, member: Member, cards: list[Card], cai: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    smaller(member)
    monkeypatch.setattr(standing, "has_room", lambda _plan, _card: True)
    assert at_the_door(visit(cai), cards[1]).outcome == "done"


def test_a_phone_with_such_a_card_pays_no_member_price_and_says_so(
    app: Flask, client: Visitor, member: Member, cards: list[Card]
) -> None:
    phone, other = carry(app, client, cards[2]), carry(app, new_visitor(app), cards[0])
    assert member_of(device_of(app, phone)) is member
    smaller(member)
    assert member_of(device_of(app, phone)) is None
    assert member_of(device_of(app, other)) is not None
    page = phone.get(f"/my-card/{cards[2].link}").text
    assert "副卡超出方案的张数" in page
    assert "副卡超出方案的张数" not in other.get(f"/my-card/{cards[0].link}").text


def test_the_member_s_page_names_them_before_and_after(
    visit: Visit, member: Member, cards: list[Card], cai: User
) -> None:
    plan = making.plan("轻享卡", household_cards=1)
    db.session.commit()
    desk, path = visit(cai), f"/members/{member.id}"
    before = desk.get(path).text
    assert "有2张副卡将打不开门" in before, "said where the plan is chosen"
    assert "超出方案" not in before
    making.renewed(member, plan)
    db.session.commit()
    coming = desk.get(path).text
    assert "方案的副卡减为1张" in coming
    assert "陈二、陈三" in coming
    assert holding(member) == ["陈大", "陈二", "陈三"], "until then they hold"
    making.moved(member.renewals[0], -366)
    making.moved(member.renewals[1], -366)
    db.session.commit()
    now = desk.get(path).text
    assert "当前方案只含1张副卡" in now
    assert now.count("超出方案</span>") == 2


def test_the_main_card_stands_first_on_the_members_page(
    visit: Visit, member: Member, cards: list[Card], cai: User
) -> None:
    page = visit(cai).get(f"/members/{member.id}").text
    places = [page.index(f'id="card-{card.id}"') for card in (member.cards[0], *reversed(cards))]
    assert places == sorted(places)
