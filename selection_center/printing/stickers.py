"""A visit's sticker for a thermal printer: QR, code and site, and nothing that says who wears it."""

from __future__ import annotations

from flask import current_app

from selection_center.core import codes, fonts
from selection_center.printing import labels, press
from selection_center.printing.ink import Ink, block, high
from selection_center.printing.labels import Paper
from selection_center.printing.media import THERMAL_DOTS, Face, Medium
from selection_center.visits.models import Visit

STICKER = Medium("50x30", Face.FULL, 50.0, 30.0, edge=2.0, qr_room=25.0, page=(50.0, 30.0), dots_per_mm=THERMAL_DOTS)
CODE_PT, SITE_PT, SITE_LINES = 13.0, 8.0, 3
GAP = 0.8


def sticker(visit: Visit) -> bytes:
    """The PDF, one label. Characters that the font lacks get a stand-in."""
    address = codes.address(visit.code, current_app.config["PUBLIC_URL"], "V")
    qr = Paper(STICKER).qr(address, STICKER.qr_room)
    qr = qr.at(STICKER.edge / 2, (STICKER.height - qr.side) / 2)
    return press.pages_pdf(STICKER.page, [[qr, *words(visit, qr.x + qr.side + GAP / 2)]])


def words(visit: Visit, x: float) -> list[Ink]:
    """The code in two lines as large as they fit, and under it the site; both in the middle of the height."""
    room = STICKER.width - STICKER.edge - x
    code = labels.code_lines(visit.shown_code)
    site = fonts.lines(fonts.settable(visit.site.label), room, SITE_LINES, SITE_PT)
    points = labels.fitted(code[0], room, CODE_PT, SITE_PT)
    code_high, site_high = len(code) * high(points), len(site) * high(SITE_PT)
    y = (STICKER.height - code_high - GAP - site_high) / 2
    return block(x, y, code, points, bold=True) + block(x, y + code_high + GAP, site, SITE_PT)
