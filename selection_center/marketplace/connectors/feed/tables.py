"""A feed's file as a table under the import's field names, whichever of its three kinds it is."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from selection_center.catalog.offer_import.columns import ColumnMap, match, missing
from selection_center.catalog.offer_import.files import MB, Limits, Table, open_table
from selection_center.catalog.offer_import.lines import SourceRow
from selection_center.catalog.offer_import.reasons import FileRefused
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.feed.json_rows import NoOffers, header_of, offers_in, rows_of

FEED = Limits(packed=50 * MB, unpacked=250 * MB, rows=500_000, cells=10_000_000)
LARGEST_JSON = 20 * MB
"""It is held whole; a CSV is not."""


@dataclass(frozen=True)
class FeedTable:
    table: Table
    columns: ColumnMap


def opened(file: BinaryIO) -> FeedTable:
    """The table in an open file, which must stay open while rows are read. Raises ConnectorError alone."""
    try:
        table = _json_table(file) if is_json(file) else open_table(file, FEED)
    except FileRefused as refused:
        raise ConnectorError("bad_feed", refused.sentence, permanent=True) from refused
    except NoOffers as refused:
        raise ConnectorError("bad_feed", str(refused), permanent=True) from refused
    columns = match(table.header)
    for group in missing(columns):
        names = " / ".join(which.value for which in group)
        raise ConnectorError("bad_feed", f"no column for {names}", permanent=True)
    return FeedTable(table, columns)


def is_json(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(64).removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[")


def _json_table(file: BinaryIO) -> Table:
    file.seek(0)
    body = file.read(LARGEST_JSON + 1)
    if len(body) > LARGEST_JSON:
        raise FileRefused("too_big", limit=LARGEST_JSON // MB)
    try:
        offers = offers_in(body.decode("utf-8-sig"))
    except UnicodeError:
        raise FileRefused("unknown_encoding") from None
    header = header_of(offers)

    def rows() -> Iterator[SourceRow]:
        return rows_of(offers, header)

    return Table(header, 1, "json", rows, FEED)
