"""Linesheets of 1, 4, 9 or 15 products a page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from selection_center.core import fonts
from selection_center.core.shop_time import today
from selection_center.printing.ink import Ink, Line, Photo, block, centered, high, plate, rule
from selection_center.printing.labels import APART, Paper, Placed, fitted, shared_lines
from selection_center.printing.media import Medium
from selection_center.printing.values import Values

BETWEEN_MM = 1.2


@dataclass(frozen=True)
class Look:
    """A cell's sizes: mm of its photo, points of its type, lines of names and facts, rungs of the ladder."""

    photo: float
    plate_pt: float
    name_pt: float
    fact_pt: float
    tier_pt: float
    texts: int
    tiers: int
    code_below: float
    """From the photo's top to the QR, the plate above it."""
    more_photos: int = 0


LOOKS = {
    1: Look(140.0, 24.0, 18.0, 12.0, 15.0, 7, 6, 14.0, 2),
    4: Look(62.0, 14.0, 12.0, 9.0, 11.0, 6, 5, 8.5),
    9: Look(36.0, 11.0, 9.0, 7.5, 8.5, 6, 4, 7.0),
    15: Look(26.0, 8.0, 8.0, 6.5, 7.5, 3, 2, 4.6),
}


def linesheet(medium: Medium, placed: Placed) -> list[list[Ink]]:
    """Products in columns and rows under a head with the center, the date and the page's number."""
    pages: dict[int, list[Ink]] = {}
    site = ""
    for page, position, values in placed:
        site = site or values["site"]
        pages.setdefault(page, []).extend(cell(Paper(medium), *medium.corner(position), values))
    last = max(pages, default=1)
    return [[*head(medium, site, number, last), *ink] for number, ink in sorted(pages.items())]


def head(medium: Medium, site: str, page: int, last: int) -> list[Ink]:
    right = _("%(day)s, page %(page)s of %(last)s", day=today().isoformat(), page=page, last=last)
    x = medium.page[0] - medium.left - fonts.width_mm(right, 8)
    return [
        Line(medium.left, 11, fonts.clipped(site, 120, 12, bold=True), 12, bold=True),
        Line(x, 12.2, right, 8),
        rule(medium.left, 18, medium.page[0] - 2 * medium.left),
    ]


def cell(paper: Paper, left: float, top: float, values: Values) -> list[Ink]:
    """Photo and QR side by side; under them name, spec and ladder."""
    look, width = LOOKS[paper.medium.cells], paper.medium.width
    kept = values["pictures"]
    ink: list[Ink] = [Photo(left, top, look.photo, kept[0])] if kept else []
    beside = left + look.photo + BETWEEN_MM
    ink += qr_corner(paper, look, beside, top, values)
    ink += more_photos(look, beside, top + look.photo, left + width - beside, kept[1:])
    y = top + look.photo + 1.5
    facts = [values["spec"], APART.join(f for f in (values["origin"], values["item"]) if f), values["factory"]]
    facts = [fact for fact in facts if fact]
    lines = shared_lines(values["names"][:2], width, max(look.texts - len(facts), 2), look.name_pt)
    ink += block(left, y, lines, look.name_pt, bold=True)
    y += high(look.name_pt) * len(lines)
    shown = [fonts.clipped(fact, width, look.fact_pt) for fact in facts][: look.texts - len(lines)]
    ink += block(left, y + 0.5, shown, look.fact_pt)
    return ink + prices(look, left, y + 1.5 + len(shown) * high(look.fact_pt), width, values)


def qr_corner(paper: Paper, look: Look, left: float, top: float, values: Values) -> list[Ink]:
    ink = plate(left, top, values["stand"], look.plate_pt) if values["stand"] else []
    if "address" not in values:
        return ink
    qr = paper.qr(values["address"], paper.medium.qr_room).at(left, top + look.code_below)
    points = fitted(values["code"], qr.side, look.fact_pt, 6.5)
    return [*ink, qr, centered(left, qr.y + qr.side, qr.side, values["code"], points, bold=True)]


def more_photos(look: Look, left: float, bottom: float, width: float, names: list[str]) -> list[Ink]:
    """Further pictures above each other in the corner under the QR."""
    side = min(width, 34.0)
    return [
        Photo(left, bottom - side - number * (side + BETWEEN_MM), side, name)
        for number, name in enumerate(reversed(names[: look.more_photos]))
    ]


def prices(look: Look, left: float, y: float, width: float, values: Values) -> list[Ink]:
    """The ladder, a rung a line; without prices the least quantity."""
    points = look.tier_pt
    if not values["tiers"]:
        said = APART.join([values["moq"], *(c for c in values.get("conditions", [])[:1] if not values.get("price"))])
        return [Line(left, y, fonts.clipped(said, width, points), points)]
    ink: list[Ink] = []
    for number, (quantity, price) in enumerate(values["tiers"][: look.tiers]):
        above, large = y + number * high(points), points + (2 if number == 0 else 0)
        ink.append(Line(left, above, quantity, points))
        right = left + width - fonts.width_mm(price, large, bold=True)
        ink.append(Line(right, above - (0.7 if number == 0 else 0), price, large, bold=True))
    tax = values["per"] + APART + APART.join(values["conditions"][1:])
    below, least = y + len(ink) / 2 * high(points) + 0.3, look.fact_pt - 0.5
    return [*ink, Line(left, below, fonts.clipped(tax, width, least), least)]
