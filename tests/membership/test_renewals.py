"""Periods of a membership: how they follow on each other, what counts once, and what goes back."""

from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given

from selection_center.accounts.models import User
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.shop_time import today
from selection_center.membership.entries import Entry, EntryWay
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan, PlanKind
from selection_center.membership.renewals import FeeMethod, Renewal, cancel_all
from selection_center.membership.standing import StandingKind, standing
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
def member(store: Site, cai: User) -> Member:
    return make.member(store, by=cai)


def refusal(deed: Any) -> str:
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.code


def days(period: Renewal) -> tuple[date, date]:
    return period.starts_on, period.ends_on


# --- following on each other ---------------------------------------------------------------------------------------


def test_the_first_period_begins_today(member: Member, cai: User) -> None:
    period = make.renewed(member, make.plan(days=30), by=cai)
    assert days(period) == (today(), today() + 29 * DAY)
    assert (period.fee_fen, period.by_id) == (29_900, cai.id)


def test_early_it_follows_on_the_old_end_and_late_it_begins_today(member: Member) -> None:
    plan = make.plan(days=30)
    first = make.renewed(member, plan)
    second = make.renewed(member, plan)
    assert days(second) == (first.ends_on + DAY, first.ends_on + 30 * DAY)
    for period in (second, first):
        make.moved(period, -100)
    late = make.renewed(member, plan)
    assert late.starts_on == today()
    assert late.after_id == second.id


