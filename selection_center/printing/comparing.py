"""Which papers say what is no longer so, chosen by the database.

A paper is compared in Python, once: beside what came of it stands what it was compared with, all that its values are
made from as one text. While that text is the same today, nobody compares again; where it is another, the paper counts
as stale until somebody did. So nothing stale is ever missing, and a page costs its own rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload

from selection_center.catalog.models import Listing
from selection_center.catalog.suppliers import Supplier
from selection_center.core.db import db, table_of
from selection_center.core.paging import counted
from selection_center.printing.models import PrintedItem, PrintRun, PrintState
from selection_center.printing.operations import SEEN
from selection_center.printing.own_layouts import keys_of
from selection_center.printing.stale import differences, values_now
from selection_center.samples import queries
from selection_center.samples.models import Sample, SampleKind, SampleState
from selection_center.samples.tags import Tag, TagState
from selection_center.sites.models import Belt, Site, Stand

KINDS = {"shelf": SampleKind.SHELF_FACING, "label": SampleKind.SAMPLE}
"""By layout, what it hangs on."""
CHUNK = 200
AT_ONCE = 2
"""Chunks that a page compares before it is shown; a job of its own does the rest."""
APART = "|"
ITEMS = table_of(PrintedItem)
Parts = dict[str, sa.ColumnElement[bool]]


@cache
def release() -> str:
    """Of the code and words that say what a paper says: after a change of them every paper is looked at again."""
    package, said = Path(__file__).parent.parent, hashlib.sha256()
    for file in sorted(path for kind in ("*.py", "*.po") for path in package.rglob(kind)):
        said.update(file.read_bytes())
    return said.hexdigest()[:12]


def made_from() -> sa.ColumnElement[str]:
    """All that the values of a paper are made from today. What an offer says is counted by its version."""
    said: sa.ColumnElement[str] = sa.literal(f"{release()}{APART}{current_app.config['PUBLIC_URL']}")
    parts: tuple[Any, ...] = (
        *(Listing.id, Listing.version, Sample.sku_id, Tag.code, Stand.address),
        *(Supplier.id, Supplier.price_visibility, Supplier.is_super_factory, Supplier.is_powerful_merchant),
        *(Supplier.trustpass_years, Belt.place, Supplier.name, Supplier.name_en),
    )
    for part in parts:
        said = said + APART + sa.func.coalesce(sa.cast(part, sa.Text), "")
    return said


def hanging(site: Site, *layouts: str) -> sa.Select[Any]:
    """What bears such papers, as rows of samples beside the newest paper of each: every shelf; of samples those that
    have a label.
    """
    newest = {kind: newest_of(layout) for layout, kind in KINDS.items() if layout in layouts}
    query = (
        queries.at_site(site)
        .outerjoin(Tag, sa.and_(Tag.sample_id == Sample.id, Tag.state == TagState.BOUND))
        .outerjoin(Supplier, Supplier.id == Listing.supplier_id)
        .outerjoin(Belt, Belt.id == Supplier.belt_id)
        .outerjoin(PrintedItem, PrintedItem.id == sa.case(newest, value=Sample.kind))
    )
    bears = sa.or_(PrintedItem.id.is_not(None), Sample.kind == SampleKind.SHELF_FACING)
    return query.where(Sample.kind.in_(newest), Sample.state != SampleState.RETIRED, bears)


def picked(rows: sa.Select[Any], *columns: Any) -> sa.Select[Any]:
    """Of these rows these columns."""
    return rows.with_only_columns(*columns, maintain_column_froms=True)


def newest_of(layout: str) -> sa.ScalarSelect[Any]:
    """What came out of the printer last. Looked for by the sample: `+ 0` keeps PostgreSQL from reading a whole run for
    each.
    """
    query = sa.select(sa.func.max(PrintedItem.id)).join(PrintRun, PrintRun.id == PrintedItem.run_id + 0)
    query = query.where(PrintedItem.sample_id == Sample.id, PrintedItem.refused.is_(None))
    query = query.where(PrintRun.layout.in_(keys_of(layout)), PrintRun.state == PrintState.READY)
    return query.correlate(Sample).scalar_subquery()


class Verdict(NamedTuple):
    """Conditions on the rows of `hanging`."""

    is_stale: sa.ColumnElement[bool]
    """It says what is no longer so, or that was not looked at yet."""
    is_open: sa.ColumnElement[bool]
    """Not looked at yet."""
    is_missing: sa.ColumnElement[bool]
    """Never printed."""

    @classmethod
    def now(cls) -> Verdict:
        exists, today = PrintedItem.id.is_not(None), made_from()
        is_stale = sa.and_(exists, PrintedItem.agrees_with.is_distinct_from(today))
        return cls(is_stale, sa.and_(is_stale, PrintedItem.differs_from.is_distinct_from(today)), ~exists)


def facts() -> dict[str, sa.ColumnElement[bool]]:
    """Of each row of `hanging`, what pages count and choose by."""
    verdict = Verdict.now()
    return {
        **{"is_stale": verdict.is_stale, "is_open": verdict.is_open, "is_missing": verdict.is_missing},
        "has_tag": Tag.id.is_not(None),
    }


def count(rows: sa.Select[Any], of_each: dict[str, Any], parts: Callable[[Any], Parts]) -> dict[str, int]:
    """How many rows each part holds; what is asked of each row is found out once, whatever parts it makes up."""
    columns = (fact.label(name) for name, fact in of_each.items())
    found = picked(rows, *columns).offset(0).subquery()
    return counted(sa.select(found), parts(found.c))


def finished(site: Site) -> bool:
    """Compares, in the caller's transaction, as much as a page does: was that all?"""
    last = 0
    for _chunk in range(AT_ONCE):
        if not (found := unseen(site, last)):
            return True
        compare(found)
        last = found[-1].sample_id
    return not unseen(site, last)


