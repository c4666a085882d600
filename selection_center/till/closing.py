"""The end of a sale: paid, in this shift, and what follows: points, orders at factories, the period of a fee."""

from __future__ import annotations

from selection_center.accounts.models import User
from selection_center.core import audit
from selection_center.core.db import db, utcnow
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan
from selection_center.membership.renewals import FeeMethod, Renewal
from selection_center.till import direct_orders
from selection_center.till.sale_lines import LineKind
from selection_center.till.sale_points import earn_points, points_of
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import Shift


def finish(sale: Sale, shift: Shift, by: User, points_per_yuan: int | None = None) -> None:
    """Paid: in this shift, and what follows from it."""
    close(sale, shift, by)
    follow_up(sale, by, points_of(sale) if points_per_yuan is None else points_per_yuan)
    db.session.flush()


def close(sale: Sale, shift: Shift, by: User) -> None:
    sale.become(SaleState.PAID)
    sale.shift_id, sale.paid_at, sale.paid_by_id = shift.id, utcnow(), by.id


def follow_up(sale: Sale, by: User, points_per_yuan: int) -> None:
    """Points for what money paid, orders at factories, the period of a fee."""
    earn_points(sale, by, points_per_yuan)
    direct_orders.order_from_factories(sale, by)
    for line in sale.lines:
        if line.kind is LineKind.FEE and line.plan is not None and sale.member is not None:
            begin_period(sale, sale.member, line.plan, line.total_fen, by)
    audit.record("sale_paid", sale, number=sale.number, fen=sale.total_fen)


def begin_period(sale: Sale, member: Member, plan: Plan, fee_fen: int, by: User) -> None:
    method = FeeMethod.TILL if fee_fen else FeeMethod.FREE
    Renewal.begin(member, plan, method=method, reference=sale.number or "", by=by, fee_fen=fee_fen)
