"""The 3 x 3 linesheet and the stand's sign, of boxes at absolute places as labels are."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from markupsafe import Markup

from selection_center.core import fonts
from selection_center.core.shop_time import today
from selection_center.printing.labels import (
    APART,
    Paper,
    block,
    fitted,
    high,
    page_box,
    picture,
    plate,
    stylesheet,
    text,
)
from selection_center.printing.media import Medium, on_grid
from selection_center.printing.values import Values

PHOTO_MM = 36.0
NAME_PT, FACT_PT, TIER_PT = 9.0, 7.5, 8.5
SHOWN_TIERS = 4
Document = tuple[str, list[str], dict[str, bytes]]


def linesheet(medium: Medium, placed: Iterable[tuple[int, int, Values]]) -> Document:
    """Nine products a page under a head with the center, the date and the page's number."""
    paper, pages = Paper(medium), dict[int, list[Markup]]()
    site = ""
    for page, position, values in placed:
        site = site or values["site"]
        pages.setdefault(page, []).extend(cell(paper, *medium.corner(position), values))
    last = max(pages, default=1)
    sheets = [page_box([*head(medium, site, number, last), *boxes]) for number, boxes in sorted(pages.items())]
    return str(Markup("").join(sheets)), [stylesheet(medium), RULES], paper.made


def head(medium: Medium, site: str, page: int, last: int) -> list[Markup]:
    right = _("%(day)s, page %(page)s of %(last)s", day=today().isoformat(), page=page, last=last)
    x = medium.page[0] - medium.left - fonts.width_mm(right, 8)
    return [
        text(medium.left, 11, fonts.clipped(site, 120, 12, bold=True), 12, "b"),
        text(x, 12.2, right, 8),
        Markup('<div class="rule" style="left:{}mm;top:18mm;width:{}mm"></div>').format(
            f"{medium.left:g}", f"{medium.page[0] - 2 * medium.left:g}"
        ),
    ]


def cell(paper: Paper, left: float, top: float, values: Values) -> list[Markup]:
    """Photo and QR side by side; under them plate, name, spec and ladder."""
    width = paper.medium.width
    boxes = [photo(values["pictures"][0], left, top, PHOTO_MM)] if values["pictures"] else []
    boxes += qr_corner(paper, left + PHOTO_MM + 1.2, top, values)
    y = top + PHOTO_MM + 1.5
    for name in values["names"][:2]:
        lines = fonts.lines(name, width, 2 if len(values["names"]) == 1 else 1, NAME_PT, bold=True)
        boxes += block(left, y, lines, NAME_PT, "b")
        y += high(NAME_PT) * len(lines)
    facts = [values["spec"], APART.join(f for f in (values["origin"], values["item"]) if f), values["factory"]]
    shown = [fonts.clipped(fact, width, FACT_PT) for fact in facts if fact]
    boxes += block(left, y + 0.5, shown, FACT_PT)
    return boxes + prices(left, y + 1.5 + len(shown) * high(FACT_PT), width, values)


def photo(name: str, left: float, top: float, side: float) -> Markup:
    return Markup(
        '<img class="photo" src="picture:{}-card.webp" style="left:{}mm;top:{}mm;width:{}mm;height:{}mm">'
    ).format(name, f"{left:.3f}", f"{top:.3f}", f"{side:g}", f"{side:g}")


def qr_corner(paper: Paper, left: float, top: float, values: Values) -> list[Markup]:
    boxes = [plate(left, top, values["stand"], 11)] if values["stand"] else []
    if "address" not in values:
        return boxes
    qr = paper.qr(values["address"], paper.medium.qr_room)
    y = on_grid(top + 7)
    points = fitted(values["code"], qr.side, 7.5, 6.5)
    middle = left + max((qr.side - fonts.width_mm(values["code"], points, bold=True)) / 2, 0)
    return [*boxes, picture(qr, on_grid(left), y), text(middle, y + qr.side, values["code"], points, "b")]


def prices(left: float, y: float, width: float, values: Values) -> list[Markup]:
    """The ladder, a rung a line; without prices the least quantity."""
    if not values["tiers"]:
        said = APART.join([values["moq"], *(c for c in values.get("conditions", [])[:1] if not values.get("price"))])
        return [text(left, y, fonts.clipped(said, width, TIER_PT), TIER_PT)]
    boxes = []
    for number, (quantity, price) in enumerate(values["tiers"][:SHOWN_TIERS]):
        above, points = y + number * high(TIER_PT), TIER_PT + (2 if number == 0 else 0)
        boxes.append(text(left, above, quantity, TIER_PT))
        right = left + width - fonts.width_mm(price, points, bold=True)
        boxes.append(text(right, above - (0.7 if number == 0 else 0), price, points, "b"))
    tax = values["per"] + APART + APART.join(values["conditions"][1:])
    return [*boxes, text(left, y + len(boxes) / 2 * high(TIER_PT) + 0.3, fonts.clipped(tax, width, 7), 7)]


def stand_signs(medium: Medium, placed: Iterable[tuple[int, int, Values]]) -> Document:
    """A page for each stand: zone, address as large as it goes, and a QR of level Q."""
    paper = Paper(medium)
    sheets = [page_box(sign(paper, values)) for _page, _position, values in placed]
    return str(Markup("").join(sheets)), [stylesheet(medium), RULES], paper.made


def sign(paper: Paper, values: Values) -> list[Markup]:
    width, height = paper.medium.page
    room = width - 20
    points = fitted(values["stand"], room - 8, 200, 40)
    address_high = points * fonts.MM_PER_POINT * 1.1
    qr = paper.qr(values["address"], min(width * 0.62, height - address_high - 62), level="Q")
    left, y = on_grid((width - qr.side) / 2), 24 + address_high + 6
    names = [fonts.clipped(name, room, 14) for name in values["names"][:2]]
    boxes = [text(10, 10, "  ".join([values["zone"], *names]), fitted(" ".join(names), room - 12, 16, 9, bold=False))]
    boxes.append(
        Markup('<div class="door" style="left:10mm;top:21mm;width:{}mm;font-size:{}pt"><b>{}</b></div>').format(
            f"{room:g}", f"{points:g}", values["stand"]
        )
    )
    boxes.append(picture(qr, left, on_grid(y)))
    code = fonts.width_mm(values["code"], 14, bold=True)
    boxes.append(text((width - code) / 2, y + qr.side + 1, values["code"], 14, "b"))
    host = fonts.width_mm(values["host"], 9)
    return [*boxes, text((width - host) / 2, y + qr.side + 8, values["host"], 9)]


RULES = """
.rule { position: absolute; border-top: .25mm solid #000 }
.photo { object-fit: cover; image-rendering: auto }
.door { position: absolute; background: #000; padding: 1mm; border-radius: 2mm; text-align: center }
.door b { display: block; border: .6mm solid #fff; border-radius: 1.4mm; color: #fff; line-height: 1.1 }
"""
