"""The offers of an import become listings, in chunks: each offer whole or absent, in the caller's transactions.

Written in bulk, a statement for each table and chunk. `cursor` in the import's own row is where a killed run goes on.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from selection_center.catalog.changes import Snapshot, differences, text_of, tiers_text
from selection_center.catalog.imports import ImportState, OfferImport, RowVerdict
from selection_center.catalog.models import PriceChange
from selection_center.catalog.offer_import.merging import UNITS_EN, Merge
from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.catalog.offer_import.staging import PER_CHUNK, ROWS, Judge, count_verdicts
from selection_center.catalog.offer_import.stored import LISTINGS, SKUS, TIERS, Key, Stored, Tiers
from selection_center.catalog.pricing import Tier
from selection_center.catalog.search import index_listings
from selection_center.core.db import db, utcnow

CHANGES: sa.Table = PriceChange.__table__  # type: ignore[assignment]
TO_APPLY = (RowVerdict.NEW, RowVerdict.CHANGED)
DEFAULT_UNIT = "件"


class Staged(NamedTuple):
    """A row of an import on its way into the catalog."""

    id: int
    number: int
    offer: OfferRow
    listing_id: int | None
    seen_version: int | None

    @property
    def key(self) -> Key:
        return self.offer.source, self.offer.external_id


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
    new, changed, moved_on = [], [], []
    for row in chunk:
        stored = judge.listing(row.offer)
        if stored is None and row.listing_id is None:
            new.append(row)
        elif stored is not None and stored.columns["version"] == row.seen_version:
            changed.append((row, stored))
        else:
            moved_on.append(row)
    writing = ChunkWriting(judge, source=f"import {found.id}", user_id=found.user_id)
    ids = writing.insert(new)
    moved_on += [row for row in new if row.key not in ids]  # listed by somebody else in this very moment
    writing.update(changed)
    writing.finish()
    _show_again(found, moved_on)


def _show_again(found: OfferImport, rows: Sequence[Staged]) -> None:
    """What changed since the preview is looked at again by a person, with what it would change now."""
    judge = Judge([row.offer for row in rows], found.supplier_id)
    for row in rows:
        said = judge.verdict(row.offer)
        notes = db.session.scalar(sa.select(ROWS.c.notes).where(ROWS.c.id == row.id)) or []
        kept = [note for note in notes if note["code"] != "changed_since"]
        note = {"number": row.number, "column": "", "code": "changed_since", "values": {}}
        db.session.execute(sa.update(ROWS).where(ROWS.c.id == row.id).values(**said, notes=[*kept, note]))


class ChunkWriting:
    """Gathers what is to be written for some offers, and writes it table by table."""

    def __init__(self, judge: Judge, *, source: str, user_id: int | None) -> None:
        self.judge = judge
        self.source, self.user_id = source, user_id
        self.now = utcnow()
        self.skus: list[dict[str, Any]] = []
        self.sku_updates: list[dict[str, Any]] = []
        self.tiers: dict[int, Tiers] = {}
        self.cleared: list[int] = []
        """Listings whose tiers are replaced."""
        self.price_changes: list[dict[str, Any]] = []
        self.applied: list[dict[str, Any]] = []
        self.indexed: list[int] = []

    def insert(self, rows: Sequence[Staged]) -> dict[Key, int]:
        """Lists new offers; the ids by key of those that nobody else has listed meanwhile."""
        merges = {row.key: self.judge.merge(row.offer) for row in rows}
        values = [self._new_listing(row.offer, merges[row.key]) for row in rows]
        # Every row must name the same columns, or each would be a statement of its own.
        names = sorted({name for row in values for name in row})
        defaults = {name: default_of(name) for name in names}
        ids = insert_listings([defaults | row for row in values])
        for row in rows:
            if (listing_id := ids.get(row.key)) is not None:
                self._whole(row, listing_id, merges[row.key])
        return ids

    def _new_listing(self, offer: OfferRow, merged: Merge) -> dict[str, Any]:
        supplier = self.judge.companies.find_or_make(offer)
        unit = offer.unit or DEFAULT_UNIT
        return merged.columns | {
            "source": offer.source,
            "external_id": offer.external_id,
            "supplier_id": supplier.id if supplier else None,
            "unit": unit,
            "unit_en": merged.columns.get("unit_en", UNITS_EN.get(unit, unit)),
            "source_digest": offer.digest(),
            "last_seen_at": self.now,
            "created_at": self.now,
            "updated_at": self.now,
        }

    def _whole(self, row: Staged, listing_id: int, merged: Merge) -> None:
        self._skus(listing_id, merged, None)
        self.tiers[listing_id] = merged.tiers or {}
        after = watched(merged.columns, merged.skus, merged.tiers or {})
        self._put_on_record(listing_id, {}, after)
        self.applied.append({"b_id": row.id, "listing_id": listing_id, "applied_version": 1, "before": None})
        self.indexed.append(listing_id)

    def update(self, rows: Sequence[tuple[Staged, Stored]]) -> None:
        """Changes listings; what stood there before is kept in the import's row, for taking back."""
        updates: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row, stored in rows:
            merged = self.judge.merge(row.offer)
            columns = merged.columns | self._supplier_of(row.offer, stored)
            self._change(row, stored, merged, columns)
            columns = columns | {
                **{"version": stored.columns["version"] + 1, "updated_at": self.now, "last_seen_at": self.now},
                "source_digest": row.offer.digest(),
            }
            updates.setdefault(tuple(sorted(columns)), []).append(columns | {"b_id": stored.columns["id"]})
        for alike in updates.values():
            names: dict[str, Any] = {name: sa.bindparam(name) for name in alike[0] if name != "b_id"}
            write_many(sa.update(LISTINGS).where(LISTINGS.c.id == sa.bindparam("b_id")).values(names), alike)

    def _supplier_of(self, offer: OfferRow, stored: Stored) -> dict[str, Any]:
        if offer.supplier is None and stored.columns["supplier_id"] is not None:
            return {}
        supplier = self.judge.companies.find_or_make(offer)
        is_other = supplier is not None and supplier.id != stored.columns["supplier_id"]
        return {"supplier_id": supplier.id} if supplier and is_other else {}

    def _change(self, row: Staged, stored: Stored, merged: Merge, columns: dict[str, Any]) -> None:
        listing_id, version = stored.columns["id"], stored.columns["version"]
        self._skus(listing_id, merged, stored)
        tiers = stored.tiers if merged.tiers is None else merged.tiers
        if merged.tiers is not None:
            self.cleared.append(listing_id)
            self.tiers[listing_id] = merged.tiers
        skus = stored.skus | {spec: stored.skus.get(spec, {}) | said for spec, said in merged.skus.items()}
        before = watched(stored.columns, stored.skus, stored.tiers)
        self._put_on_record(listing_id, before, watched(stored.columns | columns, skus, tiers))
        self.applied.append(
            {
                **{"b_id": row.id, "listing_id": listing_id, "applied_version": version + 1},
                "before": what_stood(stored, merged, [*columns, "source_digest"]),
            }
        )
        self.indexed.append(listing_id)

    def _skus(self, listing_id: int, merged: Merge, stored: Stored | None) -> None:
        for spec, said in merged.skus.items():
            if stored is not None and spec in stored.skus:
                self.sku_updates.append(said | {"b_id": stored.skus[spec]["id"]})
            else:
                self.skus.append({"listing_id": listing_id, "spec": spec} | said)

    def _put_on_record(self, listing_id: int, before: Snapshot, after: Snapshot) -> None:
        common = {"listing_id": listing_id, "at": self.now, "user_id": self.user_id, "source": self.source}
        self.price_changes += [change._asdict() | common for change in differences(before, after)]

    def finish(self) -> None:
        """Writes what was gathered beside the listings themselves."""
        insert_skus(self.skus)
        for said in self.sku_updates:
            b_id = said.pop("b_id")
            db.session.execute(sa.update(SKUS).where(SKUS.c.id == b_id).values(said))
        replace_tiers(self.cleared, self.tiers)
        write_many(sa.insert(CHANGES), self.price_changes)
        write_many(
            sa.update(ROWS)
            .where(ROWS.c.id == sa.bindparam("b_id"))
            .values({name: sa.bindparam(name) for name in ("listing_id", "applied_version", "before")}),
            self.applied,
        )
        index_listings(self.indexed)


