"""What happens to an order after it was made: paid, sent, received, closed, changed, refunded; each step is told."""

from collections.abc import Callable
from typing import Any

from gateway import clock, creations, offers, orders
from gateway.orders import CANCELLED, RECEIVED, SENT, SUCCESS, TERMINATED, UNPAID, UNSENT, Order

CLOSERS = {
    "buyer": ("BUYER_VIEW_ORDER_BUYER_CLOSE", "buyerCancel"),
    "seller": ("BUYER_VIEW_ORDER_SELLER_CLOSE", "sellerGoodsLack"),
    "platform": ("BUYER_VIEW_ORDER_BOPS_CLOSE", "other"),
}
REFUND_WAITS = "waitselleragree"


class NotNow(ValueError):
    """The order's state does not allow this step."""


def from_(order: Order, *states: str) -> None:
    if order.status not in states:
        raise NotNow(f"an order that is {order.status} does not allow this; it would have to be {' or '.join(states)}")


def pay(db: Any, order: Order, given: dict[str, Any]) -> None:
    from_(order, UNPAID)
    order.status, order.paid_ms = UNSENT, clock.now()
    orders.save(db, order)
    orders.tell(db, order, "BUYER_VIEW_ORDER_PAY")


def receive(db: Any, order: Order, given: dict[str, Any]) -> None:
    from_(order, SENT)
    order.status, order.received_ms = RECEIVED, clock.now()
    for line in order.lines:
        line.sent = 3
    orders.save(db, order)
    orders.tell(db, order, "BUYER_VIEW_ORDER_COMFIRM_RECEIVEGOODS", "confirm_goods_and_has_subsidy")


def finish(db: Any, order: Order, given: dict[str, Any]) -> None:
    from_(order, RECEIVED)
    order.status, order.completed_ms = SUCCESS, clock.now()
    orders.save(db, order)
    orders.tell(db, order, "BUYER_VIEW_ORDER_SUCCESS")


def close(db: Any, order: Order, given: dict[str, Any]) -> None:
    """`by`: buyer, seller or platform. Before payment it is cancelled, afterwards terminated; the stock comes back."""
    by = given.get("by", "seller")
    if by not in CLOSERS:
        raise NotNow(f"{by} is none of {', '.join(CLOSERS)}")
    from_(order, *((UNPAID,) if by == "buyer" else (UNPAID, UNSENT)))
    topic, reason = CLOSERS[by]
    order.close_reason = given.get("reason", reason)
    order.status = CANCELLED if order.status == UNPAID else TERMINATED
    end(db, order)
    orders.tell(db, order, topic)


def end(db: Any, order: Order) -> None:
    order.completed_ms = clock.now()
    orders.save(db, order)
    for line in order.lines:
        offer = offers.find(db, line.offer_id)
        if offer:
            creations.move_stock(db, offer, line.spec_id, line.quantity)


def reprice(db: Any, order: Order, given: dict[str, Any]) -> None:
    """`total_fen`: what is to be paid from now on; spread over the lines by what they cost."""
    from_(order, UNPAID)
    wanted = int(given["total_fen"])
    if wanted < 1:
        raise NotNow("total_fen is at least 1")
    change, goods = wanted - order.total, max(1, order.goods)
    shares = [change * line.amount // goods for line in order.lines[1:]]
    for line, share in zip(order.lines, [change - sum(shares), *shares], strict=True):
        line.discount += share
    orders.save(db, order)
    orders.tell(db, order, "BUYER_VIEW_ORDER_PRICE_MODIFY")


def refund(db: Any, order: Order, given: dict[str, Any]) -> None:
    """The buyer asks for `amount_fen` back, by default all; after completion it is an after-sales refund."""
    from_(order, UNSENT, SENT, RECEIVED, SUCCESS)
    order.refund = int(given.get("amount_fen") or order.total)
    order.refund_id = f"TQ{order.order_id[:15]}"
    set_refund(db, order, REFUND_WAITS, "BUYER_APPLY_REFUND")


def agree(db: Any, order: Order, given: dict[str, Any]) -> None:
    awaited(order)
    if order.refund >= order.total and order.status == UNSENT:
        order.status = TERMINATED
        end(db, order)
    set_refund(db, order, "refundsuccess", "SELLER_AGREE_REFUND")


def refuse(db: Any, order: Order, given: dict[str, Any]) -> None:
    awaited(order)
    order.refund = 0
    set_refund(db, order, "refundclose", "SELLER_REJECT_REFUND")


def awaited(order: Order) -> None:
    if REFUND_WAITS not in {order.refund_status, order.refund_after_status}:
        raise NotNow("no refund is asked for")


def set_refund(db: Any, order: Order, status: str, action: str) -> None:
    """Lines say the same in capitals."""
    after = order.status == SUCCESS
    if after:
        order.refund_after_status = status
    else:
        order.refund_status = status
    for line in order.lines:
        line.refund_status = LINE_REFUNDS[status]
    orders.save(db, order)
    topic = "BUYER_VIEW_ORDER_REFUND_AFTER_SALES" if after else "BUYER_VIEW_ORDER_BUYER_REFUND_IN_SALES"
    orders.tell(db, order, topic, status, refundAction=action)


LINE_REFUNDS = {REFUND_WAITS: "WAIT_SELLER_AGREE", "refundsuccess": "REFUND_SUCCESS", "refundclose": "REFUND_CLOSED"}


def become(db: Any, order: Order, given: dict[str, Any]) -> None:
    """Any `status`, known or not, with no message: what a client must bear."""
    order.status = str(given["status"])
    orders.save(db, order)


Step = Callable[[Any, Order, dict[str, Any]], None]
STEPS: dict[str, Step] = {
    **{"pay": pay, "receive": receive, "finish": finish, "close": close, "price": reprice},
    **{"refund": refund, "agree": agree, "refuse": refuse, "state": become},
}
