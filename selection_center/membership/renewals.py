"""Renewals: each is one period of a membership and the fee that was paid for it."""

from __future__ import annotations

import enum
import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, db, unique_where, utcnow
from selection_center.core.errors import Refused
from selection_center.core.shop_time import today
from selection_center.core.templating import day as shown_day
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan, PlanKind

WHOLE_REFUND_DAYS = 7
"""For so long after paying, whoever has not come in yet gets the whole fee back."""
RENEW_FREE_WITHIN_DAYS = 30
"""A plan without a fee is renewed in the last days of its period alone."""

visits = sa.table("entries", sa.column("member_id"), sa.column("at"))
"""The table of `membership.entries`, which are made where a standing is known."""


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
        sa.CheckConstraint("cancelled_at IS NULL OR refund_method IS NOT NULL", name="refund_has_method"),
        sa.Index("uq_renewals_reference", "reference", unique=True),
        unique_where("uq_renewals_one_start", "member_id", "starts_on", where="cancelled_at IS NULL"),
        unique_where("uq_renewals_one_after", "after_id", where="cancelled_at IS NULL"),
    )

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("members.id"), index=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plans.id"), index=True)
    after_id: Mapped[int | None] = mapped_column(sa.ForeignKey("renewals.id"))
    """The period before it, ended or running."""
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
    fee_fen: Mapped[int]
    method: Mapped[FeeMethod] = mapped_column(Word(FeeMethod))
    reference: Mapped[str] = mapped_column(sa.String(80))
    """The payment's own number; a free one gets a drawn one."""
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    cancel_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    refunded_fen: Mapped[int | None]
    refund_method: Mapped[FeeMethod | None] = mapped_column(Word(FeeMethod, "refundmethod"))
    refund_reference: Mapped[str] = mapped_column(sa.String(80), default="")

    member: Mapped[Member] = relationship(back_populates="renewals")
    plan: Mapped[Plan] = relationship()
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    cancelled_by: Mapped[User | None] = relationship(foreign_keys=[cancelled_by_id])

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    @classmethod
    def begin(
        cls,
        member: Member,
        plan: Plan,
        *,
        method: FeeMethod,
        reference: str = "",
        by: User | None,
        fee_fen: int | None = None,
    ) -> Self:
        """The next period of this member, and the fee that was paid for it (as the plan says, unless told).

        The same payment again answers with the period that it bought; of anybody else it is refused.
        """
        member.hold()
        fee_fen = plan.fee_fen if fee_fen is None else fee_fen
        reference = normal_reference(reference)
        if (method is FeeMethod.FREE) != (fee_fen == 0):
            raise Refused("fee_due", _("Say how the fee was paid."))
        if method is FeeMethod.FREE:
            reference = f"FREE {secrets.token_hex(8)}"
        if not reference:
            raise Refused("reference_missing", _("Write the number of the payment."))
        known = cls.bought_with(reference, member, plan)
        if known is not None:
            return known
        before = cls.newest_of(member.id)
        refuse_beginning(member, plan, before)
        starts_on = first_day_after(before)
        renewal = cls(
            member_id=member.id, plan=plan, after_id=before.id if before else None, starts_on=starts_on,
            ends_on=plan.last_day(starts_on), fee_fen=fee_fen, method=method, reference=reference,
            by_id=by.id if by else None,
        )  # fmt: skip
        try:
            with db.session.begin_nested():
                db.session.add(renewal)
        except sa.exc.IntegrityError as error:  # the constraints that hold where no lock does
            raise Refused("reference_used", _("Somebody has just used this payment. Load the page again.")) from error
        db.session.expire(member, ["renewals"])
        return renewal

    @classmethod
    def bought_with(cls, reference: str, member: Member, plan: Plan) -> Self | None:
        """The period that this payment bought before; refused where it was another's."""
        known = db.session.scalar(sa.select(cls).filter_by(reference=reference))
        if known is None:
            return None
        if known.member_id != member.id or known.plan_id != plan.id or known.is_cancelled:
            raise Refused("reference_used", _("This payment counts already, for another period."))
        return known

    @classmethod
    def newest_of(cls, member_id: int) -> Self | None:
        """The member's last period that was not cancelled."""
        query = sa.select(cls).where(cls.member_id == member_id, cls.cancelled_at.is_(None))
        return db.session.scalar(
            query.options(joinedload(cls.plan)).order_by(cls.ends_on.desc(), cls.id.desc()).limit(1)
        )

    @classmethod
    def next_start(cls, member_id: int) -> date:
        """The first day of a period that begins now."""
        return first_day_after(cls.newest_of(member_id))

    def refund_fen(self, day: date | None = None) -> int:
        """What goes back if it ends on this day: for each whole day left its part of the fee, for a period that
        has not begun all of it, and all within a week of paying for whoever has not come in since."""
        day = day or today()
        if day < self.starts_on or self.is_fresh(day):
            return self.fee_fen
        left, days = max(0, (self.ends_on - day).days), (self.ends_on - self.starts_on).days + 1
        return (2 * self.fee_fen * left + days) // (2 * days)

    def is_fresh(self, day: date) -> bool:
        """Paid within the last week, and nobody has come in since."""
        if (day - today(self.at)).days > WHOLE_REFUND_DAYS:
            return False
        came = sa.select(visits.c.at).where(visits.c.member_id == self.member_id, visits.c.at >= self.at)
        return db.session.execute(came.limit(1)).first() is None

    def cancel(self, reason: str, by: User, *, method: FeeMethod, reference: str = "") -> int:
        """Ends it today, or before it begins; answers with the fen that go back. The last period goes first."""
        self.member.hold()
        db.session.refresh(self, ["cancelled_at", "ends_on"])
        if self.is_cancelled:
            raise Refused("cancelled", _("This period is cancelled already."))
        if self.ends_on < today():
            raise Refused("ended", _("This period has ended: there is nothing to cancel."))
        following = sa.select(Renewal.id).where(Renewal.after_id == self.id, Renewal.cancelled_at.is_(None))
        if db.session.scalar(following.limit(1)) is not None:
            raise Refused("followed", _("Another period follows on this one. Cancel that one first."))
        fen, reference = self.refund_fen(), normal_reference(reference)
        if fen and (method is FeeMethod.FREE or not reference):
            raise Refused("reference_missing", _("Write how the money goes back, and the number of that payment."))
        self.refunded_fen, self.refund_reference = fen, reference
        self.refund_method = method if fen else FeeMethod.FREE
        self.cancelled_at, self.cancelled_by_id, self.cancel_reason = utcnow(), by.id, reason
        db.session.flush()
        return fen


