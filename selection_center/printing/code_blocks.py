"""A QR with what a person types when no camera will do below it: how large it is, and how it is drawn."""

from __future__ import annotations

import math

from selection_center.core import codes
from selection_center.printing.designs import Design, Field, Qr
from selection_center.printing.ink import Ink, centered, high
from selection_center.printing.labels import Paper, chunks, fitted
from selection_center.printing.media import SMALLEST_QR_MM, Medium
from selection_center.printing.values import Values

HOST_SHARE = 0.72
LEAST_HOST_PT = 6.5


def code_points(side: float) -> float:
    """As wide as the symbol, mostly."""
    return fitted("7K3M-9QX2-ATC", side * 0.84, 16.0, 6.5)


def host_points(side: float) -> float:
    return max(LEAST_HOST_PT, code_points(side) * HOST_SHARE // 0.5 * 0.5)


def host_chunks(host: str, side: float) -> list[str]:
    return chunks(host, side - 1, host_points(side))


def under(design: Design, side: float, host: str) -> float:
    """Height of what stands below a QR of this side; nothing where the code is a piece of its own."""
    if design.has(Field.CODE):
        return 0.0
    return high(code_points(side)) + len(host_chunks(host, side)) * high(host_points(side))


def fitting_side(design: Design, most: float, tall: float, host: str) -> float:
    """The largest side whose code and host fit below it."""
    side = most
    while side > SMALLEST_QR_MM and side + under(design, side, host) > tall:
        side -= 0.5
    return max(side, SMALLEST_QR_MM)


def grown(side: float, medium: Medium, modules: int) -> float:
    """The side in whole dots that a QR of so many modules takes of this room; never below what can be read."""
    count = modules + 2 * codes.QUIET_MODULES
    dots = medium.module_dots(count, side)
    if dots * count / medium.dots_per_mm < SMALLEST_QR_MM:
        dots = math.ceil(SMALLEST_QR_MM * medium.dots_per_mm / count)
    return dots * count / medium.dots_per_mm + 1e-6


def code_block(
    design: Design, paper: Paper, corner: tuple[float, float], room: float, qr: Qr, values: Values
) -> list[Ink]:
    """The QR and, unless they are pieces of their own, its code in groups and the host below it."""
    x, y = corner
    drawn = paper.qr(values["address"], room, qr.level)
    drawn = drawn.at(x + (room - drawn.side) / 2, y)
    if design.has(Field.CODE):
        return [drawn]
    below, points = drawn.y + drawn.side, code_points(drawn.side)
    fitting = fitted(values["code"], drawn.side - 1, points, 5.5)
    ink: list[Ink] = [drawn, centered(drawn.x, below, drawn.side, values["code"], fitting, bold=True)]
    below += high(points)
    for host in host_chunks(values["host"], drawn.side):
        ink.append(centered(drawn.x, below, drawn.side, host, host_points(drawn.side)))
        below += high(host_points(drawn.side))
    return ink
