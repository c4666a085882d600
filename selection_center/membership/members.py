"""A member, and the wish to become one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.buyers import mask_phone
from selection_center.accounts.models import User
from selection_center.core.db import Model, utcnow, within
from selection_center.core.permissions import Permission
from selection_center.membership.plans import Plan
from selection_center.sites.models import Site

if TYPE_CHECKING:
    from selection_center.membership.cards import Card
    from selection_center.membership.renewals import Renewal

CONSENT_VERSION = "member-2026-11"
"""The text of the notice that a member agrees to (translations: "How we use your name and phone as a member ...")."""
PHOTO_CONSENT_VERSION = "photo-2026-11"


class Member(Model):
    """Somebody who joined a store (会员). Whether the membership holds today is computed from its renewals."""

    __tablename__ = "members"
    __table_args__ = (
        sa.CheckConstraint("(blocked_at IS NULL) = (blocked_reason = '')", name="blocked_for_a_reason"),
        sa.CheckConstraint("forgotten_at IS NOT NULL OR phone IS NOT NULL", name="phone_until_forgotten"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    """Where they joined."""
    number: Mapped[str] = mapped_column(sa.String(16), unique=True)
    """Short and speakable, such as YW-2847-31; no secret."""
    name: Mapped[str] = mapped_column(sa.String(80))
    phone: Mapped[str | None] = mapped_column(sa.String(24), unique=True)
    """As `normal_phone` writes it. One membership for each number."""
    language: Mapped[str] = mapped_column(sa.String(2), default="zh")
    consent_version: Mapped[str] = mapped_column(sa.String(16))
    consent_at: Mapped[datetime] = mapped_column(default=utcnow)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    blocked_at: Mapped[datetime | None]
    blocked_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    blocked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    joined_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    joined_at: Mapped[datetime] = mapped_column(default=utcnow)
    forgotten_at: Mapped[datetime | None]
    """When name, phone and photos were let go of."""

    site: Mapped[Site] = relationship()
    blocked_by: Mapped[User | None] = relationship(foreign_keys=[blocked_by_id])
    joined_by: Mapped[User | None] = relationship(foreign_keys=[joined_by_id])
    cards: Mapped[list[Card]] = relationship("Card", back_populates="member", order_by="Card.id")
    renewals: Mapped[list[Renewal]] = relationship("Renewal", back_populates="member", order_by="Renewal.starts_on")

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_MEMBERS) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


class Application(Model):
    """A visitor's wish to join, written on their own phone and shown at the desk (入会申请)."""

    __tablename__ = "member_applications"

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plans.id"))
    device: Mapped[str] = mapped_column(sa.String(64), index=True)
    """The phone that wrote it: it alone sees it again."""
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    """Shown as a QR at the desk."""
    name: Mapped[str] = mapped_column(sa.String(80))
    phone: Mapped[str] = mapped_column(sa.String(24))
    language: Mapped[str] = mapped_column(sa.String(2), default="zh")
    consent_version: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("members.id"), index=True)
    """Whom it made."""
    closed_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    plan: Mapped[Plan] = relationship()
    member: Mapped[Member | None] = relationship()

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_MEMBERS) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))
