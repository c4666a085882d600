"""What was paid for a sale, and what a payment provider was asked."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import ngettext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, utcnow
from selection_center.membership.points import POINT_FEN
from selection_center.till.sales import Sale
from selection_center.till.shifts import PayMethod, Shift


class ChargeState(enum.StrEnum):
    ASKED = "asked"
    WAITING = "waiting"  # the payer still types the password
    PAID = "paid"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # the provider's answer was lost: it is looked up, never asked again
    RETURNED = "returned"  # paid when nothing was due any more, and given back


OPEN_CHARGES = (ChargeState.ASKED, ChargeState.WAITING, ChargeState.UNKNOWN)
"""What a provider was asked for and may have taken."""
SILENT_AFTER = timedelta(minutes=5)
"""A question without an answer for so long is settled by hand, too."""


class Charge(Model):
    """One question to a payment provider (扣款), by our own reference: looked up before it is ever asked again."""

    __tablename__ = "charges"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="amount_above_zero"),)

    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sales.id"), index=True)
    shift_id: Mapped[int] = mapped_column(sa.ForeignKey("shifts.id"), index=True)
    provider: Mapped[str] = mapped_column(sa.String(24))
    method: Mapped[PayMethod] = mapped_column(Word(PayMethod))
    amount_fen: Mapped[int]
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    provider_reference: Mapped[str] = mapped_column(sa.String(64), default="")
    state: Mapped[ChargeState] = mapped_column(Word(ChargeState), default=ChargeState.ASKED)
    said: Mapped[str] = mapped_column(sa.String(200), default="")
    """The provider's own words about a refusal."""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    settled_at: Mapped[datetime | None]
    wanted_back_at: Mapped[datetime | None]
    """Since when its money is on the way back to the phone."""

    sale: Mapped[Sale] = relationship()
    shift: Mapped[Shift] = relationship()
    by: Mapped[User] = relationship()
    settlements: Mapped[list[Settlement]] = relationship(order_by="Settlement.id")

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_CHARGES

    @property
    def is_owed(self) -> bool:
        """The money came and goes back, and no provider has said yet that it is there."""
        return self.state is ChargeState.PAID and self.wanted_back_at is not None

    @property
    def is_doubtful(self) -> bool:
        """A person said that it was not paid; the provider may know better later."""
        return self.state is ChargeState.REFUSED and bool(self.settlements)

    @property
    def can_be_called_off(self) -> bool:
        """Once it was asked: what is still on its way cannot be held."""
        return self.state in (ChargeState.WAITING, ChargeState.UNKNOWN)

    @property
    def can_be_settled(self) -> bool:
        """By hand: nobody answers."""
        return self.state is ChargeState.UNKNOWN or (self.is_open and utcnow() - self.at > SILENT_AFTER)


class Settlement(Model):
    """What a person wrote down of a charge, where no provider said it (人工确认)."""

    __tablename__ = "settlements"

    charge_id: Mapped[int] = mapped_column(sa.ForeignKey("charges.id"), index=True)
    outcome: Mapped[ChargeState] = mapped_column(Word(ChargeState))
    reference: Mapped[str] = mapped_column(sa.String(64), default="")
    """The number that the provider's own list, or the other way, gives it."""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    by: Mapped[User] = relationship()


class SalePayment(Model):
    """Money, or points, that came in for a sale (收款). `amount_fen` counts; of cash `tendered_fen` was given."""

    __tablename__ = "sale_payments"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="amount_above_zero"),
        sa.CheckConstraint("tendered_fen IS NULL OR tendered_fen >= amount_fen", name="tendered_enough"),
        sa.CheckConstraint("(method = 'cash') = (tendered_fen IS NOT NULL)", name="cash_is_tendered"),
    )

    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sales.id"), index=True)
    shift_id: Mapped[int] = mapped_column(sa.ForeignKey("shifts.id"), index=True)
    method: Mapped[PayMethod] = mapped_column(Word(PayMethod))
    amount_fen: Mapped[int]
    tendered_fen: Mapped[int | None]
    reference: Mapped[str] = mapped_column(sa.String(80), default="")
    charge_id: Mapped[int | None] = mapped_column(sa.ForeignKey("charges.id"), unique=True)
    """None where it was recorded by hand, with the reference of the terminal's slip."""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    sale: Mapped[Sale] = relationship(back_populates="payments")
    shift: Mapped[Shift] = relationship()
    by: Mapped[User] = relationship()

    @property
    def number(self) -> str:
        """What the customer's side calls it, too; points have only a mark of our own, so they are counted instead."""
        if self.method is not PayMethod.POINTS:
            return self.reference
        spent = self.amount_fen // POINT_FEN
        return str(ngettext("%(num)s point", "%(num)s points", spent))

    @property
    def change_fen(self) -> int:
        """What the customer got back of the cash."""
        return (self.tendered_fen or self.amount_fen) - self.amount_fen


class SimulatedCharge(Model):
    """The simulated provider's own book: it knows nothing of ours but the reference. Strict and stateful."""

    __tablename__ = "simulated_charges"
    __table_args__ = (sa.CheckConstraint("refunded_fen BETWEEN 0 AND amount_fen", name="refunded_within_amount"),)

    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    amount_fen: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(16))
    refunded_fen: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(default=utcnow)
