"""Offers out of a feed, in one fixed order, so that a number says how far somebody read. Most are read in constant
memory; those whose rows lie scattered through the file are gathered and come last.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO

from selection_center.catalog.offer_import.fields import Field
from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.catalog.offer_import.reader import Reader
from selection_center.catalog.offer_import.reasons import FileRefused
from selection_center.catalog.offer_import.rows import Read, gather_offers, read_offers
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.feed.tables import FeedTable, opened

NAMING = {Field.OFFER_ID, Field.URL, Field.SOURCE, Field.TITLE, Field.SPEC, Field.CARGO_NUMBER, Field.SKU_ID}
"""Fields that say which offer a row belongs to."""


@contextmanager
def refusing() -> Iterator[None]:
    """A file that turns out unreadable while it is read."""
    try:
        yield
    except FileRefused as refused:
        raise ConnectorError("bad_feed", refused.sentence, permanent=True) from refused


class Offers:
    """The offers of one kept file, read on from where the last call ended."""

    def __init__(self, file: BinaryIO, source: str) -> None:
        self.file, self.source = file, source
        self.feed: FeedTable = opened(file)
        self.reader = Reader(self.feed.table.header, self.feed.columns, source)
        self.at = 0
        self.reads = self._all()

    def close(self) -> None:
        self.reads.close()  # before its file
        self.file.close()

    def some(self, begin: int, count: int) -> list[Read]:
        """So many from there on; fewer at the end."""
        with refusing():
            if begin != self.at:
                self.reads = self._all()
                self.at = sum(1 for _ in islice(self.reads, begin))
            found = list(islice(self.reads, count))
        self.at += len(found)
        return found

    def of(self, ids: set[str]) -> dict[str, Read]:
        """Those of these offers that are in the file; where none can be made of its rows, the first wrong one."""
        self.reads, self.at = self._all(), 0  # a file has one place at a time
        found: dict[str, Read] = {}
        with refusing():
            for read in gather_offers(self.feed.table.rows(), self.reader, ids):
                if read.external_id not in found or found[read.external_id].offer is None:
                    found[read.external_id] = read
        return found

    def _all(self) -> Generator[Read, None, None]:
        scattered = self._scattered()
        for read in read_offers(self.feed.table.rows(), self.reader):
            if read.external_id not in scattered:
                yield read
        if scattered:
            yield from gather_offers(self.feed.table.rows(), self.reader, scattered)

    def _scattered(self) -> set[str]:
        """Ids that come again after others. Found by the columns that name an offer, before anything is read."""
        columns = {index: which for index, which in self.feed.columns.items() if which in NAMING}
        naming = Reader(self.feed.table.header, columns, self.source)
        seen: set[str] = set()
        again: set[str] = set()
        last = ""
        for row in self.feed.table.rows():
            line = naming.line(row)
            if line is None or line.names_no_offer or line.external_id == last:
                continue
            last = line.external_id
            if last in seen:
                again.add(last)
            seen.add(last)
        return again - {""}


def why(read: Read, source: str) -> str:
    """Why a row is refused: where it stands, and the reader's sentence."""
    if read.offer is not None:
        return f"row {read.numbers[0]}: it says that it comes from {read.source}, not from {source}"
    if not read.problems:
        return f"row {read.numbers[0]}"
    first = read.problems[0]
    return f"row {first.number}, {first.column}: {first.sentence}"


def own(read: Read, source: str) -> OfferRow | None:
    """The offer, if it is one and this feed's own: a feed speaks of no other source's offers."""
    return read.offer if read.offer is not None and read.offer.source == source else None
