"""A delivery's list as somebody pastes it, or sends it as a table: what can be read of it, and why the rest cannot.

Nothing is written here. A page shows what was read first, with every line that was not, by its number and the reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from flask_babel import gettext as _

from selection_center.catalog.offer_import import wording
from selection_center.catalog.offer_import.columns import field_of, header_key
from selection_center.catalog.offer_import.fields import Field
from selection_center.catalog.offer_import.files import MB, Limits, Table, open_table
from selection_center.catalog.offer_import.reasons import FileRefused
from selection_center.catalog.suppliers import Supplier
from selection_center.samples.deliveries import MOST_PER_LINE
from selection_center.samples.delivery_offers import Asked, Offers, Unread

LONGEST_PASTE = 40_000
MOST_ROWS = 2_000
LIMITS = Limits(packed=10 * MB, unpacked=100 * MB, rows=MOST_ROWS, cells=200_000)
"""A table through the browser, but no longer than a list can be."""
LONGEST_SHOWN = 120
UNITS = r"(?:件|个|双|套|条|只|盒|包|pcs?|pieces?)"
PIECES = re.compile(rf"[x×*]?\s*([0-9]+)\s*{UNITS}?", re.IGNORECASE)
COUNTED = re.compile(rf"(.*\S)(?:[\s,，;；:：、]+|(?=[x×*]))([x×*]?\s*[0-9]+\s*{UNITS}?)", re.IGNORECASE)
LAST_WORD = re.compile(r"(.*\S)[\s,，;；:：、]+(\S+)")
"""A line that ends in a number of pieces; else its last word stands where they should."""
APART = re.compile(r"[\s,，;；:：、]+")
PIECES_HEADERS = {
    header_key(word)
    for word in (
        "件数", "数量", "样品数", "样品数量", "送样数", "送样数量", "送样件数", "样品件数", "个数", "到货数量",
        "应到", "应到件数",
        "pieces", "pcs", "qty", "quantity", "samples", "expected", "count", "number of pieces",
    )
}  # fmt: skip
NAMES = (Field.OFFER_ID, Field.URL, Field.CARGO_NUMBER, Field.ITEM_NUMBER, Field.TITLE, Field.TITLE_EN)
"""What an offer may be called by, the surest first."""


@dataclass(frozen=True)
class Wanted:
    """So many pieces of an offer, as a line of the list says it."""

    asked: Asked
    label: str
    pieces: int


@dataclass(frozen=True)
class Wrong:
    """A line that cannot be read: its number, its text, the column at fault where there are columns, and why."""

    number: int
    text: str
    reason: str
    column: str = ""


@dataclass
class ReadList:
    """What a list says. Lines of one offer and style are added up."""

    lines: list[Wanted] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    left_out: int = 0
    """Rows of a table that name an offer but no pieces: a factory's whole range, filled in where something comes."""

    def add(self, asked: Asked, label: str, pieces: int) -> None:
        for place, line in enumerate(self.lines):
            if line.asked == asked:
                self.lines[place] = Wanted(asked, label, min(line.pieces + pieces, MOST_PER_LINE + 1))
                return
        self.lines.append(Wanted(asked, label, pieces))

    @property
    def pieces(self) -> int:
        return sum(line.pieces for line in self.lines)


