"""Files of offers: opened whatever they are called, within limits, or refused with a reason of their own (S13)."""

import contextlib
import csv
import datetime
import io
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from selection_center.catalog.offer_import.files import COMMAND_LINE, UPLOAD, Limits, Table, open_table
from selection_center.catalog.offer_import.reasons import FileRefused
from selection_center.catalog.offer_import.workbooks import as_text

pytestmark = pytest.mark.once

HEADER = ["商品ID", "商品标题", "价格"]
ROW = ["816731226821", "瑜伽裤", "13.83"]
SMALL = Limits(packed=10_000, unpacked=100_000, rows=3, cells=1000)


def opened(content: bytes, limits: Limits = UPLOAD) -> Table:
    return open_table(io.BytesIO(content), limits)


def csv_bytes(*rows: list[str], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(*rows: list[Any], before: Any = None, after: Any = None) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    if before:
        before(book)
    sheet = book.add_worksheet("商品")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if after:
        after(sheet)
    book.close()
    return out.getvalue()


def refusal(content: bytes, limits: Limits = UPLOAD) -> str:
    """The code with which a file is refused, at opening or while its rows are read."""
    with pytest.raises(FileRefused) as refused:
        list(opened(content, limits).rows())
    assert refused.value.sentence
    return refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-bom", "gb18030", "gb18030-bom"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_every_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    name, _, bom = encoding.partition("-bom")
    start = b"" if bom == encoding or not encoding.endswith("-bom") else "\ufeff".encode(name)
    content = start + csv_bytes(HEADER, ROW, encoding=name, delimiter=delimiter)
    table = opened(content)
    assert table.header == tuple(HEADER)
    assert list(table.rows()) == [(2, ROW)]
    assert list(table.rows()) == [(2, ROW)], "every pass begins anew"


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    content = csv_bytes(["某某厂报价单"], [], HEADER, ROW, [], ['有"引号"\n和换行', "a,b", "1"], ["", "", ""], ROW)
    assert [number for number, _ in opened(content).rows()] == [4, 6, 8]
    table = opened(xlsx_bytes(["某某厂报价单"], [], HEADER, ROW, [], ROW))
    assert (table.header_number, [number for number, _ in table.rows()]) == (3, [4, 6])


def test_excel_values_become_the_text_that_people_read() -> None:
    values = [1057307655307, "瑜伽裤", 12.0, 13.83, True, 0.1 + 0.2, 1.0573076553e20]
    table = opened(xlsx_bytes([*HEADER, "起批量", "诚信通", "净重", "货号"], values))
    ((_, cells),) = table.rows()
    assert cells == ["1057307655307", "瑜伽裤", "12", "13.83", "TRUE", "0.3", "1.0573076553e+20"]


def test_a_formula_gives_its_last_result_and_a_date_its_day() -> None:
    def after(sheet: Any) -> None:
        sheet.write_formula(1, 2, "=6*2", None, 12)
        sheet.write_datetime(1, 3, datetime.date(2026, 3, 5))

    ((_, cells),) = opened(xlsx_bytes([*HEADER, "规格"], ROW[:2], after=after)).rows()
    assert cells == [*ROW[:2], "12", "2026-03-05"]


def test_cells_merged_downwards_speak_in_every_row() -> None:
    def after(sheet: Any) -> None:
        sheet.merge_range(1, 0, 3, 0, "816731226821")
        sheet.merge_range(1, 1, 2, 1, "瑜伽裤")

    rows = [HEADER, ["", "", "1"], ["", "", "2"], ["", "另一条", "3"], ["816731226822", "四", "4"]]
    found = [cells for _, cells in opened(xlsx_bytes(*rows, after=after)).rows()]
    assert [cells[0] for cells in found] == ["816731226821"] * 3 + ["816731226822"]
    assert [cells[1] for cells in found] == ["瑜伽裤", "瑜伽裤", "另一条", "四"]


def test_a_table_may_begin_anywhere_on_its_sheet() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(4, 2, HEADER)
    sheet.write_row(5, 2, ["", "", 1])
    sheet.write_row(6, 2, ["", "袜子", 2])
    sheet.merge_range(5, 2, 6, 2, "816731226821")
    book.close()
    table = opened(out.getvalue())
    assert list(table.rows()) == [(6, ["816731226821", "", "1"]), (7, ["816731226821", "袜子", "2"])]


def test_the_sheet_whose_header_says_most_is_read_and_hidden_ones_are_not() -> None:
    def before(book: Any) -> None:
        book.add_worksheet("封面").write_row(0, 0, ["报价单", "2026"])
        hidden = book.add_worksheet("旧")
        hidden.write_row(0, 0, [*HEADER, "起批量"])
        hidden.hide()

    table = opened(xlsx_bytes(HEADER, ROW, before=before))
    assert [cells for _, cells in table.rows()] == [ROW]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "no_header"),
        (b"\r\n  \r\n", "empty_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "Workbook".encode("utf-16-le"), "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\n<html><table><tr><td>a</td></tr></table></html>", "html_not_excel"),
        (b'<?xml version="1.0"?><Workbook/>', "html_not_excel"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n", "not_a_table"),
        (b"a\x00b\x00,", "not_a_table"),
        (b"PK\x03\x04 cut off", "damaged"),
        (b"\xff\x81,\xff\n", "unknown_encoding"),
        ("瑜伽裤,13.83\n".encode(), "no_header"),
        (csv_bytes(ROW, ROW), "no_header"),
        (csv_bytes(HEADER) + '"816731226821,瑜伽裤,3\n'.encode() + csv_bytes(ROW), "open_quote"),
        (csv_bytes(HEADER) + b'"' + b"x" * 200_000 + b'",a,1\n', "huge_cell"),
    ],
)
def test_each_kind_of_bad_file_is_refused_in_its_own_words(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_s13_a_file_that_is_too_big_is_refused_before_it_is_read() -> None:
    assert refusal(csv_bytes(HEADER, *[ROW] * 400), SMALL) == "too_big"


def test_s13_a_bomb_is_refused_by_its_directory_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 101_000_000)
    assert len(out.getvalue()) < 200_000
    assert refusal(out.getvalue()) == "too_big_unpacked"


