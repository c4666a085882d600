"""The press for any sheet: each piece of ink as an HTML box at an absolute place, set by WeasyPrint.

Boxes at absolute places take a fifteenth of the time of grids, and land where the paper is cut.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from selection_center.core import codes
from selection_center.printing.ink import LINE, Box, Frame, Ink, Line, Page, Photo, Symbol

LARGEST_CARD_MM = 70.0
"""Above this a photo is taken from the full picture."""


@dataclass
class Press:
    """`made`: the pictures that its sheets name."""

    made: dict[str, bytes] = field(default_factory=dict)

    def sheet(self, page: Page) -> Markup:
        return Markup('<div class="sheet">{}</div>').format(Markup("").join(map(self.piece, page)))

    def piece(self, ink: Ink) -> Markup:
        match ink:
            case Line():
                kind = " ".join(name for name, worn in (("b", ink.bold), ("w", ink.white)) if worn)
                size = f"font-size:{ink.points:g}pt"
                return Markup('<p class="{}" style="{};{}">{}</p>').format(kind, at(ink.x, ink.y), size, ink.words)
            case Box():
                edge = f"{sized(ink.width, ink.height)};border-radius:{ink.radius:g}mm"
                return Markup('<div class="box" style="{};{}"></div>').format(at(ink.x, ink.y), edge)
            case Frame():
                edge = f"{sized(ink.width, ink.height)};border-width:{ink.stroke:g}mm;border-radius:{ink.radius:g}mm"
                return Markup('<div class="frame" style="{};{}"></div>').format(at(ink.x, ink.y), edge)
            case Symbol():
                name = f"qr-{len(self.made)}.png"
                self.made[name] = ink.bitmap.png(ink.dots, codes.QUIET_MODULES)
                size = sized(ink.side, ink.side)
                return Markup('<img src="made:{}" style="{};{}">').format(name, at(ink.x, ink.y), size)
            case Photo():
                size = sized(ink.width or ink.side, ink.side)
                photo = Markup('<img class="photo{}" src="picture:{}-{}.webp" style="{};{}">')
                kept = "full" if max(ink.side, ink.width) > LARGEST_CARD_MM else "card"
                whole = " whole" if ink.width else ""
                return photo.format(whole, ink.name, kept, at(ink.x, ink.y), size)


def at(x: float, y: float) -> str:
    return f"left:{x:.4f}mm;top:{y:.4f}mm"


def sized(width: float, height: float) -> str:
    return f"width:{width:.4f}mm;height:{height:.4f}mm"


def stylesheet(size: tuple[float, float]) -> str:
    """The page and its pieces. Nothing that a person typed comes in here.

    Type is set as the fonts' own widths say, without kerning, ligatures and the digits of other languages: what was
    measured is what is set.
    """
    width, height = size
    return f"""
@page {{ size: {width}mm {height}mm; margin: 0 }}
html {{ font: 7pt/{LINE} "Noto Sans SC"; color: #000; font-variant-ligatures: none; font-kerning: none;
  font-feature-settings: "locl" 0 }}
body {{ margin: 0 }}
.sheet {{ position: relative; width: {width}mm; height: {height - 0.01}mm; break-after: page; overflow: hidden }}
.sheet:last-child {{ break-after: auto }}
p, img, .box, .frame {{ position: absolute; margin: 0; white-space: pre }}
img {{ image-rendering: pixelated }}
.b {{ font-weight: 700 }}
.w {{ color: #fff }}
.box {{ background: #000 }}
.frame {{ box-sizing: border-box; border: solid #fff }}
.photo {{ object-fit: cover; image-rendering: auto }}
.whole {{ object-fit: contain; object-position: left center }}
"""
