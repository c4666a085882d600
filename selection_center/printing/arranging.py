"""The ways to arrange a cell: a QR in a column of its own, or in a row with a picture, with the head, or alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from selection_center.printing.areas import Area, Plan, inside
from selection_center.printing.blocks import FOOT, LEAST_SCALE, is_wide
from selection_center.printing.code_blocks import fitting_side, grown, under
from selection_center.printing.designs import Design, Field, Piece
from selection_center.printing.media import SMALLEST_QR_MM, Medium
from selection_center.printing.scaling import Column, largest

LEAST_WORDS_MM = 15.0
WIDE_HEAD_MM = 38.0
"""Beside a QR: from here on name and facts stand there, and the rest below."""
FEW = 4
"""Pieces, beside which a QR may take more than half of the width."""
TALL = 1.3
LARGEST_AUTO_QR_MM = 64.0
"""Of labels; on larger paper half of the shorter side."""
LEAST_PICTURE_MM = 14.0
ALONE_SHARES = (0.62, 0.55, 0.48, 0.42)
"""Of the height, what a QR in the middle takes: the most that leaves words large enough."""
LARGE = 1.5
"""Scale from which on words beside a large QR are large enough."""
LARGE_PLATE = 3.3
"""Scale from which on a plate as wide as its sign is read across an aisle: 72 pt."""
HEADS = {Field.STAND, Field.LOGO, Field.ZONE}
GAP_MM, ROW_GAP_MM, COLUMN_GAP_MM = 1.0, 1.5, 2.0


@dataclass(frozen=True)
class Cell:
    """What is to be arranged, and where. modules: to the side of its QR; host: below it."""

    design: Design
    medium: Medium
    modules: int
    host: str
    has_picture: bool

    @cached_property
    def whole(self) -> Area:
        return inside(self.medium)

    @cached_property
    def pieces(self) -> list[Piece]:
        """All but the picture, which has a place of its own."""
        return rest_of(self.design)

    @cached_property
    def nudge(self) -> float:
        """How far a QR's quiet zone may reach into the white edge."""
        return min(1.6, self.whole.x - 0.4) if self.design.qr else 0.0

    @property
    def largest_qr(self) -> float:
        return max(LARGEST_AUTO_QR_MM, min(self.medium.width, self.medium.height) / 2)

    def column(self, pieces: Sequence[Piece]) -> Column:
        return Column(pieces, self.design, self.medium.dots_per_mm)

    def side(self, most: float) -> float:
        """Of the QR: as the design says, else the most."""
        qr = self.design.qr
        return grown(float(qr.side) or max(most, SMALLEST_QR_MM), self.medium, self.modules) if qr else 0.0

    def under(self, side: float) -> float:
        return under(self.design, side, self.host) if side else 0.0

    @property
    def is_qr_on_right(self) -> bool:
        return bool(self.design.qr and self.design.qr.on_right)


def rest_of(design: Design) -> list[Piece]:
    return [piece for piece in design.pieces if piece.field is not Field.PICTURE]


# --- in columns -------------------------------------------------------------------------------------------------


def beside(cell: Cell) -> Plan:
    """QR in a column of its own, the picture below it or in its place, words in the other."""
    whole, side = cell.whole, column_side(cell)
    spare = whole.height + 2 * cell.nudge - side - cell.under(side)
    picture = column_picture(cell, side, spare)
    column = side - cell.nudge if side else picture
    gap = GAP_MM + whole.width * 0.012 if column else 0.0
    words = whole.width - column - gap
    at_left = not cell.is_qr_on_right
    area = Area(whole.x + column + gap if at_left and column else whole.x, whole.y, words, whole.height)
    x = whole.x - cell.nudge if at_left else whole.right - column
    y = whole.y - cell.nudge + (spare / 2 if spare > 4 and not picture else 0.0)
    rest = cell.column(cell.pieces)
    scale, lacking = rest.scale_in(area), rest.lacks(area)
    return Plan(
        scale,
        (x, y, side) if side else None,
        (x + cell.nudge, whole.bottom - picture if side else whole.y, picture) if picture else None,
        area,
        area,
        0,
        scale,
        (max(LEAST_WORDS_MM - words, 0.0), max(lacking, -spare if side else 0.0, 0.0)),
    )


def column_side(cell: Cell) -> float:
    if not cell.design.qr:
        return 0.0
    whole, tall = cell.whole, cell.whole.height + 2 * cell.nudge
    share = 0.44 if len(cell.design.pieces) > FEW else 0.56
    most = min(whole.width * share, whole.width - LEAST_WORDS_MM, cell.largest_qr)
    most = min(most, tall * 0.5) if cell.has_picture else most
    return cell.side(fitting_side(cell.design, most, tall, cell.host))


def column_picture(cell: Cell, side: float, spare: float) -> float:
    """Its side; 0 where there is none, or no room for it."""
    room = min(side - 2 * cell.nudge, spare - 2.5) if side else min(cell.whole.height, cell.whole.width * 0.4)
    return room if cell.has_picture and room >= LEAST_PICTURE_MM else 0.0


# --- in rows ----------------------------------------------------------------------------------------------------


def stacked(cell: Cell) -> Plan:
    """Head, picture and QR, words below each other; without a picture the head stands beside the QR."""
    side = cell.side(min(cell.whole.width * 0.46, cell.whole.height * 0.42, cell.largest_qr))
    left_over = cell.whole.width - side + cell.nudge - COLUMN_GAP_MM if side else cell.whole.width
    picture = row_picture(cell, side, left_over)
    if picture:
        return with_picture(cell, side, picture)
    heads = head_count(cell, left_over)
    if side and heads and left_over >= LEAST_WORDS_MM and not is_sign(cell):
        return largest_type(cell, side, left_over, heads)
    return alone(cell, LARGE_PLATE if any(is_wide(one) for one in cell.pieces) else LARGE)


