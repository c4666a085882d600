"""Opens a table that somebody sent: XLSX or CSV, its header found, its rows as text. Raises FileRefused alone.

A CSV is read line by line in constant memory, at every pass anew. The first bytes tell the kind, never the name.
"""

import codecs
import csv
import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from selection_center.catalog.offer_import.columns import HEADER_WITHIN, find_header, match
from selection_center.catalog.offer_import.lines import SourceRow
from selection_center.catalog.offer_import.reasons import FileRefused
from selection_center.catalog.offer_import.workbooks import sheets_of

MB = 1_000_000
CHUNK = 1 << 16
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
DELIMITERS = ",;\t"
END = "\ue000end of the table\ue000"
"""A line of our own after the last one: inside a cell it tells of a quotation mark that was never closed."""


@dataclass(frozen=True)
class Limits:
    """What is taken: bytes as sent, bytes unpacked, rows and cells; None for no limit."""

    packed: int | None
    unpacked: int | None
    rows: int | None
    cells: int | None


UPLOAD = Limits(packed=10 * MB, unpacked=100 * MB, rows=50_000, cells=5_000_000)
"""Through the browser (S13)."""

COMMAND_LINE = Limits(packed=None, unpacked=None, rows=None, cells=None)
"""An operator at the command line knows the file, and may send as much as the machine holds."""


@dataclass(frozen=True)
class Table:
    """A table with its header. `rows()` begins anew at each call, and leaves empty rows out."""

    header: tuple[str, ...]
    header_number: int
    """The header's row number, as a spreadsheet shows it."""
    kind: str
    """xlsx or csv."""
    _all_rows: Callable[[], Iterator[SourceRow]]
    _limits: Limits

    def rows(self) -> Iterator[SourceRow]:
        count = 0
        for number, cells in self._all_rows():
            if number <= self.header_number or not any(cells):
                continue
            count += 1
            if self._limits.rows and count > self._limits.rows:
                raise FileRefused("too_many_rows", limit=self._limits.rows)
            yield number, cells


def open_table(file: BinaryIO, limits: Limits = UPLOAD) -> Table:
    """The table in an open, seekable file, which must stay open while rows are read."""
    size = file.seek(0, io.SEEK_END)
    if limits.packed and size > limits.packed:
        raise FileRefused("too_big", limit=limits.packed // MB)
    file.seek(0)
    start = file.read(CHUNK)
    if not start.strip(b"\x00\r\n\t ,;"):
        raise FileRefused("empty_file")
    if start.startswith(b"PK"):
        tables = [_headed(rows, "xlsx", limits) for rows in sheets_of(file, limits.unpacked, limits.cells)]
        return _best(tables)
    _refuse_other_kinds(file, start)
    encoding = _encoding(file, start)
    delimiter = _delimiter(file, encoding)
    return _best([_headed(lambda: _csv_rows(file, encoding, delimiter), "csv", limits)])


def _headed(all_rows: Callable[[], Iterator[SourceRow]], kind: str, limits: Limits) -> Table | None:
    """The rows as a table, if one of the first names its columns."""
    first = list(itertools.islice(all_rows(), HEADER_WITHIN))
    at = find_header([cells for _, cells in first])
    if at is None:
        return None
    number, header = first[at]
    last = max(index for index, text in enumerate(header) if text.strip())
    return Table(tuple(header[: last + 1]), number, kind, all_rows, limits)


def _best(tables: Sequence[Table | None]) -> Table:
    """Of a workbook's sheets the one whose header says most; the first among equals."""
    headed = [table for table in tables if table]
    if not headed:
        raise FileRefused("no_header" if tables else "no_sheet")
    return max(headed, key=lambda table: len(match(table.header)))


def _refuse_other_kinds(file: BinaryIO, start: bytes) -> None:
    """Names what is no table of ours: old Excel, a protected workbook, a web page, anything binary."""
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        file.seek(0)
        is_encrypted = "EncryptedPackage".encode("utf-16-le") in file.read(4 * MB)
        raise FileRefused("encrypted" if is_encrypted else "old_excel")
    text = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if text.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<meta", b"<style")):
        raise FileRefused("html_not_excel")
    is_wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf")) or (
        not is_wide and b"\x00" in start
    ):
        raise FileRefused("not_a_table")


def _encoding(file: BinaryIO, start: bytes) -> str:
    """How the text is written: by its byte order mark, else as UTF-8 if all of it is, else as GB18030 if it can be."""
    for bom, encoding in BOMS:
        if start.startswith(bom):
            return _tried(file, encoding)
    try:
        return _tried(file, "utf-8")
    except FileRefused:
        return _tried(file, "gb18030")


def _tried(file: BinaryIO, encoding: str) -> str:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise FileRefused("unknown_encoding") from None
    return encoding


def _delimiter(file: BinaryIO, encoding: str) -> str:
    """The delimiter under which the first rows name most columns, then the one that makes most cells."""

    def names_columns(delimiter: str) -> tuple[int, int]:
        try:
            rows = [cells for _, cells in itertools.islice(_csv_rows(file, encoding, delimiter), HEADER_WITHIN)]
        except FileRefused:
            return (0, 0)
        return max((len(match(row)) for row in rows), default=0), sum(map(len, rows))

    return max(DELIMITERS, key=names_columns)


def _csv_rows(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[SourceRow]:
    """Records numbered as a spreadsheet numbers its rows, blank ones counted."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    number = 0
    try:
        for number, cells in enumerate(csv.reader(itertools.chain(text, ["\n", END]), delimiter=delimiter), 1):
            if cells and END in cells[-1]:
                if len(cells) > 1 or cells[0] != END:
                    raise FileRefused("open_quote", row=number)
                return
            if cells:
                cells[0] = cells[0].removeprefix("\ufeff")
            yield number, cells
    except csv.Error:
        raise FileRefused("huge_cell", row=number + 1) from None
    finally:
        text.detach()
