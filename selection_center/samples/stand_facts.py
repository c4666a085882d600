"""What should be at a stand and what is: standing, lent out, seen there by a count that runs, and what stood before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload

from selection_center.catalog.models import Listing
from selection_center.core.db import db
from selection_center.core.paging import page_of
from selection_center.core.shop_time import today
from selection_center.samples import stands
from selection_center.samples.models import Placement, Sample
from selection_center.samples.queries import scans_by_day
from selection_center.samples.scans import ScanDay
from selection_center.samples.sightings import Sighting
from selection_center.samples.stocktakes import Stocktake
from selection_center.sites.models import Stand

DAYS = 30
STAYS_SHOWN = 10


@dataclass(frozen=True)
class StandFacts:
    """standing: in place, as far as anybody knows. away: it belongs here and is lent out. strays: see `strays_at`."""

    standing: list[Sample]
    away: list[Sample]
    strays: Sequence[Sighting]
    counted: Sighting | None
    """Who stood here last while counting."""
    before: Pagination
    """Stays that are over, newest first."""
    scans: list[int]
    """By day, oldest first."""
    since: date

    @classmethod
    def of(cls, stand: Stand) -> StandFacts:
        samples = stands.samples_on([stand])
        return cls(
            standing=[sample for sample in samples if not sample.is_away],
            away=[sample for sample in samples if sample.is_away],
            strays=strays_at(stand),
            counted=last_count(stand),
            before=page_of(stays_over(stand), STAYS_SHOWN),
            scans=scans_by_day(ScanDay.stand_id == stand.id, DAYS),
            since=today() - timedelta(days=DAYS - 1),
        )

    @property
    def belongs(self) -> int:
        """How many should be here once all is back."""
        return len(self.standing) + len(self.away)


def strays_at(stand: Stand) -> Sequence[Sighting]:
    """What a count that still runs has seen here although it belongs elsewhere, and was not placed since.

    A blind count tells nobody before it is closed.
    """
    query = (
        sa.select(Sighting)
        .join(Stocktake, Stocktake.id == Sighting.stocktake_id)
        .outerjoin(Placement, sa.and_(Placement.sample_id == Sighting.sample_id, Placement.ended_at.is_(None)))
        .where(Sighting.stand_id == stand.id, Sighting.sample_id.is_not(None), Sighting.ended_at.is_(None))
        .where(Stocktake.closed_at.is_(None), Stocktake.cancelled_at.is_(None), Stocktake.is_blind.is_(False))
        .where(sa.or_(Placement.id.is_(None), Placement.stand_id.is_(None), Placement.stand_id != stand.id))
        .where(sa.or_(Placement.id.is_(None), Placement.placed_at <= Sighting.at))
        .order_by(Sighting.at)
        .options(shown(Sighting.sample), joinedload(Sighting.user))
    )
    return db.session.scalars(query).unique().all()


def shown(sample: Any) -> Any:
    """What a row says of a sample, loaded along."""
    return joinedload(sample).options(
        joinedload(Sample.listing).load_only(Listing.title, Listing.title_en, Listing.pictures),
        joinedload(Sample.sku),
        joinedload(Sample.tag),
        joinedload(Sample.placement).joinedload(Placement.stand),
    )


def last_count(stand: Stand) -> Sighting | None:
    query = sa.select(Sighting).join(Stocktake, Stocktake.id == Sighting.stocktake_id)
    query = query.where(Sighting.stand_id == stand.id, Stocktake.cancelled_at.is_(None))
    return db.session.scalar(query.order_by(Sighting.at.desc()).limit(1).options(joinedload(Sighting.user)))


def stays_over(stand: Stand) -> sa.Select[Placement]:
    query = sa.select(Placement).where(Placement.stand_id == stand.id, Placement.ended_at.is_not(None))
    return query.order_by(Placement.ended_at.desc(), Placement.id.desc()).options(shown(Placement.sample))
