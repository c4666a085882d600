"""A design drawn into a cell: QR, picture and words in their places, type as large as the cell has room for.

A label that says more than usual takes the room that is left, then smaller type; then it goes without what matters
least, and at last ends its lines in an ellipsis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from selection_center.printing.areas import Area, Plan
from selection_center.printing.arranging import HEADS, rest_of
from selection_center.printing.blocks import LAVISH, LEAST_SCALE, SHORT_NAMES, TIGHT, USUAL, Block, Mode
from selection_center.printing.code_blocks import code_block
from selection_center.printing.designs import CENTIMETRES, Design, Field, Piece
from selection_center.printing.ink import Ink, Photo, in_the_middle
from selection_center.printing.labels import Paper
from selection_center.printing.media import Medium
from selection_center.printing.planning import plan_of
from selection_center.printing.scaling import GAP_MM, Column, total
from selection_center.printing.values import Values

WHOLE_SHARE = 0.6
"""So much smaller type may become while all goes in with as many lines as it likes."""
SMALL_PRINT = 0.7
"""The least scale then: 6 pt."""
SMALLER = 0.95
LEFT_OUT = (
    Field.SITE, Field.HOTLINE, Field.DAY, Field.COUNT, Field.CARTON, Field.BADGES, Field.MERCHANT, Field.FACTORY,
    Field.ITEM, Field.GRADE, Field.ORIGIN,
)  # fmt: skip
"""What a label goes without, the first of these first, before anything else is cut short."""
LAST_RESORTS = (LEAST_SCALE, 0.7, 0.6, 0.5, 0.4)
"""Small print is better than ink on the neighbour's label."""


def composed(design: Design, paper: Paper, left: float, top: float, values: Values) -> list[Ink]:
    """One cell."""
    medium, qr = paper.medium, design.qr if "address" in values else None
    modules = paper.qr(values["address"], 20, qr.level).bitmap.side if qr else 0
    plan = plan_of(replace(design, qr=qr), medium, modules, host_of(values), bool(values.get("pictures")))
    ink: list[Ink] = []
    if qr and plan.qr:
        corner = (left + plan.qr[0], top + plan.qr[1])
        ink += code_block(design, paper, corner, plan.qr[2], qr, values)
    if plan.picture and values.get("pictures"):
        ink.append(Photo(left + plan.picture[0], top + plan.picture[1], plan.picture[2], values["pictures"][0]))
    for pieces, area, scale in parts(design, plan):
        column = Column(pieces, design, medium.dots_per_mm)
        ink += filled(column, replace(area, x=left + area.x, y=top + area.y), scale, values, plan.is_centred)
    return ink


def host_of(values: Values) -> str:
    return str(values.get("host", ""))


def parts(design: Design, plan: Plan) -> list[tuple[list[Piece], Area, float]]:
    """What stands in the head, and the others; the picture has a place of its own."""
    pieces = rest_of(design)
    return [(pieces[: plan.heads], plan.head, plan.head_scale), (pieces[plan.heads :], plan.words, plan.scale)]


def filled(column: Column, area: Area, scale: float, values: Values, is_centred: bool) -> list[Ink]:
    """The pieces in their area, those of the foot at its bottom."""
    blocks, scale = settled(column, area, scale, values)
    slack = max(area.height - total(blocks, scale), 0.0)
    gaps = max(len(blocks) - 1, 0)
    more = min(slack / gaps, 3 * GAP_MM * scale) if gaps else 0.0
    slack -= more * gaps
    has_foot = any(block.is_foot for block in blocks) and not blocks[0].is_foot
    starts = has_foot or not column.pieces or column.pieces[0].field in HEADS
    ink: list[Ink] = []
    y = area.y if starts else area.y + slack * 0.4
    for number, block in enumerate(blocks, 1):
        drawn = block.draw(area.x, y)
        ink += in_the_middle(drawn, area.x, area.width) if is_centred else drawn
        y += block.height + GAP_MM * scale + more
        if has_foot and number < len(blocks) and blocks[number].is_foot and not block.is_foot:
            y += slack
    return ink


@dataclass(frozen=True)
class Try:
    """To set pieces so large, in so many lines; `whole`: only if nothing ends in an ellipsis."""

    pieces: Sequence[Piece]
    scale: float
    mode: Mode
    whole: bool = False


def settled(column: Column, area: Area, scale: float, values: Values) -> tuple[list[Block], float]:
    """The blocks of the first try that goes in; of the last one where none does."""
    for tried in tries(column.pieces, scale):
        blocks = replace(column, pieces=tried.pieces).blocks(area.width, tried.scale, tried.mode, values)
        fits = total(blocks, tried.scale) <= area.height + 1e-6
        if fits and not (tried.whole and any(block.is_cut for block in blocks)):
            break
    return blocks, tried.scale


def tries(pieces: Sequence[Piece], scale: float) -> Iterator[Try]:
    """The medium's scale with all the lines that they like; smaller; without what matters least; with names cut short,
    then everything."""
    least = max(SMALL_PRINT, WHOLE_SHARE * scale)
    smaller = shrinking(scale, least)
    yield from (Try(pieces, step, LAVISH, whole=True) for step in smaller)
    left = pieces
    for field in LEFT_OUT:
        if any(piece.field is field for piece in left):
            left = [piece for piece in left if piece.field is not field]
            yield Try(left, least, LAVISH, whole=True)
    yield from (Try(left, least, mode, whole=True) for mode in SHORT_NAMES)
    yield from (Try(pieces, step, LAVISH) for step in smaller if step >= LEAST_SCALE)
    yield from (Try(pieces, step, USUAL) for step in shrinking(scale, LEAST_SCALE))
    yield from (Try(pieces, step, TIGHT) for step in LAST_RESORTS)


def shrinking(scale: float, least: float) -> list[float]:
    """From this scale down to the least, each a little smaller."""
    found = [scale]
    while found[-1] > least:
        found.append(max(found[-1] * SMALLER, least))
    return found


def qr_warning(design: Design, medium: Medium, address: str, host: str) -> str:
    """In words, where a phone at the distance chosen would not read the QR; "" where it does."""
    qr, paper = design.qr, Paper(medium)
    if qr is None:
        return ""
    modules = paper.qr(address, 20, qr.level).bitmap.side
    plan = plan_of(design, medium, modules, host, design.has(Field.PICTURE))
    if plan.qr is None:
        return ""
    module = paper.qr(address, plan.qr[2], qr.level).module
    if module >= qr.least_module - 1e-9:
        return ""
    return str(
        _(
            "The QR's squares are %(module)s mm; read from %(distance)s cm they should be %(least)s mm. "
            "Take a larger QR or paper, a lower level, or a nearer distance.",
            module=f"{module:.2f}",
            least=f"{qr.least_module:.2f}",
            distance=CENTIMETRES[qr.distance],
        )
    )
