"""How a factory says that orders stand: a table with a row for each thing that it says.

What was said of an order is added up, never overwritten: parcels gather, and what happened later in an order's life
counts, whatever order the files come in, and however often. A number that was cut off, in a file that was read half
written, gives way to the whole one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from selection_center.catalog.offer_import.files import open_table
from selection_center.catalog.offer_import.reasons import FileRefused
from selection_center.core.forms import clean
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.feed.json_rows import NoOffers, header_of, offers_in, rows_of
from selection_center.marketplace.connectors.feed.tables import is_json
from selection_center.marketplace.connectors.orders import Parcel, RemoteState

LARGEST_BYTES = 5_000_000
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "reference": ("订单号", "单号", "采购单号", "order", "orderno", "ordernumber", "reference", "outorderid"),
    "state": ("状态", "订单状态", "status", "state"),
    "carrier": ("快递公司", "物流公司", "快递", "承运商", "carrier", "courier", "logisticscompany"),
    "number": ("快递单号", "物流单号", "运单号", "tracking", "trackingnumber", "trackingno", "waybill", "parcel"),
    "reason": ("原因", "拒单原因", "备注", "reason", "remark", "note"),
}
WORDS: dict[str, tuple[str, ...]] = {
    "accepted": ("已接单", "接单", "已确认", "已受理", "accepted", "confirmed", "ok"),
    "refused": ("拒单", "已拒单", "拒绝", "已拒绝", "无法供货", "缺货", "refused", "rejected", "declined"),
    "shipped": ("已发货", "发货", "已寄出", "shipped", "sent", "dispatched"),
    "received": ("已签收", "签收", "received", "delivered"),
}
"""In the order of an order's life: of two that were said the later one counts."""
STATES = {
    "accepted": RemoteState.OTHER,
    "refused": RemoteState.CANCELLED,
    "shipped": RemoteState.SHIPPED,
    "received": RemoteState.RECEIVED,
}


@dataclass(frozen=True, slots=True)
class Status:
    """One row. `word`: one of WORDS; `said`: the factory's own word for it."""

    reference: str
    word: str
    said: str
    carrier: str = ""
    number: str = ""
    reason: str = ""


class Problem(NamedTuple):
    """A row that says nothing that we understand."""

    row: int
    said: str


class Standing(NamedTuple):
    state: RemoteState
    said: str
    parcels: tuple[Parcel, ...]
    reason: str


def read(file: BinaryIO) -> Iterator[Status | Problem]:
    """The rows of an open file. Raises ConnectorError for one that is no such table."""
    try:
        header, rows = _table(file)
        columns = {name: at for at, text in enumerate(header) if (name := _column(text))}
        if not {"reference", "state"} <= columns.keys():
            raise ConnectorError("bad_feed", "no column for 订单号 / 状态", permanent=True)
        for number, cells in rows:
            yield _row(number, {name: _cell(cells, at) for name, at in columns.items()})
    except FileRefused as refused:
        raise ConnectorError("bad_feed", refused.sentence, permanent=True) from refused
    except NoOffers as refused:
        raise ConnectorError("bad_feed", str(refused), permanent=True) from refused


def _table(file: BinaryIO) -> tuple[Sequence[str], Iterator[tuple[int, Sequence[str]]]]:
    if not is_json(file):
        table = open_table(file)
        return table.header, iter(table.rows())
    file.seek(0)
    try:
        said = offers_in(file.read(LARGEST_BYTES).decode("utf-8-sig"))
    except UnicodeError:
        raise FileRefused("unknown_encoding") from None
    header = header_of(said)
    return header, rows_of(said, header)


def _column(text: str) -> str | None:
    plain = text.strip().lower().replace(" ", "").replace("_", "").replace("-", "")
    return next((name for name, words in COLUMNS.items() if plain in words), None)


def _cell(cells: Sequence[str], at: int) -> str:
    """Without the mark that keeps a spreadsheet from running a text, and without signs that no text has."""
    return (clean(str(cells[at])) or "").removeprefix("'") if at < len(cells) else ""


def _row(number: int, said: Mapping[str, str]) -> Status | Problem:
    plain = said["state"].lower()
    word = next((name for name, words in WORDS.items() if plain in words), "")
    if not said["reference"]:
        return Problem(number, "no 订单号")
    if not word:
        return Problem(number, f"状态 {said['state'][:40]!r}")
    parcel = {"carrier": said.get("carrier", "")[:60], "number": said.get("number", "")[:60]}
    return Status(said["reference"], word, said["state"][:60], **parcel, reason=said.get("reason", "")[:300])


def merged(before: Mapping[str, Any], status: Status) -> dict[str, Any]:
    """What was said so far with this added: {"said": {word: [theirs, reason]}, "parcels": [[carrier, number]]}."""
    words = {**before.get("said", {}), status.word: [status.said, status.reason]}
    parcels = [list(one) for one in before.get("parcels", [])]
    parcel = [status.carrier, status.number]
    if status.number and not any(one == parcel or _begins(parcel, one) for one in parcels):
        parcels = [*(one for one in parcels if not _begins(one, parcel)), parcel]
    return {"said": {word: words[word] for word in WORDS if word in words}, "parcels": parcels}


def _begins(half: Sequence[str], whole: Sequence[str]) -> bool:
    """Is the one the other, cut off? What goes on with a sign, as JDV1-2 after JDV1, is a parcel of its own."""
    (carrier, number), (whole_carrier, whole_number) = half, whole
    rest = whole_number.removeprefix(number)
    is_cut = whole_number.startswith(number) and (not rest or rest[0].isalnum())
    return is_cut and whole_carrier.startswith(carrier) and half != whole


def standing(told: Mapping[str, Any]) -> Standing:
    """How the order stands by all that was said of it."""
    words = told.get("said") or {}
    last = next((word for word in reversed(WORDS) if word in words), "")
    parcels = tuple(Parcel(carrier, number) for carrier, number in told.get("parcels", []))
    reason = words[last][1] if last == "refused" else ""
    return Standing(STATES.get(last, RemoteState.OTHER), last, parcels, reason)
