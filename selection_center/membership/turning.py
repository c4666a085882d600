"""The code on a phone's card: another one every 30 s, worth nothing a minute later.

A card's secret never leaves the server. Out of it comes one key for each day (UTC), and out of that the mark of each
30 s of it (HMAC-SHA256 twice). The phone is given the keys of two days, so that it goes on turning without a network.
Shown as "MU" + handle + step + mark: 34 symbols of the alphabet of `core.codes`, which no keyboard and no input method
bends; no code of ours holds a U, so it cannot be mistaken for one. It fits a QR of version 2, level M.
"""

import hashlib
import hmac
import re
import time
import unicodedata
from dataclasses import dataclass

from selection_center.core.codes import ALPHABET, LENGTH, CodeError, parse

STEP_SECONDS = 30
STEPS_A_DAY = 24 * 3600 // STEP_SECONDS
TOLERANCE = 1
"""A code is good in its own 30 s and the next: never for longer than a minute."""
HEAD = "MU"
STEP_SYMBOLS = 6
MARK_SYMBOLS = 15
"""75 bits: a mark cannot be guessed."""
WHOLE = len(HEAD) + LENGTH + STEP_SYMBOLS + MARK_SYMBOLS
DAYS_GIVEN = 2
"""Keys that a phone gets at once: today's and tomorrow's."""


@dataclass(frozen=True)
class Shown:
    """What a turning code says, before anybody looked whether it is genuine."""

    handle: str
    step: int
    mark: str


def step_at(seconds: float | None = None) -> int:
    """The number of the 30 s that this moment lies in; by the server's clock, which alone counts."""
    return int(time.time() if seconds is None else seconds) // STEP_SECONDS


def day_key(secret: str, day: int) -> bytes:
    """The key of one day, counted from 1970: it makes that day's codes and no other's."""
    return hmac.new(secret.encode(), f"card day {day}".encode(), hashlib.sha256).digest()


def mark(key: bytes, step: int) -> str:
    """The mark of these 30 s under their day's key."""
    digest = hmac.new(key, str(step).encode(), hashlib.sha256).digest()
    return in_symbols(int.from_bytes(digest[:10], "big") >> 5, MARK_SYMBOLS)


def in_symbols(number: int, length: int) -> str:
    """In base 32, the highest place first."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def code_of(handle: str, secret: str, step: int) -> str:
    """What the phone's QR holds during these 30 s."""
    return HEAD + handle + in_symbols(step, STEP_SYMBOLS) + mark(day_key(secret, step // STEPS_A_DAY), step)


def keys_from(secret: str, step: int) -> dict[int, str]:
    """The keys that a phone gets now, in hexadecimal by the number of their day."""
    first = step // STEPS_A_DAY
    return {day: day_key(secret, day).hex() for day in range(first, first + DAYS_GIVEN)}


def read(text: str) -> Shown | None:
    """The parts of a turning code, however a scanner or a keyboard typed it; None where the text is none.

    Nothing is looked up: head, length, alphabet and the handle's own check symbol tell it from all else.
    """
    if len(text) > 4 * WHOLE:
        return None
    code = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    if len(code) != WHOLE or not code.startswith(HEAD):
        return None
    handle, rest = code[len(HEAD) : len(HEAD) + LENGTH], code[len(HEAD) + LENGTH :]
    if not set(rest) <= set(ALPHABET):
        return None
    try:
        handle = parse(handle)
    except CodeError:
        return None
    step = 0
    for symbol in rest[:STEP_SYMBOLS]:
        step = step << 5 | ALPHABET.index(symbol)
    return Shown(handle, step, rest[STEP_SYMBOLS:])


def is_genuine(shown: Shown, secret: str) -> bool:
    """Was it made with this card's key?"""
    return hmac.compare_digest(shown.mark, mark(day_key(secret, shown.step // STEPS_A_DAY), shown.step))


def is_fresh(shown: Shown, now: int) -> bool:
    """Is it of the step of now, or of the one before? A phone whose clock runs ahead does not make it last longer."""
    return now - TOLERANCE <= shown.step <= now
