"""Orders as staff and suppliers see them: what came in, what is due, what happens next."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import selectinload

from selection_center.accounts import phones
from selection_center.accounts.models import Grant, User
from selection_center.core import audit, codes, jobs, money
from selection_center.core.auth import allow
from selection_center.core.db import db, utcnow
from selection_center.core.downloads import XLSX, download
from selection_center.core.once import done
from selection_center.core.permissions import TABLE, Permission, Role
from selection_center.orders import (
    buyer_views,
    desk_checkout_views,
    desk_views,
    exports,
    forms,
    number_views,
    queries,
    table_views,
)
from selection_center.orders.models import Order, PaymentMethod
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("orders", __name__)
BLUEPRINTS = [bp, buyer_views.bp, number_views.bp, desk_views.bp, desk_checkout_views.bp, table_views.bp]


def reachable_order(number: str, permission: Permission = Permission.SEE_ORDERS) -> Order:
    """The order of this number if the person may do it there; else as if there were none.

    To change it, its row is held until the commit: of two people the second waits, then sees what the first did.
    """
    query = Order.reachable_by(current_user, permission).filter_by(number=number.upper())
    if permission is not Permission.SEE_ORDERS:
        query = query.with_for_update()
    found: Order | None = db.session.scalar(query.options(selectinload(Order.lines), selectinload(Order.notes)))
    if found is None:
        # What may be seen but not done is a matter of the role: 403. What may not be seen is not there: 404.
        abort(403 if permission is not Permission.SEE_ORDERS and reachable_order(number) else 404)
    return found


def back_to(order: Order, message: str) -> Any:
    return done(url_for("orders.show", number=order.number), message)


@bp.get("/sites/<string:slug>/orders")
@allow(Permission.SEE_ORDERS)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.SEE_ORDERS)
    return listing(site)


@bp.get("/orders")
@allow(Permission.SEE_ORDERS)
def index_all() -> Any:
    """Every order that this person may see: a supplier's own, or head office's all."""
    return listing(None)


def listing(site: Site | None) -> Any:
    filters = queries.Filters.read(request.args)
    last_id, now = queries.newest_id(current_user), utcnow()
    return render_template(
        "orders/index.html",
        site=site,
        page=queries.search(current_user, site, filters),
        filters=filters,
        counts=queries.state_counts(current_user, site),
        has_pdf=has_pdf(),
        news_url=table_views.news_url(site, last_id, now),
        export_url=table_views.export_url(site),
    )


def has_pdf() -> bool:
    """Documents come later in the order of imports."""
    return "documents.handover" in current_app.view_functions


@bp.get("/orders/<string:number>")
@allow(Permission.SEE_ORDERS)
def show(number: str) -> Any:
    return show_order(reachable_order(number))


def show_order(order: Order, status: int = 200, **filled: Any) -> Any:
    """The order's page; `filled` holds a form that comes back with its errors."""
    empty = {
        "cancel_form": forms.ReasonForm(formdata=None),
        "confirm_form": forms.ConfirmForm(formdata=None),
        "freight_form": forms.FreightForm(formdata=None),
        "ways": dict(forms.WAYS),
        "ship_form": forms.ShipForm(formdata=None),
        "note_form": forms.NoteForm(formdata=None),
        "payment_form": forms.PaymentForm(formdata=None),
        "buyer_link": buyer_views.link_of(order),
        "buyer_qr": codes.qr_svg_path(buyer_views.link_of(order)),
        "has_pdf": has_pdf(),
        "follow_up_form": follow_up_form(order, fresh=True),
    }
    phone_open = phones.is_open(order)
    return render_template("orders/show.html", order=order, phone_open=phone_open, **(empty | filled)), status


@bp.post("/orders/<string:number>/phone")
@allow(Permission.OPEN_PHONES)
def open_phone(number: str) -> Any:
    order = reachable_order(number, Permission.OPEN_PHONES)
    audit.record("phone_opened", order, number=order.number)
    return done(url_for("orders.show", number=order.number, phone="open"))


def freight_text(order: Order) -> str:
    if order.freight_fen is None:
        return str(_("Freight: agreed with the factory"))
    return str(_("Freight: %(amount)s", amount=money.show_fen(order.freight_fen)))


@bp.post("/orders/<string:number>/freight")
@allow(Permission.HANDLE_ORDERS)
def settle_freight(number: str) -> Any:
    order = reachable_order(number, Permission.HANDLE_ORDERS)
    form = forms.FreightForm()
    if not form.validate():
        return show_order(order, 422, freight_form=form)
    order.settle_freight(None if form.agreed.data else form.freight.data, by=current_user)
    order.log(by=current_user, text=freight_text(order))
    audit.record("order_freight_settled", order, number=order.number, fen=order.freight_fen)
    return back_to(order, _("Freight settled."))


@bp.post("/orders/<string:number>/confirmation")
@allow(Permission.HANDLE_ORDERS)
def confirm(number: str) -> Any:
    order = reachable_order(number, Permission.HANDLE_ORDERS)
    form = forms.ConfirmForm()
    if not form.validate():
        return show_order(order, 422, confirm_form=form)
    order.confirm(current_user, form.chosen)
    audit.record("order_confirmed", order, number=order.number, way=order.way)
    jobs.enqueue("push-order", key=f"push-{order.number} 1", site_id=order.site_id, order_id=order.id)
    return back_to(order, _("Order %(number)s confirmed.", number=order.number))


