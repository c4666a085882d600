"""Whether a membership holds at a store on a day: computed from its periods, never stored."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from selection_center.core.db import db
from selection_center.core.shop_time import today
from selection_center.core.templating import day as shown_day
from selection_center.membership.cards import Card
from selection_center.membership.household import has_room
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan
from selection_center.membership.renewals import Renewal
from selection_center.sites.models import Site


class StandingKind(enum.StrEnum):
    VALID = "valid"
    GRACE = "grace"  # 宽限期: ended, and the door still opens with a word
    EXPIRED = "expired"
    NOT_PAID = "not_paid"
    BLOCKED = "blocked"
    WRONG_STORE = "wrong_store"
    CANCELLED = "cancelled"
    BEYOND_PLAN = "beyond_plan"  # a household card more than the plan has room for


@dataclass(frozen=True)
class Standing:
    """How a membership stands at one store on one day."""

    kind: StandingKind
    plan: Plan | None = None
    until: date | None = None
    """The last day that is paid for, over all periods that follow on each other without a gap."""

    @property
    def opens_door(self) -> bool:
        return self.kind in {StandingKind.VALID, StandingKind.GRACE}

    @property
    def pays_member_price(self) -> bool:
        return self.opens_door and self.plan is not None and self.plan.pays_member_price

    def words(self) -> str:
        until = shown_day(self.until)
        words: dict[StandingKind, str] = {
            StandingKind.VALID: _("Valid until %(day)s", day=until),
            StandingKind.GRACE: _("Ended on %(day)s, still let in", day=until),
            StandingKind.EXPIRED: _("Ended on %(day)s", day=until),
            StandingKind.NOT_PAID: _("Fee not paid yet"),
            StandingKind.BLOCKED: _("Blocked"),
            StandingKind.WRONG_STORE: _("Holds at another store alone"),
            StandingKind.CANCELLED: _("Cancelled"),
            StandingKind.BEYOND_PLAN: _("More household cards than the plan has room for"),
        }
        return words[self.kind]


def standing(member: Member, site: Site, day: date | None = None, *, card: Card | None = None) -> Standing:
    """How this member, or who holds this card of theirs, stands at this store today, or on that day."""
    query = sa.select(Renewal).filter_by(member_id=member.id).order_by(Renewal.starts_on)
    periods = db.session.scalars(query.options(joinedload(Renewal.plan))).all()
    held = judge(member, periods, site, day or today())
    if card is not None and held.opens_door and held.plan is not None and not has_room(held.plan, card):
        return replace(held, kind=StandingKind.BEYOND_PLAN)
    return held


def standing_of(card: Card, site: Site) -> Standing:
    """How who holds this card stands at this store today."""
    return standing(card.member, site, card=card)


def judge(member: Member, periods: Sequence[Renewal], site: Site, day: date) -> Standing:
    """The same from periods in order of their first day, with their plans."""
    held = [period for period in periods if not period.is_cancelled]
    current = next((period for period in held if period.covers(day)), None)
    ended = next((period for period in reversed(held) if period.ends_on < day), None)
    shown = current or ended
    plan, until = (shown.plan, paid_until(held, shown)) if shown else (None, None)
    if member.is_blocked:
        return Standing(StandingKind.BLOCKED, plan, until)
    if current is None and any(period.is_cancelled and period.covers(day) for period in periods):
        return Standing(StandingKind.CANCELLED, plan, until)
    if shown is None or plan is None:
        was_cancelled = any(period.is_cancelled for period in periods)
        return Standing(StandingKind.CANCELLED if was_cancelled else StandingKind.NOT_PAID)
    if current is None and shown.ends_on + timedelta(days=plan.grace_days) < day:
        return Standing(StandingKind.EXPIRED, plan, until)
    if not plan.is_everywhere and member.site_id != site.id:
        return Standing(StandingKind.WRONG_STORE, plan, until)
    return Standing(StandingKind.VALID if current else StandingKind.GRACE, plan, until)


def paid_until(held: Sequence[Renewal], first: Renewal) -> date:
    """The last day of the periods that follow on this one without a gap."""
    last = first.ends_on
    for period in held:
        if period.starts_on == last + timedelta(days=1):
            last = period.ends_on
    return last
