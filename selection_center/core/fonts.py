"""What the fonts of paper can set, and how wide it comes out."""

import re
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parents[2] / "static" / "fonts"
FILES = {False: "NotoSansSC-Regular.ttf", True: "NotoSansSC-Bold.ttf"}
STAND_IN = "〓"
"""The printer's mark for a character that the case lacks."""
ELLIPSIS = "…"
MM_PER_POINT = 25.4 / 72


ASCENT, DESCENT = 1.160, 0.288
"""Of both weights, over the type size: where a baseline lies in its line."""


@cache
def glyphs(bold: bool = False) -> dict[str, str]:
    """The glyph of every character that the font has, as four hexadecimal digits."""
    with TTFont(FOLDER / FILES[bold], lazy=True) as font:
        numbers = font.getReverseGlyphMap()
        return {chr(code): f"{numbers[glyph]:04x}" for code, glyph in font.getBestCmap().items()}


@cache
def widths(bold: bool = False) -> dict[int, int]:
    """Advance of every character that the font has, in thousandths of the type size."""
    with TTFont(FOLDER / FILES[bold], lazy=True) as font:
        advances, scale = font["hmtx"], 1000 / font["head"].unitsPerEm
        return {code: round(advances[glyph][0] * scale) for code, glyph in font.getBestCmap().items()}


def missing(text: str) -> str:
    """The characters of the text that the font lacks, each once, in order."""
    known = widths()
    return "".join(dict.fromkeys(c for c in text if ord(c) not in known and not c.isspace()))


def settable(text: str) -> str:
    """The text with a stand-in for each character that the font lacks, and each number kept with its unit."""
    known = widths()
    return UNIT.sub("\N{NO-BREAK SPACE}", "".join(c if ord(c) in known or c.isspace() else STAND_IN for c in text))


def width_mm(text: str, points: float, bold: bool = False) -> float:
    known = widths(bold)
    return sum(known.get(ord(c), 1000) for c in text) * points * MM_PER_POINT / 1000


def lines(text: str, room_mm: float, count: int, points: float, bold: bool = False) -> list[str]:
    """The text in at most so many lines of this width: broken between Chinese characters and at spaces, not inside
    Latin words that fit a line; what is left over ends in an ellipsis."""
    found: list[str] = []
    rest = " ".join(text.split())
    while rest and len(found) < count:
        head, tail = first_line(rest, room_mm, points, bold)
        if tail and len(found) == count - 1:
            head, tail = clipped(rest, room_mm, points, bold), ""
        found.append(head)
        rest = tail
    return found


def first_line(text: str, room_mm: float, points: float, bold: bool) -> tuple[str, str]:
    fits = fitting(text, room_mm, points, bold)
    if fits == len(text):
        return text, ""
    cut = fits
    while cut and not may_break(text, cut):
        cut -= 1
    cut = cut or max(text.rfind(" ", 0, fits + 1), text.rfind("-", 0, fits) + 1) or max(fits, 1)
    return text[:cut].rstrip(), text[cut:].lstrip()


NOT_AT_START = set("，。、；：？！）】》」』”’％℃,.;:?!)]}%…")
UNIT = re.compile(
    r"(?<=[0-9]) (?=(?:[mck]?m[²³]?|[mk]?g|m?l|L|[mk]?W|V|m?Ah?|[kM]?Hz|lm|K|oz|in|pcs|%)(?![A-Za-z])|[\u2e80-\u9fff])"
)
"""The space between a number and its unit, which are not torn apart."""
NOT_AT_END = set("（【《「『“‘([{¥")


def may_break(text: str, at: int) -> bool:
    """May a line end before this character?"""
    before, after = text[at - 1], text[at]
    if before == " " or after == " ":
        return not UNIT.match(text, at if after == " " else at - 1)
    if (before.isdecimal() and after >= "⺀") or (before == "-" and after.isdecimal()):
        return False
    if after in NOT_AT_START or before in NOT_AT_END:
        return False
    return before >= "⺀" or after >= "⺀" or before in "-/"


def fitting(text: str, room_mm: float, points: float, bold: bool) -> int:
    """How many of the first characters fit."""
    known, room, used = widths(bold), room_mm * 1000 / (points * MM_PER_POINT), 0
    for number, character in enumerate(text):
        used += known.get(ord(character), 1000)
        if used > room:
            return number
    return len(text)


def clipped(text: str, room_mm: float, points: float, bold: bool = False) -> str:
    """The text, ended by an ellipsis where it does not fit."""
    if fitting(text, room_mm, points, bold) == len(text):
        return text
    room = room_mm - width_mm(ELLIPSIS, points, bold)
    return text[: max(fitting(text, room, points, bold), 1)].rstrip(" ，,、·/-") + ELLIPSIS
