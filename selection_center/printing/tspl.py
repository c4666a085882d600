"""Labels in TSPL, the language of TSC's printers and of most Chinese label printers (佳博, 芯烨, 汉印, 得力)."""

from __future__ import annotations

from collections.abc import Iterable

from selection_center.printing.dots import Code, Label, Piece, Setting

END = b"\r\n"
AT_ONCE = b"\x1b!"
"""Begins commands that a printer obeys at once wherever they stand, in the dots of a picture too."""
FLIPPED = bytes(255 - byte for byte in range(256))


def document(labels: Iterable[Label], setting: Setting) -> bytes:
    return b"".join(commands(label, setting) for label in labels)


def commands(label: Label, setting: Setting) -> bytes:
    """From SIZE to PRINT: each label says all, so that a file may be cut between two of them. Printers keep DIRECTION,
    so that it says "not mirrored" too."""
    width, height = (f"{side / setting.dots_per_mm:g}" for side in (label.width, label.height))
    gap = f"{setting.gap_tenths / 10:g}"
    head = [f"SIZE {width} mm,{height} mm", f"GAP {gap} mm,0 mm", "DIRECTION 1,0", "REFERENCE 0,0"]
    if setting.speed:
        head.append(f"SPEED {setting.speed}")
    if setting.darkness:
        head.append(f"DENSITY {setting.darkness}")
    lines = [line.encode("ascii") for line in (*head, "CLS")]
    lines += [*map(bitmap, label.pieces), *map(qr, label.codes), f"PRINT 1,{setting.copies}".encode("ascii")]
    return END.join(lines) + END


def bitmap(piece: Piece) -> bytes:
    """White is 1. A dot more keeps what would be read as a command from being one."""
    data = b"".join(piece.rows).translate(FLIPPED).replace(AT_ONCE, b"\x1a!")
    return f"BITMAP {piece.x},{piece.y},{piece.stride},{len(piece.rows)},0,".encode("ascii") + data


def qr(code: Code) -> bytes:
    """Model 2, encoded as the printer sees fit; its text holds no quotation mark."""
    return f'QRCODE {code.x},{code.y},{code.level},{code.module},A,0,M2,S7,"{code.text}"'.encode("ascii")
