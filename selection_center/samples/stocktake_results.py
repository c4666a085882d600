"""What comes of a count, computed from facts alone: what stood there, who saw what, and what was done meanwhile.

A sample is judged by the newest of its facts until the count was closed (or now). What was placed, lent, given back
or retired after it was last seen is where that says; so whatever moves properly while one counts is no difference.
Later facts change nothing: a report stays as it was when the count was closed.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import aliased, joinedload

from selection_center.core.db import db, utcnow
from selection_center.core.paging import page_of
from selection_center.samples.loan_items import LoanItem
from selection_center.samples.loans import Loan
from selection_center.samples.models import Placement, Sample
from selection_center.samples.queries import SHOWN
from selection_center.samples.sightings import Sighting
from selection_center.samples.stocktakes import Stocktake, StocktakeExpected
from selection_center.sites.models import Bay, Stand, Zone


class Kind(enum.StrEnum):
    SEEN = "seen"
    MISSING = "missing"
    WRONG_PLACE = "wrong_place"
    UNEXPECTED = "unexpected"  # of this site, but with nothing to seek in the scope
    LENT = "lent"  # away by a loan, so nobody misses it
    MOVED = "moved"  # not seen, but placed elsewhere, given back or retired while one counted


class Why(enum.StrEnum):
    """Why a sample is not expected where it was seen."""

    LENT = "lent"
    RETIRED = "retired"
    STORE_ROOM = "store_room"
    ELSEWHERE = "elsewhere"  # it belongs to a stand outside of the scope


DIFFERENCES = (Kind.WRONG_PLACE, Kind.UNEXPECTED, Kind.MISSING)


@dataclass(frozen=True)
class Result:
    """One sample in a count. expected: where it stood at first; belongs: by its newest fact; seen: where it was met."""

    stocktake_id: int
    sample: Sample
    kind: Kind
    why: Why | None
    expected: Stand | None
    belongs: Stand | None
    seen: Stand | None
    sighting: Sighting | None
    placement_id: int | None

    @property
    def sample_id(self) -> int:
        return self.sample.id


class Found(NamedTuple):
    """One difference in short: enough to say what may be done with it."""

    sample_id: int
    kind: Kind
    why: Why | None


def until(count: Stocktake) -> datetime:
    """The moment by which everything is judged."""
    ended = [moment for moment in (count.closed_at, count.cancelled_at) if moment is not None]
    return min(ended) if ended else utcnow()


def judged(count: Stocktake, moment: datetime | None = None) -> sa.Subquery:
    """A row for each sample that was expected or seen: its facts, its kind, and why."""
    at = moment or until(count)
    expected, seen, now, first = StocktakeExpected, Sighting, aliased(Placement), aliased(Placement)
    concerned = sa.union(
        sa.select(expected.sample_id).where(expected.stocktake_id == count.id),
        sa.select(seen.sample_id).where(
            seen.stocktake_id == count.id, seen.sample_id.is_not(None), seen.ended_at.is_(None)
        ),
    ).subquery()
    away, returned = lent_out(at), given_back(count.begun_at, at)
    ids = concerned.c.sample_id
    is_retired = sa.and_(Sample.retired_at.is_not(None), Sample.retired_at <= at)
    moved = now.id.is_distinct_from(expected.placement_id)
    newer = sa.or_(
        sa.and_(moved, now.placed_at > seen.at),
        sa.and_(first.ended_at <= at, first.ended_at > seen.at),
        sa.and_(is_retired, Sample.retired_at > seen.at),
        away.c.at > seen.at,
        returned.c.at > seen.at,
    )
    kind, why = verdict(count, expected, seen, now, sa.func.coalesce(newer, sa.false()), is_retired, away, returned)
    return (
        sa.select(
            ids.label("sample_id"),
            expected.stand_id.label("expected_id"),
            now.stand_id.label("belongs_id"),
            seen.stand_id.label("seen_id"),
            seen.id.label("sighting_id"),
            now.id.label("placement_id"),
            kind.label("kind"),
            why.label("why"),
        )
        .select_from(concerned)
        .join(Sample, Sample.id == ids)
        .outerjoin(expected, sa.and_(expected.stocktake_id == count.id, expected.sample_id == ids))
        .outerjoin(first, first.id == expected.placement_id)
        .outerjoin(seen, sa.and_(seen.stocktake_id == count.id, seen.sample_id == ids, seen.ended_at.is_(None)))
        .outerjoin(
            now,
            sa.and_(
                now.sample_id == ids, now.placed_at <= at, sa.or_(now.ended_at.is_(None), now.ended_at > at)
            ),
        )
        .outerjoin(away, away.c.sample_id == ids)
        .outerjoin(returned, returned.c.sample_id == ids)
        .subquery()
    )  # fmt: skip


def verdict(
    count: Stocktake, expected: Any, seen: Any, now: Any, newer: Any, is_retired: Any, away: Any, returned: Any
) -> tuple[sa.Case[Any], sa.Case[Any]]:
    """The kind of a row, and why it is not expected. newer: somebody handled the sample since it was seen."""
    met = seen.id.is_not(None)
    fresh = sa.and_(met, sa.not_(newer))
    is_lent = away.c.sample_id.is_not(None)
    handled = sa.or_(
        now.id.is_distinct_from(expected.placement_id), is_retired, returned.c.sample_id.is_not(None)
    )  # fmt: skip
    in_scope = now.stand_id.in_(count.stand_ids())
    kind = sa.case(
        (sa.and_(fresh, sa.or_(is_retired, is_lent)), Kind.UNEXPECTED.value),
        (sa.and_(fresh, now.stand_id == seen.stand_id), Kind.SEEN.value),
        (sa.and_(fresh, in_scope), Kind.WRONG_PLACE.value),
        (fresh, Kind.UNEXPECTED.value),
        (met, Kind.SEEN.value),
        (is_lent, Kind.LENT.value),
        (handled, Kind.MOVED.value),
        else_=Kind.MISSING.value,
    )
    why = sa.case(
        (sa.not_(fresh), None),
        (is_retired, Why.RETIRED.value),
        (is_lent, Why.LENT.value),
        (now.stand_id == seen.stand_id, None),
        (now.stand_id.is_(None), Why.STORE_ROOM.value),
        (in_scope, None),
        else_=Why.ELSEWHERE.value,
    )
    return kind, why


def lent_out(at: datetime) -> sa.Subquery:
    """Samples that were away at this moment, since when."""
    return (
        sa.select(LoanItem.sample_id, Loan.at)
        .join(Loan, Loan.id == LoanItem.loan_id)
        .where(Loan.at <= at, sa.or_(LoanItem.ended_at.is_(None), LoanItem.ended_at > at))
        .subquery()
    )


def given_back(since: datetime, at: datetime) -> sa.Subquery:
    """Samples that came back in between, when last."""
    return (
        sa.select(LoanItem.sample_id, sa.func.max(LoanItem.ended_at).label("at"))
        .where(LoanItem.ended_at > since, LoanItem.ended_at <= at)
        .group_by(LoanItem.sample_id)
        .subquery()
    )


WALK = (Zone.position, Zone.letter, Bay.number, Stand.level)
"""As one walks the floor."""


def by_walk(query: sa.Select[Any]) -> sa.Select[Any]:
    """A query that has stands in it, in the order in which one passes them."""
    return query.outerjoin(Bay, Bay.id == Stand.bay_id).outerjoin(Zone, Zone.id == Bay.zone_id).order_by(*WALK)


def of_kinds(count: Stocktake, kinds: Iterable[Kind], rows: sa.Subquery) -> sa.Select[Any]:
    """Samples of these kinds: kind by kind, in the order of where they were seen, or should have been."""
    words = [kind.value for kind in kinds]
    query = sa.select(Sample).join(rows, rows.c.sample_id == Sample.id).where(rows.c.kind.in_(words))
    met = sa.case((rows.c.kind == Kind.MISSING.value, rows.c.expected_id), else_=rows.c.seen_id)
    query = query.outerjoin(Stand, Stand.id == sa.func.coalesce(met, rows.c.expected_id))
    in_turn = sa.case({word: turn for turn, word in enumerate(words)}, value=rows.c.kind)
    return by_walk(query.order_by(in_turn)).order_by(Sample.id).options(*SHOWN)


def page(count: Stocktake, kinds: Iterable[Kind]) -> tuple[Pagination, list[Result]]:
    rows = judged(count)
    found = page_of(of_kinds(count, kinds, rows))
    return found, results(count, found.items, rows)


def at_stand(count: Stocktake, stand: Stand) -> list[Result]:
    """What should be at this stand, and what was seen there."""
    rows = judged(count)
    query = sa.select(Sample).join(rows, rows.c.sample_id == Sample.id).order_by(Sample.id).options(*SHOWN)
    there = query.where(sa.or_(rows.c.expected_id == stand.id, rows.c.seen_id == stand.id))
    return results(count, list(db.session.scalars(there).unique()), rows)


def differences(count: Stocktake) -> list[Result]:
    return every(count, DIFFERENCES)


def differences_in_short(count: Stocktake) -> list[Found]:
    """All that differs, without the samples themselves."""
    rows = judged(count)
    words = [kind.value for kind in DIFFERENCES]
    query = sa.select(rows.c.sample_id, rows.c.kind, rows.c.why).where(rows.c.kind.in_(words))
    return [Found(id, Kind(kind), Why(why) if why else None) for id, kind, why in db.session.execute(query)]


def every(count: Stocktake, kinds: Iterable[Kind]) -> list[Result]:
    """All of these kinds, kind by kind."""
    rows, wanted = judged(count), list(kinds)
    samples = list(db.session.scalars(of_kinds(count, wanted, rows)).unique())
    return sorted(results(count, samples, rows), key=lambda result: wanted.index(result.kind))


def results(count: Stocktake, samples: list[Sample], rows: sa.Subquery | None = None) -> list[Result]:
    """What the count says of these samples, in their order; of one that it knows nothing of, nothing."""
    rows = judged(count) if rows is None else rows
    ids = [sample.id for sample in samples]
    facts = {row.sample_id: row for row in db.session.execute(sa.select(rows).where(rows.c.sample_id.in_(ids)))}
    stands = stands_by_id({id for row in facts.values() for id in (row.expected_id, row.belongs_id, row.seen_id) if id})
    sightings = sightings_by_id({row.sighting_id for row in facts.values() if row.sighting_id})
    return [
        Result(
            stocktake_id=count.id,
            sample=sample,
            kind=Kind(row.kind),
            why=Why(row.why) if row.why else None,
            expected=stands.get(row.expected_id),
            belongs=stands.get(row.belongs_id),
            seen=stands.get(row.seen_id),
            sighting=sightings.get(row.sighting_id),
            placement_id=row.placement_id,
        )
        for sample, row in ((sample, facts.get(sample.id)) for sample in samples)
        if row is not None
    ]


def result_of(count: Stocktake, sample: Sample) -> Result | None:
    return next(iter(results(count, [sample])), None)


def stands_by_id(ids: set[int]) -> dict[int, Stand]:
    return {stand.id: stand for stand in db.session.scalars(sa.select(Stand).where(Stand.id.in_(ids)))}


def sightings_by_id(ids: set[int]) -> dict[int, Sighting]:
    query = sa.select(Sighting).where(Sighting.id.in_(ids)).options(joinedload(Sighting.user))
    return {sighting.id: sighting for sighting in db.session.scalars(query)}
