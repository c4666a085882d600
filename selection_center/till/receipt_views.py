"""Receipts: for the printer at the till, and on the customer's phone by a private address."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask_babel import gettext as _

from selection_center.core.auth import allow, public
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.membership import points
from selection_center.membership.points import PointsEntry, PointsKind
from selection_center.till import forms
from selection_center.till.reaching import sale_or_404
from selection_center.till.receipts import WIDTHS, Receipt, width_of
from selection_center.till.sale_views import wish_invoice
from selection_center.till.sales import Sale, SaleState

bp = Blueprint("sale_receipts", __name__)


@bp.get("/sales/<int:sale_id>/receipt")
@allow(Permission.SELL)
def paper(sale_id: int) -> Any:
    """For the receipt printer, 58 or 80 mm wide."""
    sale = paid_or_404(sale_or_404(sale_id))
    width = width_of(request.args.get("width"))
    back = url_for("till.show", till_id=sale.till_id, paid=sale.id) if sale.till_id else url_for("pages.home")
    return render_template(
        "till/paper.html", width=width, widths=WIDTHS, back_url=back, pdf_url=pdf_url(sale, width), **values_of(sale)
    )


@bp.get("/r/<string:token>")
@public
def show(token: str) -> Any:
    return show_receipt(receipt_or_404(token), forms.InvoiceForm(formdata=None))


def show_receipt(sale: Sale, form: forms.InvoiceForm, status: int = 200) -> Any:
    orders = list({line.order.id: line.order for line in sale.lines if line.order is not None}.values())
    page = render_template(
        "till/receipt.html", form=form, orders=orders, pdf_url=shared_pdf_url(sale), **values_of(sale)
    )
    return page, status


@bp.post("/r/<string:token>/invoice")
@public
def wish(token: str) -> Any:
    """The customer's own wish for an invoice."""
    sale, form = receipt_or_404(token), forms.InvoiceForm()
    if not form.validate():
        return show_receipt(sale, form, 422)
    wish_invoice(sale, form)
    return done(url_for(".show", token=token), _("Your wish is kept. The store writes the invoice out."))


def values_of(sale: Sale) -> dict[str, Any]:
    balance = points.balance(sale.member_id) if sale.member_id else None
    return {
        "receipt": Receipt.of(sale),
        "METHODS": dict(forms.METHODS),
        "earned": earned_for(sale),
        "balance": balance,
    }


def earned_for(sale: Sale) -> int | None:
    """Points that this sale brought its member."""
    earned = sa.select(PointsEntry.points).filter_by(
        member_id=sale.member_id, kind=PointsKind.EARNED, subject=f"sale {sale.number}"
    )
    return db.session.scalar(earned) if sale.member_id is not None else None


def receipt_or_404(token: str) -> Sale:
    sale: Sale = db.first_or_404(sa.select(Sale).filter_by(token=token))
    return paid_or_404(sale)


def paid_or_404(sale: Sale) -> Sale:
    return sale if sale.state is SaleState.PAID else abort(404)


def pdf_url(sale: Sale, width: int) -> str | None:
    """While the print room knows receipts."""
    known = "documents.receipt" in current_app.view_functions
    return url_for("documents.receipt", sale_id=sale.id, width=width) if known else None


def shared_pdf_url(sale: Sale) -> str | None:
    known = "documents.shared_receipt" in current_app.view_functions
    return url_for("documents.shared_receipt", token=sale.token) if known else None
