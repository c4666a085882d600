"""What is done with a sale as a whole: hold and take up, off the whole, cancel, address and invoice."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.accounts.buyers import CONSENT_VERSION
from selection_center.catalog.queries import number
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.orders.models import InvoiceWish
from selection_center.till import forms, selling, showing
from selection_center.till.changes import Change, changed, undo
from selection_center.till.reaching import held_open, open_shift, sale_or_404, till_of, till_or_404
from selection_center.till.sales import Sale, SaleState

bp = Blueprint("sale_desk", __name__)


@bp.post("/sales/<int:sale_id>/discount")
@allow(Permission.SELL)
def discount(sale_id: int) -> Any:
    sale, form = sale_or_404(sale_id), forms.DiscountForm()
    till = till_of(sale)
    if not form.validate():
        return showing.show(till, step="discount", status=422, form=form)
    try:
        approver = form.approver(till.site)
        sale = sale_or_404(sale_id)
        open_shift(till_of(sale))
        held_open(sale).discount(form.off.data or 0, form.reason.data or "", current_user, approver)
    except Refused as refused:
        return showing.refused(till.id, refused, "discount", form)
    audit.record("sale_discounted", sale, code=sale.code, fen=form.off.data, reason=form.reason.data)
    return changed(till_of(sale), Change(word=_("Discount given") if form.off.data else _("Discount taken back")))


@bp.post("/sales/<int:sale_id>/hold")
@allow(Permission.SELL)
def hold(sale_id: int) -> Any:
    sale, form = sale_or_404(sale_id), forms.HoldForm()
    till = till_of(sale)
    if not form.validate():
        return showing.show(till, step="hold", status=422, form=form)
    open_shift(till)
    held_open(sale).put_on_hold(form.note.data or "")
    back = undo(url_for(".recall", sale_id=sale.id), till=str(till.id))
    return changed(till, Change(word=_("On hold"), text=sale.hold_note, keys=back))


@bp.post("/sales/<int:sale_id>/recall")
@allow(Permission.SELL)
def recall(sale_id: int) -> Any:
    """At this till; what was open there goes on hold instead."""
    sale, asked = sale_or_404(sale_id), number(request.form.get("till", ""))
    till = till_or_404(asked) if asked else till_of(sale)
    selling.take_up(sale, till)
    return changed(till, Change(word=_("Taken up"), text=sale.hold_note))


@bp.post("/sales/<int:sale_id>/void")
@allow(Permission.SELL)
def void(sale_id: int) -> Any:
    sale, form = sale_or_404(sale_id), forms.VoidForm()
    till = till_of(sale)
    if not form.validate():
        return showing.show(till, step="void", status=422, form=form)
    open_shift(till)
    held_open(sale).void(form.reason.data, current_user)
    audit.record("sale_voided", sale, code=sale.code, reason=form.reason.data)
    return changed(till, Change(word=_("Sale cancelled"), text=form.reason.data or ""))


@bp.post("/sales/<int:sale_id>/contact")
@allow(Permission.SELL)
def contact(sale_id: int) -> Any:
    """Name, mobile and address for what the factory sends, under the notice."""
    sale = sale_or_404(sale_id)
    till, form = till_of(sale), forms.ContactForm(known_phone=known_phone(sale))
    if not form.validate():
        return showing.show(till, step="contact", status=422, form=form)
    open_shift(till)
    held_open(sale)
    sale.name, sale.phone, sale.address = form.name.data, form.phone.data, form.address.data
    sale.consent_version = CONSENT_VERSION
    return changed(till, Change(word=_("Address kept"), text=sale.address))


def known_phone(sale: Sale) -> str | None:
    """The one that stands there, else the member's: nobody types it again, and it is not shown."""
    return sale.phone or (sale.member.phone if sale.member is not None else None)


@bp.post("/sales/<int:sale_id>/invoice")
@allow(Permission.SELL)
def invoice(sale_id: int) -> Any:
    """The wish, before or after the payment."""
    sale, form = sale_or_404(sale_id), forms.InvoiceForm()
    till = till_of(sale)
    if not form.validate():
        return showing.show(till, step="invoice", status=422, form=form, wished=sale)
    wish_invoice(sale, form)
    paid = sale.id if sale.state is SaleState.PAID else None
    return changed(till, Change(word=_("Invoice noted"), text=sale.invoice_title, query={"paid": paid}))


def wish_invoice(sale: Sale, form: forms.InvoiceForm) -> None:
    sale.hold_row()
    sale.invoice = InvoiceWish(form.invoice.data)
    asked = sale.invoice is not InvoiceWish.NONE
    sale.invoice_title = (form.invoice_title.data or "") if asked else ""
    sale.invoice_tax_number = (form.invoice_tax_number.data or "") if asked else ""
    sale.invoice_email = (form.invoice_email.data or "") if asked else ""
    audit.record("invoice_wished", sale, code=sale.code, to=sale.invoice.value)