@bp.post("/orders/<string:number>/cancellation")
@allow(Permission.HANDLE_ORDERS)
def cancel(number: str) -> Any:
    order = reachable_order(number, Permission.HANDLE_ORDERS)
    if not order.may_cancel(current_user):
        abort(403)
    form = forms.ReasonForm()
    if not form.validate():
        return show_order(order, 422, cancel_form=form)
    order.cancel(form.reason.data, by=current_user)
    audit.record("order_cancelled", order, number=order.number, reason=form.reason.data)
    return back_to(order, _("Order %(number)s cancelled.", number=order.number))


@bp.post("/orders/<string:number>/shipment")
@allow(Permission.SHIP_ORDERS)
def ship(number: str) -> Any:
    order = reachable_order(number, Permission.SHIP_ORDERS)
    form = forms.ShipForm()
    if not form.validate():
        return show_order(order, 422, ship_form=form)
    order.ship(form.carrier.data, form.tracking_number.data or "", by=current_user)
    audit.record("order_shipped", order, number=order.number, carrier=form.carrier.data)
    return back_to(order, _("Marked as shipped."))


@bp.post("/orders/<string:number>/completion")
@allow(Permission.HANDLE_ORDERS)
def complete(number: str) -> Any:
    order = reachable_order(number, Permission.HANDLE_ORDERS)
    order.complete(current_user)
    audit.record("order_completed", order, number=order.number)
    return back_to(order, _("Order completed."))


@bp.post("/orders/<string:number>/notes")
@allow(Permission.HANDLE_ORDERS)
def add_note(number: str) -> Any:
    order = reachable_order(number, Permission.HANDLE_ORDERS)
    form = forms.NoteForm()
    if not form.validate():
        return show_order(order, 422, note_form=form)
    order.log(by=current_user, text=form.text.data)
    return back_to(order, _("Noted."))


@bp.post("/orders/<string:number>/follow-up")
@allow(Permission.HANDLE_ORDERS)
def follow_up(number: str) -> Any:
    order = reachable_order(number, Permission.HANDLE_ORDERS)
    form = follow_up_form(order)
    if not form.validate():
        return show_order(order, 422, follow_up_form=form)
    order.follow_up(form.on.data, db.session.get(User, form.cared_by.data) if form.cared_by.data else None)
    audit.record("order_follow_up_set", order, number=order.number, on=str(form.on.data or ""))
    return back_to(order, _("Follow-up kept."))


CARING_ROLES = [role for role in Role if role in TABLE[Permission.HANDLE_ORDERS]]


def follow_up_form(order: Order, fresh: bool = False) -> forms.FollowUpForm:
    """Offers the people who handle orders at this site."""
    people = db.session.execute(
        sa.select(User.id, User.name)
        .join(Grant)
        .where(Grant.site_id == order.site_id, Grant.role.in_(CARING_ROLES), User.disabled_at.is_(None))
        .order_by(User.name)
        .distinct()
    )
    form = forms.FollowUpForm(
        **({"formdata": None} if fresh else {}),
        data={"on": order.follow_up_on, "cared_by": order.cared_by_id or 0},
    )
    form.cared_by.choices = [(0, _("Nobody yet")), *((user_id, name) for user_id, name in people)]
    if order.cared_by_id and order.cared_by_id not in dict(form.cared_by.choices):
        form.cared_by.choices.append((order.cared_by_id, order.cared_by.name if order.cared_by else ""))
    return form


@bp.post("/orders/<string:number>/payments")
@allow(Permission.RECORD_PAYMENTS)
def record_payment(number: str) -> Any:
    order = reachable_order(number, Permission.RECORD_PAYMENTS)
    form = forms.PaymentForm()
    if not form.validate():
        return show_order(order, 422, payment_form=form)
    method = PaymentMethod(form.method.data)
    order.record_payment(form.amount.data or 0, method, form.reference.data or "", by=current_user)
    audit.record("payment_recorded", order, number=order.number, fen=form.amount.data, method=method)
    return back_to(order, _("Payment recorded."))


@bp.post("/orders/<string:number>/payments/<int:payment_id>/taking-back")
@allow(Permission.RECORD_PAYMENTS)
def take_payment_back(number: str, payment_id: int) -> Any:
    order = reachable_order(number, Permission.RECORD_PAYMENTS)
    payment = next((payment for payment in order.payments if payment.id == payment_id), None) or abort(404)
    audit.record("payment_taken_back", order, number=order.number, fen=payment.amount_fen, method=payment.method)
    order.take_payment_back(payment)
    return back_to(order, _("Payment taken back."))


@bp.get("/orders/<string:number>/handover.xlsx")
@allow(Permission.SEE_ORDERS)
def handover(number: str) -> Response:
    """The supplier's order as a workbook; the buyer masked, the address open: the goods go there."""
    order = reachable_order(number)
    return download(exports.handover(order, current_user), order.number, "xlsx", XLSX)
