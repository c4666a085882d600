"""A site's two counts: one closed that waits for the manager's word, one that is running. Pure values."""

import random
from collections import defaultdict
from dataclasses import dataclass

from selection_center.demo.floor import DemoPiece, stands
from selection_center.demo.floor_words import floor_words
from selection_center.demo.offers import SEED
from selection_center.demo.words import Place

SECONDS_A_STAND, SECONDS_A_PIECE = 9, 4


@dataclass(frozen=True)
class DemoSeen:
    """Seconds after the count began, at a stand: its sign, a piece of the site, or a text that is none of ours."""

    after: int
    kind: str
    address: str
    piece: int | None = None
    text: str | None = None


@dataclass(frozen=True)
class DemoCount:
    """Of one zone. `is_running`: begun within the last hour, and half done; else closed yesterday evening."""

    site: str
    zone: str
    is_running: bool
    seen: tuple[DemoSeen, ...]


def counts(place: Place, pieces: list[DemoPiece], away: set[int]) -> list[DemoCount]:
    """`away`: pieces that are lent, and so stand nowhere."""
    first, second = place.areas[0].letter, place.areas[1].letter
    return [
        DemoCount(place.slug, first, False, seen_in(place, first, pieces, away, is_running=False)),
        DemoCount(place.slug, second, True, seen_in(place, second, pieces, away, is_running=True)),
    ]


def seen_in(place: Place, zone: str, pieces: list[DemoPiece], away: set[int], is_running: bool) -> tuple[DemoSeen, ...]:
    """Stand by stand; one piece is missing, one stands a stand further, one label is torn, one code leads elsewhere."""
    dice = random.Random(f"{SEED}/count/{place.slug}/{zone}")
    standing: dict[str, list[int]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        if piece.stand and piece.stand.zone == zone and number not in away:
            standing[piece.stand.address].append(number)
    addresses = [stand.address for stand in stands(place) if stand.zone == zone]
    if is_running:
        addresses = addresses[: len(addresses) // 2]
    full = [address for address in addresses if standing[address]]
    torn, foreign, missing, moved = dice.sample(full, 4)
    if not is_running:
        standing[missing].pop()
        further = addresses[(addresses.index(moved) + 1) % len(addresses)]
        standing[further].append(standing[moved].pop())
    code = dice.choice(floor_words().foreign_codes)
    seen, clock = [], 0
    for address in addresses:
        clock += SECONDS_A_STAND + dice.randrange(6)
        seen.append(DemoSeen(clock, "stand", address))
        for place_in_line, number in enumerate(standing[address]):
            clock += SECONDS_A_PIECE + dice.randrange(4)
            is_torn = address == torn and place_in_line == 0 and not is_running
            seen.append(DemoSeen(clock, "ticked" if is_torn else "scanned", address, number))
        if address == foreign and not is_running:
            clock += SECONDS_A_PIECE
            seen.append(DemoSeen(clock, "unknown", address, text=code))
    return tuple(seen)
