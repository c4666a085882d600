"""What the shift pages ask: which shifts, at which till, whose, and which of them differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload, selectinload

from selection_center.accounts.models import User
from selection_center.catalog.queries import number
from selection_center.core.db import db
from selection_center.core.paging import page_of
from selection_center.core.shop_time import start_of_day
from selection_center.sites.models import Site
from selection_center.till.sales import Sale
from selection_center.till.shifts import Shift, ShiftCount, Till

SHOWN = (
    joinedload(Shift.site),
    joinedload(Shift.till),
    joinedload(Shift.opened_by),
    joinedload(Shift.closed_by),
    selectinload(Shift.counts),
)
WHERES = ("all", "open", "differs")


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; unknown words count as nothing chosen."""

    where: str = "all"
    till: int | None = None
    person: int | None = None
    day: date | None = None

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        where = args.get("where", "")
        return cls(
            where=where if where in WHERES else "all",
            till=number(args.get("till", "")),
            person=number(args.get("person", "")),
            day=day_of(args.get("day", "")),
        )


def day_of(text: str) -> date | None:
    """A day that a database knows, or none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= date(2199, 12, 31) else None


def within_day(column: Any, day: date) -> sa.ColumnElement[bool]:
    """From midnight to midnight, as the shop counts."""
    return sa.and_(column >= start_of_day(day), column < start_of_day(day + timedelta(days=1)))


def differs() -> sa.ColumnElement[bool]:
    return sa.and_(Shift.closed_at.is_not(None), Shift.counts.any(ShiftCount.counted_fen != ShiftCount.expected_fen))


def search(site: Site, filters: Filters) -> Pagination:
    query = sa.select(Shift).where(Shift.site_id == site.id)
    if filters.where == "open":
        query = query.where(Shift.closed_at.is_(None))
    if filters.where == "differs":
        query = query.where(differs())
    if filters.till is not None:
        query = query.where(Shift.till_id == filters.till)
    if filters.person is not None:
        query = query.where(Shift.opened_by_id == filters.person)
    if filters.day is not None:
        query = query.where(within_day(Shift.opened_at, filters.day))
    return page_of(query.options(*SHOWN).order_by(Shift.id.desc()))


def totals(shifts: list[Shift]) -> dict[int | None, tuple[int, int]]:
    """How many sales each shift has, and their sum."""
    ids = [shift.id for shift in shifts]
    query = sa.select(Sale.shift_id, sa.func.count(), sa.func.sum(Sale.total_fen)).where(Sale.shift_id.in_(ids))
    return {shift_id: (count, int(fen)) for shift_id, count, fen in db.session.execute(query.group_by(Sale.shift_id))}


def tills(site: Site) -> list[Till]:
    return list(db.session.scalars(sa.select(Till).filter_by(site_id=site.id).order_by(Till.name, Till.id)))


def people(site: Site) -> list[User]:
    """Who opened shifts here, by name."""
    opened = sa.select(Shift.opened_by_id).where(Shift.site_id == site.id)
    return list(db.session.scalars(sa.select(User).where(User.id.in_(opened)).order_by(User.name, User.id)))


def last_closed(till: Till) -> Shift | None:
    query = sa.select(Shift).where(Shift.till_id == till.id, Shift.closed_at.is_not(None))
    return db.session.scalar(query.order_by(Shift.closed_at.desc()).limit(1))


def is_built(endpoint: str) -> bool:
    return endpoint in current_app.view_functions
