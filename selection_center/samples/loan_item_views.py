"""One lent piece: how it went out, how it comes back, and taking that back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.forms import keep_picture
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.samples import loan_forms as forms
from selection_center.samples.loan_items import Condition, LoanItem
from selection_center.samples.loan_views import record_return
from selection_center.sites.reaching import one_or_404

bp = Blueprint("loan_items", __name__)


def item_or_404(item_id: int, permission: Permission = Permission.HANDLE_SAMPLES) -> LoanItem:
    query = LoanItem.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=item_id)
    item: LoanItem = one_or_404(query, permission)
    return item


@bp.get("/loan-items/<int:item_id>")
@allow(Permission.HANDLE_SAMPLES)
def show(item_id: int) -> Any:
    return show_item(item_or_404(item_id))


def show_item(item: LoanItem, status: int = 200, **filled: Any) -> Any:
    back = {"condition": item.condition_back or Condition.FINE, "note": item.note_back}
    empty = {"return_form": forms.ReturnForm(formdata=None, data=back), "loss_form": forms.LossForm(formdata=None)}
    words = {"conditions": dict(forms.CONDITIONS), "conditions_back": dict(forms.CONDITIONS_BACK)}
    return render_template("loans/item.html", item=item, **words, **(empty | filled)), status


def how_it_came_back(form: forms.ReturnForm) -> tuple[Condition, str, str | None] | None:
    """Condition, note and the name of the photo; None where the form says what is wrong."""
    fits, photo = form.validate(), keep_picture(form.photo)
    if not fits or form.photo.errors:
        return None
    return Condition(form.condition.data), form.note.data or "", photo


@bp.post("/loan-items/<int:item_id>/return")
@allow(Permission.HANDLE_SAMPLES)
def give_back(item_id: int) -> Any:
    item = item_or_404(item_id)
    form = forms.ReturnForm()
    told = how_it_came_back(form)
    if told is None:
        return show_item(item, 422, return_form=form)
    item.give_back(current_user, *told)
    record_return(item, "loan_piece_returned", condition=form.condition.data)
    return done(url_for("loans.show", loan_id=item.loan_id), _("It is back."))


@bp.post("/loan-items/<int:item_id>/return/condition")
@allow(Permission.HANDLE_SAMPLES)
def correct_return(item_id: int) -> Any:
    """A piece was given back by a scan, and then looked at."""
    item = item_or_404(item_id)
    form = forms.ReturnForm()
    told = how_it_came_back(form)
    if told is None:
        return show_item(item, 422, return_form=form)
    item.correct_return(*told)
    record_return(item, "loan_return_corrected", condition=form.condition.data)
    return done(url_for("loans.show", loan_id=item.loan_id), _("Kept how it came back."))


@bp.post("/loan-items/<int:item_id>/return/reversal")
@allow(Permission.HANDLE_SAMPLES)
def take_return_back(item_id: int) -> Any:
    """What was written off comes out of retirement, which is a manager's word."""
    item = item_or_404(item_id)
    if item.is_lost and not current_user.can(Permission.RETIRE_SAMPLES, site_id=item.site_id):
        abort(403)
    item.take_return_back()
    record_return(item, "loan_return_taken_back")
    return done(url_for("loans.show", loan_id=item.loan_id), _("It is still out."))


@bp.post("/loan-items/<int:item_id>/loss")
@allow(Permission.RETIRE_SAMPLES)
def write_off(item_id: int) -> Any:
    item = item_or_404(item_id, Permission.RETIRE_SAMPLES)
    form = forms.LossForm()
    if not form.validate():
        return show_item(item, 422, loss_form=form)
    item.write_off(current_user, form.note.data or "")
    record_return(item, "loan_piece_written_off")
    audit.record("sample_retired", item.sample, reason="lost")
    return done(url_for("loans.show", loan_id=item.loan_id), _("Written off: the sample is retired as lost."))
