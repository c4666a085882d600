"""The slip of a loan (借样单): what was lent until when, each piece with its code, to go along and come back with.

No name, phone or deposit stands on it: paper gets lost.
"""

from __future__ import annotations

from flask import current_app

from selection_center.core import codes, fonts, i18n, pdf
from selection_center.core.shop_time import today
from selection_center.printing.documents import FLOW_CSS, LINES_A_PAGE, kept_picture
from selection_center.printing.media import OFFICE_DOTS
from selection_center.printing.values import spoken
from selection_center.samples.loan_forms import CONDITIONS, KINDS
from selection_center.samples.loan_items import LoanItem
from selection_center.samples.loans import Loan

QR_DOTS = 5
"""Dots of a printer to each module."""


def slip(loan: Loan) -> bytes:
    """As PDF on A4; the pieces as they were lent, and what has come back of them so far."""
    address = codes.address(codes.new_code(), current_app.config["PUBLIC_URL"])
    side = (len(codes.qr_matrix(address, "M")) + 2 * codes.QUIET_MODULES) * QR_DOTS / OFFICE_DOTS
    html = current_app.jinja_env.get_template("print/slip.html").render(
        loan=loan,
        rows=[(item, f"qr-{number}.png" if item.sample.code else None) for number, item in enumerate(loan.items)],
        kind=dict(KINDS)[loan.kind],
        conditions=dict(CONDITIONS),
        qr_side=f"{side:.4f}",
        day=today().isoformat(),
        language=spoken(i18n.language()),
        kept_picture=kept_picture,
    )
    made = {f"qr-{number}.png": qr_of(item) for number, item in enumerate(loan.items) if item.sample.code}
    pages = len(loan.items) // LINES_A_PAGE + 1
    return pdf.render(fonts.settable(html), stylesheets=[FLOW_CSS.read_text()], made=made, pages=pages)


def qr_of(item: LoanItem) -> bytes:
    return codes.qr_png_1bit(codes.address(str(item.sample.code), current_app.config["PUBLIC_URL"]), "M", QR_DOTS)
