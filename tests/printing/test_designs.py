"""Designs in cells of any size: nothing leaves its cell, nothing lies on anything else, and codes and bars are read."""

from dataclasses import replace
from itertools import combinations, product
from typing import Any

import pytest
import zxingcpp
from flask import Flask

from selection_center.core import fonts
from selection_center.core.i18n import speaking
from selection_center.printing import composing, designs, eans, planning, press
from selection_center.printing.designs import Design, Distance, Field, Piece, Qr, Size
from selection_center.printing.ink import Box, Frame, Ink, Line, Photo, Symbol, high
from selection_center.printing.labels import Paper
from selection_center.printing.media import MEDIA, Medium, roll
from selection_center.printing.values import Values
from tests.printing import paper
from tests.printing.test_labels import values as label_values

BUILT_IN = {name: design for name, design in vars(designs).items() if isinstance(design, Design) and design.pieces}
SEEN: dict[str, Any] = {
    "factory": "义乌市禾一日用品有限公司", "carton": "48 件, 52×38×40 cm", "grade": "合格品", "moq": "3 件起批",
    "tax": "不含税", "tiers": [["3–47 件", "¥12.80"], ["48–199 件", "¥11.50"], ["200 件以上", "¥10.20"]],
    "member_price": "¥11.90", "day": "2026-11-27", "hotline": "12315", "site": "义乌日用百货选品中心",
    "ean": "6901234567892", "zone": "A", "stands": "A-01-1 – A-14-3", "count": "42", "merchant": "源头工厂",
    "badges": ["超级工厂", "实力商家"], "booth": "国际商贸城 3 区 12 街 10235", "pictures": ["0" * 24],
}  # fmt: skip
LONG = "超长的说明文字 Long words 7{{7*7}} <b>%(x)s</b> {0.__class__} " * 6
CASES: dict[str, dict[str, Any]] = {
    "usual": {},
    "both": {"names": ["加厚平口自动收口垃圾袋", "Thick drawstring bin bags for home and kitchen"]},
    "english": {"names": ["Thick drawstring bin bags for home and kitchen"], "per": "/bag", "moq": "from 100 bags"},
    "long": {
        "names": [LONG, LONG], "spec": LONG, "origin": LONG, "item": "X" * 64, "factory": LONG, "carton": LONG,
        "site": LONG, "booth": LONG, "badges": [LONG, LONG], "stands": LONG, "price": "¥1,234,567.80",
        "member_price": "¥1,234,560.80", "stand": "AB12-99-9", "zone": "AB12", "grade": LONG,
        "tiers": [["100,000–199,999 pieces", "¥1,234,567.80"]] * 6, "host": "a-rather-long-host.example.com",
    },
    "missing": dict.fromkeys(
        ("spec", "origin", "item", "factory", "carton", "member_price", "moq", "tax", "ean", "stand", "grade"), ""
    ) | {"tiers": [], "price": "", "price_words": "扫码看价", "pictures": []},
    "nothing": {key: [] if key in ("names", "tiers", "badges", "pictures") else "" for key in SEEN | {"names": []}},
}  # fmt: skip
EVERY = [one for one in MEDIA.values() if one.cells == 1 or one.width < 150]


def alone(medium: Medium) -> Medium:
    """One cell of it, as a page."""
    return replace(medium, columns=1, rows=1, left=0.0, top=0.0, page=(medium.width, medium.height))


def values(**more: Any) -> Values:
    return label_values(1, **(SEEN | more))


def extent(ink: Ink) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    match ink:
        case Line():
            return ink.x, ink.y, ink.x + fonts.width_mm(ink.words, ink.points, ink.bold), ink.y + high(ink.points)
        case Symbol():
            return ink.x, ink.y, ink.x + ink.side, ink.y + ink.side
        case Photo():
            return ink.x, ink.y, ink.x + (ink.width or ink.side), ink.y + ink.side
        case Box() | Frame():
            return ink.x, ink.y, ink.x + ink.width, ink.y + ink.height


def lie_on_each_other(one: Ink, other: Ink, by: float = 0.06) -> bool:
    a, b = extent(one), extent(other)
    return min(a[2], b[2]) - max(a[0], b[0]) > by and min(a[3], b[3]) - max(a[1], b[1]) > by


def in_front(ink: Ink) -> bool:
    """White on black is meant to lie on something."""
    return not isinstance(ink, Frame) and not (isinstance(ink, Line) and ink.white)


def problems(page: list[Ink], medium: Medium) -> list[str]:
    found = []
    for ink in page:
        left, top, right, bottom = extent(ink)
        if min(left, top) < 0.05 or right > medium.width - 0.05 or bottom > medium.height - 0.05:
            found.append(f"beyond the cell: {ink}")
    front = [ink for ink in page if in_front(ink)]
    found += [f"{one} on {other}" for one, other in combinations(front, 2) if lie_on_each_other(one, other)]
    return found