def largest_type(cell: Cell, side: float, left_over: float, heads: int) -> Plan:
    """All of the head beside the QR, its plates and logos alone, or all below: where the smallest type is the largest.
    A name squeezed in beside a QR would leave half of a tall cell empty."""
    plates = head_count(cell, 0.0)
    plans = [with_head(cell, side, left_over, count) for count in sorted({heads, plates} - {0})]
    plans.append(alone(cell, max(LARGE, *(least_scale(plan) for plan in plans))))
    return max((plan for plan in reversed(plans) if not any(plan.over)), key=least_scale, default=plans[-2])


def least_scale(plan: Plan) -> float:
    return min(plan.scale, plan.head_scale)


def is_sign(cell: Cell) -> bool:
    """Is its QR to be large, with little beside it: by a plate as wide as the cell, or few words on a tall one?"""
    tall = cell.whole.height > TALL * cell.whole.width
    return any(is_wide(one) for one in cell.pieces) or (tall and len(cell.pieces) <= FEW)


def row_picture(cell: Cell, side: float, left_over: float) -> float:
    most = max(side + cell.under(side), cell.whole.height * 0.3) if side else cell.whole.height * 0.4
    room = min(left_over, most)
    return room if cell.has_picture and room >= LEAST_PICTURE_MM else 0.0


def head_count(cell: Cell, left_over: float) -> int:
    """Pieces that stand before the others: up to the last plate or logo; where it is wide, all before the foot."""
    before = first(cell.pieces, lambda one: one in FOOT)
    if cell.design.qr and left_over >= WIDE_HEAD_MM and not cell.design.has(Field.CODE):
        return before
    return max((number for number, one in enumerate(cell.pieces[:before], 1) if one.field in HEADS), default=0)


def first(pieces: Sequence[Piece], fields: Callable[[Field], bool]) -> int:
    """The number of those that stand before the first of these."""
    return next((number for number, one in enumerate(pieces) if fields(one.field)), len(pieces))


def with_head(cell: Cell, side: float, left_over: float, heads: int) -> Plan:
    """The head beside the QR, each with type as large as its part has room for."""
    whole = cell.whole
    row = side + cell.under(side) - cell.nudge
    x = whole.x if cell.is_qr_on_right else whole.right - left_over
    top, words = Area(x, whole.y, left_over, row), whole.below(whole.y + row + ROW_GAP_MM)
    head, rest = cell.column(cell.pieces[:heads]), cell.column(cell.pieces[heads:])
    corner = whole.right + cell.nudge - side if cell.is_qr_on_right else whole.x - cell.nudge
    lacking = max(head.lacks(top), rest.lacks(words), 0.0)
    qr = (corner, whole.y - cell.nudge, side)
    return Plan(rest.scale_in(words), qr, None, top, words, heads, head.scale_in(top), (too_wide(cell, side), lacking))


def with_picture(cell: Cell, side: float, picture: float) -> Plan:
    """Head, the picture beside the QR, words."""
    row = max(side + cell.under(side), picture)
    heads = head_count(cell, 0.0)
    plan = in_rows(cell, heads, row, side)
    y = cell.whole.y if not heads else plan.head.bottom + ROW_GAP_MM
    x = cell.whole.x if side else cell.whole.x + (cell.whole.width - picture) / 2
    qr = (cell.whole.right + cell.nudge - side, y - (0 if heads else cell.nudge), side) if side else None
    return replace(plan, qr=qr, picture=(x, y, picture))


def alone(cell: Cell, large: float = LARGE) -> Plan:
    """Head, the QR in the middle as large as leaves words of this scale, words; without a QR words alone."""
    heads = head_count(cell, 0.0)
    if not cell.design.qr:
        return in_rows(cell, heads, 0.0, 0.0)
    whole, tries = cell.whole, []
    for share in ALONE_SHARES if cell.pieces else (1.0,):
        most = min(whole.width + 2 * cell.nudge, whole.height * share)
        side = cell.side(fitting_side(cell.design, most, whole.height + cell.nudge, cell.host))
        plan = in_rows(cell, heads, side + cell.under(side), side)
        y = plan.head.bottom + ROW_GAP_MM if heads else whole.y - cell.nudge
        tries.append(replace(plan, qr=(whole.x + (whole.width - side) / 2, y, side), is_centred=True))
        if plan.scale >= large and not any(plan.over):
            break
    return tries[-1]


def in_rows(cell: Cell, heads: int, row: float, side: float) -> Plan:
    """Head, a row of this height, the others: all of one scale."""
    whole, head, rest = cell.whole, cell.column(cell.pieces[:heads]), cell.column(cell.pieces[heads:])

    def areas(scale: float) -> tuple[Area, Area]:
        tall = max(head.usual_height(whole.width, scale), head.least_height(whole.width)) if heads else 0.0
        above = tall + ROW_GAP_MM if heads else -cell.nudge
        below = whole.y + above + (row + ROW_GAP_MM if row else 0.0)
        return Area(whole.x, whole.y, whole.width, tall), whole.below(below)

    def fits(scale: float) -> bool:
        top, words = areas(scale)
        return head.fits(top, scale) and rest.fits(words, scale)

    least_top, least_words = areas(LEAST_SCALE)
    lacking = max(head.lacks(least_top), rest.lacks(least_words), 0.0)
    scale = largest(fits)
    top, words = areas(scale)
    return Plan(scale, None, None, top, words, heads, scale, (too_wide(cell, side), lacking))


def too_wide(cell: Cell, side: float) -> float:
    return max(side - cell.whole.width - 2 * cell.nudge, 0.0)
