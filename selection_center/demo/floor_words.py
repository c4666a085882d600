"""The words of the floor, read from `content/floor.toml`."""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from selection_center.demo.words import read


class Borrower(NamedTuple):
    name: str
    company: str
    kind: str
    purpose: str


class WalkIn(NamedTuple):
    name: str
    company: str
    kind: str
    language: str
    looking_for: str


@dataclass(frozen=True)
class FloorWords:
    notes: tuple[str, ...]
    foreign_codes: tuple[str, ...]
    borrowers: tuple[Borrower, ...]
    walk_ins: tuple[WalkIn, ...]


@cache
def floor_words() -> FloorWords:
    words = read("floor")
    return FloorWords(
        notes=tuple(words["notes"]),
        foreign_codes=tuple(words["foreign_codes"]),
        borrowers=tuple(Borrower(*row) for row in words["borrowers"]["list"]),
        walk_ins=tuple(WalkIn(*row) for row in words["walk_ins"]["list"]),
    )
