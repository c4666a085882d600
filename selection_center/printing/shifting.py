"""Everything on a page moved by what a printer is off, in whole dots, so that QR modules stay whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from selection_center.printing.ink import Ink
from selection_center.printing.media import Medium

Shift = tuple[int, int]
"""To the right and down, in tenths of a millimetre."""


def shifted(medium: Medium, pages: Sequence[list[Ink]], shift: Shift) -> list[list[Ink]]:
    right, down = (medium.on_grid(tenths / 10) for tenths in shift)
    return [[replace(ink, x=ink.x + right, y=ink.y + down) for ink in page] for page in pages]


def shifting_css(shift: Shift) -> str:
    """The same for a sheet that is laid out from a template."""
    right, down = (f"{tenths / 10:.1f}mm" for tenths in shift)
    return f".page {{ transform: translate({right}, {down}); }}"
