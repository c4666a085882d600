"""The numbers of a count: how many of each kind, how far each stand is, and who counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from selection_center.accounts.models import User
from selection_center.core.db import db
from selection_center.samples.sightings import Sighting, SightingKind
from selection_center.samples.stocktake_results import DIFFERENCES, Kind, by_walk, judged
from selection_center.samples.stocktakes import Stocktake, StocktakeExpected
from selection_center.samples.tag_findings import TagFinding
from selection_center.sites.models import Stand


@dataclass(frozen=True)
class Totals:
    """How many of each kind; of the expected, how many are settled; and how much of the floor was looked at."""

    kinds: dict[Kind, int]
    expected: int
    """Without what is lent out: that nobody can find here."""
    settled: int
    unknown: int
    stickers: int
    stands: int
    visited: int

    def of(self, kind: str) -> int:
        return self.kinds.get(Kind(kind), 0)

    @property
    def differences(self) -> int:
        return sum(self.kinds.get(kind, 0) for kind in DIFFERENCES)

    @property
    def seen(self) -> int:
        """Every sample that somebody saw, wherever."""
        return sum(self.kinds.get(kind, 0) for kind in (Kind.SEEN, Kind.WRONG_PLACE, Kind.UNEXPECTED))

    @classmethod
    def of_count(cls, count: Stocktake) -> Totals:
        rows = judged(count)
        is_expected = rows.c.expected_id.is_not(None)
        found = db.session.execute(
            sa.select(rows.c.kind, sa.func.count(), sa.func.count().filter(is_expected)).group_by(rows.c.kind)
        ).all()
        expected = {Kind(kind): number for kind, _number, number in found}
        total = sum(expected.values()) - expected.get(Kind.LENT, 0)
        return cls(
            kinds={Kind(kind): number for kind, number, _expected in found},
            expected=total,
            settled=total - expected.get(Kind.MISSING, 0),
            unknown=how_many(unknown(count)),
            stickers=how_many(stickers(count)),
            stands=how_many(open_stands(count)),
            visited=how_many(visited(count)),
        )


def how_many(query: sa.Select[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0


def progress(count: Stocktake) -> tuple[int, int]:
    """Of what should be here: how much is settled, and how much there is."""
    rows = judged(count)
    waited_for = sa.func.count().filter(rows.c.expected_id.is_not(None), rows.c.kind != Kind.LENT.value)
    missing = sa.func.count().filter(rows.c.kind == Kind.MISSING.value)
    total, open_ones = db.session.execute(sa.select(waited_for, missing)).one()
    return total - open_ones, total


def unknown(count: Stocktake) -> sa.Select[Any]:
    """Texts that are no sample of this site, newest first."""
    query = sa.select(Sighting).filter_by(stocktake_id=count.id, kind=SightingKind.UNKNOWN, ended_at=None)
    return query.order_by(Sighting.id.desc()).options(joinedload(Sighting.stand), joinedload(Sighting.user))


def stickers(count: Stocktake) -> sa.Select[Any]:
    """Codes that lead elsewhere, found while counting, newest first."""
    query = sa.select(TagFinding).filter_by(stocktake_id=count.id, taken_back_at=None).order_by(TagFinding.id.desc())
    return query.options(
        joinedload(TagFinding.stand), joinedload(TagFinding.user), joinedload(TagFinding.removed_by)
    )  # fmt: skip


def open_stands(count: Stocktake) -> sa.Select[Any]:
    return sa.select(Stand.id).where(Stand.id.in_(count.stand_ids()), Stand.closed_at.is_(None))


def visited(count: Stocktake) -> sa.Select[Any]:
    """Ids of open stands where anything was seen, or their sign."""
    been = sa.select(Sighting.stand_id).filter_by(stocktake_id=count.id, ended_at=None)
    return open_stands(count).where(Stand.id.in_(been))


@dataclass(frozen=True)
class StandRow:
    """How far a stand is. expected, settled: pieces that should be there, without lent ones."""

    stand: Stand
    expected: int
    settled: int
    is_visited: bool

    @property
    def is_done(self) -> bool:
        return self.is_visited and self.settled == self.expected


def stand_rows(count: Stocktake) -> list[StandRow]:
    """Every open stand of the scope, as one walks."""
    rows = judged(count)
    numbers = sa.select(
        rows.c.expected_id,
        sa.func.count().filter(rows.c.kind != Kind.LENT.value),
        sa.func.count().filter(rows.c.kind == Kind.MISSING.value),
    ).where(rows.c.expected_id.is_not(None))
    found = {
        stand: (total, open_ones) for stand, total, open_ones in db.session.execute(numbers.group_by("expected_id"))
    }
    been = set(db.session.scalars(visited(count)))
    walk = by_walk(sa.select(Stand).where(Stand.id.in_(open_stands(count))))
    totals = [(stand, *found.get(stand.id, (0, 0))) for stand in db.session.scalars(walk)]
    return [StandRow(stand, total, total - open_ones, stand.id in been) for stand, total, open_ones in totals]


@dataclass(frozen=True)
class Counter:
    """Somebody who counts: how many samples, and when last."""

    user: User
    samples: int
    last_at: datetime


def counters(count: Stocktake) -> list[Counter]:
    query = (
        sa.select(User, sa.func.count(Sighting.sample_id), sa.func.max(Sighting.at))
        .join(Sighting, Sighting.user_id == User.id)
        .where(Sighting.stocktake_id == count.id, Sighting.ended_at.is_(None))
        .group_by(User.id)
        .order_by(sa.func.max(Sighting.at).desc())
    )
    return [Counter(user, samples, last_at) for user, samples, last_at in db.session.execute(query)]


@dataclass(frozen=True)
class Line:
    """A count in a list of counts: how much was expected when it began, and how much was seen."""

    count: Stocktake
    expected: int
    seen: int


def lines(counts: Iterable[Stocktake]) -> list[Line]:
    """Two questions for a whole page of counts."""
    counts = list(counts)
    ids = [count.id for count in counts]
    expected = sa.select(StocktakeExpected.stocktake_id, sa.func.count()).group_by(StocktakeExpected.stocktake_id)
    seen = sa.select(Sighting.stocktake_id, sa.func.count(Sighting.sample_id)).where(Sighting.ended_at.is_(None))
    by_count = dict(db.session.execute(expected.where(StocktakeExpected.stocktake_id.in_(ids))).all())
    met = dict(
        db.session.execute(seen.where(Sighting.stocktake_id.in_(ids)).group_by(Sighting.stocktake_id)).all()
    )  # fmt: skip
    return [Line(count, by_count.get(count.id, 0), met.get(count.id, 0)) for count in counts]
