"""Paper as data: sheets of labels with their true margins and pitch, and plain pages. Millimetres throughout."""

from dataclasses import dataclass
from enum import StrEnum

A4 = (210.0, 297.0)
DOTS_PER_MM = 300 / 25.4
"""QR modules are whole dots of this; whole, too, on printers of 600 and 1200 dpi."""
SMALLEST_QR_MM = 18.0
"""With its quiet zone."""


class Face(StrEnum):
    """What a cell has room for."""

    FULL = "full"
    SMALL = "small"
    PAGE = "page"
    SHELF = "shelf"


@dataclass(frozen=True)
class Medium:
    """A page with cells in rows and columns. `edge`: what printers leave white at the edge of a cell."""

    key: str
    face: Face
    width: float
    height: float
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    top: float = 0.0
    pitch_x: float = 0.0
    pitch_y: float = 0.0
    edge: float = 2.5
    qr_room: float = 22.4
    page: tuple[float, float] = A4

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    def corner(self, position: int) -> tuple[float, float]:
        """Left and top of the cell of this position, counted by rows from 1."""
        row, column = divmod(position - 1, self.columns)
        return round(self.left + column * self.pitch_x, 3), round(self.top + row * self.pitch_y, 3)

    def place(self, number: int, first: int) -> tuple[int, int]:
        """Page and position of the label of this number, both from 1, when the first stands at `first`."""
        page, position = divmod(number - 1 + first - 1, self.cells)
        return page + 1, position + 1

    def pages(self, labels: int, first: int) -> int:
        return -(-(labels + first - 1) // self.cells)

    @property
    def size_words(self) -> str:
        return f"{self.width:g} × {self.height:g} mm"


def plain(key: str, width: float, height: float) -> Medium:
    return Medium(key, Face.PAGE, width, height, page=(width, height))


MEDIA: dict[str, Medium] = {
    medium.key: medium
    for medium in (
        Medium("L7160", Face.FULL, 63.5, 38.1, 3, 7, 7.21, 15.15, 66.04, 38.1),
        Medium("L7163", Face.FULL, 99.1, 38.1, 2, 7, 4.65, 15.15, 101.6, 38.1),
        Medium("L7159", Face.FULL, 63.5, 33.9, 3, 8, 7.21, 12.9, 66.04, 33.9, edge=2.0, qr_room=20.9),
        Medium("A4-24", Face.FULL, 70.0, 37.0, 3, 8, 0.0, 0.5, 70.0, 37.0, edge=3.5, qr_room=20.9),
        Medium("L7651", Face.SMALL, 38.1, 21.2, 5, 13, 4.75, 10.7, 40.6, 21.2, edge=1.6, qr_room=20.9),
        Medium("A4-9", Face.PAGE, 57.5, 86.0, 3, 3, 13.0, 22.0, 63.25, 86.0, qr_room=19.6),
        Medium("A4-21", Face.SHELF, 70.0, 38.0, 3, 7, 0.0, 15.5, 70.0, 38.0, edge=3.0, qr_room=20.9),
        Medium("70x38", Face.SHELF, 70.0, 38.0, edge=3.0, qr_room=20.9, page=(70.0, 38.0)),
        plain("A4", 210, 297),
        plain("A5", 148, 210),
        plain("A6", 105, 148),
    )
}


def module_dots(modules: int, room_mm: float) -> int:
    """Dots to a QR module so that it fits, quiet zone included: an even number where that gives 18 mm, so that
    printers and screens of 150 dpi meet whole dots too."""
    most = max(int(room_mm * DOTS_PER_MM / modules), 1)
    even = most - most % 2
    return even if even and even * modules / DOTS_PER_MM >= SMALLEST_QR_MM else most


def on_grid(mm: float) -> float:
    """The nearest whole dot."""
    return round(mm * DOTS_PER_MM) / DOTS_PER_MM
