"""The day of a store in sums, and it and a shift as tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.downloads import XLSX, download
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import today
from selection_center.sites.reaching import site_or_404
from selection_center.till import report_tables, reports
from selection_center.till.forms import METHODS
from selection_center.till.report_words import title_of
from selection_center.till.shift_queries import day_of
from selection_center.till.shift_views import oversees, shift_or_404
from selection_center.till.shifts import Shift

bp = Blueprint("day_reports", __name__)


def asked_day() -> date:
    """`?day=`, today without one; a day to come is none."""
    day = day_of(request.args.get("day", "")) or today()
    return min(day, today())


def report_of_day(slug: str) -> reports.Report:
    return reports.of_day(site_or_404(slug, Permission.READ_TAKINGS), asked_day())


def told_shift(shift_id: int) -> Shift:
    """What should be there is told after the count; to who oversees the till at any time."""
    shift = shift_or_404(shift_id)
    if shift.is_open and not oversees(shift):
        raise Refused("not_counted", _("The sums are told once you have counted."))
    return shift


@bp.get("/sites/<string:slug>/day-report")
@allow(Permission.READ_TAKINGS)
def show(slug: str) -> Any:
    report = report_of_day(slug)
    day = report.day or today()
    return render_template(
        "shifts/day.html",
        site=report.site,
        report=report,
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < today() else None,
        methods=dict(METHODS),
    )


@bp.get("/sites/<string:slug>/day-report.xlsx")
@allow(Permission.READ_TAKINGS)
def table(slug: str) -> Response:
    report = report_of_day(slug)
    sales = report_tables.sales_of(reports.paid_on(report.site, report.day or today()))
    audit.record_beside("day_report_given", report.site, site_id=report.site.id, count=len(sales))
    return download(report_tables.workbook(report, sales), title_of(report), "xlsx", XLSX)


@bp.get("/shifts/<int:shift_id>/report.xlsx")
@allow(Permission.SELL)
def shift_table(shift_id: int) -> Response:
    shift = told_shift(shift_id)
    sales = report_tables.sales_of(reports.paid_in(shift))
    audit.record_beside("shift_report_given", shift, count=len(sales))
    report = reports.of_shift(shift)
    return download(report_tables.workbook(report, sales), title_of(report), "xlsx", XLSX)
