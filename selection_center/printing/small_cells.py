"""Labels for square cells, which have no room for words beside a QR: it stands above them."""

from __future__ import annotations

from selection_center.printing.ink import Ink, centered, high
from selection_center.printing.labels import CODE_PT, SMALL_PT, Paper, fitted, shared_lines
from selection_center.printing.values import Values

SIDE = 1.0
"""What words keep from the sides of a square cell."""


def square_label(paper: Paper, left: float, top: float, values: Values) -> list[Ink]:
    """QR; under it code, name and price."""
    medium = paper.medium
    qr = paper.qr(values["address"], medium.qr_room)
    qr = qr.at(left + (medium.width - qr.side) / 2, top + 0.1)
    x, y, room = left + SIDE, qr.y + qr.side, medium.width - 2 * SIDE
    code, price = values["code"], (values["price"] + values["per"]) if values.get("price") else ""
    price_pt = fitted(price, room, 8, 5)
    below = top + medium.height - medium.edge - (high(price_pt) if price else 0)
    said = [(code, fitted(code, room, CODE_PT, 5.5), True)]
    count = max(int((below - y - high(said[0][1])) / high(SMALL_PT)), 1)
    said += [(line, SMALL_PT, False) for line in shared_lines(values["names"][:2], room, count, SMALL_PT, bold=False)]
    said += [(price, price_pt, True)] if price else []
    ink: list[Ink] = [qr]
    for words, points, bold in said:
        ink.append(centered(x, y, room, words, points, bold))
        y += high(points)
    return ink
