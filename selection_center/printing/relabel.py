"""The relabel list: labels and shelf tags that no longer say what is so, and shelf tags never printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.paging import CountedPage
from selection_center.core.permissions import Permission
from selection_center.printing import compare_jobs, comparing, operations
from selection_center.printing.begun_sheets import begun_at
from selection_center.printing.comparing import Verdict
from selection_center.printing.layouts import LAYOUTS, Layout
from selection_center.printing.models import PrintedItem, Printer, PrintRun
from selection_center.printing.operations import SEEN
from selection_center.printing.own_layouts import layout_now
from selection_center.printing.own_media import media_at, medium_of
from selection_center.printing.printers import usual_printer
from selection_center.printing.stale import Difference, differences, values_now
from selection_center.samples import queries
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag
from selection_center.sites.models import Site, SiteKind
from selection_center.sites.reaching import site_or_404

bp = Blueprint("relabel", __name__)

PER_PAGE = 100


class How(NamedTuple):
    """On which paper, in which words something hangs."""

    medium: str = ""
    language: str = "zh"
    with_prices: bool = True
    layout: str = ""
    """The size or own layout that hangs there; empty for what never hung."""


class Hung(Protocol):
    @property
    def how(self) -> How | None: ...


H = TypeVar("H", bound=Hung)


@dataclass(frozen=True)
class Relabel:
    """One sample or shelf whose paper is to be printed anew."""

    sample: Sample
    printed: PrintedItem | None
    differences: list[Difference]

    @property
    def how(self) -> How | None:
        run = self.printed.run if self.printed else None
        return How(run.medium, run.language, run.with_prices, run.layout) if run else None


class Reprint(NamedTuple):
    """The same by its numbers alone."""

    sample_id: int
    code: str
    how: How | None


@dataclass
class Pile(Generic[H]):
    """What comes out on the same paper in the same words: one print."""

    how: How
    rows: list[H] = field(default_factory=list)


@bp.get("/sites/<string:slug>/relabel")
@allow(Permission.PRINT_TAGS)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.PRINT_TAGS)
    layout = asked_layout(site, request.args)
    counts = counts_of(site, layout)
    if counts["open"]:
        compare_jobs.look_again(site, comparing.AT_ONCE)
        counts = counts_of(site, layout)
    page = CountedPage.asked(to_relabel(site, layout), counts["found"], PER_PAGE)
    return render_template(
        "printing/relabel.html",
        **{"site": site, "layout": layout, "is_store": site.kind is SiteKind.STORE, "page": page},
        **{"piles": piles(described(page.items)), **counts},
    )


@bp.post("/sites/<string:slug>/relabel")
@allow(Permission.PRINT_TAGS)
def print_all(slug: str) -> Any:
    """Exactly what the list says now, in walking order; a print for each paper and language that hangs there."""
    site = site_or_404(slug, Permission.PRINT_TAGS)
    layout = asked_layout(site, request.args)
    if not comparing.finished(site):
        raise Refused("still_compared", _("Very many offers changed just now. Try again in some minutes."))
    runs = [
        operations.begin_with(site, current_user, order_of(site, layout, pile.how), items_of(rows))
        for pile in piles(walking(site, layout))
        for rows in chunks(pile.rows, operations.MOST_ITEMS)
    ]
    if not runs:
        raise Refused("nothing_stale", _("Nothing is out of date any more."))
    for run in runs:
        operations.start(run)
    if len(runs) == 1:
        return done(url_for("printing.show", run_id=runs[0].id))
    return done(
        url_for("printing.history", slug=site.slug), _("%(count)s prints, one for each paper.", count=len(runs))
    )


def asked_layout(site: Site, said: MultiDict[str, str]) -> Layout:
    return LAYOUTS["label" if said.get("layout") == "label" or site.kind is not SiteKind.STORE else "shelf"]


def counts_of(site: Site, layout: Layout) -> dict[str, int]:
    """Of all that hangs there: what is to be printed anew, what of it can be, what was not looked at yet."""
    return comparing.count(
        comparing.hanging(site, layout.key),
        comparing.facts(),
        lambda each: {
            "found": sa.or_(each.is_stale, each.is_missing),
            "printable": sa.and_(each.has_tag, sa.or_(each.is_stale, each.is_missing)),
            **{"open": each.is_open, "tags": sa.true()},
        },
    )


def found_at(site: Site, layout: Layout) -> sa.Select[Any]:
    verdict = Verdict.now()
    return comparing.hanging(site, layout.key).where(sa.or_(verdict.is_stale, verdict.is_missing))


def to_relabel(site: Site, layout: Layout) -> sa.Select[Any]:
    """By sample and paper: those whose paper differs, then those without one, each as one walks past them."""
    query = comparing.picked(found_at(site, layout), Sample.id, PrintedItem.id)
    return query.order_by(PrintedItem.id.is_(None), *queries.SORTS["stand"])


def described(ids: Sequence[Any]) -> list[Relabel]:
    """The rows of one page; without what turns out to say what is so."""
    samples, papers = loaded(ids)
    rows = []
    for sample_id, paper_id in ids:
        sample, paper = samples[sample_id], papers.get(paper_id)
        changed = differences(paper.values, values_now(sample, paper.run)) if paper else []
        if changed or paper is None:
            rows.append(Relabel(sample, paper, changed))
    return rows


def loaded(ids: Sequence[Any]) -> tuple[dict[int, Sample], dict[int, PrintedItem]]:
    """Samples with all that papers say of them, and papers, each by its number."""
    samples = sa.select(Sample).where(Sample.id.in_([sample_id for sample_id, _paper_id in ids])).options(*SEEN)
    papers = sa.select(PrintedItem).where(PrintedItem.id.in_([paper_id for _sample_id, paper_id in ids if paper_id]))
    papers = papers.options(joinedload(PrintedItem.run))
    return {one.id: one for one in db.session.scalars(samples)}, {one.id: one for one in db.session.scalars(papers)}


def walking(site: Site, layout: Layout) -> list[Reprint]:
    """All that is to be printed anew and can be, as one walks."""
    query = found_at(site, layout).where(Tag.id.is_not(None)).outerjoin(PrintRun, PrintRun.id == PrintedItem.run_id)
    columns = (Sample.id, Tag.code, PrintRun.medium, PrintRun.language, PrintRun.with_prices, PrintRun.layout)
    rows = db.session.execute(comparing.picked(query, *columns).order_by(*queries.SORTS["stand"]))
    return [Reprint(number, code, How(*how) if how[0] is not None else None) for number, code, *how in rows]


def items_of(rows: Sequence[Reprint]) -> list[PrintedItem]:
    return [
        PrintedItem(number=number, sample_id=row.sample_id, code=row.code, values={})
        for number, row in enumerate(rows, 1)
    ]


def order_of(site: Site, layout: Layout, how: How) -> operations.Order:
    """As it hangs there; a sheet that was begun is filled first."""
    layout = layout_now(how.layout) if how.layout else layout
    hanging_on = medium_of(how.medium) if how.medium else None
    medium = hanging_on if hanging_on and layout.fits(hanging_on) else layout.among(media_at(site))[0]
    known = next(iter(begun_at(site, [medium.key])), None)
    usual = usual_printer(site, current_user)
    return operations.Order(
        layout,
        medium,
        language=how.language,
        with_prices=how.with_prices,
        sheet=known.sheet if known else None,
        rest_name=known.sheet.name if known else "",
        printer=db.session.get(Printer, usual) if usual else None,
    )


def chunks(rows: list[Reprint], size: int) -> list[list[Reprint]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def piles(rows: Iterable[H]) -> list[Pile[H]]:
    """What never hung goes with the first pile."""
    found: dict[How, Pile[H]] = {}
    for row in rows:
        how = row.how or next(iter(found), How())
        found.setdefault(how, Pile(how)).rows.append(row)
    return list(found.values())