def test_a_shorter_plan_never_shortens(member: Member, store: Site) -> None:
    long = make.renewed(member, make.plan(months=24))
    short = make.renewed(member, make.plan("月卡", 3_900, months=1))
    assert long.ends_on < short.starts_on
    assert standing(member, store).until == short.ends_on


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 3, 3), 12, date(2027, 3, 2)),
        (date(2026, 3, 1), 1, date(2026, 3, 31)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_a_period_in_months_ends_as_people_count(first: date, months: int, last: date) -> None:
    assert Plan(months=months, days=0).last_day(first) == last


@given(first=st.dates(date(2024, 1, 1), date(2060, 1, 1)), months=st.integers(1, 36))
@pytest.mark.once
def test_a_period_in_months_never_loses_days_against_the_calendar(first: date, months: int) -> None:
    after = Plan(months=months, days=0).last_day(first) + DAY
    assert (after.year - first.year) * 12 + after.month - first.month in {months, months + 1}
    assert after.day in {first.day, 1}


# --- counting once -------------------------------------------------------------------------------------------------


def test_the_same_payment_answers_with_the_period_it_bought(member: Member) -> None:
    plan = make.plan()
    first = make.renewed(member, plan, "4200001234202611")
    assert make.renewed(member, plan, " 42000012 3420 2611 ") is first
    assert db.session.scalar(sa.select(sa.func.count(Renewal.id))) == 1


def test_a_payment_of_another_member_or_plan_is_refused(member: Member, store: Site) -> None:
    plan, other = make.plan(), make.plan("月卡", 3_900, months=1)
    make.renewed(member, plan, "A1")
    assert refusal(lambda: make.renewed(member, other, "a1")) == "reference_used"
    assert refusal(lambda: make.renewed(make.member(store), plan, "A1")) == "reference_used"


def test_a_cancelled_payment_does_not_count_again(member: Member, cai: User) -> None:
    plan = make.plan()
    make.renewed(member, plan, "A1").cancel("不需要了", cai, method=FeeMethod.WECHAT, reference="R1")
    assert refusal(lambda: make.renewed(member, plan, "A1")) == "reference_used"


def test_a_fee_has_a_payment_and_a_free_plan_none(member: Member) -> None:
    paid, free = make.plan(), make.plan("体验卡", 0, days=7, kind=PlanKind.TRIAL)
    assert refusal(lambda: Renewal.begin(member, paid, method=FeeMethod.FREE, by=None)) == "fee_due"
    assert refusal(lambda: Renewal.begin(member, free, method=FeeMethod.BANK, reference="1", by=None)) == "fee_due"
    assert refusal(lambda: Renewal.begin(member, paid, method=FeeMethod.CARD, reference=" ", by=None)) == (
        "reference_missing"
    )


def test_a_trial_is_for_new_members_once(member: Member, store: Site, cai: User) -> None:
    trial, paid = make.plan("体验卡", 0, days=7, kind=PlanKind.TRIAL), make.plan()
    make.renewed(member, make.plan("单日卡", 2_000, days=1, kind=PlanKind.DAY_PASS))
    make.renewed(member, trial)
    assert refusal(lambda: make.renewed(member, trial)) == "trial_used"
    cancel_all(member, "误操作", cai, method=FeeMethod.WECHAT, reference="R")
    assert refusal(lambda: make.renewed(member, trial)) == "trial_used"
    regular = make.member(store)
    make.renewed(regular, paid)
    assert refusal(lambda: make.renewed(regular, trial)) == "trial_used"


def test_a_day_pass_and_a_free_renewal_are_not_piled_up(member: Member) -> None:
    free = make.plan("免费卡", 0, months=12)
    make.renewed(member, free)
    assert refusal(lambda: make.renewed(member, free)) == "holds_already"
    day_pass = make.plan("单日卡", 2_000, days=1, kind=PlanKind.DAY_PASS)
    assert refusal(lambda: make.renewed(member, day_pass)) == "holds_already"


def test_who_is_blocked_or_wants_a_plan_of_the_past_is_refused(member: Member, cai: User) -> None:
    plan = make.plan()
    plan.close()
    assert refusal(lambda: make.renewed(member, plan)) == "plan_closed"
    plan.reopen()
    member.block("冒用他人会员卡", cai)
    assert refusal(lambda: make.renewed(member, plan)) == "blocked"


# --- cancelling ----------------------------------------------------------------------------------------------------


def came_in(member: Member, store: Site) -> None:
    db.session.add(Entry(site_id=store.id, card_id=member.cards[0].id, member_id=member.id, way=EntryWay.PHONE_CARD))
    db.session.flush()


def test_within_a_week_without_an_entry_the_whole_fee_goes_back(member: Member, store: Site, cai: User) -> None:
    period = make.moved(make.renewed(member, make.plan()), -7)
    assert period.refund_fen() == 29_900
    assert make.moved(period, -1).refund_fen() < 29_900
    make.moved(period, 8)
    came_in(member, store)
    assert period.refund_fen() == 29_900 * 364 // 365, "the day of today is used"
    assert period.cancel("不满意", cai, method=FeeMethod.WECHAT, reference="退 1") == period.refunded_fen
    assert (period.refund_method, period.refund_reference) == (FeeMethod.WECHAT, "退1")


def test_whole_days_that_are_left_go_back_and_periods_to_come_in_full(member: Member, store: Site, cai: User) -> None:
    plan = make.plan(fee_fen=10_000, days=30)
    first = make.moved(make.renewed(member, plan), -10)
    second = make.renewed(member, plan)
    assert refusal(lambda: first.cancel("搬家", cai, method=FeeMethod.BANK, reference="1")) == "followed"
    assert (first.refund_fen(), second.refund_fen()) == (6_333, 10_000)
    assert cancel_all(member, "搬家", cai, method=FeeMethod.BANK, reference="9") == 16_333
    assert standing(member, store).kind is StandingKind.CANCELLED
    assert refusal(lambda: cancel_all(member, "搬家", cai, method=FeeMethod.BANK, reference="9")) == "ended"
    again = make.renewed(member, plan)
    assert again.starts_on == today(), "who was cancelled may come back on the same day"


def test_money_goes_back_by_a_payment_with_a_number(member: Member, cai: User) -> None:
    period = make.renewed(member, make.plan())
    assert refusal(lambda: period.cancel("搬家", cai, method=FeeMethod.BANK)) == "reference_missing"
    db.session.expire_all()
    assert not period.is_cancelled


@given(fee=st.integers(0, 10**7), length=st.integers(1, 800), used=st.integers(0, 900))
@pytest.mark.once
def test_a_refund_is_never_more_than_the_fee_and_falls_day_by_day(fee: int, length: int, used: int) -> None:
    first = date(2026, 1, 1)
    period = Renewal(starts_on=first, ends_on=first + (length - 1) * DAY, fee_fen=fee)
    period.is_fresh = lambda day: False  # type: ignore[method-assign]
    refunds = [period.refund_fen(first + number * DAY) for number in (used, used + 1)]
    assert fee >= refunds[0] >= refunds[1] >= 0
    assert period.refund_fen(period.ends_on) == 0