@pytest.mark.once
@pytest.mark.parametrize("name", BUILT_IN)
def test_nothing_leaves_its_cell_and_nothing_lies_on_anything(app: Flask, name: str) -> None:
    design, fitting = BUILT_IN[name], 0
    for medium, (case, more) in product(EVERY, CASES.items()):
        language = "en" if case == "english" else "zh"
        said = values(**more)
        if any(planning.overflow(design, medium, f"https://{said['host']}")):
            continue
        fitting += 1
        with speaking(language):
            page = composing.composed(design, Paper(medium), 0, 0, said)
        assert problems(page, medium) == [], (medium.key, case, language)
    assert fitting > 20


SHEET = (440.0, 620.0)


def laid_side_by_side(design: Design) -> tuple[list[list[Ink]], list[set[str]]]:
    """A cell of each medium that the design fits, on large pages; and the addresses on each."""
    pages: list[list[Ink]] = [[]]
    addresses: list[set[str]] = [set()]
    x = y = tallest = 0.0
    for number, medium in enumerate(one for one in EVERY if not any(planning.overflow(design, one))):
        if x + medium.width > SHEET[0]:
            x, y, tallest = 0.0, y + tallest, 0.0
        if y + medium.height > SHEET[1]:
            x = y = tallest = 0.0
            pages.append([])
            addresses.append(set())
        said = label_values(number, **(SEEN | {"pictures": []}))
        pages[-1] += composing.composed(design, Paper(medium), x, y, said)
        addresses[-1].add(said["address"])
        x, tallest = x + medium.width, max(tallest, medium.height)
    return pages, addresses


@pytest.mark.once
@pytest.mark.parametrize("name", [name for name, design in BUILT_IN.items() if design.qr])
def test_every_qr_is_read_where_the_design_fits(app: Flask, name: str) -> None:
    pages, addresses = laid_side_by_side(BUILT_IN[name])
    pdf = press.pages_pdf(SHEET, pages)
    for number, dpi in product(range(len(pages)), (150, 300)):
        assert {code.text for code in paper.codes_on(pdf, number, dpi)} == addresses[number], (name, number, dpi)


@pytest.mark.once
@pytest.mark.parametrize("digits", ["6901234567892", "0012345678905", "96385074"])
@pytest.mark.parametrize("key", ["60x40", "L7163", "L7165"])
def test_bars_are_read(app: Flask, digits: str, key: str) -> None:
    medium = alone(MEDIA[key])
    page = composing.composed(designs.STOCK_LABEL, Paper(medium), 0, 0, values(ean=digits))
    pdf = press.pages_pdf(medium.page, [page])
    linear = [zxingcpp.BarcodeFormat.EAN13, zxingcpp.BarcodeFormat.EAN8]
    assert [code.text for code in zxingcpp.read_barcodes(paper.raster(pdf, dpi=300), formats=linear)] == [digits]


@pytest.mark.once
def test_what_is_no_goods_number_has_no_bars() -> None:
    assert eans.digits_of("6901234567892") == "6901234567892"
    assert eans.digits_of("036000291452") == "0036000291452"
    assert eans.digits_of("96385074") == "96385074"
    for text in ("6901234567893", "16901234567899", "", "X"):
        assert eans.digits_of(text) == "", text


@pytest.mark.once
def test_a_small_cell_refuses_with_its_millimetres(app: Flask) -> None:
    wide, tall = planning.overflow(designs.LABEL_LARGE, MEDIA["50x30"])
    assert (wide, tall > 5) == (0.0, True)
    taller = roll(50, 32 + tall)
    assert planning.overflow(designs.LABEL_LARGE, taller) == (0.0, 0.0)
    assert planning.overflow(Design((Piece(Field.NAME, Size.LARGE),), Qr(side=64)), MEDIA["50x30"])[1] > 30


@pytest.mark.once
def test_a_qr_too_fine_for_its_distance_is_named(app: Flask) -> None:
    said = values()
    address, host = said["address"], said["host"]

    def warned(medium: str, qr: Qr) -> str:
        with speaking("en"):
            return composing.qr_warning(replace(designs.LABEL_MEDIUM, qr=qr), MEDIA[medium], address, host)

    assert warned("60x40", Qr()) == ""
    assert "0.66 mm" in warned("60x40", Qr("H", 18, Distance.SHELF))
    assert "150 cm" in warned("60x40", Qr(distance=Distance.AISLE))
    assert warned("A5", Qr(side=90, distance=Distance.AISLE)) == ""


@pytest.mark.once
@pytest.mark.parametrize("name", BUILT_IN)
def test_a_design_comes_back_from_its_data(name: str) -> None:
    assert Design.of(BUILT_IN[name].as_data()) == BUILT_IN[name]


@pytest.mark.once
@pytest.mark.parametrize("wrong", [
    {"pieces": [{"field": "__class__", "size": "auto", "bold": 0, "words": 0, "text": ""}]},
    {"pieces": [{"field": "names", "size": "12px;position:fixed", "bold": 0, "words": 0, "text": ""}]},
    {"qr": {"level": "Z", "side": 0, "distance": "hand", "on_right": 0}},
    {"qr": {"level": "M", "side": 17, "distance": "hand", "on_right": 0}}, {"logo": "../../secret"},
    {"pieces": [{"field": "text", "size": "auto", "bold": 0, "words": 0, "text": "x" * 61}]},
])  # fmt: skip
def test_what_is_in_no_list_is_no_design(wrong: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError)):
        Design.of(designs.LABEL_MEDIUM.as_data() | wrong)
