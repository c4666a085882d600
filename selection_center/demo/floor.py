"""The rooms: every site's bays on its plan, its stands, and which piece stands where. Pure values."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from selection_center.demo.offers import SEED, DemoOffer
from selection_center.demo.words import Area, Place, centers, stores

LEVELS = 3
BAY_WIDTH, BAY_HEIGHT = 40, 8
"""Decimetres of floor, like every place on the plan."""
COLUMN_STEP, ROW_STEP = 58, 17
BAYS_IN_COLUMN = 5
ZONE_GAP = 34


@dataclass(frozen=True)
class DemoBay:
    site: str
    zone: str
    number: int
    x: int
    y: int


@dataclass(frozen=True)
class DemoStand:
    """`heat` is how much it draws people, 1 on an average stand."""

    site: str
    zone: str
    bay: int
    level: int
    heat: float

    @property
    def address(self) -> str:
        return f"{self.zone}-{self.bay:02d}-{self.level}"


@dataclass(frozen=True)
class DemoPiece:
    """A sample or a shelf facing. `offer` counts in the list of offers; `stand` None is the store room or nowhere."""

    site: str
    offer: int
    sku: int
    kind: str
    state: str
    stand: DemoStand | None
    stood_before: DemoStand | None
    came_days_ago: int
    placed_days_ago: int
    due_in_days: int | None = None
    retired_reason: str | None = None
    retired_days_ago: int | None = None
    is_retagged: bool = False


def places() -> list[Place]:
    return [*(center.place for center in centers()), *stores()]


def bays(place: Place) -> Iterator[DemoBay]:
    """Zones in two columns over the floor, each with its racks in columns of five."""
    block_width = 2 * COLUMN_STEP + ZONE_GAP
    block_height = BAYS_IN_COLUMN * ROW_STEP + ZONE_GAP
    for order, area in enumerate(place.areas):
        left, top = order % 2 * block_width, order // 2 * block_height
        for number in range(area.bays):
            column, row = divmod(number, BAYS_IN_COLUMN)
            yield DemoBay(place.slug, area.letter, number + 1, left + column * COLUMN_STEP, top + row * ROW_STEP)


def stands(place: Place) -> list[DemoStand]:
    """Near the door and at eye level it is warm; a few stands draw nearly nobody."""
    dice = random.Random(f"{SEED}/stands/{place.slug}")
    found = []
    for order, area in enumerate(place.areas):
        for bay in range(1, area.bays + 1):
            for level in range(1, LEVELS + 1):
                near = 1.6 - 0.09 * bay - 0.12 * order
                eye = (0.7, 1.25, 0.9)[level - 1]
                luck = 0.04 if dice.random() < 0.09 else dice.lognormvariate(0, 0.55)
                found.append(DemoStand(place.slug, area.letter, bay, level, max(0.2, near) * eye * luck))
    return found


def pieces(place: Place, offers: list[DemoOffer]) -> list[DemoPiece]:
    """What stands at a site, waits in its store room, is expected, or has gone."""
    dice = random.Random(f"{SEED}/pieces/{place.slug}")
    room = stands(place)
    standing = [piece for area in place.areas for piece in standing_in(area, room, place, offers, dice)]
    taken = {piece.offer for piece in standing}
    left = [number for number in of_site(place, offers) if number not in taken]
    dice.shuffle(left)
    gone = [number for number in left if not offers[number].is_on_shelf]
    sold = [number for number in left if offers[number].is_on_shelf]
    fitting = ((how, gone if how == "off_shelf" else sold) for how in others(place))
    return standing + [other(place, numbers.pop(), how, offers, room, dice) for how, numbers in fitting if numbers]


def of_site(place: Place, offers: list[DemoOffer]) -> list[int]:
    """The offers that belong here: a center's own, a store's of the centers that fill its zones."""
    goods = {area.goods_of for area in place.areas}
    return [number for number, offer in enumerate(offers) if offer.center in goods]


def standing_in(
    area: Area, room: list[DemoStand], place: Place, offers: list[DemoOffer], dice: random.Random
) -> Iterator[DemoPiece]:
    """Pieces of the zone's goods, family by family along the racks; some stands hold two, some none."""
    is_store = place.kind == "store"
    goods = [
        number
        for number, offer in enumerate(offers)
        if offer.center == area.goods_of and (is_store or offer.zone == area.letter)
    ]
    in_zone = [stand for stand in room if stand.zone == area.letter]
    if is_store:
        goods = sorted(dice.sample(goods, min(len(goods), len(in_zone) * 5 // 4)))
    waiting = iter(goods)
    for stand in in_zone:
        for _ in range(dice.choices((0, 1, 2), (11, 67, 22))[0]):
            number = next(waiting, None)
            if number is not None and (offers[number].is_on_shelf or dice.random() < 0.5):
                yield placed(number, stand, "shelf_facing" if is_store else "sample", offers, in_zone, dice)


def placed(
    number: int, stand: DemoStand, kind: str, offers: list[DemoOffer], room: list[DemoStand], dice: random.Random
) -> DemoPiece:
    came = dice.randrange(4, 56)
    moved = dice.random() < 0.12
    return DemoPiece(
        site=stand.site,
        offer=number,
        sku=dice.randrange(len(offers[number].skus)),
        kind=kind,
        state="here",
        stand=stand,
        stood_before=dice.choice(room) if moved else None,
        came_days_ago=came,
        placed_days_ago=dice.randrange(1, came) if moved else came,
        is_retagged=dice.random() < 0.03,
    )


def others(place: Place) -> list[str]:
    """Beside what stands: pieces expected, in the store room, and retired, by reason."""
    if place.kind == "store":
        return ["expected"] * 3 + ["store room"] * 4 + ["damaged", "sold"]
    return ["expected"] * 6 + ["store room"] * 5 + ["returned", "damaged", "lost", "off_shelf", "sold"]


def other(
    place: Place, number: int, how: str, offers: list[DemoOffer], room: list[DemoStand], dice: random.Random
) -> DemoPiece:
    piece = placed(number, dice.choice(room), "sample", offers, room, dice)
    piece = replace(piece, kind="shelf_facing" if place.kind == "store" else "sample", is_retagged=False)
    if how == "expected":
        return replace(piece, state="expected", stand=None, stood_before=None, due_in_days=dice.randrange(-1, 9))
    if how == "store room":
        return replace(piece, stand=None, stood_before=None, came_days_ago=dice.randrange(1, 6))
    left = dice.randrange(1, min(piece.came_days_ago, 20))
    stood = replace(piece, stand=None, stood_before=piece.stand, placed_days_ago=piece.came_days_ago)
    return replace(stood, state="retired", retired_reason=how, retired_days_ago=left)
