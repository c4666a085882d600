"""A receipt as PDF on a roll of 58 or 80 mm, as long as what stands on it."""

from __future__ import annotations

import math
from pathlib import Path

from flask import current_app

from selection_center.core import codes, fonts, i18n, pdf
from selection_center.printing.values import spoken
from selection_center.till.forms import METHODS
from selection_center.till.receipts import Receipt

ROLL_CSS = Path(__file__).parents[2] / "static" / "css" / "paper-roll.css"
PRINTED_MM = {58: 48, 80: 72}
"""What a printer of that width can reach."""
POINTS = {58: 7.5, 80: 8.5}
LEADING, PADDING_MM = 1.4, 0.7
"""As paper-roll.css sets a row."""
QR_DOTS_PER_MM = 8
"""Receipt printers have 203 dpi."""
QR_DOTS = 6
FIXED_ROWS = 13
"""Number, time, till, cashier, member, total, saved, tax, phone and the words at the foot."""
AROUND_MM = 14.0
"""Edges above and below, and the gaps between the tables."""


def receipt(of: Receipt, width: int) -> bytes:
    matrix = codes.qr_matrix(of.link, "M")
    side = (len(matrix) + 2 * codes.QUIET_MODULES) * QR_DOTS / QR_DOTS_PER_MM
    html = current_app.jinja_env.get_template("print/receipt.html").render(
        receipt=of,
        methods=dict(METHODS),
        width=width,
        height=f"{height_mm(of, width, side):.1f}",
        qr_side=f"{side:.4f}",
        language=spoken(i18n.language()),
    )
    qr = codes.qr_png_1bit(of.link, "M", QR_DOTS)
    return pdf.render(fonts.settable(html), stylesheets=[ROLL_CSS.read_text()], made={"qr-0.png": qr})


def height_mm(of: Receipt, width: int, qr_side: float) -> float:
    """At least what it needs: every text with room for its own line ends."""
    line = POINTS[width] * LEADING * fonts.MM_PER_POINT + PADDING_MM
    return (
        AROUND_MM
        + qr_side
        + line
        * sum(
            (
                rows(of.sale.site.label, width, times=1.4) * 1.6,
                rows(of.sale.site.address, width),
                *(rows(f"{each.title} {each.spec}", width) + (4 if each.off_fen else 3) for each in of.lines),
                *(rows(f"{each.off_reason}{'0' * 10}", width) for each in of.lines if each.off_fen),
                *(rows(f"{each.number}{'0' * 24}", width) + 1 for each in of.payments),
                2 * len(of.sale.refunds),
                rows(of.sale.discount_reason, width) if of.off_fen else 0,
                FIXED_ROWS,
            )
        )
    )


def rows(text: str, width: int, times: float = 1.0) -> int:
    """Lines that the text takes; one more than its width asks for, since words end where they like."""
    if not text:
        return 0
    needed = fonts.width_mm(text, POINTS[width] * times, bold=True)
    return math.ceil(needed / PRINTED_MM[width] * 1.15)
