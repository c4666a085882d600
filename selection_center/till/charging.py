"""Charging a customer's phone (扫码收款): the question is written down and committed before the provider is asked.

A job asks, once; where no answer comes it looks up by our own reference. A payment that comes when nothing is due any
more goes back by itself.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core import audit, jobs
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.money import show_fen
from selection_center.core.once import new_operation_id
from selection_center.till.closing import finish
from selection_center.till.money_in import Paid, refuse_while_asked, take_in
from selection_center.till.paying import hold, undo_payment
from selection_center.till.payments import Charge, ChargeState, SalePayment
from selection_center.till.providers import ChargeAnswer, provider_name
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import PayMethod, Shift

BY_CODE = (PayMethod.WECHAT, PayMethod.ALIPAY)
OPEN = (ChargeState.ASKED, ChargeState.WAITING, ChargeState.UNKNOWN)


def method_of(payer_code: str) -> PayMethod | None:
    """Whose code a phone shows: WeChat's begin with 10 to 15, Alipay's with 25 to 30."""
    if not re.fullmatch(r"[0-9]{16,24}", payer_code):
        return None
    first = int(payer_code[:2])
    return PayMethod.WECHAT if 10 <= first <= 15 else PayMethod.ALIPAY if 25 <= first <= 30 else None


def ask(sale: Sale, shift: Shift, amount_fen: int, payer_code: str, by: User) -> Charge:
    """Writes the question down; after the commit a job asks the provider."""
    hold(sale, shift, by)
    if sale.state is not SaleState.PAYING:
        raise Refused("not_paying", _("This sale is not being paid."))
    method = method_of(payer_code)
    if method is None:
        raise Refused("no_payer_code", _("This is no payment code. Let the customer open it anew and scan it."))
    refuse_while_asked(sale)
    if not 0 < amount_fen <= sale.due_fen:
        raise Refused("too_much_paid", _("Write an amount up to %(fen)s.", fen=show_fen(sale.due_fen)))
    charge = Charge(
        sale_id=sale.id, shift_id=shift.id, provider=provider_name(), method=method, amount_fen=amount_fen,
        reference=f"{sale.code}-{new_operation_id()[:12]}", by_id=by.id,
    )  # fmt: skip
    db.session.add(charge)
    db.session.flush()
    audit.record("charge_asked", sale, number=sale.number, reference=charge.reference, fen=amount_fen)
    jobs.enqueue(
        "ask-provider", key=f"charge {charge.reference}", site_id=sale.site_id, charge_id=charge.id, code=payer_code
    )
    return charge


def look_again(charge: Charge) -> None:
    """A job looks what came of it."""
    key = f"charge {charge.reference} {new_operation_id()[:8]}"
    jobs.enqueue("look-up-charge", key=key, charge_id=charge.id)


def call_off(charge: Charge, by: User) -> None:
    """A job tells the provider that nobody waits any more. Only once it was asked: what is on its way stays so."""
    if charge.state not in (ChargeState.WAITING, ChargeState.UNKNOWN):
        raise Refused("not_waiting", _("Its answer is known, or on its way. Look again."))
    audit.record("charge_called_off", charge.sale, code=charge.sale.code, reference=charge.reference)
    key = f"charge {charge.reference} off {new_operation_id()[:8]}"
    jobs.enqueue("call-off-charge", key=key, site_id=charge.sale.site_id, user_id=by.id, charge_id=charge.id)


def settle(charge_id: int, answer: ChargeAnswer | None) -> None:
    """Writes the answer down, once; None where none came. What was paid comes in for its sale, or goes back."""
    charge = db.session.get_one(Charge, charge_id)
    shift, sale = db.session.get_one(Shift, charge.shift_id), db.session.get_one(Sale, charge.sale_id)
    db.session.refresh(shift, ["closed_at"], with_for_update=True)
    sale.hold_row()
    db.session.refresh(charge, with_for_update=True)
    if charge.state in OPEN:
        charge.state = answer.state if answer is not None else ChargeState.UNKNOWN
        if answer is not None:
            charge.provider_reference, charge.said = answer.provider_reference[:64], answer.said[:200]
        if charge.state not in OPEN:
            charge.settled_at = utcnow()
        if charge.state is ChargeState.PAID:
            take_charge_in(charge, sale, shift)


def take_charge_in(charge: Charge, sale: Sale, shift: Shift) -> None:
    if sale.state is not SaleState.PAYING or charge.amount_fen > sale.due_fen or not shift.is_open:
        return give_back(charge, sale)
    by = db.session.get_one(User, charge.by_id)
    take_in(sale, shift, Paid(charge.method, charge.amount_fen), by, charge)
    db.session.flush()
    if not sale.due_fen:
        finish(sale, shift, by)


def give_back(charge: Charge, sale: Sale) -> None:
    """It was paid when nothing was due any more, or the customer wants it back."""
    audit.record("charge_given_back", sale, number=sale.number, reference=charge.reference, fen=charge.amount_fen)
    jobs.enqueue("give-charge-back", key=f"charge {charge.reference} back", charge_id=charge.id)


def take_back(sale: Sale, shift: Shift, payment: SalePayment, by: User) -> None:
    """A part of the payment while more is due; what came by the customer's code goes back to the phone it came from."""
    charge = db.session.get(Charge, payment.charge_id) if payment.charge_id is not None else None
    undo_payment(sale, shift, payment, by)
    if charge is not None:
        give_back(charge, sale)


def payment_of(charge: Charge) -> SalePayment | None:
    return db.session.scalar(sa.select(SalePayment).filter_by(charge_id=charge.id))
