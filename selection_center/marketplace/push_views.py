"""An order at the marketplace: how it stands there, and what people decide where the machine may not."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.paging import page_of
from selection_center.core.permissions import Permission
from selection_center.marketplace import pushing, runs
from selection_center.marketplace.connectors.orders import RemoteState
from selection_center.marketplace.pushes import Push, PushState
from selection_center.marketplace.wording import sentence_of
from selection_center.orders.models import Order
from selection_center.sites.reaching import site_or_404

bp = Blueprint("pushes", __name__)

STATES = {
    PushState.WAITING: _l("On its way"),
    PushState.SENDING: _l("Being ordered"),
    PushState.HELD: _l("Waits for you"),
    PushState.UNKNOWN: _l("Not known whether it arrived"),
    PushState.PLACED: _l("Ordered online"),
    PushState.DROPPED: _l("Taken care of otherwise"),
}
THERE = {
    RemoteState.UNPAID: _l("to be paid"),
    RemoteState.PAID: _l("paid, to be sent"),
    RemoteState.SHIPPED: _l("on its way"),
    RemoteState.RECEIVED: _l("received"),
    RemoteState.DONE: _l("done"),
    RemoteState.CANCELLED: _l("closed"),
    RemoteState.OTHER: _l("other"),
}


def order_or_404(number: str) -> Order:
    order: Order = db.first_or_404(Order.reachable_by(current_user, Permission.HANDLE_ORDERS).filter_by(number=number))
    if not current_user.can(Permission.HANDLE_ORDERS, site_id=order.site_id):
        abort(404)
    return order


def push_or_none(order: Order) -> Push | None:
    load = (joinedload(Push.account), selectinload(Push.placed))
    return db.session.scalar(sa.select(Push).filter_by(order_id=order.id).options(*load))


def push_of(order: Order) -> Push:
    found = push_or_none(order)
    if found is None:
        raise Refused("not_pushed", _("This order was not handed on to a marketplace."))
    found.hold_row()
    return found


@bp.get("/sites/<string:slug>/pushes")
@allow(Permission.HANDLE_ORDERS)
def index(slug: str) -> Any:
    """The orders that wait for people, then the others, newest first."""
    site = site_or_404(slug, Permission.HANDLE_ORDERS)
    first = sa.case((Push.state.in_((PushState.HELD, PushState.UNKNOWN)), 0), else_=1)
    query = Push.reachable_by(current_user).where(Order.site_id == site.id).order_by(first, Push.id.desc())
    page = page_of(query.options(joinedload(Push.order), joinedload(Push.account)))
    return render_template("marketplace/pushes.html", site=site, page=page, states=STATES, why=why)


@bp.get("/orders/<string:number>/push")
@allow(Permission.HANDLE_ORDERS)
def show(number: str) -> Any:
    order = order_or_404(number)
    push = push_or_none(order)
    return render_template(
        "marketplace/push.html",
        **{"order": order, "push": push, "states": STATES, "there": THERE, "why": why},
        run=runs.newest(f"push-{order.number}"),
        account=None if push is not None else pushing.account_for(order),
    )


def why(push: Push) -> str:
    """What holds it, in words."""
    words = {
        "price_rose": _("It costs more there than was agreed. Call the buyer, then agree or take it off."),
        "order_moved_on": _("The order was changed here before it was sent."),
        "not_seen_yet": _("The answer was lost, and the marketplace does not show an order of ours yet."),
    }
    return words.get(push.problem) or (sentence_of(push.problem, push.said) if push.problem else "")


@bp.post("/orders/<string:number>/push")
@allow(Permission.HANDLE_ORDERS)
def create(number: str) -> Any:
    """Hands it on, once more where it was held: at the sum that was shown, if staff agree to it."""
    order = order_or_404(number)
    push = push_or_none(order)
    if push is not None:
        push.hold_row()
        push.try_again(agreed(push))
        audit.record("order_pushed_again", order, number=order.number, fen=push.agreed_fen)
    elif pushing.push_of(order) is None:
        raise Refused("no_account", _("No account takes this order: its offers are not all kept fresh by one account."))
    runs.ask_again("push-order", f"push-{order.number}", user_id=current_user.id, order_id=order.id)
    return done(url_for(".show", number=order.number))


def agreed(push: Push) -> int | None:
    """The sum that the page showed, where that is still what the marketplace asked last."""
    shown = request.form.get("agreed_fen", "")
    if not shown:
        return None
    if push.asked_fen is None or shown != str(push.asked_fen):
        raise Refused("other_price", _("The price there is another one by now. Look at it again."))
    return push.asked_fen


@bp.post("/orders/<string:number>/push/look-ups")
@allow(Permission.HANDLE_ORDERS)
def look_up(number: str) -> Any:
    """Looks for it, or how it stands there by now."""
    order = order_or_404(number)
    push = push_of(order)
    if push.state is PushState.PLACED:
        runs.ask_again("follow-order", f"follow-{order.number}", user_id=current_user.id, push_id=push.id)
    else:
        runs.ask_again("push-order", f"push-{order.number}", user_id=current_user.id, order_id=order.id)
    return done(url_for(".show", number=order.number), _("Asked. The answer stands here in a moment."))


@bp.post("/orders/<string:number>/push/dropping")
@allow(Permission.HANDLE_ORDERS)
def drop(number: str) -> Any:
    """People order it otherwise; nothing is sent any more."""
    order = order_or_404(number)
    push_of(order).become(PushState.DROPPED)
    audit.record("order_push_dropped", order, number=order.number)
    return done(url_for(".show", number=order.number), _("Nothing is sent for it any more."))
