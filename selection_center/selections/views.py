"""The list of a buyer, on the buyer's own device and, read-only, wherever its link was sent."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from selection_center.accounts.buyers import Buyer
from selection_center.catalog.models import Listing
from selection_center.core import codes
from selection_center.core.auth import public
from selection_center.core.db import db
from selection_center.core.downloads import XLSX, download
from selection_center.core.once import done
from selection_center.samples.models import Sample, Tag, TagState
from selection_center.selections import exports
from selection_center.selections.forms import AddForm, LineNoteForm, ListForm, QuantityForm
from selection_center.selections.groups import Totals, groups_of
from selection_center.selections.models import LineKind, SelectionLine, SelectionList

bp = Blueprint("selections", __name__)
BLUEPRINTS = [bp]

WHOLE = (
    selectinload(SelectionList.lines).options(
        joinedload(SelectionLine.listing).options(
            selectinload(Listing.skus), selectinload(Listing.tiers), joinedload(Listing.supplier)
        ),
        joinedload(SelectionLine.sku),
        joinedload(SelectionLine.sample).options(joinedload(Sample.site), joinedload(Sample.placement)),
    ),
    joinedload(SelectionList.buyer),
)


def my_list() -> SelectionList | None:
    """The list of this device with all that its page shows."""
    found = SelectionList.open_of(g.device)
    return db.session.get(SelectionList, found.id, options=WHOLE, populate_existing=True) if found else None


def my_list_or_404() -> SelectionList:
    return my_list() or abort(404)


def my_line(line_id: int) -> tuple[SelectionList, SelectionLine]:
    selection = my_list_or_404()
    return selection, selection.line(line_id) or abort(404)


@bp.get("/list")
@public
def show() -> Any:
    return show_list(my_list())


def show_list(selection: SelectionList | None, status: int = 200, **filled: Any) -> Any:
    groups = groups_of(selection.lines, buyer=selection.buyer) if selection else []
    ordered = [line for line in selection.lines if not line.is_open] if selection else []
    link = share_url(selection)
    page = render_template(
        "selections/show.html",
        selection=selection,
        groups=groups,
        ordered=ordered,
        totals=Totals.of(groups),
        share_url=link,
        share_qr=codes.qr_svg_path(link) if link else None,
        form=filled.get("form") or ListForm(formdata=None, obj=selection),
        wrong=filled.get("wrong"),
    )
    return page, status


def share_url(selection: SelectionList | None) -> str | None:
    if selection is None or selection.share_token is None:
        return None
    return f"{current_app.config['PUBLIC_URL']}{url_for('selections.shared', token=selection.share_token)}"


def sample_of(code: str) -> Sample:
    """The sample whose tag has this code; a revoked tag's too: the buyer has it before them."""
    try:
        tag = Tag.named(codes.parse(code))
    except codes.CodeError:
        abort(404)
    if tag is None or tag.sample is None or tag.state is TagState.BLANK:
        abort(404)
    return tag.sample


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
        user_id=current_user.id,
    )
    return done(url_for("selections.show"), _("Added to the list: %(title)s", title=sample.listing.label))


def first_error(form: Any) -> str:
    return next((str(errors[0]) for errors in form.errors.values() if errors), _("Check the input."))


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
    title = line.listing.label
    selection.remove(line)
    return done(url_for("selections.show"), _("Removed: %(title)s", title=title))


@bp.post("/list/lines/<int:line_id>/again")
@public
def order_again(line_id: int) -> Any:
    selection, line = my_line(line_id)
    selection.order_again(line)
    return done(url_for("selections.show"), _("On the list again."))


@bp.post("/list/details")
@public
def set_details() -> Any:
    selection = my_list_or_404()
    form = ListForm()
    if not form.validate():
        return show_list(selection, 422, form=form)
    selection.name, selection.note = form.name.data or "", form.note.data or ""
    selection.touched()
    return done(url_for("selections.show"), _("Kept."))


@bp.post("/list/share")
@public
def share() -> Any:
    my_list_or_404().share()
    return done(url_for("selections.show", _anchor="share"), _("The link is ready."))


@bp.post("/list/share/withdrawal")
@public
def withdraw() -> Any:
    my_list_or_404().withdraw()
    return done(url_for("selections.show", _anchor="share"), _("The link leads nowhere any more."))


@bp.get("/l/<string:token>")
@public
def shared(token: str) -> Any:
    """Anyone with the link: the list as it is now, without the buyer's name, without a way to change it."""
    selection = db.first_or_404(sa.select(SelectionList).filter_by(share_token=token).options(*WHOLE))
    groups = groups_of(selection.lines, buyer=Buyer.on(g.device))
    return render_template("selections/shared.html", selection=selection, groups=groups, totals=Totals.of(groups))


@bp.get("/list/selection.xlsx")
@public
def export() -> Response:
    selection = my_list_or_404()
    groups = groups_of(selection.lines, buyer=selection.buyer)
    return download(exports.workbook(selection, groups), selection.name or _("selection list"), "xlsx", XLSX)
