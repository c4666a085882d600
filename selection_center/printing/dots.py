"""A label as a label printer takes it: QR that the printer draws itself, and everything else as pieces of dots.

The languages of such printers are `zpl` and `tspl`. No text but a QR's own comes into their commands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Self

import qrcode
from PIL import Image, ImageChops
from qrcode import util

from selection_center.core.codes import LEVELS, Level
from selection_center.printing import raster
from selection_center.printing.ink import Page, Symbol
from selection_center.printing.models import USUAL_DOTS, USUAL_GAP_TENTHS, Printer

ALPHANUMERIC = frozenset(util.ALPHA_NUM.decode("ascii"))
"""In any language of printers plain text that means nothing else."""
LARGEST_MODULE = 10
"""Dots to a module that every printer knows."""
HIGHEST_CODE = 10
"""Dots from the top: a QR above them is no printer's own, since ZPL cannot say where it stands."""
BLANK_ROWS = 8
"""From so many on two pieces are shorter than one."""
RESOLUTIONS = {8: "203 dpi", 12: "300 dpi"}
"""By dots to the millimetre, as makers count them."""
MOST_COPIES = 99
LARGEST_PIECE = 99_999
"""Bytes that one command may carry."""


@dataclass(frozen=True)
class Setting:
    """How a label printer is to print. What is None stays as the printer is set."""

    dots_per_mm: int = USUAL_DOTS
    speed: int | None = None
    """Inches a second."""
    darkness: int | None = None
    """1 to 15."""
    gap_tenths: int = USUAL_GAP_TENTHS
    """Between two labels, in tenths of a millimetre."""
    copies: int = 1

    @classmethod
    def of(cls, printer: Printer | None) -> Self:
        if printer is None:
            return cls()
        return cls(printer.dots_per_mm, printer.speed, printer.darkness, printer.gap_tenths)

    def as_asked(self, dots_per_mm: int, copies: int) -> Self:
        """What is said beside a file; what no printer does is left as it was."""
        dots = dots_per_mm if dots_per_mm in RESOLUTIONS else self.dots_per_mm
        return replace(self, dots_per_mm=dots, copies=min(max(copies, 1), MOST_COPIES))


@dataclass(frozen=True)
class Piece:
    """Dots at a place, in whole bytes to a row: the highest bit left, 1 is black."""

    x: int
    y: int
    stride: int
    rows: Sequence[bytes]


@dataclass(frozen=True)
class Code:
    """A QR without its quiet zone at a place, so many dots to a module."""

    x: int
    y: int
    module: int
    level: Level
    text: str


@dataclass(frozen=True)
class Label:
    width: int
    height: int
    pieces: Sequence[Piece]
    codes: Sequence[Code]


def label(size: tuple[float, float], page: Page, dots_per_mm: int) -> Label:
    """Of a page of this size in mm, whose QR are laid out in these dots. Refuses as raster.picture does."""
    width, height = (round(side * dots_per_mm) for side in size)
    codes = {
        id(ink): code
        for ink in page
        if isinstance(ink, Symbol) and (code := drawn_by_printer(ink, width, height, dots_per_mm))
    }
    picture = raster.picture(size, [ink for ink in page if id(ink) not in codes], dots_per_mm)
    return Label(width, height, list(pieces(picture)), list(codes.values()))


def drawn_by_printer(ink: Symbol, width: int, height: int, dots_per_mm: int) -> Code | None:
    """The QR for the printer's own encoder, where that makes one of the same size at this place; else it is dots."""
    if ink.dots_per_mm != dots_per_mm or ink.dots > LARGEST_MODULE or not ALPHANUMERIC.issuperset(ink.text):
        return None
    x, y = (round((corner + ink.quiet) * dots_per_mm) for corner in (ink.x, ink.y))
    side = ink.bitmap.side * ink.dots
    if x < 0 or y < HIGHEST_CODE or x + side > width or y + side > height:
        return None
    if not ink.text or ink.bitmap.side != modules(len(ink.text), ink.level):
        return None
    return Code(x, y, ink.dots, ink.level, ink.text)


@cache
def modules(length: int, level: Level) -> int:
    """To the side of the QR of so many alphanumeric characters."""
    qr: qrcode.QRCode[Any] = qrcode.QRCode(error_correction=LEVELS[level])
    qr.add_data(util.QRData(b"A" * length, mode=util.MODE_ALPHA_NUM))
    return 17 + 4 * int(qr.best_fit())


def pieces(picture: Image.Image) -> Iterator[Piece]:
    """What is black of it, apart by blank rows and without blank bytes at the sides."""
    stride = (picture.width + 7) // 8
    data = ImageChops.invert(picture.convert("L")).convert("1", dither=Image.Dither.NONE).tobytes()
    rows = [data[start : start + stride] for start in range(0, len(data), stride)]
    most = max(LARGEST_PIECE // stride, 1)
    for top, bottom in bands([any(row) for row in rows]):
        for start in range(top, bottom, most):
            band = rows[start : min(start + most, bottom)]
            left = min(stride - len(row.lstrip(b"\0")) for row in band)
            right = max(len(row.rstrip(b"\0")) for row in band)
            yield Piece(left * 8, start, right - left, [row[left:right] for row in band])


def bands(inked: Sequence[bool]) -> list[tuple[int, int]]:
    """First row and the one after the last of each run of rows with ink; short gaps belong to it."""
    found: list[tuple[int, int]] = []
    for row, has_ink in enumerate(inked):
        if not has_ink:
            continue
        if found and row - found[-1][1] < BLANK_ROWS:
            found[-1] = (found[-1][0], row + 1)
        else:
            found.append((row, row + 1))
    return found
