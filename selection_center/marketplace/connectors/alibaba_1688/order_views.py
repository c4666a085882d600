"""An order as the platform shows it to its buyer. Sums come in yuan, but discounts and `refundPayment` in fen."""

from datetime import datetime
from typing import Any, NamedTuple

from selection_center.marketplace.connectors.alibaba_1688.reading import (
    Record,
    Unreadable,
    fen,
    identity,
    moment,
    part,
    parts,
    record,
    text,
    truth,
    whole,
    yuan,
)
from selection_center.marketplace.connectors.alibaba_1688.refusals import check
from selection_center.marketplace.connectors.orders import Parcel, RemoteOrder, RemoteState

STATES = {
    "waitbuyerpay": RemoteState.UNPAID,
    "waitsellersend": RemoteState.PAID,
    "waitbuyerreceive": RemoteState.SHIPPED,
    "confirm_goods": RemoteState.RECEIVED,
    "confirm_goods_and_has_subsidy": RemoteState.RECEIVED,
    "success": RemoteState.DONE,
    "cancel": RemoteState.CANCELLED,
    "terminated": RemoteState.CANCELLED,
    "inactiveandcancel": RemoteState.CANCELLED,
}
"""Any other word, such as those of orders in stages, is kept and shown as it was said."""
NO_PARCEL, BUYER_FETCHES = "2", "4"
"""logisticsItems[].type and noLogisticsCondition."""


def order_of(trade: Record) -> RemoteOrder:
    base = part(trade, "baseInfo")
    number = remote_id(base)
    if not number:
        raise Unreadable("an order without a number")
    total, freight = yuan(base, "totalAmount"), yuan(base, "shippingFee")
    said, refund = text(base, "status"), text(base, "refundStatus")
    items = parts(part(trade, "nativeLogistics"), "logisticsItems")
    return RemoteOrder(
        remote_id=number,
        state=STATES.get(said.lower(), RemoteState.OTHER),
        said=said,
        reference=reference(trade),
        goods_fen=total - freight if total is not None and freight is not None else None,
        freight_fen=freight,
        total_fen=total,
        refund=refund,
        refund_fen=_refund(base, refund),
        changed_at=moment(base, "modifyTime"),
        parcels=tuple(_parcel(item) for item in items if text(item, "type") != NO_PARCEL),
        collected=any(text(item, "noLogisticsCondition") == BUYER_FETCHES for item in items),
    )


def remote_id(base: Record) -> str:
    """`id` loses digits on its way through programs that count in floats, `idOfStr` does not, though it may be one."""
    return identity(base, "idOfStr", "id")


def reference(trade: Record) -> str:
    """Our own reference, where the answer says it; the platform writes it in one of two places, or nowhere."""
    if own := text(part(trade, "baseInfo"), "outOrderId"):
        return own
    return next((text(one, "value") for one in parts(trade, "extAttributes") if text(one, "key") == "outOrderId"), "")


def _refund(base: Record, refund: str) -> int | None:
    in_yuan, in_fen = yuan(base, "refund"), fen(base, "refundPayment")
    return (in_yuan or in_fen or 0) if refund or in_yuan or in_fen else None


def _parcel(item: Record) -> Parcel:
    carrier = text(item, "logisticsCompanyName", "logisticsCompanyId")
    return Parcel(carrier, text(item, "logisticsBillNo", "logisticsCode"), text(item, "status"))


class Seen(NamedTuple):
    order: RemoteOrder
    created_at: datetime | None


def one(answer: Any) -> Seen | None:
    """The order in an answer; None where the platform says with a success that there is none."""
    said = record(answer)
    result = said.get("result")
    if isinstance(result, dict) and result.get("baseInfo"):
        return Seen(order_of(result), moment(part(result, "baseInfo"), "createTime"))
    check(said)
    if not result and truth(said, "success"):
        return None
    raise Unreadable("an order without its base")


def several(answer: Any) -> tuple[list[RemoteOrder], int]:
    """A page of orders, and how many there are in all."""
    said = record(answer)
    if "result" not in said:
        check(said)
        raise Unreadable("a list without its result")
    found = [order_of(trade) for trade in parts(said, "result")]
    return found, whole(said, "totalRecord") or len(found)
