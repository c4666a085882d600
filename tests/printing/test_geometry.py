"""What is printed stands where the paper is cut: the raster of every medium against its measures."""

from itertools import groupby
from typing import NamedTuple

import pytest
from flask import Flask
from PIL import Image

from selection_center.core import codes, i18n
from selection_center.printing import drawing, press
from selection_center.printing.ink import Ink, Symbol
from selection_center.printing.layouts import LAYOUTS, Layout, Subject
from selection_center.printing.media import MEDIA, Kind, Medium
from selection_center.printing.models import Printer
from selection_center.printing.rulers import ruler_page
from selection_center.printing.values import Values
from tests.databases import PUBLIC_URL
from tests.printing import paper
from tests.printing.test_labels import values as label_values

pytestmark = pytest.mark.once
DPI = 300
DOTS = DPI / paper.MM
WITHIN_MM = 0.2
CELLED = [medium for medium in MEDIA.values() if medium.kind is not Kind.PAGE or medium.cells > 1]
PLAIN_PAGES = [medium for medium in MEDIA.values() if medium.kind is Kind.PAGE and medium.cells == 1]
ALONG_MM = 1.2
"""How far from a corner a frame's sides are looked at, beside the ticks at the edges of the page."""


@pytest.mark.parametrize("medium", [*CELLED, *PLAIN_PAGES], ids=lambda medium: medium.key)
def test_the_frame_of_every_cell_is_printed_where_its_measures_say(app: Flask, medium: Medium) -> None:
    frames_stand(ruler_page(medium), medium)


def test_frames_that_are_off_are_seen(app: Flask) -> None:
    off = Printer(name="后面", right_tenths=4, down_tenths=0)
    with pytest.raises(AssertionError):
        frames_stand(ruler_page(MEDIA["L7160"], off), MEDIA["L7160"])


def frames_stand(pdf: bytes, medium: Medium) -> None:
    image = paper.raster(pdf, 0, DPI)
    assert [edge / DOTS for edge in image.size] == pytest.approx(medium.page, abs=WITHIN_MM)
    for position in range(1, medium.cells + 1):
        left, top = medium.corner(position)
        right, bottom = left + medium.width, top + medium.height
        rows, columns = (top + ALONG_MM, bottom - ALONG_MM), (left + ALONG_MM, right - ALONG_MM)
        for edge, drawn in (
            (left, [line for y in rows for line in lines(image, (left - 1, y - 0.4, left + 1, y + 0.4), 0)]),
            (right, [line for y in rows for line in lines(image, (right - 1, y - 0.4, right + 1, y + 0.4), 0)]),
            (top, [line for x in columns for line in lines(image, (x - 0.4, top - 1, x + 0.4, top + 1), 1)]),
            (bottom, [line for x in columns for line in lines(image, (x - 0.4, bottom - 1, x + 0.4, bottom + 1), 1)]),
        ):
            assert min((abs(line - edge) for line in drawn), default=9.0) <= WITHIN_MM, (position, edge, drawn)


def lines(image: Image.Image, box: tuple[float, float, float, float], axis: int) -> list[float]:
    """The middles of the lines that cross this part of the page, in mm along x (0) or y (1)."""
    left, top, right, bottom = (round(edge * DOTS) for edge in box)
    left, top = max(left, 0), max(top, 0)
    part = image.crop((left, top, min(right, image.width), min(bottom, image.height)))
    size = (part.width, 1) if axis == 0 else (1, part.height)
    inked = [shade < 128 for shade in part.resize(size, Image.Resampling.BOX).tobytes()]
    found, start = [], (left, top)[axis]
    for is_inked, run in groupby(enumerate(inked), key=lambda one: one[1]):
        places = [place for place, _ink in run]
        if is_inked:
            found.append((start + (places[0] + places[-1] + 1) / 2) / DOTS)
    return found


# --- every layout on every medium ---------------------------------------------------------------------------------


MUCH: Values = {
    "zone": "A", "stands": "A-01-1 – A-12-4", "count": "128", "site": "义乌日用百货选品中心",
    "factory": "义乌市禾一日用品有限公司", "merchant": "源头工厂", "badges": ["超级工厂", "诚信通"], "booth": "F1-2034",
    "grade": "合格品", "day": "2026-11-27", "hotline": "12358", "tax": "不含税", "moq": "3 件起批",
    "member_price": "¥11.50", "carton": "48 件, 60×40×35 cm",
    "ean": "6934582710047", "pictures": [], "tiers": [["3–47 件", "¥12.80"], ["48 件起", "¥11.50"]], "pack": [],
    "specs": [], "attributes": [], "certificates": [],
}  # fmt: skip
PAGES_ALONE = ("sheet", "linesheet")
MAY_BE_CODELESS = {"plain", "zone", "supplier", "stock"}
"""Without a code, or with the goods' own where there is no room for both."""


