"""A table becomes the rows of an import: each offer read, held against the database and kept, nothing else written.

Read outside of any transaction and written in short ones: whoever calls commits after each step, so that a long
file locks nobody out. Staging again begins anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from selection_center.catalog.imports import ImportRow, ImportState, OfferImport, RowVerdict
from selection_center.catalog.offer_import.columns import match, missing
from selection_center.catalog.offer_import.companies import Companies, news
from selection_center.catalog.offer_import.fields import Field
from selection_center.catalog.offer_import.files import Table
from selection_center.catalog.offer_import.merging import Merge, merge
from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.catalog.offer_import.reader import Reader
from selection_center.catalog.offer_import.rows import Read, gather_offers, read_offers
from selection_center.catalog.offer_import.stored import Key, Stored, by_key
from selection_center.core.db import db, table_of

PER_CHUNK = 500
MOST_IN_ONE_LIST = 10_000
ROWS = table_of(ImportRow)


T = TypeVar("T")


def in_chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`, the last one shorter."""
    left = iter(items)
    while chunk := list(islice(left, size)):
        yield chunk


def match_columns(found: OfferImport, table: Table) -> None:
    """Keeps the table's header and a meaning of each column: as it was said of the same file before, else proposed."""
    found.headers = list(table.header)
    proposed = {str(index): which.value for index, which in match(table.header).items()}
    found.mapping = _said_before(found) or proposed


def _said_before(found: OfferImport) -> dict[str, str] | None:
    """What somebody said that the columns of this very file mean, at its last upload."""
    same = sa.select(OfferImport).where(OfferImport.file_digest == found.file_digest, OfferImport.id != found.id)
    last = db.session.scalars(same.order_by(OfferImport.id.desc()).limit(1)).first()
    return dict(last.mapping) if last is not None and last.headers == found.headers and last.mapping else None


def columns_of(found: OfferImport) -> dict[int, Field]:
    return {int(index): Field(which) for index, which in found.mapping.items()}


def stage(found: OfferImport, table: Table) -> Iterator[int]:
    """Keeps every offer of the table; the number of rows read so far, after each chunk is written."""
    found.state, found.failure, found.rows_total = ImportState.STAGING, None, 0
    db.session.execute(sa.delete(ROWS).where(ROWS.c.import_id == found.id))
    columns = columns_of(found)
    if not missing(columns):
        reader = Reader(found.headers, columns, found.source)
        yield from _stage_offers(found, table, reader)
    count_verdicts(found)
    found.state = ImportState.STAGED


def _stage_offers(found: OfferImport, table: Table, reader: Reader) -> Iterator[int]:
    """Neighbouring rows of one offer are read together; offers whose rows lie scattered once more at the end."""
    scattered: set[str] = set()
    done = 0
    for chunk in in_chunks(read_offers(table.rows(), reader), PER_CHUNK):
        again = _come_again(found.id, chunk)
        scattered |= again
        keep(found, [read for read in chunk if read.external_id not in scattered])
        done = max(done, max(max(read.numbers) for read in chunk) - table.header_number)
        found.rows_total = done
        yield done
    for some in in_chunks(sorted(scattered), MOST_IN_ONE_LIST):
        db.session.execute(sa.delete(ROWS).where(ROWS.c.import_id == found.id, ROWS.c.external_id.in_(some)))
    for chunk in in_chunks(gather_offers(table.rows(), reader, scattered) if scattered else (), PER_CHUNK):
        keep(found, chunk)
        yield done


def _come_again(import_id: int, chunk: Sequence[Read]) -> set[str]:
    """Offer ids of this chunk that stand apart from rows of theirs, in it or in what was staged before."""
    seen: set[Key] = set()
    again: set[str] = set()
    neighbour: Key | None = None
    for read in chunk:
        key = (read.source, read.external_id)
        if read.external_id and key != neighbour and key in seen:
            again.add(read.external_id)
        seen.add(key)
        neighbour = key
    ids = {external_id for _, external_id in seen if external_id}
    # "+ 0" keeps SQLite from reading all rows of the import, where it should look up each id.
    staged = sa.select(ROWS.c.external_id).where(ROWS.c.import_id + 0 == import_id, ROWS.c.external_id.in_(ids))
    return again | set(db.session.scalars(staged))


def keep(found: OfferImport, chunk: Sequence[Read]) -> None:
    """Writes what became of some rows, each offer held against the database."""
    offers = [read.offer for read in chunk if read.offer]
    judge = Judge(offers, found.supplier_id)
    rows = [_row(found.id, read, judge) for read in chunk]
    if rows:
        db.session.execute(sa.insert(ROWS), rows)


def _row(import_id: int, read: Read, judge: "Judge") -> dict[str, Any]:
    problems = [asdict(problem) for problem in read.problems]
    row: dict[str, Any] = {
        "import_id": import_id,
        "number": read.numbers[0],
        "external_id": read.external_id,
        "verdict": RowVerdict.WRONG,
        "offer": None,
        "problems": problems,
        "notes": [asdict(note) for note in read.notes],
        "raw": [] if read.offer else list(read.cells),
    }
    return row | (
        judge.verdict(read.offer) if read.offer else {"changes": [], "listing_id": None, "seen_version": None}
    )


class Judge:
    """Holds some offers against the database, which is read once for all of them."""

    def __init__(self, offers: Iterable[OfferRow], fallback_id: int | None, *, locked: bool = False) -> None:
        known = list(offers)
        self.stored = by_key(((offer.source, offer.external_id) for offer in known), locked=locked)
        self.companies = Companies(known, fallback_id)

    def listing(self, offer: OfferRow) -> Stored | None:
        return self.stored.get((offer.source, offer.external_id))

    def merge(self, offer: OfferRow) -> Merge:
        """What the offer would change, the change of its supplier among it (which is written by its name)."""
        stored = self.listing(offer)
        merged = merge(offer, stored)
        found = self.companies.find(offer)
        own = stored.columns["supplier_id"] if stored else None
        if offer.supplier and found is None:
            merged.change("supplier", self._name(own), offer.supplier.name or offer.supplier.source_id)
        elif found and found.id != own and (offer.supplier or own is None):
            merged.change("supplier", self._name(own), found.name)
        if found and stored:
            for name, value in (news(found, offer) if offer.supplier else {}).items():
                merged.change(name, getattr(found, name), value)
        return merged

    def _name(self, supplier_id: int | None) -> str:
        return self.companies.name_of(supplier_id) if supplier_id else "—"

    def verdict(self, offer: OfferRow) -> dict[str, Any]:
        """The columns of an import's row that say what this offer would do now."""
        stored = self.listing(offer)
        said: dict[str, Any]
        if stored is None:
            said = {"verdict": RowVerdict.NEW, "changes": [], "listing_id": None, "seen_version": None}
            return said | {"offer": offer.as_json()}
        changes = self.merge(offer).changes
        verdict = RowVerdict.CHANGED if changes else RowVerdict.UNCHANGED
        said = {"listing_id": stored.columns["id"], "seen_version": stored.columns["version"], "changes": changes}
        return said | {"verdict": verdict, "offer": offer.as_json() if changes else None}


def count_verdicts(found: OfferImport) -> None:
    """Counts the import's offers and refused rows by verdict."""
    query = (
        sa.select(ROWS.c.verdict, sa.func.count().label("count"))
        .where(ROWS.c.import_id == found.id)
        .group_by(ROWS.c.verdict)
    )
    counts = {row.verdict: row.count for row in db.session.execute(query)}
    for verdict in RowVerdict:
        setattr(found, f"{verdict.value}_count", counts.get(verdict, 0))
