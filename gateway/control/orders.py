"""Orders seen and driven: `POST /control/orders/<id>/pay`, ship, move, receive, close, price, refund, agree ..."""

from dataclasses import asdict
from typing import Any

from flask import jsonify, request

from gateway import orders
from gateway.control.answering import answer, blueprint, said
from gateway.door import state
from gateway.orders import Order
from gateway.steps import STEPS


def found(db: Any, order_id: str) -> Order:
    order = orders.find(db, order_id)
    if order is None:
        raise LookupError(f"there is no order {order_id}")
    return order


def shown(order: Order) -> dict[str, Any]:
    """All of it; sums in fen."""
    return {**asdict(order), "goods": order.goods, "total": order.total}


@blueprint.get("/orders")
def order_list() -> Any:
    """Newest first; `reference` asks for one outOrderId."""
    reference, limit = request.args.get("reference"), int(request.args.get("limit", 100))
    with state().transaction() as db:
        listed = orders.latest(db, limit=10**9 if reference else limit)
    return jsonify({"orders": [shown(order) for order in listed if reference in {None, order.out_order_id}]})


@blueprint.get("/orders/<order_id>")
def order(order_id: str) -> Any:
    with state().transaction() as db:
        return jsonify(shown(found(db, order_id)))


@blueprint.post("/orders/<order_id>/<step>")
def take_step(order_id: str, step: str) -> Any:
    if step not in STEPS:
        raise LookupError(f"{step} is none of {', '.join(STEPS)}")
    with state().transaction() as db:
        order = found(db, order_id)
        STEPS[step](db, order, said())
    return answer(shown(order))
