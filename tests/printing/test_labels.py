"""Labels on paper: every code readable, every piece where the paper is cut, every character the right one."""

import io
from typing import Any

import pypdf
import pytest
from flask import Flask
from PIL import Image, ImageDraw, ImageFont

from selection_center.core import codes, fonts
from selection_center.printing import drawing
from selection_center.printing.media import MEDIA, SMALLEST_QR_MM, Medium
from tests.databases import PUBLIC_URL
from tests.printing import paper

# What the maker of the sheets says, in mm: left and top of the first cell and of the last.
CORNERS = {
    "L7160": ((7.21, 15.15), (139.29, 243.75)),
    "L7163": ((4.65, 15.15), (106.25, 243.75)),
    "L7159": ((7.21, 12.9), (139.29, 250.2)),
    "L7651": ((4.75, 10.7), (167.15, 265.1)),
}
LABELS = (*CORNERS, "A4-24")
WITHIN_MM = 0.2


def pixels(edges: tuple[float, float, float, float], dots: float) -> tuple[int, int, int, int]:
    """Left, top, right and bottom in mm as pixels of a raster with so many to the mm."""
    left, top, right, bottom = (round(edge * dots) for edge in edges)
    return left, top, right, bottom


def fonts_of(reader: pypdf.PdfReader) -> Any:
    resources: Any = reader.pages[0]["/Resources"]
    return resources["/Font"]


def values(number: int, host: str = "yp.example.com", **more: Any) -> dict[str, Any]:
    drawn = "".join(codes.ALPHABET[(number * 7 + index * 11) % 32] for index in range(codes.DRAWN))
    code = drawn + codes.check_symbol(drawn)
    said = {
        "code": codes.format_code(code), "host": host, "address": codes.address(code, f"https://{host}"),
        "names": ["加厚平口自动收口垃圾袋 家用免撕"], "spec": "囍字红 45×50 cm", "unit": "件", "item": "HY-4550-04",
        "origin": "浙江义乌", "stand": "A-03-2", "price": "¥12.80", "per": "元/件",
        "conditions": ["3 件起批", "不含税"],
    }  # fmt: skip
    return said | more


def sheet(medium: Medium, count: int, first: int = 1, host: str = "yp.example.com") -> bytes:
    placed = [(*medium.place(number, first), values(number, host)) for number in range(1, count + 1)]
    return drawing.render("label", medium, "zh", placed)


@pytest.mark.parametrize("key", LABELS)
def test_every_code_of_a_full_sheet_is_read_and_stands_where_it_should(app: Flask, key: str) -> None:
    medium = MEDIA[key]
    pdf = sheet(medium, medium.cells)
    assert paper.page_count(pdf) == 1
    for dpi in (150, 300):
        seen = paper.codes_on(pdf, dpi=dpi)
        expected = [values(number)["address"] for number in range(1, medium.cells + 1)]
        assert [code.text for code in seen] == expected, dpi
    insets = {
        (round(code.left - medium.corner(position)[0], 1), round(code.top - medium.corner(position)[1], 1))
        for position, code in enumerate(seen, 1)
    }
    lefts, tops = zip(*insets, strict=True)
    assert max(lefts) - min(lefts) <= WITHIN_MM
    assert max(tops) - min(tops) <= WITHIN_MM
    assert min(lefts) >= 2
    assert min(tops) >= 1.6


@pytest.mark.parametrize("key", LABELS)
def test_a_sheet_that_was_begun_leaves_its_used_cells_blank(app: Flask, key: str) -> None:
    medium = MEDIA[key]
    first = medium.columns + 2
    pdf = sheet(medium, medium.cells, first)
    assert paper.page_count(pdf) == 2
    for dpi in (150, 300):
        pages = [paper.codes_on(pdf, page, dpi) for page in (0, 1)]
        assert [len(page) for page in pages] == [medium.cells - first + 1, first - 1]
        assert [code.text for page in pages for code in page] == [
            values(number)["address"] for number in range(1, medium.cells + 1)
        ]
    image, dots = paper.raster(pdf, 0, 150), 150 / 25.4
    for position in range(1, first):
        left, top = medium.corner(position)
        cell = image.crop(pixels((left, top, left + medium.width, top + medium.height), dots))
        assert cell.getextrema() == (255, 255), position


@pytest.mark.parametrize("key", CORNERS)
def test_sheets_are_cut_as_their_maker_says(key: str) -> None:
    medium = MEDIA[key]
    first, last = CORNERS[key]
    assert medium.corner(1) == pytest.approx(first, abs=WITHIN_MM)
    assert medium.corner(medium.cells) == pytest.approx(last, abs=WITHIN_MM)
    width, height = medium.page
    assert last[0] + medium.width <= width
    assert last[1] + medium.height <= height


