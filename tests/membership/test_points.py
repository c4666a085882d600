"""Points: a ledger whose sum is the balance, never below zero, and the oldest run out first."""

from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings

from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.shop_time import today
from selection_center.membership import points
from selection_center.membership.members import Member
from selection_center.membership.points import POINTS_LAST_DAYS, PointsEntry, PointsKind
from tests.membership import making as make
from tests.working import clean_up

DAY = timedelta(days=1)


@pytest.fixture
def member(app: Flask) -> Member:
    return make.member(make.store())


def refusal(deed: Any) -> str:
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.code


def earned(member: Member, many: int, subject: str, days_ago: int = 0) -> None:
    """As if bought so many days ago."""
    points.earn(member.id, many, subject, None)
    entry = db.session.scalars(sa.select(PointsEntry).filter_by(kind=PointsKind.EARNED, subject=subject)).one()
    assert entry.expires_on == today() + POINTS_LAST_DAYS * DAY
    entry.expires_on -= days_ago * DAY
    db.session.flush()


def test_what_is_earned_can_be_spent_and_no_more(member: Member) -> None:
    points.earn(member.id, 146, "sale HA-1", None)
    points.spend(member.id, 100, "sale HA-2", None)
    assert points.balance(member.id) == 46
    assert refusal(lambda: points.spend(member.id, 47, "sale HA-3", None)) == "too_few_points"
    assert points.balance(member.id) == 46


def test_a_subject_counts_once_of_each_kind(member: Member) -> None:
    points.earn(member.id, 10, "sale HA-1", None)
    assert refusal(lambda: points.earn(member.id, 10, "sale HA-1", None)) == "counted_before"
    points.spend(member.id, 5, "sale HA-1", None)
    assert points.balance(member.id) == 5


def test_no_points_leave_no_line(member: Member) -> None:
    points.earn(member.id, 0, "sale HA-1", None)
    assert points.reverse_earning(member.id, 7, "refund HA-1", None) == 0
    assert db.session.scalar(sa.select(sa.func.count(PointsEntry.id))) == 0


def test_a_refund_takes_back_what_is_still_there(member: Member) -> None:
    points.earn(member.id, 100, "sale HA-1", None)
    points.spend(member.id, 70, "sale HA-2", None)
    assert points.reverse_earning(member.id, 100, "refund HA-1", None) == 30
    assert points.balance(member.id) == 0
    points.reverse_spending(member.id, 70, "refund HA-2", None)
    assert points.balance(member.id) == 70


def test_putting_right_by_hand_never_goes_below_zero(member: Member) -> None:
    cai = make.cashier(member.site)
    points.adjust(member.id, 50, "补偿", "audit 1", cai.id)
    assert refusal(lambda: points.adjust(member.id, -51, "误记", "audit 2", cai.id)) == "too_few_points"
    points.adjust(member.id, -50, "误记", "audit 3", cai.id)
    assert points.balance(member.id) == 0


def test_at_night_what_is_a_year_old_runs_out_and_what_was_spent_came_from_the_oldest(member: Member) -> None:
    earned(member, 100, "old", days_ago=POINTS_LAST_DAYS + 1)
    earned(member, 40, "last day", days_ago=POINTS_LAST_DAYS)
    earned(member, 30, "new")
    points.spend(member.id, 60, "sale", None)
    clean_up()
    clean_up()
    assert points.balance(member.id) == 70, "forty of the oldest hundred were left"
    gone = db.session.scalars(sa.select(PointsEntry.points).filter_by(kind=PointsKind.EXPIRED)).all()
    assert gone == [-40]


def test_points_given_back_by_a_refund_do_not_run_out_the_same_night(member: Member) -> None:
    earned(member, 100, "old", days_ago=POINTS_LAST_DAYS + 1)
    points.spend(member.id, 100, "sale", None)
    points.reverse_spending(member.id, 100, "refund", None)
    assert points.expire(member.id) == 0
    assert points.balance(member.id) == 100


STEPS = st.lists(
    st.tuples(st.sampled_from(["earn", "spend", "take_back", "give_back", "adjust", "night"]), st.integers(1, 120)),
    max_size=25,
)


@given(steps=STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_whatever_happens_the_balance_is_the_sum_and_never_below_zero(member: Member, steps: list[Any]) -> None:
    """A model beside the ledger: lots by their last day, of which the oldest are taken first."""
    with db.session.begin_nested() as undone:
        lots: list[list[Any]] = []
        day = today()
        for number, (what, many) in enumerate(steps):
            held = sum(left for _last, left in lots)
            if what in {"earn", "give_back"}:
                (points.earn if what == "earn" else points.reverse_spending)(member.id, many, f"{number}", None)
                lots.append([today() + POINTS_LAST_DAYS * DAY, many])
            elif what == "spend" and many > held:
                assert refusal(lambda many=many, number=number: points.spend(member.id, many, f"{number}", None))
            elif what == "spend":
                points.spend(member.id, many, f"{number}", None)
                take(lots, many)
            elif what == "take_back":
                assert points.reverse_earning(member.id, many, f"{number}", None) == min(many, held)
                take(lots, min(many, held))
            elif what == "adjust" and many <= held:
                points.adjust(member.id, -many, "x", f"{number}", None)  # type: ignore[arg-type]
                take(lots, many)
            elif what == "night":
                day += many * DAY
                over = sum(left for last, left in lots if last < day)
                assert points.expire(member.id, day) == over
                lots = [lot for lot in lots if lot[0] >= day]
            total = sa.select(sa.func.coalesce(sa.func.sum(PointsEntry.points), 0)).filter_by(member_id=member.id)
            assert points.balance(member.id) == db.session.execute(total).scalar_one()
            assert points.balance(member.id) == sum(left for _last, left in lots) >= 0
        undone.rollback()


def take(lots: list[list[Any]], many: int) -> None:
    for lot in sorted(lots, key=lambda lot: lot[0]):
        taken = min(many, lot[1])
        lot[1] -= taken
        many -= taken


def test_members_whose_points_run_out_are_found(member: Member) -> None:
    earned(member, 10, "old", days_ago=POINTS_LAST_DAYS + 1)
    assert db.session.scalars(points.with_expired()).all() == [member.id]
    assert db.session.scalars(points.with_expired(date(2020, 1, 1))).all() == []
