"""From the list to orders, and the page by which a buyer follows one: no account, a private link."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload, selectinload

from selection_center.accounts.buyers import CONSENT_VERSION, Buyer
from selection_center.core import audit, codes
from selection_center.core.auth import public
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.membership.recognising import member_of
from selection_center.orders import operations
from selection_center.orders.forms import ContactForm, ReasonForm
from selection_center.orders.models import Order, OrderState
from selection_center.selections.groups import SupplierGroup, Totals, groups_of
from selection_center.selections.models import SelectionList
from selection_center.selections.views import my_list, my_list_to_change

bp = Blueprint("checkout", __name__)

STATES_AFTER_A_CALL = (OrderState.CONFIRMED, OrderState.SHIPPED, OrderState.COMPLETED)


def groups_to_order(selection: SelectionList, phone: str | None = None) -> list[SupplierGroup]:
    taken = operations.samples_taken(selection.buyer, phone)
    buyer = selection.buyer
    return groups_of(selection.lines, buyer=buyer, member=member_of(buyer.device), samples_taken=taken)


@bp.get("/checkout")
@public
def show() -> Any:
    selection = my_list()
    if selection is None or not Totals.of(groups_to_order(selection)).orders:
        return redirect(url_for("selections.show"))
    return show_checkout(selection, ContactForm(formdata=None, data=last_contact(selection.buyer)))


def last_contact(buyer: Buyer) -> dict[str, Any]:
    """What this device wrote last time, so that nobody types an address twice."""
    last = db.session.scalar(sa.select(Order).filter_by(buyer_id=buyer.id).order_by(Order.id.desc()).limit(1))
    if last is None:
        return {"name": buyer.name, "phone": buyer.phone}
    names = ("name", "phone", "company", "address", "invoice_title", "invoice_tax_number")
    return {name: getattr(last, name) for name in names} | {"invoice": last.invoice.value}


def show_checkout(selection: SelectionList, form: ContactForm, status: int = 200, rises: Any = ()) -> Any:
    groups = groups_to_order(selection)
    page = render_template(
        "orders/checkout.html",
        selection=selection,
        groups=groups,
        totals=Totals.of(groups),
        form=form,
        rises=rises,
        consent_version=CONSENT_VERSION,
    )
    return page, status


@bp.post("/checkout")
@public
def place() -> Any:
    selection = my_list_to_change()
    form = ContactForm()
    if not form.validate():
        return show_checkout(selection, form, 422)
    parts = operations.parts_to_order(groups_to_order(selection, form.phone.data))
    if not parts:
        return done(
            url_for("selections.show"), _("Look at the list again: these lines cannot be ordered yet."), "refused"
        )
    rises = operations.price_rises(parts, seen_prices())
    if rises:
        return show_checkout(selection, form, 409, rises)
    orders = operations.place(selection, parts, form.contact)
    if len(orders) == 1:
        return done(url_for("checkout.order", token=orders[0].token), _("Order placed."))
    return done(url_for("checkout.mine"), ngettext("%(num)s order placed.", "%(num)s orders placed.", len(orders)))


def seen_prices() -> dict[int, int | None]:
    """By line id, the unit price in fen that stood on the page which was sent."""
    seen: dict[int, int | None] = {}
    for name, value in request.form.items():
        line_id = name.removeprefix("seen-")
        if name != line_id and line_id.isascii() and line_id.isdigit() and value.isascii() and value.isdigit():
            seen[int(line_id[:15])] = int(value[:12])
    return seen


@bp.get("/my-orders")
@public
def mine() -> Any:
    """The orders of this device, and of its phone once known."""
    buyer = Buyer.on(g.device)
    orders = db.session.scalars(orders_of(buyer)).all() if buyer else []
    return render_template("orders/mine.html", orders=orders)


def orders_of(buyer: Buyer) -> sa.Select[Order]:
    """Typing a phone proves nothing: it counts once the center has called it and confirmed an order of this device."""
    query = sa.select(Order).options(selectinload(Order.lines), joinedload(Order.supplier)).order_by(Order.id.desc())
    called = sa.select(Order.phone).where(Order.buyer_id == buyer.id, Order.state.in_(STATES_AFTER_A_CALL))
    return query.where(sa.or_(Order.buyer_id == buyer.id, Order.phone.in_(called))).limit(100)


def order_or_404(token: str) -> Order:
    found: Order = db.first_or_404(sa.select(Order).filter_by(token=token))
    return found


@bp.get("/o/<string:token>")
@public
def order(token: str) -> Any:
    return show_order(order_or_404(token), ReasonForm(formdata=None))


def link_of(order: Order) -> str:
    """The buyer's private link."""
    return f"{current_app.config['PUBLIC_URL'].rstrip('/')}{url_for('checkout.order', token=order.token)}"


def show_order(order: Order, form: ReasonForm, status: int = 200) -> Any:
    link = link_of(order)
    page = render_template(
        "orders/order.html",
        order=order,
        form=form,
        qr_path=codes.qr_svg_path(link),
        link=link,
    )
    return page, status


@bp.post("/o/<string:token>/cancellation")
@public
def cancel(token: str) -> Any:
    order = order_or_404(token)
    form = ReasonForm()
    if not form.validate():
        return show_order(order, form, 422)
    order.cancel(form.reason.data, by=None)
    audit.record("order_cancelled_by_buyer", order, number=order.number, reason=form.reason.data)
    return done(url_for("checkout.order", token=order.token), _("Order cancelled."))
