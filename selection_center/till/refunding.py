"""Goods that come back against a receipt: each line by its own rule, the money to the fen, points with it.

Goods go back to the stock or to waste. A fee ends its period and gives back the unused term. What the factory sends is
the whole order, while it may still be cancelled. Locked as for paying: shift, sale, stock, member.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core import audit, jobs
from selection_center.core.db import db, update_one, utcnow
from selection_center.core.errors import Refused
from selection_center.core.money import show_fen
from selection_center.core.once import new_operation_id
from selection_center.membership import points
from selection_center.membership.points import PointsEntry, PointsKind
from selection_center.membership.renewals import FeeMethod, Renewal
from selection_center.orders.models import OrderState
from selection_center.stock import taking
from selection_center.stock.items import MoveKind
from selection_center.till.approvals import may_refund, word_for
from selection_center.till.arithmetic import part_of
from selection_center.till.numbers import new_number
from selection_center.till.pricing import earns
from selection_center.till.refunds import GoesTo, Refund, RefundLine, RefundPayment
from selection_center.till.sale_lines import LineKind, SaleLine
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import PayMethod, Shift

BY_HAND = (PayMethod.WECHAT, PayMethod.ALIPAY, PayMethod.CARD)


class Piece(NamedTuple):
    """So many pieces of one line, and where they go."""

    line: SaleLine
    quantity: int
    goes_to: GoesTo


class Back(NamedTuple):
    """Money, or points, that go back. By hand with the number of the slip."""

    method: PayMethod
    amount_fen: int
    reference: str = ""
    charge_id: int | None = None


def give(
    sale: Sale,
    shift: Shift,
    lines: Sequence[tuple[SaleLine, int, GoesTo]],
    reason: str,
    by: User,
    approver: User | None = None,
    payments: Sequence[Back] | None = None,
) -> Refund:
    """Takes these pieces back. Without `payments` the money goes back the way it came."""
    shift.hold()
    shift.refuse_others(by)
    sale.hold_row()
    pieces = [Piece(*line) for line in lines]
    refuse_pieces(sale, shift, pieces, reason)
    word = word_for(by, sale.site_id, approver)
    refuse_without_word(pieces, word)
    refund = Refund(
        number=new_number(sale.site.slug, Refund.number, "R"), site_id=sale.site_id, sale_id=sale.id,
        shift_id=shift.id, reason=reason.strip()[:200], by_id=by.id, approved_by_id=word.id if word else None,
        total_fen=0,
    )  # fmt: skip
    before = refunded_goods(sale)
    refund.lines = [take_piece(refund, piece, by, word or by) for piece in pieces]
    refund.total_fen = sum(line.amount_fen for line in refund.lines)
    refuse_beyond_right(sale, refund, by, word)
    backs = ways_back(sale, refund.total_fen) if payments is None else list(payments)
    refuse_ways(sale, shift, refund, backs, word)
    refund.payments = [payment_back(sale, back) for back in backs]
    db.session.add(refund)
    db.session.flush()
    return_goods(sale, refund, pieces, by)
    return_points(sale, refund, before, by)
    for payment in refund.payments:
        if payment.charge_id is not None:
            jobs.enqueue("give-refund", key=f"refund {refund.number} {payment.id}", refund_payment_id=payment.id)
    audit.record("refunded", refund, number=refund.number, sale=sale.number, fen=refund.total_fen, reason=refund.reason)
    db.session.expire(sale, ["refunds", "lines"])
    return refund


# --- what comes back -------------------------------------------------------------------------------------------------


def refuse_pieces(sale: Sale, shift: Shift, pieces: Sequence[Piece], reason: str) -> None:
    if sale.state is not SaleState.PAID:
        raise Refused("not_paid", _("Only a paid sale can be refunded."))
    if sale.site_id != shift.site_id:
        raise Refused("other_site", _("This sale belongs to another store."))
    if not pieces:
        raise Refused("nothing_back", _("Choose what comes back."))
    if not reason.strip():
        raise Refused("reason_missing", _("Write why."))
    if any(number > 1 for number in Counter(piece.line.id for piece in pieces).values()):
        raise Refused("twice", _("Name each line once."))
    for piece in pieces:
        refuse_piece(sale, piece, pieces)


def refuse_piece(sale: Sale, piece: Piece, pieces: Sequence[Piece]) -> None:
    line, quantity, goes_to = piece
    if line.sale_id != sale.id or line.removed_at is not None:
        raise Refused("other_sale", _("This line belongs to another sale."))
    if not 1 <= quantity <= line.left:
        raise Refused("already_refunded", _("Of %(title)s %(left)s can come back.", title=line.label, left=line.left))
    if (line.kind is LineKind.TAKE_AWAY) == (goes_to is GoesTo.NOWHERE):
        raise Refused("goes_nowhere", _("Say where %(title)s goes: back to stock, or to waste.", title=line.label))
    if line.order_id is not None:
        whole = {each.line.id for each in pieces if each.quantity == each.line.quantity}
        if any(other.order_id == line.order_id and other.id not in whole for other in sale.lines):
            raise Refused("whole_order", _("What the factory sends comes back as a whole order."))


def refuse_without_word(pieces: Sequence[Piece], word: User | None) -> None:
    """A fee and an order are a manager's to give back."""
    if word is None and any(piece.line.kind in (LineKind.FEE, LineKind.FACTORY_DIRECT) for piece in pieces):
        raise Refused("needs_manager", _("A fee or an order is given back with a manager's PIN."))


