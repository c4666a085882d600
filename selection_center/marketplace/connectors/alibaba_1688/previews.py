"""What an order would cost, and how it would be split: sums in fen, unit prices in yuan, under a misspelt key."""

from collections.abc import Sequence
from typing import Any

from selection_center.marketplace.connectors.alibaba_1688.reading import (
    Record,
    Unreadable,
    fen,
    identity,
    parts,
    record,
    text,
    truth,
    yuan,
)
from selection_center.marketplace.connectors.alibaba_1688.refusals import FINE, from_business, refusal_in
from selection_center.marketplace.connectors.orders import Preview, PreviewLine, PreviewPart


def preview_of(answer: Any) -> Preview:
    """Several entries: it would be split into so many orders."""
    said = record(answer)
    entries = parts(said, "orderPreviewResuslt") or parts(said, "orderPreviewResult")
    for entry in entries:
        _check_entry(entry)
    if refused := refusal_in(said):
        raise from_business(*refused)
    if not entries:
        raise Unreadable("a preview without an entry")
    return Preview(
        tuple(_part(entry) for entry in entries),
        trade_types=_trade_types(entries),
        flow_word=_one_flow({text(entry, "flowFlag") for entry in entries}),
    )


def _check_entry(entry: Record) -> None:
    if truth(entry, "status") is False or text(entry, "resultCode") not in FINE:
        raise from_business(text(entry, "resultCode"), text(entry, "message"))
    for line in parts(entry, "cargoList"):
        if text(line, "resultCode") not in FINE:
            raise from_business(text(line, "resultCode"), text(line, "message"))


def _part(entry: Record) -> PreviewPart:
    """Freight is all that is paid beside the goods, additional fees with it."""
    goods, total = fen(entry, "sumPaymentNoCarriage"), fen(entry, "sumPayment")
    if goods is None or total is None:
        raise Unreadable("a preview without a sum")
    lines = (
        PreviewLine(identity(line, "offerId"), identity(line, "specId"), unit)
        for line in parts(entry, "cargoList")
        if (unit := yuan(line, "finalUnitPrice")) is not None
    )
    return PreviewPart(goods, total - goods, abs(fen(entry, "discountFee") or 0), tuple(lines))


def _trade_types(entries: Sequence[Record]) -> tuple[str, ...]:
    """Ways to pay that hold for every part, in the order of the first."""
    each = [_own_trade_types(entry) for entry in entries]
    return tuple(word for word in each[0] if all(word in other for other in each[1:]))


def _own_trade_types(entry: Record) -> list[str]:
    named = entry.get("tradeModeNameList") or []
    models = [text(one, "tradeType") for one in parts(entry, "tradeModelList") if truth(one, "opSupport")]
    if not isinstance(named, list) or not all(isinstance(word, str) for word in named):
        raise Unreadable("tradeModeNameList")
    return list(dict.fromkeys(filter(None, named or models)))


def _one_flow(words: set[str]) -> str:
    """Parts of different flows cannot be ordered in one: none is said."""
    return words.pop() if len(words) == 1 else ""
