"""The relabel list: shelf tags that no longer say what is so, and those never printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template
from sqlalchemy.orm import joinedload

from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.printing.models import PrintedItem, PrintRun, PrintState
from selection_center.printing.operations import SEEN
from selection_center.printing.stale import Difference, differences, values_now
from selection_center.samples.models import Sample, SampleKind, SampleState
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("relabel", __name__)

MOST_TAGS = 5_000
SHOWN = 500


@dataclass(frozen=True)
class Relabel:
    """One shelf whose tag is to be printed anew."""

    sample: Sample
    printed: PrintedItem | None
    differences: list[Difference]


@bp.get("/sites/<string:slug>/relabel")
@allow(Permission.PRINT_TAGS)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.PRINT_TAGS)
    tags = list(db.session.scalars(facings(site)).unique())
    rows = to_relabel(tags)
    return render_template("printing/relabel.html", site=site, rows=rows[:SHOWN], found=len(rows), tags=len(tags))


def facings(site: Site) -> sa.Select[Any]:
    """What hangs on the shelves, newest first."""
    query = sa.select(Sample).where(
        Sample.site_id == site.id, Sample.kind == SampleKind.SHELF_FACING, Sample.state != SampleState.RETIRED
    )
    return query.order_by(Sample.id.desc()).limit(MOST_TAGS).options(*SEEN)


def to_relabel(samples: list[Sample]) -> list[Relabel]:
    """Those whose tag differs, then those without one."""
    last = last_tags([sample.id for sample in samples])
    stale, missing = [], []
    for sample in samples:
        item = last.get(sample.id)
        if item is None:
            missing.append(Relabel(sample, None, []))
            continue
        changed = differences(item.values, values_now(sample, item.run))
        if changed:
            stale.append(Relabel(sample, item, changed))
    return stale + missing


def last_tags(ids: list[int]) -> dict[int, PrintedItem]:
    """The newest shelf tag of each that came out of the printer."""
    newest = (
        sa.select(sa.func.max(PrintedItem.id))
        .join(PrintedItem.run)
        .where(PrintedItem.sample_id.in_(ids), PrintedItem.refused.is_(None))
        .where(PrintRun.layout == "shelf", PrintRun.state == PrintState.READY)
        .group_by(PrintedItem.sample_id)
    )
    query = sa.select(PrintedItem).where(PrintedItem.id.in_(newest)).options(joinedload(PrintedItem.run))
    return {item.sample_id: item for item in db.session.scalars(query) if item.sample_id is not None}