def take_piece(refund: Refund, piece: Piece, by: User, word: User) -> RefundLine:
    """Counts the pieces at the line: of two at once, one."""
    line, quantity = piece.line, piece.quantity
    amount = worth(line, quantity)
    if line.kind is LineKind.FEE:
        amount = end_period(line, refund, by)
    if line.order is not None and line.order.state is not OrderState.CANCELLED:
        cancel_order(line, refund, by, word)
    still = sa.update(SaleLine).where(SaleLine.id == line.id, SaleLine.refunded == line.refunded)
    counted = {"refunded": line.refunded + quantity, "refunded_fen": line.refunded_fen + amount}
    if not update_one(still.values(**counted)):
        raise Refused("already_refunded", _("Somebody has just taken this back. Load the page again."))
    db.session.expire(line, ["refunded", "refunded_fen"])
    return RefundLine(sale_line_id=line.id, quantity=quantity, amount_fen=amount, goes_to=piece.goes_to)


def worth(line: SaleLine, quantity: int) -> int:
    """What so many pieces would give back now; the last piece takes the rest of its line."""
    if line.kind is LineKind.FEE:
        renewal = renewal_of(line)
        return 0 if renewal is None or renewal.is_cancelled else renewal.refund_fen()
    return part_of(line.total_fen, quantity, line.quantity, line.refunded, line.refunded_fen)


def renewal_of(line: SaleLine) -> Renewal | None:
    """The period that this fee paid for."""
    return db.session.scalar(sa.select(Renewal).filter_by(reference=line.sale.number, member_id=line.sale.member_id))


def end_period(line: SaleLine, refund: Refund, by: User) -> int:
    renewal = renewal_of(line)
    if renewal is None:
        raise Refused("no_period", _("This fee paid for no period that could end."))
    return renewal.cancel(refund.reason, by, method=FeeMethod.TILL, reference=refund.number)


def cancel_order(line: SaleLine, refund: Refund, by: User, word: User) -> None:
    order = line.order
    if order is None:
        return
    if not order.may_cancel(word):
        raise Refused("needs_manager", _("A fee or an order is given back with a manager's PIN."))
    if not order.can_become(OrderState.CANCELLED):
        raise Refused(
            "order_moved_on", _("Order %(number)s is on its way: settle it with the factory.", number=order.number)
        )
    order.cancel(refund.reason, by=by)


def return_goods(sale: Sale, refund: Refund, pieces: Sequence[Piece], by: User) -> None:
    """Back into the stock; what is unfit goes from there to waste."""
    both = zip(refund.lines, pieces, strict=True)
    goods = [(line, piece) for line, piece in both if piece.goes_to is not GoesTo.NOWHERE]
    if not goods:
        return
    back = [taking.Wanted(piece.line.sku_id or 0, piece.quantity, f"refund_line {line.id}") for line, piece in goods]
    taking.put_back(sale.site_id, back, MoveKind.RETURNED, by.id, refund.reason)
    waste = [item for item, (_line, piece) in zip(back, goods, strict=True) if piece.goes_to is GoesTo.WASTE]
    if waste:
        taking.waste(sale.site_id, waste, refund.reason, by.id)