class Held(NamedTuple):
    """A cell of a sheet: by which layout, where, and what its code says."""

    layout: str
    position: int
    address: str | None


OF_CELLS = [medium for medium in MEDIA.values() if medium.kind is not Kind.PAGE]


def said(layout: Layout, number: int) -> Values:
    """What a cell of this layout says, its code a different one for each number."""
    drawn = f"{number:07}XYZ"
    code = drawn + codes.check_symbol(drawn)
    everything = label_values(number) | MUCH
    everything |= {"code": codes.format_code(code), "address": codes.address(code, PUBLIC_URL)}
    if layout.subject is Subject.TAG:
        return {name: everything[name] for name in ("code", "host", "address")}
    if layout.kind not in ("label", "plain", "linesheet", "sheet"):
        everything.pop("conditions")
    return everything


def inked_sheets(medium: Medium) -> tuple[list[list[Ink]], list[list[Held]]]:
    """A sheet of this medium whose cells hold each layout that fits, in turn; where the page is one cell, a page for
    each. And what stands where."""
    fitting = [layout for layout in LAYOUTS.values() if layout.fits(medium) and layout.kind not in PAGES_ALONE]
    cells = [(number, fitting[number % len(fitting)]) for number in range(max(medium.cells, len(fitting)))]
    pages: list[list[Held]] = []
    drawn: list[list[Ink]] = []
    with i18n.speaking("zh"):
        for number, layout in cells:
            page, position = divmod(number, medium.cells)
            if page == len(pages):
                pages.append([])
                drawn.append([])
            values = said(layout, number + 1)
            (ink,) = drawing.inked(layout.key, medium, [(1, position + 1, values)])
            drawn[page] += ink
            has_code = any(isinstance(piece, Symbol) for piece in ink)
            pages[page].append(Held(layout.key, position + 1, values["address"] if has_code else None))
    return drawn, pages


@pytest.mark.parametrize("medium", OF_CELLS, ids=lambda medium: medium.key)
def test_every_layout_is_read_in_its_cell_of_every_medium(app: Flask, medium: Medium) -> None:
    """By zxing-cpp and by zbar, at 150 and at 300 dpi, and nothing is printed beside the cells."""
    drawn, pages = inked_sheets(medium)
    pdf = press.pages_pdf(medium.page, drawn)
    assert paper.page_count(pdf) == len(pages)
    insets: dict[str, set[tuple[float, float]]] = {}
    for number, held in enumerate(pages):
        wanted = {one.address: one for one in held if one.address}
        assert {one.layout for one in held if not one.address} <= MAY_BE_CODELESS
        for dpi in (150, DPI):
            image = paper.raster(pdf, number, dpi)
            assert sorted(paper.read_by_both(image)) == sorted(wanted), (number, dpi)
        for seen in paper.codes_on(pdf, number, DPI):
            one = wanted[seen.text]
            left, top = medium.corner(one.position)
            assert left - WITHIN_MM <= seen.left
            assert seen.left + seen.width <= left + medium.width + WITHIN_MM
            assert top - WITHIN_MM <= seen.top
            assert seen.top + seen.width <= top + medium.height + WITHIN_MM
            insets.setdefault(one.layout, set()).add((seen.left - left, seen.top - top))
        outside = image.copy()
        for one in held:
            left, top = medium.corner(one.position)
            edges = (left, top, left + medium.width, top + medium.height)
            outside.paste(255, tuple(round(edge * DOTS) for edge in edges))  # type: ignore[arg-type]
        assert outside.point(lambda shade: 255 if shade < 128 else 0).getbbox() is None
    for layout, places in insets.items():
        for along in zip(*places, strict=True):
            assert max(along) - min(along) <= WITHIN_MM, layout


@pytest.mark.parametrize(
    ("layout", "key"),
    [("linesheet", key) for key in ("A4-1", "A4-4", "A4-9", "A4-15")]
    + [("stand", key) for key in ("A4", "A5", "A6")]
    + [("sheet", "A4")],
)
def test_the_codes_of_pages_are_read(app: Flask, layout: str, key: str) -> None:
    medium = MEDIA[key]
    placed = [(1, position, said(LAYOUTS[layout], position)) for position in range(1, medium.cells + 1)]
    pdf = drawing.render(layout, medium, "zh", placed)
    assert paper.page_count(pdf) == 1
    for dpi in (150, DPI):
        seen = paper.read_by_both(paper.raster(pdf, 0, dpi))
        assert sorted(seen) == sorted(values["address"] for _page, _position, values in placed), dpi
