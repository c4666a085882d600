"""The words of the reports: kinds of lines, and what a report is about."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from selection_center.till.refunds import GoesTo
from selection_center.till.reports import Report
from selection_center.till.sales import LineKind, SaleState

KINDS = {
    LineKind.TAKE_AWAY: _l("Taken away"),
    LineKind.FACTORY_DIRECT: _l("Sent by the factory"),
    LineKind.FEE: _l("Membership fees"),
    LineKind.OTHER: _l("Goods without a code"),
}
STATES = {
    SaleState.OPEN: _l("Being put together"),
    SaleState.HELD: _l("On hold"),
    SaleState.PAYING: _l("Being paid"),
    SaleState.PAID: _l("Paid"),
    SaleState.VOID: _l("Cancelled"),
}
GOES = {
    GoesTo.STOCK: _l("Back to stock"),
    GoesTo.WASTE: _l("To waste"),
    GoesTo.NOWHERE: _l("Nothing came back"),
}


def title_of(report: Report) -> str:
    """Such as "Day report 2026-11-26", or the shift's till and person."""
    if report.day is not None:
        return str(_("Day report %(day)s", day=report.day.isoformat()))
    shift = report.shifts[0]
    return str(_("Shift of %(name)s at %(till)s", name=shift.opened_by.name, till=shift.till.name))
