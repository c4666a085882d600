"""What came into a shift and what went out, by the way of payment. Fen."""

from __future__ import annotations

import sqlalchemy as sa

from selection_center.core.db import db
from selection_center.till.payments import OPEN_CHARGES, Charge, SalePayment
from selection_center.till.refunds import Refund, RefundPayment
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import CashMovement, PayMethod, Shift


def came_in(shift: Shift) -> dict[PayMethod, int]:
    amounts = sa.select(SalePayment.method, sa.func.sum(SalePayment.amount_fen))
    return by_method(amounts.where(SalePayment.shift_id == shift.id).group_by(SalePayment.method))


def went_back(shift: Shift) -> dict[PayMethod, int]:
    amounts = sa.select(RefundPayment.method, sa.func.sum(RefundPayment.amount_fen)).join(
        Refund, Refund.id == RefundPayment.refund_id
    )
    return by_method(amounts.where(Refund.shift_id == shift.id).group_by(RefundPayment.method))


def by_method(query: sa.Select[PayMethod, int]) -> dict[PayMethod, int]:
    """Each way of payment, the missing ones with nothing."""
    found: dict[PayMethod, int] = dict(db.session.execute(query).all())
    return {method: int(found.get(method, 0)) for method in PayMethod}


def cash_moved(shift: Shift) -> int:
    """Put in less taken out, by no sale."""
    moved = sa.select(sa.func.coalesce(sa.func.sum(CashMovement.amount_fen), 0)).where(
        CashMovement.shift_id == shift.id
    )
    return int(db.session.scalars(moved).one())


def expected(shift: Shift) -> dict[PayMethod, int]:
    """What must be there: of cash the float and what moved, too."""
    there, back = came_in(shift), went_back(shift)
    left = {method: there[method] - back[method] for method in PayMethod}
    left[PayMethod.CASH] += shift.float_fen + cash_moved(shift)
    return left


def half_paid(shift: Shift) -> Sale | None:
    """A sale in the middle of paying for which this shift has money, or may have."""
    paid = sa.select(SalePayment.sale_id).filter_by(shift_id=shift.id)
    asked = sa.select(Charge.sale_id).where(Charge.shift_id == shift.id, Charge.state.in_(OPEN_CHARGES))
    query = sa.select(Sale).where(Sale.state == SaleState.PAYING, sa.or_(Sale.id.in_(paid), Sale.id.in_(asked)))
    return db.session.scalar(query.order_by(Sale.id).limit(1))
