"""Members: who joined a store, their number, and what keeps them from coming in."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.buyers import mask_phone, normal_phone
from selection_center.accounts.models import User
from selection_center.core.db import Model, db, utcnow, within
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
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

    @property
    def shown_name(self) -> str:
        return self.name or _("Name let go of")

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None

    @property
    def is_forgotten(self) -> bool:
        return self.forgotten_at is not None

    @classmethod
    def with_phone(cls, phone: str) -> Self | None:
        """Whose number this is, in whatever way it is written. Refuses what is no number."""
        return db.session.scalar(sa.select(cls).filter_by(phone=normal_phone(phone)))

    @classmethod
    def join(cls, site: Site, name: str, phone: str, *, by: User | None, language: str = "zh", note: str = "") -> Self:
        """A new member with the main card; the first period begins once its fee is paid. One for each number."""
        from selection_center.membership.cards import Card  # cards name their member, so they are known later

        member = cls(
            site=site,
            number=new_number(site.slug),
            name=name,
            phone=normal_phone(phone),
            language=language,
            note=note,
            consent_version=CONSENT_VERSION,
            joined_by_id=by.id if by else None,
        )
        member.cards = [Card(holder=name, issued_by_id=by.id if by else None)]
        try:
            with db.session.begin_nested():
                db.session.add(member)
        except sa.exc.IntegrityError as error:
            raise Refused("already_member", cls.is_already(site, phone)) from error
        return member

    @classmethod
    def is_already(cls, site: Site, phone: str) -> str:
        """Whose number it is, as far as the desk of this store is told."""
        known = cls.with_phone(phone)
        if known is None or known.site_id == site.id:
            return str(_("There is a member with this number."))
        return str(_("A member of %(store)s has this number: let them show that card.", store=known.site.label))

    def change(self, name: str, phone: str, language: str, note: str) -> None:
        """What they say of themselves; the main card carries the same name."""
        self.hold()
        self.refuse_forgotten()
        before = self.name
        try:
            with db.session.begin_nested():
                self.name, self.phone, self.language, self.note = name, normal_phone(phone), language, note
        except sa.exc.IntegrityError as error:
            raise Refused("already_member", _("There is a member with this number.")) from error
        for card in self.cards:
            if card.is_open and card.holder == before:
                card.holder = name

    def hold(self) -> None:
        """Locks it until the commit, whatever was loaded of it before; points and periods are counted behind it."""
        db.session.flush()
        db.session.refresh(self, ["blocked_at", "blocked_reason", "forgotten_at"], with_for_update={"key_share": True})

    def block(self, reason: str, by: User) -> None:
        """No door opens to any of its cards and no member price is paid, until it is unblocked."""
        self.hold()
        if self.is_blocked:
            raise Refused("blocked", _("This member is blocked already."))
        self.blocked_at, self.blocked_reason, self.blocked_by_id = utcnow(), reason, by.id

    def unblock(self) -> None:
        self.hold()
        if not self.is_blocked:
            raise Refused("not_blocked", _("This member is not blocked."))
        self.blocked_at, self.blocked_reason, self.blocked_by_id = None, "", None

    def refuse_forgotten(self) -> None:
        if self.is_forgotten:
            raise Refused("forgotten", _("This member was forgotten on their own wish. They can join anew."))

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_MEMBERS) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


def new_number(site_slug: str) -> str:
    """Such as YW-2847-31: two letters of the store and six digits that no other member has."""
    letters = "".join(c for c in site_slug.upper() if c.isalpha())
    while True:
        digits = f"{secrets.randbelow(10**6):06d}"
        number = f"{(letters + 'XX')[:2]}-{digits[:4]}-{digits[4:]}"
        if db.session.scalar(sa.select(Member.id).filter_by(number=number)) is None:
            return number
