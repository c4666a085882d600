"""What factories have announced to a site: on the way, late, and one that has half come. Pure values."""

import random
from collections import defaultdict
from dataclasses import dataclass

from selection_center.demo.floor import DemoPiece
from selection_center.demo.floor_words import floor_words
from selection_center.demo.offers import SEED, DemoOffer

CAME_LATELY = 6
"""Days within which a piece may be of a delivery that is still open."""


@dataclass(frozen=True)
class DemoDelivery:
    """One factory's. Pieces count in the site's pieces: those expected, and those that came already."""

    site: str
    maker: str
    due_in_days: int
    announced_days_ago: int
    note: str
    expected: tuple[int, ...]
    received: tuple[int, ...]


def deliveries(site: str, pieces: list[DemoPiece], offers: list[DemoOffer]) -> list[DemoDelivery]:
    """One for each factory that the site waits for; the last pieces that came from it are on its list too."""
    dice = random.Random(f"{SEED}/deliveries/{site}")
    waiting: dict[str, list[int]] = defaultdict(list)
    lately: dict[str, list[int]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        if piece.state == "expected":
            waiting[offers[piece.offer].maker].append(number)
        elif piece.state == "here" and piece.came_days_ago <= CAME_LATELY and piece.stood_before is None:
            lately[offers[piece.offer].maker].append(number)
    half = next((maker for maker in waiting if lately[maker]), None)
    return [
        delivery(site, maker, pieces, expected, lately[maker] if maker == half else [], dice)
        for maker, expected in waiting.items()
    ]


def delivery(
    site: str, maker: str, pieces: list[DemoPiece], expected: list[int], received: list[int], dice: random.Random
) -> DemoDelivery:
    due = min(pieces[number].due_in_days or 0 for number in expected)
    before = max([0, -due, *(pieces[number].came_days_ago for number in received)])
    announced = before + dice.randrange(1, 4)
    return DemoDelivery(site, maker, due, announced, dice.choice(floor_words().notes), tuple(expected), tuple(received))
