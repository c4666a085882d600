"""Pictures of pages: the same sheet as the PDF, every code read, dots as a label printer sets them."""

import io
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image, ImageDraw

from selection_center.core import fonts, i18n, pictures
from selection_center.core.errors import Refused
from selection_center.printing import drawing, press, raster
from selection_center.printing.ink import Box, Frame, Line, Page, Photo, Symbol, plate
from selection_center.printing.labels import Paper
from selection_center.printing.layouts import LAYOUTS
from selection_center.printing.media import MEDIA, Kind, Medium
from tests.printing import paper
from tests.printing import test_shelf_tags as shelf
from tests.printing.test_geometry import said
from tests.printing.test_labels import values
from tests.printing.test_papers import LONG

pytestmark = pytest.mark.once
ROLLS = [medium for medium in MEDIA.values() if medium.kind is Kind.ROLL]
DOTS = (8.0, 12.0)
LENGTHY: dict[str, list[dict[str, Any]]] = {
    "label": [values(2, "selection-center.showroom.example.cn:8443") | LONG],
    "plain": [values(2) | LONG],
    "shelf": [shelf.values(2, names=LONG["names"], spec=LONG["spec"], price="¥13,000.00")],
}
BARCODE = "6934582710047"
SAME = 0.005
"""How much of the ink may lie elsewhere when both are blurred by a quarter of a millimetre."""
BARS = 5
"""So many times more where there are bars: drawn in whole dots here, widened by what shows the PDF at this size."""


def label_pages(medium: Medium, dots: float) -> Iterator[tuple[str, Medium, Page, str]]:
    """Layout, medium, page and the address that its code must say, of every layout that fits."""
    medium = replace(medium, dots_per_mm=dots)
    for layout in LAYOUTS.values():
        for told in [said(layout, 1), *LENGTHY.get(layout.key, [])] if layout.fits(medium) else ():
            with i18n.speaking("zh"):
                (page,) = drawing.inked(layout.key, medium, [(1, 1, told)])
            has_code = any(isinstance(ink, Symbol) for ink in page)
            yield layout.key, medium, page, told["address"] if has_code else ""


@pytest.mark.parametrize("dots", DOTS)
@pytest.mark.parametrize("medium", ROLLS, ids=lambda medium: medium.key)
def test_a_label_in_dots_is_the_label_of_the_pdf(app: Flask, medium: Medium, dots: float) -> None:
    pages = list(label_pages(medium, dots))
    pdf = press.pages_pdf(medium.page, [page for _layout, _sized, page, _address in pages])
    for number, (layout, sized, page, address) in enumerate(pages):
        drawn = raster.picture(sized.page, page, dots)
        assert (drawn.mode, drawn.size) == ("1", (round(sized.width * dots), round(sized.height * dots)))
        assert paper.unlike(drawn, paper.raster(pdf, number, dots * 25.4)) < nearly(layout), layout
        assert paper.read_by_both(drawn) == ([address] if address else []), layout
        for symbol in (ink for ink in page if isinstance(ink, Symbol)):
            assert is_in_whole_dots(drawn, symbol), layout


def nearly(layout: str) -> float:
    return SAME * BARS if layout == "stock" else SAME


@pytest.mark.parametrize("dots", DOTS)
def test_the_goods_own_barcode_is_read(app: Flask, dots: float) -> None:
    medium = replace(MEDIA["60x40"], dots_per_mm=dots)
    with i18n.speaking("zh"):
        (page,) = drawing.inked("stock", medium, [(1, 1, said(LAYOUTS["stock"], 1))])
    drawn = raster.picture(medium.page, page, dots).convert("L")
    assert [code.text for code in zxingcpp.read_barcodes(drawn, formats=zxingcpp.BarcodeFormat.EAN13)] == [BARCODE]


def is_in_whole_dots(drawn: Image.Image, symbol: Symbol) -> bool:
    """Each module is a square of dots of one shade."""
    left, top = (round((corner + symbol.quiet) * symbol.dots_per_mm) for corner in (symbol.x, symbol.y))
    wide = symbol.bitmap.side * symbol.dots
    cut = drawn.crop((left, top, left + wide, top + wide))
    side = symbol.bitmap.side
    return cut.resize((side, side), Image.Resampling.NEAREST).resize(cut.size, Image.Resampling.NEAREST) == cut


