"""What came of a charge, written down once (扣款结果): taken in for its sale, or on its way back. No money is lost.

A payment that comes when nothing is due any more goes back by itself, and so does one that comes after the charge was
called off or written down as not paid. What no provider answers for stays to be seen until a person settles it.
"""

from __future__ import annotations

from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core import audit, jobs
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.once import new_operation_id
from selection_center.till.closing import finish
from selection_center.till.money_in import Paid, take_in
from selection_center.till.paying import undo_payment
from selection_center.till.payments import Charge, ChargeState, SalePayment, Settlement
from selection_center.till.providers import ChargeAnswer
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import Shift


def settle(charge_id: int, answer: ChargeAnswer | None, by: User | None = None) -> None:
    """Writes the answer down; None where none came. What was paid comes in for its sale, or goes back.

    `by` is a person who says it instead of the provider, as long as nobody else has.
    """
    charge = db.session.get_one(Charge, charge_id)
    shift, sale = db.session.get_one(Shift, charge.shift_id), db.session.get_one(Sale, charge.sale_id)
    db.session.refresh(shift, ["closed_at"], with_for_update=True)
    sale.hold_row()
    db.session.refresh(charge, with_for_update=True)
    if by is not None and not charge.can_be_settled:
        raise Refused("not_unknown", _("Its answer is known, or on its way. Look again."))
    if charge.is_open:
        write_answer(charge, answer)
        if by is not None:
            charge.settlements.append(written_by_hand(charge.state, charge.provider_reference, by))
        if charge.state is ChargeState.PAID:
            take_charge_in(charge, sale, shift)
    elif charge.state is ChargeState.REFUSED and answer is not None and answer.state is ChargeState.PAID:
        write_answer(charge, answer)  # paid all the same: the till has gone on without it
        give_back(charge)


def write_answer(charge: Charge, answer: ChargeAnswer | None) -> None:
    charge.state = answer.state if answer is not None else ChargeState.UNKNOWN
    if answer is not None:
        charge.provider_reference, charge.said = answer.provider_reference[:64], answer.said[:200]
    if not charge.is_open:
        charge.settled_at = utcnow()


def take_charge_in(charge: Charge, sale: Sale, shift: Shift) -> None:
    if sale.state is not SaleState.PAYING or charge.amount_fen > sale.due_fen or not shift.is_open:
        return give_back(charge)
    by = db.session.get_one(User, charge.by_id)
    take_in(sale, shift, Paid(charge.method, charge.amount_fen), by, charge)
    db.session.flush()
    if not sale.due_fen:
        finish(sale, shift, by)


# --- the way back ----------------------------------------------------------------------------------------------------


def give_back(charge: Charge) -> None:
    """It was paid when nothing was due any more, or the customer wants it back: owed until the provider gave it."""
    sale = charge.sale
    audit.record("charge_given_back", sale, number=sale.number, reference=charge.reference, fen=charge.amount_fen)
    charge.wanted_back_at = charge.wanted_back_at or utcnow()
    ask_back(charge)


def ask_back(charge: Charge) -> None:
    """A job asks the provider, who gives it once, however often it is asked."""
    key = f"charge {charge.reference} back {new_operation_id()[:8]}"
    jobs.enqueue("give-charge-back", key=key, site_id=charge.sale.site_id, charge_id=charge.id)


def give_back_again(charge: Charge) -> None:
    if not charge.is_owed:
        raise Refused("not_owed", _("Nothing of it is on its way back."))
    ask_back(charge)


def take_back(sale: Sale, shift: Shift, payment: SalePayment, by: User) -> None:
    """A part of the payment while more is due; what came by the customer's code goes back to the phone it came from."""
    charge = db.session.get(Charge, payment.charge_id) if payment.charge_id is not None else None
    undo_payment(sale, shift, payment, by)
    if charge is not None:
        give_back(charge)


# --- by hand ---------------------------------------------------------------------------------------------------------


def settle_by_hand(charge: Charge, outcome: str, reference: str, by: User) -> None:
    """What the provider's own list or the customer's phone shows, where nobody answers: "paid" or "refused"."""
    if outcome not in ("paid", "refused"):
        raise Refused("no_outcome", _("Choose whether it was paid."))
    if outcome == "paid" and not reference:
        raise Refused("no_reference", _("Write the number of the payment."))
    sale, state = charge.sale, ChargeState.PAID if outcome == "paid" else ChargeState.REFUSED
    settle(charge.id, ChargeAnswer(state, reference, _("settled by hand")), by)
    audit.record("charge_settled_by_hand", sale, number=sale.number, reference=reference, to=outcome)


def returned_by_hand(charge: Charge, reference: str, by: User) -> None:
    """The customer has the money back by another way, such as the provider's own page."""
    db.session.refresh(charge, with_for_update=True)
    if not charge.is_owed:
        raise Refused("not_owed", _("Nothing of it is on its way back."))
    if not reference:
        raise Refused("no_reference", _("Write the number of the payment."))
    sale = charge.sale
    audit.record("charge_returned_by_hand", sale, number=sale.number, reference=reference, fen=charge.amount_fen)
    charge.state = ChargeState.RETURNED
    charge.settlements.append(written_by_hand(charge.state, reference, by))


def written_by_hand(outcome: ChargeState, reference: str, by: User) -> Settlement:
    return Settlement(outcome=outcome, reference=reference[:64], by_id=by.id)
