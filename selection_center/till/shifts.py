"""Tills, and the shifts that are worked at them."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, utcnow, within
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site


class PayMethod(enum.StrEnum):
    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CARD = "card"
    POINTS = "points"


class Till(Model):
    """A place to pay (收银台)."""

    __tablename__ = "tills"
    __table_args__ = (
        sa.Index(
            "uq_tills_name",
            "site_id",
            "name",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    closed_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    shift: Mapped[Shift | None] = relationship(
        "Shift",
        primaryjoin="and_(Shift.till_id == Till.id, Shift.closed_at.is_(None))",
        viewonly=True,
        uselist=False,
    )
    """The open one."""

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SELL) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


class TillRules(Model):
    """How far a cashier may go alone at a site; beyond it a manager does it or approves (收银权限)."""

    __tablename__ = "till_rules"
    __table_args__ = (
        sa.CheckConstraint("discount_permille BETWEEN 0 AND 1000", name="discount_permille"),
        sa.CheckConstraint("refund_fen >= 0", name="refund_not_negative"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), unique=True)
    discount_permille: Mapped[int] = mapped_column(default=100)
    refund_fen: Mapped[int] = mapped_column(default=20_000)


class Shift(Model):
    """From the float to the count, at one till (班次). One is open at a till at most; each sale is in exactly one. R7.

    What was counted is signed with what was expected at that moment: `counts` has a row for each way of payment.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        sa.CheckConstraint("float_fen >= 0", name="float_not_negative"),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by_somebody"),
        sa.Index(
            "uq_shifts_one_open",
            "till_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index("ix_shifts_site_opened", "site_id", "opened_at"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    till_id: Mapped[int] = mapped_column(sa.ForeignKey("tills.id"), index=True)
    float_fen: Mapped[int]
    """Cash in the drawer to begin with (备用金)."""
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(default=utcnow)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
    notes_and_coins: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    """How many of each, by their fen: {"10000": 3, "50": 2}."""
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    """Why the count differs."""

    site: Mapped[Site] = relationship()
    till: Mapped[Till] = relationship()
    opened_by: Mapped[User] = relationship(foreign_keys=[opened_by_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
    cash_movements: Mapped[list[CashMovement]] = relationship(order_by="CashMovement.id")
    counts: Mapped[list[ShiftCount]] = relationship(order_by="ShiftCount.id")

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SELL) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


class CashMovement(Model):
    """Cash put into the drawer or taken out, with a reason, by no sale (现金存取). Above zero: in."""

    __tablename__ = "cash_movements"
    __table_args__ = (
        sa.CheckConstraint("amount_fen <> 0", name="amount_not_zero"),
        sa.CheckConstraint("reason <> ''", name="for_a_reason"),
    )

    shift_id: Mapped[int] = mapped_column(sa.ForeignKey("shifts.id"), index=True)
    amount_fen: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(200))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    by: Mapped[User] = relationship()


class ShiftCount(Model):
    """Expected and counted of one way of payment, when the shift was closed."""

    __tablename__ = "shift_counts"
    __table_args__ = (sa.UniqueConstraint("shift_id", "method"),)

    shift_id: Mapped[int] = mapped_column(sa.ForeignKey("shifts.id"))
    method: Mapped[PayMethod] = mapped_column(Word(PayMethod))
    expected_fen: Mapped[int]
    counted_fen: Mapped[int]

    @property
    def difference_fen(self) -> int:
        return self.counted_fen - self.expected_fen
