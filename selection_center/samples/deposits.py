"""The ledger of deposits (押金): money that borrowers left with us and that we owe them back. It is never income."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, utcnow
from selection_center.core.errors import Refused
from selection_center.core.money import show_fen


class DepositKind(enum.StrEnum):
    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    KEPT = "kept"  # for what was damaged or lost


class DepositMethod(enum.StrEnum):
    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    BANK = "bank"


class DepositEntry(Model):
    """One line of the ledger (押金流水), written once and never changed; what is held is the sum of a loan's lines."""

    __tablename__ = "deposit_entries"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="amount_above_zero"),
        sa.CheckConstraint("kind <> 'kept' OR note <> ''", name="kept_for_a_reason"),
    )

    loan_id: Mapped[int] = mapped_column(sa.ForeignKey("loans.id"), index=True)
    kind: Mapped[DepositKind] = mapped_column(Word(DepositKind))
    amount_fen: Mapped[int]
    method: Mapped[DepositMethod] = mapped_column(Word(DepositMethod))
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    by: Mapped[User] = relationship()
    # Its table comes later in the order of imports: named here, known there.
    loan: Mapped[Any] = relationship("Loan", viewonly=True)

    @property
    def signed_fen(self) -> int:
        """What it adds to what we hold."""
        return self.amount_fen if self.kind is DepositKind.TAKEN else -self.amount_fen

    def refuse_beyond(self, held_fen: int) -> None:
        """Refuses what cannot be: nothing at all, more than is held, or keeping without saying why."""
        if self.amount_fen <= 0:
            raise Refused("no_amount", _("Write an amount above zero."))
        if self.kind is not DepositKind.TAKEN and self.amount_fen > held_fen:
            raise Refused("more_than_held", _("Only %(sum)s is held.", sum=show_fen(held_fen)))
        if self.kind is DepositKind.KEPT and not self.note:
            raise Refused("kept_why", _("Write why it is kept."))
