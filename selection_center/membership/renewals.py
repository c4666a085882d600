"""Renewals: each is one period of a membership and the fee that was paid for it."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, utcnow
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan


class FeeMethod(enum.StrEnum):
    TILL = "till"  # a line of a sale: the reference is the sale's number; cash is taken this way alone
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CARD = "card"
    BANK = "bank"
    FREE = "free"  # a plan without a fee


class Renewal(Model):
    """One period of a membership (入会 / 续费), from its first day to its last, both included, in the shop's days.

    Early it follows on the last day of the one before; late it starts today. A payment reference counts once, and
    each period follows on one other at most: of many at once no two overlap and none leaves a gap. R4.
    """

    __tablename__ = "renewals"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        sa.CheckConstraint("fee_fen >= 0", name="fee_not_negative"),
        sa.CheckConstraint("refunded_fen IS NULL OR refunded_fen BETWEEN 0 AND fee_fen", name="refund_within_fee"),
        sa.CheckConstraint("(refunded_fen IS NULL) = (cancelled_at IS NULL)", name="cancelled_has_refund"),
        sa.UniqueConstraint("member_id", "starts_on"),
    )

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("members.id"), index=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plans.id"), index=True)
    after_id: Mapped[int | None] = mapped_column(sa.ForeignKey("renewals.id"), unique=True)
    """The period before it, ended or running."""
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
    fee_fen: Mapped[int]
    method: Mapped[FeeMethod] = mapped_column(Word(FeeMethod))
    reference: Mapped[str] = mapped_column(sa.String(80), unique=True)
    """The payment's own number; a free one gets a drawn one."""
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    cancel_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    refunded_fen: Mapped[int | None]
    refund_reference: Mapped[str] = mapped_column(sa.String(80), default="")

    member: Mapped[Member] = relationship(back_populates="renewals")
    plan: Mapped[Plan] = relationship()
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    cancelled_by: Mapped[User | None] = relationship(foreign_keys=[cancelled_by_id])


class RenewalReminder(Model):
    """A member was told that the membership ends soon (续费提醒): who told them, when and how."""

    __tablename__ = "renewal_reminders"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("members.id"), index=True)
    ends_on: Mapped[date]
    way: Mapped[str] = mapped_column(sa.String(16))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    by: Mapped[User] = relationship()
