"""The bars of a GTIN (商品条码): EAN-13, UPC-A as EAN-13, EAN-8. GS1 General Specifications, 5.2."""

from __future__ import annotations

from selection_center.core import gtins
from selection_center.printing.ink import Box, Ink

LEFT_ODD = (
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
)
RIGHT = tuple("".join("10"[int(bit)] for bit in code) for code in LEFT_ODD)
LEFT_EVEN = tuple(code[::-1] for code in RIGHT)
PARITIES = ("000000", "001011", "001101", "001110", "010011", "011001", "011100", "010101", "010110", "011010")
"""By the first digit of thirteen, which of the six at left are even."""
GUARD, MIDDLE = "101", "01010"
QUIET = 11
"""Modules that stay white on each side."""
LEAST_MODULE_MM, LARGEST_MODULE_MM = 0.25, 0.66


def digits_of(barcode: str) -> str:
    """Eight or thirteen digits that bars can say; "" for a carton's number, and for what is none."""
    gtin = gtins.parse(barcode)
    if gtin is None or gtin[0] != "0":
        return ""
    return gtin[6:] if not gtin[:6].strip("0") else gtin[1:]


def modules(digits: str) -> str:
    """A one for each dark module, from left to right."""
    if len(digits) == 8:
        left = "".join(LEFT_ODD[int(digit)] for digit in digits[:4])
        right = digits[4:]
    else:
        parity = PARITIES[int(digits[0])]
        left = "".join(
            (LEFT_EVEN if even == "1" else LEFT_ODD)[int(digit)]
            for digit, even in zip(digits[1:7], parity, strict=True)
        )
        right = digits[7:]
    return GUARD + left + MIDDLE + "".join(RIGHT[int(digit)] for digit in right) + GUARD


def module_mm(digits: str, room: float, dots_per_mm: float) -> float:
    """In whole dots, as wide as the room allows; 0 where that is too small to be read."""
    count = len(modules(digits)) + 2 * QUIET
    dots = int(min(room / count, LARGEST_MODULE_MM) * dots_per_mm + 1e-6)
    return dots / dots_per_mm if dots / dots_per_mm >= LEAST_MODULE_MM else 0.0


def bars(digits: str, x: float, y: float, module: float, height: float, dots_per_mm: float) -> list[Ink]:
    """The bars alone, the first on the printer's nearest whole dot."""
    x = round(x * dots_per_mm) / dots_per_mm
    found: list[Ink] = []
    code, start = modules(digits), None
    for place, module_is in enumerate(f"{code}0"):
        if module_is == "1" and start is None:
            start = place
        elif module_is == "0" and start is not None:
            found.append(Box(x + start * module, y, (place - start) * module, height))
            start = None
    return found
