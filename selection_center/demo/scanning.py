"""One person's walk along the racks, scan by scan. Pure values."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from selection_center.demo.floor import DemoPiece


@dataclass(frozen=True)
class DemoScan:
    """`piece` counts in the site's pieces; `agent` is the kind of browser."""

    at: datetime
    piece: int
    device: str
    language: str
    agent: str


def walk(pieces: list[DemoPiece], ago: int, dice: random.Random) -> list[int]:
    """Some pieces of one or two zones, the warm stands sooner, in the order of the racks."""
    present = [number for number, piece in enumerate(pieces) if piece.stand and piece.placed_days_ago > ago]
    zones = sorted({stand.zone for number in present if (stand := pieces[number].stand)})
    if not zones:
        return []
    chosen = set(dice.sample(zones, min(len(zones), dice.choice((1, 1, 2)))))
    near = [(number, stand) for number in present if (stand := pieces[number].stand) and stand.zone in chosen]
    wanted = min(len(near), dice.choice((2, 3, 4, 5, 6, 8, 11)))
    drawn = dice.choices([number for number, _ in near], [stand.heat for _, stand in near], k=wanted)
    return sorted(set(drawn))


def scans_of(
    walked: list[int], start: datetime, now: datetime, device: str, language: str, agent: str, dice: random.Random
) -> Iterator[DemoScan]:
    at = start
    for piece in walked:
        if at <= now:
            yield DemoScan(at, piece, device, language, agent)
        at += timedelta(seconds=dice.randrange(25, 260))
