"""The press for pictures: drawn ink as dots, black and white for label printers, in colour for the eye.

Type stands where the PDF has it: each character at the place that the fonts' widths say, its baseline on a whole dot.
"""

from __future__ import annotations

import io
import math
from functools import cache

from PIL import Image, ImageDraw, ImageFont, ImageOps

from selection_center.core import fonts, pdf, pictures
from selection_center.core.errors import Refused
from selection_center.printing.html import LARGEST_CARD_MM
from selection_center.printing.ink import Box, Frame, Ink, Line, Page, Photo, Symbol
from selection_center.printing.stamps import baseline, plain_words

BLACK, WHITE = "#000", "#fff"
FINER = 4
"""So much finer round corners are drawn before they become shades or dots."""
HALF = 128
DARK = 80
"""Of 255: what a character covers so much of is a dot of it. Less than half, so that no hair line breaks."""
AS_SET = ["-kern", "-liga", "-clig", "-calt", "-locl"]
"""What html.stylesheet turns off too."""
Spot = tuple[int, int, int, int]
"""Left, top, right and bottom in dots."""


def picture(size: tuple[float, float], page: Page, dots_per_mm: float, *, colours: bool = False) -> Image.Image:
    """The page of this size in mm: mode "1", or "RGB" with soft edges. Refuses as core/pdf.py does what no font has."""
    lacking = fonts.missing("".join(ink.words for ink in page if isinstance(ink, Line)))
    if lacking:
        raise Refused("missing_characters", pdf.missing_words(lacking))
    width, height = (max(round(side * dots_per_mm), 1) for side in size)
    sheet = Sheet(Image.new("RGB" if colours else "L", (width, height), WHITE), dots_per_mm)
    for ink in page:
        sheet.draw(ink)
    return sheet.image if colours else black_and_white(sheet.image)


def png(size: tuple[float, float], page: Page, dots_per_mm: float) -> bytes:
    """In colour, for a page of the web."""
    file = io.BytesIO()
    picture(size, page, dots_per_mm, colours=True).save(file, "PNG")
    return file.getvalue()


def black_and_white(image: Image.Image) -> Image.Image:
    return image.point(lambda shade: 255 if shade >= HALF else 0, "1")


def one_line(line: Line) -> str:
    """White space that the font has no glyph for is a space."""
    known = fonts.glyphs(line.bold)
    return "".join(" " if c.isspace() and c not in known else c for c in line.words)


@cache
def typeface(bold: bool, size: float) -> ImageFont.FreeTypeFont:
    """By its size in dots."""
    return ImageFont.truetype(fonts.FOLDER / fonts.FILES[bold], size, layout_engine=ImageFont.Layout.RAQM)


class Sheet:
    """A page in the making."""

    def __init__(self, image: Image.Image, dots_per_mm: float) -> None:
        self.image, self.per, self.is_soft = image, dots_per_mm, image.mode == "RGB"

    def draw(self, ink: Ink) -> None:
        match ink:
            case Line():
                self.type(ink)
            case Box():
                self.fill(self.spot(ink.x, ink.y, ink.width, ink.height), ink.radius * self.per, BLACK)
            case Frame():
                self.frame(ink)
            case Symbol():
                self.symbol(ink)
            case Photo():
                self.photo(ink)

    def spot(self, x: float, y: float, width: float, height: float) -> Spot:
        """The nearest whole dots; what is there at all has one dot."""
        left, top = round(x * self.per), round(y * self.per)
        return left, top, left + max(round(width * self.per), 1), top + max(round(height * self.per), 1)

    def type(self, line: Line) -> None:
        """Set on a strip of its own, as high as the font's tallest character and no longer than the page has room."""
        words, size = one_line(line), round(line.points * fonts.MM_PER_POINT * self.per, 2)
        font = typeface(line.bold, size)
        left, base = math.floor(line.x * self.per), round(line.y * self.per + baseline(size))
        above, wide = math.ceil(fonts.ASCENT * size), fonts.width_mm(line.words, line.points, line.bold) * self.per
        room = min(math.ceil(wide + size), self.image.width - left)
        if room <= 0:
            return
        strip = Image.new("L", (room, above + math.ceil(fonts.DESCENT * size)))
        pen, x = ImageDraw.Draw(strip), line.x * self.per - left
        if not plain_words(words, line.bold):
            pen.text((x, above), words, 255, font, anchor="ls", features=AS_SET)
        else:
            advances = fonts.widths(line.bold)
            for character in words:
                if x > room:
                    break
                pen.text((x, above), character, 255, font, anchor="ls")
                x += advances[ord(character)] * size / 1000
        mask = strip if self.is_soft else strip.point(lambda shade: 255 if shade >= DARK else 0)
        self.image.paste(WHITE if line.white else BLACK, (left, base - above), mask)

    def fill(self, spot: Spot, radius: float, shade: str) -> None:
        self.image.paste(shade, spot[:2], shape(spot, radius))

    def frame(self, ink: Frame) -> None:
        left, top, right, bottom = spot = self.spot(ink.x, ink.y, ink.width, ink.height)
        stroke = max(round(ink.stroke * self.per), 1)
        mask = shape(spot, ink.radius * self.per)
        hole = shape((left + stroke, top + stroke, right - stroke, bottom - stroke), ink.radius * self.per - stroke)
        mask.paste(0, (stroke, stroke), hole)
        self.image.paste(WHITE, (left, top), mask)

    def symbol(self, ink: Symbol) -> None:
        """In whole dots where the printer's are these, else as near as can be."""
        side = ink.bitmap.side
        modules = Image.frombytes("1", (side, side), bytes(byte ^ 0xFF for byte in ink.bitmap.rows))
        left, top, right, bottom = self.spot(ink.x + ink.quiet, ink.y + ink.quiet, side * ink.module, side * ink.module)
        scaled = modules.resize((right - left, bottom - top), Image.Resampling.NEAREST)
        self.image.paste(scaled, (left, top))

    def photo(self, ink: Photo) -> None:
        """A square of the middle, or the whole in its box; of black and white dots on a label printer."""
        left, top, right, bottom = self.spot(ink.x, ink.y, ink.width or ink.side, ink.side)
        kept = pictures.path(ink.name, "full" if max(ink.side, ink.width) > LARGEST_CARD_MM else "card")
        if not kept.is_file():
            return  # lost since: its place stays empty, as in the PDF
        sized = ImageOps.contain if ink.width else ImageOps.fit
        with Image.open(kept) as stored:
            cut = sized(stored.convert("RGB"), (right - left, bottom - top), Image.Resampling.BOX)
        middle = top + (bottom - top - cut.height) // 2
        self.image.paste(cut if self.is_soft else cut.convert("1"), (left, middle))


def shape(spot: Spot, radius: float) -> Image.Image:
    """A mask of a rectangle of this size."""
    wide, high = max(spot[2] - spot[0], 0), max(spot[3] - spot[1], 0)
    if radius < 1 or not wide or not high:
        return Image.new("L", (wide, high), 255)
    mask = Image.new("L", (wide * FINER, high * FINER))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, wide * FINER - 1, high * FINER - 1), radius * FINER, 255)
    return mask.reduce(FINER)
