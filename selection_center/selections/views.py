"""The list of a buyer, on the buyer's own device and, read-only, wherever its link was sent."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, g, render_template, request, url_for
from flask_babel import gettext as _

from selection_center.accounts.buyers import Buyer
from selection_center.core import codes
from selection_center.core.auth import public
from selection_center.core.db import db
from selection_center.core.downloads import XLSX, download
from selection_center.core.forms import first_error
from selection_center.core.once import done
from selection_center.membership.recognising import member_of
from selection_center.samples import guesses
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag
from selection_center.selections import exports, queries, visit_views
from selection_center.selections.forms import AddForm, LineNoteForm, ListForm, QuantityForm, StyleForm
from selection_center.selections.groups import SupplierGroup, Totals, groups_of
from selection_center.selections.models import LineKind, SelectionLine, SelectionList

bp = Blueprint("selections", __name__)
BLUEPRINTS = [bp, visit_views.bp, visit_views.phone_bp]


def my_list() -> SelectionList | None:
    """The list of this device with all that its page shows."""
    return queries.whole(SelectionList.open_on(g.device))


def my_list_to_change() -> SelectionList:
    """The same, held until the commit; without one there is nothing to change."""
    return queries.held(SelectionList.open_on(g.device)) or abort(404)


def my_line(line_id: int) -> tuple[SelectionList, SelectionLine]:
    selection = my_list_to_change()
    return selection, selection.line(line_id) or abort(404)


@bp.get("/list")
@public
def show() -> Any:
    return show_list(my_list())


@bp.get("/list/version")
@public
def version() -> Response:
    """Asked for every other second by an open page: has the list changed, here or at the desk?"""
    return versioned("none" if g.device_is_new else queries.version_on(g.device))


def versioned(word: str) -> Response:
    """A version as text and ETag; 304 for whoever has it already."""
    answer = Response(word, mimetype="text/plain")
    answer.set_etag(word)
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request)
    return answer


def show_list(selection: SelectionList | None, status: int = 200, **filled: Any) -> Any:
    groups = groups_to_show(selection) if selection else []
    link = share_url(selection)
    page = render_template(
        "selections/show.html",
        selection=selection,
        groups=groups,
        totals=Totals.of(groups),
        share_url=link,
        share_qr=codes.qr_svg_path(link) if link else None,
        desk_qr=desk_qr(selection),
        version=queries.version_word(selection),
        has_pdf="documents.selection" in current_app.view_functions,
        form=filled.get("form") or ListForm(formdata=None, obj=selection),
        wrong=filled.get("wrong"),
    )
    return page, status


def groups_to_show(selection: SelectionList) -> list[SupplierGroup]:
    member = member_of(selection.buyer.device)
    return groups_of(selection.lines, buyer=selection.buyer, member=member, samples_taken=selection.samples_taken)


def share_url(selection: SelectionList | None) -> str | None:
    if selection is None or selection.share_token is None:
        return None
    return f"{current_app.config['PUBLIC_URL'].rstrip('/')}{url_for('selections.shared', token=selection.share_token)}"


def desk_qr(selection: SelectionList | None) -> codes.QrPath | None:
    """What the buyer shows at the desk: the list's own code, as a sample's label holds one."""
    if selection is None:
        return None
    return codes.qr_svg_path(codes.address(selection.code, current_app.config["PUBLIC_URL"]))


def sample_of(code: str) -> Sample:
    """The sample whose tag has this code; a revoked tag's too: the buyer has it before them."""
    try:
        tag = Tag.named(codes.parse(code))
    except codes.CodeError:
        abort(404)
    if tag is None:
        guesses.no_such_code()
    return (tag and tag.sample) or abort(404)


