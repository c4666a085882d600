"""Offers written into the catalog in bulk, a statement for each table and chunk, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from selection_center.catalog.changes import Snapshot, differences, text_of, tiers_text
from selection_center.catalog.models import PriceChange
from selection_center.catalog.offer_import.merging import UNITS_EN, Merge
from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.catalog.offer_import.staging import Judge
from selection_center.catalog.offer_import.stored import LISTINGS, SKUS, TIERS, Key, Stored, Tiers
from selection_center.catalog.pricing import Tier
from selection_center.catalog.search import index_listings
from selection_center.core.db import db, table_of, upsert, utcnow

CHANGES = table_of(PriceChange)
DEFAULT_UNIT = "件"


class Written(NamedTuple):
    """What became of an offer: its listing, the version that this writing gave it, what stood there before."""

    listing_id: int
    version: int
    before: dict[str, Any] | None


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
        self.written: dict[Key, Written] = {}
        self.indexed: list[int] = []

    def insert(self, offers: Sequence[OfferRow]) -> dict[Key, int]:
        """Lists new offers; the ids by key of those that nobody else has listed meanwhile."""
        merges = {key_of(offer): self.judge.merge(offer) for offer in offers}
        values = [self._new_listing(offer, merges[key_of(offer)]) for offer in offers]
        # Every row must name the same columns, or each would be a statement of its own.
        names = sorted({name for row in values for name in row})
        defaults = {name: default_of(name) for name in names}
        ids = insert_listings([defaults | row for row in values])
        for key, listing_id in ids.items():
            self._whole(key, listing_id, merges[key])
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

    def _whole(self, key: Key, listing_id: int, merged: Merge) -> None:
        self._skus(listing_id, merged, None)
        self.tiers[listing_id] = merged.tiers or {}
        after = watched(merged.columns, merged.skus, merged.tiers or {})
        self._put_on_record(listing_id, {}, after)
        self.written[key] = Written(listing_id, 1, None)
        self.indexed.append(listing_id)

    def update(self, offers: Sequence[tuple[OfferRow, Stored]]) -> None:
        """Changes listings; what stood there before stands in `written`, for taking back."""
        updates: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for offer, stored in offers:
            merged = self.judge.merge(offer)
            columns = merged.columns | self._supplier_of(offer, stored)
            self._change(stored, merged, columns)
            columns = columns | {
                **{"version": stored.columns["version"] + 1, "updated_at": self.now, "last_seen_at": self.now},
                "source_digest": offer.digest(),
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

    def _change(self, stored: Stored, merged: Merge, columns: dict[str, Any]) -> None:
        listing_id, version = stored.columns["id"], stored.columns["version"]
        self._skus(listing_id, merged, stored)
        tiers = stored.tiers if merged.tiers is None else merged.tiers
        if merged.tiers is not None:
            self.cleared.append(listing_id)
            self.tiers[listing_id] = merged.tiers
        skus = stored.skus | {spec: stored.skus.get(spec, {}) | said for spec, said in merged.skus.items()}
        before = watched(stored.columns, stored.skus, stored.tiers)
        self._put_on_record(listing_id, before, watched(stored.columns | columns, skus, tiers))
        before_it = what_stood(stored, merged, [*columns, "source_digest"])
        self.written[stored.key] = Written(listing_id, version + 1, before_it)
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
        add_many(CHANGES, self.price_changes)
        index_listings(self.indexed)


def key_of(offer: OfferRow) -> Key:
    return offer.source, offer.external_id


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
        values |= {"sample_price": sku.get("sample_fen"), "stock": sku.get("stock")}
        texts = {name: text_of(value) for name, value in values.items()}
        texts["tiers"] = _tiers_text(tiers, spec)
        taken |= {(spec, name): text for name, text in texts.items() if spec or text is not None}
    return taken


def _tiers_text(tiers: Tiers, spec: str | None) -> str | None:
    return tiers_text(Tier(least, fen) for (own, least), fen in tiers.items() if own == spec)


def default_of(name: str) -> Any:
    """What a new listing has in a column of which its offer says nothing."""
    default: Any = LISTINGS.c[name].default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg


def insert_listings(rows: Sequence[dict[str, Any]]) -> dict[Key, int]:
    """Ids by key of the rows that were not there yet: those that bear this writing's own moment.

    Asked for afterwards: one statement that inserts and answers 500 rows costs PostgreSQL's driver most of the import.
    """
    if not rows:
        return {}
    write_many(upsert(LISTINGS).on_conflict_do_nothing(index_elements=["source", "external_id"]), rows)
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
        add_many(SKUS, group)


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
    add_many(TIERS, rows)


def write_many(statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    """One statement for many rows, past the session's own bookkeeping."""
    if rows:
        db.session.connection().execute(statement, list(rows))


def add_many(table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """New rows, all of the same columns: by COPY on PostgreSQL, in a fifth of the time of an INSERT for each."""
    if not rows:
        return
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(table), list(rows))
        return
    usual = {
        column.name: column.default.arg
        for column in table.columns
        if column.name not in rows[0] and isinstance(column.default, sa.ColumnDefault) and column.default.is_scalar
    }
    quoted = connection.dialect.identifier_preparer
    names = ", ".join(map(quoted.quote, (*rows[0], *usual)))
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {quoted.format_table(table)} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((*(row[name] for name in rows[0]), *usual.values()))
