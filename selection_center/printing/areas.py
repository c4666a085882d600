"""Parts of a cell, in millimetres from its corner, and the plan that says what stands in each."""

from __future__ import annotations

from dataclasses import dataclass

from selection_center.printing.media import Kind, Medium

MARGIN_SHARE = 0.045
"""Of the shorter side, what a large cell keeps white."""
WIDEST_MARGIN_MM = 8.0


@dataclass(frozen=True)
class Area:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def below(self, y: float) -> Area:
        """What is left of it from there on."""
        return Area(self.x, y, self.width, self.bottom - y)


@dataclass(frozen=True)
class Plan:
    """Where things stand in a cell of a medium, from its corner. over: mm that it is too narrow and too low."""

    scale: float
    qr: tuple[float, float, float] | None
    """Corner, and the room of its side."""
    picture: tuple[float, float, float] | None
    head: Area
    words: Area
    heads: int
    """So many pieces stand in `head`."""
    head_scale: float
    over: tuple[float, float] = (0.0, 0.0)
    is_centred: bool = False
    """Words stand in the middle, as the QR between them does."""


def inside(medium: Medium) -> Area:
    """A cell without its white edge."""
    share = min(medium.width, medium.height) * MARGIN_SHARE
    is_page = medium.kind is Kind.PAGE
    edge = max(medium.edge, WIDEST_MARGIN_MM if is_page else min(share, WIDEST_MARGIN_MM))
    return Area(edge, edge, medium.width - 2 * edge, medium.height - 2 * edge)
