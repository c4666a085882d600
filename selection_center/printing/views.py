"""The print room: choose what, on which paper, from which cell on; then take the file, and see what was printed."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from selection_center.core import audit, codes, jobs
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import PDF, download
from selection_center.core.once import done
from selection_center.core.paging import page_of
from selection_center.core.permissions import Permission
from selection_center.printing import (
    card_views,
    choosing,
    day_reports,
    document_views,
    join_posters,
    operations,
    relabel,
    reorders,
    sticker_views,
    stocktake_reports,
)
from selection_center.printing.choosing import Wish
from selection_center.printing.layouts import LAYOUTS, Layout
from selection_center.printing.media import MEDIA
from selection_center.printing.models import PrintedItem, PrintRun, PrintState
from selection_center.samples import queries
from selection_center.sites.models import Site, SiteKind
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
]


def layouts_at(site_id: int) -> list[Layout]:
    """What this person may print at this site; a cashier, tags alone."""
    is_store = db.session.get_one(Site, site_id).kind is SiteKind.STORE
    return [
        layout
        for layout in LAYOUTS.values()
        if current_user.can(layout.permission, site_id=site_id) and (is_store or not layout.stores_only)
    ]


def hosts() -> list[str]:
    return list(current_app.config["SETTINGS"].public_hosts)


@bp.get("/sites/<string:slug>/print")
@allow(Permission.PRINT_TAGS)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.PRINT_TAGS)
    return show_room(site, Wish.read(request.args, layouts_at(site.id), sent=False))


@bp.post("/sites/<string:slug>/print")
@allow(Permission.PRINT_TAGS, repeatable=True)
def preview(slug: str) -> Any:
    """The same page with another paper, language or first cell, and what was ticked: nothing is kept."""
    site = site_or_404(slug, Permission.PRINT_TAGS)
    return show_room(site, Wish.read(request.form, layouts_at(site.id), sent=True))


def show_room(site: Site, wish: Wish, status: int = 200, wrong: str | None = None) -> Any:
    found = choosing.found(site, wish, hosts())
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
        pages=wish.medium.pages(count, wish.first) if count else 0,
        to_print=found.rows if wish.everything else [*found.kept, *ticked],
        layouts=layouts_at(site.id),
        zones=queries.zones(site),
        wrong=wrong,
        settings=current_app.config["SETTINGS"],
        format_code=codes.format_code,
    )
    return page, status


@bp.post("/sites/<string:slug>/prints")
@allow(Permission.PRINT_TAGS)
def create(slug: str) -> Any:
    """One page is there at once; more are set by a job."""
    site = site_or_404(slug, Permission.PRINT_TAGS)
    asked = LAYOUTS.get(request.form.get("layout", ""))
    if asked is not None and asked not in layouts_at(site.id):
        abort(403)
    wish = Wish.read(request.form, layouts_at(site.id), sent=True)
    chosen = choosing.chosen(site, wish, hosts())
    if not chosen:
        return show_room(site, wish, 422, wrong=_("Choose what to print."))
    return begun(operations.begin(site, current_user, wish.order, chosen))


def begun(run: PrintRun) -> Any:
    audit.record("printed", run, layout=run.layout, medium=run.medium, count=len(run.items))
    if run.pages > 1:
        jobs.enqueue(
            "print-run",
            key=f"print-{run.id}",
            user_id=run.user_id,
            site_id=run.site_id,
            total=len(run.items),
            print_id=run.id,
        )
    else:
        operations.read_values(run, run.items)
        operations.place(run)
        operations.make_ready(run)
    return done(url_for("printing.show", run_id=run.id))


def run_or_404(run_id: int) -> PrintRun:
    """A print of another site is not there; one that this role may not make is refused."""
    run: PrintRun = db.first_or_404(PrintRun.reachable_by(current_user, Permission.PRINT_TAGS).filter_by(id=run_id))
    if not current_user.can(LAYOUTS[run.layout].permission, site_id=run.site_id):
        abort(403)
    return run


@bp.get("/sites/<string:slug>/prints")
@allow(Permission.PRINT_TAGS)
def history(slug: str) -> Any:
    site = site_or_404(slug, Permission.PRINT_TAGS)
    keys = [layout.key for layout in layouts_at(site.id)]
    query = sa.select(PrintRun).where(PrintRun.site_id == site.id, PrintRun.layout.in_(keys))
    query = query.options(joinedload(PrintRun.user)).order_by(PrintRun.id.desc())
    page = page_of(query)
    ids = [run.id for run in page.items]
    counted = sa.select(PrintedItem.run_id, sa.func.count()).where(PrintedItem.run_id.in_(ids))
    counts = dict(db.session.execute(counted.group_by(PrintedItem.run_id)).all())
    return render_template("printing/history.html", site=site, page=page, counts=counts, layouts=LAYOUTS, media=MEDIA)


@bp.get("/prints/<int:run_id>")
@allow(Permission.PRINT_TAGS)
def show(run_id: int) -> Any:
    run = run_or_404(run_id)
    items = page_of(sa.select(PrintedItem).filter_by(run_id=run.id).order_by(PrintedItem.number), per_page=100)
    refused = sa.select(PrintedItem).filter(PrintedItem.run_id == run.id, PrintedItem.refused.is_not(None))
    return render_template(
        "printing/show.html",
        run=run,
        items=items,
        refused=db.session.scalars(refused.order_by(PrintedItem.number).limit(50)).all(),
        work=db.session.scalar(sa.select(jobs.JobRun).filter_by(key=f"print-{run.id}")),
        layout=LAYOUTS[run.layout],
        medium=MEDIA[run.medium],
        settings=current_app.config["SETTINGS"],
        format_code=codes.format_code,
    )


@bp.get("/prints/<int:run_id>/file")
@allow(Permission.PRINT_TAGS)
def file(run_id: int) -> Response | Any:
    """The PDF. A page is set on its first way out, from the values that the run keeps."""
    run = run_or_404(run_id)
    draft = operations.Draft.of(run)
    if run.state is not PrintState.READY or (run.pages > 1 and not draft.path.is_file()):
        return redirect(url_for("printing.show", run_id=run.id))
    name = f"{LAYOUTS[run.layout].title}-{run.medium}-{run.id}"
    db.session.rollback()
    inline = request.args.get("show") == "1"
    return download(draft.file().read_bytes(), name, "pdf", PDF, inline=inline)


@bp.post("/prints/<int:run_id>/repeat")
@allow(Permission.PRINT_TAGS)
def repeat(run_id: int) -> Any:
    """The same things on the same paper, with today's values, from the first cell on."""
    run = run_or_404(run_id)
    found = operations.subjects(run, run.items)
    chosen = [found.get(item.sample_id if item.sample_id is not None else item.code) for item in run.items]
    order = operations.Order(LAYOUTS[run.layout], MEDIA[run.medium], 1, run.language, run.with_prices)
    return begun(operations.begin(run.site, current_user, order, [one for one in chosen if one is not None]))
