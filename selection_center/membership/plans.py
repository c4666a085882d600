"""Plans: what a membership costs, how long it lasts and what it opens."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from selection_center.core.db import Model, Word, utcnow
from selection_center.core.i18n import in_language


class PlanKind(enum.StrEnum):
    REGULAR = "regular"  # 年卡、季卡
    TRIAL = "trial"  # 体验卡: once for each phone
    DAY_PASS = "day_pass"  # 单日卡  # noqa: S105


class Plan(Model):
    """A membership that can be bought (会员方案). The network owns plans; money in fen.

    The fee is a service fee (服务费), never a balance to spend. A plan's terms stay what they were for whoever bought
    it: a renewal keeps the fee and both days.
    """

    __tablename__ = "plans"
    __table_args__ = (
        sa.CheckConstraint("fee_fen >= 0", name="fee_not_negative"),
        sa.CheckConstraint("(months > 0) <> (days > 0)", name="months_or_days"),
        sa.CheckConstraint("months >= 0 AND days >= 0 AND grace_days >= 0", name="length_not_negative"),
        sa.CheckConstraint("household_cards >= 0 AND guests >= 0 AND points_per_yuan >= 0", name="counts_not_negative"),
    )

    kind: Mapped[PlanKind] = mapped_column(Word(PlanKind), default=PlanKind.REGULAR)
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_en: Mapped[str] = mapped_column(sa.String(60), default="")
    fee_fen: Mapped[int]
    months: Mapped[int] = mapped_column(default=0)
    """Calendar months; 0 where it counts days."""
    days: Mapped[int] = mapped_column(default=0)
    grace_days: Mapped[int] = mapped_column(default=0)
    """After the last day it still opens the door for so long, with a word at the desk (宽限期)."""
    pays_member_price: Mapped[bool] = mapped_column(default=True)
    household_cards: Mapped[int] = mapped_column(default=0)
    """Cards beside the main one (副卡)."""
    guests: Mapped[int] = mapped_column(default=0)
    """So many people may come along at each visit."""
    is_everywhere: Mapped[bool] = mapped_column(default=True)
    """Opens every store; otherwise only the one where the member joined."""
    points_per_yuan: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    """No longer sold; those who have it keep it."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
