"""Reports on lending: what it brought by offer and by factory, and the deposits by day and by way of payment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload

from selection_center.catalog.models import Listing, Supplier
from selection_center.core.db import db
from selection_center.core.paging import page_of
from selection_center.core.shop_time import start_of_day, today
from selection_center.samples.deposits import DepositEntry, DepositKind, DepositMethod
from selection_center.samples.loan_items import LoanItem, Outcome
from selection_center.samples.loans import Loan
from selection_center.samples.models import Sample
from selection_center.sites.models import Site

MOST_ROWS = 200
LONGEST_DAYS = 366


@dataclass(frozen=True)
class BroughtBy:
    """One line of a report: an offer or a factory, and what lending its samples brought."""

    of: Any
    """A Listing or a Supplier; None for offers whose factory is not named yet."""
    loans: int
    pieces: int
    shown: int
    published: int
    sold: int
    out: int


def brought_by(site: Site, model: type[Listing] | type[Supplier]) -> list[BroughtBy]:
    """Lent here, most sold first."""
    key: Any = Sample.listing_id if model is Listing else Listing.supplier_id
    pieces, sold = sa.func.count(), sa.func.sum(LoanItem.sold)
    query = (
        sa.select(
            key,
            sa.func.count(sa.distinct(LoanItem.loan_id)),
            pieces,
            pieces.filter(LoanItem.outcome == Outcome.SHOWN_LIVE),
            pieces.filter(LoanItem.outcome == Outcome.PUBLISHED),
            sold,
            pieces.filter(LoanItem.ended_at.is_(None)),
        )
        .select_from(LoanItem)
        .join(Loan, Loan.id == LoanItem.loan_id)
        .join(Sample, Sample.id == LoanItem.sample_id)
        .join(Listing, Listing.id == Sample.listing_id)
        .where(Loan.site_id == site.id)
        .group_by(key)
        .order_by(sold.desc(), pieces.desc(), key)
        .limit(MOST_ROWS)
    )
    rows = list(db.session.execute(query))
    found = {row.id: row for row in db.session.scalars(sa.select(model).where(model.id.in_([row[0] for row in rows])))}
    return [BroughtBy(found.get(id), *map(int, counted)) for id, *counted in rows]


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included, and of which way to pay; without a word, this month's."""

    first: date
    last: date
    method: DepositMethod | None = None

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Period:
        last = day_in(args.get("to", "")) or today()
        first = day_in(args.get("from", "")) or min(today().replace(day=1), last)
        first, last = min(first, last), max(first, last)
        method = args.get("method", "")
        return cls(
            first=max(first, last - timedelta(days=LONGEST_DAYS - 1)),
            last=last,
            method=DepositMethod(method) if method in set(DepositMethod) else None,
        )


def day_in(text: str) -> date | None:
    """The day that somebody wrote, within the years that a shop has."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= date(2100, 1, 1) else None


@dataclass
class Taking:
    """Fen of deposits in and out on one day by one way, or over a whole period."""

    taken: int = 0
    given_back: int = 0
    kept: int = 0

    @property
    def in_hand(self) -> int:
        """By how much what lies in the drawer grew: what was kept stays there."""
        return self.taken - self.given_back

    def add(self, kind: DepositKind, fen: int) -> None:
        setattr(self, kind.value, getattr(self, kind.value) + fen)


@dataclass(frozen=True)
class Deposits:
    """The ledger of a period: by day and way to pay, newest first, and all together."""

    by_day: dict[tuple[date, DepositMethod], Taking]
    total: Taking

    @classmethod
    def of(cls, site: Site, period: Period) -> Deposits:
        query = entries(site, period).with_only_columns(
            DepositEntry.at, DepositEntry.method, DepositEntry.kind, DepositEntry.amount_fen
        )
        by_day: dict[tuple[date, DepositMethod], Taking] = {}
        total = Taking()
        for at, method, kind, fen in db.session.execute(query.order_by(DepositEntry.at.desc(), DepositEntry.id.desc())):
            by_day.setdefault((today(at), method), Taking()).add(kind, fen)
            total.add(kind, fen)
        return cls(by_day, total)


def entries(site: Site, period: Period) -> sa.Select[Any]:
    query = (
        sa.select(DepositEntry)
        .join(Loan, Loan.id == DepositEntry.loan_id)
        .where(
            Loan.site_id == site.id,
            DepositEntry.at >= start_of_day(period.first),
            DepositEntry.at < start_of_day(period.last + timedelta(days=1)),
        )
    )
    return query if period.method is None else query.where(DepositEntry.method == period.method)


def page_of_entries(site: Site, period: Period) -> Pagination:
    query = entries(site, period).order_by(DepositEntry.at.desc(), DepositEntry.id.desc())
    return page_of(query.options(joinedload(DepositEntry.by), joinedload(DepositEntry.loan)))
