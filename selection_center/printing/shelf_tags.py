"""Shelf tags (货架价签): both prices in black, to be read while walking, with all that the rules of price tags ask."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from markupsafe import Markup

from selection_center.catalog.models import Listing
from selection_center.catalog.pricing import Wanted, price_offer
from selection_center.catalog.terms import offer_terms
from selection_center.core import fonts, i18n
from selection_center.core.money import show_fen
from selection_center.core.shop_time import today
from selection_center.printing.labels import APART, Paper, block, fitted, high, page_box, picture, stylesheet, text
from selection_center.printing.media import Medium, on_grid
from selection_center.printing.values import Values, code_values, names, origin, shown_sku, spoken
from selection_center.samples.models import Sample

Document = tuple[str, list[str], dict[str, bytes]]
EDGE = 3.0
NAME_PT, FACT_PT, PRICE_PT, OTHERS_PT = 11.0, 7.0, 40.0, 9.0
LEAST_PRICE_PT = 20.0
FEN = 0.5
"""Type size of the fen over that of the yuan."""
CHIP_MM = 8.4
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


def document(medium: Medium, placed: Iterable[tuple[int, int, Values]]) -> Document:
    """HTML, stylesheets and pictures of tags given as (page, position, values), pages in order."""
    paper, pages = Paper(medium), dict[int, list[Markup]]()
    for page, position, values in placed:
        pages.setdefault(page, []).extend(tag(paper, *medium.corner(position), values))
    last = max(pages, default=1)
    sheets = [page_box(pages.get(number, [])) for number in range(1, last + 1)]
    return str(Markup("").join(sheets)), [stylesheet(medium), RULES], paper.made


def tag(paper: Paper, left: float, top: float, values: Values) -> list[Markup]:
    """Name; spec, origin, grade; chip and price; the others' price; code; condition, day and hotline; QR at right."""
    medium = paper.medium
    x, room = left + EDGE, medium.width - 2 * EDGE
    foot = top + medium.height - EDGE - high(FACT_PT)
    boxes, y = head(x, top + EDGE - 0.6, room, values)
    beside = room
    if "address" in values:
        qr = paper.qr(values["address"], medium.qr_room)
        qr_left = on_grid(left + medium.width - EDGE + qr.quiet - qr.side)
        boxes.append(picture(qr, qr_left, on_grid(foot - 0.3 - qr.side)))
        beside = qr_left - x
    below = foot - 0.9 - high(FACT_PT)
    boxes += price_boxes(x, y, beside, below - high(OTHERS_PT) - y, values)
    boxes.append(text(x, below, values.get("code", ""), FACT_PT, "b"))
    if values["member_price"]:
        boxes.append(text(x, below - high(OTHERS_PT), others_words(values, beside), OTHERS_PT, "b"))
    return boxes + foot_boxes(x, foot, room, values)


def head(x: float, y: float, room: float, values: Values) -> tuple[list[Markup], float]:
    """One name as large as it fits, or two smaller; and what it is, in one line."""
    boxes: list[Markup] = []
    points = NAME_PT if len(values["names"]) == 1 else 8.5
    for name in values["names"][:2]:
        size = fitted(name, room, points, 8)
        boxes.append(text(x, y, fonts.clipped(name, room, size, bold=True), size, "b"))
        y += high(size)
    told = [("spec", _("Spec")), ("origin", _("Origin")), ("grade", _("Grade"))]
    facts = APART.join(f"{word} {values[key]}" for key, word in told if values[key])
    boxes.append(text(x, y, fonts.clipped(facts, room, FACT_PT), FACT_PT))
    return boxes, y + high(FACT_PT)


def price_boxes(x: float, y: float, room: float, height: float, values: Values) -> list[Markup]:
    """The lower price as large as there is room for; the fen smaller beside it, and the unit under them."""
    shown = values["member_price"] or values["price"]
    if not shown:
        return block(x, y + 3, [_("Ask for the price")], 12, "b")
    boxes = []
    if values["member_price"]:
        boxes.append(chip(x, y + 2.6))
        x, room = x + CHIP_MM + 0.8, room - CHIP_MM - 0.8
    yuan, fen = shown.lstrip("¥").split(".")
    points = min(PRICE_PT, height / fonts.MM_PER_POINT // 0.5 * 0.5)
    while points > LEAST_PRICE_PT and price_width(yuan, fen, points, values["per"]) > room:
        points -= 0.5
    drop = y + (height - points * fonts.MM_PER_POINT) * 0.6 - 1.6
    sign = fonts.width_mm("¥", points * FEN)
    after = x + sign + 0.3 + fonts.width_mm(yuan, points, bold=True)
    base = points * fonts.MM_PER_POINT
    boxes.append(text(x, drop + base * 0.56, "¥", points * FEN))
    boxes.append(text(x + sign + 0.3, drop, yuan, points, "b"))
    boxes.append(text(after, drop + base * 0.1, f".{fen}", points * FEN, "b"))
    return [*boxes, text(after + 0.6, drop + base * 0.83, values["per"], FACT_PT)]


def price_width(yuan: str, fen: str, points: float, per: str) -> float:
    """Of the whole in mm, sign and unit included."""
    beside = max(fonts.width_mm(f".{fen}", points * FEN, bold=True), fonts.width_mm(per, FACT_PT) + 0.6)
    return fonts.width_mm("¥", points * FEN) + 0.3 + fonts.width_mm(yuan, points, bold=True) + beside


def chip(x: float, y: float) -> Markup:
    """会员价格 in a black square: no colour says it."""
    return Markup('<div class="chip" style="left:{}mm;top:{}mm"><b>{}<br>{}</b></div>').format(
        f"{x:.3f}", f"{y:.3f}", _("Member"), _("price")
    )


def others_words(values: Values, room: float) -> str:
    full = _("Non-member price %(price)s %(per)s", price=values["price"], per=values["per"])
    short = _("Non-member %(price)s", price=values["price"])
    return str(full if fonts.width_mm(full, OTHERS_PT, bold=True) <= room else short)


def foot_boxes(x: float, y: float, room: float, values: Values) -> list[Markup]:
    """For whom the lower price is, tax, the day, and where to complain."""
    condition = _("Member code, tax incl.") if values["member_price"] else _("Tax included")
    hotline = _("Hotline %(number)s", number=HOTLINE)
    wide = fonts.width_mm(hotline, FACT_PT)
    day = fonts.width_mm(values["day"], FACT_PT)
    middle = x + room - wide - day - 3
    rule = Markup('<div class="rule" style="left:{}mm;top:{}mm;width:{}mm"></div>').format(
        f"{x:.3f}", f"{y - 0.2:.3f}", f"{room:.3f}"
    )
    return [
        rule,
        text(x, y, fonts.clipped(condition, middle - x - 1, FACT_PT), FACT_PT),
        text(middle, y, values["day"], FACT_PT),
        text(x + room - wide, y, hotline, FACT_PT),
    ]


RULES = f"""
.rule {{ position: absolute; border-top: .25mm solid #000 }}
.chip {{ position: absolute; width: {CHIP_MM}mm; background: #000; color: #fff; border-radius: .8mm;
  padding: .8mm 0; text-align: center; font-size: 9pt; line-height: 1.15 }}
"""
