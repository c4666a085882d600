"""What a design's pieces look like in a column: lines, plates, prices, ladders, bars, each as high as it comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from selection_center.core import fonts
from selection_center.printing import eans
from selection_center.printing.designs import POINTS, WORDED, Design, Field, Piece, Size
from selection_center.printing.ink import Box, Ink, Line, Photo, PlateStyle, centered, high, plate
from selection_center.printing.labels import APART, chunks, code_lines, fitted, packed
from selection_center.printing.values import Values

LEAST_SCALE = 0.8
LEAST_PT = 7.0
ABOVE_BARS_MM = 0.6
LEAST_CODE_PT = 5.5
ONE_LINE_SHARE = 0.7
"""So much smaller a code may become to stand in one line."""
LEAST_MONEY_PT = 3.0
"""Half a price is a wrong one: it becomes smaller instead of shorter."""

BASE = {
    Field.STAND: 13.0, Field.ZONE: 60.0, Field.NAME: 9.5, Field.PRICE: 13.0, Field.MEMBER: 9.0, Field.TIERS: 7.5,
    Field.CODE: 9.0,
}  # fmt: skip
FACT_PT = 7.5
LEAST = {Field.STAND: 9.0, Field.ZONE: 28.0, Field.NAME: 7.5, Field.PRICE: 9.0}
LEAD = 1.7
"""Of what is to be larger than the rest."""
FOOT = {Field.PRICE, Field.MEMBER, Field.TIERS, Field.EAN, Field.MOQ, Field.TAX, Field.DAY, Field.HOTLINE}
"""Stand at the foot of the cell, from the first of these on."""


@dataclass(frozen=True)
class Mode:
    """How many lines at most: of one name, of each of two, of a fact; rungs of the ladder."""

    name: int
    names: int
    fact: int
    tiers: int
    may_end_names: bool = False
    """In an ellipsis, where nothing else does."""


LAVISH, USUAL, TIGHT = Mode(6, 4, 3, 6), Mode(2, 1, 1, 3), Mode(1, 1, 1, 2)
SHORT_NAMES = Mode(3, 2, 3, 6, True), Mode(2, 1, 3, 6, True)


@dataclass(frozen=True)
class Block:
    height: float
    draw: Callable[[float, float], list[Ink]]
    is_foot: bool = False
    is_cut: bool = False
    """Ends some of it in an ellipsis?"""


def blocks_of(
    pieces: Sequence[Piece],
    width: float,
    scale: float,
    mode: Mode,
    values: Values,
    design: Design,
    dots_per_mm: float,
) -> list[Block]:
    """What the values say, in order; facts of one look that follow each other share lines."""
    found: list[Block] = []
    facts: list[tuple[Piece, str]] = []
    for piece in pieces:
        if piece.field in DRAWN:
            found += fact_block(facts, width, scale, mode)
            facts = []
            found += DRAWN[piece.field](piece, width, scale, mode, values | {"logo": design.logo}, dots_per_mm)
            continue
        said = fact_of(piece, values)
        if facts and look(facts[0][0], scale) != look(piece, scale):
            found += fact_block(facts, width, scale, mode)
            facts = []
        if said:
            facts.append((piece, said))
    return found + fact_block(facts, width, scale, mode)


def look(piece: Piece, scale: float) -> tuple[float, bool, bool]:
    return points_of(piece, scale), piece.bold, piece.field in FOOT


def points_of(piece: Piece, scale: float) -> float:
    if piece.size in POINTS:
        return POINTS[piece.size] * min(scale / LEAST_SCALE, 1)
    wanted = BASE.get(piece.field, FACT_PT) * scale * (LEAD if piece.size is Size.LEAD else 1)
    return max(wanted // 0.5 * 0.5, least_points(piece) * min(scale / LEAST_SCALE, 1))


def least_points(piece: Piece) -> float:
    return LEAST.get(piece.field, LEAST_PT)


def per_points(points: float) -> float:
    """Of the unit beside a price."""
    return max(points * 0.55 // 0.5 * 0.5, min(LEAST_PT, points))


def fact_of(piece: Piece, values: Values) -> str:
    said = piece.text if piece.field is Field.TEXT else values.get(piece.field.value, "")
    said = APART.join(map(str, said)) if isinstance(said, list) else str(said)
    if said and piece.words and piece.field in WORDED:
        return f"{WORDED[piece.field]} {said}"
    return said


def fact_block(facts: Sequence[tuple[Piece, str]], width: float, scale: float, mode: Mode) -> list[Block]:
    if not facts:
        return []
    points, bold, foot = look(facts[0][0], scale)
    lines: list[str] = []
    for line in packed([said for _piece, said in facts], width, points):
        is_whole = fonts.width_mm(line, points, bold) <= width
        lines += [line] if is_whole else even_lines(line, width, mode.fact, points, bold)
    return [lines_block(lines, points, bold, foot)]


def lines_block(lines: Sequence[str], points: float, bold: bool, foot: bool = False) -> Block:
    def draw(x: float, y: float) -> list[Ink]:
        return [Line(x, y + number * high(points), line, points, bold) for number, line in enumerate(lines)]

    return Block(len(lines) * high(points), draw, foot, any(line.endswith(fonts.ELLIPSIS) for line in lines))


def name_block(piece: Piece, width: float, scale: float, mode: Mode, values: Values, _dots: float) -> list[Block]:
    names, points = values.get("names", [])[:2], points_of(piece, scale)
    each = mode.name if len(names) == 1 else mode.names
    lines = [line for name in names for line in even_lines(name, width, each, points, piece.bold)]
    block = lines_block(lines, points, piece.bold)
    return [replace(block, is_cut=block.is_cut and not mode.may_end_names)] if lines else []


def even_lines(text: str, width: float, count: int, points: float, bold: bool) -> list[str]:
    """As few lines as it takes, none much shorter than the others: no last character stands alone."""
    lines = fonts.lines(text, width, count, points, bold)
    if len(lines) < 2 or lines[-1].endswith(fonts.ELLIPSIS):
        return lines
    narrow = fonts.width_mm(text, points, bold) / len(lines)
    for room in (narrow + step * points * fonts.MM_PER_POINT / 2 for step in range(12)):
        tried = fonts.lines(text, min(room, width), count, points, bold)
        if len(tried) == len(lines) and not tried[-1].endswith(fonts.ELLIPSIS):
            return tried
    return lines


def stand_block(piece: Piece, width: float, scale: float, _mode: Mode, values: Values, _dots: float) -> list[Block]:
    """White on black, as everywhere in the house."""
    said = str(values.get(piece.field.value, ""))
    if not said:
        return []
    wide = width if is_wide(piece) else 0.0
    points = fitted(said, width * 0.86, points_of(piece, scale), 6.0)
    style = plate_style(points)

    def draw(x: float, y: float) -> list[Ink]:
        return plate(x, y, said, points, style, wide)

    return [Block(points * fonts.MM_PER_POINT * 1.1 + 2 * (style.edge + style.stroke), draw)]


def is_wide(piece: Piece) -> bool:
    """Is its plate as wide as the cell?"""
    return piece.field is Field.ZONE or (piece.field is Field.STAND and piece.size is Size.LEAD)


def plate_style(points: float) -> PlateStyle:
    by = points / 13
    return PlateStyle(min(0.35 * by, 1.6), min(0.7 * by, 3), min(0.2 * by, 0.9), min(0.4 * by, 2), min(1.2 * by, 6))


def price_block(piece: Piece, width: float, scale: float, _mode: Mode, values: Values, _dots: float) -> list[Block]:
    """The price with its unit; where none may be shown, why."""
    price, per = str(values.get("price", "")), str(values.get("per", ""))
    points = points_of(piece, scale)
    if not price:
        said = str(values.get("price_words", ""))
        points = fitted(said, width, points * 0.8 // 0.5 * 0.5, 5.0, True)
        return [lines_block([said], points, bold=True, foot=True)] if said else []
    while points > LEAST_MONEY_PT and fonts.width_mm(price, points, piece.bold) + unit_width(per, points) > width:
        points -= 0.5

    def draw(x: float, y: float) -> list[Ink]:
        small = per_points(points)
        after = x + fonts.width_mm(price, points, piece.bold) + 0.05 * points
        drop = (points - small) * fonts.MM_PER_POINT * 0.98
        ink: list[Ink] = [Line(x, y, price, points, piece.bold)]
        return [*ink, Line(after, y + drop, per, small)] if per else ink

    return [Block(high(points), draw, is_foot=True)]


def unit_width(per: str, points: float) -> float:
    return fonts.width_mm(per, per_points(points)) + 0.05 * points if per else 0.0


def member_block(piece: Piece, width: float, scale: float, _mode: Mode, values: Values, _dots: float) -> list[Block]:
    """A black chip that says for whom, and the price beside it."""
    price = str(values.get("member_price", ""))
    if not price:
        return []
    points = points_of(piece, scale)
    word = next((one for one in (str(_("Member price")), str(_("Member"))) if fits_chip(one, price, points, width)), "")
    word = word or str(_("Member"))
    while points > LEAST_MONEY_PT and not fits_chip(word, price, points, width):
        points -= 0.5
    small = points * 0.85 // 0.5 * 0.5

    def draw(x: float, y: float) -> list[Ink]:
        tall, wide = high(points), fonts.width_mm(word, small) + 0.16 * points
        chip: list[Ink] = [
            Box(x, y + 0.04 * tall, wide, tall * 0.92, min(0.06 * points, 1.5)),
            replace(centered(x, y + (tall - high(small)) / 2, wide, word, small), white=True),
        ]
        return [*chip, Line(x + chip_width(word, points), y, price, points, bold=True)]

    return [Block(high(points), draw, is_foot=True)]


def fits_chip(word: str, price: str, points: float, width: float) -> bool:
    return chip_width(word, points) + fonts.width_mm(price, points, True) <= width


def chip_width(word: str, points: float) -> float:
    """With the space after it."""
    return fonts.width_mm(word, points * 0.85 // 0.5 * 0.5) + 0.16 * points + 0.09 * points


def tiers_block(piece: Piece, width: float, scale: float, mode: Mode, values: Values, _dots: float) -> list[Block]:
    """The ladder: rungs side by side where all have room, else below each other; an ellipsis where it goes on."""
    every, points = list(values.get("tiers", [])), points_of(piece, scale)
    rungs, is_cut = every[: mode.tiers], len(every) > mode.tiers
    if len(rungs) < 2:
        return []
    if is_cut:
        rungs[-1] = [rungs[-1][0] + fonts.ELLIPSIS, rungs[-1][1]]
    column = width / len(rungs)
    if all(max(fonts.width_mm(q, points), fonts.width_mm(p, points, True)) + 1.5 <= column for q, p in rungs):
        return [Block(2.15 * high(points), lambda x, y: rungs_beside(rungs, x, y, column, points), True, is_cut)]
    while points > LEAST_MONEY_PT and any(rung_width(rung, points) > width for rung in rungs):
        points -= 0.5
    return [Block(len(rungs) * high(points), lambda x, y: rungs_below(rungs, x, y, width, points), True, is_cut)]


def rung_width(rung: Sequence[str], points: float) -> float:
    return fonts.width_mm(rung[0], points) + fonts.width_mm(rung[1], points, True) + 1


def rungs_beside(rungs: Sequence[Sequence[str]], x: float, y: float, column: float, points: float) -> list[Ink]:
    below = y + 1.15 * high(points)
    ink: list[Ink] = [Box(x, y + 1.05 * high(points), column * len(rungs) - 1.0, min(0.2, 0.1 * high(points)))]
    for number, (quantity, price) in enumerate(rungs):
        at = x + number * column
        ink += [Line(at, y, quantity, points), Line(at, below, price, points, bold=True)]
    return ink


def rungs_below(rungs: Sequence[Sequence[str]], x: float, y: float, width: float, points: float) -> list[Ink]:
    ink: list[Ink] = []
    for number, (quantity, price) in enumerate(rungs):
        below = y + number * high(points)
        right = x + min(width, 24 * points * fonts.MM_PER_POINT) - fonts.width_mm(price, points, True)
        ink += [Line(x, below, quantity, points), Line(right, below, price, points, bold=True)]
    return ink


def ean_block(piece: Piece, width: float, scale: float, _mode: Mode, values: Values, dots: float) -> list[Block]:
    """Bars with their digits; the digits alone where bars would be too fine for a scanner."""
    digits = str(values.get("ean", ""))
    if not digits:
        return []
    points = points_of(piece, scale)
    module = eans.module_mm(digits, width, dots)
    if not module:
        return [lines_block([digits], fitted(digits, width, points, 5), bold=True, foot=True)]
    wide, tall = len(eans.modules(digits)) * module, min(6.5 * scale, 26.0)
    points = fitted(digits, wide, points, 6.0, False)

    def draw(x: float, y: float) -> list[Ink]:
        start = x + eans.QUIET * module
        said = centered(start, y + ABOVE_BARS_MM + tall + 0.2, wide, digits, points)
        return [*eans.bars(digits, start, y + ABOVE_BARS_MM, module, tall, dots), said]

    return [Block(ABOVE_BARS_MM + tall + 0.2 + high(points), draw, is_foot=True)]


def code_lines_block(
    piece: Piece, width: float, scale: float, _mode: Mode, values: Values, _dots: float
) -> list[Block]:
    """The code in groups, in two lines where one is too short."""
    code, points = str(values.get("code", "")), points_of(piece, scale)
    if not code:
        return []
    lines = code_lines(code)
    smaller = fitted(code, width, points, points * ONE_LINE_SHARE, piece.bold)
    if fonts.width_mm(code, smaller, piece.bold) <= width:
        lines, points = [code], smaller
    return [lines_block(lines, fitted(lines[0], width, points, LEAST_CODE_PT, piece.bold), piece.bold)]


def host_block(piece: Piece, width: float, scale: float, _mode: Mode, values: Values, _dots: float) -> list[Block]:
    """In as many lines as it takes, cut at dots where they are."""
    points = points_of(piece, scale)
    lines = chunks(str(values.get("host", "")), width, points)
    return [lines_block(lines, points, piece.bold)] if lines else []


def logo_block(piece: Piece, width: float, scale: float, _mode: Mode, values: Values, _dots: float) -> list[Block]:
    """The whole picture, as high as its size says."""
    name = values.get("logo")
    if not name:
        return []
    heights = {Size.AUTO: min(9.0 * scale, 30.0), Size.LEAD: min(15.0 * scale, 45.0)}
    heights |= {Size.SMALL: 6.0, Size.MEDIUM: 10.0, Size.LARGE: 18.0}
    tall = heights[piece.size]
    return [Block(tall, lambda x, y: [Photo(x, y, tall, str(name), min(width, tall * 4))])]


DRAWN = {
    Field.NAME: name_block,
    Field.STAND: stand_block,
    Field.ZONE: stand_block,
    Field.PRICE: price_block,
    Field.MEMBER: member_block,
    Field.TIERS: tiers_block,
    Field.EAN: ean_block,
    Field.LOGO: logo_block,
    Field.CODE: code_lines_block,
    Field.HOST: host_block,
}