def what_stood(stored: Stored, merged: Merge, columns: Iterable[str]) -> dict[str, Any]:
    """What an import is about to overwrite: columns, SKUs' columns (None for a new one), all tiers if they change."""
    skus = {
        spec: {name: stored.skus[spec][name] for name in said} if spec in stored.skus else None
        for spec, said in merged.skus.items()
    }
    tiers = None if merged.tiers is None else [[*key, fen] for key, fen in stored.tiers.items()]
    return {"columns": {name: stored.columns[name] for name in columns}, "skus": skus, "tiers": tiers}


def watched(columns: dict[str, Any], skus: dict[str, dict[str, Any]], tiers: Tiers) -> Snapshot:
    """What `changes.snapshot` watches of a listing, from plain values; the same names and texts."""
    taken: Snapshot = {
        ("", "price"): text_of(columns.get("headline_fen")),
        ("", "sample_price"): text_of(columns.get("sample_fen")),
        ("", "moq"): text_of(columns["moq"]),
        ("", "state"): text_of(columns.get("state", "on_shelf")),
        ("", "tiers"): _tiers_text(tiers, None),
    }
    for spec, sku in skus.items():
        values = {"price": sku.get("price_fen"), "member_price": sku.get("member_fen")}
        texts = {name: text_of(value) for name, value in (values | {"sample_price": sku.get("sample_fen")}).items()}
        texts["tiers"] = _tiers_text(tiers, spec)
        taken |= {(spec, name): text for name, text in texts.items() if spec or text is not None}
    return taken


