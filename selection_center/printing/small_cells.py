"""Labels for square cells, which have no room for words beside a QR: it stands above them."""

from __future__ import annotations

from selection_center.core import fonts
from selection_center.printing.ink import Ink, centered, high
from selection_center.printing.labels import (
    CODE_PT,
    SMALL_PT,
    Paper,
    Placed,
    fitted,
)
from selection_center.printing.media import Medium
from selection_center.printing.values import Values

SIDE = 1.0
"""What words keep from the sides of a square cell."""


def square_sheets(medium: Medium, placed: Placed) -> list[list[Ink]]:
    """The pages of labels given as (page, position, values), pages in order."""
    pages: dict[int, list[Ink]] = {}
    for page, position, values in placed:
        pages.setdefault(page, []).extend(square_label(Paper(medium), *medium.corner(position), values))
    return [pages.get(number, []) for number in range(1, max(pages, default=1) + 1)]


def square_label(paper: Paper, left: float, top: float, values: Values) -> list[Ink]:
    """QR; under it code, name and price."""
    medium = paper.medium
    qr = paper.qr(values["address"], medium.qr_room)
    qr = qr.at(left + (medium.width - qr.side) / 2, top + 0.1)
    x, y, room = left + SIDE, qr.y + qr.side, medium.width - 2 * SIDE
    said = [(values["code"], fitted(values["code"], room, CODE_PT, 5.5), True)]
    said += [(fonts.clipped(name, room, SMALL_PT), SMALL_PT, False) for name in values["names"][:1]]
    if values.get("price"):
        price = values["price"] + values["per"]
        said.append((price, fitted(price, room, 8, 5), True))
    ink: list[Ink] = [qr]
    for words, points, bold in said:
        ink.append(centered(x, y, room, words, points, bold))
        y += high(points)
    return ink
