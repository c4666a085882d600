"""Which quantities can be ordered: multiples of the lot from a minimum on. Never rounds; names the neighbours."""

from typing import NamedTuple


class Nearest(NamedTuple):
    """The valid quantities next to one: below is None where none exists."""

    below: int | None
    above: int


def smallest_valid(minimum: int, lot: int) -> int:
    """The least positive multiple of the lot that reaches the minimum."""
    return max(1, -(-minimum // lot)) * lot


def nearest_valid(quantity: int, minimum: int, lot: int) -> Nearest:
    """The valid quantities next below and next above, itself left out: a stepper's two keys, or two ways to mend it."""
    first = smallest_valid(minimum, lot)
    below = (quantity - 1) // lot * lot
    return Nearest(below if below >= first else None, max(first, (quantity // lot + 1) * lot))
