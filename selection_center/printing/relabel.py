"""The relabel list: labels and shelf tags that no longer say what is so, and shelf tags never printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from sqlalchemy.orm import joinedload

from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.printing.layouts import LAYOUTS
from selection_center.printing.models import PrintedItem, PrintRun, PrintState
from selection_center.printing.operations import SEEN
from selection_center.printing.stale import Difference, differences, values_now
from selection_center.samples import queries
from selection_center.samples.models import Sample, SampleKind, SampleState
from selection_center.sites.models import Site, SiteKind
from selection_center.sites.reaching import site_or_404

bp = Blueprint("relabel", __name__)

MOST_TAGS = 5_000
SHOWN = 500
KINDS = {"shelf": SampleKind.SHELF_FACING, "label": SampleKind.SAMPLE}
"""By layout, what it hangs on."""


@dataclass(frozen=True)
class Relabel:
    """One sample or shelf whose paper is to be printed anew."""

    sample: Sample
    printed: PrintedItem | None
    differences: list[Difference]


@dataclass
class Pile:
    """What comes out on the same paper in the same words: one print."""

    medium: str
    language: str
    with_prices: bool
    rows: list[Relabel] = field(default_factory=list)


@bp.get("/sites/<string:slug>/relabel")
@allow(Permission.PRINT_TAGS)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.PRINT_TAGS)
    is_store = site.kind is SiteKind.STORE
    asked = request.args.get("layout")
    layout = LAYOUTS["label" if asked == "label" or not is_store else "shelf"]
    tags = list(db.session.scalars(hanging(site, layout.key)).unique())
    rows = to_relabel(tags, layout.key)
    counts = {"site": site, "layout": layout, "found": len(rows), "shown": min(len(rows), SHOWN), "tags": len(tags)}
    return render_template("printing/relabel.html", **counts, piles=piles(rows[:SHOWN]), is_store=is_store)


def hanging(site: Site, layout: str) -> sa.Select[Any]:
    """What bears such a paper, in walking order: every shelf; of samples those that have a label."""
    query = queries.at_site(site).where(Sample.kind == KINDS[layout], Sample.state != SampleState.RETIRED)
    if layout == "label":
        query = query.where(Sample.id.in_(printed(layout).with_only_columns(PrintedItem.sample_id)))
    return query.order_by(*queries.SORTS["stand"]).limit(MOST_TAGS).options(*SEEN)


def to_relabel(samples: Iterable[Sample], layout: str) -> list[Relabel]:
    """Those whose paper differs, then those without one, each in the order given."""
    found = list(samples)
    last = last_papers(layout, [sample.id for sample in found])
    stale, missing = [], []
    for sample in found:
        item = last.get(sample.id)
        if item is None:
            missing.append(Relabel(sample, None, []))
        elif changed := differences(item.values, values_now(sample, item.run)):
            stale.append(Relabel(sample, item, changed))
    return stale + missing


def piles(rows: Iterable[Relabel]) -> list[Pile]:
    """What never hung goes with the first pile."""
    found: dict[tuple[str, str, bool], Pile] = {}
    for row in rows:
        run = row.printed.run if row.printed else None
        key = (run.medium, run.language, run.with_prices) if run else next(iter(found), ("", "zh", True))
        found.setdefault(key, Pile(*key)).rows.append(row)
    return list(found.values())


def printed(layout: str) -> sa.Select[Any]:
    """What came out of the printer."""
    query = sa.select(PrintedItem).join(PrintedItem.run).where(PrintedItem.refused.is_(None))
    return query.where(PrintRun.layout == layout, PrintRun.state == PrintState.READY)


def last_papers(layout: str, ids: list[int]) -> dict[int, PrintedItem]:
    """The newest one of each sample."""
    newest = (
        printed(layout)
        .with_only_columns(sa.func.max(PrintedItem.id))
        .where(PrintedItem.sample_id.in_(ids))
        .group_by(PrintedItem.sample_id)
    )
    query = sa.select(PrintedItem).where(PrintedItem.id.in_(newest)).options(joinedload(PrintedItem.run))
    return {item.sample_id: item for item in db.session.scalars(query) if item.sample_id is not None}