@pytest.mark.parametrize(
    ("key", "layout"), [("L7160", "label"), ("A4-21", "shelf"), ("A6", "stand"), ("A4-9", "linesheet")]
)
def test_a_preview_shows_the_sheet_in_colour(app: Flask, key: str, layout: str) -> None:
    medium, said = MEDIA[key], shelf.values if layout == "shelf" else values
    more: dict[str, Any] = {
        "zone": "A",
        "site": "义乌",
        "tiers": [["≥3", "¥12.80"]],
        "moq": "3 件起批",
        "factory": "",
        "pictures": [kept_photo()],
    }
    placed = [(*medium.place(number, 1), said(number) | more) for number in range(1, medium.cells + 1)]
    with i18n.speaking("zh"):
        (page,) = drawing.inked(layout, medium, placed)
    shown = Image.open(io.BytesIO(raster.png(medium.page, page, 6)))
    assert (shown.mode, shown.size) == ("RGB", (round(medium.page[0] * 6), round(medium.page[1] * 6)))
    assert paper.unlike(shown.convert("L"), paper.raster(press.pages_pdf(medium.page, [page]), dpi=6 * 25.4)) < SAME
    assert sorted(paper.read_by_both(shown.convert("L"))) == sorted(
        each["address"] for _page, _position, each in placed
    )
    hue, saturation, _value = shown.convert("HSV").split()
    assert bool(hue.getbbox() and saturation.getbbox()) == (layout == "linesheet"), "the photos, and nothing else"


def kept_photo() -> str:
    image = Image.new("RGB", (640, 480), "#e8a33d")
    ImageDraw.Draw(image).ellipse((200, 120, 440, 360), "#1d5fa8")
    file = io.BytesIO()
    image.save(file, "PNG")
    return pictures.keep(file.getvalue())


def test_a_photo_on_a_label_printer_is_black_and_white_dots_cut_to_a_square(app: Flask) -> None:
    drawn = raster.picture((40, 40), [Photo(5, 5, 30, kept_photo())], 8)
    square = drawn.crop((40, 40, 280, 280))
    assert {shade for _count, shade in square.getcolors() or []} == {0, 255}
    middle, corner = square.crop((90, 90, 150, 150)), square.crop((0, 0, 60, 60))
    assert dark_share(middle) > dark_share(corner) + 0.2, "blue is darker than orange"
    drawn.paste(255, (40, 40, 280, 280))
    assert drawn.getextrema() == (255, 255)


def dark_share(image: Image.Image) -> float:
    return image.convert("L").histogram()[0] / (image.width * image.height)


@pytest.mark.parametrize("words", ["好〪的——间", "AVATAR To Yo fi ffl", "囍侘〇镕喆啰嘞 【现货】"])
def test_type_stands_where_the_pdf_has_it(app: Flask, words: str) -> None:
    page = [Line(4, 4, words, 14), Line(4, 14, words, 7, bold=True), *plate(4, 24, words[:4], 13)]
    pdf = press.laid_out((100, 40), [page])
    assert paper.unlike(raster.picture((100, 40), page, 8), paper.raster(pdf, dpi=203.2)) < SAME


def test_a_character_that_no_font_has_is_refused_by_name(app: Flask) -> None:
    with pytest.raises(Refused) as refused:
        raster.picture((40, 30), [Line(2, 2, "没有\U0001f9e7\x1b", 9)], 8)
    assert (refused.value.code, "\U0001f9e7" in refused.value.sentence) == ("missing_characters", True)
    words = fonts.settable("没有\U0001f9e7\r\n\t了")
    raster.picture((40, 30), [Line(2, 2, words, 9), Line(2, 9, "", 9), Line(90, 90, "外", 9)], 8)


def test_boxes_and_frames_are_whole_dots(app: Flask) -> None:
    page: Page = [Box(1.03, 1.02, 10, 5), Frame(2, 2, 8, 3, 0.2), Box(1, 8, 10, 0.01)]
    drawn = raster.picture((15, 10), page, 8)
    assert drawn.getbbox() == (0, 0, 120, 80)
    assert drawn.crop((8, 8, 88, 48)).convert("L").histogram()[255] == 2 * 2 * (64 + 24 - 4)
    assert drawn.crop((8, 64, 88, 65)).getextrema() == (0, 0), "a hair is a dot"


def test_a_code_that_is_not_in_the_pictures_dots_is_still_read(app: Flask) -> None:
    said = values(1)
    symbol = Paper(MEDIA["40x30"]).qr(said["address"], 25).at(2, 2)
    for dots in (4.0, 5.3, 6.1, 11.9):
        shown = Image.open(io.BytesIO(raster.png((40, 30), [symbol], dots)))
        assert paper.read_by_both(shown.convert("L")) == [said["address"]], dots


@pytest.mark.parametrize("character", ["袋", "W"])
def test_a_line_beyond_the_edge_costs_no_more_than_one_that_ends_there(app: Flask, character: str) -> None:
    """Before: 10,000 characters took seconds, each drawn where nobody sees it."""
    pages = [[Line(2.0, 2.0, character * count, 8.0)] for count in (60, 10_000)]
    raster.picture((40.0, 10.0), pages[0], 8.0)
    begun = time.process_time()
    short, long = (raster.picture((40.0, 10.0), page, 8.0) for page in pages)
    assert time.process_time() - begun < 0.5
    assert short.tobytes() == long.tobytes()
    assert raster.picture((40.0, 10.0), [Line(41.0, 2.0, character, 8.0)], 8.0).getextrema() == (255, 255)
