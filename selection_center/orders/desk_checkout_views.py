"""Writing the order for the buyer beside the desk: for whom, the consent asked aloud, what is below a minimum."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.accounts.buyers import CONSENT_VERSION, mask_phone
from selection_center.core.auth import allow
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.orders import desk, operations
from selection_center.orders.buyer_views import last_contact, seen_prices
from selection_center.orders.desk_views import list_or_404, list_to_change
from selection_center.orders.forms import DeskContactForm
from selection_center.selections.groups import Totals
from selection_center.selections.models import SelectionList
from selection_center.visits.models import Visit
from selection_center.visits.queries import latest_of

bp = Blueprint("desk_checkout", __name__)


@bp.get("/desk/<string:code>/order")
@allow(Permission.HANDLE_ORDERS)
def show(code: str) -> Any:
    selection = list_or_404(code)
    if not any(desk.is_ours(line, current_user) for line in selection.open_lines):
        return redirect(url_for("desk.show", code=selection.code))
    return show_checkout(selection, contact_form(selection, fresh=True))


def contact_form(selection: SelectionList, fresh: bool = False) -> DeskContactForm:
    """A number that the buyer has left stays masked: an empty field means that one."""
    visit = latest_of(selection.buyer_id, current_user)
    known = phone_left(selection, visit)
    if fresh:
        known_before = {name: value for name, value in last_contact(selection.buyer).items() if value}
        data = said_at_reception(visit) | known_before | {"phone": ""}
        return DeskContactForm(formdata=None, data=data, known_phone=known)
    return DeskContactForm(known_phone=known)


def phone_left(selection: SelectionList, visit: Visit | None) -> str | None:
    """With an order before, or at the reception under the consent given there."""
    return selection.buyer.phone or (visit.phone if visit is not None else None)


def said_at_reception(visit: Visit | None) -> dict[str, Any]:
    """Name and company, where the visitor agreed to be written down."""
    if visit is None or visit.consent_at is None:
        return {}
    return {"name": visit.name, "company": visit.company}


def show_checkout(selection: SelectionList, form: DeskContactForm, status: int = 200, rises: Any = ()) -> Any:
    groups = desk.groups_of(selection, current_user)
    visit = latest_of(selection.buyer_id, current_user)
    page = render_template(
        "orders/desk_checkout.html",
        selection=selection,
        groups=groups,
        ready=operations.parts_to_order(groups),
        with_reason=operations.parts_to_order(groups, below_minimum=True),
        totals=Totals.of(groups),
        form=form,
        rises=rises,
        known_phone=mask_phone(phone_left(selection, visit)),
        visit=visit,
        consent_version=CONSENT_VERSION,
    )
    return page, status


@bp.post("/desk/<string:code>/orders")
@allow(Permission.HANDLE_ORDERS)
def place(code: str) -> Any:
    selection = list_to_change(code)
    form = contact_form(selection)
    if not form.validate():
        return show_checkout(selection, form, 422)
    reason = form.override_reason.data or ""
    groups = desk.groups_of(selection, current_user, form.contact["phone"])
    parts = operations.parts_to_order(groups, below_minimum=bool(reason))
    if not parts:
        form.override_reason.errors = [_("Nothing can be ordered like this: reach the minimum, or write a reason.")]
        return show_checkout(selection, form, 422)
    rises = operations.price_rises(parts, seen_prices())
    if rises:
        return show_checkout(selection, form, 409, rises)
    orders = operations.place(selection, parts, form.contact, written_by=current_user, override_reason=reason)
    if len(orders) == 1:
        return done(url_for("orders.show", number=orders[0].number), _("Order placed."))
    message = ngettext("%(num)s order placed.", "%(num)s orders placed.", len(orders))
    return done(url_for("desk.show", code=selection.code, _anchor="ordered"), message)
