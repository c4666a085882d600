"""A provider for shops that have none yet, for the demo and for tests: strict, with a book of its own.

What it does hangs on the last digit of the code that the customer shows, so that a person can choose it:

    1  refused: not enough money            2  waits for the password, paid when it is looked up the second time
    3  paid, but the answer is lost         4  does not answer, and nothing was taken
    5  told twice that it is paid           any other: paid

It refuses what a real one would: a reference that comes again, no code of a phone, a sum that is none, more back than
was paid. Its book is kept beside our transaction, as elsewhere; whoever asks has committed before.
"""

from __future__ import annotations

import re

import sqlalchemy as sa

from selection_center.core.db import db, own_transaction, table_of, utcnow
from selection_center.till.payments import ChargeState, SimulatedCharge
from selection_center.till.providers import ChargeAnswer, Provider, ProviderSilent

PAYER_CODE = re.compile(r"\A[1-3][0-9]{15,17}\Z")
"""As phones show them: 16 to 18 digits."""
WAITING, LOOKED, PAID, REFUSED, REFUNDED = "waiting", "looked", "paid", "refused", "refunded"
CALLED_OFF = "called_off"
BOOK = table_of(SimulatedCharge)


class SimulatedProvider(Provider):
    name = "simulated"

    def charge(self, reference: str, amount_fen: int, payer_code: str) -> ChargeAnswer:
        end = payer_code[-1:]
        if end == "4":
            raise ProviderSilent("no answer within the time")
        if not PAYER_CODE.match(payer_code):
            return refused("This is no payment code")
        state = {"1": REFUSED, "2": WAITING}.get(end, PAID)
        if self.find(reference) is not None:
            return refused("This reference was used before")
        if amount_fen < 1:
            return refused("A sum is one fen or more")
        self.write(reference, amount_fen, state)
        if end == "3":
            raise ProviderSilent("the answer was lost")
        if end == "5":
            self.look_up(reference)
        return self.answer(reference, state)

    def look_up(self, reference: str) -> ChargeAnswer:
        kept = self.find(reference)
        if kept is None:
            return refused("This reference is not known")
        if kept.state in (WAITING, LOOKED):
            following = LOOKED if kept.state == WAITING else PAID
            with own_transaction() as connection:
                connection.execute(sa.update(BOOK).where(BOOK.c.reference == reference).values(state=following))
            return self.answer(reference, following)
        return self.answer(reference, kept.state)

    def call_off(self, reference: str) -> ChargeAnswer:
        waiting = sa.and_(BOOK.c.reference == reference, BOOK.c.state.in_((WAITING, LOOKED)))
        with own_transaction() as connection:
            connection.execute(sa.update(BOOK).where(waiting).values(state=CALLED_OFF))
        kept = self.find(reference)
        if kept is None or kept.state != PAID:
            return refused("Called off")
        return self.answer(reference, PAID)

    def refund(self, reference: str, refund_reference: str, amount_fen: int) -> ChargeAnswer:
        before = self.find(refund_reference)
        if before is not None:  # asked again: the first answer
            return self.answer(refund_reference, PAID) if before.amount_fen == amount_fen else refused("Another sum")
        with own_transaction() as connection:
            left = BOOK.c.amount_fen - BOOK.c.refunded_fen >= amount_fen
            is_paid = sa.and_(BOOK.c.reference == reference, BOOK.c.state == PAID, left)
            given = sa.update(BOOK).where(is_paid).values(refunded_fen=BOOK.c.refunded_fen + amount_fen)
            if amount_fen < 1 or not connection.execute(given).rowcount:
                return refused("More than was paid")
            row = {"reference": refund_reference, "amount_fen": amount_fen, "state": REFUNDED, "refunded_fen": 0}
            connection.execute(sa.insert(BOOK).values(**row, at=utcnow()))
        return self.answer(refund_reference, PAID)

    def find(self, reference: str) -> sa.Row[tuple[object, ...]] | None:
        with db.engine.connect() as connection:
            return connection.execute(sa.select(BOOK).where(BOOK.c.reference == reference)).one_or_none()

    def write(self, reference: str, amount_fen: int, state: str) -> None:
        with own_transaction() as connection:
            row = {"reference": reference, "amount_fen": amount_fen, "state": state, "refunded_fen": 0}
            connection.execute(sa.insert(BOOK).values(**row, at=utcnow()))

    def answer(self, reference: str, state: str) -> ChargeAnswer:
        if state in (REFUSED, CALLED_OFF):
            return refused("Called off" if state == CALLED_OFF else "Not enough money")
        known = ChargeState.WAITING if state in (WAITING, LOOKED) else ChargeState.PAID
        return ChargeAnswer(known, f"SIM-{reference}")


def refused(said: str) -> ChargeAnswer:
    return ChargeAnswer(ChargeState.REFUSED, said=said)
