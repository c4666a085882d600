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


def new_workbook(out: io.BytesIO) -> xlsxwriter.Workbook:
    """An XLSX in memory for `write_cell` and `write_row`; close() it before reading `out`."""
    return xlsxwriter.Workbook(out, TEXT_STAYS_TEXT)


def write_cell(sheet: Worksheet, row: int, column: int, value: Cell, style: Format | None = None) -> None:
    """Text as a string cell, never a formula or a link; numbers as numbers; nothing as an empty cell."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, _fitting(value), style)
    else:
        sheet.write_number(row, column, value, style)


def write_row(sheet: Worksheet, row: int, values: Iterable[Cell], style: Format | None = None) -> None:
    for column, value in enumerate(values):
        write_cell(sheet, row, column, value, style)


def xlsx_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int] = ()) -> bytes:
    """One plain table as an XLSX file. `widths`: of the columns, in characters."""
    out = io.BytesIO()
    workbook = new_workbook(out)
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