# --- the money -------------------------------------------------------------------------------------------------------


def refuse_beyond_right(sale: Sale, refund: Refund, by: User, word: User | None) -> None:
    """Of one sale a cashier gives back so much alone, in one refund or in many."""
    alone = sum(each.total_fen for each in sale.refunds if each.approved_by_id is None)
    if word is None and not may_refund(by, sale.site, alone + refund.total_fen):
        raise Refused("needs_manager", _("A refund of this size needs a manager's PIN."))


def left_by_way(sale: Sale) -> list[Back]:
    """What of each payment has not gone back yet: by the customer's code, by hand, cash, and points last."""
    gone: Counter[tuple[PayMethod, int | None]] = Counter()
    for refund in sale.refunds:
        for payment in refund.payments:
            gone[payment.method, payment.charge_id] += payment.amount_fen
    paid: Counter[tuple[PayMethod, int | None]] = Counter()
    for each in sale.payments:
        paid[each.method, each.charge_id] += each.amount_fen
    order = (PayMethod.WECHAT, PayMethod.ALIPAY, PayMethod.CARD, PayMethod.CASH, PayMethod.POINTS)
    keys = sorted(paid, key=lambda key: (order.index(key[0]), key[1] is None, key[1] or 0))
    return [Back(method, paid[method, charge] - gone[method, charge], "", charge) for method, charge in keys]


def ways_back(sale: Sale, total_fen: int) -> list[Back]:
    """The way it came, money before points."""
    backs = []
    for left in left_by_way(sale):
        amount = min(left.amount_fen, total_fen)
        if amount > 0:
            backs.append(left._replace(amount_fen=amount))
            total_fen -= amount
    return backs


def refuse_ways(sale: Sale, shift: Shift, refund: Refund, backs: Sequence[Back], word: User | None) -> None:
    if any(back.amount_fen < 1 for back in backs) or sum(back.amount_fen for back in backs) != refund.total_fen:
        raise Refused("other_sum", _("%(fen)s goes back, no more and no less.", fen=show_fen(refund.total_fen)))
    asked: Counter[PayMethod] = Counter()
    for back in backs:
        asked[back.method] += back.amount_fen
    left: Counter[PayMethod] = Counter()
    for each in left_by_way(sale):
        left[each.method] += each.amount_fen
    money = sum(left[method] for method in PayMethod if method is not PayMethod.POINTS)
    if sum(asked[method] for method in PayMethod if method is not PayMethod.POINTS) > money:
        raise Refused("points_stay_points", _("What points paid goes back as points."))
    for method, amount in asked.items():
        stands_in = method is PayMethod.CASH and word is not None
        if amount > left[method] and not stands_in:
            raise Refused("back_as_paid", _("Give it back the way it was paid; cash instead with a manager's PIN."))
    if asked[PayMethod.CASH] > shift.expected()[PayMethod.CASH]:
        raise Refused("too_little_cash", _("There is not so much cash in the drawer."))


def payment_back(sale: Sale, back: Back) -> RefundPayment:
    if back.charge_id is not None and all(each.charge_id != back.charge_id for each in sale.payments):
        raise Refused("other_sale", _("This payment belongs to another sale."))
    if back.method in BY_HAND and back.charge_id is None and not back.reference.strip():
        raise Refused("no_reference", _("Write the number of the payment."))
    return RefundPayment(
        method=back.method, amount_fen=back.amount_fen, reference=back.reference.strip()[:80],
        charge_id=back.charge_id, given_at=None if back.charge_id is not None else utcnow(),
    )  # fmt: skip


def give_again(payment: RefundPayment) -> None:
    """For a payment that did not go back yet."""
    key = f"refund payment {payment.id} {new_operation_id()[:8]}"
    jobs.enqueue("give-refund", key=key, refund_payment_id=payment.id)


# --- points ----------------------------------------------------------------------------------------------------------


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
