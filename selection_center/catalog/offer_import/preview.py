"""What an import would do, a page at a time: each offer with its changes, notes or problems in words."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_sqlalchemy.pagination import Pagination

from selection_center.catalog.imports import ImportRow, ImportState, OfferImport, RowVerdict
from selection_center.catalog.models import Listing
from selection_center.catalog.offer_import import wording
from selection_center.catalog.offer_import.applying import TO_APPLY, waiting
from selection_center.catalog.offer_import.merging import said_tiers, shown_tiers
from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.catalog.offer_import.staging import ROWS
from selection_center.catalog.search import search
from selection_center.core.db import db
from selection_center.core.paging import like, page_of

LONGEST_NUMBER = 9
AGAIN, KEPT = "again", "kept"
"""Tabs beside the verdicts: what changed since the preview, and what was not taken back."""


@dataclass(slots=True)
class PreviewRow:
    """One offer, or one refused row, as the preview shows it."""

    number: int
    external_id: str
    title: str
    title_en: str = ""
    listing_id: int | None = None
    company: str = ""
    price: str = ""
    changes: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(what, old, new, spec)"""
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)


def tab_of(found: OfferImport) -> str:
    """The tab that was asked for, else the first one that holds something."""
    asked = request.args.get("show", "")
    if asked in {*(verdict.value for verdict in RowVerdict), AGAIN, KEPT}:
        return asked
    full = (verdict.value for verdict in RowVerdict if getattr(found, f"{verdict.value}_count"))
    return next(full, RowVerdict.NEW.value)


def condition(found: OfferImport, tab: str) -> sa.ColumnElement[bool]:
    mine = ROWS.c.import_id == found.id
    if tab == AGAIN:
        return waiting(found.id)
    if tab == KEPT:
        return sa.and_(mine, ROWS.c.applied_version.is_not(None))
    return sa.and_(mine, ROWS.c.verdict == tab)


def holding(words: str) -> sa.ColumnElement[bool]:
    """Rows with this number, or whose offer id or title holds these words."""
    found = [
        ROWS.c.external_id.contains(words, autoescape=True),
        ROWS.c.offer["title"].as_string().ilike(like(words), escape="\\"),
        ROWS.c.listing_id.in_(search(words)),
    ]
    if words.isdecimal() and len(words) <= LONGEST_NUMBER:
        found.append(ROWS.c.number == int(words))
    return sa.or_(*found)


def page(found: OfferImport, tab: str, words: str = "") -> tuple[Pagination, list[PreviewRow]]:
    query = sa.select(ImportRow).where(condition(found, tab)).order_by(ImportRow.number)
    listed = page_of(query.where(holding(words)) if words else query)
    ids = [row.listing_id for row in listed.items if row.listing_id]
    known = sa.select(Listing.id, Listing.title, Listing.title_en).where(Listing.id.in_(ids))
    titles = {id: (zh, en) for id, zh, en in db.session.execute(known)}
    return listed, [_shown(row, titles) for row in listed.items]


def _shown(row: ImportRow, titles: dict[int, tuple[str, str]]) -> PreviewRow:
    offer = OfferRow.from_json(row.offer) if row.offer else None
    known = titles.get(row.listing_id or 0, ("", ""))
    return PreviewRow(
        number=row.number,
        external_id=row.external_id,
        title=offer.title if offer else known[0],
        title_en=offer.title_en if offer else known[1],
        listing_id=row.listing_id,
        company=offer.supplier.name or offer.supplier.source_id if offer and offer.supplier else "",
        price=price_of(offer) if offer else "",
        changes=[
            (wording.changed_name(name), wording.value(name, old), wording.value(name, new), spec)
            for name, old, new, spec in row.changes
        ],
        notes=[wording.sentence(note) for note in row.notes],
        problems=[wording.problem(problem) for problem in row.problems],
        raw=[cell for cell in row.raw if cell],
    )


def price_of(offer: OfferRow) -> str:
    """Its tiers; per SKU the cheapest and the dearest."""
    if tiers := said_tiers(offer, None):
        return shown_tiers(tiers)
    prices = [sku.price_fen for sku in offer.skus if sku.price_fen]
    return " – ".join(dict.fromkeys(wording.money(fen) for fen in (min(prices), max(prices)))) if prices else "—"


def count_without_company(found: OfferImport) -> int:
    """Offers that would come in without a supplier."""
    query = sa.select(sa.func.count()).where(
        ROWS.c.import_id == found.id, ROWS.c.verdict.in_(TO_APPLY), ROWS.c.offer["supplier"].as_string().is_(None)
    )
    return db.session.scalar(query) or 0


def count_outdated(found: OfferImport) -> int:
    """Offers that were as they are here at the preview, and are not any more: changed since, or gone."""
    query = (
        sa.select(sa.func.count())
        .select_from(ROWS)
        .outerjoin(Listing, Listing.id == ROWS.c.listing_id)
        .where(
            ROWS.c.import_id == found.id,
            ROWS.c.verdict == RowVerdict.UNCHANGED,
            sa.or_(Listing.id.is_(None), Listing.version != ROWS.c.seen_version),
        )
    )
    return db.session.scalar(query) or 0


def wrong_rows(found: OfferImport) -> list[tuple[int, list[str], str]]:
    """(number, cells, why) of every refused row, to be mended and sent again."""
    rows = db.session.scalars(
        sa.select(ImportRow).filter_by(import_id=found.id, verdict=RowVerdict.WRONG).order_by(ImportRow.number)
    )
    return [(row.number, row.raw, "; ".join(wording.problem(one) for one in row.problems)) for row in rows]


def earlier(found: OfferImport) -> OfferImport | None:
    """The newest earlier import of the very same file."""
    same: Any = sa.select(OfferImport).where(
        OfferImport.file_digest == found.file_digest,
        OfferImport.id < found.id,
        OfferImport.state == ImportState.APPLIED,
    )
    return db.session.scalars(same.order_by(OfferImport.id.desc()).limit(1)).first()
