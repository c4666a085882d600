"""The demo's codes: drawn like real ones, but the same at every run."""

import random
from collections.abc import Iterator

from selection_center.core.codes import ALPHABET, DRAWN, check_symbol
from selection_center.demo.offers import SEED


def codes() -> Iterator[str]:
    """Canonical codes without end, none twice."""
    dice = random.Random(f"{SEED}/codes")
    given = set()
    while True:
        drawn = "".join(dice.choices(ALPHABET, k=DRAWN))
        if drawn not in given:
            given.add(drawn)
            yield drawn + check_symbol(drawn)
