"""An order at the marketplace: how it stands there, and what people decide where the machine may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.paging import page_of
from selection_center.core.permissions import Permission
from selection_center.marketplace import message_jobs, push_wording, pushing, runs
from selection_center.marketplace.connectors.registry import CONNECTORS
from selection_center.marketplace.pushes import Push, PushState
from selection_center.marketplace.wording import sentence_of
from selection_center.orders.forms import WAYS
from selection_center.orders.models import Order
from selection_center.orders.views import reachable_order
from selection_center.sites.reaching import site_or_404

bp = Blueprint("pushes", __name__)

WORDS = {
    **{"states": push_wording.STATES, "word_there": push_wording.word_there, "refund_there": push_wording.refund_there},
    **{"why": push_wording.why, "title_of": push_wording.title_of, "sentence_of": sentence_of, "ways": dict(WAYS)},
}
"""What the pages ask of the wording."""


def order_of(number: str) -> Order:
    return reachable_order(number, Permission.HANDLE_ORDERS)


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
    first = sa.case((pushing.wanting_people(), 0), else_=1)
    query = Push.reachable_by(current_user).where(Order.site_id == site.id).order_by(first, Push.id.desc())
    load = (joinedload(Push.order), joinedload(Push.account), selectinload(Push.placed))
    return render_template("marketplace/pushes.html", site=site, page=page_of(query.options(*load)), **WORDS)


@bp.get("/orders/<string:number>/push")
@allow(Permission.HANDLE_ORDERS)
def show(number: str) -> Any:
    order = order_of(number)
    push = push_or_none(order)
    return render_template(
        "marketplace/push.html",
        **{"order": order, "push": push, **WORDS},
        run=runs.newest(*(f"{name}-{order.number}" for name in ("push", "follow", "call-off", "settle"))),
        account=None if push is not None else pushing.account_for(order),
    )


@bp.post("/orders/<string:number>/push")
@allow(Permission.HANDLE_ORDERS)
def create(number: str) -> Any:
    """Hands it on, once more where it was held: at the sum that was shown, if staff agree to it."""
    order = order_of(number)
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
    """Looks for it, or how it stands there by now; what the marketplace keeps for us is read too."""
    order = order_of(number)
    push = push_of(order)
    if CONNECTORS[push.account.connector].keeps_messages:
        message_jobs.ask_to_read(push.account_id, current_user.id)
    if push.state is PushState.PLACED:
        runs.ask_again("follow-order", f"follow-{order.number}", user_id=current_user.id, push_id=push.id)
    else:
        runs.ask_again("push-order", f"push-{order.number}", user_id=current_user.id, order_id=order.id)
    return done(url_for(".show", number=order.number), _("Asked. The answer stands here in a moment."))


@bp.post("/orders/<string:number>/push/arrival")
@allow(Permission.HANDLE_ORDERS)
def settle(number: str) -> Any:
    """Somebody asked the factory whether it has the order, where nothing else can tell."""
    order = order_of(number)
    push = push_of(order)
    arrived = request.form.get("arrived", "")
    if arrived not in {"yes", "no"}:
        abort(422)
    push.hold_row()
    if not push.can_be_settled:
        raise Refused("wrong_state", _("This has moved on: it cannot be done from here any more."))
    if arrived == "no" and push.state is PushState.PLACED and pushing.hindrance(order)[0]:
        raise Refused(
            "hindered",
            _("It is not handed over again: the order or its offers are not as they were. Tell the factory yourself."),
        )
    name = f"settle-{order.number}"
    first = runs.newest(name)
    if first is not None and first.is_open and first.arguments["arrived"] != arrived:
        raise Refused("answered", _("Somebody just answered otherwise. Open the page again in a moment."))
    audit.record("order_push_settled", order, number=order.number, arrived=arrived)
    key = {"user_id": current_user.id, "push_id": push.id, "arrived": arrived}
    runs.ask_again("settle-order", name, **key)
    return done(url_for(".show", number=order.number), _("Noted."))


@bp.post("/orders/<string:number>/push/dropping")
@allow(Permission.HANDLE_ORDERS)
def drop(number: str) -> Any:
    """People order it otherwise; nothing is sent any more."""
    push = decided(number, "order_push_dropped", lambda push: push.become(PushState.DROPPED))
    return done(url_for(".show", number=push.order.number), _("Nothing is sent for it any more."))


@bp.post("/orders/<string:number>/push/sightings")
@allow(Permission.HANDLE_ORDERS)
def see(number: str) -> Any:
    """Somebody has put right what came out there otherwise than asked for."""
    push = decided(number, "order_push_seen", Push.seen)
    return done(url_for(".show", number=push.order.number), _("Noted."))


def decided(number: str, verb: str, decide: Callable[[Push], None]) -> Push:
    """What people decide about it, on record with what was wrong."""
    push = push_of(order_of(number))
    problem = push.problem
    decide(push)
    audit.record(verb, push.order, number=push.order.number, problem=problem)
    return push


@bp.post("/orders/<string:number>/push/cancellation")
@allow(Permission.HANDLE_ORDERS)
def cancel(number: str) -> Any:
    """Cancels at the marketplace what is cancelled here."""
    order = order_of(number)
    push = push_of(order)
    push.call_off()
    audit.record("order_called_off", order, number=order.number)
    runs.ask_again("call-off-order", f"call-off-{order.number}", user_id=current_user.id, push_id=push.id)
    return done(url_for(".show", number=order.number), _("Asked. The answer stands here in a moment."))
