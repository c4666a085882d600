"""The page that shows how true a printer prints: rulers, a bar of 100 mm, and the frames of all cells."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from selection_center.core import fonts
from selection_center.printing import press
from selection_center.printing.ink import Box, Ink, Line, centered, high
from selection_center.printing.media import Medium
from selection_center.printing.models import Printer
from selection_center.printing.shifting import shifted

HAIR = 0.15
BAR_MM = 100
TICKS = ((10, 4.0), (5, 2.5), (1, 1.5))
"""Every so many mm a tick of this length."""
WORDS_PT = 7.0


def ruler_page(medium: Medium, printer: Printer | None = None) -> bytes:
    """Moved as the printer says, whose name then stands on it."""
    shift = (printer.right_tenths, printer.down_tenths) if printer else (0, 0)
    page = [*frames(medium), *rulers(medium), *bar(medium, printer)]
    return press.pages_pdf(medium.page, shifted(medium, [page], shift))


def frames(medium: Medium) -> Iterator[Ink]:
    for position in range(1, medium.cells + 1):
        x, y = medium.corner(position)
        yield Box(x, y, medium.width, HAIR)
        yield Box(x, y + medium.height - HAIR, medium.width, HAIR)
        yield Box(x, y, HAIR, medium.height)
        yield Box(x + medium.width - HAIR, y, HAIR, medium.height)
        yield centered(x, y + medium.height / 4, medium.width, str(position), WORDS_PT)


def rulers(medium: Medium) -> Iterator[Ink]:
    """Along the upper and the left edge of the page."""
    width, height = medium.page
    for mm in range(1, int(width)):
        yield Box(mm - HAIR / 2, 0, HAIR, tick(mm))
    for mm in range(1, int(height)):
        yield Box(0, mm - HAIR / 2, tick(mm), HAIR)
    for mm in range(10, int(width) - 3, 10):
        yield centered(mm - 4, 4, 8, str(mm), 5)
    for mm in range(10, int(height) - 3, 10):
        yield Line(4.4, mm - high(5) / 2, str(mm), 5)


def tick(mm: int) -> float:
    return next(length for every, length in TICKS if mm % every == 0)


def bar(medium: Medium, printer: Printer | None) -> Iterator[Ink]:
    """As long as it says, in whole centimetres where the page is narrow."""
    width, height = medium.page
    long = min(BAR_MM, int(width - 8) // 10 * 10)
    x, y = (width - long) / 2, height / 2
    yield Box(x, y, long, 0.4)
    for end in (x, x + long - 0.4):
        yield Box(end, y - 2, 0.4, 4.4)
    words = _("This bar is %(long)s mm long. Print at 100 %%.", long=long)
    yield centered(x, y - high(WORDS_PT) - 0.6, long, fonts.clipped(words, long, WORDS_PT), WORDS_PT)
    if printer is not None:
        said = _("%(right)s to the right, %(down)s down", right=printer.right_tenths, down=printer.down_tenths)
        words = fonts.settable(f"{printer.name}: {said}")
        yield centered(x, y + 3, long, fonts.clipped(words, long, WORDS_PT), WORDS_PT)
