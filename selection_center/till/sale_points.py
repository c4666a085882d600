"""Points of a sale (积分): what they paid of it, and what it brings its member."""

from __future__ import annotations

from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core.errors import Refused
from selection_center.core.money import show_fen
from selection_center.membership import points
from selection_center.membership.standing import standing
from selection_center.till.payments import SalePayment
from selection_center.till.pricing import earns, plan_that_counts, points_for
from selection_center.till.sales import Sale
from selection_center.till.shifts import PayMethod


def spend_points(sale: Sale, payment: SalePayment, by: User) -> None:
    """A point pays a fen; only the member's whose sale it is, and only for goods."""
    if payment.method is not PayMethod.POINTS:
        return
    if sale.member is None or not standing(sale.member, sale.site, card=sale.card).opens_door:
        raise Refused("no_member", _("Points are spent by a member whose membership holds."))
    goods = sum(line.total_fen for line in sale.lines if earns(line))
    if points_paid(sale) > goods:
        raise Refused("points_for_goods", _("Points pay for goods: %(fen)s here.", fen=show_fen(goods)))
    points.spend(sale.member.id, payment.amount_fen // points.POINT_FEN, subject_of_points(sale, payment), by.id)


def subject_of_points(sale: Sale, payment: SalePayment) -> str:
    """One that no other part of it has, also of those that were taken back."""
    return f"sale {sale.number} {payment.reference}"


def points_paid(sale: Sale) -> int:
    """Fen of it that points paid."""
    return sum(payment.amount_fen for payment in sale.payments if payment.method is PayMethod.POINTS)


def earn_points(sale: Sale, by: User, points_per_yuan: int) -> None:
    if sale.member_id is None or not points_per_yuan:
        return
    goods = sum(line.total_fen for line in sale.lines if earns(line))
    points.earn(sale.member_id, points_for(goods - points_paid(sale), points_per_yuan), f"sale {sale.number}", by.id)


def points_of(sale: Sale) -> int:
    """Points for a yuan, by the plan that counts now."""
    held = standing(sale.member, sale.site, card=sale.card) if sale.member is not None else None
    plan = plan_that_counts(held, sale.lines)
    return plan.points_per_yuan if plan is not None else 0
