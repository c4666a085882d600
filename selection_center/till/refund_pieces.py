"""What comes back: each line by its own rule, counted once, and where it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core.db import db, update_one
from selection_center.core.errors import Refused
from selection_center.membership.renewals import FeeMethod, Renewal
from selection_center.orders.models import OrderState
from selection_center.stock import taking
from selection_center.stock.items import MoveKind
from selection_center.till.arithmetic import part_of
from selection_center.till.refunds import GoesTo, Refund, RefundLine
from selection_center.till.sale_lines import LineKind, SaleLine
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import Shift


class Piece(NamedTuple):
    """So many pieces of one line, and where they go."""

    line: SaleLine
    quantity: int
    goes_to: GoesTo


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
