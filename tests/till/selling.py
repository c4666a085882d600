"""Paid sales and refunds as plain rows, for what only counts them."""

import itertools
from datetime import datetime
from typing import Any

from selection_center.core.db import db, utcnow
from selection_center.till.models import (
    GoesTo,
    LineKind,
    PayMethod,
    Refund,
    RefundLine,
    RefundPayment,
    Sale,
    SaleLine,
    SalePayment,
    SaleState,
    Shift,
)

numbers = itertools.count(1)


def paid(shift: Shift, cash: int = 0, *, at: datetime | None = None, **others: int) -> Sale:
    """One sale of one typed line, paid with these; fen by the way of payment."""
    by = {PayMethod.CASH: cash} | {PayMethod(name): fen for name, fen in others.items()}
    total = sum(by.values())
    moment = at or utcnow()
    sale = Sale(
        site_id=shift.site_id, till_id=shift.till_id, shift_id=shift.id, state=SaleState.PAID, total_fen=total,
        number=f"T{next(numbers):06}", marked_fen=total, opened_by_id=shift.opened_by_id, paid_by_id=shift.opened_by_id,
        opened_at=moment, paid_at=moment,
    )  # fmt: skip
    sale.lines = [
        SaleLine(
            kind=LineKind.OTHER, title="玻璃杯", title_en="Glass", quantity=2, unit_fen=total // 2, total_fen=total
        )
    ]
    db.session.add(sale)
    db.session.flush()
    for method, fen in by.items():
        if fen:
            db.session.add(payment(sale, shift, method, fen))
    db.session.flush()
    return sale


def payment(sale: Sale, shift: Shift, method: PayMethod, fen: int) -> SalePayment:
    tendered = fen if method is PayMethod.CASH else None
    by_id = shift.opened_by_id
    return SalePayment(
        sale_id=sale.id, shift_id=shift.id, method=method, amount_fen=fen, tendered_fen=tendered, by_id=by_id
    )


def refunded(sale: Sale, shift: Shift, fen: int, method: PayMethod = PayMethod.CASH, **values: Any) -> Refund:
    refund = Refund(
        number=f"R{next(numbers):06}", site_id=shift.site_id, sale_id=sale.id, shift_id=shift.id, reason="破损",
        total_fen=fen, by_id=shift.opened_by_id, **values,
    )  # fmt: skip
    refund.lines = [RefundLine(sale_line=sale.lines[0], quantity=1, amount_fen=fen, goes_to=GoesTo.NOWHERE)]
    refund.payments = [RefundPayment(method=method, amount_fen=fen)]
    db.session.add(refund)
    db.session.flush()
    return refund
