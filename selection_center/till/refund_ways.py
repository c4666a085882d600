"""How the money of a refund goes back: the way it came, money before points; cash instead by a manager's word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core import audit, jobs
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.money import show_fen
from selection_center.core.once import new_operation_id
from selection_center.till.approvals import may_refund
from selection_center.till.money_in import BY_HAND
from selection_center.till.refunds import Refund, RefundPayment
from selection_center.till.sales import Sale
from selection_center.till.shifts import PayMethod, Shift


class Back(NamedTuple):
    """Money, or points, that go back. By hand with the number of the slip."""

    method: PayMethod
    amount_fen: int
    reference: str = ""
    charge_id: int | None = None


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
    """For a payment that did not go back yet; the provider gives it once, however often it is asked."""
    if payment.given_at is not None:
        raise Refused("given_already", _("It has gone back already."))
    key = f"refund payment {payment.id} {new_operation_id()[:8]}"
    jobs.enqueue("give-refund", key=key, refund_payment_id=payment.id)


def given_by_hand(payment: RefundPayment, refund: Refund, reference: str) -> None:
    """The customer has the money back by another way, such as the provider's own page."""
    db.session.refresh(payment, with_for_update=True)
    if payment.given_at is not None:
        raise Refused("given_already", _("It has gone back already."))
    if not reference:
        raise Refused("no_reference", _("Write the number of the payment."))
    audit.record("refund_given_by_hand", refund, number=refund.number, reference=reference, fen=payment.amount_fen)
    payment.given_at, payment.reference = utcnow(), reference[:80]
