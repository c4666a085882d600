"""Price tiers as tables write them: "1-199个 ¥37.00; 1000个以上 ¥35.00", "≥100 3.5", "100-499:3.2|500:3".

A tier holds from its first quantity on; a gap before the next one is no gap in the price.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from selection_center.catalog.offer_import.cells import half_width, price_fen, whole
from selection_center.catalog.offer_import.reasons import CellProblem

Tier = tuple[int, int]
"""(from this quantity on, unit price in fen)"""

MOST_TIERS = 20
LONGEST_TIER = 80


class Ladder(NamedTuple):
    """Tiers by rising quantity, and the unit that they name ("" for none)."""

    tiers: tuple[Tier, ...]
    unit: str


RANGE = r"""
    (?P<least> ≥ | >= | > | 满 )? \s*
    (?P<start> [0-9]+ ) \s* (?P<unit_before> [^\W\d_至到以起及]{1,6} )? \s*
    (?: (?: - | ~ | – | — | 至 | 到 ) \s* (?P<end> [0-9]+ )? \s* )?
    (?P<unit> (?!以上|及以上|起|and\ up|or\ more) [^\W\d_]{1,6}? )? \s*
    (?: 及?以上 | 起批 | 起 | \+ | and\ up | or\ more | up )?
"""
PRICE = (
    r"(?: ¥ | rmb | cny )? \s* (?P<price> -? [0-9]+ (?:\.[0-9]*)? ) \s* (?: 元 | yuan | rmb )? (?: / [^\W\d_]{1,6} )?"
)
BETWEEN = r"(?: \s* [:=@] \s* | \s* (?=¥) | \s+ | (?<=[^\d\s.,-]) )"
QUANTITY_FIRST = re.compile(RANGE + BETWEEN + PRICE, re.VERBOSE | re.IGNORECASE)
PRICE_FIRST = re.compile(PRICE + r"\s* \( \s*" + RANGE + r"\s* \)", re.VERBOSE | re.IGNORECASE)
THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")


@lru_cache(maxsize=4096)
def ladder(text: str) -> Ladder:
    """The ladder that a cell writes. Raises CellProblem where a part is no tier, or two begin alike."""
    found = [_tier(part) for part in _parts(half_width(text))]
    if len(found) > MOST_TIERS:
        raise CellProblem("tiers_too_many", count=len(found), limit=MOST_TIERS)
    tiers = tuple(sorted({(start, fen) for start, fen, _unit in found}))
    for (start, _), (following, _) in pairwise(tiers):
        if start == following:
            raise CellProblem("tier_repeated", quantity=start)
    return Ladder(tiers, next((unit for _, _, unit in found if unit), ""))


def _parts(text: str) -> list[str]:
    """The text cut into tiers. A comma parts tiers only where every piece is one: 1,000 is a number too."""
    parts = [part.strip() for part in re.split(r"[;|\n。]+", text) if part.strip()]
    if len(parts) == 1:
        by_comma = [part.strip() for part in re.split("[,、]", text) if part.strip()]
        if len(by_comma) > 1 and all(map(_match, by_comma)):
            return by_comma
    return [THOUSANDS.sub("", part) for part in parts]


def _match(part: str) -> re.Match[str] | None:
    if len(part) > LONGEST_TIER:
        return None
    return QUANTITY_FIRST.fullmatch(part) or PRICE_FIRST.fullmatch(part)


def _tier(part: str) -> tuple[int, int, str]:
    found = _match(part)
    if found is None:
        raise CellProblem("tiers_unreadable", value=part[:40])
    try:
        start = whole(found["start"]) + (found["least"] == ">")
        if found["end"] and whole(found["end"]) < start:
            raise CellProblem("tiers_unreadable")
        return start, price_fen(found["price"]), found["unit"] or found["unit_before"] or ""
    except CellProblem as problem:
        raise CellProblem(problem.code, value=part[:40]) from None
