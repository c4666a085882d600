"""What is printed grows with its cell, and what is long becomes smaller, then less, before it is cut short."""

from itertools import combinations, product
from typing import Any

import pytest
from flask import Flask

from selection_center.core import fonts
from selection_center.core.i18n import speaking
from selection_center.printing import composing, designs, drawing, forms
from selection_center.printing.ink import Box, Ink, Line, Symbol
from selection_center.printing.labels import Paper
from selection_center.printing.layouts import LAYOUTS, Layout, Subject
from selection_center.printing.media import MEDIA, Kind, Medium, cells
from tests.printing.test_designs import CASES, alone, extent, in_front, lie_on_each_other, problems, values
from tests.printing.test_shelf_tags import values as shelf_values

pytestmark = pytest.mark.once
ROOMY = ("70x50", "100x150", "L7165", "CR80", "A6")
DRAWN = [layout for layout in LAYOUTS.values() if layout.kind not in ("sheet", "linesheet")]
LEAST_NAME_SHARE = 0.055
"""Of the shorter side, the height of a line of the largest type."""


def page_of(layout: Layout, key: str, said: dict[str, Any], language: str = "zh") -> list[Ink]:
    with speaking(language):
        (page,) = drawing.inked(layout.key, alone(MEDIA[key]), [(1, 1, said)])
    return page


def said_on(layout: Layout, **more: Any) -> dict[str, Any]:
    said = shelf_values(1, **more) if layout.key == "shelf" else values(**more)
    if layout.subject is Subject.TAG:
        return {key: said[key] for key in ("code", "host", "address")}
    return said


@pytest.mark.parametrize("layout", DRAWN, ids=lambda layout: layout.key)
def test_a_large_cell_is_filled(app: Flask, layout: Layout) -> None:
    for key in (key for key in ROOMY if layout.fits(MEDIA[key])):
        medium = MEDIA[key]
        inked = [extent(ink) for ink in page_of(layout, key, said_on(layout))]
        lefts, tops, rights, bottoms = zip(*inked, strict=True)
        assert max(bottoms) - min(tops) > 0.6 * medium.height, key
        assert max(rights) - min(lefts) > 0.6 * medium.width, key


@pytest.mark.parametrize("layout", [one for one in DRAWN if one.subject is not Subject.TAG], ids=lambda one: one.key)
def test_type_is_large_on_a_large_label(app: Flask, layout: Layout) -> None:
    lines = [ink for ink in page_of(layout, "100x150", said_on(layout)) if isinstance(ink, Line)]
    assert max(line.points for line in lines) * fonts.MM_PER_POINT > LEAST_NAME_SHARE * 100


@pytest.mark.parametrize("layout", ["label-medium", "price", "stock"])
@pytest.mark.parametrize("key", ["100x150", "A6", "L7169"])
def test_a_tall_cell_is_filled_to_its_foot(app: Flask, layout: str, key: str) -> None:
    for case in ("usual", "english", "both"):
        page, medium = page_of(LAYOUTS[layout], key, said_on(LAYOUTS[layout], **CASES[case])), MEDIA[key]
        assert max(extent(ink)[3] for ink in page) > 0.9 * medium.height, case


@pytest.mark.parametrize(("key", "least"), [("A5", 72), ("A4", 72), ("A6", 60), ("100x150", 60)])
def test_a_stands_number_is_read_across_an_aisle(app: Flask, key: str, least: int) -> None:
    for case in ("usual", "english"):
        said = said_on(LAYOUTS["stand"], **CASES[case]) | {"names": ["Household and cleaning"]}
        numbers = [ink for ink in page_of(LAYOUTS["stand"], key, said) if isinstance(ink, Line) and ink.white]
        assert [ink.words for ink in numbers] == ["A-03-2"]
        assert numbers[0].points >= least, case


def test_facts_of_one_line_stand_apart(app: Flask) -> None:
    page = page_of(LAYOUTS["label-medium"], "70x50", values())
    assert "浙江义乌   HY-4550-04" in " | ".join(ink.words for ink in page if isinstance(ink, Line))


