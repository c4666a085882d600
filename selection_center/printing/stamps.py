"""Sheets as plain PDF operators, which cost a hundredth of a layout.

WeasyPrint sets one sheet that nobody sees, with a line of every character of the job in each weight; its fonts serve
the stamped pages. Where a thing stands and how wide it is says the ink. What is stamped is what WeasyPrint would have
drawn: the setting process compares the operators of those lines with ours, glyph by glyph and their baselines, and
gives up where they differ. Sheets with type that needs shaping, or with photos, are laid out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from markupsafe import Markup

from selection_center.core import codes, fonts
from selection_center.core.pdf import Stamps
from selection_center.core.qr_batches import Bitmap
from selection_center.printing.ink import LINE, Box, Frame, Ink, Line, Page, Photo, Symbol

POINTS_PER_MM = 72 / 25.4
SHAPED = {"Mn", "Me", "Mc", "Cf", "Cc", "Zl", "Zp"}
"""Categories of characters that are not one glyph beside the last."""
JOINED = ("——", "――", "〳〵", "〴〵")
"""What the font draws as one glyph."""
CIRCLE = 0.5523
"""A quarter of a circle as a Bézier curve: how far its handles reach, over its radius."""
FACES = {False: "R", True: "B"}
SEED_PX = 100


def stampable(page: Page) -> bool:
    return all(
        plain_words(ink.words, ink.bold) if isinstance(ink, Line) else not isinstance(ink, Photo) for ink in page
    )


@cache
def shaped() -> frozenset[str]:
    return frozenset(chr(code) for code in fonts.widths() if unicodedata.category(chr(code)) in SHAPED)


def plain_words(words: str, bold: bool) -> bool:
    """Has the font a glyph for each character, and does each stand for itself?"""
    if not fonts.glyphs(bold).keys() >= set(words) or not shaped().isdisjoint(words):
        return False
    return not any(pair in words for pair in JOINED)


def seeds_of(pages: Iterable[Page]) -> dict[str, str]:
    """By face, every character that it sets."""
    used: dict[bool, set[str]] = {False: set(), True: set()}
    for page in pages:
        for ink in page:
            if isinstance(ink, Line):
                used[ink.bold].update(ink.words)
    return {FACES[bold]: "".join(sorted(characters)) for bold, characters in used.items() if characters}


def stamps(seeds: dict[str, str], pages: Sequence[Page | None], height: float) -> Stamps:
    """Of pages of this height in mm; None is a sheet that is laid out."""
    return Stamps(
        seeds={face: set_in(seed, face == FACES[True]) for face, seed in seeds.items()},
        baselines={face: number * 2 * SEED_PX + baseline(SEED_PX) for number, face in enumerate(seeds)},
        pages=[None if page is None else operators(page, height) for page in pages],
    )


def seed_sheet(seeds: dict[str, str]) -> Markup:
    """A line for each face, as wide as it comes."""
    lines = (
        Markup('<p class="{}" style="left:0;top:{}px;font-size:{}px">{}</p>').format(
            "b" if face == FACES[True] else "", number * 2 * SEED_PX, SEED_PX, seed
        )
        for number, (face, seed) in enumerate(seeds.items())
    )
    return Markup('<div class="sheet">{}</div>').format(Markup("").join(lines))


def baseline(size: float) -> float:
    """How far below the top of its line, in the unit of the type size."""
    return size * ((LINE - fonts.ASCENT - fonts.DESCENT) / 2 + fonts.ASCENT)


# --- operators --------------------------------------------------------------------------------------------------


def operators(page: Page, height: float) -> str:
    """Of one page of this height in mm."""
    return "\n".join(drawn(ink, height) for ink in page)


def drawn(ink: Ink, height: float) -> str:
    match ink:
        case Line():
            return type_set(ink, height)
        case Box():
            return f"{outline(ink.x, height - ink.y - ink.height, ink.width, ink.height, ink.radius)} f"
        case Frame():
            half = ink.stroke / 2
            x, y = ink.x + half, height - ink.y - ink.height + half
            path = outline(x, y, ink.width - ink.stroke, ink.height - ink.stroke, max(ink.radius - half, 0))
            return f"q 1 G {points(ink.stroke)} w {path} S Q"
        case Symbol():
            return symbol(ink, height)
        case Photo():
            raise ValueError("a photo is not stamped")


def type_set(line: Line, height: float) -> str:
    face = f"/{FACES[line.bold]} {line.points:g} Tf"
    y = points(height - line.y) - baseline(line.points)
    place = f"1 0 0 1 {points(line.x):.3f} {y:.3f} Tm"
    words = f"BT {face} {place} <{set_in(line.words, line.bold)}> Tj ET"
    return f"1 g {words} 0 g" if line.white else words


def set_in(words: str, bold: bool) -> str:
    return "".join(map(fonts.glyphs(bold).__getitem__, words))


def symbol(ink: Symbol, height: float) -> str:
    module = POINTS_PER_MM * ink.module
    quiet, wide = codes.QUIET_MODULES * module, ink.bitmap.side * module
    return mask(ink.bitmap, wide, points(ink.x) + quiet, points(height - ink.y) - quiet - wide)


def mask(bitmap: Bitmap, wide: float, x: float, y: float) -> str:
    """The modules as one bit each, through which black is painted: so wide, from the point x, y."""
    side, rows = bitmap
    image = f"/W {side} /H {side} /IM true /D [1 0] /F /AHx ID {rows.hex()}>"
    return f"q {wide:.4f} 0 0 {wide:.4f} {x:.4f} {y:.4f} cm BI {image} EI Q"


def outline(x: float, y: float, width: float, height: float, radius: float) -> str:
    """The path of a rectangle, x and y in mm from the page's bottom left."""
    left, low, wide, tall, round_ = map(points, (x, y, width, height, radius))
    if not radius:
        return f"{left:.3f} {low:.3f} {wide:.3f} {tall:.3f} re"
    right, high, reach = left + wide, low + tall, round_ * (1 - CIRCLE)
    corners = (
        ((right - round_, low), (right - reach, low), (right, low + reach), (right, low + round_)),
        ((right, high - round_), (right, high - reach), (right - reach, high), (right - round_, high)),
        ((left + round_, high), (left + reach, high), (left, high - reach), (left, high - round_)),
        ((left, low + round_), (left, low + reach), (left + reach, low), (left + round_, low)),
    )
    path = [f"{left + round_:.3f} {low:.3f} m"]
    for start, *handles in corners:
        path.append(f"{start[0]:.3f} {start[1]:.3f} l")
        path.append(" ".join(f"{a:.3f} {b:.3f}" for a, b in handles) + " c")
    return " ".join(path) + " h"


def points(mm: float) -> float:
    return mm * POINTS_PER_MM
