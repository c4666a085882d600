"""The gateway's own pages: what happened, and buttons for what shall happen next."""

from typing import Any

from flask import Blueprint, abort, render_template, request

from gateway import access, clock, faults, log, members, offers, orders
from gateway.apis import TABLE
from gateway.control import messages as control_messages
from gateway.control import offers as control_offers
from gateway.door import state
from gateway.orders import Order
from gateway.products import yuan
from gateway.settings import CHOICES
from gateway.steps import REFUND_WAITS

blueprint = Blueprint("pages", __name__)
FILTERS = {"moment": clock.plain, "yuan": lambda fen: f"¥{yuan(fen):,.2f}"}
ROWS = 100
NEXT = {
    "waitbuyerpay": ("pay", "close"),
    "waitsellersend": ("ship", "refund", "close"),
    "waitbuyerreceive": ("move", "receive", "refund"),
    "confirm_goods": ("finish", "refund"),
    "success": ("refund",),
}
"""The steps that a state offers as buttons."""


def next_steps(order: Order) -> tuple[str, ...]:
    waits = REFUND_WAITS in {order.refund_status, order.refund_after_status}
    return ("agree", "refuse") if waits else NEXT.get(order.status, ())


@blueprint.get("/")
def index() -> str:
    with state().transaction() as db:
        found = {
            **{"verdict": log.verdict(db), "counts": log.counts(db)["apis"], "apps": access.apps(db)},
            **{"people": members.everyone(db), "orders": orders.latest(db, 10), "faults": faults.present(db)},
        }
    return render_template("index.html", **found)


@blueprint.get("/orders")
def order_list() -> str:
    with state().transaction() as db:
        return render_template("orders.html", orders=orders.latest(db, ROWS), next_steps=next_steps)


@blueprint.get("/orders/<order_id>")
def order(order_id: str) -> str:
    with state().transaction() as db:
        found = orders.find(db, order_id) or abort(404)
        buyer, seller = members.known(db, found.buyer), members.known(db, found.seller)
        calls = log.calls(db, reference=found.out_order_id) if found.out_order_id else []
    return render_template("order.html", order=found, buyer=buyer, seller=seller, calls=calls, next_steps=next_steps)


@blueprint.get("/offers")
def offer_list() -> str:
    words, after = request.args.get("words", ""), request.args.get("after", 0, type=int)
    with state().transaction() as db:
        return render_template(
            "offers.html", offers=control_offers.listed(db, words, ROWS, after), words=words, rows=ROWS
        )


@blueprint.get("/offer/<int:offer_id>.html")
def offer(offer_id: int) -> str:
    """Where detail.1688.com's page would be."""
    with state().transaction() as db:
        found = offers.find(db, offer_id) or abort(404)
        return render_template(
            "offer.html", offer=found, seller=members.known(db, found.seller), statuses=offers.STATUSES
        )


@blueprint.get("/messages")
def message_list() -> str:
    with state().transaction() as db:
        return render_template("messages.html", messages=control_messages.latest(db, ROWS), apps=access.apps(db))


@blueprint.get("/faults")
def fault_list() -> str:
    names = sorted({name for _, name, _ in TABLE} | {"getToken", "picture"})
    with state().transaction() as db:
        return render_template("faults.html", faults=faults.present(db), families=faults.FAMILIES, apis=names)


@blueprint.get("/log")
def call_list() -> str:
    api, reference = request.args.get("api", ""), request.args.get("reference", "")
    with state().transaction() as db:
        found = {"calls": log.calls(db, api, reference), "counts": log.counts(db)["apis"]}
        references = log.references(db)
    newest = list(references.items())[: -ROWS - 1 : -1]
    return render_template("log.html", **found, references=newest, api=api, reference=reference)


@blueprint.get("/settings")
def settings() -> str:
    return render_template("settings.html", settings=vars(state().settings), choices=CHOICES)


@blueprint.app_context_processor
def common() -> dict[str, Any]:
    return {"here": request.full_path.rstrip("?")}