def test_the_lines_of_a_fact_are_about_as_long(app: Flask) -> None:
    """No last character of a firm's name stands alone."""
    firm = "义乌市禾一日用百货进出口贸易股份有限公司第二分公司"
    for key in ("70x50", "100x150", "L7165"):
        page = page_of(LAYOUTS["label-large"], key, values(factory=firm))
        lines = [ink.words for ink in page if isinstance(ink, Line) and ink.words.removeprefix("工厂 ") in firm]
        assert len(lines[-1]) > 3, (key, lines)


@pytest.mark.parametrize("layout", ["label", "plain"])
def test_a_print_of_old_grows_too(app: Flask, layout: str) -> None:
    """Its values say conditions in one piece."""
    old = {key: value for key, value in values().items() if key not in ("moq", "tax", "tiers", "member_price")}
    page = page_of(LAYOUTS[layout], "100x150", old | {"conditions": ["3 件起批", "不含税"]})
    words = " ".join(ink.words for ink in page if isinstance(ink, Line))
    assert "3 件起批" in words
    assert "不含税" in words
    assert max(ink.points for ink in page if isinstance(ink, Line)) > 20
    hidden = page_of(LAYOUTS[layout], "100x150", old | {"price": "", "conditions": ["扫码看价"]})
    assert "扫码看价" in [ink.words for ink in hidden if isinstance(ink, Line)]


def test_the_code_of_a_blank_tag_is_as_large_as_its_roll_allows(app: Flask) -> None:
    sides = []
    for medium in (one for one in MEDIA.values() if one.kind is Kind.ROLL):
        (qr,) = (
            ink for ink in page_of(LAYOUTS["blank"], medium.key, said_on(LAYOUTS["blank"])) if isinstance(ink, Symbol)
        )
        assert qr.side > 0.4 * min(medium.width, medium.height * 1.2), medium.key
        sides.append(qr.side)
    assert max(sides) > 80


@pytest.mark.parametrize("key", ["40x30", "50x30"])
def test_a_small_price_tag_says_its_spec_whole(app: Flask, key: str) -> None:
    page = page_of(LAYOUTS["price"], key, values())
    words = "".join(ink.words for ink in page if isinstance(ink, Line)).replace(" ", "")
    assert "囍字红45×50cm" in words
    assert "…" not in words
    assert min(ink.points for ink in page if isinstance(ink, Line) and not ink.white) >= 6


def test_what_matters_least_goes_before_anything_is_cut(app: Flask) -> None:
    design = designs.LABEL_LARGE
    long = values(
        names=["加厚平口自动收口垃圾袋 家用免撕断点式一次性厨房卫生间办公室酒店宾馆通用大号" * 2],
        factory="义乌市禾一日用品有限公司" * 3,
    )
    with speaking("zh"):
        page = composing.composed(design, Paper(alone(MEDIA["70x50"])), 0, 0, long)
    words = "".join(ink.words for ink in page if isinstance(ink, Line))
    assert "…" not in words
    assert "囍字红" in words
    assert "外箱" not in words


def test_a_ladder_that_goes_on_says_so(app: Flask) -> None:
    rungs = [[f"{first}–{first + 99} 件", "¥12.80"] for first in range(100, 1000, 100)]
    with speaking("zh"):
        page = composing.composed(designs.LABEL_LARGE, Paper(alone(MEDIA["L7165"])), 0, 0, values(tiers=rungs))
    shown = [ink.words for ink in page if isinstance(ink, Line) and ink.words.startswith(tuple("123456789"))]
    quantities = [words for words in shown if "–" in words]
    assert len(quantities) < len(rungs)
    assert quantities[-1].endswith("…")


def is_beyond(ink: Ink, medium: Medium) -> bool:
    left, top, right, bottom = extent(ink)
    return min(left, top) < 0 or right > medium.width or bottom > medium.height


def trimmed(ink: Ink) -> Ink:
    """Without the white above and below the figures of a line, as a box."""
    if not isinstance(ink, Line):
        return ink
    left, top, right, bottom = extent(ink)
    size = ink.points * fonts.MM_PER_POINT
    return Box(left, top + 0.22 * size, right - left, bottom - top - 0.36 * size)


