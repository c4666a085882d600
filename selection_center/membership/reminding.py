"""Whom to tell that the membership ends soon, and who told them. Nothing is sent by itself: staff call or write."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.shop_time import today
from selection_center.membership.members import Member
from selection_center.membership.renewals import Renewal, RenewalReminder
from selection_center.samples.loans import ReminderWay

BEFORE_DAYS = 30
"""So long before the last day somebody is told."""
AFTER_DAYS = 30
"""And so long after it, while they may still come back."""


def last_day() -> sa.ScalarSelect[date]:
    """Of a member in an outer query: the last day that is paid for, NULL where nothing ever was."""
    query = sa.select(sa.func.max(Renewal.ends_on)).where(
        Renewal.member_id == Member.id, Renewal.cancelled_at.is_(None)
    )
    return query.correlate(Member).scalar_subquery()


def ends_soon(day: date) -> sa.ColumnElement[bool]:
    """Members to tell on this day: neither blocked nor forgotten, and it ends soon or ended lately."""
    around = last_day().between(day - timedelta(days=AFTER_DAYS), day + timedelta(days=BEFORE_DAYS))
    return sa.and_(Member.blocked_at.is_(None), Member.forgotten_at.is_(None), around)


def is_soon(member: Member) -> bool:
    """Does it end soon, or has it ended lately?"""
    newest = Renewal.newest_of(member.id)
    return newest is not None and -AFTER_DAYS <= (newest.ends_on - today()).days <= BEFORE_DAYS


def remind(member: Member, way: ReminderWay, by: User) -> RenewalReminder:
    """Notes that somebody told them when it ends."""
    newest = Renewal.newest_of(member.id)
    if newest is None or newest.ends_on > today() + timedelta(days=BEFORE_DAYS):
        raise Refused("not_soon", _("Nothing ends soon: nobody has to be told."))
    reminder = RenewalReminder(member_id=member.id, ends_on=newest.ends_on, way=way.value, by=by)
    db.session.add(reminder)
    db.session.flush()
    return reminder


def reminders_of(member: Member) -> list[RenewalReminder]:
    """Newest first."""
    query = sa.select(RenewalReminder).filter_by(member_id=member.id).order_by(RenewalReminder.id.desc()).limit(20)
    return list(db.session.scalars(query))


def last_reminded(member_ids: list[int]) -> dict[int, RenewalReminder]:
    """The newest reminder of each of these members."""
    newest = sa.select(sa.func.max(RenewalReminder.id)).where(RenewalReminder.member_id.in_(member_ids))
    query = sa.select(RenewalReminder).where(RenewalReminder.id.in_(newest.group_by(RenewalReminder.member_id)))
    return {reminder.member_id: reminder for reminder in db.session.scalars(query)}
