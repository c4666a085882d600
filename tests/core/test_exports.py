"""Exports: text stays text in CSV and in XLSX (S12)."""

import csv
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from selection_center.core.exports import (
    LONGEST_CELL,
    Book,
    Cell,
    csv_file,
    safe_csv_cell,
    sheet_name,
    write_cell,
    xlsx_file,
)

HOSTILE = ["=1+1", "+86 579", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("text", HOSTILE)
def test_s12_a_cell_that_would_run_is_quoted_in_csv(text: str) -> None:
    assert safe_csv_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["", "瑜伽裤", "12.50", "a=b", "'quoted", "¥3.00"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert safe_csv_cell(text) == text


def test_numbers_stay_numbers_in_csv() -> None:
    assert [safe_csv_cell(cell) for cell in (-5, Decimal("-1.50"), 0, None)] == ["-5", "-1.50", "0", ""]


def sheet_of(content: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def test_csv_opens_in_excel_with_its_chinese() -> None:
    content = csv_file(["名称", "数量"], [["袜子, 厚", 3], ['5"屏', None]])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [["名称", "数量"], ["袜子, 厚", "3"], ['5"屏', ""]]


def test_s12_hostile_text_is_a_string_cell_in_xlsx() -> None:
    content = xlsx_file("offers", HOSTILE, [HOSTILE, ["http://example.com/", "0012", "mailto:a@b.c"]])
    sheet = sheet_of(content)
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    assert [cell.value for cell in sheet[2]][:4] == HOSTILE[:4]
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_numbers_are_numbers_in_xlsx() -> None:
    sheet = sheet_of(xlsx_file("a", ["x"], [[3, Decimal("1.25"), -7, None]]))
    assert [cell.value for cell in sheet[2]] == [3, 1.25, -7]


def test_a_text_that_is_too_long_is_cut_with_a_sign_of_it_rather_than_left_out() -> None:
    cell = str(sheet_of(xlsx_file("a", ["x" * 40_000], []))["A1"].value)
    assert len(cell) == LONGEST_CELL
    assert cell.endswith("…")


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("订单 7/8: [A]", "订单 7 8   A"),
        ("'quoted'", "quoted"),
        ("", "Sheet"),
        ("长" * 40, "长" * 31),
        ("???", "Sheet"),
    ],
)
def test_sheet_names_are_those_that_excel_accepts(given_name: str, name: str) -> None:
    assert sheet_name(given_name) == name


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_any_text_can_be_exported(cells: list[str]) -> None:
    written = csv_file(["a"] * len(cells), [cells]).decode("utf-8-sig")
    (_, back) = csv.reader(io.StringIO(written, newline=""))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in back)
    out = io.BytesIO()
    workbook = Book(out)
    sheet = workbook.add_worksheet()
    for column, cell in enumerate(cells):
        write_cell(sheet, 0, column, cell)
    workbook.close()
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(out.getvalue())).read("xl/worksheets/sheet1.xml")


def test_a_sum_shows_its_places_and_is_a_number() -> None:
    rows: list[list[Cell]] = [
        [Decimal(200).scaleb(-2), Decimal(0).scaleb(-2), Decimal(31_250).scaleb(-6), Decimal(3), 42]
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_file("Sums", ["a", "b", "c", "d", "e"], rows))).active
    assert isinstance(sheet, Worksheet)
    shown = [(cell.value, cell.number_format) for cell in sheet[2]]
    assert shown == [(2, "#,##0.00"), (0, "#,##0.00"), (0.03125, "#,##0.000000"), (3, "#,##0"), (42, "General")]
