"""XLSX workbooks: looked through before they are unpacked, then read by calamine, every cell as text.

calamine keeps a sheet as a full grid and copies a shared text into every cell that names it. A small file can ask
for a grid larger than the machine that way, and the process would die of it: so its extent is measured first.
"""

import datetime
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visible

from selection_center.catalog.offer_import.lines import SourceRow
from selection_center.catalog.offer_import.reasons import FileRefused

Rows = Callable[[], Iterator[SourceRow]]
Value = int | float | str | bool | datetime.date | datetime.time | datetime.timedelta

CELL = re.compile(rb'r="([A-Za-z]{1,3})([0-9]{1,7})"')
WIDE = re.compile(rb'r="([A-Za-z]{2,3})[0-9]')
FAR_DOWN = re.compile(rb'r="[A-Za-z]{1,3}[0-9]{6}')
SHARED_TEXT = re.compile(rb't="s"[^>]*>(?:<f[^>]*/>)?<(?:\w+:)?v>([0-9]{1,9})<')
ONE_QUOTE = bytes.maketrans(b"'", b'"')
TEXT_END = re.compile(rb"</(?:\w+:)?si>")
MOST_TEXT = 200_000_000
"""Bytes of all cells' texts together, each shared one counted where it is used."""

EXACT_DIGITS = 15
"""A spreadsheet's number holds no more; an id that is longer has lost its last digits."""


def sheets_of(file: BinaryIO, most_unpacked: int | None, most_cells: int | None) -> list[Rows]:
    """The visible sheets that hold anything, in order. Limits are in bytes and in cells of the grid."""
    try:
        _look_through(file, most_unpacked, most_cells)
        file.seek(0)
        workbook = CalamineWorkbook.from_filelike(file)
        return [_rows_of(sheet) for sheet in _visible_sheets(workbook)]
    except PasswordError:
        raise FileRefused("encrypted") from None
    except (CalamineError, zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError):
        raise FileRefused("damaged") from None


def _visible_sheets(workbook: CalamineWorkbook) -> Iterator[CalamineSheet]:
    for sheet in workbook.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == Visible.Visible:
            loaded = workbook.get_sheet_by_name(sheet.name)
            if loaded.start is not None:
                yield loaded


def _look_through(file: BinaryIO, most_unpacked: int | None, most_cells: int | None) -> None:
    """Reads the directory, and only if what it announces is small enough the parts themselves."""
    file.seek(0)
    with zipfile.ZipFile(file) as package:
        parts = package.infolist()
        if any(part.flag_bits & 0x1 for part in parts):
            raise FileRefused("encrypted")
        if most_unpacked and sum(part.file_size for part in parts) > most_unpacked:
            raise FileRefused("too_big_unpacked", limit=most_unpacked // 1_000_000)
        if "xl/workbook.xml" not in {part.filename for part in parts}:
            raise FileRefused("other_package")
        if most_cells:
            _measure(package, most_cells)


def _measure(package: zipfile.ZipFile, most_cells: int) -> None:
    """Refuses a sheet whose corners are too far apart, or whose cells' texts would not fit."""
    has_texts = "xl/sharedStrings.xml" in package.namelist()
    texts = TEXT_END.split(package.read("xl/sharedStrings.xml")) if has_texts else []
    text_lengths = list(map(len, texts))
    for part in package.infolist():
        if part.filename.endswith(".xml") and part.filename != "xl/sharedStrings.xml":
            content = package.read(part).translate(ONE_QUOTE, b" \t\r\n")
            if _grid(content, most_cells) > most_cells or _text_in(content, text_lengths) > MOST_TEXT:
                raise FileRefused("too_many_cells")


def _grid(sheet: bytes, enough: int) -> int:
    """Cells of the grid that a sheet's cells span: the true number, or a quick bound if that is small `enough`."""
    columns = {_column_number(letters) for letters in set(WIDE.findall(sheet))}
    if not FAR_DOWN.search(sheet):
        bound = max(columns, default=26) * 99_999
        if bound <= enough:
            return bound
    corners = CELL.findall(sheet)
    columns = {_column_number(letters) for letters in {letters for letters, _ in corners}}
    rows = {int(number) for number in {number for _, number in corners}}
    return (max(columns) - min(columns) + 1) * (max(rows) - min(rows) + 1) if corners else 0


def _text_in(sheet: bytes, text_lengths: list[int]) -> int:
    """Bytes of the shared texts in a sheet's cells: the true number, or a quick bound if that is small enough."""
    bound = max(text_lengths, default=0) * (sheet.count(b"<v>") + sheet.count(b":v>"))
    if bound <= MOST_TEXT:
        return bound
    used = map(int, SHARED_TEXT.findall(sheet))
    return sum(text_lengths[number] for number in used if number < len(text_lengths))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _rows_of(sheet: CalamineSheet) -> Rows:
    """Reads a sheet's rows, numbered as Excel shows them; a merged cell speaks in every row that it covers."""
    merges = _vertical_merges(sheet)

    def rows() -> Iterator[SourceRow]:
        lasting: dict[int, tuple[int, str]] = {}
        for number, values in enumerate(sheet.iter_rows(), 1):
            cells = [value if type(value) is str else as_text(value) for value in values]
            if merges:
                _fill_merged(cells, number, merges, lasting)
            yield number, cells

    return rows


def _vertical_merges(sheet: CalamineSheet) -> dict[tuple[int, int], int]:
    """(first row, index of the cell) -> last row of cells merged downwards.

    calamine counts from 0, gives the rows above the first used one, but not the columns left of it.
    """
    left = sheet.start[1] if sheet.start else 0
    ranges = sheet.merged_cell_ranges or []
    return {(top + 1, column - left): bottom + 1 for (top, column), (bottom, _) in ranges if bottom > top}


def _fill_merged(
    cells: list[str], number: int, merges: dict[tuple[int, int], int], lasting: dict[int, tuple[int, str]]
) -> None:
    """Writes the text of merged cells into the rows below their first; `lasting` is index -> (last row, text)."""
    for index in range(len(cells)):
        if last := merges.get((number, index)):
            lasting[index] = last, cells[index]
    for index, (last, text) in list(lasting.items()):
        if number > last:
            del lasting[index]
        elif not cells[index]:
            cells[index] = text


def as_text(value: Value) -> str:
    """A cell's value as people read it: 12.0 is 12, 13 digits stay 13; what is no longer exact shows an exponent."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        is_exact = value.is_integer() and abs(value) < 10**EXACT_DIGITS
        return str(int(value)) if is_exact else format(value, f".{EXACT_DIGITS}g")
    if isinstance(value, datetime.datetime):
        is_day = value.time() == datetime.time.min
        return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
    return str(value)
