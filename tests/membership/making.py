"""Plans, members and periods with sensible defaults, beside `tests.factories`."""

import itertools
from datetime import timedelta
from typing import Any

from selection_center.accounts.models import User
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan
from selection_center.membership.renewals import FeeMethod, Renewal
from selection_center.sites.models import Site, SiteKind
from tests import factories as make

numbers = itertools.count(1)


def store(slug: str = "hangzhou", **values: Any) -> Site:
    names = {"name": "杭州会员店", "name_en": "Hangzhou Member Store"}
    return make.site(slug, SiteKind.STORE, **(names | values))


def cashier(at: Site, name: str = "Cai") -> User:
    return make.user(name, Role.CASHIER, at)


def plan(name: str = "年卡", fee_fen: int = 29_900, months: int = 12, **values: Any) -> Plan:
    lasts = {"months": 0 if values.get("days") else months}
    return make.add(Plan(name=name, fee_fen=fee_fen, **(lasts | values)))


def member(at: Site, name: str = "陈女士", phone: str = "", by: User | None = None) -> Member:
    """Joined, with a main card, and nothing paid yet."""
    return Member.join(at, name, phone or f"1380000{next(numbers):04d}", by=by)


def renewed(of: Member, by_plan: Plan, reference: str = "", by: User | None = None) -> Renewal:
    """Paid by WeChat, with a number of its own unless told."""
    method = FeeMethod.FREE if by_plan.is_free else FeeMethod.WECHAT
    return Renewal.begin(of, by_plan, method=method, reference=reference or f"42{next(numbers):024d}", by=by)


def moved(period: Renewal, days: int) -> Renewal:
    """As it would be, had all of it happened so many days earlier or later."""
    period.starts_on += timedelta(days=days)
    period.ends_on += timedelta(days=days)
    period.at += timedelta(days=days)
    db.session.flush()
    return period


def ended(of: Member, by_plan: Plan, days_ago: int = 1) -> Renewal:
    """A period whose last day was so many days ago."""
    period = renewed(of, by_plan)
    return moved(period, (today() - period.ends_on).days - days_ago)