@pytest.mark.parametrize("key", LABELS)
@pytest.mark.parametrize(
    "host", ["yp.example.com", "showroom.example.com", "a" * 35 + ".com", "b" * 60 + ".example.com"]
)
def test_codes_keep_their_size_with_hosts_of_any_length(app: Flask, key: str, host: str) -> None:
    medium = MEDIA[key]
    address = values(1, host)["address"]
    modules = 17 + 4 * codes.expected_version(address, "M") + 2 * codes.QUIET_MODULES
    side = modules * medium.module_dots(modules, medium.qr_room) / medium.dots_per_mm
    assert SMALLEST_QR_MM <= side <= medium.qr_room
    assert side <= medium.height
    for dpi in (150, 300):
        seen = paper.codes_on(sheet(medium, 2, host=host), dpi=dpi)
        assert [code.text for code in seen] == [values(n, host)["address"] for n in (1, 2)]


def test_nothing_stands_in_the_quiet_zone_or_outside_its_cell(app: Flask) -> None:
    long = {"names": ["Extraordinarily long bilingual title " * 6], "spec": "超长规格" * 20, "price": "¥1,234,567.00",
            "conditions": ["3,000 件起批", "不含税", "会员价 ¥1,234,566.00"], "origin": "浙江义乌" * 10}  # fmt: skip
    for key in LABELS:
        medium = MEDIA[key]
        said = values(1, "selection-center.showroom.example.cn:8443") | long
        pdf = drawing.render("label", medium, "zh", [(1, 2, said)])
        image, dots = paper.raster(pdf, 0, 300), 300 / 25.4
        ink = image.point(lambda shade: 255 if shade < 128 else 0).getbbox()
        assert ink is not None
        left, top = medium.corner(2)
        assert ink[0] / dots >= left + 1, key
        assert ink[1] / dots >= top + 1, key
        assert ink[2] / dots <= left + medium.width - 0.9, key
        assert ink[3] / dots <= top + medium.height - 0.4, key
        code = paper.codes_on(pdf, dpi=300)[0]
        quiet = code.width / 33 * 3.5  # a host of this length makes it version 4
        x, y = (code.left + code.width), code.top
        right = image.crop(pixels((x + 0.3, y, x + quiet, y + code.width), dots))
        assert right.getextrema() == (255, 255), key


def test_both_weights_are_embedded_and_nothing_else(app: Flask) -> None:
    reader = pypdf.PdfReader(io.BytesIO(sheet(MEDIA["L7160"], 3)))
    embedded = {}
    for font in fonts_of(reader).values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor = inner["/FontDescriptor"].get_object()
        embedded[str(inner["/BaseFont"]).split("+")[-1]] = "/FontFile2" in descriptor or "/FontFile3" in descriptor
    assert len(embedded) == 2
    assert all(embedded.values())
    assert all("Noto-Sans-SC" in name or "NotoSansSC" in name for name in embedded), embedded


@pytest.mark.parametrize("character", "加厚囍齄价¥×≥A7")
def test_characters_come_out_as_the_font_draws_them(app: Flask, character: str) -> None:
    alone = dict.fromkeys(("stand", "spec", "origin", "item", "price"), "") | {"names": [character], "conditions": []}
    pdf = drawing.render("label", MEDIA["L7163"], "zh", [(1, 1, values(1) | alone)])
    dpi, dots = 600, 600 / 25.4
    image = paper.raster(pdf, 0, dpi)
    left, top = MEDIA["L7163"].corner(1)
    corners = (left + 23.2, top + 1, left + 60, top + 10)
    area = image.crop(pixels(corners, dots))
    printed = area.crop(area.point(lambda shade: 255 if shade < 128 else 0).getbbox())
    font = ImageFont.truetype(str(fonts.FOLDER / fonts.FILES[True]), round(9 / 72 * dpi))
    canvas = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(canvas).text((80, 80), character, font=font, fill=0)
    wanted = canvas.crop(canvas.point(lambda shade: 255 if shade < 128 else 0).getbbox())
    assert printed.size == pytest.approx(wanted.size, abs=3)
    pairs = zip(printed.resize(wanted.size).tobytes(), wanted.tobytes(), strict=True)
    differing = sum(abs(one - other) for one, other in pairs) / 255 / (wanted.width * wanted.height)
    assert differing < 0.12, f"{differing:.2f} of {character} is another shape"


def test_lines_break_by_width_and_end_in_an_ellipsis() -> None:
    title = "加厚平口自动收口垃圾袋 家用免撕（大号），Extra strong rolls"
    for room in (8.0, 14.8, 20.0, 37.5):
        lines = fonts.lines(title, room, 2, 9, bold=True)
        assert 1 <= len(lines) <= 2
        assert all(fonts.width_mm(line, 9, bold=True) <= room for line in lines)
        assert not any(line[0] in "，（）"[::2] for line in lines)
    assert fonts.lines("短", 20, 2, 9) == ["短"]
    assert fonts.lines("", 20, 2, 9) == []
    assert fonts.lines("Thick drawstring bags", 26, 2, 9)[0] == "Thick drawstring"
    assert fonts.lines("x" * 200, 20, 2, 9)[1].endswith("…")
    assert fonts.lines("展位 C-02-2, C-04-1, C-05-2", 28, 4, 9) == ["展位 C-02-2,", "C-04-1, C-05-2"]
    assert fonts.lines("455004-2026-000123", 22, 2, 9) == ["455004-2026-", "000123"]


def test_the_host_in_the_code_is_the_public_one(app: Flask) -> None:
    assert values(1)["address"].startswith(PUBLIC_URL.upper())
