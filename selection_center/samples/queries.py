"""What the sample pages ask: which samples stand where, and what happened to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload

from selection_center.catalog.models import Listing, ListingState
from selection_center.catalog.suppliers import Supplier
from selection_center.core import scanned
from selection_center.core.db import db
from selection_center.core.paging import counted, like_anywhere, page_of
from selection_center.core.shop_time import today
from selection_center.samples import loans as loans  # named by samples: known before the first query is put together
from selection_center.samples.loan_items import LoanItem
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.samples.scans import ScanDay
from selection_center.samples.tags import Tag
from selection_center.sites.models import Site, Stand, Zone

SHOWN = (
    joinedload(Sample.listing).joinedload(Listing.supplier),
    joinedload(Sample.sku),
    joinedload(Sample.tag),
    joinedload(Sample.placement).joinedload(Placement.stand),
    joinedload(Sample.loan_item),
)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; unknown words count as nothing chosen."""

    words: str = ""
    where: str = ""  # here, store-room, lent, expected, off-shelf, retired
    zone: str = ""
    sort: str = "stand"

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        return cls(
            words=args.get("q", "").strip()[:80],
            where=args.get("where", "") if args.get("where") in PLACES else "",
            zone=args.get("zone", "")[:4],
            sort=args.get("sort", "") if args.get("sort") in SORTS else "stand",
        )


PLACES: dict[str, sa.ColumnElement[bool]] = {
    "here": sa.and_(Sample.state == SampleState.HERE, Placement.stand_id.is_not(None)),
    "store-room": sa.and_(Sample.state == SampleState.HERE, Placement.stand_id.is_(None)),
    "lent": Sample.id.in_(sa.select(LoanItem.sample_id).where(LoanItem.ended_at.is_(None))),
    "expected": Sample.state == SampleState.EXPECTED,
    "off-shelf": sa.and_(Sample.state == SampleState.HERE, Listing.state == ListingState.OFF_SHELF),
    "retired": Sample.state == SampleState.RETIRED,
}
SORTS: dict[str, tuple[Any, ...]] = {
    "stand": (Stand.address.is_(None), Stand.address, Sample.id),
    "newest": (Sample.id.desc(),),
    "title": (Listing.title, Sample.id),
}


def at_site(site: Site) -> sa.Select[Any]:
    """Samples of the site joined to listing, open placement and stand."""
    return (
        sa.select(Sample)
        .join(Listing, Listing.id == Sample.listing_id)
        .outerjoin(Placement, sa.and_(Placement.sample_id == Sample.id, Placement.ended_at.is_(None)))
        .outerjoin(Stand, Stand.id == Placement.stand_id)
        .where(Sample.site_id == site.id)
    )


def narrowed(site: Site, filters: Filters) -> sa.Select[Any]:
    query = at_site(site).options(*SHOWN).order_by(*SORTS[filters.sort])
    # Retired ones are looked for on purpose.
    query = query.where(PLACES[filters.where] if filters.where else Sample.state != SampleState.RETIRED)
    if filters.zone:
        query = query.where(Stand.address.startswith(f"{filters.zone}-"))
    if filters.words:
        query = query.where(matches(filters.words))
    return query


def search(site: Site, filters: Filters) -> Pagination:
    return page_of(narrowed(site, filters))


def matches(words: str) -> sa.ColumnElement[bool]:
    """By title, item number, supplier, stand or code."""
    conditions = [
        like_anywhere(column, words) for column in (Listing.title, Listing.title_en, Listing.item_number, Stand.address)
    ]
    conditions.append(Listing.supplier_id.in_(sa.select(Supplier.id).where(like_anywhere(Supplier.name, words))))
    conditions.append(Listing.external_id == words)
    code = "".join(c for c in words.upper() if c.isalnum())
    if len(code) >= 4:
        conditions.append(Sample.id.in_(sa.select(Tag.sample_id).where(Tag.code.startswith(code, autoescape=True))))
    return sa.or_(*conditions)


def counts(site: Site) -> dict[str, int]:
    """How many samples are in each place."""
    return counted(at_site(site), PLACES)


def zones(site: Site) -> list[Zone]:
    return list(db.session.scalars(sa.select(Zone).filter_by(site_id=site.id).order_by(Zone.position, Zone.letter)))


def stand_named(site: Site, text: str) -> Stand | None:
    """The open stand at this address, or with this code or its scanned address."""
    code = scanned.our_code(text)
    if code is None:
        return Stand.at(site.id, text)
    return db.session.scalar(sa.select(Stand).filter_by(site_id=site.id, code=code, closed_at=None))


def scans_by_day(which: sa.ColumnElement[bool], days: int = 30) -> list[int]:
    """Scans of buyers on each of the last days, oldest first. which: a condition on ScanDay, such as a sample's."""
    since = today() - timedelta(days=days - 1)
    query = sa.select(ScanDay.day, sa.func.sum(ScanDay.scans)).where(which, ScanDay.day >= since).group_by(ScanDay.day)
    found = {day: int(count) for day, count in db.session.execute(query)}
    return [found.get(since + timedelta(days=number), 0) for number in range(days)]


def piece_of(sample: Sample) -> tuple[int, int]:
    """Which piece of its style this is at its site, and how many there are: (1, 2). Retired ones do not count."""
    same = sa.select(Sample.id).where(
        Sample.site_id == sample.site_id,
        Sample.listing_id == sample.listing_id,
        Sample.sku_id == sample.sku_id,
        Sample.state != SampleState.RETIRED,
    )
    ids = db.session.scalars(same.order_by(Sample.id)).all()
    return (ids.index(sample.id) + 1 if sample.id in ids else 0), len(ids)