def normal_reference(text: str) -> str:
    """A payment's number as it is kept: without spaces, in upper case, so that it counts once however it is typed."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()[:80]


def first_day_after(before: Renewal | None) -> date:
    """Early it follows on the old end, late it begins today."""
    return today() if before is None else max(today(), before.ends_on + timedelta(days=1))


def refuse_beginning(member: Member, plan: Plan, before: Renewal | None) -> None:
    """Who may not begin a period of this plan now."""
    member.refuse_forgotten()
    if member.is_blocked:
        raise Refused("blocked", _("This member is blocked: %(reason)s", reason=member.blocked_reason))
    if not plan.is_open:
        raise Refused("plan_closed", _("This plan is not sold any more. Choose another one."))
    runs_until = before.ends_on if before is not None and before.ends_on >= today() else None
    if plan.kind is PlanKind.DAY_PASS and runs_until is not None:
        raise Refused(
            "holds_already", _("The membership holds until %(day)s: no day pass is needed.", day=shown_day(runs_until))
        )
    if plan.kind is PlanKind.TRIAL and had_more_than_day_passes(member.id):
        raise Refused("trial_used", _("A trial is for new members, once for each phone number."))
    if plan.is_free and runs_until is not None and (runs_until - today()).days > RENEW_FREE_WITHIN_DAYS:
        raise Refused(
            "holds_already",
            _("The membership holds until %(day)s. Renew it in its last 30 days.", day=shown_day(runs_until)),
        )


def plans_for(member: Member, plans: list[Plan]) -> list[Plan]:
    """Those of which the member may begin a period now."""
    before = Renewal.newest_of(member.id)
    return [plan for plan in plans if may_begin(member, plan, before)]


def may_begin(member: Member, plan: Plan, before: Renewal | None) -> bool:
    try:
        refuse_beginning(member, plan, before)
    except Refused:
        return False
    return True


def had_more_than_day_passes(member_id: int) -> bool:
    """Has this member had a trial, cancelled or not, or a membership?"""
    had = sa.select(Renewal.id).join(Plan).where(Renewal.member_id == member_id)
    taken = sa.or_(Plan.kind == PlanKind.TRIAL, sa.and_(Plan.kind == PlanKind.REGULAR, Renewal.cancelled_at.is_(None)))
    return db.session.scalar(had.where(taken).limit(1)) is not None


def cancel_all(member: Member, reason: str, by: User, *, method: FeeMethod, reference: str = "") -> int:
    """Cancels what goes back at once, the last period first; answers with the fen that go back in all."""
    member.hold()
    running = paid_back_together(open_periods(member.id))
    if not running:
        raise Refused("ended", _("No membership is running: there is nothing to cancel."))
    return sum(renewal.cancel(reason, by, method=method, reference=reference) for renewal in running)


def paid_back_together(running: Sequence[Renewal]) -> list[Renewal]:
    """Of the periods from `open_periods`, those that one payment gives back: the last ones that no till took. Where a
    till took the last one, and it does not go back there, all of them."""
    here = takewhile(lambda period: period.method is not FeeMethod.TILL, running)
    return list(here) or list(running)


def open_periods(member_id: int) -> list[Renewal]:
    """What runs or is still to come, the last one first."""
    query = sa.select(Renewal).where(
        Renewal.member_id == member_id, Renewal.cancelled_at.is_(None), Renewal.ends_on >= today()
    )
    return list(db.session.scalars(query.options(joinedload(Renewal.plan)).order_by(Renewal.ends_on.desc())))


class RenewalReminder(Model):
    """A member was told that the membership ends soon (续费提醒): who told them, when and how."""

    __tablename__ = "renewal_reminders"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("members.id"), index=True)
    ends_on: Mapped[date]
    way: Mapped[str] = mapped_column(sa.String(16))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    by: Mapped[User] = relationship()
