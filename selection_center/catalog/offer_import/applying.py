"""The offers of an import become listings, in chunks: each offer whole or absent, in the caller's transactions.

Written in bulk, a statement for each table and chunk. `cursor` in the import's own row is where a killed run goes on.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from selection_center.catalog.imports import ImportState, OfferImport, RowVerdict
from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.catalog.offer_import.staging import PER_CHUNK, ROWS, Judge, count_verdicts
from selection_center.catalog.offer_import.stored import LISTINGS, Key
from selection_center.catalog.offer_import.writing import ChunkWriting, Written, key_of, write_many
from selection_center.core.db import db, utcnow

TO_APPLY = (RowVerdict.NEW, RowVerdict.CHANGED)


class Staged(NamedTuple):
    """A row of an import on its way into the catalog."""

    id: int
    number: int
    offer: OfferRow
    listing_id: int | None
    seen_version: int | None


def waiting(import_id: int) -> sa.ColumnElement[bool]:
    """The rows that would change something and are not applied."""
    return sa.and_(ROWS.c.import_id == import_id, ROWS.c.verdict.in_(TO_APPLY), ROWS.c.applied_version.is_(None))


def count_waiting(import_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(waiting(import_id))) or 0


def count_to_apply(found: OfferImport) -> int:
    """All offers that change something, applied or not: what a run goes through, from its first chunk on."""
    return db.session.scalar(sa.select(sa.func.count()).where(_to_apply(found))) or 0


def apply(found: OfferImport) -> Iterator[int]:
    """Applies what waits behind the cursor; how many offers were gone through, after each chunk is written.

    What changed since the preview is held against the database again and left for a person to look at.
    """
    found.state = ImportState.APPLYING
    done = db.session.scalar(sa.select(sa.func.count()).where(_to_apply(found), ROWS.c.number <= found.cursor)) or 0
    while chunk := _next_chunk(found):
        apply_chunk(found, chunk)
        found.cursor = chunk[-1].number
        done += len(chunk)
        yield done
    unchanged = sa.select(ROWS.c.listing_id).where(ROWS.c.import_id == found.id, ROWS.c.verdict == RowVerdict.UNCHANGED)
    db.session.execute(sa.update(LISTINGS).where(LISTINGS.c.id.in_(unchanged)).values(last_seen_at=utcnow()))
    count_verdicts(found)
    found.state, found.applied_at = ImportState.APPLIED, utcnow()


def _to_apply(found: OfferImport) -> sa.ColumnElement[bool]:
    return sa.and_(ROWS.c.import_id == found.id, ROWS.c.verdict.in_(TO_APPLY))


def _next_chunk(found: OfferImport) -> list[Staged]:
    query = (
        sa.select(ROWS.c.id, ROWS.c.number, ROWS.c.offer, ROWS.c.listing_id, ROWS.c.seen_version)
        .where(waiting(found.id), ROWS.c.number > found.cursor)
        .order_by(ROWS.c.number)
        .limit(PER_CHUNK)
    )
    return [
        Staged(id, number, OfferRow.from_json(offer), *seen) for id, number, offer, *seen in db.session.execute(query)
    ]


def apply_chunk(found: OfferImport, chunk: Sequence[Staged]) -> None:
    judge = Judge([row.offer for row in chunk], found.supplier_id, locked=True)
    new, changed = [], []
    for row in chunk:
        stored = judge.listing(row.offer)
        if stored is None and row.listing_id is None:
            new.append(row.offer)
        elif stored is not None and stored.columns["version"] == row.seen_version:
            changed.append((row.offer, stored))
    writing = ChunkWriting(judge, source=f"import {found.id}", user_id=found.user_id)
    writing.insert(new)
    writing.update(changed)
    writing.finish()
    _note_applied(chunk, writing.written)
    # Changed, or listed by somebody else in this very moment: a person looks again.
    _show_again(found, [row for row in chunk if key_of(row.offer) not in writing.written])


def _note_applied(chunk: Sequence[Staged], written: dict[Key, Written]) -> None:
    """What became of each row, and what stood there before, for taking back."""
    names = ("listing_id", "applied_version", "before")
    rows = [
        {"b_id": row.id, **dict(zip(names, written[key_of(row.offer)], strict=True))}
        for row in chunk
        if key_of(row.offer) in written
    ]
    statement = sa.update(ROWS).where(ROWS.c.id == sa.bindparam("b_id"))
    write_many(statement.values({name: sa.bindparam(name) for name in names}), rows)


def _show_again(found: OfferImport, rows: Sequence[Staged]) -> None:
    """What changed since the preview is looked at again by a person, with what it would change now."""
    judge = Judge([row.offer for row in rows], found.supplier_id)
    for row in rows:
        said = judge.verdict(row.offer)
        notes = db.session.scalar(sa.select(ROWS.c.notes).where(ROWS.c.id == row.id)) or []
        kept = [note for note in notes if note["code"] != "changed_since"]
        note = {"number": row.number, "column": "", "code": "changed_since", "values": {}}
        db.session.execute(sa.update(ROWS).where(ROWS.c.id == row.id).values(**said, notes=[*kept, note]))
