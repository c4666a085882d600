"""An import is taken back while nothing later touched its rows: listings go, or are again what they were."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from selection_center.catalog.changes import differences
from selection_center.catalog.imports import ImportState, OfferImport
from selection_center.catalog.offer_import.staging import PER_CHUNK, ROWS
from selection_center.catalog.offer_import.stored import LISTINGS, SKUS, TIERS, Stored, Tiers, by_id, referred_to
from selection_center.catalog.offer_import.writing import CHANGES, add_many, replace_tiers, watched
from selection_center.catalog.search import index_listings
from selection_center.core.db import db, utcnow

GO_WITH_A_LISTING = ("skus", "price_tiers", "price_changes", "import_rows")


def applied(import_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(ROWS.c.import_id == import_id, ROWS.c.applied_version.is_not(None))


def count_applied(import_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(applied(import_id))) or 0


def take_back(found: OfferImport, user_id: int | None) -> Iterator[int]:
    """Takes back what is applied behind the cursor; how many offers were gone through, after each chunk is written.

    A row that stays keeps its `applied_version` and gets a note that says why.
    """
    done = 0
    while chunk := _next_chunk(found):
        _take_chunk_back(found, chunk, user_id)
        found.cursor = chunk[-1].number
        done += len(chunk)
        yield done
    found.state = ImportState.TAKEN_BACK


def _next_chunk(found: OfferImport) -> Sequence[Any]:
    columns = (ROWS.c.id, ROWS.c.number, ROWS.c.listing_id, ROWS.c.applied_version, ROWS.c.before, ROWS.c.notes)
    query = sa.select(*columns).where(applied(found.id), ROWS.c.number > found.cursor)
    return db.session.execute(query.order_by(ROWS.c.number).limit(PER_CHUNK)).all()


def _take_chunk_back(found: OfferImport, chunk: Sequence[Any], user_id: int | None) -> None:
    stored = by_id([row.listing_id for row in chunk if row.listing_id], locked=True)
    in_use = _in_use(chunk, stored)
    made, changed = [], []
    for row in chunk:
        now = stored.get(row.listing_id)
        if now is None:
            _stays(row, "gone_meanwhile")
        elif now.columns["version"] != row.applied_version:
            _stays(row, "changed_later")
        elif row.id in in_use:
            _stays(row, "in_use")
        elif row.before is None:
            made.append(row)
        else:
            changed.append((row, now))
    _unlist([row.listing_id for row in made])
    for row, now in changed:
        _restore(now, row.before, f"import {found.id} taken back", user_id)
    back = [row.id for row in made] + [row.id for row, _ in changed]
    db.session.execute(sa.update(ROWS).where(ROWS.c.id.in_(back)).values(applied_version=None))
    index_listings([row.listing_id for row in made] + [row.listing_id for row, _ in changed])


def _stays(row: Any, code: str) -> None:
    note = {"number": row.number, "column": "", "code": code, "values": {}}
    kept = [one for one in row.notes if one["code"] != code]
    db.session.execute(sa.update(ROWS).where(ROWS.c.id == row.id).values(notes=[*kept, note]))


def _in_use(chunk: Sequence[Any], stored: dict[int, Stored]) -> set[int]:
    """Ids of the import's rows whose listing or new SKU something else names by now: a sample, a list, an order."""
    sku_rows: dict[int, int] = {}
    for row in chunk:
        skus = stored[row.listing_id].skus if row.listing_id in stored else {}
        new = skus if row.before is None else [spec for spec, old in row.before["skus"].items() if old is None]
        sku_rows |= {skus[spec]["id"]: row.id for spec in new if spec in skus}
    made = {row.listing_id: row.id for row in chunk if row.before is None and row.listing_id}
    used = {made[id] for id in referred_to(LISTINGS, made, GO_WITH_A_LISTING)}
    return used | {sku_rows[id] for id in referred_to(SKUS, sku_rows, ("price_tiers",))}


def _unlist(ids: Sequence[int]) -> None:
    if not ids:
        return
    db.session.execute(sa.update(ROWS).where(ROWS.c.listing_id.in_(ids)).values(listing_id=None))
    for table in (CHANGES, TIERS, SKUS):
        db.session.execute(sa.delete(table).where(table.c.listing_id.in_(ids)))
    db.session.execute(sa.delete(LISTINGS).where(LISTINGS.c.id.in_(ids)))


def _restore(now: Stored, before: dict[str, Any], source: str, user_id: int | None) -> None:
    """Writes a listing as it stood, and puts that on record as a change of its own."""
    listing_id, at = now.columns["id"], utcnow()
    values = before["columns"] | {"version": now.columns["version"] + 1, "updated_at": at}
    db.session.execute(sa.update(LISTINGS).where(LISTINGS.c.id == listing_id).values(values))
    skus = dict(now.skus)
    tiers: Tiers = now.tiers
    if before["tiers"] is not None:
        tiers = {(spec, least): fen for spec, least, fen in before["tiers"]}
        replace_tiers([listing_id], {listing_id: tiers})
    for spec, old in before["skus"].items():
        own = skus.pop(spec)
        if old is None:
            db.session.execute(sa.delete(SKUS).where(SKUS.c.id == own["id"]))
        else:
            db.session.execute(sa.update(SKUS).where(SKUS.c.id == own["id"]).values(old))
            skus[spec] = own | old
    found = differences(
        watched(now.columns, now.skus, now.tiers), watched(now.columns | before["columns"], skus, tiers)
    )
    common = {"listing_id": listing_id, "at": at, "user_id": user_id, "source": source}
    add_many(CHANGES, [change._asdict() | common for change in found])
