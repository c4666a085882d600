"""Papers of a site: what can be printed on, own media, printers, and sheets that were begun."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db, utcnow
from selection_center.core.downloads import PDF, download
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.printing.begun_sheets import begun_at
from selection_center.printing.forms import MOST_COLUMNS, MOST_ROWS, MediumForm, PrinterForm, SheetForm
from selection_center.printing.media import MEDIA, Face, Kind, Medium
from selection_center.printing.models import BegunSheet, Printer, PrintRun
from selection_center.printing.overtaking import Overtaken, changed_words, gone_words, is_overtaken
from selection_center.printing.own_layouts import layout_title, layouts_at
from selection_center.printing.own_media import OwnMedium, media_at, medium_from, medium_title, own_at
from selection_center.printing.printers import printers_at, usual_printer
from selection_center.printing.rulers import ruler_page
from selection_center.sites.audit_words.detail_words import WORDED
from selection_center.sites.models import Site
from selection_center.sites.reaching import one_or_404, site_or_404

bp = Blueprint("papers", __name__)
WORDED.update(layout=layout_title, medium=medium_title)

BLANK = {"page_width": 21000, "page_height": 29700, "columns": 3, "rows": 7, "width": 6350, "height": 3810,
         "left": 721, "top": 1515, "pitch_x": 6604, "pitch_y": 3810, "edge": 200, "dpi": 300}  # fmt: skip
"""What a new one begins as: L7160."""


@bp.get("/sites/<string:slug>/papers")
@allow(Permission.PRINT_TAGS)
def index(slug: str) -> Any:
    return show_papers(site_or_404(slug, Permission.PRINT_TAGS))


def show_papers(
    site: Site,
    status: int = 200,
    printer_form: PrinterForm | None = None,
    changed: int = 0,
    overtaken: Overtaken | None = None,
) -> Any:
    """`changed`: the printer whose form came back; none for the form of a new one."""
    media = media_at(site)
    page = render_template(
        "printing/papers.html",
        site=site,
        kinds=[(kind, rows) for kind in Kind if (rows := [one for one in media if one.kind is kind])],
        own={own.key: own for own in own_at(site)},
        layouts=[layout for layout in layouts_at(site, current_user) if not layout.family],
        sheets=begun_at(site),
        printers=printers_at(site),
        usual=usual_printer(site, current_user),
        printer_form=printer_form or PrinterForm(formdata=None),
        empty_form=PrinterForm(formdata=None),
        PrinterForm=PrinterForm,
        changed=changed,
        overtaken=overtaken,
        seen=request.form.get("seen", ""),
        may_edit=current_user.can(Permission.EDIT_MEDIA, site_id=site.id),
        Face=Face,
    )
    return page, status


@bp.get("/sites/<string:slug>/papers/<string:key>/ruler.pdf")
@allow(Permission.PRINT_TAGS)
def ruler(slug: str, key: str) -> Response:
    """The test page, moved as the printer says that is used most."""
    site = site_or_404(slug, Permission.PRINT_TAGS)
    medium = next((one for one in media_at(site) if one.key == key), None) or abort(404)
    chosen = request.args.get("printer", str(usual_printer(site, current_user) or ""))
    printer = next((one for one in printers_at(site) if str(one.id) == chosen), None)
    return download(
        ruler_page(medium, printer), _("test page %(medium)s", medium=medium.title), "pdf", PDF, inline=True
    )


# --- own media --------------------------------------------------------------------------------------------------


@bp.get("/sites/<string:slug>/papers/new")
@allow(Permission.EDIT_MEDIA)
def new(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_MEDIA)
    return show_form(site, MediumForm(formdata=None, data=BLANK))


@bp.post("/sites/<string:slug>/papers")
@allow(Permission.EDIT_MEDIA)
def create(slug: str) -> Any:
    site, form = site_or_404(slug, Permission.EDIT_MEDIA), MediumForm()
    if not form.validate():
        return show_form(site, form, 422)
    own = OwnMedium(site_id=None if may_share() and form.network.data else site.id, name=form.name.data)
    return kept(site, own, form)


@bp.get("/own-papers/<int:medium_id>")
@allow(Permission.EDIT_MEDIA)
def edit(medium_id: int) -> Any:
    own = own_or_404(medium_id)
    said = {name: getattr(own, name) for name in BLANK} | {"name": own.name, "network": own.site_id is None}
    return show_form(site_of(own), MediumForm(formdata=None, data=said), own=own)


@bp.post("/own-papers/<int:medium_id>")
@allow(Permission.EDIT_MEDIA)
def change(medium_id: int) -> Any:
    """What was printed on keeps its measures: the changed one takes its place under the same name."""
    own, form = own_or_404(medium_id, hidden=True, held=True), MediumForm()
    is_good, overtaken, site = form.validate(), overtaken_by(own), site_of(own)
    if overtaken or not is_good:
        there = own if own.hidden_at is None else None
        return show_form(site, form, 409 if is_good else 422, there, overtaken)
    if printed := own.is_printed_on:
        audit.record("medium_removed", own, site_id=own.site_id, name=own.name)
        own.remove()
    changed = OwnMedium(site_id=own.site_id) if printed else own
    changed.name = form.name.data
    return kept(site, changed, form)


def overtaken_by(own: OwnMedium) -> Overtaken | None:
    """What somebody made of the paper since it was opened; one that is gone can be made anew from the form."""
    if own.hidden_at is not None:
        return Overtaken(gone_words(own), url_for(".index", slug=site_of(own).slug), own.mark)
    if is_overtaken(own.mark):
        return Overtaken(changed_words(own), url_for(".edit", medium_id=own.id), own.mark)
    return None


def kept(site: Site, own: OwnMedium, form: MediumForm) -> Any:
    for name, value in form.measures.items():
        setattr(own, name, value)
    db.session.add(own)
    db.session.flush()
    audit.record("medium_kept", own, site_id=own.site_id, name=own.name)
    return done(url_for(".index", slug=site.slug, _anchor=own.key), _("%(name)s is kept.", name=own.name))


@bp.post("/own-papers/<int:medium_id>/removal")
@allow(Permission.EDIT_MEDIA)
def remove(medium_id: int) -> Any:
    own = own_or_404(medium_id)
    site, name = site_of(own), own.name
    audit.record("medium_removed", own, site_id=own.site_id, name=name)
    own.remove()
    return done(url_for(".index", slug=site.slug), _("%(name)s is gone.", name=name))


def own_or_404(medium_id: int, *, hidden: bool = False, held: bool = False) -> OwnMedium:
    """`held`: nobody else changes it until the commit."""
    query = OwnMedium.reachable_by(current_user).filter_by(id=medium_id)
    own: OwnMedium = db.first_or_404(query.with_for_update() if held else query)
    return own if hidden or own.hidden_at is None else abort(404)


def site_of(own: OwnMedium) -> Site:
    """Where one came from; the network's stand on the page of every site."""
    return own.site or db.session.scalars(sa.select(Site).order_by(Site.id).limit(1)).one()


