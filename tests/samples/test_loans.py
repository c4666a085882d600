"""Lending samples: one hand-over, extensions, parts that come back, and what is overdue when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core import shop_time
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Role
from selection_center.samples import loans, stands
from selection_center.samples.loan_items import Condition, LoanItem, LoanPiece, Outcome
from selection_center.samples.loans import LONGEST_DAYS, BorrowerKind, ReminderWay
from selection_center.samples.models import RetireReason, Sample, SampleKind, SampleState
from tests import factories as make


@pytest.fixture
def samples(app: Flask) -> list[Sample]:
    site = make.site()
    listing, stand = make.listing(make.supplier()), make.stand(site)
    return [make.sample(listing, site, stand) for _piece in range(3)]


@pytest.fixture
def bo(samples: list[Sample]) -> Any:
    return make.user("Bo", Role.FLOOR_STAFF, samples[0].site)


def refusal(deed: Any) -> str:
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.code


def test_one_hand_over_takes_several_samples_and_each_keeps_its_stand(samples: list[Sample], bo: Any) -> None:
    loan = make.loan(samples, bo)
    assert [item.sample for item in loan.items] == samples
    for sample in samples:
        assert (sample.is_away, sample.can_be_lent, sample.loan) == (True, False, loan)
        assert sample.stand is not None
    assert loan.is_open
    assert not loan.is_overdue


def test_what_cannot_be_lent_says_why(samples: list[Sample], bo: Any) -> None:
    site, lent = samples[0].site, samples[0]
    make.loan([lent], bo)
    facing = Sample.receive(lent.listing, site, kind=SampleKind.SHELF_FACING)
    due = Sample.receive(lent.listing, site, state=SampleState.EXPECTED)
    samples[1].retire(RetireReason.SOLD)
    elsewhere = make.sample(lent.listing, make.site("chenghai"))
    for sample, code in (
        (lent, "away"), (facing, "shelf_facing"), (due, "expected"), (samples[1], "retired"), (elsewhere, "other_site"),
    ):  # fmt: skip
        assert refusal(lambda sample=sample: make.loan([sample, samples[2]], bo, at=site)) == code
    assert not samples[2].is_away, "one that cannot be lent holds back the others"
    assert refusal(lambda: make.loan([], bo, at=site)) == "nothing_to_lend"


def test_the_due_day_is_within_reach(samples: list[Sample], bo: Any) -> None:
    today = shop_time.today()
    for days in (-1, LONGEST_DAYS + 1):
        assert refusal(lambda days=days: make.loan(samples, bo, due_on=today + timedelta(days=days))) == "bad_day"
    assert make.loan(samples, bo, due_on=today).days_left == 0


def test_pieces_come_back_in_parts(samples: list[Sample], bo: Any) -> None:
    loan = make.loan(samples, bo)
    loan.items[0].give_back(bo)
    loan.items[1].give_back(bo, Condition.DAMAGED, "开裂", "f" * 24)
    assert loan.open_items == [loan.items[2]]
    assert samples[0].can_be_lent
    assert refusal(lambda: loan.items[0].give_back(bo)) == "already_back"
    loan.items[2].give_back(bo)
    assert not loan.is_open
    assert [item.condition_back for item in loan.items] == [Condition.FINE, Condition.DAMAGED, Condition.FINE]


def test_a_return_is_taken_back_within_ten_minutes(samples: list[Sample], bo: Any) -> None:
    item = make.loan(samples, bo).items[0]
    item.give_back(bo, Condition.WORN, "毛边")
    item.take_return_back()
    assert (item.is_open, item.condition_back, item.note_back) == (True, None, "")
    item.give_back(bo)
    other = make.loan([samples[0]], bo, name="别人", phone="13700007000")
    assert refusal(item.take_return_back) == "away"
    other.items[0].give_back(bo)
    item.ended_at = item.ended_at - timedelta(minutes=11) if item.ended_at else None
    db.session.flush()
    assert refusal(item.take_return_back) == "too_late"


def test_what_never_comes_back_is_written_off_and_retired(samples: list[Sample], bo: Any) -> None:
    item = make.loan(samples, bo).items[0]
    assert refusal(lambda: item.give_back(bo, Condition.LOST)) == "not_back"
    item.write_off(bo, "丢在直播间")
    assert (samples[0].retired_reason, item.is_lost, item.returned_at) == (RetireReason.LOST, True, None)
    item.take_return_back()
    assert (samples[0].is_here, samples[0].is_away) == (True, True)
    assert samples[0].stand is not None


def test_a_lent_sample_is_neither_placed_nor_retired_but_its_stand_may_go(samples: list[Sample], bo: Any) -> None:
    loan = make.loan(samples[:1], bo, name="小林")
    with pytest.raises(Refused, match="小林"):
        samples[0].place_on(None)
    assert refusal(lambda: samples[0].retire(RetireReason.SOLD)) == "away"
    stand = samples[0].stand
    assert stand is not None
    assert stands.close(stand, stands.WhatStandsThere.STORE_ROOM) == len(samples)
    db.session.refresh(samples[0])
    assert (samples[0].stand, samples[0].loan) == (None, loan)


def test_extending_moves_the_day_and_nothing_else(samples: list[Sample], bo: Any) -> None:
    loan = make.loan(samples, bo)
    before, placements = loan.due_on, [sample.placement for sample in samples]
    later = before + timedelta(days=4)
    loan.extend(later, bo, "改播期")
    loan.extend(later + timedelta(days=1), bo)
    assert [(row.was_due_on, row.due_on) for row in loan.extensions][-1] == (before, later)
    assert loan.due_on == later + timedelta(days=1)
    assert [sample.placement for sample in samples] == placements
    assert refusal(lambda: loan.extend(before, bo)) == "not_later"
    assert refusal(lambda: loan.extend(shop_time.today() + timedelta(days=LONGEST_DAYS + 1), bo)) == "bad_day"
    for item in loan.items:
        item.give_back(bo)
    assert refusal(lambda: loan.extend(later + timedelta(days=2), bo)) == "all_back"
    assert refusal(lambda: loan.remind(ReminderWay.PHONE, bo)) == "all_back"


def test_overdue_begins_at_the_end_of_the_shops_day(
    samples: list[Sample], bo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loan = make.loan(samples, bo)
    due = loan.due_on
    last_second = datetime(due.year, due.month, due.day, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in the shop
    for moment, overdue in ((last_second, False), (last_second + timedelta(seconds=1), True)):
        monkeypatch.setattr(loans, "today", lambda moment=moment: shop_time.today(moment))
        assert loan.is_overdue is overdue
    for item in loan.items:
        item.give_back(bo)
    assert not loan.is_overdue


def test_who_is_late_gets_nothing_more(samples: list[Sample], bo: Any) -> None:
    late = make.loan(samples[:1], bo)
    make.overdue(late)
    assert refusal(lambda: make.loan(samples[1:2], bo)) == "borrower_late"
    assert make.loan(samples[1:2], bo, name="别人", phone="13700007000").is_open
    late.extend(shop_time.today() + timedelta(days=1), bo)
    assert make.loan(samples[2:], bo).is_open


def test_a_colleague_is_known_and_leaves_no_phone(samples: list[Sample], bo: Any) -> None:
    loan = make.loan(samples[:1], bo, kind=BorrowerKind.COLLEAGUE, name=bo.name, colleague=bo, phone=None)
    assert (loan.consent_version, loan.masked_phone) == (None, "")
    make.overdue(loan)
    assert (
        refusal(lambda: make.loan(samples[1:], bo, kind=BorrowerKind.COLLEAGUE, name=bo.name, colleague=bo, phone=None))
        == "borrower_late"
    )


def test_what_came_of_it_is_noted_for_each_piece(samples: list[Sample], bo: Any) -> None:
    first, second, third = make.loan(samples, bo).items
    first.set_outcome(Outcome.SHOWN_LIVE, 120)
    second.set_outcome(Outcome.NOTHING)
    assert refusal(lambda: third.set_outcome(Outcome.SOLD)) == "sold_how_many"
    assert refusal(lambda: third.set_outcome(Outcome.NOTHING, 3)) == "sold_by_nothing"
    db.session.flush()
    assert (first.outcome, first.sold, second.sold) == (Outcome.SHOWN_LIVE, 120, 0)


def test_the_index_holds_where_no_lock_does(samples: list[Sample], bo: Any) -> None:
    loan = make.loan(samples[:1], bo)
    db.session.add(LoanItem(loan_id=loan.id, sample=samples[0]))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_a_piece_is_lent_in_the_condition_that_was_seen(samples: list[Sample], bo: Any) -> None:
    loan = make.loan([], bo, pieces=[LoanPiece(samples[0], Condition.WORN, "划痕", "a" * 24)], at=samples[0].site)
    assert (loan.items[0].condition, loan.items[0].note, loan.items[0].photo) == (Condition.WORN, "划痕", "a" * 24)


def test_an_old_undo_makes_no_lent_sample_expected(samples: list[Sample], bo: Any) -> None:
    piece = Sample.receive(samples[0].listing, samples[0].site, state=SampleState.EXPECTED, expected_on=utcnow())
    stay = piece.place_on(samples[0].stand, bo.id)
    make.loan([piece], bo)
    assert refusal(lambda: piece.take_placement_back(stay.id)) == "away"
    assert (piece.state, piece.stand) == (SampleState.HERE, samples[0].stand)


def test_a_forgotten_borrower_leaves_no_word_behind(samples: list[Sample], bo: Any) -> None:
    loan = make.loan(samples, bo, company="林小满的直播间", purpose="林小满周五直播")
    loan.extend(loan.due_on + timedelta(days=1), bo, "林小满感冒了")
    loan.remind(ReminderWay.PHONE, bo, "林小满说明天")
    loan.forget_borrower()
    db.session.flush()
    told = [loan.name, loan.company, loan.purpose, loan.note, loan.extensions[0].reason, loan.reminders[0].note]
    assert told == [""] * 6
