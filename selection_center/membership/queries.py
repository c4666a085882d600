"""What the list of members asks: who holds, who ends soon, who has not paid; and who fits these words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload, selectinload

from selection_center.core import audit
from selection_center.core.db import db
from selection_center.core.forms import clean
from selection_center.core.paging import like_anywhere, page_of
from selection_center.core.shop_time import start_of_day, today
from selection_center.membership.applications import Application
from selection_center.membership.cards import Card
from selection_center.membership.members import Member
from selection_center.membership.points import PointsEntry
from selection_center.membership.reminding import ends_soon, last_day
from selection_center.membership.renewals import Renewal
from selection_center.membership.standing import Standing, judge
from selection_center.sites.models import Site

SHOWN = (joinedload(Member.site), selectinload(Member.renewals).joinedload(Renewal.plan))


def places(day: date) -> dict[str, sa.ColumnElement[bool]]:
    """The tabs of the list, as conditions on members, on this day of the shop."""
    counted = sa.and_(Member.blocked_at.is_(None), Member.forgotten_at.is_(None))
    return {
        "valid": sa.and_(counted, last_day() >= day),
        "soon": ends_soon(day),
        "ended": sa.and_(counted, last_day() < day),
        "unpaid": sa.and_(counted, last_day().is_(None)),
        "blocked": Member.blocked_at.is_not(None),
        "all": sa.true(),
    }


SORTS: dict[str, tuple[Any, ...]] = {
    "newest": (Member.id.desc(),),
    "end": (last_day(), Member.id),
    "name": (Member.name, Member.id),
}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; unknown words count as nothing chosen."""

    where: str = "valid"
    words: str = ""
    sort: str = "newest"

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        words = (clean(args.get("q")) or "")[:80]
        where = args.get("where", "")
        usual = "all" if words else "valid"
        where = where if where in places(today()) else usual
        sort = args.get("sort", "")
        return cls(where, words, sort if sort in SORTS else "end" if where == "soon" else "newest")


def narrowed(site: Site, filters: Filters) -> sa.Select[Any]:
    query = sa.select(Member).where(Member.site_id == site.id, places(today())[filters.where])
    if filters.words:
        query = query.where(matches(filters.words))
    return query.options(*SHOWN).order_by(*SORTS[filters.sort])


def search(site: Site, filters: Filters) -> Pagination:
    return page_of(narrowed(site, filters))


def matches(words: str) -> sa.ColumnElement[bool]:
    """By name, number, the name on a card, the whole phone or its last four digits, or a printed card's code."""
    holds = sa.select(Card.member_id)
    conditions = [
        like_anywhere(Member.name, words),
        like_anywhere(Member.number, words),
        Member.id.in_(holds.where(like_anywhere(Card.holder, words))),
    ]
    digits = "".join(c for c in words if c not in " -")
    if digits.isascii() and digits.isdigit() and len(digits) in {4, 11}:
        conditions.append(Member.phone.endswith(digits))
        conditions.append(Member.id.in_(holds.where(Card.phone.endswith(digits))))
    return sa.or_(*conditions)


def counts(site: Site) -> dict[str, int]:
    """How many members stand under each tab."""
    of_site = sa.select(sa.func.count(Member.id)).where(Member.site_id == site.id)
    return {name: db.session.scalar(of_site.where(where)) or 0 for name, where in places(today()).items()}


def standings(members: list[Member]) -> dict[int, Standing]:
    """How each of these members stands at their own store; their periods are loaded."""
    return {member.id: judge(member, member.renewals, member.site, today()) for member in members}


def waiting(site: Site) -> list[Application]:
    """Wishes of the last day and today that nobody settled, newest first."""
    query = sa.select(Application).where(
        Application.site_id == site.id, Application.closed_at.is_(None), Application.at >= start_of_day()
    )
    return list(
        db.session.scalars(query.options(joinedload(Application.plan)).order_by(Application.id.desc()).limit(100))
    )


def points_of(member: Member, most: int = 20) -> list[PointsEntry]:
    """The newest lines of the ledger."""
    query = sa.select(PointsEntry).filter_by(member_id=member.id).order_by(PointsEntry.id.desc()).limit(most)
    return list(db.session.scalars(query))


def history(member: Member) -> list[audit.AuditEntry]:
    """What was done with this member, newest first."""
    query = sa.select(audit.AuditEntry).filter_by(subject_type=Member.__tablename__, subject_id=member.id)
    return list(db.session.scalars(query.order_by(audit.AuditEntry.id.desc()).limit(50)))
