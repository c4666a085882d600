"""The print room: choose what, on which paper, from which cell on; then take the file, and see what was printed."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from selection_center.core import codes, jobs
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import BINARY, PDF, download
from selection_center.core.once import done
from selection_center.core.paging import page_of
from selection_center.core.permissions import Permission
from selection_center.printing import (
    card_views,
    choosing,
    day_reports,
    document_views,
    files,
    join_posters,
    layout_views,
    operations,
    own_layouts,
    paper_views,
    relabel,
    reorders,
    sticker_views,
    stocktake_reports,
)
from selection_center.printing.choosing import Wish
from selection_center.printing.dots import MOST_COPIES, RESOLUTIONS, Setting
from selection_center.printing.layouts import LAYOUTS, Layout
from selection_center.printing.media import Face, Kind, Medium
from selection_center.printing.models import FILES_KEPT, FileKind, PrintedItem, PrintRun, PrintState
from selection_center.printing.own_layouts import layout_of
from selection_center.printing.own_media import media_at, medium_of, titles
from selection_center.printing.printers import printers_at
from selection_center.printing.stale import changes_of
from selection_center.samples import queries
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("printing", __name__)
BLUEPRINTS = [
    bp,
    document_views.bp,
    sticker_views.bp,
    stocktake_reports.bp,
    day_reports.bp,
    card_views.bp,
    join_posters.bp,
    reorders.bp,
    relabel.bp,
    paper_views.bp,
    layout_views.bp,
]


def layouts_at(site: Site) -> list[Layout]:
    return own_layouts.layouts_at(site, current_user)


def hosts() -> list[str]:
    return list(current_app.config["SETTINGS"].public_hosts)


@bp.get("/sites/<string:slug>/print")
@allow(Permission.PRINT_TAGS)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.PRINT_TAGS)
    return show_room(site, Wish.read(request.args, site, current_user, layouts_at(site), sent=False))


@bp.post("/sites/<string:slug>/print")
@allow(Permission.PRINT_TAGS, repeatable=True)
def preview(slug: str) -> Any:
    """The same page with another paper, language or first cell, and what was ticked: nothing is kept."""
    site = site_or_404(slug, Permission.PRINT_TAGS)
    return show_room(site, Wish.read(request.form, site, current_user, layouts_at(site), sent=True))


def paper_choices(layout: Layout, media: list[Medium]) -> list[tuple[Kind, list[tuple[Medium, str]]]]:
    """By kind; with each that a cell of labels is too small for, by how much."""
    offered = [
        (medium, "" if layout.fits(medium) else layout.refusal(medium))
        for medium in media
        if layout.fits(medium) or (layout.is_of_cells and medium.face is not Face.PAGE)
    ]
    return [(kind, rows) for kind in Kind if (rows := [row for row in offered if row[0].kind is kind])]


def show_room(site: Site, wish: Wish, status: int = 200, wrong: str | None = None) -> Any:
    found, every = choosing.found(site, wish, hosts()), layouts_at(site)
    sent = request.method == "POST"
    ticked = [row for row in found.rows if (row.id in wish.ticked if sent else wish.is_narrowed)]
    count = found.total if wish.everything else len(ticked) + len(found.kept)
    page = render_template(
        "printing/index.html",
        site=site,
        wish=wish,
        found=found,
        ticked={row.id for row in ticked},
        count=count,
        pages=wish.medium.pages(count, wish.free) if count else 0,
        media=paper_choices(wish.layout, media_at(site)),
        printers=printers_at(site),
        to_print=found.rows if wish.everything else [*found.kept, *ticked],
        layouts=[layout for layout in every if not layout.family],
        variants=[layout for layout in every if layout.kind == wish.layout.kind],
        zones=queries.zones(site),
        wrong=wrong,
        settings=current_app.config["SETTINGS"],
        format_code=codes.format_code,
    )
    return page, status


def unfit_words(site: Site, layout: Layout) -> str | None:
    """Why the paper that was asked for does not go with this layout."""
    asked = next((medium for medium in media_at(site) if medium.key == request.form.get("medium")), None)
    return layout.refusal(asked) if asked is not None and not layout.fits(asked) else None


@bp.post("/sites/<string:slug>/prints")
@allow(Permission.PRINT_TAGS)
def create(slug: str) -> Any:
    """One page is there at once; more are set by a job."""
    site = site_or_404(slug, Permission.PRINT_TAGS)
    asked = LAYOUTS.get(request.form.get("layout", ""))
    if asked is not None and asked not in layouts_at(site):
        abort(403)
    wish = Wish.read(request.form, site, current_user, layouts_at(site), sent=True)
    if unfit := unfit_words(site, wish.layout):
        return show_room(site, wish, 422, wrong=unfit)
    chosen = choosing.chosen(site, wish, hosts())
    if not chosen:
        return show_room(site, wish, 422, wrong=_("Choose what to print."))
    return begun(operations.begin(site, current_user, wish.order, chosen))


def begun(run: PrintRun) -> Any:
    operations.start(run)
    return done(url_for("printing.show", run_id=run.id))


def layout_titles(runs: Iterable[PrintRun]) -> dict[str, str]:
    return {key: str(layout_of(key).title) for key in {run.layout for run in runs}}


def run_or_404(run_id: int) -> PrintRun:
    """A print of another site is not there; one that this role may not make is refused."""
    run: PrintRun = db.first_or_404(PrintRun.reachable_by(current_user, Permission.PRINT_TAGS).filter_by(id=run_id))
    if not current_user.can(layout_of(run.layout).permission, site_id=run.site_id):
        abort(403)
    return run


@bp.get("/sites/<string:slug>/prints")
@allow(Permission.PRINT_TAGS)
def history(slug: str) -> Any:
    site = site_or_404(slug, Permission.PRINT_TAGS)
    keys = [key for layout in layouts_at(site) if not layout.family for key in own_layouts.keys_of(layout.kind)]
    query = sa.select(PrintRun).where(PrintRun.site_id == site.id, PrintRun.layout.in_(keys))
    query = query.options(joinedload(PrintRun.user)).order_by(PrintRun.id.desc())
    page = page_of(query)
    ids = [run.id for run in page.items]
    counted = sa.select(PrintedItem.run_id, sa.func.count()).where(PrintedItem.run_id.in_(ids))
    counts = dict(db.session.execute(counted.group_by(PrintedItem.run_id)).all())
    return render_template(
        "printing/history.html",
        site=site,
        page=page,
        counts=counts,
        layout_titles=layout_titles(page.items),
        titles=titles(page.items),
    )


@bp.get("/prints/<int:run_id>")
@allow(Permission.PRINT_TAGS)
def show(run_id: int) -> Any:
    run = run_or_404(run_id)
    items = page_of(sa.select(PrintedItem).filter_by(run_id=run.id).order_by(PrintedItem.number), per_page=100)
    refused = sa.select(PrintedItem).filter(PrintedItem.run_id == run.id, PrintedItem.refused.is_not(None))
    asked = files.asked_files(run)
    return render_template(
        "printing/show.html",
        run=run,
        items=items,
        refused=db.session.scalars(refused.order_by(PrintedItem.number).limit(50)).all(),
        work=db.session.scalar(sa.select(jobs.JobRun).filter_by(key=f"print-{run.id}")),
        layout=layout_of(run.layout),
        medium=medium_of(run.medium),
        changes=changes_of(run, items.items),
        gone=spans(run.used),
        left=rest_of(run),
        days_kept=FILES_KEPT.days,
        resolutions=RESOLUTIONS,
        setting=Setting.of(run.printer),
        asked_files=[one for one in asked if one.kind is not FileKind.PDF],
        is_lost=run.has_file and not files.Draft.of(run).comes_at_once,
        set_anew=next((one.work for one in asked if one.kind is FileKind.PDF), None),
        most_copies=MOST_COPIES,
        settings=current_app.config["SETTINGS"],
        format_code=shown_code,
    )


def shown_code(code: str) -> str:
    """Zones, factories and goods have none."""
    return codes.format_code(code) if len(code) == codes.LENGTH else ""


def spans(positions: list[int]) -> str:
    """1, 2, 3, 5 as 1–3, 5."""
    found: list[list[int]] = []
    for position in positions:
        if found and position == found[-1][1] + 1:
            found[-1][1] = position
        else:
            found.append([position, position])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in found)


def rest_of(run: PrintRun) -> int:
    """Cells that it left of its last sheet."""
    medium = medium_of(run.medium)
    if run.state is not PrintState.READY or medium.cells == 1 or not layout_of(run.layout).is_of_cells:
        return 0
    last = sa.select(sa.func.count(PrintedItem.id)).filter_by(run_id=run.id, page=run.pages)
    gone = len(run.used) if run.pages == 1 else 0
    return medium.cells - gone - (db.session.scalar(last) or 0)


@bp.get("/prints/<int:run_id>/file")
@allow(Permission.PRINT_TAGS)
def file(run_id: int) -> Response | Any:
    """The PDF, or what a label printer without a driver takes: set on its first way out where it is short, from the
    values that the run keeps; a long one is there since its job."""
    run = run_or_404(run_id)
    draft = draft_or_404(run, request.args)
    if not run.has_file or not draft.comes_at_once:
        return redirect(url_for("printing.show", run_id=run.id))
    name = f"{layout_of(run.layout).title}-{run.medium}-{run.id}"
    db.session.rollback()
    inline = draft.kind is FileKind.PDF and request.args.get("show") == "1"
    kind = PDF if draft.kind is FileKind.PDF else BINARY
    return download(draft.file().read_bytes(), name, draft.kind, kind, inline=inline)


@bp.post("/prints/<int:run_id>/file")
@allow(Permission.PRINT_TAGS, repeatable=True)
def ask_for_file(run_id: int) -> Any:
    """A short one comes at once, and so does one that is there; a long one is set by a job."""
    run = run_or_404(run_id)
    draft = draft_or_404(run, request.form)
    if run.has_file and draft.comes_at_once:
        said: dict[str, Any] = {"as": draft.kind, "dots": draft.setting.dots_per_mm, "copies": draft.setting.copies}
        return done(url_for("printing.file", run_id=run.id, **said))
    if run.has_file:
        files.ask(run, draft, current_user)
    anchor = None if draft.kind is FileKind.PDF else "label-printer"
    return done(url_for("printing.show", run_id=run.id, _anchor=anchor))


def draft_or_404(run: PrintRun, said: MultiDict[str, str]) -> files.Draft:
    """As its printer is set up; the resolution and how often each label comes may be said."""
    kind = FileKind(said["as"]) if said.get("as") in list(FileKind) else FileKind.PDF
    if kind is not FileKind.PDF and not medium_of(run.medium).is_for_label_printers:
        abort(404)
    dots, copies = said.get("dots", 0, type=int), said.get("copies", 1, type=int)
    return files.Draft.of(run, kind, Setting.of(run.printer).as_asked(dots, copies))


@bp.post("/prints/<int:run_id>/repeat")
@allow(Permission.PRINT_TAGS)
def repeat(run_id: int) -> Any:
    """On the same paper, from a new sheet on: all or what is ticked as it was, or all with today's values."""
    run = run_or_404(run_id)
    order = operations.Order(
        layout_of(run.layout),
        medium_of(run.medium),
        language=run.language,
        with_prices=run.with_prices,
        printer=run.printer,
        asked_kind=run.file_kind,
    )
    what = request.form.get("what")
    if what in ("ticked", "all"):
        ticked = choosing.ids(request.form.getlist("item"))
        items = [item for item in run.items if what == "all" or item.number in ticked]
        return begun(operations.begin_again(run, current_user, order, items))
    found = operations.subjects(run, run.items)
    chosen = [found.get(item.sample_id if item.sample_id is not None else item.code) for item in run.items]
    return begun(operations.begin(run.site, current_user, order, [one for one in chosen if one is not None]))
