"""Shelf tags (货架价签): both prices in black, to be read while walking, with all that the rules of price tags ask."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import gettext as _

from selection_center.catalog.models import Listing
from selection_center.catalog.pricing import Wanted, price_offer
from selection_center.catalog.terms import offer_terms
from selection_center.core import fonts, i18n
from selection_center.core.money import show_fen
from selection_center.core.shop_time import today
from selection_center.printing.areas import Area
from selection_center.printing.blocks import even_lines
from selection_center.printing.ink import Box, Ink, Line, Symbol, block, centered, high, rule
from selection_center.printing.labels import APART, Paper, code_lines, fitted
from selection_center.printing.values import Values, code_values, names, origin, shown_sku, spoken
from selection_center.samples.models import Sample

SIZE_MM = (70.0, 38.0)
"""The tag that the sizes below are said for; on a larger one all grows."""
EDGE = 3.0
NAME_PT, NAMES_PT, LEAST_NAME_PT, FACT_PT, PRICE_PT, OTHERS_PT = 11.0, 8.5, 8.0, 7.0, 40.0, 9.0
LEAST_FACT_PT = 6.0
LEAST_PRICE_PT = 6.0
"""Half a price is a wrong one: it becomes smaller instead of shorter."""
FEN = 0.5
"""Type size of the fen over that of the yuan."""
CHIP_MM, CHIP_EDGE_MM, CHIP_PT, CHIP_LINE = 8.4, 0.8, 9.0, 1.15
CHIP_HIGH_MM = 2 * (CHIP_PT * fonts.MM_PER_POINT * CHIP_LINE + CHIP_EDGE_MM)
TALL = 1.2
"""Height over width from which on the QR stands below the price."""
WIDE_SHARE = 0.66
"""Of the height inside, what the QR may take beside the price."""
TWO_LINES_MM = 36.0
"""Height inside from which on a name that stands alone may take two lines."""
TALL_SHARE = 1.3
"""So much larger words become on a tall tag, which has lines to spare for them."""
GRADES = ("等级", "质量等级", "产品等级", "grade")
HOTLINE = "12315"


# --- what it says -----------------------------------------------------------------------------------------------


def shelf_values(sample: Sample, language: str) -> Values:
    """Everything that the tag of this shelf facing says: what the till asks for one piece, of members and of others."""
    listing, sku = sample.listing, shown_sku(sample)
    with i18n.speaking(spoken(language)):
        said: Values = code_values(sample.code or "") if sample.code else {}
        said |= {
            "names": names(listing, language),
            "spec": sku.label if sample.sku_id or len(listing.skus) == 1 else "",
            "unit": listing.unit_label,
            "origin": origin(listing),
            "grade": grade(listing),
            "stand": sample.stand.address if sample.stand else "",
            "per": _("yuan/%(unit)s", unit=listing.unit_label),
            "day": today().isoformat(),
        }
        return said | prices(listing, sku.id)


def grade(listing: Listing) -> str:
    """As the offer's attributes tell it."""
    for name_zh, value_zh, name_en, value_en in listing.attributes:
        if name_zh in GRADES or name_en.lower() in GRADES:
            return i18n.in_language(value_zh, value_en)
    return ""


def prices(listing: Listing, sku_id: int) -> Values:
    """The lead price and, where members pay less, the other one beside it."""
    line = price_offer(offer_terms(listing), [Wanted(sku_id, 1)], moq_waived=True).lines[0]
    if line.marked_fen is None:
        return {"price": "", "member_price": ""}
    member = line.member_fen if line.member_fen is not None and line.member_fen < line.marked_fen else None
    return {
        "price": show_fen(line.marked_fen),
        "price_fen": line.marked_fen,
        "member_price": show_fen(member) if member is not None else "",
    }


# --- how it looks -----------------------------------------------------------------------------------------------


