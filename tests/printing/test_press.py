"""Stamped sheets and laid out ones are the same sheet; what could differ is never stamped."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pypdf
import pytest
from flask import Flask
from fontTools.ttLib import TTFont
from PIL import ImageChops

from selection_center.core import fonts, pdf
from selection_center.core.errors import Refused
from selection_center.printing import drawing, html, press, stamps
from selection_center.printing.ink import Line, Page, Photo, block, plate
from selection_center.printing.media import MEDIA
from tests.printing import paper
from tests.printing.test_geometry import inked_sheets
from tests.printing.test_labels import values
from tests.printing.test_shelf_tags import values as tag_values

pytestmark = pytest.mark.once
A4 = (210.0, 297.0)
TEXTS = {  # without what the font joins
    "Chinese": ["加厚平口自动收口垃圾袋 家用免撕", "（大号）【现货】“义乌”—库存：〇", "囍侘〇镕喆啰嘞"],
    "Latin": ["AVATAR Tokyo, Wave fi ffl 'To' Yo. 1,234.50", "Café Ångström São", "Vacuum Flask 500ml/16oz"],
    "mixed": ["LED台灯 USB-C 5V/2A × 3档 ≤10W ≥80Ra", "不锈钢304 Ø12mm ±0.5 ¥12.80/件", "No.７ ＡＢＣ①②③"],
    "long": ["义乌市" * 60, "Extraordinarily " * 20],
}


def drawn(words: Sequence[str]) -> list[Page]:
    """Two pages: the same words at several sizes, in both weights, on the ground and on black."""
    page = [
        *block(10, 10, words, 9),
        *block(10, 60, words, 7.5, bold=True),
        *block(10, 110, words, 21, bold=True),
        *plate(10, 200, words[0][:8], 13),
        *plate(10, 230, words[-1][:8], 60, width=150),
    ]
    return [page, page[:4]]


def by_stamps(size: press.Size, pages: Sequence[Page]) -> bytes:
    """Or Unsure."""
    return press.stamped(size, pages, pages, stamps.seeds_of(pages))


def apart(one: bytes, other: bytes, page: int, dpi: int = 150) -> float:
    """The share of the ink that differs by more than half of black."""
    first, second = paper.raster(one, page, dpi), paper.raster(other, page, dpi)
    assert first.size == second.size
    differing = sum(ImageChops.difference(first, second).histogram()[128:])
    return differing / max(sum(second.histogram()[:128]), 1)


@pytest.mark.parametrize("kind", TEXTS)
def test_both_presses_give_the_same_sheet(app: Flask, kind: str) -> None:
    pages = drawn(TEXTS[kind])
    stamped, laid_out = by_stamps(A4, pages), press.laid_out(A4, pages)
    assert paper.page_count(stamped) == paper.page_count(laid_out) == 2
    for number in (0, 1):
        assert paper.words(stamped, number).split() == paper.words(laid_out, number).split()
        assert apart(stamped, laid_out, number) < 0.01


@pytest.mark.parametrize(
    ("layout", "medium"), [("label", "L7160"), ("label", "L7651"), ("shelf", "A4-21"), ("stand", "A6")]
)
def test_a_layout_looks_the_same_from_both(app: Flask, layout: str, medium: str) -> None:
    place = MEDIA[medium].place
    of = tag_values if layout == "shelf" else values
    placed = [(*place(number, 1), of(number) | {"zone": "A"}) for number in range(1, MEDIA[medium].cells + 1)]
    pages = drawing.inked(layout, MEDIA[medium], placed)
    assert all(map(stamps.stampable, pages))
    stamped, laid_out = by_stamps(MEDIA[medium].page, pages), press.laid_out(MEDIA[medium].page, pages)
    assert paper.words(stamped).split() == paper.words(laid_out).split()
    assert apart(stamped, laid_out, 0, 300) < 0.01
    for one, other in zip(paper.codes_on(stamped, dpi=300), paper.codes_on(laid_out, dpi=300), strict=True):
        assert one.text == other.text
        assert one[1:] == pytest.approx(other[1:], abs=0.1)


@pytest.mark.parametrize("key", ["L7160", "L7120", "L4732", "70x50"])
def test_every_layout_looks_the_same_from_both(app: Flask, key: str) -> None:
    """Each that fits this medium, in turn over its cells or pages."""
    medium = MEDIA[key]
    pages, held = inked_sheets(medium)
    assert len({one.layout for cells in held for one in cells}) >= (1 if key == "L4732" else 4)
    assert all(map(stamps.stampable, pages))
    stamped, laid_out = by_stamps(medium.page, pages), press.laid_out(medium.page, pages)
    for number in range(len(pages)):
        assert paper.words(stamped, number).split() == paper.words(laid_out, number).split()
        assert paper.unlike(paper.raster(stamped, number, 300), paper.raster(laid_out, number, 300)) < 0.01


@pytest.mark.parametrize("words", ["好〪的", "soft\u00adhyphen", "没有\U0001f9e7", "标签\t表"])
def test_type_that_needs_more_than_a_glyph_a_character_is_laid_out(app: Flask, words: str) -> None:
    assert not stamps.stampable([Line(10, 10, words, 9)])
    assert not stamps.stampable([Photo(10, 10, 30, "0" * 24)])
    assert stamps.stampable([Line(10, 10, "好的", 9)])


def test_a_missing_glyph_is_named_by_either_way(app: Flask) -> None:
    pages = [[Line(10, 10, "都有", 9)], [Line(10, 10, "没有\U0001f9e7", 9)]]
    for way in (press.pages_pdf, press.laid_out):
        with pytest.raises(Refused) as refused:
            way(A4, pages)
        assert (refused.value.code, "\U0001f9e7" in refused.value.sentence) == ("missing_characters", True)


@pytest.mark.parametrize("wrong", ["glyph", "baseline", "kerned"])
def test_where_the_type_is_not_as_expected_the_sheet_is_laid_out(
    app: Flask, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    pages = [[Line(10, 10, "AVATAR 加厚", 9)]]
    if wrong == "glyph":
        monkeypatch.setattr(fonts, "glyphs", lambda bold: dict.fromkeys("AVTR 加厚", "0042"))
    elif wrong == "baseline":
        monkeypatch.setattr(fonts, "ASCENT", 1.2)
    else:
        loose = html.stylesheet(A4) + "p { letter-spacing: 1px }"
        monkeypatch.setattr("selection_center.printing.press.stylesheet", lambda size: loose)
    with pytest.raises(pdf.Unsure):
        by_stamps(A4, pages)
    said = paper.words(press.pages_pdf(A4, pages))
    assert said.split() == ["AVATAR", "加厚"]


def test_the_fonts_say_where_their_baseline_is() -> None:
    for file in fonts.FILES.values():
        with TTFont(fonts.FOLDER / file) as font:
            scale = font["head"].unitsPerEm
            assert (font["hhea"].ascent / scale, -font["hhea"].descent / scale) == (fonts.ASCENT, fonts.DESCENT)


def test_sheets_that_must_be_laid_out_stand_between_the_stamped_ones(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[pdf.Stamps] = []
    render = pdf.render

    def watched(text: str, **more: Any) -> bytes:
        asked.append(more["stamps"])
        return render(text, **more)

    monkeypatch.setattr(pdf, "render", watched)
    said = ["一", "二——二", "三", "四〪", "五"]
    whole = press.pages_pdf(A4, [[Line(10, 10, words, 9)] for words in said])
    assert [page is None for page in asked[0].pages] == [False, True, False, True, False]
    assert [paper.words(whole, number)[0] for number in range(paper.page_count(whole))] == [words[0] for words in said]


def test_all_that_the_font_joins_is_known() -> None:
    for file in fonts.FILES.values():
        with TTFont(fonts.FOLDER / file) as font:
            characters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
            for first, *rest in joined_always(font):
                words = "".join(characters.get(glyph, "") for glyph in (first, *rest))
                typed = len(words) == len(rest) + 1
                assert not typed or any(pair in words for pair in stamps.JOINED), words


def joined_always(font: TTFont) -> Iterator[list[str]]:
    """The glyphs of each ligature that no style turns off."""
    table = font["GSUB"].table
    ccmp = {i for r in table.FeatureList.FeatureRecord if r.FeatureTag == "ccmp" for i in r.Feature.LookupListIndex}
    for index in ccmp:
        for part in table.LookupList.Lookup[index].SubTable:
            for first, ligatures in getattr(part, "ExtSubTable", part).ligatures.items():
                yield from ([first, *ligature.Component] for ligature in ligatures)


def test_stamped_pages_share_their_fonts_and_hold_the_characters_alone(app: Flask) -> None:
    pages: list[Any] = [[Line(10, 10, f"第{number}页", 9), Line(10, 20, "价", 9, bold=True)] for number in range(30)]
    reader = pypdf.PdfReader(io.BytesIO(by_stamps(A4, pages)))
    assert len(reader.pages) == 30
    assert [page.extract_text().split()[0] for page in reader.pages] == [f"第{number}页" for number in range(30)]
    assert len({page["/Resources"].indirect_reference for page in reader.pages}) == 1
    assert len(by_stamps(A4, pages)) < 40_000
