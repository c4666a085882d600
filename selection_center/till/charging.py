"""Charging a customer's phone (扫码收款): the question is written down and committed before the provider is asked.

A job asks, once; where no answer comes it looks up by our own reference. What comes of it is for `settling`.
"""

from __future__ import annotations

import re

from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core import audit, jobs
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.money import show_fen
from selection_center.core.once import new_operation_id
from selection_center.till.money_in import refuse_while_asked
from selection_center.till.paying import hold
from selection_center.till.payments import Charge
from selection_center.till.providers import provider_name
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import PayMethod, Shift

BY_CODE = (PayMethod.WECHAT, PayMethod.ALIPAY)


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
    if not charge.can_be_called_off:
        raise Refused("not_waiting", _("Its answer is known, or on its way. Look again."))
    audit.record("charge_called_off", charge.sale, code=charge.sale.code, reference=charge.reference)
    key = f"charge {charge.reference} off {new_operation_id()[:8]}"
    jobs.enqueue("call-off-charge", key=key, site_id=charge.sale.site_id, user_id=by.id, charge_id=charge.id)
