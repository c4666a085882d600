"""Money is integer fen: read from what people and files write, and shown. No floats anywhere."""

import re
from typing import NamedTuple

LARGEST_FEN = 99_999_999_999
"""¥999,999,999.99. Times the largest quantity it still fits the databases' 64-bit integers."""

MINUS = "\N{MINUS SIGN}"

FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {
    ord("\N{FULLWIDTH YEN SIGN}"): "¥",
    ord("\N{IDEOGRAPHIC SPACE}"): " ",
}
"""Only these are folded: NFKC would also turn 37² into 372."""

WRITTEN = re.compile(
    r"""\s* (?P<sign>[-\N{MINUS SIGN}+]?) \s*
        (?: ¥ | RMB | CNY )? \s* (?P<inner_sign>[-\N{MINUS SIGN}]?)
        (?P<yuan> [0-9]{1,3}(?:,[0-9]{3})+ | [0-9]+ | (?=\.[0-9]) )
        (?: \. (?P<decimals>[0-9]*) )?
        \s* (?: 元 | RMB | CNY )? \s*""",
    re.VERBOSE | re.IGNORECASE,
)


class MoneyError(ValueError):
    """Not a sum that can be taken. `code` is not_money, too_many_decimals, negative or too_large."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class MoneyParts(NamedTuple):
    """A sum cut for setting in type: sign is "" or a minus, yuan has thousands commas, fen has two digits."""

    sign: str
    yuan: str
    fen: str


def parse_fen(text: str, *, allow_negative: bool = False) -> int:
    """Fen from "12", "¥1,234.5", "1234.50 元" or full-width signs. Raises MoneyError, which is a ValueError.

    More than two decimals are refused even if they are zeros: "12.500" may mean twelve thousand five hundred.
    """
    found = WRITTEN.fullmatch(text.translate(FULL_WIDTH)) if len(text) <= 40 else None
    if found is None or (found["sign"] and found["inner_sign"]):
        raise MoneyError("not_money", "write a sum such as 12.50")
    decimals = found["decimals"] or ""
    if len(decimals) > 2:
        raise MoneyError("too_many_decimals", "two decimals at most, such as 12.50")
    fen = int(found["yuan"].replace(",", "") or "0") * 100 + int(decimals.ljust(2, "0"))
    if fen > LARGEST_FEN:
        raise MoneyError("too_large", f"{show_fen(LARGEST_FEN)} at most")
    is_negative = (found["sign"] or found["inner_sign"]) in ("-", MINUS) and fen > 0
    if is_negative and not allow_negative:
        raise MoneyError("negative", "write a sum that is not below zero")
    return -fen if is_negative else fen


def parts(fen: int) -> MoneyParts:
    """123456 -> ("", "1,234", "56")."""
    yuan, rest = divmod(abs(fen), 100)
    return MoneyParts(MINUS if fen < 0 else "", f"{yuan:,}", f"{rest:02}")


def show_fen(fen: int) -> str:
    """123456 -> "¥1,234.56"; a minus stands before the sign of the currency."""
    sign, yuan, rest = parts(fen)
    return f"{sign}¥{yuan}.{rest}"
