"""A day or a shift of a store on paper: the sums, how it was paid, the counts with who signed them, the taxes."""

from __future__ import annotations

from flask import Blueprint, Response

from selection_center.core.auth import allow
from selection_center.core.downloads import PDF, download
from selection_center.core.permissions import Permission
from selection_center.printing.documents import flow
from selection_center.till import report_tables, reports
from selection_center.till.forms import METHODS
from selection_center.till.report_views import report_of_day, told_shift
from selection_center.till.report_words import KINDS, title_of

bp = Blueprint("day_papers", __name__)

LINES_A_PAGE = 16
MOST_MOVES = 300
"""On paper; a day with more cash in and out is read in the workbook."""
LONGEST_TEXT = 300


@bp.get("/sites/<string:slug>/day-report.pdf")
@allow(Permission.READ_TAKINGS)
def day(slug: str) -> Response:
    report = report_of_day(slug)
    return download(paper(report), title_of(report), "pdf", PDF)


@bp.get("/shifts/<int:shift_id>/report.pdf")
@allow(Permission.SELL)
def shift(shift_id: int) -> Response:
    report = reports.of_shift(told_shift(shift_id))
    return download(paper(report), title_of(report), "pdf", PDF)


def paper(report: reports.Report) -> bytes:
    lines = 24 + 4 * len(report.shifts) + len(report.goods) + len(report.hours) + min(len(report.moves), MOST_MOVES)
    return flow(
        "print/day_report.html",
        lines // LINES_A_PAGE + 1,
        None,
        report=report,
        title=title_of(report),
        sums=report_tables.sums(report),
        methods=dict(METHODS),
        kinds=KINDS,
        most=MOST_MOVES,
        longest=LONGEST_TEXT,
    )
