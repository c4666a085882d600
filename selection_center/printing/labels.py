"""Labels on their sheets: what stands in a cell, and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from selection_center.core import codes, fonts, qr_batches
from selection_center.printing.ink import Ink, Line, Symbol, block, centered, high, plate
from selection_center.printing.media import Face, Medium
from selection_center.printing.values import Values

CODE_PT, HOST_PT, NAME_PT, SMALL_PT = 7.0, 6.5, 9.0, 7.0
GAP = 0.6
APART = "   "
"""Between short facts in one line."""
Placed = Iterable[tuple[int, int, Values]]


@dataclass(frozen=True)
class Paper:
    """What labels are drawn on."""

    medium: Medium

    def qr(self, address: str, room: float, level: codes.Level = "M") -> Symbol:
        """As large as the room allows, still to be placed."""
        bitmap = qr_batches.bitmap(address, level)
        dots = self.medium.module_dots(bitmap.side + 2 * codes.QUIET_MODULES, room)
        return Symbol(0, 0, bitmap, dots, self.medium.dots_per_mm, address, level)


def sheets(medium: Medium, placed: Placed) -> list[list[Ink]]:
    """The pages of labels given as (page, position, values), pages in order."""
    pages: dict[int, list[Ink]] = {}
    for page, position, values in placed:
        pages.setdefault(page, []).extend(label(Paper(medium), position, values))
    return [pages.get(number, []) for number in range(1, max(pages, default=1) + 1)]


def label(paper: Paper, position: int, values: Values) -> list[Ink]:
    draw = {Face.FULL: full_label, Face.SMALL: small_label}[paper.medium.face]
    return draw(paper, *paper.medium.corner(position), values)


def fitted(words: str, room: float, points: float, least: float, bold: bool = True) -> float:
    """The largest type size, in steps of half a point, in which the words fit the room."""
    while points > least and fonts.width_mm(words, points, bold) > room:
        points -= 0.5
    return points


def qr_with_code(paper: Paper, x: float, y: float, values: Values) -> tuple[list[Ink], Symbol]:
    """The QR, its code under it in groups, and the host: what a person types when no camera will do."""
    qr = paper.qr(values["address"], paper.medium.qr_room).at(x, y)
    points = fitted(values["code"], qr.side - 1, 8, CODE_PT)
    under = qr.y + qr.side
    ink: list[Ink] = [qr, centered(qr.x, under, qr.side, values["code"], points, bold=True)]
    hosts = chunks(values["host"], qr.side - 1, HOST_PT)
    for number, host in enumerate(hosts):
        ink.append(centered(qr.x, under + high(points) + number * high(HOST_PT), qr.side, host, HOST_PT))
    return ink, qr


def chunks(word: str, room: float, points: float) -> list[str]:
    """A word without spaces cut into lines, after a dot or hyphen where there is one."""
    found = []
    while word:
        fits = max(fonts.fitting(word, room, points, False), 1)
        cut = fits if fits == len(word) else max(word.rfind(".", 0, fits), word.rfind("-", 0, fits)) + 1 or fits
        found.append(word[:cut])
        word = word[cut:]
    return found


def full_label(paper: Paper, left: float, top: float, values: Values) -> list[Ink]:
    """QR, code and host at left; plate, name, spec, origin and price at right."""
    medium = paper.medium
    nudge = max(medium.edge - 1.9, 0.4)
    ink, qr = qr_with_code(paper, left + nudge, top + nudge, values)
    x, y = left + nudge + qr.side + GAP, top + medium.edge
    room = left + medium.width - medium.edge - x
    if values.get("stand"):
        ink += plate(x, y, values["stand"], 13)
        y += 6.3
    for name_lines in title_lines(values["names"], room, NAME_PT):
        ink += block(x, y, name_lines, NAME_PT, bold=True)
        y += high(NAME_PT) * len(name_lines)
    prices, above = price_block(x, top + medium.height - medium.edge, room, values)
    return ink + prices + fact_lines(x, y + 0.4, above - y - 0.4, room, values)


def fact_lines(x: float, y: float, height: float, room: float, values: Values) -> list[Ink]:
    """Spec, then origin and item number; all in one line where the height is short."""
    origin = APART.join(fact for fact in (values["origin"], values["item"]) if fact)
    facts = [fact for fact in (values["spec"], origin) if fact]
    if height < len(facts) * high(SMALL_PT):
        facts = [APART.join(fact for fact in (values["origin"], values["spec"]) if fact)]
    return block(x, y, [fonts.clipped(fact, room, SMALL_PT) for fact in facts], SMALL_PT)


def title_lines(names: Sequence[str], room: float, points: float) -> list[list[str]]:
    """One name in two lines, or each of two names in one."""
    count = 2 if len(names) == 1 else 1
    return [fonts.lines(name, room, count, points, bold=True) for name in names[:2]]


def price_block(x: float, bottom: float, room: float, values: Values) -> tuple[list[Ink], float]:
    """The lead price with its unit, and under it what it holds for; and where the block begins."""
    conditions = packed(values.get("conditions", []), room, SMALL_PT)
    y = bottom - len(conditions) * high(SMALL_PT)
    ink = block(x, y, conditions, SMALL_PT)
    if not values.get("price"):
        return ink, y
    per = values["per"]
    points = fitted(values["price"], room - fonts.width_mm(per, SMALL_PT) - 1, 13, 5)
    above = y - high(points) + 0.3
    after = x + fonts.width_mm(values["price"], points, bold=True) + 0.7
    drop = (points - SMALL_PT) * fonts.MM_PER_POINT * 0.98
    return [*ink, Line(x, above, values["price"], points, bold=True), Line(after, above + drop, per, SMALL_PT)], above


def packed(facts: Sequence[str], room: float, points: float) -> list[str]:
    """Short facts in as few lines as it takes: none is cut in two, for half a price is a wrong one."""
    found: list[str] = []
    for fact in facts:
        longer = f"{found[-1]}{APART}{fact}" if found else fact
        if found and fonts.width_mm(longer, points) <= room:
            found[-1] = longer
        else:
            found.append(fact)
    return found


def small_label(paper: Paper, left: float, top: float, values: Values) -> list[Ink]:
    """QR at left; code, short name and lead price at right."""
    medium = paper.medium
    qr = paper.qr(values["address"], medium.qr_room)
    qr = qr.at(left + 0.1, top + (medium.height - qr.side) / 2)
    x, y = qr.x + qr.side, top + medium.edge
    room = left + medium.width - medium.edge - x
    points = fitted(values["code"][:10], room, CODE_PT, 5.5)
    ink: list[Ink] = [qr, *block(x, y, code_lines(values["code"]), points, bold=True)]
    y += 2 * high(points) + 0.2
    name = [line for name in title_lines(values["names"], room, SMALL_PT) for line in name]
    ink += block(x, y, name, SMALL_PT)
    prices, _above = price_block(x, top + medium.height - medium.edge, room, values | short_price(values, room))
    return ink + prices


def code_lines(code: str) -> list[str]:
    """In two lines at a hyphen."""
    return [code[:10], code[10:]]


def short_price(values: Values, room: float) -> Values:
    """The unit beside the price or, where that is long, below it; and as many of the conditions as one line holds."""
    per, said = values.get("per", ""), values.get("conditions", [])
    price = fonts.width_mm(values.get("price", ""), SMALL_PT, bold=True)
    if per and price + fonts.width_mm(per, SMALL_PT) + 1 > room:
        per, said = "", [per, *said]
    while len(said) > 1 and fonts.width_mm(APART.join(said), SMALL_PT) > room:
        said = said[:-1]
    return {"per": per, "conditions": said}
