"""Documents to take along: a buyer's list, and an order for its factory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import current_app

from selection_center.core import codes, fonts, i18n, pdf, pictures
from selection_center.core.shop_time import today
from selection_center.orders.exports import facts
from selection_center.orders.models import Order
from selection_center.printing.media import OFFICE_DOTS
from selection_center.printing.values import spoken
from selection_center.selections.groups import SupplierGroup, Totals
from selection_center.selections.models import SelectionList

FLOW_CSS = Path(__file__).parents[2] / "static" / "css" / "paper-flow.css"
LINES_A_PAGE = 8
QR_DOTS = 6
CONTENTS_FROM = 6
"""Factories on a list: from so many on it begins with its contents."""


def selection_list(selection: SelectionList, groups: list[SupplierGroup], *, is_own: bool) -> bytes:
    """The list by factory with pictures, prices where they may be seen, and pack.

    Whoever merely has the link gets neither the notes nor the code that opens it at the desk.
    """
    lines = sum(len(group.lines) for group in groups)
    address = codes.address(selection.code, current_app.config["PUBLIC_URL"]) if is_own else None
    totals, pages = Totals.of(groups), lines // LINES_A_PAGE + 1
    return flow(
        "print/selection.html",
        pages,
        address,
        selection=selection,
        groups=groups,
        totals=totals,
        many=CONTENTS_FROM,
    )


def handover(order: Order, user: Any) -> bytes:
    """What the factory needs to make and ship it. The phone stays masked; a supplier reads a masked name."""
    rows = [(word, str(value)) for word, value in facts(order, user) if value]
    return flow("print/handover.html", len(order.lines) // LINES_A_PAGE + 1, None, order=order, facts=rows)


def flow(template: str, pages: int, address: str | None, **values: Any) -> bytes:
    """A document of as many A4 pages as it takes. Characters that the font lacks get a stand-in."""
    made = {"qr-0.png": codes.qr_png_1bit(address, "M", QR_DOTS)} if address else {}
    side = (len(codes.qr_matrix(address, "M")) + 2 * codes.QUIET_MODULES) * QR_DOTS / OFFICE_DOTS if address else 0
    html = current_app.jinja_env.get_template(template).render(
        qr_side=f"{side:.4f}",
        day=today().isoformat(),
        language=spoken(i18n.language()),
        kept_picture=kept_picture,
        address=address,
        **values,
    )
    return pdf.render(fonts.settable(html), stylesheets=[FLOW_CSS.read_text()], made=made, pages=pages)


def kept_picture(name: str | None) -> str | None:
    """The picture's name on paper, if its file is there."""
    return f"picture:{name}-thumb.webp" if name and pictures.path(name, "thumb").is_file() else None
