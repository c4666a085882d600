"""Members' cards on plastic (CR80, a page each) or on A4 sheets to be cut: a static code, and no name.

Whoever finds a lost one learns neither whose it is nor which number: it identifies, and door and till look twice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from flask import current_app

from selection_center.core import codes, fonts, i18n, pdf
from selection_center.membership.cards import Card
from selection_center.printing.media import OFFICE_DOTS
from selection_center.printing.values import spoken

CARDS_CSS = Path(__file__).parents[2] / "static" / "css" / "paper-cards.css"
CR80 = (85.6, 53.98)
"""Width and height of a card in mm (ISO/IEC 7810, ID-1)."""
COLUMNS, ROWS = 2, 5
A_SHEET = COLUMNS * ROWS
SMALLEST_SYMBOL_MM = 14.5
NAME_MM, SMALLEST_NAME = 75.0, 7.0
PAPERS = ("cr80", "a4")
MOST = 200
"""Cards of one file."""


def cards_pdf(cards: Sequence[Card], paper: str) -> bytes:
    """On the paper named so, in this order."""
    address = codes.address(cards[0].code, current_app.config["PUBLIC_URL"], "M")
    modules = len(codes.qr_matrix(address, "M"))
    dots = math.ceil(SMALLEST_SYMBOL_MM * OFFICE_DOTS / modules)
    per_page = A_SHEET if paper == "a4" else 1
    pages = [cards[start : start + per_page] for start in range(0, len(cards), per_page)]
    html = current_app.jinja_env.get_template("print/cards.html").render(
        pages=[[(card, *corner(place, paper)) for place, card in enumerate(page)] for page in pages],
        paper=paper,
        width=CR80[0],
        height=CR80[1],
        ticks=ticks() if paper == "a4" else [],
        qr_side=f"{(modules + 2 * codes.QUIET_MODULES) * dots / OFFICE_DOTS:.4f}",
        language=spoken(i18n.language()),
        both=i18n.language() == i18n.BOTH,
        name_points=name_points(cards[0].member.site.label),
    )
    made = {f"qr-{card.id}.png": qr_of(card, dots) for card in cards}
    return pdf.render(fonts.settable(html), stylesheets=[CARDS_CSS.read_text()], made=made, pages=len(pages))


def name_points(name: str) -> float:
    """The type size at which each line of the store's name fits beside the edges."""
    points = 12.0
    while (
        points > SMALLEST_NAME and max(fonts.width_mm(line, points, bold=True) for line in name.split("\n")) > NAME_MM
    ):
        points -= 0.5
    return points


def qr_of(card: Card, dots: int) -> bytes:
    return codes.qr_png_1bit(codes.address(card.code, current_app.config["PUBLIC_URL"], "M"), "M", dots)


def corner(place: int, paper: str) -> tuple[float, float]:
    """Left and top in mm of the card at this place of its page, counted from 0."""
    if paper != "a4":
        return 0.0, 0.0
    row, column = divmod(place, COLUMNS)
    return round(left() + column * CR80[0], 3), round(top() + row * CR80[1], 3)


def left() -> float:
    return (210.0 - COLUMNS * CR80[0]) / 2


def top() -> float:
    return (297.0 - ROWS * CR80[1]) / 2


def ticks() -> list[tuple[float, float, float, float]]:
    """Where to cut: short marks in the margin, as (left, top, width, height) in mm."""
    across = [left() + column * CR80[0] for column in range(COLUMNS + 1)]
    down = [top() + row * CR80[1] for row in range(ROWS + 1)]
    marks = [(x, y, 0.1, 4.0) for x in across for y in (down[0] - 5, down[-1] + 1)]
    marks += [(x, y, 4.0, 0.1) for y in down for x in (across[0] - 5, across[-1] + 1)]
    return [(round(a, 3), round(b, 3), c, d) for a, b, c, d in marks]
