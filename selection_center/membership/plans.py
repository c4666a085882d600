"""Plans: what a membership costs, how long it lasts and what it opens."""

from __future__ import annotations

import calendar
import enum
from datetime import date, datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.errors import Refused
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

    @property
    def is_free(self) -> bool:
        return self.fee_fen == 0

    def last_day(self, first: date) -> date:
        """Of a period that begins on this day, counted as people do: a year from March 3 ends on March 2.

        Where the month it ends in has no such day it ends with that month, so nobody loses days: a month from
        January 31 lasts until the end of February, and the next one is the whole of March.
        """
        if self.days:
            return first + timedelta(days=self.days - 1)
        whole, month = divmod(first.month - 1 + self.months, 12)
        year = first.year + whole
        longest = calendar.monthrange(year, month + 1)[1]
        if first.day > longest:
            return date(year, month + 1, longest)
        return date(year, month + 1, first.day) - timedelta(days=1)

    @classmethod
    def on_sale(cls) -> sa.Select[Self]:
        """In the order in which they are offered."""
        return sa.select(cls).where(cls.closed_at.is_(None)).order_by(cls.position, cls.id)

    def save(self, **terms: Any) -> None:
        """Keeps these terms of a plan, new or known. A name is taken once."""
        try:
            with db.session.begin_nested():
                for name, value in terms.items():
                    setattr(self, name, value)
                db.session.add(self)
        except sa.exc.IntegrityError as error:
            raise Refused("plan_exists", _("There is a plan of this name. Choose another one.")) from error

    def close(self) -> None:
        """No longer sold."""
        if not self.is_open:
            raise Refused("closed", _("This plan is not sold any more."))
        self.closed_at = utcnow()

    def reopen(self) -> None:
        if self.is_open:
            raise Refused("open", _("This plan is on sale already."))
        self.closed_at = None
