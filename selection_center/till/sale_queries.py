"""What the books ask: which sales of a site, found by number, member, goods or payment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.queries import number
from selection_center.core.db import db
from selection_center.core.paging import like_anywhere, page_of
from selection_center.core.shop_time import start_of_day
from selection_center.membership.models import Member
from selection_center.sites.models import Site
from selection_center.till.payments import SalePayment
from selection_center.till.refunds import Refund, RefundLine
from selection_center.till.sales import Sale, SaleLine, SaleState
from selection_center.till.shift_queries import day_of
from selection_center.till.shifts import PayMethod

WHERES = {
    "paid": Sale.state == SaleState.PAID,
    "refunded": sa.and_(Sale.state == SaleState.PAID, Sale.refunds.any()),
    "waiting": Sale.state.in_([SaleState.OPEN, SaleState.HELD, SaleState.PAYING]),
    "void": Sale.state == SaleState.VOID,
}
SHOWN = (
    joinedload(Sale.member),
    joinedload(Sale.till),
    joinedload(Sale.opened_by),
    joinedload(Sale.paid_by),
    selectinload(Sale.lines),
    selectinload(Sale.payments),
    selectinload(Sale.refunds),
)
WHOLE = (
    joinedload(Sale.site),
    joinedload(Sale.shift),
    *SHOWN,
    selectinload(Sale.payments).joinedload(SalePayment.by),
    selectinload(Sale.refunds).joinedload(Refund.by),
    selectinload(Sale.refunds).joinedload(Refund.approved_by),
    selectinload(Sale.refunds).selectinload(Refund.payments),
    selectinload(Sale.refunds).selectinload(Refund.lines).joinedload(RefundLine.sale_line),
)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; unknown words count as nothing chosen."""

    where: str = "paid"
    words: str = ""
    method: PayMethod | None = None
    till: int | None = None
    shift: int | None = None
    first: date | None = None
    last: date | None = None
    sort: str = "newest"

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        method, where, sort = args.get("method", ""), args.get("where", ""), args.get("sort", "")
        return cls(
            where=where if where in WHERES else "paid",
            words=args.get("q", "").strip()[:80],
            method=PayMethod(method) if method in set(PayMethod) else None,
            till=number(args.get("till", "")),
            shift=number(args.get("shift", "")),
            first=day_of(args.get("from", "")),
            last=day_of(args.get("to", "")),
            sort=sort if sort in SORTS else "newest",
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.method or self.till or self.shift or self.first or self.last)


MOMENT = sa.func.coalesce(Sale.paid_at, Sale.changed_at)
SORTS: dict[str, Any] = {"newest": MOMENT.desc(), "oldest": MOMENT.asc(), "largest": Sale.total_fen.desc()}


def search(site: Site, filters: Filters) -> Pagination:
    return page_of(narrowed(site, filters).options(*SHOWN).order_by(SORTS[filters.sort], Sale.id.desc()))


def narrowed(site: Site, filters: Filters) -> sa.Select[Any]:
    query = sa.select(Sale).where(Sale.site_id == site.id, WHERES[filters.where])
    if filters.method is not None:
        query = query.where(Sale.payments.any(SalePayment.method == filters.method))
    if filters.till is not None:
        query = query.where(Sale.till_id == filters.till)
    if filters.shift is not None:
        query = query.where(Sale.shift_id == filters.shift)
    if filters.first is not None:
        query = query.where(start_of_day(filters.first) <= MOMENT)
    if filters.last is not None:
        query = query.where(start_of_day(filters.last + timedelta(days=1)) > MOMENT)
    return query.where(matches(filters.words)) if filters.words else query


def matches(words: str) -> sa.ColumnElement[bool]:
    """By the receipt's or a refund's number, a payment's reference, the goods, a sum, or the member.

    The phone only whole or by its last four digits, as elsewhere.
    """
    conditions = [
        like_anywhere(Sale.number, words),
        Sale.refunds.any(like_anywhere(Refund.number, words)),
        Sale.payments.any(SalePayment.reference == words),
        Sale.lines.any(sa.or_(like_anywhere(SaleLine.title, words), like_anywhere(SaleLine.title_en, words))),
        Sale.member.has(like_anywhere(Member.name, words)),
        Sale.code == "".join(c for c in words.upper() if c.isalnum()),
    ]
    if words.isascii() and words.isdigit() and len(words) in {4, 11}:
        conditions.append(Sale.member.has(Member.phone.endswith(words)))
    return sa.or_(*conditions)


def counts(site: Site) -> dict[str, int]:
    """How many sales stand under each tab."""
    of_site = sa.select(sa.func.count(Sale.id)).where(Sale.site_id == site.id)
    return {name: db.session.scalar(of_site.where(where)) or 0 for name, where in WHERES.items()}


@dataclass(frozen=True)
class Totals:
    """Of everything that the search found."""

    sales: int
    total_fen: int
    refunded_fen: int

    @classmethod
    def of(cls, site: Site, filters: Filters) -> Totals:
        found = narrowed(site, filters).with_only_columns(Sale.id, Sale.total_fen).subquery()
        count, fen = db.session.execute(
            sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(found.c.total_fen), 0))
        ).one()
        back = sa.select(sa.func.sum(Refund.total_fen)).where(Refund.sale_id.in_(sa.select(found.c.id)))
        return cls(int(count), int(fen), int(db.session.scalar(back) or 0))
