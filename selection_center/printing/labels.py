"""Labels on their sheets: one document a batch, every piece in a box at a place of its own.

Boxes at absolute places take a fifteenth of the time of grids, and land where the paper is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from selection_center.core import codes, fonts
from selection_center.printing.media import DOTS_PER_MM, Face, Medium, module_dots, on_grid
from selection_center.printing.values import Values

CODE_PT, HOST_PT, NAME_PT, SMALL_PT = 7.0, 6.5, 9.0, 7.0
LINE = 1.17
"""Line height over type size. Millimetres below."""
GAP = 0.6
APART = "   "
"""Between short facts in one line."""


@dataclass(frozen=True)
class Qr:
    """A QR as a picture of whole dots. `side` in mm with the quiet zone, `quiet` in mm."""

    name: str
    png: bytes
    side: float
    quiet: float


@dataclass
class Paper:
    """A document being made: its boxes by page, the pictures it needs."""

    medium: Medium
    made: dict[str, bytes] = field(default_factory=dict)
    boxes: list[Markup] = field(default_factory=list)

    def qr(self, address: str, room: float, level: codes.Level = "M") -> Qr:
        modules = 17 + 4 * codes.expected_version(address, level) + 2 * codes.QUIET_MODULES
        dots = module_dots(modules, room)
        name = f"qr-{len(self.made)}.png"
        self.made[name] = codes.qr_png_1bit(address, level, dots)
        return Qr(name, self.made[name], modules * dots / DOTS_PER_MM, codes.QUIET_MODULES * dots / DOTS_PER_MM)


def document(medium: Medium, placed: Iterable[tuple[int, int, Values]]) -> tuple[str, list[str], dict[str, bytes]]:
    """HTML, stylesheets and pictures of labels given as (page, position, values), pages in order."""
    paper, pages = Paper(medium), dict[int, list[Markup]]()
    for page, position, values in placed:
        pages.setdefault(page, []).append(label(paper, position, values))
    last = max(pages, default=1)
    sheets = (
        Markup('<div class="sheet">{}</div>').format(Markup("").join(pages.get(n, []))) for n in range(1, last + 1)
    )
    return str(Markup("").join(sheets)), [stylesheet(medium)], paper.made


def page_box(boxes: Iterable[Markup]) -> Markup:
    return Markup('<div class="sheet">{}</div>').format(Markup("").join(boxes))


def label(paper: Paper, position: int, values: Values) -> Markup:
    draw = {Face.FULL: full_label, Face.SMALL: small_label}[paper.medium.face]
    if "names" not in values:
        draw = blank_label
    return Markup("").join(draw(paper, *paper.medium.corner(position), values))


def text(x: float, y: float, words: str, points: float, kind: str = "") -> Markup:
    """One line of type; its box is as high as its line, its top at y."""
    return Markup('<p class="{}" style="left:{}mm;top:{}mm;font-size:{}pt">{}</p>').format(
        kind, f"{x:.3f}", f"{y:.3f}", f"{points:g}", words
    )


def high(points: float) -> float:
    """Height of a line of type in mm."""
    return points * fonts.MM_PER_POINT * LINE


def block(x: float, y: float, lines: Sequence[str], points: float, kind: str = "") -> list[Markup]:
    return [text(x, y + number * high(points), line, points, kind) for number, line in enumerate(lines)]


def picture(qr: Qr, x: float, y: float) -> Markup:
    return Markup('<img src="made:{}" style="left:{}mm;top:{}mm;width:{}mm;height:{}mm">').format(
        qr.name, f"{x:.4f}", f"{y:.4f}", f"{qr.side:.4f}", f"{qr.side:.4f}"
    )


def plate(x: float, y: float, address: str, points: float) -> Markup:
    return Markup('<div class="plate" style="left:{}mm;top:{}mm;font-size:{}pt"><b>{}</b></div>').format(
        f"{x:.3f}", f"{y:.3f}", f"{points:g}", address
    )


def fitted(words: str, room: float, points: float, least: float, bold: bool = True) -> float:
    """The largest type size, in steps of half a point, in which the words fit the room."""
    while points > least and fonts.width_mm(words, points, bold) > room:
        points -= 0.5
    return points


def qr_with_code(paper: Paper, x: float, y: float, values: Values) -> tuple[list[Markup], Qr]:
    """The QR, its code under it in groups, and the host: what a person types when no camera will do."""
    qr = paper.qr(values["address"], paper.medium.qr_room)
    left, top = on_grid(x), on_grid(y)
    points = fitted(values["code"], qr.side - 1, 8, CODE_PT)
    middle = left + (qr.side - fonts.width_mm(values["code"], points, bold=True)) / 2
    under = top + qr.side
    boxes = [picture(qr, left, top), text(middle, under, values["code"], points, "b")]
    hosts = chunks(values["host"], qr.side - 1, HOST_PT)
    for number, host in enumerate(hosts):
        indent = (qr.side - fonts.width_mm(host, HOST_PT)) / 2
        boxes.append(text(left + indent, under + high(points) + number * high(HOST_PT), host, HOST_PT))
    return boxes, qr


def chunks(word: str, room: float, points: float) -> list[str]:
    """A word without spaces cut into lines, after a dot or hyphen where there is one."""
    found = []
    while word:
        fits = max(fonts.fitting(word, room, points, False), 1)
        cut = fits if fits == len(word) else max(word.rfind(".", 0, fits), word.rfind("-", 0, fits)) + 1 or fits
        found.append(word[:cut])
        word = word[cut:]
    return found


def full_label(paper: Paper, left: float, top: float, values: Values) -> list[Markup]:
    """QR, code and host at left; plate, name, spec, origin and price at right."""
    medium = paper.medium
    nudge = max(medium.edge - 1.9, 0.4)
    boxes, qr = qr_with_code(paper, left + nudge, top + nudge, values)
    x, y = left + nudge + qr.side + GAP, top + medium.edge
    room = left + medium.width - medium.edge - x
    if values.get("stand"):
        boxes.append(plate(x, y, values["stand"], 13))
        y += 6.3
    for name_lines in title_lines(values["names"], room, NAME_PT):
        boxes += block(x, y, name_lines, NAME_PT, "b")
        y += high(NAME_PT) * len(name_lines)
    prices, above = price_block(x, top + medium.height - medium.edge, room, values)
    return boxes + prices + fact_lines(x, y + 0.4, above - y - 0.4, room, values)


def fact_lines(x: float, y: float, height: float, room: float, values: Values) -> list[Markup]:
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


def price_block(x: float, bottom: float, room: float, values: Values) -> tuple[list[Markup], float]:
    """The lead price with its unit, and under it what it holds for; and where the block begins."""
    conditions = packed(values.get("conditions", []), room, SMALL_PT)
    y = bottom - len(conditions) * high(SMALL_PT)
    boxes = block(x, y, conditions, SMALL_PT)
    if not values.get("price"):
        return boxes, y
    per = values["per"]
    points = fitted(values["price"], room - fonts.width_mm(per, SMALL_PT) - 1, 13, 5)
    above = y - high(points) + 0.3
    after = x + fonts.width_mm(values["price"], points, bold=True) + 0.7
    drop = (points - SMALL_PT) * fonts.MM_PER_POINT * 0.98
    return [*boxes, text(x, above, values["price"], points, "b"), text(after, above + drop, per, SMALL_PT)], above


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


def small_label(paper: Paper, left: float, top: float, values: Values) -> list[Markup]:
    """QR at left; code, short name and lead price at right."""
    medium = paper.medium
    qr = paper.qr(values["address"], medium.qr_room)
    qr_left, qr_top = on_grid(left + 0.1), on_grid(top + (medium.height - qr.side) / 2)
    x, y = qr_left + qr.side, top + medium.edge
    room = left + medium.width - medium.edge - x
    points = fitted(values["code"][:10], room, CODE_PT, 5.5)
    boxes = [picture(qr, qr_left, qr_top), *block(x, y, code_lines(values["code"]), points, "b")]
    y += 2 * high(points) + 0.2
    name = [line for name in title_lines(values["names"], room, SMALL_PT) for line in name]
    boxes += block(x, y, name, SMALL_PT)
    prices, _above = price_block(x, top + medium.height - medium.edge, room, values | short_price(values, room))
    return boxes + prices


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


def blank_label(paper: Paper, left: float, top: float, values: Values) -> list[Markup]:
    """A tag without a sample: QR, code and host alone."""
    medium = paper.medium
    qr = paper.qr(values["address"], medium.qr_room)
    nudge = 0.1 if medium.face is Face.SMALL else max(medium.edge - 1.9, 0.4)
    qr_left, qr_top = on_grid(left + nudge), on_grid(top + (medium.height - qr.side) / 2)
    x = qr_left + qr.side
    room = left + medium.width - medium.edge - x
    points = fitted(values["code"][:10], room, 15, 5.5)
    y = qr_top + qr.quiet
    boxes = [picture(qr, qr_left, qr_top), *block(x, y, code_lines(values["code"]), points, "b")]
    return boxes + block(x, y + 2 * high(points) + 0.8, chunks(values["host"], room, HOST_PT), HOST_PT)


def stylesheet(medium: Medium) -> str:
    """Of all labels: the page, its cells' pieces. Nothing that a person typed comes in here."""
    width, height = medium.page
    return f"""
@page {{ size: {width}mm {height}mm; margin: 0 }}
html {{ font: 7pt/{LINE} "Noto Sans SC"; color: #000; font-variant-ligatures: none }}
body {{ margin: 0 }}
.sheet {{ position: relative; width: {width}mm; height: {height - 0.01}mm; break-after: page; overflow: hidden }}
.sheet:last-child {{ break-after: auto }}
p, img, .plate {{ position: absolute; margin: 0; white-space: pre }}
img {{ image-rendering: pixelated }}
.b {{ font-weight: 700 }}
.plate {{ background: #000; padding: .35mm; border-radius: .7mm }}
.plate b {{ display: block; border: .2mm solid #fff; border-radius: .4mm; color: #fff; padding: 0 1.2mm;
  line-height: 1.1 }}
"""
