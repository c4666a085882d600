"""The books: the sales of a store with their search, and one sale with everything that belongs to it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import XLSX, download
from selection_center.core.exports import xlsx_file
from selection_center.core.permissions import Permission
from selection_center.sites import audit_words
from selection_center.sites.reaching import one_or_404, site_or_404
from selection_center.till import report_tables, shift_queries
from selection_center.till import sale_queries as queries
from selection_center.till.forms import METHODS
from selection_center.till.report_words import GOES, KINDS, STATES
from selection_center.till.sales import Sale, SaleState

bp = Blueprint("sales", __name__)

CHOICES = {"q", "where", "method", "till", "shift", "from", "to", "sort"}


def sale_or_404(sale_id: int) -> Sale:
    query = Sale.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=sale_id).options(*queries.WHOLE)
    sale: Sale = one_or_404(query, Permission.SELL)
    return sale


@bp.get("/sites/<string:slug>/sales")
@allow(Permission.SELL)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.SELL)
    filters = queries.Filters.read(request.args)
    chosen: dict[str, Any] = {name: value for name, value in request.args.items() if name in CHOICES}
    return render_template(
        "sales/index.html",
        site=site,
        filters=filters,
        page=queries.search(site, filters),
        counts=queries.counts(site),
        totals=queries.Totals.of(site, filters),
        methods=dict(METHODS),
        tills=shift_queries.tills(site),
        states=STATES,
        export_url=url_for(".export", slug=site.slug, **chosen),
    )


@bp.get("/sites/<string:slug>/sales.xlsx")
@allow(Permission.SELL)
def export(slug: str) -> Response:
    """The sales of this search as a table; members by their number alone."""
    site = site_or_404(slug, Permission.SELL)
    query = queries.narrowed(site, queries.Filters.read(request.args)).options(*queries.SHOWN)
    sales = db.session.scalars(query.order_by(Sale.id).limit(report_tables.MOST_SALES)).all()
    audit.record_beside("sales_exported", site, site_id=site.id, count=len(sales))
    rows = (report_tables.sale_row(sale) for sale in sales)
    data = xlsx_file(_("Sales"), report_tables.sale_head(), rows, report_tables.SALE_WIDTHS)
    return download(data, _("Sales"), "xlsx", XLSX)


@bp.get("/sales/<int:sale_id>")
@allow(Permission.SELL)
def show(sale_id: int) -> Any:
    sale = sale_or_404(sale_id)
    return render_template(
        "sales/show.html",
        sale=sale,
        methods=dict(METHODS),
        kinds=KINDS,
        states=STATES,
        goes=GOES,
        can_refund=sale.state is SaleState.PAID and any(line.left for line in sale.lines),
        history=history(sale),
        audit_verb=audit_words.verb,
        audit_details=audit_words.details,
    )


def history(sale: Sale) -> list[audit.AuditEntry]:
    query = sa.select(audit.AuditEntry).filter_by(subject_type=Sale.__tablename__, subject_id=sale.id)
    return list(db.session.scalars(query.order_by(audit.AuditEntry.id.desc()).limit(100)))