def tag(paper: Paper, left: float, top: float, values: Values) -> list[Ink]:
    """Name; spec, origin, grade; chip and price; the others' price; code; condition, day and hotline; QR at right."""
    medium = paper.medium
    by = max(min(medium.width / SIZE_MM[0], medium.height / SIZE_MM[1]), 1.0)
    area = Area(left + EDGE * by, top + EDGE * by, medium.width - 2 * EDGE * by, medium.height - 2 * EDGE * by)
    return (tall if medium.height > TALL * medium.width else wide)(paper, area, by, values)


def wide(paper: Paper, area: Area, by: float, values: Values) -> list[Ink]:
    """The QR beside the price."""
    fact, others = FACT_PT * by, OTHERS_PT * by
    foot = area.bottom - high(fact)
    qr = symbol(paper, min(paper.medium.qr_room * by, area.height * WIDE_SHARE), area.right, foot - 0.3, values)
    beside = (qr[0].x if qr else area.right) - area.x
    lines = 2 if area.height > TWO_LINES_MM * by and len(values["names"]) == 1 else 1
    ink, y = named(area, area.y - 0.6, lines, by, values)
    room = beside if qr and y + high(fact) > qr[0].y else area.width
    facts, y = fact_ink(replace(area, width=room), y, 1, by, values)
    below = foot - 0.9 - high(fact)
    ink += price_ink(Area(area.x, y, beside, below - high(others) - y), by, values)
    ink.append(Line(area.x, below, values.get("code", ""), fact, bold=True))
    ink += others_ink(area.x, below - high(others), beside, others, values)
    return ink + facts + qr + foot_ink(area.x, foot, area.width, fact, values)


def tall(paper: Paper, area: Area, by: float, values: Values) -> list[Ink]:
    """The QR below the price, which has the whole width."""
    fact, others, by = FACT_PT * by, OTHERS_PT * by * TALL_SHARE, by * TALL_SHARE
    foot = area.bottom - high(fact)
    ink, y = named(area, area.y, 3, by, values)
    facts, y = fact_ink(area, y, 3, by, values)
    qr = symbol(paper, area.width * 0.62, area.right, foot - 0.6, values)
    row = min((symbol.y for symbol in qr), default=foot - 0.6)
    low = row - high(others) - 1.5 * by
    ink += price_ink(Area(area.x, y, area.width, low - y), by, values)
    ink += others_ink(area.x, low, area.width, others, values)
    beside = (qr[0].x if qr else area.right) - area.x
    code = values.get("code", "")
    points = fitted(code[:10], beside, fact * 1.6, 5.5)
    ink += block(area.x, foot - 2 * high(points) - 2 * by, code_lines(code), points, bold=True)
    return ink + facts + qr + foot_ink(area.x, foot, area.width, fact, values)


def symbol(paper: Paper, room: float, right: float, bottom: float, values: Values) -> list[Symbol]:
    """The QR, its quiet zone reaching into the edge; none where the tag has no code."""
    if "address" not in values:
        return []
    qr = paper.qr(values["address"], room)
    beyond = min(qr.quiet, EDGE)
    return [qr.at(right + beyond - qr.side, bottom - qr.side)]


def named(area: Area, y: float, lines: int, by: float, values: Values) -> tuple[list[Ink], float]:
    """One name as large as it fits, or two smaller, in so many lines each; and where they end."""
    ink: list[Ink] = []
    points = (NAME_PT if len(values["names"]) == 1 else NAMES_PT) * by
    for name in values["names"][:2]:
        size = fitted(name, area.width * lines, points, LEAST_NAME_PT * by)
        said = even_lines(name, area.width, lines, size, bold=True)
        ink += block(area.x, y, said, size, bold=True)
        y += len(said) * high(size)
    return ink, y


def fact_ink(area: Area, y: float, lines: int, by: float, values: Values) -> tuple[list[Ink], float]:
    """What it is, in so many lines; and where they end."""
    told = [("spec", _("Spec")), ("origin", _("Origin")), ("grade", _("Grade"))]
    facts = APART.join(f"{word} {values[key]}" for key, word in told if values[key])
    size = fitted(facts, area.width * lines, FACT_PT * by, LEAST_FACT_PT, bold=False)
    said = fonts.lines(facts, area.width, lines, size)
    return block(area.x, y, said, size), y + max(len(said), 1) * high(size)


