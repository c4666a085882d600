"""What a sheet is drawn of: type, boxes, symbols and photos, each at its place.

Millimetres from the page's top left, type in points. Two presses print them: `html` for any sheet, `stamps` for those
that need no layout any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from selection_center.core import codes, fonts
from selection_center.core.qr_batches import Bitmap

LINE = 1.17
"""Line height over type size."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of type; its box is as high as its line, its top at y."""

    x: float
    y: float
    words: str
    points: float
    bold: bool = False
    white: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """Filled black."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A white line along the inside of its edge."""

    x: float
    y: float
    width: float
    height: float
    stroke: float
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR in whole dots of its printer. x and y are the corner of its quiet zone."""

    x: float
    y: float
    bitmap: Bitmap
    dots: int
    """To a module."""
    dots_per_mm: float
    text: str = ""
    level: codes.Level = "M"
    """What it says, and how much of it may be lost: printers that draw QR themselves ask."""

    def at(self, x: float, y: float) -> Symbol:
        """There, on the printer's nearest whole dots."""
        per = self.dots_per_mm
        return replace(self, x=round(x * per) / per, y=round(y * per) / per)

    @property
    def module(self) -> float:
        return self.dots / self.dots_per_mm

    @property
    def quiet(self) -> float:
        return codes.QUIET_MODULES * self.module

    @property
    def side(self) -> float:
        """With the quiet zone."""
        return self.bitmap.side * self.module + 2 * self.quiet


@dataclass(frozen=True, slots=True)
class Photo:
    """A kept picture, cut to a square; the whole of it, at the left of a box so wide, where a width is said."""

    x: float
    y: float
    side: float
    name: str
    width: float = 0.0


Ink = Line | Box | Frame | Symbol | Photo
Page = Sequence[Ink]


def high(points: float) -> float:
    """Height of a line of type."""
    return points * fonts.MM_PER_POINT * LINE


def block(x: float, y: float, lines: Sequence[str], points: float, bold: bool = False) -> list[Ink]:
    return [Line(x, y + number * high(points), line, points, bold) for number, line in enumerate(lines)]


def centered(x: float, y: float, room: float, words: str, points: float, bold: bool = False) -> Line:
    """In the middle of the room that begins at x; from x on where it is wider."""
    return Line(x + max((room - fonts.width_mm(words, points, bold)) / 2, 0), y, words, points, bold)


def in_the_middle(page: Page, x: float, room: float) -> list[Ink]:
    """Lines of type each in the middle of the room that begins at x; anything else moved there as a whole."""
    if all(isinstance(ink, Line) and ink.x == x for ink in page):
        return [centered(x, ink.y, room, ink.words, ink.points, ink.bold) for ink in page if isinstance(ink, Line)]
    by = max((room - max(map(right_edge, page), default=x) + x) / 2, 0)
    return [replace(ink, x=ink.x + by) for ink in page]


def right_edge(ink: Ink) -> float:
    match ink:
        case Line():
            return ink.x + fonts.width_mm(ink.words, ink.points, ink.bold)
        case Photo():
            return ink.x + (ink.width or ink.side)
        case Symbol():
            return ink.x + ink.side
    return ink.x + ink.width


def rule(x: float, y: float, width: float) -> Box:
    return Box(x, y, width, 0.25)


@dataclass(frozen=True)
class PlateStyle:
    """Of a stand's address, white on black: edge, stroke and its radius, room beside the words."""

    edge: float
    radius: float
    stroke: float
    inner_radius: float
    beside: float


SMALL_PLATE = PlateStyle(0.35, 0.7, 0.2, 0.4, 1.2)
PLATE_LINE = 1.1


def plate(
    x: float, y: float, words: str, points: float, style: PlateStyle = SMALL_PLATE, width: float = 0
) -> list[Ink]:
    """As wide as its words or, where a width is said, so wide with the words in the middle."""
    type_wide, type_high = fonts.width_mm(words, points, bold=True), points * fonts.MM_PER_POINT * PLATE_LINE
    inset = style.edge + style.stroke
    wide, tall = width or type_wide + 2 * (inset + style.beside), type_high + 2 * inset
    middle = x + (wide - type_wide) / 2
    above = y + inset + (type_high - high(points)) / 2
    return [
        Box(x, y, wide, tall, style.radius),
        Frame(
            x + style.edge,
            y + style.edge,
            wide - 2 * style.edge,
            tall - 2 * style.edge,
            style.stroke,
            style.inner_radius,
        ),
        Line(middle, above, words, points, bold=True, white=True),
    ]
