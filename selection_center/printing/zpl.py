"""Labels in ZPL II, the language of Zebra's printers and of many others.

^GF and ^BQ with its ^FD by Zebra's ZPL II Programming Guide, 45541L-004 and docs.zebra.com.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from selection_center.printing.dots import HIGHEST_CODE, Code, Label, Piece, Setting

SINKS = HIGHEST_CODE
"""A QR at ^FO stands lower than it is told by the bar height of the last ^BY, and printers keep what others said last:
so each says one first. As zebrash (#57), BinaryKits.Zpl (#329) and ZPLab (#401) found it, where the guide says nothing.
"""
SHORTEST_RUN = 3


def document(labels: Iterable[Label], setting: Setting) -> bytes:
    darkness = f"~SD{setting.darkness * 2:02}\n" if setting.darkness else ""
    return (darkness + "".join(format_of(label, setting) for label in labels)).encode("ascii")


def format_of(label: Label, setting: Setting) -> str:
    """From ^XA to ^XZ. What an earlier job may have left turned or moved is set straight; ^LT and ^LS, by which people
    set their printer right, stay."""
    speed = f"^PR{setting.speed}" if setting.speed else ""
    head = f"^XA^PW{label.width}^LL{label.height}^LH0,0^FWN^PON^PMN^LRN{speed}"
    fields = [*map(graphic, label.pieces), *map(qr, label.codes)]
    return "\n".join([head, *fields, f"^PQ{setting.copies}^XZ"]) + "\n"


def graphic(piece: Piece) -> str:
    """In hexadecimal both counts are that of the dots' bytes, however short they are written; 99999 at most."""
    total = piece.stride * len(piece.rows)
    return f"^FO{piece.x},{piece.y}^GFA,{total},{total},{piece.stride},{''.join(packed(piece.rows))}^FS"


def qr(code: Code) -> str:
    """Model 2, turned by nothing, 1 to 10 dots to a module. ^FD begins with the level and A for automatic input: all of
    it is one alphanumeric segment. It holds neither ^ nor ~, so nothing is escaped, and needs no ^CI28."""
    place = f"^BY2,3,{SINKS}^FO{code.x},{code.y - SINKS}"
    return f"{place}^BQN,2,{code.module}^FD{code.level}A,{code.text}^FS"


def packed(rows: Iterable[bytes]) -> Iterator[str]:
    """Zebra's own compression: ":" is the row before, "," fills with white, "!" with black, letters count."""
    before = None
    for row in rows:
        yield ":" if row == before else packed_row(row.hex().upper())
        before = row


def packed_row(digits: str) -> str:
    """Fillers begin at whole bytes, as the oldest printers want it."""
    for digit, filler in (("0", ","), ("F", "!")):
        kept = len(digits.rstrip(digit))
        kept += kept % 2
        if kept < len(digits):
            return counted(digits[:kept]) + filler
    return counted(digits)


def counted(digits: str) -> str:
    return "".join(run(digit, len(list(same))) for digit, same in groupby(digits))


def run(digit: str, count: int) -> str:
    """G to Y count 1 to 19, g to z the twenties up to 400."""
    if count < SHORTEST_RUN:
        return digit * count
    most, rest = divmod(count, 400)
    twenties, ones = divmod(rest, 20)
    letters = (
        "z" * most + (chr(ord("g") + twenties - 1) if twenties else "") + (chr(ord("G") + ones - 1) if ones else "")
    )
    return letters + digit
