"""The wish to become a member, written on the visitor's own phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.buyers import mask_phone
from selection_center.core.codes import format_code, new_code
from selection_center.core.db import Model, db, utcnow, within
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.membership.members import CONSENT_VERSION, Member
from selection_center.membership.plans import Plan
from selection_center.sites.models import Site, SiteKind

LAST_DAYS = 7
"""For so long one that nothing came of is kept."""


class Application(Model):
    """A visitor's wish to join, written on their own phone and shown at the desk (入会申请)."""

    __tablename__ = "member_applications"

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plans.id"))
    device: Mapped[str] = mapped_column(sa.String(64), index=True)
    """The phone that wrote it: it alone sees it again."""
    code: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_code)
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

    @property
    def shown_code(self) -> str:
        return format_code(self.code)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @classmethod
    def write(cls, site: Site, plan: Plan, device: str, *, name: str, phone: str, language: str) -> Self:
        """Kept for the desk, whoever the number belongs to: it tells nobody who is a member. A phone has one at a
        store; a new one takes the place of the last."""
        if site.kind is not SiteKind.STORE or not site.is_open:
            raise Refused("no_store", _("Members join in a member store."))
        if not plan.is_open:
            raise Refused("plan_closed", _("This plan is not sold any more. Choose another one."))
        before = sa.update(cls).where(cls.device == device, cls.site_id == site.id, cls.closed_at.is_(None))
        db.session.execute(before.values(closed_at=utcnow()))
        application = cls(
            site=site, plan=plan, device=device, name=name, phone=phone, language=language,
            consent_version=CONSENT_VERSION,
        )  # fmt: skip
        db.session.add(application)
        db.session.flush()
        return application

    @classmethod
    def of_device(cls, device: str, site: Site) -> Self | None:
        """The newest that this phone wrote at the store: still open, or what it made."""
        query = sa.select(cls).where(
            cls.device == device, cls.site_id == site.id, sa.or_(cls.closed_at.is_(None), cls.member_id.is_not(None))
        )
        return db.session.scalar(query.order_by(cls.id.desc()).limit(1))

    def hold(self) -> None:
        db.session.refresh(self, ["closed_at", "member_id"], with_for_update=True)

    def take_on(self, member: Member) -> None:
        """The desk made this member of it."""
        self.hold()
        if not self.is_open:
            raise Refused("closed", _("This application is settled already."))
        self.closed_at, self.member = utcnow(), member

    def set_aside(self) -> None:
        """Nothing came of it."""
        self.hold()
        if not self.is_open:
            raise Refused("closed", _("This application is settled already."))
        self.closed_at = utcnow()

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_MEMBERS) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))