def _tiers_text(tiers: Tiers, spec: str | None) -> str | None:
    return tiers_text(Tier(least, fen) for (own, least), fen in tiers.items() if own == spec)


def default_of(name: str) -> Any:
    """What a new listing has in a column of which its offer says nothing."""
    default = LISTINGS.c[name].default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg  # type: ignore[attr-defined]


def insert_listings(rows: Sequence[dict[str, Any]]) -> dict[Key, int]:
    """Ids by key of the rows that were not there yet: those that bear this writing's own moment.

    Asked for afterwards: one statement that inserts and answers 500 rows costs PostgreSQL's driver most of the import.
    """
    if not rows:
        return {}
    insert = (sqlite if db.engine.dialect.name == "sqlite" else postgresql).insert(LISTINGS)
    write_many(insert.on_conflict_do_nothing(index_elements=["source", "external_id"]), rows)
    own = sa.select(LISTINGS.c.id, LISTINGS.c.source, LISTINGS.c.external_id).where(
        LISTINGS.c.external_id.in_([row["external_id"] for row in rows]),
        LISTINGS.c.created_at == rows[0]["created_at"],
    )
    return {(source, external_id): id for id, source, external_id in db.session.execute(own)}


def insert_skus(rows: Sequence[dict[str, Any]]) -> None:
    """In groups that name the same columns, so that each is one statement."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    for group in alike.values():
        write_many(sa.insert(SKUS), group)


def replace_tiers(cleared: Sequence[int], tiers: dict[int, Tiers]) -> None:
    """Deletes the tiers of some listings and writes these; a spec's own get the id of its SKU."""
    if cleared:
        db.session.execute(sa.delete(TIERS).where(TIERS.c.listing_id.in_(cleared)))
    with_own = [id for id, rungs in tiers.items() if any(spec is not None for spec, _ in rungs)]
    query = sa.select(SKUS.c.listing_id, SKUS.c.spec, SKUS.c.id).where(SKUS.c.listing_id.in_(with_own))
    sku_id: dict[tuple[int, str | None], int] = {}
    if with_own:
        sku_id = {(listing_id, spec): id for listing_id, spec, id in db.session.execute(query)}
    rows = [
        {"listing_id": id, "sku_id": sku_id.get((id, spec)), "min_quantity": least, "price_fen": fen}
        for id, rungs in tiers.items()
        for (spec, least), fen in rungs.items()
    ]
    write_many(sa.insert(TIERS), rows)


def write_many(statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    """One statement for many rows, past the session's own bookkeeping."""
    if rows:
        db.session.connection().execute(statement, list(rows))
