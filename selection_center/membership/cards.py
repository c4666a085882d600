"""Cards: the main one and those of the household, on a phone or printed."""

from __future__ import annotations

import enum
import secrets
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.core.codes import format_code, new_code
from selection_center.core.db import Model, Word, db, unique_where, utcnow, within
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.membership.members import Member


class CardKind(enum.StrEnum):
    MAIN = "main"  # 主卡
    HOUSEHOLD = "household"  # 副卡


class RevokeReason(enum.StrEnum):
    LOST = "lost"  # 挂失
    REPLACED = "replaced"
    TAKEN_BACK = "taken_back"  # a household card that its member took back


class Card(Model):
    """What one person shows at the door and the till (会员卡).

    `code` stands on the printed card: it identifies and asks for a second check. `secret` is the key of the code that
    turns every 30 s on the phone and never leaves the server; the phone is given a key of the day.
    """

    __tablename__ = "cards"
    __table_args__ = (
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revoked_for_a_reason"),
        unique_where("uq_cards_one_main", "member_id", where="kind = 'main' AND revoked_at IS NULL"),
    )

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("members.id"), index=True)
    kind: Mapped[CardKind] = mapped_column(Word(CardKind), default=CardKind.MAIN)
    holder: Mapped[str] = mapped_column(sa.String(80))
    phone: Mapped[str | None] = mapped_column(sa.String(24))
    """The holder's own, for the check by its last four digits; else the member's counts."""
    code: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_code)
    secret: Mapped[str] = mapped_column(sa.String(64), default=lambda: secrets.token_hex(32))
    handle: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_code)
    """Names the card in the turning code; another one than `code`, so that a printed card tells nothing of it."""
    link: Mapped[str] = mapped_column(sa.String(32), unique=True, default=lambda: secrets.token_urlsafe(18))
    """The private address of the phone's card; the first phone that takes it has it."""
    device: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    """The phone that has it."""
    last_step: Mapped[int] = mapped_column(default=0)
    """The newest 30 s for which its code opened a door: one use per entry."""
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    issued_at: Mapped[datetime] = mapped_column(default=utcnow)
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[RevokeReason | None] = mapped_column(Word(RevokeReason))
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cards.id"))

    member: Mapped[Member] = relationship(back_populates="cards")
    replaced_by: Mapped[Card | None] = relationship(remote_side="Card.id")
    photo: Mapped[CardPhoto | None] = relationship("CardPhoto", uselist=False, cascade="all, delete-orphan")

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None

    @property
    def shown_code(self) -> str:
        return format_code(self.code)

    @property
    def masked_holder(self) -> str:
        return mask_name(self.holder)

    @property
    def has_phone(self) -> bool:
        return bool(self.phone or self.member.phone)

    def has_digits(self, digits: str) -> bool:
        """Are these the last four digits of the holder's phone, or of the member's where the holder gave none?"""
        phone = self.phone or self.member.phone or ""
        return len(digits) == 4 and secrets.compare_digest(phone[-4:].encode(), digits.encode())

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_MEMBERS) -> sa.Select[Self]:
        return within(sa.select(cls).join(Member), Member.site_id, user.site_ids(permission))

    @classmethod
    def of_phone(cls, phone: str) -> list[Self]:
        """The open cards whose holder has this number, as `normal_phone` writes it; the main one first."""
        is_holders = sa.or_(cls.phone == phone, sa.and_(cls.phone.is_(None), Member.phone == phone))
        query = sa.select(cls).join(Member).where(is_holders, cls.revoked_at.is_(None))
        return list(db.session.scalars(query.order_by(cls.kind.desc(), cls.id)))

    def take_on(self, device: str) -> None:
        """This phone has the card from now on, if no other one has."""
        db.session.refresh(self, ["device", "revoked_at"], with_for_update={"key_share": True})
        if not self.is_open:
            raise Refused("revoked", _("This card does not hold any more. Ask at the desk."))
        if self.device not in (None, device):
            raise Refused("taken", _("Another phone has this card. The desk can move it to this one."))
        self.device = device

    def let_another_phone_in(self) -> None:
        """The phone that has it loses it: codes that it still makes are nobody's, and its address leads nowhere."""
        if not self.is_open:
            raise Refused("revoked", _("This card does not hold any more. Ask at the desk."))
        self.device, self.last_step = None, 0
        self.secret, self.handle, self.link = secrets.token_hex(32), new_code(), secrets.token_urlsafe(18)


TITLES = ("先生", "女士", "小姐", "太太", "老师")
TWO_SYMBOLS = {
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "东方",
    "南宫",
    "端木",
}


def mask_name(name: str) -> str:
    """陈** for 陈小满; 陈女士 as it is; J*** S*** for John Smith."""
    if not name or name[0].isascii():
        return " ".join(f"{word[0]}***" for word in name.split())
    family = name[: 2 if name[:2] in TWO_SYMBOLS else 1]
    title = next((title for title in TITLES if name.endswith(title)), "")
    return family + (title or "**")


class CardPhoto(Model):
    """The holder's photo, kept under a consent of its own (本人照片). In the row, so that it goes with it: kept
    pictures open to everybody by their address. Shown at the door to staff alone; a face is never recognised."""

    __tablename__ = "card_photos"

    card_id: Mapped[int] = mapped_column(sa.ForeignKey("cards.id"), unique=True)
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """WebP, at most 480 px, re-encoded."""
    consent_version: Mapped[str] = mapped_column(sa.String(16))
    taken_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
