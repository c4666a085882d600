"""Labels on their sheets: what stands in a cell, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from selection_center.core import codes, fonts, qr_batches
from selection_center.printing.ink import Ink, Line, Symbol, block, high, plate
from selection_center.printing.media import SMALLEST_QR_MM, Face, Medium
from selection_center.printing.values import Values

CODE_PT, HOST_PT, NAME_PT, SMALL_PT = 7.0, 6.5, 9.0, 7.0
LEAST_CODE_PT, LEAST_CONDITION_PT = 6.0, 5.0
GAP = 0.6
APART = "   "
"""Between short facts in one line."""
ABOVE = 0.9
"""What a QR with its code and host below leaves above and beneath, in mm: it has a quiet zone of its own."""
PLATE_BESIDE_MM, PLATE_MM_A_POINT = 3.4, 0.46
"""Beside the letters of a plate, and its height for each point of them."""
NAME_LINES = 3
"""They go before the second line of facts."""
LARGE_MM = 28.0
"""Height between its edges from which on a cell's type is as large as on a sheet of labels."""
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


Drawing = Callable[[Paper, float, float, Values], list[Ink]]
"""What stands in the cell whose corner is there."""


def paged(draw: Drawing, medium: Medium, placed: Placed) -> list[list[Ink]]:
    """The pages of cells given as (page, position, values), pages in order."""
    pages: dict[int, list[Ink]] = {}
    for page, position, values in placed:
        pages.setdefault(page, []).extend(draw(Paper(medium), *medium.corner(position), values))
    return [pages.get(number, []) for number in range(1, max(pages, default=1) + 1)]


def label(paper: Paper, left: float, top: float, values: Values) -> list[Ink]:
    """On a small cell the code stands below the QR where that leaves one that can be read, else beside it."""
    medium, corner = paper.medium, (left, top)
    if medium.face is Face.FULL:
        return full_label(paper, *corner, values, medium.qr_room)
    below = high(CODE_PT) + len(hosts(values, SMALLEST_QR_MM - medium.edge)) * high(HOST_PT)
    room = min(medium.qr_room, medium.height - ABOVE - below)
    is_tall = SMALLEST_QR_MM <= paper.qr(values["address"], room).side <= room
    return full_label(paper, *corner, values, room) if is_tall else small_label(paper, *corner, values)


def fitted(words: str, room: float, points: float, least: float, bold: bool = True) -> float:
    """The largest type size, in steps of half a point, in which the words fit the room."""
    while points > least and fonts.width_mm(words, points, bold) > room:
        points -= 0.5
    return points


def qr_with_code(
    paper: Paper, x: float, y: float, least_x: float, room: float, values: Values
) -> tuple[list[Ink], Symbol]:
    """The QR, its code under it in groups, and the host: what a person types when no camera will do. No type stands
    left of `least_x`."""
    qr = paper.qr(values["address"], room).at(x, y)
    right, y = qr.x + qr.side, qr.y + qr.side
    code, points = values["code"], fitted(values["code"], right - least_x, 8, LEAST_CODE_PT)
    ink: list[Ink] = [qr]
    for said, size, bold in [(code, points, True), *((h, HOST_PT, False) for h in hosts(values, right - least_x))]:
        wide = fonts.width_mm(said, size, bold)
        ink.append(Line(max(least_x, qr.x + (qr.side - wide) / 2), y, said, size, bold))
        y += high(size)
    return ink, qr


def hosts(values: Values, room: float) -> list[str]:
    return chunks(values["host"], room, HOST_PT)


def chunks(word: str, room: float, points: float) -> list[str]:
    """A word without spaces cut into lines, after a dot or hyphen where there is one."""
    found = []
    while word:
        fits = max(fonts.fitting(word, room, points, False), 1)
        cut = fits if fits == len(word) else max(word.rfind(".", 0, fits), word.rfind("-", 0, fits)) + 1 or fits
        found.append(word[:cut])
        word = word[cut:]
    return found


def full_label(paper: Paper, left: float, top: float, values: Values, room: float) -> list[Ink]:
    """QR, code and host at left; plate, name, spec, origin and price at right."""
    medium = paper.medium
    nudge = max(medium.edge - 1.9, 0.4)
    ink, qr = qr_with_code(paper, left + nudge, top + nudge, left + medium.edge, room, values)
    x, y = qr.x + qr.side + GAP, top + medium.edge
    return ink + words(x, y, left + medium.width - medium.edge - x, top + medium.height - medium.edge, values)


