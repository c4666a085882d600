"""Listings as they stand in the database, read in bulk and plain: what an offer of a file is held against."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from selection_center.catalog.models import Listing, PriceTier, Sku
from selection_center.core.db import db, table_of

Key = tuple[str, str]
"""(source, the source's id of an offer)"""

Tiers = dict[tuple[str | None, int], int]
"""(spec, or None for the whole offer; from this quantity on) -> fen"""

LISTINGS = table_of(Listing)
SKUS = table_of(Sku)
TIERS = table_of(PriceTier)


@dataclass(slots=True)
class Stored:
    """One listing: its columns by name, its SKUs' by spec, its tiers."""

    columns: dict[str, Any]
    skus: dict[str, dict[str, Any]] = field(default_factory=dict)
    tiers: Tiers = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.columns["source"], self.columns["external_id"]


def by_key(keys: Iterable[Key], *, locked: bool = False) -> dict[Key, Stored]:
    """Those of these offers that are listed; locked in id order until the transaction ends, if asked for."""
    found: list[Stored] = []
    wanted = set(keys)
    for source in sorted({source for source, _ in wanted}):
        ids = [external_id for own, external_id in wanted if own == source]
        found += _read(sa.and_(LISTINGS.c.source == source, LISTINGS.c.external_id.in_(ids)), locked)
    return {one.key: one for one in found}


def by_id(ids: Sequence[int], *, locked: bool = False) -> dict[int, Stored]:
    return {one.columns["id"]: one for one in _read(LISTINGS.c.id.in_(ids), locked)} if ids else {}


def _read(condition: sa.ColumnElement[bool], locked: bool) -> list[Stored]:
    query = sa.select(LISTINGS).where(condition).order_by(LISTINGS.c.id)
    rows = db.session.execute(query.with_for_update() if locked else query).mappings()
    found = {row["id"]: Stored(dict(row)) for row in rows}
    if not found:
        return []
    spec_of = {}
    for row in db.session.execute(sa.select(SKUS).where(SKUS.c.listing_id.in_(found))).mappings():
        found[row["listing_id"]].skus[row["spec"]] = dict(row)
        spec_of[row["id"]] = row["spec"]
    for row in db.session.execute(sa.select(TIERS).where(TIERS.c.listing_id.in_(found))).mappings():
        found[row["listing_id"]].tiers[spec_of.get(row["sku_id"]), row["min_quantity"]] = row["price_fen"]
    return list(found.values())


def referred_to(table: sa.Table, ids: Iterable[int], own: Iterable[str]) -> set[int]:
    """Those of these rows that a row of any other table names; `own`: tables that go with them and do not count."""
    wanted = list(ids)
    used: set[int] = set()
    for other in db.metadata.tables.values():
        for column in other.columns if other.name not in own else ():
            if wanted and any(key.column is table.c.id for key in column.foreign_keys):
                used |= set(db.session.scalars(sa.select(column).where(column.in_(wanted)).distinct()))
    return used
