"""The fonts that lie in the house are the ones that the list names, and they hold what we print."""

import hashlib
import re
from itertools import pairwise

import pytest
from fontTools.ttLib import TTFont

from selection_center.core import fonts

pytestmark = pytest.mark.once
LISTED = dict(
    re.findall(r"\| `(NotoSansSC-\w+\.ttf)` \| `([0-9a-f]{64})` \|", (fonts.FOLDER / "VENDOR.md").read_text())
)


def test_both_weights_are_the_listed_ones() -> None:
    assert sorted(LISTED) == sorted(fonts.FILES.values())
    for name, digest in LISTED.items():
        assert hashlib.sha256((fonts.FOLDER / name).read_bytes()).hexdigest() == digest
    assert "SIL Open Font License, Version 1.1" in (fonts.FOLDER / "OFL.txt").read_text()


@pytest.mark.parametrize("name", fonts.FILES.values())
def test_each_is_one_static_font_with_all_of_gb_2312(name: str) -> None:
    with TTFont(fonts.FOLDER / name, lazy=True) as font:
        assert "glyf" in font
        assert "fvar" not in font
        assert font["name"].getDebugName(1) == "Noto Sans SC"
        known = set(font.getBestCmap())
    hanzi = {bytes([row, cell]).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)}
    assert {c for c in hanzi if c and ord(c) not in known} == set()
    assert {c for c in "¥×≥≤℃²³㎡…·–—“”（），。：；！？0123456789ABCXYZabcxyzÄéñ" if ord(c) not in known} == set()


def test_digits_are_of_one_width() -> None:
    for bold in (False, True):
        assert len({fonts.widths(bold)[ord(digit)] for digit in "0123456789"}) == 1


@pytest.mark.parametrize("words", ["杯子 500 ml 装", "不锈钢保温杯1000件起批，含税", "For 12 pcs or 1.5 × 2.0 m each"])
def test_no_number_is_torn_from_its_unit(words: str) -> None:
    torn = re.compile(r"[0-9]$")
    unit = re.compile(r"(?:ml|m|pcs|件|装)")
    for room in range(14, 60):
        found = fonts.lines(words, room, 20, 9)
        for line, following in pairwise(found):
            assert not (torn.search(line) and unit.match(following)), (room, found)
    assert 0xA0 in fonts.widths()
    assert fonts.settable("长 1.5 × 2.0 m, 12 pcs, 5 mice, 3 件") == (
        "长 1.5 × 2.0\u00a0m, 12\u00a0pcs, 5 mice, 3\u00a0件"
    )


def test_no_line_begins_with_a_mark_that_ends_one() -> None:
    words = "字，好。“引号”、（括号）；百分之５０％！价￥12：真的？" * 3
    for room in range(20, 60):
        for line in fonts.lines(words, room, 40, 9)[1:]:
            assert line[0] not in "，。、；：？！）”％", (room, line)
