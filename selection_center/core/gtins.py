"""The numbers of barcodes (GTIN): EAN-13, EAN-8, UPC-A and GTIN-14, bare, in GS1 element strings and GS1 Digital Links.

Each is kept as fourteen digits, filled up with zeros on the left; the last one is the check digit. (GS1 General
Specifications 3.3.2 and 7.9; GS1 Digital Link URI syntax 4.)
"""

import re
import unicodedata

LENGTHS = (8, 12, 13, 14)
GROUP_SEPARATOR = "\x1d"
IN_LINK = re.compile(r"/(?:01|gtin)/([0-9]{8}|[0-9]{12,14})(?=[/?#]|$)", re.IGNORECASE)
IN_BRACKETS = re.compile(r"\(01\)([0-9]{14})(?=\(|$)")
IN_ELEMENTS = re.compile(rf"{GROUP_SEPARATOR}?01([0-9]{{14}})(?=(?:1[0-7]|2[01]|3[0-9]){{1}}|{GROUP_SEPARATOR}|$)")
"""After the number of the trade item, the identifiers that goods carry: lot, dates, variant, serial, measures."""


def check_digit(digits: str) -> str:
    """The digit after these: weights 3 and 1 in turn, from the right."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def parse(text: str) -> str | None:
    """Fourteen digits for a number as a scanner or a person writes it; None where its check digit is wrong."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())
    if len(digits) not in LENGTHS or not (digits.isascii() and digits.isdigit()) or not digits.strip("0"):
        return None
    return digits.zfill(14) if check_digit(digits[:-1]) == digits[-1] else None


def find(text: str) -> str | None:
    """The same in a GS1 Digital Link of any host, or in the element string of a Data Matrix or a GS1 barcode."""
    text = unicodedata.normalize("NFKC", text).strip(" \r\n\t")
    link = IN_LINK.search(text) if re.match(r"https?://", text, re.IGNORECASE) else None
    found = link or IN_BRACKETS.search(text.replace(" ", "")) or IN_ELEMENTS.match(text)
    return parse(found[1]) if found else parse(text)


def spellings(gtin: str) -> list[str]:
    """How a catalog may have written this number: with and without its zeros, and the single piece of a carton."""
    found = [gtin[14 - length :] for length in LENGTHS if not gtin[: 14 - length].strip("0")]
    if gtin[0] in "12345678":  # a carton's own digit stands before the number of the piece in it
        piece = gtin[1:13]
        found.append(piece + check_digit(piece))
    return found
