"""Points: a ledger, and the balance as its sum."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, utcnow
from selection_center.membership.members import Member

POINT_FEN = 1
"""A point pays one fen."""
POINTS_LAST_DAYS = 365


class PointsKind(enum.StrEnum):
    EARNED = "earned"
    SPENT = "spent"
    EARNING_REVERSED = "earning_reversed"  # by a refund
    SPENDING_REVERSED = "spending_reversed"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"  # by a manager, with a reason


class PointsEntry(Model):
    """One line of a member's points (积分流水), written once. The balance is the sum, and never kept beside it."""

    __tablename__ = "points_entries"
    __table_args__ = (
        sa.CheckConstraint("points <> 0", name="points_not_zero"),
        sa.CheckConstraint("kind <> 'adjusted' OR note <> ''", name="adjusted_for_a_reason"),
        sa.UniqueConstraint("kind", "subject"),
        sa.Index("ix_points_entries_member", "member_id", "id"),
    )

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("members.id"))
    kind: Mapped[PointsKind] = mapped_column(Word(PointsKind))
    points: Mapped[int]
    """What it adds to the balance: below zero where it takes."""
    expires_on: Mapped[date | None]
    """The last day on which what was earned can be spent."""
    subject: Mapped[str] = mapped_column(sa.String(40))
    """What it is for, once: "sale YW-2847-3196", "refund YW-…", "earned 17" for what expired."""
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    member: Mapped[Member] = relationship()
    by: Mapped[User | None] = relationship()
