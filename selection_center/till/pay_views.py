"""The money: taken by hand or by the customer's own code, whole or in parts, and what to do when nobody answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import money
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.forms import clean
from selection_center.core.money import show_fen
from selection_center.core.permissions import Permission
from selection_center.till import forms, paying, settling, showing
from selection_center.till.changes import Change, changed
from selection_center.till.payments import SalePayment
from selection_center.till.reaching import open_shift, sale_or_404, till_of
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import PayMethod, Shift

bp = Blueprint("payments", __name__)

LONGEST_SUM = 20
WORDS = dict(forms.METHODS)


@dataclass(frozen=True)
class Taken:
    """What was typed or tapped: so much of the sum in this way; of cash so much was given. Fen."""

    method: PayMethod
    fen: int
    reference: str = ""

    def amount(self, due_fen: int) -> int:
        """Of cash no more than is due counts; the rest is change."""
        return min(self.fen, due_fen) if self.method is PayMethod.CASH else self.fen


@bp.post("/sales/<int:sale_id>/payments")
@allow(Permission.SELL)
def take(sale_id: int) -> Any:
    """Money in hand, or written down from another terminal; the first of it takes the goods out of the stock."""
    sale = sale_or_404(sale_id)
    till, method = till_of(sale), request.form.get("method", "")
    form = form_of(method)
    if form is not None and not form.validate():
        return showing.show(till, step=method, status=422, form=form)
    try:
        taken = read(method, form)
        shift = open_shift(till)
        begun(sale, shift)
        if sale.state is SaleState.PAYING:
            given = taken.fen if taken.method is PayMethod.CASH else None
            fen, of = taken.amount(sale.due_fen), taken.method
            paying.pay(sale, shift, of, fen, tendered_fen=given, reference=taken.reference, by=current_user)
    except Refused as refused:
        tendered = request.form.get("tendered", "")[:LONGEST_SUM]
        return showing.refused(till.id, refused, method, form, tendered=tendered)
    return changed(till, said(sale, taken.method))


def form_of(method: str) -> forms.PartForm | None:
    if method in showing.BY_HAND:
        return forms.PartByHandForm()
    return forms.PartForm() if method == PayMethod.POINTS.value else None


def read(method: str, form: forms.PartForm | None) -> Taken:
    if form is not None:
        return Taken(PayMethod(method), form.amount.data or 0, form.reference.data or "")
    return Taken(PayMethod.CASH, fen_of("note") or sum_of(request.form.get("tendered", "")))


def fen_of(name: str) -> int | None:
    """A whole number of fen that the page itself put there: on a key with a sum, or what was shown."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def sum_of(text: str) -> int:
    try:
        return money.parse_fen(clean(text[:LONGEST_SUM]) or "0")
    except ValueError as error:
        raise Refused("no_sum", _("Write yuan with at most two decimals, such as 12.80.")) from error


def begun(sale: Sale, shift: Shift) -> None:
    """Its price stands from here on, and its goods are set aside; a price that rose since it was shown is refused."""
    if sale.state is SaleState.OPEN:
        paying.begin(sale, shift, current_user, seen_fen=fen_of("seen_fen"))


def said(sale: Sale, method: PayMethod) -> Change:
    if sale.state is SaleState.PAID:
        return Change(word=_("Paid"), text=show_fen(sale.total_fen), query={"paid": sale.id})
    text = _("%(sum)s stays to pay", sum=show_fen(sale.due_fen))
    return Change(word=str(WORDS[method.value]), text=text)


@bp.post("/sales/<int:sale_id>/closing")
@allow(Permission.SELL)
def finish(sale_id: int) -> Any:
    """Of a sale that costs nothing."""
    sale = sale_or_404(sale_id)
    till = till_of(sale)
    begun(sale, open_shift(till))
    if sale.state is not SaleState.PAID:
        raise Refused("not_paid_in_full", _("%(sum)s stays to pay", sum=show_fen(sale.due_fen)))
    return changed(till, said(sale, PayMethod.CASH))


@bp.post("/sales/<int:sale_id>/payment/reversal")
@allow(Permission.SELL)
def give_up(sale_id: int) -> Any:
    """Back to the goods, while no money is in."""
    sale = sale_or_404(sale_id)
    till = till_of(sale)
    open_shift(till)
    paying.give_up(sale, current_user)
    return changed(till, Change(word=_("Back to the goods"), text=_("Nothing was paid.")))


@bp.post("/sales/<int:sale_id>/payments/<int:payment_id>/reversal")
@allow(Permission.SELL)
def take_back(sale_id: int, payment_id: int) -> Any:
    """A part that was written down wrongly, or is handed back, while more is due."""
    sale = sale_or_404(sale_id)
    till = till_of(sale)
    payment: SalePayment = db.first_or_404(sa.select(SalePayment).filter_by(id=payment_id, sale_id=sale.id))
    text = f"{WORDS[payment.method.value]} {show_fen(payment.amount_fen)}"
    settling.take_back(sale, open_shift(till), payment, current_user)
    return changed(till, Change(word=_("Payment taken back"), text=text))