@bp.post("/list/lines")
@public
def add_line() -> Any:
    form = AddForm()
    if not form.validate():
        return show_list(my_list(), 422, wrong=first_error(form))
    sample = sample_of(form.code.data)
    sku = next((sku for sku in sample.listing.skus if sku.id == form.sku.data), None) or abort(404)
    selection = SelectionList.open_or_new(g.device, sample.site)
    seen = request.form.get("seen", "")
    selection.add(
        sample,
        sku,
        form.quantity.data,
        LineKind(form.kind.data),
        seen_fen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 12 else None,
    )
    return done(url_for("selections.show"), _("Added to the list: %(title)s", title=sample.listing.label))


@bp.post("/list/lines/<int:line_id>/quantity")
@public
def set_quantity(line_id: int) -> Any:
    selection, line = my_line(line_id)
    form = QuantityForm()
    if not form.validate():
        return show_list(selection, 422, wrong=first_error(form))
    if line.is_open:
        line.set_quantity(form.quantity.data)
        selection.touched()
    return done(url_for("selections.show", _anchor=f"line-{line.id}"))


@bp.post("/list/lines/<int:line_id>/note")
@public
def set_note(line_id: int) -> Any:
    selection, line = my_line(line_id)
    form = LineNoteForm()
    if not form.validate():
        return show_list(selection, 422, wrong=first_error(form))
    line.note = form.note.data or ""
    selection.touched()
    return done(url_for("selections.show", _anchor=f"line-{line.id}"), _("Note kept."))


@bp.post("/list/lines/<int:line_id>/removal")
@public
def remove_line(line_id: int) -> Any:
    selection, line = my_line(line_id)
    selection.remove(line)
    return done(url_for("selections.show"))


@bp.post("/list/lines/<int:line_id>/restoration")
@public
def restore_line(line_id: int) -> Any:
    selection, line = my_line(line_id)
    back = selection.take_back(line)
    return done(url_for("selections.show", _anchor=f"line-{back.id}"), _("On the list again."))


@bp.post("/list/lines/<int:line_id>/style")
@public
def set_style(line_id: int) -> Any:
    selection, line = my_line(line_id)
    form = StyleForm()
    if not form.validate():
        return show_list(selection, 422, wrong=first_error(form))
    sku = next((sku for sku in line.listing.skus if sku.id == form.sku.data), None) or abort(404)
    changed = selection.change_style(line, sku)
    return done(url_for("selections.show", _anchor=f"line-{changed.id}"))


@bp.post("/list/lines/<int:line_id>/again")
@public
def order_again(line_id: int) -> Any:
    selection, line = my_line(line_id)
    again = selection.order_again(line)
    db.session.flush()
    return done(url_for("selections.show", _anchor=f"line-{again.id}"), _("On the list again."))


@bp.post("/list/details")
@public
def set_details() -> Any:
    selection = my_list_to_change()
    form = ListForm()
    if not form.validate():
        return show_list(selection, 422, form=form)
    selection.name, selection.note = form.name.data or "", form.note.data or ""
    selection.touched()
    return done(url_for("selections.show"), _("Kept."))


@bp.post("/list/share")
@public
def share() -> Any:
    my_list_to_change().share()
    return done(url_for("selections.show", _anchor="share"), _("The link is ready."))


@bp.post("/list/share/withdrawal")
@public
def withdraw() -> Any:
    my_list_to_change().withdraw()
    return done(url_for("selections.show", _anchor="share"), _("The link leads nowhere any more."))


@bp.get("/l/<string:token>")
@public
def shared(token: str) -> Any:
    """Anyone with the link: the list as it is now, without the buyer's name, without a way to change it."""
    selection = queries.whole(sa.select(SelectionList).filter_by(share_token=token)) or abort(404)
    groups = groups_of(selection.lines, buyer=Buyer.on(g.device), member=member_of(g.device))
    return render_template("selections/shared.html", selection=selection, groups=groups, totals=Totals.of(groups))


@bp.get("/list/selection.xlsx")
@public
def export() -> Response:
    selection = my_list() or abort(404)
    return download(
        exports.workbook(selection, groups_to_show(selection)), selection.name or _("selection list"), "xlsx", XLSX
    )
