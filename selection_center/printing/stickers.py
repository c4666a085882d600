"""A visit's sticker for a thermal printer: QR, code and site, and nothing that says who wears it."""

from __future__ import annotations

from flask import current_app
from markupsafe import Markup

from selection_center.core import codes, fonts, pdf
from selection_center.printing import labels
from selection_center.printing.labels import Qr
from selection_center.printing.media import Face, Medium
from selection_center.visits.models import Visit

STICKER = Medium("50x30", Face.FULL, 50.0, 30.0, edge=2.0, page=(50.0, 30.0))
DOTS_PER_MM = 8.0
"""Thermal printers set 203 dots to the inch, which they call eight to the millimetre."""
QR_ROOM_MM = 25.0
CODE_PT, SITE_PT, HOST_PT = 13.0, 8.0, 7.0
GAP = 0.8


def sticker(visit: Visit) -> bytes:
    """The PDF, one label. Characters that the font lacks get a stand-in."""
    address = codes.address(visit.code, current_app.config["PUBLIC_URL"], "V")
    qr = thermal_qr(address)
    left, top = STICKER.edge / 2, (STICKER.height - qr.side) / 2
    boxes = [labels.picture(qr, left, top), *words(visit, left + qr.side + GAP, top + qr.quiet)]
    html = fonts.settable(str(labels.page_box(boxes)))
    return pdf.render(html, stylesheets=[labels.stylesheet(STICKER)], made={qr.name: qr.png})


def thermal_qr(address: str) -> Qr:
    """As many whole dots to a module as fit the label's height with the quiet zone."""
    modules = 17 + 4 * codes.expected_version(address, "M") + 2 * codes.QUIET_MODULES
    dots = int(QR_ROOM_MM * DOTS_PER_MM / modules)
    png = codes.qr_png_1bit(address, "M", dots)
    return Qr("qr-0.png", png, modules * dots / DOTS_PER_MM, codes.QUIET_MODULES * dots / DOTS_PER_MM)


def words(visit: Visit, x: float, y: float) -> list[Markup]:
    """The code in its groups, as large as it fits, and under it the site."""
    room = STICKER.width - STICKER.edge - x
    groups = visit.shown_code.split("-")
    points = labels.fitted(max(groups, key=len), room, CODE_PT, HOST_PT)
    boxes = labels.block(x, y, groups, points, "b")
    y += len(groups) * labels.high(points) + GAP
    return boxes + labels.block(x, y, fonts.lines(visit.site.label, room, 3, SITE_PT, bold=False), SITE_PT)