class Unseen(NamedTuple):
    """A paper, what it hangs on, and what it is to be compared with."""

    sample_id: int
    item_id: int
    made_from: str


def unseen(site: Site, after: int, listing_ids: Collection[int] | None = None) -> list[Unseen]:
    """Of samples with a greater number, of these offers alone where they are named; of many, some."""
    query = hanging(site, *KINDS).where(Verdict.now().is_open, Sample.id > after).order_by(Sample.id).limit(CHUNK)
    if listing_ids is not None:
        query = query.where(Sample.listing_id.in_(listing_ids))
    columns = (Sample.id, PrintedItem.id, made_from())
    return [Unseen(*row) for row in db.session.execute(picked(query, *columns))]


def compare(found: list[Unseen]) -> None:
    """What they are compared with was read before: what changes meanwhile, is another text and compared again."""
    query = sa.select(PrintedItem, Sample).join(Sample, Sample.id == PrintedItem.sample_id)
    query = query.where(PrintedItem.id.in_([one.item_id for one in found]))
    query = query.options(joinedload(PrintedItem.run), *SEEN).execution_options(populate_existing=True)
    differs = {
        item.id: bool(differences(item.values, values_now(sample, item.run)))
        for item, sample in db.session.execute(query).unique()
    }
    keep_verdicts([(one.item_id, one.made_from, differs[one.item_id]) for one in found if one.item_id in differs])


def keep_verdicts(verdicts: list[tuple[int, str, bool]]) -> None:
    """Each with what it was compared with, and whether it differs."""
    rows = [
        {"b_id": item_id, "agrees": None if differs else made_from, "differs": made_from if differs else None}
        for item_id, made_from, differs in sorted(verdicts)
    ]
    values: dict[str, Any] = {"agrees_with": sa.bindparam("agrees"), "differs_from": sa.bindparam("differs")}
    db.session.connection().execute(sa.update(ITEMS).where(ITEMS.c.id == sa.bindparam("b_id")).values(values), rows)
