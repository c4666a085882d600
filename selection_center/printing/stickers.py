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
CODE_PT, SITE_PT, SITE_LINES = 13.0, 8.0, 3
GAP = 0.8


def sticker(visit: Visit) -> bytes:
    """The PDF, one label. Characters that the font lacks get a stand-in."""
    address = codes.address(visit.code, current_app.config["PUBLIC_URL"], "V")
    qr = thermal_qr(address)
    left, top = STICKER.edge / 2, (STICKER.height - qr.side) / 2
    boxes = [labels.picture(qr, left, top), *words(visit, left + qr.side + GAP / 2)]
    html = fonts.settable(str(labels.page_box(boxes)))
    return pdf.render(html, stylesheets=[labels.stylesheet(STICKER)], made={qr.name: qr.png})


def thermal_qr(address: str) -> Qr:
    """As many whole dots to a module as fit the label's height with the quiet zone."""
    modules = 17 + 4 * codes.expected_version(address, "M") + 2 * codes.QUIET_MODULES
    dots = int(QR_ROOM_MM * DOTS_PER_MM / modules)
    png = codes.qr_png_1bit(address, "M", dots)
    return Qr("qr-0.png", png, modules * dots / DOTS_PER_MM, codes.QUIET_MODULES * dots / DOTS_PER_MM)


def words(visit: Visit, x: float) -> list[Markup]:
    """The code in two lines as large as they fit, and under it the site; both in the middle of the height."""
    room = STICKER.width - STICKER.edge - x
    code, site = labels.code_lines(visit.shown_code), fonts.lines(visit.site.label, room, SITE_LINES, SITE_PT)
    points = labels.fitted(code[0], room, CODE_PT, SITE_PT)
    code_high, site_high = len(code) * labels.high(points), len(site) * labels.high(SITE_PT)
    y = (STICKER.height - code_high - GAP - site_high) / 2
    return labels.block(x, y, code, points, "b") + labels.block(x, y + code_high + GAP, site, SITE_PT)
