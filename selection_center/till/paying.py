"""Paying in two steps: prices are written down and goods leave the stock, then money comes in until nothing is due.

The shift's row is locked first, always, then the sale's, then stock by id, then the member's: a sale is in exactly one
shift, and of many who want the last pieces as many get one as there are.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core import audit
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.money import LARGEST_FEN, show_fen
from selection_center.membership import points
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan
from selection_center.membership.renewals import FeeMethod, Renewal, refuse_beginning
from selection_center.membership.standing import standing
from selection_center.stock import taking
from selection_center.stock.items import MoveKind
from selection_center.till import direct_orders
from selection_center.till.discounts import refuse_beyond_right
from selection_center.till.numbers import new_number
from selection_center.till.payments import Charge, ChargeState, SalePayment
from selection_center.till.pricing import PricedLine, PricedSale, earns, plan_that_counts, points_for, price_sale
from selection_center.till.sale_lines import LineKind, SaleLine
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import PayMethod, Shift

BY_HAND = (PayMethod.WECHAT, PayMethod.ALIPAY, PayMethod.CARD)
"""Written down with the number that the slip or the phone shows."""


class Paid(NamedTuple):
    """A part of the payment. Fen; of cash `tendered_fen` was given, or just the amount."""

    method: PayMethod
    amount_fen: int
    tendered_fen: int | None = None
    reference: str = ""


# --- the two steps, back, and all at once ----------------------------------------------------------------------------


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
    charge: Charge | None = None,
    by: User,
) -> SalePayment:
    """Money that came in, or points; the last of it finishes the sale."""
    hold(sale, shift, by)
    if charge is None:
        refuse_while_asked(sale)
    payment = take_in(sale, shift, Paid(method, amount_fen, tendered_fen, reference), by, charge)
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
    db.session.add(sale)
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


# --- beginning -------------------------------------------------------------------------------------------------------


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
    write_down(sale, priced)
    sale.till_id, sale.number = shift.till_id, sale.number or new_number(sale.site.slug, Sale.number)
    sale.rounds += 1
    sale.become(SaleState.PAYING)
    return priced


def refuse_sold_out(priced: PricedSale) -> None:
    """Early and cheaply, by what lay there when prices were read; who is first among many is decided by the taking."""
    for line in priced.lines:
        if line.is_sold_out and line.stock is not None:
            raise Refused("sold_out", taking.what_is_left(line.line.sku_id or 0, line.stock.on_hand))


def refuse_what_stands_in_the_way(sale: Sale, priced: PricedSale, seen_fen: int | None) -> None:
    if not priced.lines:
        raise Refused("nothing_on_it", _("There is nothing on this sale yet."))
    for line in priced.problems:
        raise Refused(line.problems[0], sentence_of(line))
    direct = [line.line for line in priced.lines if line.line.kind is LineKind.FACTORY_DIRECT]
    if direct and not (sale.name and sale.phone and sale.address and sale.consent_version):
        raise Refused("no_address", _("Write down where the factory sends: name, mobile and address."))
    direct_orders.find_samples(sale, direct)
    refuse_fee(sale, priced)
    if priced.total_fen > LARGEST_FEN:
        raise Refused("too_much", _("One sale takes %(fen)s at most.", fen=show_fen(LARGEST_FEN)))
    if seen_fen is not None and priced.total_fen > seen_fen:
        said = {"now": show_fen(priced.total_fen), "seen": show_fen(seen_fen)}
        raise Refused("price_rose", _("It costs %(now)s now and not %(seen)s. Tell the customer, then go on.", **said))


def refuse_fee(sale: Sale, priced: PricedSale) -> None:
    """Before money comes in: would the period begin?"""
    for line in priced.lines:
        if line.line.kind is LineKind.FEE and line.line.plan is not None and sale.member is not None:
            refuse_beginning(sale.member, line.line.plan, Renewal.newest_of(sale.member.id))


def sentence_of(line: PricedLine) -> str:
    """What to do about the first thing that stands in the way."""
    title, price = line.line.label, line.order_price
    least = price.minimum if price is not None else 1
    words = {
        "no_supplier": _("%(title)s has no supplier yet and cannot be ordered.", title=title),
        "off_shelf": _("%(title)s is not offered any more.", title=title),
        "no_price": _("%(title)s has no price. Ask a manager.", title=title),
        "below_moq": _("%(title)s: the factory sends %(least)s or more.", title=title, least=least),
        "not_a_lot": _(
            "%(title)s comes in whole lots: %(near)s.",
            title=title,
            near=_(" or ").join(str(number) for number in (price.nearest if price else ()) if number),
        ),
    }
    return str(words[line.problems[0]])


def write_down(sale: Sale, priced: PricedSale) -> None:
    sale.marked_fen, sale.total_fen, sale.tax_fen = priced.marked_fen, priced.total_fen, priced.tax_fen
    sale.discount_fen = priced.discount_fen
    for each in priced.lines:
        line = each.line
        line.marked_fen, line.unit_fen, line.total_fen = each.marked_fen, each.unit_fen, each.total_fen
        line.discount_fen, line.share_fen = each.discount_fen, each.share_fen
        line.tax_permille, line.tax_fen = each.tax_permille, each.tax_fen


def wanted(sale: Sale) -> list[taking.Wanted]:
    """What it takes out of this store's stock, and what each is for."""
    goods = [line for line in sale.lines if line.kind is LineKind.TAKE_AWAY and line.sku_id is not None]
    return [taking.Wanted(line.sku_id or 0, line.quantity, subject_of(line, sale.rounds)) for line in goods]


