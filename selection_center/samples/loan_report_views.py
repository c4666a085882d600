"""Reports on lending as pages: by offer, by factory, and the deposits' days."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from selection_center.catalog.models import Listing, Supplier
from selection_center.core.auth import allow
from selection_center.core.permissions import Permission
from selection_center.samples import loan_forms as forms
from selection_center.samples import loan_queries as queries
from selection_center.samples import loan_reports as reports
from selection_center.sites.reaching import site_or_404

bp = Blueprint("loan_reports", __name__)


@bp.get("/sites/<string:slug>/loans/offers")
@allow(Permission.HANDLE_SAMPLES)
def offers(slug: str) -> Any:
    return show_brought(slug, Listing, "offers", _("Offer"))


@bp.get("/sites/<string:slug>/loans/factories")
@allow(Permission.HANDLE_SAMPLES)
def factories(slug: str) -> Any:
    return show_brought(slug, Supplier, "factories", _("Factory"))


def show_brought(slug: str, model: type[Listing] | type[Supplier], tab: str, head: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    return render_template(
        "loans/brought.html",
        site=site,
        tab=tab,
        head=head,
        rows=reports.brought_by(site, model),
        counts=queries.counts(site),
    )


@bp.get("/sites/<string:slug>/loans/deposits")
@allow(Permission.HANDLE_SAMPLES)
def deposits(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    period = reports.Period.read(request.args)
    return render_template(
        "loans/deposits.html",
        site=site,
        period=period,
        deposits=reports.Deposits.of(site, period),
        page=reports.page_of_entries(site, period),
        held_fen=queries.Totals.at(site).deposit_fen,
        methods=dict(forms.METHODS),
        kinds=dict(forms.DEPOSITS),
        counts=queries.counts(site),
    )
