"""Messages as the platform pushes them, and as it hands out again what was not taken: what they are about, no more.
They come more than once and out of order, so what they tell is read again from the platform.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.alibaba_1688.reading import (
    Record,
    Unreadable,
    identity,
    moment,
    parsed,
    part,
    parts,
    record,
    text,
)
from selection_center.marketplace.connectors.alibaba_1688.signing import is_signed
from selection_center.marketplace.connectors.messages import Message, Subject

SUBJECTS = (
    ("PRODUCT_PRODUCT_INVENTORY_CHANGE", Subject.STOCK),
    ("PRODUCT_", Subject.LISTING),
    ("LOGISTICS_", Subject.PARCEL),
    ("ORDER_", Subject.ORDER),
)
"""By how the platform's word begins."""
IDS = {
    Subject.ORDER: ("orderId", "orderIds", "mergePayOrderIds"),
    Subject.PARCEL: ("orderId",),
    Subject.LISTING: ("productIds", "productId", "offerId"),
    Subject.STOCK: ("offerId",),
    Subject.OTHER: (),
}
DEEPEST, MOST_IDS = 6, 200


def pushed(fields: Mapping[str, str], secret: str) -> Message | None:
    """None for what the platform did not sign. Signed and not readable is an error that is permanent."""
    if not is_signed(
        {"message": fields.get("message", ""), "_aop_signature": fields.get("_aop_signature", "")}, secret
    ):
        return None
    try:
        return message_of(record(parsed(fields["message"].encode("utf-8", "surrogatepass")), "message"))
    except (Unreadable, UnicodeError) as error:
        raise ConnectorError("unreadable", str(error), permanent=True) from error


def message_of(envelope: Record) -> Message:
    """`data` is an object, or the text of one."""
    data = envelope.get("data")
    data = record(parsed(data.encode()) if isinstance(data, str) else data or {}, "data")
    number, kind, born = identity(envelope, "msgId"), text(envelope, "type"), moment(envelope, "gmtBorn")
    if not number or not kind or born is None:
        raise Unreadable("a message without its number, kind or birth")
    subject = next((subject for begins, subject in SUBJECTS if kind.startswith(begins)), Subject.OTHER)
    ids = dict.fromkeys(_ids(data, IDS[subject], 0))
    return Message(number, subject, kind[:80], tuple(ids)[:MOST_IDS], born, _sent(data))


def _ids(value: Any, names: tuple[str, ...], depth: int) -> Iterator[str]:
    """All values under these names, however deep each kind of message keeps them; "1,2" are two."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in names and not isinstance(inner, dict | list):
                yield from filter(None, (entry.strip() for entry in identity_list({name: inner}, name)))
            elif name in names and isinstance(inner, list):
                yield from (identity({name: one}, name) for one in inner if not isinstance(one, dict | list))
            else:
                yield from _ids(inner, names, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner, names, depth + 1)


def identity_list(values: Record, name: str) -> list[str]:
    value = values.get(name)
    return value.split(",") if isinstance(value, str) else [identity(values, name)]


def _sent(data: Record) -> datetime | None:
    """When it happened there: of two messages about one thing the newer counts."""
    stock = next(iter(parts(data, "OfferInventoryChangeList")), {})
    moved = part(data, "OrderLogisticsTracingModel") or part(data, "MailNoChangeModel")
    for values, name in ((data, "msgSendTime"), (stock, "bizTime"), (moved, "changeTime"), (moved, "eventTime")):
        try:
            if at := moment(values, name):
                return at.astimezone(UTC)
        except Unreadable:
            continue
    return None
