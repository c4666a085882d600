"""Tables that leave the house: CSV and XLSX in which text stays text, whatever it begins with.

A spreadsheet runs a cell that begins with = + - or @ as a formula, and strips the tab or line end before one.
Every export writes its cells through here.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | Decimal | float | None
"""Text, a number that a spreadsheet may add up, or nothing."""

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""Beside the ASCII ones their full-width forms, which East Asian spreadsheets take for the same."""

LONGEST_CELL = 32_767
"""XLSX's limit; xlsxwriter leaves a longer text out without a word."""

MOST_PLACES = 6
"""Behind the point: a volume in m³ has them."""

TEXT_STAYS_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
SURROGATES = re.compile("[\ud800-\udfff]")


def safe_csv_cell(value: Cell) -> str:
    """The cell as CSV may hold it: text that a spreadsheet would run gets a ' before it; numbers stay numbers."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    return "'" + value if value.startswith(FORMULA_STARTS) else value


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file that Excel opens by double-click: UTF-8 with BOM, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe_csv_cell(cell) for cell in header])
    for row in rows:
        writer.writerow([safe_csv_cell(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig", errors="replace")


class Sheet(Worksheet):
    """A page of a `Book`."""

    places: tuple[Format, ...]
    """By how many digits stand behind the point."""


class Book(xlsxwriter.Workbook):
    """An XLSX in memory for `write_cell` and `write_row`; close() it before reading what it was given."""

    def __init__(self, out: io.BytesIO) -> None:
        super().__init__(out, TEXT_STAYS_TEXT)
        self.places = tuple(
            self.add_format({"num_format": f"#,##0.{'0' * count}".rstrip(".")}) for count in range(MOST_PLACES + 1)
        )

    def add_worksheet(self, name: str | None = None, worksheet_class: type[Worksheet] | None = None) -> Sheet:
        sheet: Sheet = super().add_worksheet(name, worksheet_class or Sheet)
        sheet.places = self.places
        return sheet


def write_cell(sheet: Sheet, row: int, column: int, value: Cell, style: Format | None = None) -> None:
    """Text as a string cell, never a formula or a link; numbers as numbers; nothing as an empty cell.

    A Decimal shows the places that it has: of a sum in yuan both, of 2.00 too.
    """
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, _fitting(value), style)
    else:
        sheet.write_number(row, column, value, style or places_of(sheet, value))


def places_of(sheet: Sheet, value: int | Decimal | float) -> Format | None:
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else None
    return sheet.places[min(max(-exponent, 0), MOST_PLACES)] if isinstance(exponent, int) else None


def write_row(sheet: Sheet, row: int, values: Iterable[Cell], style: Format | None = None) -> None:
    for column, value in enumerate(values):
        write_cell(sheet, row, column, value, style)


def xlsx_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int] = ()) -> bytes:
    """One plain table as an XLSX file. `widths`: of the columns, in characters."""
    out = io.BytesIO()
    workbook = Book(out)
    sheet = workbook.add_worksheet(sheet_name(name))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    write_row(sheet, 0, header, workbook.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        write_row(sheet, number, row)
    workbook.close()
    return out.getvalue()


def sheet_name(text: str) -> str:
    """A name that Excel accepts for a sheet: no []:*?/\\, no ' at an end, 31 characters."""
    return re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", text).strip("' ")[:31].strip("' ") or "Sheet"


def _fitting(text: str) -> str:
    text = SURROGATES.sub("\ufffd", text)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
