"""What a creation did. Only an order's number tells: `success` is said wrongly in both directions. Sums are fen."""

from typing import Any

from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.alibaba_1688.reading import (
    Record,
    Unreadable,
    fen,
    identity,
    part,
    parts,
    record,
    text,
)
from selection_center.marketplace.connectors.alibaba_1688.refusals import from_business, refusal_in
from selection_center.marketplace.connectors.orders import LeftOut, RemoteOrder


def created(answer: Any) -> tuple[RemoteOrder, ...]:
    """The orders that a creation made; some of its lines may be left out. Raises what it was refused for."""
    said = record(answer)
    body = part(said, "result") or said
    left_out = tuple(_left_out(line) for line in parts(body, "failedOfferList"))
    made = [_created(one, "orderAmmount") for one in parts(body, "orderList") if identity(one, "orderId")]
    left_out += tuple(
        LeftOut("", "", text(one, "message", "resultCode") or "?")
        for one in parts(body, "orderList")
        if not identity(one, "orderId")
    )
    if not made and identity(body, "orderId"):
        made = [_created(body, "totalSuccessAmount")]
    if not made:
        raise _refused(said, body, left_out)
    first = made[0]
    first.update(left_out=left_out)
    return tuple(RemoteOrder(**one) for one in made)


def _created(one: Record, amount: str) -> dict[str, Any]:
    """An order exists: whatever else is not readable is not said, since its number must not be lost."""
    try:
        total, freight = fen(one, amount), fen(one, "postFee")
    except Unreadable:
        total = freight = None
    goods = total - freight if total is not None and freight is not None else None
    return {"remote_id": identity(one, "orderId"), "total_fen": total, "freight_fen": freight, "goods_fen": goods}


def _refused(said: Record, body: Record, left_out: tuple[LeftOut, ...]) -> ConnectorError:
    for line in parts(body, "failedOfferList"):
        return from_business(text(line, "errorCode"), text(line, "errorMessage"), creating=True)
    if refused := refusal_in(body) or refusal_in(said):
        return from_business(*refused, creating=True)
    words = left_out[0].said if left_out else "no order's number"
    return ConnectorError("no_answer", words, permanent=False)


def _left_out(line: Record) -> LeftOut:
    said = f"{text(line, 'errorCode')} {text(line, 'errorMessage')}".strip()
    return LeftOut(identity(line, "offerId"), identity(line, "specId"), said)
