"""The floor plan as plain numbers: what a drawing of it needs, in decimetres of floor, without any markup."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from selection_center.sites.models import Bay, Stand, Zone

MARGIN = 14
"""Room around the racks for the walls, and for the numbers at their left."""
ZONE_LABEL_RISE = 5
GAP = 8
AISLE = 20
"""Between one zone's racks and the next one's."""
ROOM = 30
"""Around what stands, to drag into."""


class Cell(NamedTuple):
    """The part of a rack that stands for one stand."""

    stand: Stand
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


class Rack(NamedTuple):
    bay: Bay
    cells: list[Cell]


class Region(NamedTuple):
    """A zone: where its letter stands, and its racks."""

    zone: Zone
    x: int
    y: int
    racks: list[Rack]


class Plan(NamedTuple):
    """left, top, width and height of the drawing, and what is in it."""

    left: int
    top: int
    width: int
    height: int
    regions: list[Region]

    @property
    def view_box(self) -> str:
        return f"{self.left} {self.top} {self.width} {self.height}"


def draw(zones: Iterable[Zone]) -> Plan | None:
    """The plan of these zones' open bays; None while there are none."""
    regions = [region(zone) for zone in zones if zone.open_bays]
    bays = [rack.bay for part in regions for rack in part.racks]
    if not bays:
        return None
    left = min(bay.x for bay in bays) - 2 * MARGIN
    top = min(bay.y for bay in bays) - 2 * MARGIN
    right = max(bay.x + bay.width for bay in bays) + MARGIN
    bottom = max(bay.y + bay.height for bay in bays) + MARGIN
    return Plan(left, top, right - left, bottom - top, regions)


class Sheet(NamedTuple):
    """The floor that bays are dragged over: its left, top, width and height in decimetres, and the bays on it."""

    left: int
    top: int
    width: int
    height: int
    bays: list[Bay]

    @property
    def view_box(self) -> str:
        return f"{self.left} {self.top} {self.width} {self.height}"


def sheet(bays: list[Bay], spot: Callable[[Bay], tuple[int, int, int, int]]) -> Sheet | None:
    """With room on all sides to drag into, but not beyond where the floor begins; None while there are no bays."""
    if not bays:
        return None
    spots = [spot(bay) for bay in bays]
    left = max(min(x for x, _y, _width, _height in spots) - ROOM, -MARGIN)
    top = max(min(y for _x, y, _width, _height in spots) - ROOM, -MARGIN)
    right = max(x + width for x, _y, width, _height in spots) + ROOM
    bottom = max(y + height for _x, y, _width, height in spots) + ROOM
    return Sheet(left, top, right - left, bottom - top, bays)


def region(zone: Zone) -> Region:
    bays = zone.open_bays
    x, y = min(bay.x for bay in bays), min(bay.y for bay in bays) - ZONE_LABEL_RISE
    return Region(zone, x, y, [Rack(bay, cells(bay)) for bay in bays])


def cells(bay: Bay) -> list[Cell]:
    """The rack cut across its longer side, one piece to each open stand."""
    stands = bay.open_stands
    if not stands:
        return []
    if bay.width >= bay.height:
        step = round(bay.width / len(stands), 2)
        return [Cell(stand, bay.x + i * step, bay.y, step, bay.height) for i, stand in enumerate(stands)]
    step = round(bay.height / len(stands), 2)
    return [Cell(stand, bay.x, bay.y + i * step, bay.width, step) for i, stand in enumerate(stands)]


def next_place(zone: Zone) -> dict[str, int]:
    """Where one would put the zone's next rack: below its last one, else right of all that stands already."""
    last = max(zone.bays, key=lambda bay: bay.number, default=None)
    if last is not None:
        return {"x": last.x, "y": last.y + last.height + GAP, "width": last.width, "height": last.height}
    others = [bay for other in zone.site.zones for bay in other.bays]
    right = max((bay.x + bay.width + AISLE for bay in others), default=0)
    return {"x": right, "y": min((bay.y for bay in others), default=0), "width": 60, "height": 10}


def next_number(zone: Zone) -> int:
    return max((bay.number for bay in zone.bays), default=0) + 1


def next_letter(zones: Iterable[Zone]) -> str:
    """The first capital letter that no zone has; nothing once all are taken."""
    taken = {zone.letter for zone in zones}
    return next((letter for letter in "ABCDEFGHJKLMNPQRSTUVWXYZ" if letter not in taken), "")