def may_share() -> bool:
    return current_user.site_ids(Permission.EDIT_MEDIA) is None


def show_form(
    site: Site,
    form: MediumForm,
    status: int = 200,
    own: OwnMedium | None = None,
    overtaken: Overtaken | None = None,
) -> Any:
    page = render_template(
        "printing/medium.html",
        site=site,
        form=form,
        own=own,
        overtaken=overtaken,
        seen=request.form.get("seen", "") if status != 200 else own and own.mark,
        may_share=may_share(),
        drawn=drawn(form, own),
    )
    return page, status


def drawn(form: MediumForm, own: OwnMedium | None) -> Medium:
    """What the form says; where that is no paper, what was there before."""
    said = form.measures
    known = all(isinstance(value, int) for value in said.values())
    if known and 1 <= said["columns"] <= MOST_COLUMNS and 1 <= said["rows"] <= MOST_ROWS:
        return medium_from("", "", **said)
    return own.medium if own else MEDIA["L7160"]


# --- printers ---------------------------------------------------------------------------------------------------


@bp.post("/sites/<string:slug>/printers")
@allow(Permission.EDIT_MEDIA)
def create_printer(slug: str) -> Any:
    site, form = site_or_404(slug, Permission.EDIT_MEDIA), PrinterForm()
    return printer_kept(site, None, form)


@bp.post("/printers/<int:printer_id>")
@allow(Permission.EDIT_MEDIA)
def change_printer(printer_id: int) -> Any:
    printer = printer_or_404(printer_id, held=True)
    return printer_kept(printer.site, printer, PrinterForm())


def printer_kept(site: Site, printer: Printer | None, form: PrinterForm) -> Any:
    if form.validate() and any(one.name == form.name.data and one is not printer for one in printers_at(site)):
        form.name.errors = [_("Another printer here has this name.")]
    overtaken = None
    if printer and is_overtaken(printer.mark):
        theirs = url_for(".index", slug=site.slug, _anchor=f"printer-{printer.id}")
        overtaken = Overtaken(changed_words(printer), theirs, printer.mark)
    if form.errors or overtaken:
        return show_papers(site, 422 if form.errors else 409, form, printer.id if printer else 0, overtaken)
    printer = printer or Printer(site=site)
    form.keep_in(printer)
    db.session.add(printer)
    db.session.flush()
    audit.record("printer_kept", printer, name=printer.name)
    return done(url_for(".index", slug=site.slug), _("%(name)s is kept.", name=printer.name))


@bp.post("/printers/<int:printer_id>/removal")
@allow(Permission.EDIT_MEDIA)
def remove_printer(printer_id: int) -> Any:
    printer = printer_or_404(printer_id)
    site, name = printer.site, printer.name
    audit.record("printer_removed", printer, name=name)
    db.session.execute(sa.update(PrintRun).filter_by(printer_id=printer.id).values(printer_id=None))
    db.session.delete(printer)
    return done(url_for(".index", slug=site.slug), _("%(name)s is gone.", name=name))


def printer_or_404(printer_id: int, *, held: bool = False) -> Printer:
    """`held`: nobody else changes it until the commit."""
    query = Printer.reachable_by(current_user).filter_by(id=printer_id)
    printer: Printer = one_or_404(query.with_for_update() if held else query, Permission.EDIT_MEDIA)
    return printer


# --- begun sheets -----------------------------------------------------------------------------------------------


@bp.post("/begun-sheets/<int:sheet_id>/name")
@allow(Permission.PRINT_TAGS)
def name_sheet(sheet_id: int) -> Any:
    sheet, form = sheet_or_404(sheet_id), SheetForm()
    if form.validate():
        sheet.name = form.name.data or ""
    return done(url_for(".index", slug=sheet.site.slug, _anchor="sheets"), _("Noted."))


@bp.post("/begun-sheets/<int:sheet_id>/end")
@allow(Permission.PRINT_TAGS)
def end_sheet(sheet_id: int) -> Any:
    sheet = sheet_or_404(sheet_id)
    sheet.ended_at = utcnow()
    return done(url_for(".index", slug=sheet.site.slug, _anchor="sheets"), _("Thrown away."))


def sheet_or_404(sheet_id: int) -> BegunSheet:
    sheet: BegunSheet = db.first_or_404(BegunSheet.reachable_by(current_user).filter_by(id=sheet_id, ended_at=None))
    return sheet
