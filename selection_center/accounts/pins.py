"""What a PIN must look like: four to six digits that are not the first ones somebody would try."""

import re
from itertools import pairwise

SHORTEST, LONGEST = 4, 6

COMMON = {
    *("2580", "0852", "1314", "5200", "1478", "3698", "1590", "7530", "1230", "3210"),
    *("14725", "36925", "12321", "131420", "147258", "258369", "147369", "159357", "159753", "123321", "520131"),
}
"""Lines on a key pad and numbers that sound like words, which people choose first."""


def is_shaped(pin: str) -> bool:
    return re.fullmatch(rf"[0-9]{{{SHORTEST},{LONGEST}}}", pin) is not None


def is_weak(pin: str) -> bool:
    """Runs, few different digits, a part said twice, years of birth, lines on the pad."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    half = len(pin) // 2
    return (
        steps in ({1}, {9})
        or len(set(pin)) < 3
        or (len(pin) == 6 and pin[:half] == pin[half:])
        or (len(pin) == 6 and all(pin[i] == pin[i + 1] for i in (0, 2, 4)))
        or re.fullmatch(r"(19|20)[0-9]{2}", pin) is not None
        or pin in COMMON
    )
