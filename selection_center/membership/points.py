"""Points: a ledger, and the balance as its sum."""

from __future__ import annotations

import enum
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.shop_time import today
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


def balance(member_id: int) -> int:
    """What the member can spend: the sum of the ledger."""
    total = sa.select(sa.func.coalesce(sa.func.sum(PointsEntry.points), 0)).where(PointsEntry.member_id == member_id)
    return int(db.session.execute(total).scalar_one())


def hold(member_id: int) -> None:
    """Locks the member until the commit: what is taken is counted by one after the other."""
    db.session.execute(sa.select(Member.id).filter_by(id=member_id).with_for_update(key_share=True))


def earn(member_id: int, points: int, subject: str, by_id: int | None) -> None:
    """Adds what a purchase earned; it can be spent for a year."""
    write(PointsKind.EARNED, member_id, points, subject, by_id, lasts=True)


def spend(member_id: int, points: int, subject: str, by_id: int | None) -> None:
    """Pays with points; never with more than are there."""
    hold(member_id)
    has = balance(member_id)
    if points > has:
        raise Refused("too_few_points", _("There are %(points)s points: so many can be spent.", points=has))
    write(PointsKind.SPENT, member_id, -points, subject, by_id)


def reverse_earning(member_id: int, points: int, subject: str, by_id: int | None) -> int:
    """Takes back what was earned with goods that came back; of what is spent already no more than is there.

    Answers with how many it took.
    """
    hold(member_id)
    taken = max(0, min(points, balance(member_id)))
    write(PointsKind.EARNING_REVERSED, member_id, -taken, subject, by_id)
    return taken


def reverse_spending(member_id: int, points: int, subject: str, by_id: int | None) -> None:
    """Gives back points that paid for goods that came back; they can be spent for a year from now."""
    write(PointsKind.SPENDING_REVERSED, member_id, points, subject, by_id, lasts=True)


def adjust(member_id: int, points: int, note: str, subject: str, by_id: int) -> None:
    """Puts the balance right by hand, for a reason; never below zero."""
    hold(member_id)
    if balance(member_id) + points < 0:
        raise Refused("too_few_points", _("There are %(points)s points: no more can go.", points=balance(member_id)))
    write(PointsKind.ADJUSTED, member_id, points, subject, by_id, note=note, lasts=points > 0)


def expire(member_id: int, day: date | None = None) -> int:
    """Takes what was earned too long ago and never spent: what is spent comes from the oldest first. How many went."""
    hold(member_id)
    day = day or today()
    total = sa.func.coalesce(sa.func.sum(PointsEntry.points), 0)
    mine = sa.select(total).where(PointsEntry.member_id == member_id)
    over = int(db.session.execute(mine.where(PointsEntry.points > 0, PointsEntry.expires_on < day)).scalar_one())
    taken = -int(db.session.execute(mine.where(PointsEntry.points < 0)).scalar_one())
    gone = max(0, over - taken)
    write(PointsKind.EXPIRED, member_id, -gone, f"member {member_id} {day.isoformat()}", None)
    return gone


def with_expired(day: date | None = None) -> sa.Select[Any]:
    """Members of whom points ran out by then: some may be spent already."""
    over = sa.select(PointsEntry.member_id).where(PointsEntry.points > 0, PointsEntry.expires_on < (day or today()))
    return over.group_by(PointsEntry.member_id).order_by(PointsEntry.member_id)


def write(
    kind: PointsKind,
    member_id: int,
    points: int,
    subject: str,
    by_id: int | None,
    *,
    note: str = "",
    lasts: bool = False,
) -> None:
    """One line of the ledger; for one subject once of each kind. No points, no line."""
    if not points:
        return
    expires_on = today() + timedelta(days=POINTS_LAST_DAYS) if lasts else None
    entry = PointsEntry(
        kind=kind, member_id=member_id, points=points, subject=subject, by_id=by_id, note=note, expires_on=expires_on
    )
    try:
        with db.session.begin_nested():
            db.session.add(entry)
    except sa.exc.IntegrityError as error:
        raise Refused("counted_before", _("These points are counted already.")) from error
