"""The guarantee clocks: what the network promises a factory, how far it is, and how long it still has.

A clock begins on the day on which the first sample of the factory was put on a stand. TrustPass members (诚信通) are
promised 30 buyers within the first 60 days. Powerful merchants (实力商家) and super factories (超级工厂) are promised
twice the buyers in each half year of 182 days, counted from that day, as in the half before; at least one, so that
nothing is not twice nothing.

Who is a buyer stands in `guarantee_facts`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from selection_center.catalog.models import Supplier
from selection_center.core.db import db, utcnow
from selection_center.marketplace import guarantee_facts
from selection_center.marketplace.guarantee_facts import FIRST_DAYS, HALF_DAYS, Counts

FIRST_BUYERS = 30


class ClockKind(enum.StrEnum):
    FIRST = "first"  # 60 天 30 位采购商
    HALF = "half"  # 半年翻一番


class ClockState(enum.StrEnum):
    """In the order in which they want somebody's care."""

    SHORT = "short"
    MISSED = "missed"
    COMPARING = "comparing"  # the first half year, which the next one is held against
    MET = "met"
    WAITING = "waiting"  # no sample of it stood on a stand yet


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise to one factory. `before`: buyers in the half before; None where there was none."""

    supplier: Supplier
    kind: ClockKind
    begun_at: datetime | None
    buyers: int
    before: int | None
    now: datetime

    @property
    def day(self) -> int:
        """Whole days since the clock began."""
        return (self.now - self.begun_at).days if self.begun_at else 0

    @property
    def aim(self) -> int | None:
        if self.kind is ClockKind.FIRST:
            return FIRST_BUYERS
        return None if self.before is None else max(1, 2 * self.before)

    @property
    def short(self) -> int:
        """Buyers that are missing."""
        return max(0, (self.aim or 0) - self.buyers)

    @property
    def state(self) -> ClockState:
        if self.begun_at is None:
            return ClockState.WAITING
        if self.aim is None:
            return ClockState.COMPARING
        if not self.short:
            return ClockState.MET
        return ClockState.SHORT if self.days_left else ClockState.MISSED

    @property
    def first_day(self) -> datetime | None:
        """When the stretch began in which buyers are counted now."""
        if self.begun_at is None or self.kind is ClockKind.FIRST:
            return self.begun_at
        return self.begun_at + timedelta(days=self.day // HALF_DAYS * HALF_DAYS)

    @property
    def ends_at(self) -> datetime | None:
        days = FIRST_DAYS if self.kind is ClockKind.FIRST else HALF_DAYS
        return self.first_day + timedelta(days=days) if self.first_day else None

    @property
    def days_left(self) -> int:
        """Begun ones count; none once it is over."""
        left = self.ends_at - self.now if self.ends_at else timedelta()
        return max(0, -(-left // timedelta(days=1)))

    @property
    def urgency(self) -> tuple[int, int, int, int]:
        """To sort by: who is short first, the most missing first, then whose days run out first."""
        return list(ClockState).index(self.state), -self.short, self.days_left, self.supplier.id


def clocks(now: datetime | None = None, supplier_id: int | None = None) -> list[Clock]:
    """Every clock of the network, or of one factory, the most urgent first."""
    now = now or utcnow()
    counts = guarantee_facts.counts(now, supplier_id)
    kept = sa.select(Supplier).where(Supplier.merged_into_id.is_(None), promised())
    if supplier_id is not None:
        kept = kept.where(Supplier.id == supplier_id)
    made = [
        clock
        for supplier in db.session.scalars(kept)
        for clock in clocks_of(supplier, counts.get(supplier.id, Counts()), now)
    ]
    return sorted(made, key=lambda clock: clock.urgency)


def promised() -> sa.ColumnElement[bool]:
    """Is anything promised to this factory?"""
    doubles = sa.or_(Supplier.is_powerful_merchant, Supplier.is_super_factory)
    return sa.or_(Supplier.trustpass_years.is_not(None), doubles)


def clocks_of(supplier: Supplier, counts: Counts, now: datetime) -> list[Clock]:
    made = []
    if supplier.has_trustpass:
        made.append(Clock(supplier, ClockKind.FIRST, counts.begun_at, counts.first, None, now))
    if supplier.is_powerful_merchant or supplier.is_super_factory:
        is_second = counts.begun_at is not None and now - counts.begun_at >= timedelta(days=HALF_DAYS)
        before = counts.before if is_second else None
        made.append(Clock(supplier, ClockKind.HALF, counts.begun_at, counts.half, before, now))
    return made
