"""A count is judged by facts: what stood there, who saw what, and what was done properly meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.samples.loan_items import LoanPiece
from selection_center.samples.loans import BorrowerKind, Loan
from selection_center.samples.models import RetireReason, Sample
from selection_center.samples.sightings import Sighting, SightingKind
from selection_center.samples.stocktake_changes import Change, Skipped, StocktakeChange, apply
from selection_center.samples.stocktake_results import Kind, Result, Why, differences, result_of
from selection_center.samples.stocktake_totals import Totals, unknown
from selection_center.samples.stocktakes import Stocktake, StocktakeExpected, StocktakeState
from selection_center.sites.models import Site, Stand
from tests import factories as make


class Floor:
    """Two stands in zone A, one in zone B, and Bo who counts."""

    def __init__(self) -> None:
        self.site: Site = make.site()
        self.a1, self.a2 = make.stand(self.site, level=1), make.stand(self.site, level=2)
        self.b1 = make.stand(self.site, letter="B", bay=1, level=1)
        self.bo: User = make.user("Bo", Role.FLOOR_STAFF, self.site)
        self.ana: User = make.user("Ana", Role.MANAGER, self.site)
        self.listing = make.listing(make.supplier())

    def sample(self, on: Stand | None = None) -> Sample:
        return make.sample(self.listing, self.site, on)

    def begin(self, **scope: Any) -> Stocktake:
        return Stocktake.begin(self.site, self.bo.id, **({"zone": self.a1.bay.zone} | scope))

    def lend(self, sample: Sample) -> Loan:
        return Loan.hand_over(
            self.site, [LoanPiece(sample)], by=self.bo, due_on=today() + timedelta(days=2), kind=BorrowerKind.COLLEAGUE,
            colleague=self.ana, name="Ana", purpose="直播", signed_name="Ana",
        )  # fmt: skip

    def close(self, count: Stocktake) -> None:
        count.close(self.bo.id)
        db.session.flush()


@pytest.fixture
def floor(app: Flask) -> Floor:
    return Floor()


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code


def judged(count: Stocktake, sample: Sample) -> Result:
    db.session.flush()
    found = result_of(count, sample)
    assert found is not None
    return found


def kinds(count: Stocktake) -> dict[Kind, int]:
    return Totals.of_count(count).kinds


def test_what_stood_there_is_expected_and_what_is_seen_is_not_missing(floor: Floor) -> None:
    seen, missing = floor.sample(floor.a1), floor.sample(floor.a2)
    floor.sample(floor.b1)
    floor.sample()
    count = floor.begin()
    assert kinds(count) == {Kind.MISSING: 2}
    sighting, is_new = Sighting.see(count, seen, floor.a1, floor.bo.id)
    assert is_new
    assert judged(count, seen).kind is Kind.SEEN
    assert judged(count, missing).kind is Kind.MISSING
    totals = Totals.of_count(count)
    assert (totals.settled, totals.expected, totals.visited, totals.stands) == (1, 2, 1, 2)
    assert Sighting.see(count, seen, floor.a1, floor.ana.id) == (sighting, False)


def test_the_scope_is_a_stand_a_zone_or_the_site(floor: Floor) -> None:
    for stand in (floor.a1, floor.a2, floor.b1):
        floor.sample(stand)
    for scope, expected in (({"stand": floor.a1, "zone": None}, 1), ({}, 2), ({"zone": None}, 3)):
        count = floor.begin(**scope)
        assert kinds(count) == {Kind.MISSING: expected}, scope
        count.cancel(floor.bo.id)
        db.session.flush()


def test_wrong_place_and_unexpected_are_told_apart_with_their_reasons(floor: Floor) -> None:
    count_zone_sample, elsewhere, stored = floor.sample(floor.a2), floor.sample(floor.b1), floor.sample()
    retired, lent = floor.sample(floor.a1), floor.sample(floor.a1)
    retired.retire(RetireReason.SOLD)
    floor.lend(lent)
    count = floor.begin()
    assert judged(count, lent).kind is Kind.LENT
    for sample in (count_zone_sample, elsewhere, stored, retired, lent):
        Sighting.see(count, sample, floor.a1, floor.bo.id)
    found = judged(count, count_zone_sample)
    assert (found.kind, found.belongs, found.seen) == (Kind.WRONG_PLACE, floor.a2, floor.a1)
    for sample, why in (
        (elsewhere, Why.ELSEWHERE), (stored, Why.STORE_ROOM), (retired, Why.RETIRED), (lent, Why.LENT),
    ):  # fmt: skip
        assert (judged(count, sample).kind, judged(count, sample).why) == (Kind.UNEXPECTED, why)
    assert kinds(count) == {Kind.WRONG_PLACE: 1, Kind.UNEXPECTED: 4}


def test_what_is_lent_out_is_not_missing_and_not_waited_for(floor: Floor) -> None:
    floor.lend(floor.sample(floor.a1))
    floor.sample(floor.a1)
    totals = Totals.of_count(floor.begin())
    assert (totals.of("lent"), totals.of("missing"), totals.expected) == (1, 1, 1)


def test_what_moves_properly_while_one_counts_is_no_difference(floor: Floor) -> None:
    placed, lent, retired, stored, seen_then_moved, came_in, returned = (floor.sample(floor.a1) for _ in range(7))
    came_in.place_on(None)
    loan = floor.lend(returned)
    count = floor.begin()
    Sighting.see(count, seen_then_moved, floor.a1, floor.bo.id)
    placed.place_on(floor.b1)
    seen_then_moved.place_on(floor.b1)
    stored.place_on(None)
    floor.lend(lent)
    retired.retire(RetireReason.SOLD)
    came_in.place_on(floor.a2)
    loan.items[0].give_back(floor.bo)
    Sighting.see(count, came_in, floor.a2, floor.bo.id)
    wanted = {placed: Kind.MOVED, lent: Kind.LENT, retired: Kind.MOVED, stored: Kind.MOVED, seen_then_moved: Kind.SEEN,
              came_in: Kind.SEEN, returned: Kind.MOVED}  # fmt: skip
    assert {sample: judged(count, sample).kind for sample in wanted} == wanted
    assert differences(count) == []


def test_the_sighting_is_outdated_once_the_sample_was_placed(floor: Floor) -> None:
    sample = floor.sample(floor.a1)
    count = floor.begin()
    first, _new = Sighting.see(count, sample, floor.a1, floor.bo.id)
    sample.place_on(floor.a2)
    again, is_new = Sighting.see(count, sample, floor.a1, floor.bo.id)
    assert is_new
    assert again.follows is first
    assert judged(count, sample).kind is Kind.WRONG_PLACE


def test_seen_at_another_stand_the_newest_counts_and_can_be_taken_back(floor: Floor) -> None:
    sample = floor.sample(floor.a1)
    count = floor.begin()
    first, _new = Sighting.see(count, sample, floor.a1, floor.bo.id)
    second, is_new = Sighting.see(count, sample, floor.a2, floor.ana.id)
    assert is_new
    assert judged(count, sample).seen is floor.a2
    with refused("counts_no_more"):
        first.take_back()
    second.take_back()
    assert judged(count, sample).kind is Kind.SEEN
    first.take_back()
    assert judged(count, sample).kind is Kind.MISSING
    assert db.session.scalar(sa.select(sa.func.count(Sighting.id))) == 2  # facts are kept


def test_put_back_counts_at_its_own_stand_and_moving_it_here_is_no_difference(floor: Floor) -> None:
    carried, moved = floor.sample(floor.a2), floor.sample(floor.a2)
    foreign = floor.sample(floor.b1)
    count = floor.begin()
    for sample in (carried, moved, foreign):
        Sighting.see(count, sample, floor.a1, floor.bo.id)
    back = judged(count, carried).sighting
    assert back is not None
    assert back.put_back(floor.bo.id).kind is SightingKind.PUT_BACK
    here = judged(count, moved).sighting
    assert here is not None
    here.place_here(floor.bo.id)
    home = judged(count, foreign).sighting
    assert home is not None
    home.put_back(floor.bo.id)
    db.session.flush()
    assert differences(count) == []
    assert judged(count, carried).seen is floor.a2
    assert moved.stand is floor.a1
    assert result_of(count, foreign) is None  # it is not counted here, and no longer seen here


def test_a_torn_label_is_ticked_and_texts_are_kept_once_for_each_stand(floor: Floor) -> None:
    torn = floor.sample(floor.a1)
    count = floor.begin()
    sighting, _new = Sighting.see(count, torn, floor.a1, floor.bo.id, SightingKind.TICKED)
    assert (sighting.kind, sighting.tag_id) == (SightingKind.TICKED, None)
    for stand, is_new in ((floor.a1, True), (floor.a1, False), (floor.a2, True)):
        assert Sighting.note_unknown(count, "6934582710043", stand, floor.bo.id)[1] is is_new
    assert len(db.session.scalars(unknown(count)).all()) == 2


def test_an_empty_stand_is_looked_at_by_its_sign(floor: Floor) -> None:
    count = floor.begin()
    for _time in range(2):
        Sighting.visit(count, floor.a2, floor.bo.id)
    assert Totals.of_count(count).visited == 1
    assert db.session.scalar(sa.select(sa.func.count(Sighting.id))) == 1


def test_a_stand_outside_and_a_closed_count_are_refused(floor: Floor) -> None:
    sample = floor.sample(floor.a1)
    count = floor.begin()
    with refused("not_in_count"):
        Sighting.see(count, sample, floor.b1, floor.bo.id)
    floor.close(count)
    with refused("count_closed"):
        Sighting.see(count, sample, floor.a1, floor.bo.id)
    count.reopen()
    assert count.state is StocktakeState.RUNNING
    assert Sighting.see(count, sample, floor.a1, floor.bo.id)[1]


def test_no_stand_is_counted_twice_at_once(floor: Floor) -> None:
    count = floor.begin()
    for scope in ({}, {"zone": None}, {"zone": None, "stand": floor.a1}):
        with refused("count_running"):
            floor.begin(**scope)
    other = floor.begin(zone=floor.b1.bay.zone)
    floor.close(count)
    floor.begin()
    with refused("counted_since"):
        count.reopen()
    assert other.is_running


def test_a_managers_word_settles_the_chosen_differences_once(floor: Floor) -> None:
    wrong, stays, lost, stored, extra = (floor.sample(floor.a2) for _ in range(5))
    extra.place_on(None)
    count = floor.begin()
    for sample in (wrong, extra):
        Sighting.see(count, sample, floor.a1, floor.bo.id)
    with refused("not_closed"):
        apply(count, {}, floor.ana)
    floor.close(count)
    before = kinds(count)
    assert before == {Kind.WRONG_PLACE: 1, Kind.UNEXPECTED: 1, Kind.MISSING: 3}
    chosen = {wrong.id: Change.PLACED, extra.id: Change.PLACED, lost.id: Change.LOST, stored.id: Change.STORE_ROOM}
    assert len(apply(count, chosen, floor.ana)) == 4
    db.session.flush()
    assert wrong.stand is floor.a1
    assert extra.stand is floor.a1
    assert lost.retired_reason is RetireReason.LOST
    assert stored.stand is None
    assert stays.stand is floor.a2
    assert kinds(count) == before  # the report stays what it was
    with refused("applied"):
        apply(count, chosen, floor.bo)
    about = sa.select(AuditEntry).where(AuditEntry.verb.in_(["sample_placed", "sample_retired"]))
    assert {entry.subject_id for entry in db.session.scalars(about)} == set(chosen)
    with refused("not_closed"):
        count.reopen()


def test_what_was_handled_since_the_closing_is_left_alone(floor: Floor) -> None:
    found, sold, lent, closed = (floor.sample(floor.a2) for _ in range(4))
    count = floor.begin()
    Sighting.see(count, closed, floor.a1, floor.bo.id)
    floor.close(count)
    found.place_on(floor.b1)
    sold.retire(RetireReason.SOLD)
    floor.lend(lent)
    floor.a1.close()
    changes = apply(
        count, dict.fromkeys((found.id, sold.id, lent.id), Change.LOST) | {closed.id: Change.PLACED}, floor.ana
    )
    skipped = {change.sample_id: change.skipped for change in changes}
    assert skipped == {found.id: Skipped.MOVED, sold.id: Skipped.RETIRED, lent.id: Skipped.LENT,
                       closed.id: Skipped.STAND_CLOSED}  # fmt: skip
    assert found.stand is floor.b1
    assert lent.is_here


def test_a_choice_that_does_not_fit_its_difference_does_nothing(floor: Floor) -> None:
    wrong, seen = floor.sample(floor.a2), floor.sample(floor.a1)
    count = floor.begin()
    for sample in (wrong, seen):
        Sighting.see(count, sample, floor.a1, floor.bo.id)
    floor.close(count)
    assert apply(count, {wrong.id: Change.LOST, seen.id: Change.LOST, 987_654: Change.LOST}, floor.ana) == []
    assert db.session.scalar(sa.select(sa.func.count(StocktakeChange.id))) == 0


def test_a_first_placing_that_is_taken_back_expects_nothing(floor: Floor) -> None:
    sample = floor.sample(floor.a1)
    count = floor.begin()
    placement = sample.placement
    assert placement is not None
    db.session.delete(placement)
    db.session.flush()
    assert db.session.scalar(sa.select(sa.func.count(StocktakeExpected.id))) == 0
    assert kinds(count) == {}


def test_what_was_lent_since_it_was_seen_and_is_scanned_again_is_told(floor: Floor) -> None:
    sample = floor.sample(floor.a1)
    count = floor.begin()
    first, _new = Sighting.see(count, sample, floor.a1, floor.bo.id)
    first.at = utcnow() - timedelta(minutes=5)
    floor.lend(sample)
    again, is_new = Sighting.see(count, sample, floor.a1, floor.bo.id)
    assert (is_new, again.id != first.id) == (True, True)
    result = result_of(count, sample)
    assert result is not None
    assert (result.kind, result.why) == (Kind.UNEXPECTED, Why.LENT)