def how_many(text: str) -> int:
    """The pieces that a text says. Raises Unread."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix(".0")
    found = PIECES.fullmatch(plain)
    if found is None:
        raise Unread(_("%(text)s is no number of pieces.", text=text.strip()[:20]))
    if len(found[1]) > 6 or not 1 <= int(found[1]) <= MOST_PER_LINE:
        raise Unread(_("%(text)s: from 1 to %(most)s pieces.", text=text.strip()[:20], most=MOST_PER_LINE))
    return int(found[1])


# --- pasted -----------------------------------------------------------------------------------------------------


def read_pasted(text: str, supplier: Supplier) -> ReadList:
    """A line each: the offer, its style if need be, and the pieces at the end, apart by tabs, spaces or commas."""
    read, offers = ReadList(), Offers(supplier)
    for number, line in enumerate(text[:LONGEST_PASTE].splitlines(), 1):
        if not line.strip():
            continue
        try:
            asked, pieces = _line(line, offers)
        except Unread as why:
            read.wrong.append(Wrong(number, line.strip()[:LONGEST_PASTE], str(why)))
        else:
            read.add(asked, offers.label(asked), pieces)
    return read


def _line(line: str, offers: Offers) -> tuple[Asked, int]:
    *names, last = _cells(line)
    if not names:
        raise Unread(_("Write the pieces behind the offer, such as 100000000001 3."))
    pieces = how_many(last)
    return _asked(names, offers), pieces


def _asked(names: list[str], offers: Offers) -> Asked:
    """The first reading that names an offer counts, and whatever else stands there must belong to it."""
    why: Unread | None = None
    for name, rest in _readings(names):
        try:
            offers.find(name)
        except Unread as reason:
            why = why or reason
        else:
            return offers.find(name, *rest)
    raise why or Unread(_("The line names no offer."))


def _cells(line: str) -> list[str]:
    """The cells of a line, the pieces last."""
    if "\t" in line:
        return [cell.strip() for cell in line.split("\t") if cell.strip()]
    parts = COUNTED.fullmatch(line.strip()) or LAST_WORD.fullmatch(line.strip())
    return [parts[1].rstrip(" ,，;；:：、"), parts[2]] if parts else [line.strip()]


def _readings(names: list[str]) -> Iterator[tuple[str, list[str]]]:
    """What may be the offer, and what else was said, the likeliest first."""
    for place, name in enumerate(names):
        yield name, names[:place] + names[place + 1 :]
    if len(names) == 1:
        for apart in reversed(list(APART.finditer(names[0]))):
            yield names[0][: apart.start()], [names[0][apart.end() :]]


# --- as a table -------------------------------------------------------------------------------------------------


def read_table(file: BinaryIO, supplier: Supplier) -> ReadList:
    """XLSX or CSV whose first row names the columns. Raises Unread for the file as a whole."""
    try:
        table = open_table(file, LIMITS)
        columns = _columns(table)
        read, offers = ReadList(), Offers(supplier)
        for number, cells in table.rows():
            _row(number, [cell.strip() for cell in cells], columns, table, offers, read)
        return read
    except FileRefused as refused:
        raise Unread(_why_refused(refused)) from None


def _why_refused(refused: FileRefused) -> str:
    if refused.code == "too_many_rows":
        return str(
            _("The table has more than %(limit)s rows. Leave only what comes with this delivery.", limit=MOST_ROWS)
        )
    if refused.code == "no_header":
        return str(_("No row of column names was found. The first row should name them, such as 商品ID, 规格, 件数."))
    return wording.refusal(refused)


def _columns(table: Table) -> dict[str, int]:
    """Which column says what: a Field's value, or "pieces". Raises Unread where one is missing."""
    found: dict[str, int] = {}
    for index, header in enumerate(table.header):
        if header_key(header) in PIECES_HEADERS:
            found.setdefault("pieces", index)
        elif (which := field_of(header)) is not None:
            found.setdefault(which.value, index)
    if "pieces" not in found:
        raise Unread(_("No column says how many pieces. Name it 件数 or Pieces."))
    if not any(name in found for name in NAMES):
        raise Unread(_("No column says which offer. Name it 商品ID, 货号 or 商品标题."))
    return found


def _row(number: int, cells: list[str], columns: dict[str, int], table: Table, offers: Offers, read: ReadList) -> None:
    def cell(name: str) -> str:
        index = columns.get(name)
        return cells[index] if index is not None and index < len(cells) else ""

    def wrong(name: str, why: Unread) -> None:
        text = " | ".join(one for one in cells if one)[:LONGEST_SHOWN]
        read.wrong.append(Wrong(number, text, str(why), table.header[columns[name]]))

    said = [(name, cell(name)) for name in NAMES if cell(name)]
    if not cell("pieces"):
        read.left_out += 1
        return
    try:
        pieces = how_many(cell("pieces"))
    except Unread as why:
        return wrong("pieces", why)
    if not said:
        return wrong(next(name for name in NAMES if name in columns), Unread(_("The row names no offer.")))
    try:
        asked = offers.find(said[0][1])
    except Unread as why:
        return wrong(said[0][0], why)
    try:
        asked = offers.find(said[0][1], cell(Field.SPEC))
    except Unread as why:
        return wrong(Field.SPEC, why)
    read.add(asked, offers.label(asked), pieces)
