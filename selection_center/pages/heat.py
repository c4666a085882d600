"""How often each stand was scanned, in classes whose limits come from the site itself; and its hottest and coldest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from selection_center.catalog.models import Listing
from selection_center.core.db import db
from selection_center.core.shop_time import today
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.samples.scans import ScanDay
from selection_center.sites.models import Site, Stand

DAYS = 30
SHOWN = 5
COLD_AFTER = timedelta(days=7)
"""A sample that was not scanned for so long should make room for another."""
CLASSES = 5


@dataclass(frozen=True)
class Heat:
    """Scans of buyers by stand over the last days; `limits` are where the classes 2 to 5 begin."""

    scans: dict[int, int]
    taken: set[int]
    limits: tuple[int, ...]

    @classmethod
    def at(cls, site: Site) -> Heat:
        since = today() - timedelta(days=DAYS - 1)
        counted = db.session.execute(
            sa.select(ScanDay.stand_id, sa.func.sum(ScanDay.scans))
            .where(ScanDay.site_id == site.id, ScanDay.day >= since, ScanDay.stand_id != 0)
            .group_by(ScanDay.stand_id)
        )
        scans = {stand: int(count) for stand, count in counted}
        taken = set(
            db.session.scalars(
                sa.select(Placement.stand_id)
                .join(Placement.stand)
                .where(Stand.site_id == site.id, Placement.ended_at.is_(None))
            )
        )
        return cls(scans, {stand for stand in taken if stand is not None}, limits_of(scans.values()))

    def count(self, stand: Stand) -> int:
        return self.scans.get(stand.id, 0)

    def level(self, stand: Stand) -> int:
        """0 for no scan, then 1 to 5."""
        count = self.count(stand)
        return 0 if not count else 1 + sum(count >= limit for limit in self.limits)

    def is_vacant(self, stand: Stand) -> bool:
        return stand.id not in self.taken

    @property
    def legend(self) -> list[str]:
        """What each class from 0 on holds, as a range."""
        starts = [1, *self.limits]
        ends = [limit - 1 for limit in self.limits]
        ranges = [str(start) if start == end else f"{start}–{end}" for start, end in zip(starts, ends, strict=False)]
        return ["0", *ranges, f"{starts[-1]}+"]


def limits_of(counts: Iterable[int]) -> tuple[int, ...]:
    """The quintiles of what is above zero, as plain numbers that rise."""
    ordered = sorted(count for count in counts if count > 0)
    limits: list[int] = []
    for fifth in range(1, CLASSES):
        value = plain(ordered[len(ordered) * fifth // CLASSES]) if ordered else 1 + fifth
        limits.append(max(value, (limits[-1] if limits else 1) + 1))
    return tuple(limits)


def plain(number: int) -> int:
    """To fives from 20 on and to tens from 100 on, so that a legend can be read."""
    step = 1 if number < 20 else 5 if number < 100 else 10
    return round(number / step) * step


class Looked(NamedTuple):
    """A sample that stands here, its scans of the last days, and the day of the last one."""

    sample: Sample
    scans: int
    last: date | None


def looked_at(site: Site) -> list[Looked]:
    """All that stands here, the most scanned first."""
    since = today() - timedelta(days=DAYS - 1)
    counts = (
        sa.select(ScanDay.sample_id, sa.func.sum(ScanDay.scans).label("scans"), sa.func.max(ScanDay.day).label("last"))
        .where(ScanDay.site_id == site.id, ScanDay.day >= since)
        .group_by(ScanDay.sample_id)
        .subquery()
    )
    scans = sa.func.coalesce(counts.c.scans, 0)
    query = (
        sa.select(Sample, scans, counts.c.last)
        .join(Sample.listing)
        .join(Placement, sa.and_(Placement.sample_id == Sample.id, Placement.ended_at.is_(None)))
        .outerjoin(counts, counts.c.sample_id == Sample.id)
        .where(Sample.site_id == site.id, Sample.state == SampleState.HERE, Placement.stand_id.is_not(None))
        .order_by(scans.desc(), Sample.id)
        .options(joinedload(Sample.listing).load_only(Listing.title, Listing.title_en, Listing.pictures))
        .options(joinedload(Sample.placement).joinedload(Placement.stand))
    )
    return [Looked(sample, int(count), last) for sample, count, last in db.session.execute(query).unique()]


def hottest(looked: list[Looked]) -> list[Looked]:
    return [found for found in looked if found.scans][:SHOWN]


def coldest(looked: list[Looked]) -> list[Looked]:
    """What nobody has scanned for a week or ever, what stood longest unscanned first."""
    before = today() - COLD_AFTER
    cold = [found for found in looked if found.last is None or found.last <= before]
    return sorted(cold, key=lambda found: (found.last is not None, found.last or today(), found.sample.id))[:SHOWN]
