"""Cards: the main one and those of the household, on a phone or printed."""

from __future__ import annotations

import enum
import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.core.codes import new_code
from selection_center.core.db import Model, Word, utcnow
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
        sa.Index(
            "uq_cards_one_main",
            "member_id",
            unique=True,
            sqlite_where=sa.text("kind = 'main' AND revoked_at IS NULL"),
            postgresql_where=sa.text("kind = 'main' AND revoked_at IS NULL"),
        ),
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