def price_ink(area: Area, by: float, values: Values) -> list[Ink]:
    """The lower price as large as there is room for; the fen smaller beside it, and the unit under them."""
    shown = values["member_price"] or values["price"]
    x, room, unit = area.x, area.width, FACT_PT * by
    if not shown:
        return block(x, area.y + 3 * by, [_("Ask for the price")], 12 * by, bold=True)
    ink = []
    if values["member_price"]:
        size = min(by, area.height / CHIP_HIGH_MM)
        ink += chip(x, area.y + min(2.6 * by, area.height - CHIP_HIGH_MM * size), size)
        x, room = x + (CHIP_MM + 0.8) * size, room - (CHIP_MM + 0.8) * size
    yuan, fen = shown.lstrip("¥").split(".")
    points = min(PRICE_PT * by, area.height / fonts.MM_PER_POINT // 0.5 * 0.5)
    while points > LEAST_PRICE_PT and price_width(yuan, fen, points, values["per"], unit) > room:
        points -= 0.5
    base = points * fonts.MM_PER_POINT
    drop = area.y + (area.height - base) * 0.6 - 1.6
    sign = fonts.width_mm("¥", points * FEN)
    after = x + sign + 0.3 + fonts.width_mm(yuan, points, bold=True)
    ink.append(Line(x, drop + base * 0.56, "¥", points * FEN))
    ink.append(Line(x + sign + 0.3, drop, yuan, points, bold=True))
    ink.append(Line(after, drop + base * 0.1, f".{fen}", points * FEN, bold=True))
    return [*ink, Line(after + 0.6, drop + base * 0.83, values["per"], min(unit, points * FEN))]


def price_width(yuan: str, fen: str, points: float, per: str, unit: float) -> float:
    """Of the whole in mm, sign and unit included."""
    fen_wide = fonts.width_mm(f".{fen}", points * FEN, bold=True)
    beside = max(fen_wide, fonts.width_mm(per, min(unit, points * FEN)) + 0.6)
    return fonts.width_mm("¥", points * FEN) + 0.3 + fonts.width_mm(yuan, points, bold=True) + beside


def chip(x: float, y: float, by: float) -> list[Ink]:
    """会员价格 in a black square: no colour says it."""
    wide, edge, lead = CHIP_MM * by, CHIP_EDGE_MM * by, CHIP_PT * by * fonts.MM_PER_POINT * CHIP_LINE
    ink: list[Ink] = [Box(x, y, wide, 2 * (lead + edge), 0.8 * by)]
    for number, word in enumerate((_("Member"), _("price"))):
        points = fitted(word, wide - edge, CHIP_PT * by, 4, bold=False)
        above = y + edge + number * lead + (lead - high(points)) / 2
        ink.append(replace(centered(x, above, wide, word, points), white=True))
    return ink


def others_ink(x: float, y: float, room: float, points: float, values: Values) -> list[Ink]:
    """What those pay who are no members, where that is another price."""
    if not values["member_price"]:
        return []
    full = _("Non-member price %(price)s %(per)s", price=values["price"], per=values["per"])
    short = _("Non-member %(price)s", price=values["price"])
    words = str(full if fonts.width_mm(full, points, bold=True) <= room else short)
    return [Line(x, y, words, fitted(words, room, points, 4), bold=True)]


def foot_ink(x: float, y: float, room: float, points: float, values: Values) -> list[Ink]:
    """For whom the lower price is, tax, the day, and where to complain."""
    condition = _("Member code, tax incl.") if values["member_price"] else _("Tax included")
    hotline = _("Hotline %(number)s", number=HOTLINE)
    wide = fonts.width_mm(hotline, points)
    day = fonts.width_mm(values["day"], points)
    middle = x + room - wide - day - 3
    return [
        rule(x, y - 0.2, room),
        Line(x, y, fonts.clipped(condition, middle - x - 1, points), points),
        Line(middle, y, values["day"], points),
        Line(x + room - wide, y, hotline, points),
    ]
