"""Refunds: goods that come back against a receipt."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, utcnow, within
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.till.sales import Sale, SaleLine
from selection_center.till.shifts import PayMethod, Shift

if TYPE_CHECKING:
    from selection_center.till.refund_ways import Back


class GoesTo(enum.StrEnum):
    STOCK = "stock"  # fit to be sold again
    WASTE = "waste"  # 报损
    NOWHERE = "nowhere"  # nothing came back: a fee, goods without a code, a factory's order


class Refund(Model):
    """Pieces of a paid sale taken back (退货), in the shift that pays them out. Fen; points go back in their ledger."""

    __tablename__ = "refunds"
    __table_args__ = (
        sa.CheckConstraint("total_fen >= 0", name="total_not_negative"),
        sa.CheckConstraint("reason <> ''", name="for_a_reason"),
    )

    number: Mapped[str] = mapped_column(sa.String(16), unique=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sales.id"), index=True)
    shift_id: Mapped[int] = mapped_column(sa.ForeignKey("shifts.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(200))
    total_fen: Mapped[int]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    """A manager, where it is above what the cashier may do alone."""
    at: Mapped[datetime] = mapped_column(default=utcnow)

    site: Mapped[Site] = relationship()
    sale: Mapped[Sale] = relationship(back_populates="refunds")
    shift: Mapped[Shift] = relationship()
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    lines: Mapped[list[RefundLine]] = relationship(order_by="RefundLine.id")
    payments: Mapped[list[RefundPayment]] = relationship(order_by="RefundPayment.id")

    @classmethod
    def give(
        cls,
        sale: Sale,
        shift: Shift,
        lines: Sequence[tuple[SaleLine, int, GoesTo]],
        reason: str,
        by: User,
        approver: User | None = None,
        payments: Sequence[Back] | None = None,
    ) -> Refund:
        """Takes these pieces back; without `payments` the money goes back the way it came."""
        from selection_center.till import refunding  # it reaches stock, points and orders, and names this table

        return refunding.give(sale, shift, lines, reason, by, approver, payments)

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SELL) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


class RefundLine(Model):
    """So many pieces of one line, and the money for them."""

    __tablename__ = "refund_lines"
    __table_args__ = (
        sa.UniqueConstraint("refund_id", "sale_line_id"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
    )

    refund_id: Mapped[int] = mapped_column(sa.ForeignKey("refunds.id"))
    sale_line_id: Mapped[int] = mapped_column(sa.ForeignKey("sale_lines.id"), index=True)
    quantity: Mapped[int]
    amount_fen: Mapped[int]
    goes_to: Mapped[GoesTo] = mapped_column(Word(GoesTo))

    sale_line: Mapped[SaleLine] = relationship()


class RefundPayment(Model):
    """How the money went back (退款)."""

    __tablename__ = "refund_payments"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="amount_above_zero"),)

    refund_id: Mapped[int] = mapped_column(sa.ForeignKey("refunds.id"), index=True)
    method: Mapped[PayMethod] = mapped_column(Word(PayMethod))
    amount_fen: Mapped[int]
    reference: Mapped[str] = mapped_column(sa.String(80), default="")
    charge_id: Mapped[int | None] = mapped_column(sa.ForeignKey("charges.id"), index=True)
    given_at: Mapped[datetime | None]
    """When the provider gave it back; of cash and by hand, at once."""