def words(x: float, y: float, room: float, bottom: float, values: Values) -> list[Ink]:
    """Plate, names in the lines that are left, facts; the price at the foot."""
    is_large = bottom - y > LARGE_MM
    ink, names = [], values["names"][:2]
    if values.get("stand"):
        points = fitted(values["stand"], room - PLATE_BESIDE_MM, 13, CODE_PT)
        ink += plate(x, y, values["stand"], points)
        y += points * PLATE_MM_A_POINT + 0.3
    said = values if is_large else values | short_price(values, room)
    prices, above = price_block(x, bottom, room, said, 13 if is_large else 11)
    largest, facts = NAME_PT if is_large else NAME_PT - 1, len(facts_of(values))
    kept = facts * high(SMALL_PT) + 0.4
    if above - y - kept < NAME_LINES * high(largest):
        kept = min(facts, 1) * high(SMALL_PT) + 0.4
    lines, points = name_lines(names, room, above - y - kept, largest)
    ink += block(x, y, lines, points, bold=True)
    y += high(points) * len(lines) + 0.4
    return [*ink, *fact_lines(x, y, above - y, room, values), *prices]


def name_lines(names: Sequence[str], room: float, height: float, points: float) -> tuple[list[str], float]:
    """The lines of one or two names, and their type size: smaller before any ends in an ellipsis."""
    while True:
        count = max(int((height + 1e-6) / high(points)), 1)
        lines = shared_lines(names, room, count, points)
        if points <= SMALL_PT or not any(line.endswith(fonts.ELLIPSIS) for line in lines):
            return lines, points
        points = max(points - 0.5, SMALL_PT)


def shared_lines(names: Sequence[str], room: float, count: int, points: float, bold: bool = True) -> list[str]:
    """Of two names each has half of the lines, and what the other leaves."""
    first = fonts.lines(names[0], room, count, points, bold) if names else []
    if len(names) < 2 or count < 2:
        return first
    second = fonts.lines(names[1], room, count - 1, points, bold)
    if len(first) + len(second) <= count:
        return first + second
    above = max(count - len(second), (count + 1) // 2)
    if above < len(first):
        first = fonts.lines(names[0], room, above, points, bold)
    return first + fonts.lines(names[1], room, count - len(first), points, bold)


def facts_of(values: Values) -> list[str]:
    origin = APART.join(fact for fact in (values["origin"], values["item"]) if fact)
    return [fact for fact in (values["spec"], origin) if fact]


def fact_lines(x: float, y: float, height: float, room: float, values: Values) -> list[Ink]:
    """Each in a line, or in two where there is room; in one line those that it holds."""
    facts, count = facts_of(values), int((height + 1e-6) / high(SMALL_PT))
    if count < len(facts):
        facts = [one_line(values, room)] if count else []
    lines: list[str] = []
    for number, fact in enumerate(facts, 1):
        if fonts.width_mm(fact, SMALL_PT) <= room:
            lines.append(fact)
        else:
            lines += fonts.lines(fact, room, min(count - len(lines) - (len(facts) - number), 2), SMALL_PT)
    return block(x, y, lines, SMALL_PT)


def one_line(values: Values, room: float) -> str:
    """Spec and origin, or the one that goes into a line whole."""
    spec, origin = str(values["spec"]), str(values["origin"])
    ways = [APART.join(fact for fact in (spec, origin) if fact), spec, origin]
    return next((way for way in ways if way and fonts.width_mm(way, SMALL_PT) <= room), ways[0])


def price_block(x: float, bottom: float, room: float, values: Values, largest: float = 13) -> tuple[list[Ink], float]:
    """The lead price with its unit, and under it what it holds for; and where the block begins."""
    conditions = packed(values.get("conditions", []), room, SMALL_PT)
    small = min((fitted(each, room, SMALL_PT, LEAST_CONDITION_PT, False) for each in conditions), default=SMALL_PT)
    y = bottom - len(conditions) * high(small)
    ink = block(x, y, conditions, small)
    if not values.get("price"):
        return ink, y
    per = values["per"]
    points = fitted(values["price"], room - fonts.width_mm(per, SMALL_PT) - 1, largest, 5)
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
    code, points = values["code"], fitted(values["code"], room, HOST_PT, LEAST_CODE_PT)
    lines = [code] if fonts.width_mm(code, points, bold=True) <= room else code_lines(code)
    if len(lines) > 1:
        points = fitted(lines[0], room, HOST_PT, 5.5)
    ink: list[Ink] = [qr, *block(x, y, lines, points, bold=True)]
    y += len(lines) * high(points) + 0.2
    bottom = top + medium.height - medium.edge
    prices, above = price_block(x, bottom, room, values | short_price(values, room), 10)
    names = shared_lines(values["names"][:2], room, int((above - y + 0.3) / high(SMALL_PT)), SMALL_PT, bold=False)
    return [*ink, *block(x, y, names, SMALL_PT), *prices]


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
