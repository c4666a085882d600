"""How large the type of a design is: the largest scale at which what a label usually says has room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from selection_center.core import fonts
from selection_center.printing.areas import Area
from selection_center.printing.blocks import (
    LEAST_SCALE,
    TIGHT,
    USUAL,
    Block,
    Mode,
    blocks_of,
    is_wide,
    least_points,
    per_points,
    points_of,
)
from selection_center.printing.designs import POINTS, Design, Field, Piece
from selection_center.printing.typical import LONGEST, TYPICAL
from selection_center.printing.values import Values

LARGEST_SCALE, STEP = 8.0, 0.05
SCALES = tuple(round(LARGEST_SCALE - n * STEP, 2) for n in range(round((LARGEST_SCALE - LEAST_SCALE) / STEP) + 1))
"""From the largest to the smallest."""
GAP_MM = 0.5


@dataclass(frozen=True)
class Column:
    """Pieces of a design one below the other."""

    pieces: Sequence[Piece]
    design: Design
    dots_per_mm: float

    def blocks(self, width: float, scale: float, mode: Mode, values: Values) -> list[Block]:
        return blocks_of(self.pieces, width, scale, mode, values, self.design, self.dots_per_mm)

    def usual_height(self, width: float, scale: float) -> float:
        return total(self.blocks(width, scale, USUAL, TYPICAL), scale)

    def least_height(self, width: float) -> float:
        """With the longest that can be said, each thing in a line and as small as it may be."""
        return total(self.blocks(width, LEAST_SCALE, TIGHT, LONGEST), LEAST_SCALE)

    def lacks(self, area: Area) -> float:
        """Millimetres, where it is as small as it may be."""
        return self.least_height(area.width) - area.height

    def fits(self, area: Area, scale: float) -> bool:
        """Does it go in so large: in height, and with none of its usual words cut or made smaller?"""
        if any(usual_width(piece, scale) > area.width for piece in self.pieces):
            return False
        return self.usual_height(area.width, scale) <= area.height

    def scale_in(self, area: Area) -> float:
        return largest(lambda scale: self.fits(area, scale))


def largest(fits: Callable[[float], bool]) -> float:
    """Of the scales; the smallest where none fits. What fits large fits small."""
    low, beyond = len(SCALES) - 1, -1
    while low - beyond > 1:
        middle = (low + beyond) // 2
        if fits(SCALES[middle]):
            low = middle
        else:
            beyond = middle
    return SCALES[low]


USUAL_LINES: dict[Field, tuple[str, bool, float]] = {
    Field.MEMBER: ("会员价格 ¥1,180.00", True, 1),
    Field.TIERS: ("1000–4999 件  ¥1,280.00", True, 1),
    Field.ZONE: ("A", True, 1.3),
    Field.STAND: ("A-03-2", True, 1.3),
    Field.CODE: ("7K3M-9QX2-", True, 1),
    Field.HOST: ("yp.example.com", False, 1),
}
"""What must go into one line, whether bold, and so many times its width."""
WIDE_PLATE = 1.17
"""Of a plate as wide as its cell: its letters take no more of it."""
NAME_CHARACTERS, FACT_CHARACTERS = 8, 11


def usual_width(piece: Piece, scale: float) -> float:
    """What a piece asks of a line, in mm."""
    points = points_of(piece, scale)
    if piece.size in POINTS or points <= least_points(piece) or piece.field in (Field.EAN, Field.LOGO):
        return 0.0
    if piece.field is Field.PRICE:
        return fonts.width_mm("¥1,280.00", points, True) + fonts.width_mm("/件 ", per_points(points))
    if piece.field in USUAL_LINES:
        words, bold, times = USUAL_LINES[piece.field]
        times = WIDE_PLATE if is_wide(piece) and piece.field is Field.STAND else times
        return fonts.width_mm(words, points, bold) * times
    count = NAME_CHARACTERS if piece.field is Field.NAME else FACT_CHARACTERS
    return count * points * fonts.MM_PER_POINT


def total(blocks: Sequence[Block], scale: float) -> float:
    return sum(block.height for block in blocks) + max(len(blocks) - 1, 0) * GAP_MM * scale
