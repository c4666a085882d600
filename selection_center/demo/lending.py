"""Which samples a site has lent: out, overdue, half back, and back with what they brought. Pure values."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from selection_center.demo.floor import DemoPiece
from selection_center.demo.floor_words import Borrower, floor_words
from selection_center.demo.offers import SEED


@dataclass(frozen=True)
class DemoLent:
    """`piece` counts in the site's pieces; back so many days ago, or None while it is out."""

    piece: int
    back_days_ago: int | None = None
    condition_back: str = "fine"
    note_back: str = ""
    outcome: str | None = None
    sold: int = 0


@dataclass(frozen=True)
class DemoLoan:
    """`borrower` None: a colleague has it. Days count from today; due below 0 is past."""

    site: str
    borrower: Borrower | None
    lent_days_ago: int
    due_in_days: int
    deposit_fen: int
    is_reminded: bool
    items: tuple[DemoLent, ...]


def loans(site: str, pieces: list[DemoPiece]) -> list[DemoLoan]:
    """Newest last; no piece is in two of them."""
    dice = random.Random(f"{SEED}/loans/{site}")
    free = free_pieces(pieces, dice)
    people = iter(dice.sample(floor_words().borrowers, 4))
    back = DemoLoan(site, next(people), 13, -6, 30_000, False, tuple(brought(free, dice)))
    late = DemoLoan(site, next(people), 6, -2, 20_000, True, (DemoLent(next(free)), DemoLent(next(free))))
    half = DemoLoan(
        site, next(people), 4, 2, 0, False,
        (DemoLent(next(free), 1, "worn", "边角有磨损", "published"), DemoLent(next(free)), DemoLent(next(free))),
    )  # fmt: skip
    out = DemoLoan(site, next(people), 1, 3, 50_000, False, tuple(DemoLent(next(free)) for _ in range(3)))
    colleague = DemoLoan(site, None, 2, 5, 0, False, (DemoLent(next(free)),))
    return [back, late, half, colleague, out]


def free_pieces(pieces: list[DemoPiece], dice: random.Random) -> Iterator[int]:
    """Samples that have long stood where they stand."""
    long_here = [
        number
        for number, piece in enumerate(pieces)
        if piece.state == "here" and piece.stand and piece.kind == "sample" and piece.placed_days_ago > 20
    ]
    dice.shuffle(long_here)
    return iter(long_here)


def brought(free: Iterator[int], dice: random.Random) -> Iterator[DemoLent]:
    yield DemoLent(next(free), 6, outcome="shown_live", sold=dice.randrange(40, 260))
    yield DemoLent(next(free), 6, outcome="published", sold=dice.randrange(3, 20))
    yield DemoLent(next(free), 6, "incomplete", "少一个配件", "nothing")