def subject_of(line: SaleLine, rounds: int) -> str:
    """Of the ledger: each beginning takes anew."""
    return f"sale_line {line.id}" if rounds < 2 else f"sale_line {line.id} {rounds}"


# --- money -----------------------------------------------------------------------------------------------------------


def take_in(sale: Sale, shift: Shift, paid: Paid, by: User, charge: Charge | None = None) -> SalePayment:
    """Writes a payment down. Shift and sale are held."""
    payment = write_payment(sale, shift, paid, by, charge)
    db.session.flush()
    spend_points(sale, payment, by)
    return payment


def write_payment(sale: Sale, shift: Shift, paid: Paid, by: User, charge: Charge | None = None) -> SalePayment:
    if sale.state is not SaleState.PAYING:
        raise Refused("not_paying", _("This sale is not being paid."))
    if not 0 < paid.amount_fen <= sale.due_fen:
        raise Refused("too_much_paid", _("Write an amount up to %(fen)s.", fen=show_fen(sale.due_fen)))
    payment = SalePayment(
        shift_id=shift.id,
        method=paid.method,
        amount_fen=paid.amount_fen,
        tendered_fen=tendered(paid),
        reference=reference_of(paid, charge),
        charge_id=charge.id if charge is not None else None,
        by_id=by.id,
    )
    sale.payments.append(payment)
    sale.touch()
    return payment


def tendered(paid: Paid) -> int | None:
    if paid.method is not PayMethod.CASH:
        return None
    given = paid.amount_fen if paid.tendered_fen is None else paid.tendered_fen
    if not paid.amount_fen <= given <= LARGEST_FEN:
        raise Refused("too_little_cash", _("That is less cash than %(fen)s.", fen=show_fen(paid.amount_fen)))
    return given


def reference_of(paid: Paid, charge: Charge | None) -> str:
    if paid.method in BY_HAND and charge is None and not paid.reference.strip():
        raise Refused("no_reference", _("Write the number of the payment."))
    if paid.method is PayMethod.POINTS:
        return secrets.token_hex(4)
    return (charge.provider_reference if charge is not None else paid.reference.strip())[:80]


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


def refuse_while_asked(sale: Sale) -> None:
    """A customer who types the password just now pays once, not twice."""
    if any(charge.state in (ChargeState.ASKED, ChargeState.WAITING) for charge in charges_of(sale)):
        raise Refused("charge_open", _("The customer's payment is still on its way. Wait for it, or look it up."))


def charges_of(sale: Sale) -> list[Charge]:
    return list(db.session.query(Charge).filter_by(sale_id=sale.id).order_by(Charge.id))


# --- the end ---------------------------------------------------------------------------------------------------------


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


def points_of(sale: Sale) -> int:
    """Points for a yuan, by the plan that counts now."""
    held = standing(sale.member, sale.site, card=sale.card) if sale.member is not None else None
    plan = plan_that_counts(held, sale.lines)
    return plan.points_per_yuan if plan is not None else 0


def earn_points(sale: Sale, by: User, points_per_yuan: int) -> None:
    if sale.member_id is None or not points_per_yuan:
        return
    goods = sum(line.total_fen for line in sale.lines if earns(line))
    points.earn(sale.member_id, points_for(goods - points_paid(sale), points_per_yuan), f"sale {sale.number}", by.id)
