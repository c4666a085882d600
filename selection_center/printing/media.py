"""Paper as data: sheets of labels with their true margins and pitch, and plain pages. Millimetres throughout."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

A4 = (210.0, 297.0)
OFFICE_DOTS = 300 / 25.4
"""To the millimetre; what is whole here is whole on printers of 600 and 1200 dpi too."""
THERMAL_DOTS = 8.0
"""Label printers set 203 dots to the inch, which they call eight to the millimetre."""
WIDEST_LABEL_MM, LONGEST_LABEL_MM = 220.0, 1000.0
"""What heads of label printers reach, and what they feed: its dots take some hundred MB while they are set."""
SMALLEST_QR_MM = 18.0
"""With its quiet zone."""
LARGEST_QR_MM = 40.0


class Face(StrEnum):
    """How a cell is filled."""

    FULL = "full"
    """QR at left with code and host below, words at right."""
    SMALL = "small"
    """QR at left, few words at right."""
    SQUARE = "square"
    """QR above, few words below."""
    PLAIN = "plain"
    """Too small for a QR."""
    PAGE = "page"


class Kind(StrEnum):
    SHEET = "sheet"
    ROLL = "roll"
    CARD = "card"
    PAGE = "page"
    OWN = "own"


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
    dots_per_mm: float = OFFICE_DOTS
    kind: Kind = Kind.SHEET
    name: str = ""

    @property
    def title(self) -> str:
        return self.name or self.key

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    @property
    def is_whole_page(self) -> bool:
        return (self.width, self.height) == self.page

    @property
    def is_for_label_printers(self) -> bool:
        """One label is one page, in the dots that such printers set, and not beyond what they reach."""
        wide, long = self.page
        is_in_reach = wide <= WIDEST_LABEL_MM and long <= LONGEST_LABEL_MM
        return self.is_whole_page and is_in_reach and self.dots_per_mm == THERMAL_DOTS

    def corner(self, position: int) -> tuple[float, float]:
        """Left and top of the cell of this position, counted by rows from 1."""
        row, column = divmod(position - 1, self.columns)
        return round(self.left + column * self.pitch_x, 3), round(self.top + row * self.pitch_y, 3)

    def place(self, number: int, first: int) -> tuple[int, int]:
        """Page and position of the label of this number, both from 1, when the first stands at `first`."""
        page, position = divmod(number - 1 + first - 1, self.cells)
        return page + 1, position + 1

    def free(self, used: Iterable[int]) -> list[int]:
        """The positions of a begun sheet that are left."""
        gone = set(used)
        return [position for position in range(1, self.cells + 1) if position not in gone]

    def place_around(self, number: int, free: list[int]) -> tuple[int, int]:
        """Page and position when the first page is a begun sheet with these cells left."""
        if number <= len(free):
            return 1, free[number - 1]
        page, position = self.place(number - len(free), 1)
        return page + 1, position

    def pages(self, labels: int, free: list[int]) -> int:
        """With a first page that has these cells left."""
        return 1 + max(0, -(-(labels - len(free)) // self.cells))

    def on_grid(self, mm: float) -> float:
        """The nearest whole dot."""
        return round(mm * self.dots_per_mm) / self.dots_per_mm

    def module_dots(self, modules: int, room_mm: float) -> int:
        """Dots to a QR module so that it fits, quiet zone included. On office printers an even number where that
        gives 18 mm, so that printers and screens of 150 dpi meet whole dots too."""
        most = max(int(room_mm * self.dots_per_mm / modules), 1)
        even = most - most % 2
        if self.dots_per_mm != OFFICE_DOTS or not even or even * modules / self.dots_per_mm < SMALLEST_QR_MM:
            return most
        return even

    @property
    def size_words(self) -> str:
        return f"{self.width:g} × {self.height:g} mm"


FULL_LEAST = (58.0, 32.0)
"""From this cell on, words stand beside a QR with its code and host below."""


def face_of(width: float, height: float) -> tuple[Face, float]:
    """What a cell of this size has room for, and how much its QR gets."""
    if width >= FULL_LEAST[0] and height >= FULL_LEAST[1]:
        return Face.FULL, min(height - 13.0, width - 38.0, LARGEST_QR_MM)
    beside, above = min(height - 0.3, width - 17.2, 25.0), min(height - 10.5, width - 1.0, 25.0)
    if beside >= SMALLEST_QR_MM:
        return Face.SMALL, beside
    if above >= SMALLEST_QR_MM:
        return Face.SQUARE, above
    return Face.PLAIN, 0.0


def cells(
    key: str,
    size: tuple[float, float],
    grid: tuple[int, int] = (1, 1),
    corner: tuple[float, float] = (0.0, 0.0),
    pitch: tuple[float, float] | None = None,
    *,
    page: tuple[float, float] = A4,
    edge: float = 2.0,
    dots_per_mm: float = OFFICE_DOTS,
    kind: Kind = Kind.SHEET,
    name: str = "",
) -> Medium:
    """A medium whose face follows from the size of its cells: grid by columns and rows, corner of the first cell,
    pitch from cell to cell, without gaps when not said."""
    face, room = face_of(*size)
    return Medium(
        key, face, *size, *grid, *corner, *(pitch or size), edge, room, page, dots_per_mm, kind, name
    )  # fmt: skip


def roll(width: float, height: float, edge: float = 2.0) -> Medium:
    """A thermal label: a page of exactly its size."""
    size = (width, height)
    return cells(f"{width:g}x{height:g}", size, page=size, edge=edge, dots_per_mm=THERMAL_DOTS, kind=Kind.ROLL)


def plain(key: str, width: float, height: float) -> Medium:
    return Medium(key, Face.PAGE, width, height, page=(width, height), kind=Kind.PAGE)


MEDIA: dict[str, Medium] = {
    medium.key: medium
    for medium in (
        Medium("L7160", Face.FULL, 63.5, 38.1, 3, 7, 7.21, 15.15, 66.04, 38.1, name="L7160 / J8160"),
        Medium("L7163", Face.FULL, 99.1, 38.1, 2, 7, 4.65, 15.15, 101.6, 38.1, name="L7163 / J8163"),
        Medium("L7159", Face.FULL, 63.5, 33.9, 3, 8, 7.21, 12.9, 66.04, 33.9, 2.0, 20.9, name="L7159 / J8159"),
        Medium("A4-24", Face.FULL, 70.0, 37.0, 3, 8, 0.0, 0.5, 70.0, 37.0, edge=3.5, qr_room=20.9),
        Medium("L7651", Face.SMALL, 38.1, 21.2, 5, 13, 4.75, 10.7, 40.6, 21.2, 1.6, 20.9, name="L7651 / J8651"),
        cells("L7161", (63.5, 46.6), (3, 6), (7.21, 8.7), (66.04, 46.6), name="L7161 / J8161"),
        cells("L7162", (99.1, 33.9), (2, 8), (4.65, 12.9), (101.6, 33.9), name="L7162 / J8162"),
        cells("L7164", (63.5, 72.0), (3, 4), (7.21, 4.5), (66.04, 72.0), name="L7164 / J8164"),
        cells("L7165", (99.1, 67.7), (2, 4), (4.65, 13.1), (101.6, 67.7), name="L7165 / J8165"),
        cells("L7166", (99.1, 93.1), (2, 3), (4.65, 8.85), (101.6, 93.1), name="L7166 / J8166"),
        cells("L7167", (199.6, 289.1), (1, 1), (5.2, 3.95), name="L7167 / J8167"),
        cells("L7168", (199.6, 143.5), (1, 2), (5.2, 5.0), name="L7168 / J8168"),
        cells("L7169", (99.1, 139.0), (2, 2), (4.65, 9.5), (101.6, 139.0), name="L7169 / J8169"),
        cells("L7173", (99.1, 57.0), (2, 5), (4.65, 6.0), (101.6, 57.0), name="L7173 / J8173"),
        cells("L6011", (63.5, 29.6), (3, 9), (7.25, 15.3), (66.0, 29.6)),
        cells("L7120", (35.0, 35.0), (5, 7), (7.5, 11.0), (40.0, 40.0)),
        cells("L7636", (45.7, 21.2), (4, 12), (9.85, 21.3), (48.2, 21.2), name="L7636 / J8636"),
        cells("L7654", (45.7, 25.4), (4, 10), (9.7, 21.5), (48.3, 25.4), name="L7654 / J8654"),
        cells("L4732", (35.6, 16.9), (5, 16), (11.0, 13.0), (38.1, 16.9), edge=1.0),
        cells("Herma-4270", (38.0, 21.2), (5, 13), (9.5, 10.5), edge=1.6),
        cells("Herma-4271", (48.3, 16.9), (4, 16), (8.5, 14.0), edge=1.0),
        cells("Herma-4272", (48.3, 25.4), (4, 11), (8.5, 8.5)),
        cells("Herma-4614", (66.0, 33.8), (3, 8), (5.7, 13.0)),
        cells("Herma-4620", (105.0, 37.0), (2, 8), (0.0, 0.5), edge=4.0),
        cells("Herma-10809", (105.0, 148.0), (2, 2), (0.0, 0.5), edge=5.0),
        Medium("A4-21", Face.FULL, 70.0, 38.0, 3, 7, 0.0, 15.5, 70.0, 38.0, edge=3.0, qr_room=20.9),
        roll(40, 30, edge=1.2),
        roll(50, 30, edge=1.5),
        roll(60, 40),
        roll(70, 38, edge=3.0),
        roll(70, 50),
        roll(100, 150, edge=3.0),
        cells("CR80", (85.6, 53.98), page=(85.6, 53.98), edge=3.0, kind=Kind.CARD, name="CR80"),
        Medium("A4-9", Face.PAGE, 57.5, 86.0, 3, 3, 13.0, 22.0, 63.25, 86.0, qr_room=19.6, kind=Kind.PAGE),
        Medium("A4-1", Face.PAGE, 184.0, 258.0, 1, 1, 13.0, 22.0, 184.0, 258.0, qr_room=42.0, kind=Kind.PAGE),
        Medium("A4-4", Face.PAGE, 89.0, 127.0, 2, 2, 13.0, 22.0, 95.0, 129.0, qr_room=25.0, kind=Kind.PAGE),
        Medium("A4-15", Face.PAGE, 57.5, 51.0, 3, 5, 13.0, 22.0, 63.25, 51.6, qr_room=19.6, kind=Kind.PAGE),
        plain("A4", 210, 297),
        plain("A5", 148, 210),
        plain("A6", 105, 148),
    )
}
