"""Points of a refund: those that paid go back, those that were earned go, in proportion."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from selection_center.accounts.models import User
from selection_center.core.db import db
from selection_center.membership import points
from selection_center.membership.points import PointsEntry, PointsKind
from selection_center.till.pricing import earns
from selection_center.till.refunds import Refund
from selection_center.till.sales import Sale
from selection_center.till.shifts import PayMethod


def refunded_goods(sale: Sale) -> int:
    """Fen of goods that money paid and that came back, up to now."""
    goods = sum(line.refunded_fen for line in sale.lines if earns(line))
    return goods - points_back(sale.refunds)


def points_back(refunds: Sequence[Refund]) -> int:
    return sum(
        payment.amount_fen for refund in refunds for payment in refund.payments if payment.method is PayMethod.POINTS
    )


def return_points(sale: Sale, refund: Refund, before: int, by: User) -> None:
    """Points that paid go back; points that were earned go, in proportion, as far as they are still there."""
    if sale.member_id is None:
        return
    spent = points_back([refund])
    points.reverse_spending(sale.member_id, spent // points.POINT_FEN, f"refund {refund.number}", by.id)
    goods = sum(line.amount_fen for line in refund.lines if earns(line.sale_line))
    gone = kept_points(sale, before) - kept_points(sale, before + goods - spent)
    points.reverse_earning(sale.member_id, gone, f"refund {refund.number}", by.id)


def kept_points(sale: Sale, refunded_fen: int) -> int:
    """Of what the sale earned, what stays when goods for so much came back."""
    earned = sa.select(PointsEntry.points).filter_by(kind=PointsKind.EARNED, subject=f"sale {sale.number}")
    total = db.session.scalar(earned) or 0
    by_points = sum(payment.amount_fen for payment in sale.payments if payment.method is PayMethod.POINTS)
    money = sum(line.total_fen for line in sale.lines if earns(line)) - by_points
    return total * max(0, money - refunded_fen) // money if money > 0 else 0