def test_s13_more_rows_than_the_limit_are_refused_and_the_command_line_takes_them() -> None:
    content = csv_bytes(HEADER, *[ROW] * 4)
    assert refusal(content, SMALL) == "too_many_rows"
    assert len(list(opened(content, COMMAND_LINE).rows())) == 4


SHEET = "xl/worksheets/sheet1.xml"


def with_part(content: bytes, name: str, change: Any) -> bytes:
    """The workbook with one of its parts rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(old.read(part)) if part.filename == name else old.read(part))
    return out.getvalue()


@pytest.mark.parametrize("far", [b'r="XFD1048576"', b"r = 'XFD1048576'", b'r="ZZZ999"', b'r="A999999"'])
def test_s13_a_cell_far_out_does_not_ask_for_a_grid_larger_than_the_machine(far: bytes) -> None:
    content = with_part(
        xlsx_bytes(HEADER, ROW),
        SHEET,
        lambda xml: xml.replace(b"</sheetData>", b"<row><c " + far + b"><v>1</v></c></row></sheetData>"),
    )
    limits = Limits(UPLOAD.packed, UPLOAD.unpacked, UPLOAD.rows, 500_000) if b"A99" in far or b"ZZZ" in far else UPLOAD
    assert refusal(content, limits) == "too_many_cells"


def test_s13_a_long_text_shared_by_many_cells_is_counted_in_each() -> None:
    content = xlsx_bytes(HEADER, *[["816731226821", "长" * 30_000, 1]] * 4000)
    assert len(content) < 1_000_000
    assert refusal(content) == "too_many_cells"


def test_a_workbook_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(xlsx_bytes(HEADER, *[ROW] * 2000))
    true_size = zipfile.ZipFile(io.BytesIO(bytes(content))).getinfo(SHEET).file_size
    content = content.replace(struct.pack("<I", true_size), struct.pack("<I", 1000))
    assert refusal(bytes(content)) == "damaged"


def test_a_protected_workbook_and_another_package_are_told_apart() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    assert refusal(out.getvalue()) == "other_package"
    locked = bytearray(out.getvalue())
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert refusal(bytes(locked)) == "encrypted"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (-2.5, "-2.5"), (1e15, "1e+15"), (123456789012345.0, "123456789012345")]
)
def test_a_number_that_is_no_longer_exact_shows_it(value: float, text: str) -> None:
    assert as_text(value) == text


def test_a_csv_is_read_in_constant_memory(tmp_path: Path) -> None:
    peaks = []
    for count in (2_000, 20_000):
        file = tmp_path / f"{count}.csv"
        file.write_bytes(csv_bytes(HEADER, *[ROW] * count))
        with file.open("rb") as source:
            tracemalloc.start()
            assert sum(1 for _ in open_table(source, COMMAND_LINE).rows()) == count
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 2_000_000


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", "商品ID,价格\n".encode()]),
)
def test_s9_no_bytes_raise_anything_but_a_refusal(content: bytes, start: bytes) -> None:
    with contextlib.suppress(FileRefused):
        list(opened(start + content).rows())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_s9_no_damaged_workbook_raises_anything_but_a_refusal(data: st.DataObject) -> None:
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FileRefused):
        list(opened(bytes(content[: data.draw(st.integers(4, len(content)))])).rows())


WORKBOOK = xlsx_bytes(HEADER, ROW, [816731226822, "袜子", 3.5])