@pytest.mark.parametrize("key", ["A4-21", "70x38", "70x50", "100x150", "CR80", "L7165", "L7163", "L7169"])
def test_nothing_on_a_shelf_tag_lies_on_anything(app: Flask, key: str) -> None:
    medium, prices = alone(MEDIA[key]), ("¥9.90", "¥1,234,567.80")
    for (case, more), price, language in product(CASES.items(), prices, ("zh", "en")):
        said = shelf_values(1, **{name: more[name] for name in ("names", "spec", "origin", "grade") if name in more})
        said |= {"price": price, "member_price": price} if more.get("price", "x") else {"price": "", "member_price": ""}
        with speaking(language):
            (page,) = drawing.inked("shelf", medium, [(1, 1, said)])
        assert [ink for ink in page if is_beyond(ink, medium)] == [], (case, price, language)
        front = [ink for ink in page if in_front(ink)]
        on = [pair for pair in combinations(front, 2) if lie_on_each_other(trimmed(pair[0]), trimmed(pair[1]))]
        assert on == [], (case, price, language)
        chips = [ink for ink in page if isinstance(ink, Box) and ink.height > 1]
        for word in (ink for ink in page if isinstance(ink, Line) and ink.white):
            assert chips[0].x <= word.x
            assert extent(word)[2] <= chips[0].x + chips[0].width + 0.05, word


BY_FACE = [medium for medium in MEDIA.values() if LAYOUTS["label"].fits(medium) and LAYOUTS["label"].is_by_face(medium)]


def on_a_small_label(key: str, language: str = "zh", **more: Any) -> list[Ink]:
    with speaking(language):
        (page,) = drawing.inked("label", alone(MEDIA[key]), [(1, 1, values(**more))])
    return page


@pytest.mark.parametrize("key", [medium.key for medium in BY_FACE])
def test_nothing_on_a_small_label_lies_on_anything(app: Flask, key: str) -> None:
    hidden = {"price": "", "conditions": ["Price at the desk"]}
    long = CASES["long"] | {"conditions": ["from 3,000 sets", "without tax"]}
    del long["host"]
    for more in (*({**CASES[case]} for case in ("usual", "both", "english")), long, hidden, CASES["english"] | hidden):
        page, medium = on_a_small_label(key, **more), MEDIA[key]
        assert [ink for ink in page if is_beyond(ink, medium)] == [], more
        front = [ink for ink in page if in_front(ink)]
        on = [pair for pair in combinations(front, 2) if lie_on_each_other(trimmed(pair[0]), trimmed(pair[1]))]
        assert on == [], more


@pytest.mark.parametrize("key", ["40x30", "50x30", "L7160", "L7159", "L6011"])
def test_a_small_label_has_its_plate_and_its_code_below_the_qr(app: Flask, key: str) -> None:
    page = on_a_small_label(key)
    (qr,) = (ink for ink in page if isinstance(ink, Symbol))
    lines = {ink.words: ink for ink in page if isinstance(ink, Line)}
    assert lines["A-03-2"].white
    assert lines[values()["code"]].y == pytest.approx(qr.y + qr.side)
    (title,) = values()["names"]
    assert "".join(words for words in lines if words in title).replace(" ", "") == title.replace(" ", "")
    assert not any(words.endswith(fonts.ELLIPSIS) for words in lines)


@pytest.mark.parametrize("key", ["L7160", "L7163", "L7159", "50x30"])
def test_a_name_takes_the_lines_that_are_left(app: Flask, key: str) -> None:
    words = [ink.words for ink in on_a_small_label(key, **CASES["english"]) if isinstance(ink, Line)]
    assert CASES["english"]["names"][0] in " ".join(words)
    both = " ".join(ink.words for ink in on_a_small_label(key, **CASES["both"]) if isinstance(ink, Line))
    assert "加厚平口自动收口" in both
    assert "Thick drawstring" in both


def test_the_barest_label_goes_into_the_smallest_own_paper(app: Flask) -> None:
    width, height = (side / 100 + 2 for side in forms.LEAST_MM)
    least = cells("least", (width, height), page=(width, height), edge=1.0)
    assert LAYOUTS["plain"].fits(least)
    lower = cells("lower", (width, height - 0.1), page=(width, height - 0.1), edge=1.0)
    assert not LAYOUTS["plain"].fits(lower)
    page = drawing.inked("plain", lower, [(1, 1, values())])[0]
    assert problems(page, lower) == []
