"""Entries: who came in at which store, when, with how many guests, and when they left."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, utcnow
from selection_center.core.shop_time import today
from selection_center.membership.cards import Card
from selection_center.membership.members import Member
from selection_center.sites.models import Site


class EntryWay(enum.StrEnum):
    PHONE_CARD = "phone_card"  # the turning code
    PRINTED_PHOTO = "printed_photo"  # the printed card, the photo compared
    PRINTED_DIGITS = "printed_digits"  # the printed card, the phone's last four digits told
    BY_NUMBER = "by_number"  # looked up by the phone's number: the phone is dead
    LET_IN = "let_in"  # staff let them in with a reason


class Entry(Model):
    """One coming in of one card (入场). Of many scans at once one makes it; a second scan is no error. R2."""

    __tablename__ = "entries"
    __table_args__ = (
        sa.CheckConstraint("guests >= 0", name="guests_not_negative"),
        sa.CheckConstraint("way <> 'let_in' OR reason <> ''", name="let_in_for_a_reason"),
        sa.Index(
            "uq_entries_one_open",
            "card_id",
            "day",
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        ),
        sa.Index("ix_entries_site_day", "site_id", "day"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("cards.id"))
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("members.id"), index=True)
    """Let go of with the person; the count stays."""
    day: Mapped[date] = mapped_column(default=today)
    way: Mapped[EntryWay] = mapped_column(Word(EntryWay))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    guests: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    left_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    card: Mapped[Card] = relationship()
    member: Mapped[Member | None] = relationship()
    by: Mapped[User | None] = relationship()
