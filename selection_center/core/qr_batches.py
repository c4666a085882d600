"""QR symbols of many codes at one address (批量二维码), hundreds of times faster than one by one.

With version, level and mask given, each module of a QR is a sum over GF(2) of the bits that it carries. So the symbol
of "HTTPS://HOST/S/" and a code is that of the address and zeros, plus what each pair of characters adds: an
alphanumeric segment writes two characters as the eleven bits of 45 a + b. What each bit adds is learned from the
reference encoder, once for each address; what a pair adds is then a table of 32 x 32 sums.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

import qrcode
from PIL import Image
from qrcode import util

from selection_center.core.codes import ALPHABET, LENGTH, LEVELS, SHORTEST_SEGMENT, Level, new_code, qr_matrix

VALUES = util.ALPHA_NUM.decode("ascii")
"""The 45 characters of an alphanumeric segment, in the order of their values."""
SYMBOLS = frozenset(ALPHABET)
PAIR_BITS, LAST_BITS = 11, 6
ADDRESSES = 8
"""Learned ones that are kept: a megabyte each."""
PROBES = 3


class Bitmap(NamedTuple):
    """A symbol without its quiet zone. `rows`: top down, each in whole bytes, the highest bit left, 1 is dark."""

    side: int
    rows: bytes

    @classmethod
    def of(cls, matrix: tuple[tuple[bool, ...], ...]) -> Bitmap:
        side = len(matrix)
        return cls(side, packed(matrix).to_bytes(side * stride(side), "big"))

    def png(self, module_px: int, quiet: int) -> bytes:
        """Black and white, for paper: module_px pixels to a module, `quiet` white modules on every side."""
        symbol = Image.frombytes("1", (self.side, self.side), bytes(byte ^ 0xFF for byte in self.rows))
        image = Image.new("1", (self.side + 2 * quiet, self.side + 2 * quiet), 1)
        image.paste(symbol, (quiet, quiet))
        file = io.BytesIO()
        size = (image.width * module_px, image.height * module_px)
        image.resize(size, Image.Resampling.NEAREST).save(file, "PNG", compress_level=6)
        return file.getvalue()


def bitmap(text: str, level: Level) -> Bitmap:
    """The QR of any text; fast for an address that ends in a code."""
    code = text[-LENGTH:]
    family = learned(text[:-LENGTH], level) if len(code) == LENGTH and SYMBOLS.issuperset(code) else None
    return family.bitmap(code) if family else Bitmap.of(qr_matrix(text, level))


@dataclass(frozen=True)
class Family:
    """The symbols of all codes behind one prefix. `parts`: what each part of a code adds to `base`."""

    side: int
    mask: int
    base: int
    parts: tuple[tuple[int, int, dict[str, int]], ...]

    def bitmap(self, code: str) -> Bitmap:
        modules = self.base
        for start, end, table in self.parts:
            modules ^= table[code[start:end]]
        return Bitmap(self.side, modules.to_bytes(self.side * stride(self.side), "big"))


@lru_cache(ADDRESSES)
def learned(prefix: str, level: Level) -> Family | None:
    """The family of `prefix` and a code; None where the code does not end in one alphanumeric segment, or where what
    was learned does not give back what the reference draws."""
    chunks = util.optimal_data_chunks((prefix + "0" * LENGTH).encode(), minimum=SHORTEST_SEGMENT)
    *before, segment = chunks
    if segment.mode != util.MODE_ALPHA_NUM or len(segment) <= LENGTH:
        return None
    reference = Reference(before, segment.data.decode("ascii"), level)
    family = reference.family()
    probes = [new_code() for _ in range(PROBES)]
    return family if all(family.bitmap(code) == reference.bitmap(code) for code in probes) else None


class Reference:
    """The general encoder with the version and the mask that suit a code of zeros."""

    def __init__(self, before: list[util.QRData], segment: str, level: Level) -> None:
        self.before, self.segment, self.level = before, segment, level
        self.start = len(segment) - LENGTH
        """Of the code in its segment."""
        first = self.encoder(segment)
        first.best_fit()
        self.version: int = first.version
        self.mask = int(first.best_mask_pattern())

    def encoder(self, segment: str) -> qrcode.QRCode[Any]:
        qr: qrcode.QRCode[Any] = qrcode.QRCode(error_correction=LEVELS[self.level], border=0)
        for chunk in self.before:
            qr.add_data(chunk)
        qr.add_data(util.QRData(segment.encode(), mode=util.MODE_ALPHA_NUM))
        return qr

    def modules(self, segment: str) -> int:
        qr = self.encoder(segment)
        qr.version = self.version
        qr.makeImpl(False, self.mask)
        return packed(qr.modules)

    def bitmap(self, code: str) -> Bitmap:
        side = 17 + 4 * self.version
        modules = self.modules(self.segment[: self.start] + code)
        return Bitmap(side, modules.to_bytes(side * stride(side), "big"))

    def family(self) -> Family:
        """A part is what one pair of the segment holds of the code: two of its characters, its first beside one of the
        prefix, or its last alone."""
        even = self.start - self.start % 2
        zeros = self.segment[:even] + "0" * (len(self.segment) - even)
        base = self.modules(zeros)
        parts = []
        for at in range(even, len(zeros), 2):
            width = min(2, len(zeros) - at)
            bits = self.bits(zeros, at, width, base)
            held = self.segment[at : self.start]
            start = max(at, self.start) - self.start
            table = {
                "".join(free): added(bits, held + "".join(free)) for free in product(ALPHABET, repeat=width - len(held))
            }
            parts.append((start, at + width - self.start, table))
        return Family(17 + 4 * self.version, self.mask, base, tuple(parts))

    def bits(self, zeros: str, at: int, width: int, base: int) -> list[int]:
        """What each bit of the characters at this place adds, the lowest first."""
        found = []
        for bit in range(PAIR_BITS if width == 2 else LAST_BITS):
            high, low = divmod(1 << bit, 45)
            said = (VALUES[high] if width == 2 else "") + VALUES[low]
            found.append(self.modules(zeros[:at] + said + zeros[at + width :]) ^ base)
        return found


def added(bits: list[int], characters: str) -> int:
    value = 0
    for character in characters:
        value = 45 * value + VALUES.index(character)
    total = 0
    for bit, modules in enumerate(bits):
        if value >> bit & 1:
            total ^= modules
    return total


def stride(side: int) -> int:
    """Bytes to a row."""
    return (side + 7) // 8


def packed(matrix: Any) -> int:
    """The rows as one number: each padded to whole bytes at its right."""
    side = len(matrix)
    spare = 8 * stride(side) - side
    rows = "".join("".join("1" if module else "0" for module in row) + "0" * spare for row in matrix)
    return int(rows, 2)
