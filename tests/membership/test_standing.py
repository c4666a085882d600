"""How a membership stands at a store on a day."""

from datetime import timedelta

import pytest
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.shop_time import today
from selection_center.membership.members import Member
from selection_center.membership.renewals import FeeMethod, cancel_all
from selection_center.membership.standing import Standing, StandingKind, standing
from selection_center.sites.models import Site
from tests.membership import making as make

DAY = timedelta(days=1)


@pytest.fixture
def store(app: Flask) -> Site:
    return make.store()


@pytest.fixture
def cai(store: Site) -> User:
    return make.cashier(store)


@pytest.fixture
def member(store: Site) -> Member:
    return make.member(store)


def facts(found: Standing) -> tuple[str, bool, bool]:
    return found.kind.value, found.opens_door, found.pays_member_price


def test_from_the_first_day_to_the_last_and_through_the_grace(member: Member, store: Site) -> None:
    period = make.renewed(member, make.plan(days=10, grace_days=3))
    said = {number: standing(member, store, today() + number * DAY).kind.value for number in (-1, 0, 9, 10, 12, 13)}
    assert said == {-1: "not_paid", 0: "valid", 9: "valid", 10: "grace", 12: "grace", 13: "expired"}
    assert facts(standing(member, store, period.ends_on + DAY)) == ("grace", True, True)
    assert facts(standing(member, store, period.ends_on + 4 * DAY)) == ("expired", False, False)


def test_nothing_paid_opens_nothing(member: Member, store: Site) -> None:
    assert facts(standing(member, store)) == ("not_paid", False, False)


def test_periods_in_a_row_hold_until_the_last(member: Member, store: Site) -> None:
    plan = make.plan(days=30)
    make.renewed(member, plan)
    last = make.renewed(member, plan)
    found = standing(member, store)
    assert (found.until, found.plan) == (last.ends_on, plan)
    assert last.ends_on.isoformat()[:4] in found.words() or str(last.ends_on.day) in found.words()


def test_a_plan_without_member_prices_opens_the_door_alone(member: Member, store: Site) -> None:
    make.renewed(member, make.plan(pays_member_price=False))
    assert facts(standing(member, store)) == ("valid", True, False)


def test_a_plan_of_one_store_holds_nowhere_else(member: Member, store: Site) -> None:
    other = make.store("chengdu")
    make.renewed(member, make.plan(is_everywhere=False))
    assert facts(standing(member, store)) == ("valid", True, True)
    assert facts(standing(member, other)) == ("wrong_store", False, False)


def test_blocked_before_all_else_and_cancelled_from_the_moment(member: Member, store: Site, cai: User) -> None:
    make.renewed(member, make.plan(grace_days=7))
    member.block("冒用", cai)
    assert facts(standing(member, store)) == ("blocked", False, False)
    member.unblock()
    cancel_all(member, "搬家", cai, method=FeeMethod.WECHAT, reference="1")
    assert facts(standing(member, store)) == ("cancelled", False, False)


def test_a_period_cancelled_after_one_that_ended_leaves_no_grace(member: Member, store: Site, cai: User) -> None:
    plan = make.plan(days=10, grace_days=5)
    make.ended(member, plan, days_ago=2)
    assert standing(member, store).kind is StandingKind.GRACE
    make.renewed(member, plan).cancel("不要了", cai, method=FeeMethod.WECHAT, reference="1")
    assert standing(member, store).kind is StandingKind.CANCELLED
