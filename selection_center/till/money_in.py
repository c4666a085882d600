"""A part of the payment as it is written down (收款): by hand, by the customer's code, or in points."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.money import LARGEST_FEN, show_fen
from selection_center.till.payments import Charge, ChargeState, SalePayment
from selection_center.till.sale_points import spend_points
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import PayMethod, Shift

BY_HAND = (PayMethod.WECHAT, PayMethod.ALIPAY, PayMethod.CARD)
"""Written down with the number that the slip or the phone shows."""


class Paid(NamedTuple):
    """A part of the payment. Fen; of cash `tendered_fen` was given, or just the amount."""

    method: PayMethod
    amount_fen: int
    tendered_fen: int | None = None
    reference: str = ""


def take_in(sale: Sale, shift: Shift, paid: Paid, by: User, charge: Charge | None = None) -> SalePayment:
    """Writes a payment down. Shift and sale are held."""
    payment = write_payment(sale, shift, paid, by, charge)
    db.session.flush()
    spend_points(sale, payment, by)
    return payment


def write_payment(sale: Sale, shift: Shift, paid: Paid, by: User, charge: Charge | None = None) -> SalePayment:
    if sale.state is not SaleState.PAYING:
        raise Refused("not_paying", _("This sale is not being paid."))
    if not 0 < paid.amount_fen <= sale.due_fen:
        raise Refused("too_much_paid", _("Write an amount up to %(fen)s.", fen=show_fen(sale.due_fen)))
    payment = SalePayment(
        shift_id=shift.id,
        method=paid.method,
        amount_fen=paid.amount_fen,
        tendered_fen=tendered(paid),
        reference=reference_of(paid, charge),
        charge_id=charge.id if charge is not None else None,
        by_id=by.id,
    )
    sale.payments.append(payment)
    sale.touch()
    return payment


def tendered(paid: Paid) -> int | None:
    if paid.method is not PayMethod.CASH:
        return None
    given = paid.amount_fen if paid.tendered_fen is None else paid.tendered_fen
    if not paid.amount_fen <= given <= LARGEST_FEN:
        raise Refused("too_little_cash", _("That is less cash than %(fen)s.", fen=show_fen(paid.amount_fen)))
    return given


def reference_of(paid: Paid, charge: Charge | None) -> str:
    if paid.method in BY_HAND and charge is None and not paid.reference.strip():
        raise Refused("no_reference", _("Write the number of the payment."))
    if paid.method is PayMethod.POINTS:
        return secrets.token_hex(4)
    return (charge.provider_reference if charge is not None else paid.reference.strip())[:80]


def refuse_while_asked(sale: Sale) -> None:
    """A customer who types the password just now pays once, not twice."""
    if any(charge.state in (ChargeState.ASKED, ChargeState.WAITING) for charge in charges_of(sale)):
        raise Refused("charge_open", _("The customer's payment is still on its way. Wait for it, or look it up."))


def charges_of(sale: Sale) -> list[Charge]:
    return list(db.session.query(Charge).filter_by(sale_id=sale.id).order_by(Charge.id))
