"""The desk: staff open a buyer's list by its code and change it beside them; the buyer sees the change on the phone."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import audit, codes, scanned
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.forms import first_error
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.orders import desk
from selection_center.orders.forms import DeskLineForm
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag
from selection_center.selections import queries
from selection_center.selections.forms import LineNoteForm, ListForm, QuantityForm, StyleForm
from selection_center.selections.groups import Totals
from selection_center.selections.models import LineKind, SelectionLine, SelectionList
from selection_center.selections.views import desk_qr, share_url, versioned
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404
from selection_center.visits.models import Visit
from selection_center.visits.queries import latest_of, names_of

bp = Blueprint("desk", __name__)


def list_or_404(code: str) -> SelectionList:
    return queries.whole(named(code)) or abort(404)


def list_to_change(code: str) -> SelectionList:
    return queries.held(named(code)) or abort(404)


def named(code: str) -> sa.Select[SelectionList]:
    return SelectionList.reachable_by(current_user).where(SelectionList.code == code.upper())


def line_to_change(code: str, line_id: int) -> tuple[SelectionList, SelectionLine]:
    """Lines of another site's samples are that site's business: as if they were not there."""
    selection = list_to_change(code)
    line = selection.line(line_id)
    if line is None or not desk.is_ours(line, current_user):
        abort(404)
    return selection, line


def back_to(selection: SelectionList, message: str | None = None, line: SelectionLine | None = None) -> Any:
    db.session.flush()
    anchor = f"line-{line.id}" if line is not None else None
    return done(url_for("desk.show", code=selection.code, _anchor=anchor), message)


@bp.get("/sites/<string:slug>/desk")
@allow(Permission.HANDLE_ORDERS)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_ORDERS)
    return show_index(site)


def show_index(site: Site, wrong: str | None = None, status: int = 200) -> Any:
    lists = desk.lists_today(site, current_user)
    names = names_of((one.buyer_id for one in lists), current_user)
    return render_template("orders/desk_index.html", site=site, lists=lists, names=names, wrong=wrong), status


@bp.get("/sites/<string:slug>/desk/list")
@allow(Permission.HANDLE_ORDERS)
def find(slug: str) -> Any:
    """A list's code typed or scanned at the desk; a visit's leads to the visitor's list, a sample's to the sample."""
    site = site_or_404(slug, Permission.HANDLE_ORDERS)
    text = request.args.get("code", "").strip()[:500]
    code = scanned.our_code(text)
    if code is None:
        return show_index(site, _("A code has eleven characters, such as 7K3M-Q9XT-2WD. Compare it once more."), 422)
    if db.session.scalar(named(code)) is not None:
        return redirect(url_for("desk.show", code=code))
    if Tag.named(code) is not None:
        return redirect(url_for("scan.show", code=code))
    if db.session.scalar(Visit.reachable_by(current_user).filter_by(code=code)) is not None:
        return redirect(url_for("visit_phone.show", code=code))
    return show_index(site, _("No open list of this center has this code."), 404)


@bp.post("/sites/<string:slug>/desk/lists")
@allow(Permission.HANDLE_ORDERS)
def begin(slug: str) -> Any:
    """For a buyer without a phone in hand."""
    site = site_or_404(slug, Permission.HANDLE_ORDERS)
    selection = SelectionList.begin_for_walk_in(site)
    audit.record("list_begun_at_desk", selection)
    return back_to(selection, _("A new list. Scan the first sample."))


@bp.get("/desk/<string:code>")
@allow(Permission.HANDLE_ORDERS)
def show(code: str) -> Any:
    return show_list(list_or_404(code))


@bp.get("/desk/<string:code>/version")
@allow(Permission.HANDLE_ORDERS)
def version(code: str) -> Response:
    """Asked for every other second by an open desk: has the list changed, there or on the phone?"""
    query = named(code).with_only_columns(SelectionList.id, SelectionList.version)
    return versioned(queries.version_word(db.session.execute(query).first() or abort(404)))


def show_list(selection: SelectionList, status: int = 200, **filled: Any) -> Any:
    groups = desk.groups_of(selection, current_user)
    link = share_url(selection)
    page = render_template(
        "orders/desk.html",
        selection=selection,
        site=desk.site_of(selection, current_user),
        visit=latest_of(selection.buyer_id, current_user),
        version=queries.version_word(selection),
        groups=groups,
        ordered=[line for line in selection.ordered_lines if desk.is_ours(line, current_user)],
        elsewhere=sum(1 for line in selection.open_lines if not desk.is_ours(line, current_user)),
        removed=[line for line in selection.lines_to_take_back if desk.is_ours(line, current_user)],
        totals=Totals.of(groups),
        list_qr=desk_qr(selection),
        share_url=link,
        share_qr=codes.qr_svg_path(link) if link else None,
        **({"add_form": DeskLineForm(formdata=None), "form": ListForm(formdata=None, obj=selection)} | filled),
    )
    return page, status


@bp.post("/desk/<string:code>/lines")
@allow(Permission.HANDLE_ORDERS)
def add_line(code: str) -> Any:
    """A sample scanned or typed: its own style, the smallest quantity that can be ordered."""
    selection = list_to_change(code)
    form = DeskLineForm()
    sample = sample_scanned(form) if form.validate() else None
    if sample is None:
        return show_list(selection, 422, add_form=form)
    kind = LineKind(form.kind.data)
    sku = sample.sku or sample.listing.skus[0]
    quantity = form.quantity.data or desk.first_quantity(selection, sample, sku, kind)
    line = selection.add(sample, sku, quantity, kind, seen_fen=None, user_id=current_user.id)
    return back_to(selection, _("Added to the list: %(title)s", title=sample.listing.label), line)


def sample_scanned(form: DeskLineForm) -> Sample | None:
    """The sample of a site where this person works; else None, and the form says why."""
    code = scanned.our_code(form.code.data)
    tag = Tag.named(code) if code is not None else None
    sample = tag.sample if tag is not None else None
    if sample is None or not current_user.can(Permission.HANDLE_ORDERS, site_id=sample.site_id):
        form.code.errors = [_("Not known: no sample of this center has this code.")]
        return None
    if sample.is_retired or not sample.listing.is_on_shelf:
        form.code.errors = [_("%(title)s cannot be ordered any more.", title=sample.listing.label)]
        return None
    return sample


@bp.post("/desk/<string:code>/lines/<int:line_id>/quantity")
@allow(Permission.HANDLE_ORDERS)
def set_quantity(code: str, line_id: int) -> Any:
    selection, line = line_to_change(code, line_id)
    form = QuantityForm()
    if not form.validate():
        return show_list(selection, 422, wrong=first_error(form))
    if line.is_open:
        line.set_quantity(form.quantity.data)
        selection.touched()
    return back_to(selection, None, line)


@bp.post("/desk/<string:code>/lines/<int:line_id>/style")
@allow(Permission.HANDLE_ORDERS)
def set_style(code: str, line_id: int) -> Any:
    selection, line = line_to_change(code, line_id)
    form = StyleForm()
    if not form.validate():
        return show_list(selection, 422, wrong=first_error(form))
    sku = next((sku for sku in line.listing.skus if sku.id == form.sku.data), None) or abort(404)
    return back_to(selection, None, selection.change_style(line, sku))


@bp.post("/desk/<string:code>/lines/<int:line_id>/note")
@allow(Permission.HANDLE_ORDERS)
def set_note(code: str, line_id: int) -> Any:
    selection, line = line_to_change(code, line_id)
    form = LineNoteForm()
    if not form.validate():
        return show_list(selection, 422, wrong=first_error(form))
    line.note = form.note.data or ""
    selection.touched()
    return back_to(selection, _("Note kept."), line)


@bp.post("/desk/<string:code>/lines/<int:line_id>/removal")
@allow(Permission.HANDLE_ORDERS)
def remove_line(code: str, line_id: int) -> Any:
    selection, line = line_to_change(code, line_id)
    selection.remove(line)
    audit.record("list_line_removed_at_desk", selection, title=line.listing.title, quantity=line.quantity)
    return back_to(selection)


@bp.post("/desk/<string:code>/lines/<int:line_id>/restoration")
@allow(Permission.HANDLE_ORDERS)
def restore_line(code: str, line_id: int) -> Any:
    selection, line = line_to_change(code, line_id)
    return back_to(selection, _("On the list again."), selection.take_back(line))


@bp.post("/desk/<string:code>/details")
@allow(Permission.HANDLE_ORDERS)
def set_details(code: str) -> Any:
    selection = list_to_change(code)
    form = ListForm()
    if not form.validate():
        return show_list(selection, 422, form=form)
    selection.name, selection.note = form.name.data or "", form.note.data or ""
    selection.touched()
    return back_to(selection, _("Kept."))


@bp.post("/desk/<string:code>/share")
@allow(Permission.HANDLE_ORDERS)
def share(code: str) -> Any:
    """A link to take along, for a buyer whose list lives at the desk."""
    selection = list_to_change(code)
    selection.share()
    audit.record("list_shared_at_desk", selection)
    return done(url_for("desk.show", code=selection.code, _anchor="share"), _("The link is ready."))
