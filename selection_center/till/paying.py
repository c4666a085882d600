"""Paying in two steps: prices are written down and goods leave the stock, then money comes in until nothing is due.

The shift's row is locked first, always, then the sale's, then stock by id, then the member's: a sale is in exactly one
shift, and of many who want the last pieces as many get one as there are.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core import audit
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.money import show_fen
from selection_center.membership import points
from selection_center.stock import taking
from selection_center.stock.items import MoveKind
from selection_center.till.closing import close, finish, follow_up
from selection_center.till.discounts import refuse_beyond_right
from selection_center.till.kept_at_once import keep
from selection_center.till.money_in import Paid, refuse_while_asked, take_in, write_payment
from selection_center.till.numbers import new_number
from selection_center.till.obstacles import refuse_sold_out, refuse_what_stands_in_the_way
from selection_center.till.payments import SalePayment
from selection_center.till.pricing import PricedSale, price_sale
from selection_center.till.sale_points import spend_points, subject_of_points
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import PayMethod, Shift
from selection_center.till.waivers import forget_unneeded
from selection_center.till.written_down import wanted, write_down


def begin(sale: Sale, shift: Shift, by: User, *, seen_fen: int | None = None) -> PricedSale:
    """Writes prices and number down and takes the goods out of the stock, all or none.

    Refuses a total above `seen_fen`, which the customer was shown. With nothing to pay the sale is paid at once.
    """
    hold(sale, shift, by)
    return begin_held(sale, shift, by, seen_fen=seen_fen)


def pay(
    sale: Sale,
    shift: Shift,
    method: PayMethod,
    amount_fen: int,
    *,
    tendered_fen: int | None = None,
    reference: str = "",
    by: User,
) -> SalePayment:
    """Money that came in, or points; the last of it finishes the sale."""
    hold(sale, shift, by)
    refuse_while_asked(sale)
    payment = take_in(sale, shift, Paid(method, amount_fen, tendered_fen, reference), by)
    if not sale.due_fen:
        finish(sale, shift, by)
    return payment


def give_up(sale: Sale, by: User) -> None:
    """Back to the goods, which are in the stock again. Only while no money is in and no customer is asked for any."""
    sale.hold_row()
    if sale.state is not SaleState.PAYING:
        raise Refused("not_paying", _("This sale is not being paid."))
    if sale.payments:
        raise Refused("money_in", _("Money came in for this sale: finish it, or take the payment back first."))
    refuse_while_asked(sale)
    taking.put_back(sale.site_id, wanted(sale), MoveKind.UNSOLD, by.id)
    sale.become(SaleState.OPEN)


def undo_payment(sale: Sale, shift: Shift, payment: SalePayment, by: User) -> None:
    """A payment that was written down wrongly, or is handed back, while more is due. Points return at once."""
    hold(sale, shift, by)
    if sale.state is not SaleState.PAYING:
        raise Refused("not_paying", _("This sale is not being paid."))
    if payment.method is PayMethod.POINTS and sale.member_id is not None:
        points.reverse_spending(
            sale.member_id, payment.amount_fen // points.POINT_FEN, subject_of_points(sale, payment), by.id
        )
    audit.record("payment_taken_back", sale, code=sale.code, method=payment.method.value, fen=payment.amount_fen)
    db.session.delete(payment)
    db.session.flush()
    db.session.expire(sale, ["payments"])


def sell(sale: Sale, shift: Shift, payments: Sequence[Paid], by: User, *, seen_fen: int | None = None) -> Sale:
    """Both steps in one: nothing of it happens unless all of it does."""
    hold(sale, shift, by)
    return sell_held(sale, shift, payments, by, seen_fen=seen_fen)


def sell_held(sale: Sale, shift: Shift, payments: Sequence[Paid], by: User, *, seen_fen: int | None = None) -> Sale:
    """Shift and sale are held; a new sale is nobody else's, and is written once, as paid."""
    priced = prepare(sale, shift, by, seen_fen)
    for paid in payments:
        write_payment(sale, shift, paid, by)
    if sale.due_fen:
        raise Refused("not_paid_in_full", _("%(fen)s is still to be paid.", fen=show_fen(sale.due_fen)))
    close(sale, shift, by)
    if sale.id is None:
        keep(sale)
    else:
        db.session.flush()
    taking.take(sale.site_id, wanted(sale), by.id)
    for payment in sale.payments:
        spend_points(sale, payment, by)
    follow_up(sale, by, priced.points_per_yuan)
    return sale


def hold(sale: Sale, shift: Shift, by: User) -> None:
    """The shift first, always; then the sale."""
    shift.hold()
    shift.refuse_others(by)
    sale.hold_row()


def begin_held(sale: Sale, shift: Shift, by: User, *, seen_fen: int | None = None) -> PricedSale:
    priced = prepare(sale, shift, by, seen_fen)
    db.session.flush()
    taking.take(sale.site_id, wanted(sale), by.id)
    if not sale.total_fen:
        finish(sale, shift, by, priced.points_per_yuan)
    return priced


def prepare(sale: Sale, shift: Shift, by: User, seen_fen: int | None) -> PricedSale:
    """Looks whether it can be sold as it stands, and writes price and number down. Nothing is taken yet."""
    sale.must_be_open()
    if sale.needs_check:
        raise Refused("not_checked", _("Look into the cart first, or write down that nobody looked."))
    if sale.site_id != shift.site_id:
        raise Refused("other_site", _("This sale belongs to another store."))
    priced = price_sale(sale)
    refuse_what_stands_in_the_way(sale, priced, seen_fen)
    refuse_beyond_right(sale, priced, by)
    refuse_sold_out(priced)
    forget_unneeded(priced)
    write_down(sale, priced)
    sale.till_id, sale.number = shift.till_id, sale.number or new_number(sale.site.slug, Sale.number)
    sale.rounds += 1
    sale.become(SaleState.PAYING)
    return priced
