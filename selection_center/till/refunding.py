"""Goods that come back against a receipt: each line by its own rule, the money to the fen, points with it.

Goods go back to the stock or to waste. A fee ends its period and gives back the unused term. What the factory sends is
the whole order, while it may still be cancelled. Locked as for paying: shift, sale, stock, member.
"""

from __future__ import annotations

from collections.abc import Sequence

from selection_center.accounts.models import User
from selection_center.core import audit, jobs
from selection_center.core.db import db
from selection_center.till.approvals import word_for
from selection_center.till.numbers import new_number
from selection_center.till.refund_pieces import Piece, refuse_pieces, refuse_without_word, return_goods, take_piece
from selection_center.till.refund_points import refunded_goods, return_points
from selection_center.till.refund_ways import Back, payment_back, refuse_beyond_right, refuse_ways, ways_back
from selection_center.till.refunds import GoesTo, Refund
from selection_center.till.sale_lines import SaleLine
from selection_center.till.sales import Sale
from selection_center.till.shifts import Shift


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
