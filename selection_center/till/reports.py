"""A day of a store, or one shift, in sums: what was sold, how it was paid, what came back. Fen; points count as fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from selection_center.core.db import db, utcnow
from selection_center.core.i18n import in_language
from selection_center.core.shop_time import SHOP_TIME, start_of_day
from selection_center.sites.models import Site
from selection_center.till.payments import SalePayment
from selection_center.till.refunds import Refund, RefundLine, RefundPayment
from selection_center.till.sales import LineKind, Sale, SaleLine, SaleState
from selection_center.till.shift_queries import SHOWN, within_day
from selection_center.till.shifts import CashMovement, PayMethod, Shift

MOST_GOODS = 20


@dataclass(frozen=True)
class Scope:
    """Which paid sales and which refunds count, as conditions."""

    sales: sa.ColumnElement[bool]
    refunds: sa.ColumnElement[bool]


@dataclass(frozen=True)
class MethodSum:
    """Of one way of payment."""

    method: PayMethod
    in_fen: int
    back_fen: int

    @property
    def left_fen(self) -> int:
        return self.in_fen - self.back_fen


@dataclass(frozen=True)
class KindSum:
    kind: LineKind
    pieces: int
    fen: int


@dataclass(frozen=True)
class TaxSum:
    """Of one rate; tax is included in what was sold."""

    permille: int
    fen: int
    tax_fen: int
    back_fen: int


@dataclass(frozen=True)
class Goods:
    title: str
    title_en: str
    spec: str
    spec_en: str
    pieces: int
    back: int
    fen: int

    @property
    def label(self) -> str:
        return " ".join(filter(None, (in_language(self.title, self.title_en), in_language(self.spec, self.spec_en))))


@dataclass(frozen=True)
class Report:
    site: Site
    day: date | None
    """None for a shift's."""
    shifts: list[Shift]
    sales: int
    by_members: int
    marked_fen: int
    total_fen: int
    tax_fen: int
    discount_fen: int
    """Taken off by hand, from lines and from whole sales."""
    refunds: int
    refunded_fen: int
    methods: list[MethodSum]
    kinds: list[KindSum]
    taxes: list[TaxSum]
    hours: list[tuple[int, int, int]]
    """The hour as the shop counts, how many sales, their sum."""
    goods: list[Goods]
    moves: list[CashMovement]

    @property
    def net_fen(self) -> int:
        return self.total_fen - self.refunded_fen

    @property
    def member_saved_fen(self) -> int:
        """What members paid less than everybody."""
        return self.marked_fen - self.discount_fen - self.total_fen

    @property
    def average_fen(self) -> int:
        return round(self.total_fen / self.sales) if self.sales else 0

    @property
    def pieces(self) -> int:
        return sum(kind.pieces for kind in self.kinds)


def paid_on(site: Site, day: date) -> sa.ColumnElement[bool]:
    return sa.and_(Sale.site_id == site.id, Sale.state == SaleState.PAID, within_day(Sale.paid_at, day))


def paid_in(shift: Shift) -> sa.ColumnElement[bool]:
    return sa.and_(Sale.shift_id == shift.id, Sale.state == SaleState.PAID)


def of_day(site: Site, day: date) -> Report:
    refunded = sa.and_(Refund.site_id == site.id, within_day(Refund.at, day))
    return made(site, day, shifts_of(site, day), Scope(paid_on(site, day), refunded))


def of_shift(shift: Shift) -> Report:
    return made(shift.site, None, [shift], Scope(paid_in(shift), Refund.shift_id == shift.id))


def shifts_of(site: Site, day: date) -> list[Shift]:
    """Those that were open at any time of the day."""
    begun = Shift.opened_at < start_of_day(day + timedelta(days=1))
    not_over = sa.or_(Shift.closed_at.is_(None), Shift.closed_at >= start_of_day(day))
    query = sa.select(Shift).where(Shift.site_id == site.id, begun, not_over).order_by(Shift.id)
    return list(db.session.scalars(query.options(*SHOWN, selectinload(Shift.cash_movements))))


def made(site: Site, day: date | None, shifts: list[Shift], scope: Scope) -> Report:
    count, by_members, marked, total, tax, off = sums_of_sales(scope)
    refunds, refunded = sums_of_refunds(scope)
    return Report(
        site=site,
        day=day,
        shifts=shifts,
        sales=count,
        by_members=by_members,
        marked_fen=marked,
        total_fen=total,
        tax_fen=tax,
        discount_fen=off + discounts_of_lines(scope),
        refunds=refunds,
        refunded_fen=refunded,
        methods=methods_of(scope),
        kinds=kinds_of(scope),
        taxes=taxes_of(scope),
        hours=hours_of(scope),
        goods=goods_of(scope),
        moves=moves_of(shifts, day),
    )


def sums_of_sales(scope: Scope) -> tuple[int, ...]:
    columns = (Sale.marked_fen, Sale.total_fen, Sale.tax_fen, Sale.discount_fen)
    sums = [sa.func.coalesce(sa.func.sum(column), 0) for column in columns]
    row = db.session.execute(sa.select(sa.func.count(), sa.func.count(Sale.member_id), *sums).where(scope.sales)).one()
    return tuple(int(value) for value in row)


def discounts_of_lines(scope: Scope) -> int:
    off = sa.select(sa.func.sum(SaleLine.discount_fen)).join(Sale, Sale.id == SaleLine.sale_id)
    return int(db.session.scalar(off.where(scope.sales, SaleLine.removed_at.is_(None))) or 0)


def sums_of_refunds(scope: Scope) -> tuple[int, int]:
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Refund.total_fen), 0)).where(scope.refunds)
    count, fen = db.session.execute(query).one()
    return int(count), int(fen)


def methods_of(scope: Scope) -> list[MethodSum]:
    """Each way of payment, used or not."""
    paid = sa.select(SalePayment.method, sa.func.sum(SalePayment.amount_fen)).join(Sale, Sale.id == SalePayment.sale_id)
    back = sa.select(RefundPayment.method, sa.func.sum(RefundPayment.amount_fen)).join(
        Refund, Refund.id == RefundPayment.refund_id
    )
    came = dict(db.session.execute(paid.where(scope.sales).group_by(SalePayment.method)).all())
    went = dict(db.session.execute(back.where(scope.refunds).group_by(RefundPayment.method)).all())
    return [MethodSum(method, int(came.get(method, 0)), int(went.get(method, 0))) for method in PayMethod]


def kinds_of(scope: Scope) -> list[KindSum]:
    query = sa.select(SaleLine.kind, sa.func.sum(SaleLine.quantity), sa.func.sum(SaleLine.total_fen))
    rows = db.session.execute(of_lines(query, scope).group_by(SaleLine.kind))
    found = {kind: KindSum(kind, int(pieces), int(fen)) for kind, pieces, fen in rows}
    return [found[kind] for kind in LineKind if kind in found]


def taxes_of(scope: Scope) -> list[TaxSum]:
    query = sa.select(SaleLine.tax_permille, sa.func.sum(SaleLine.total_fen), sa.func.sum(SaleLine.tax_fen))
    back = (
        sa.select(SaleLine.tax_permille, sa.func.sum(RefundLine.amount_fen))
        .join(RefundLine, RefundLine.sale_line_id == SaleLine.id)
        .join(Refund, Refund.id == RefundLine.refund_id)
        .where(scope.refunds)
    )
    rows = db.session.execute(of_lines(query, scope).group_by(SaleLine.tax_permille))
    sold = {rate: (int(fen), int(tax)) for rate, fen, tax in rows}
    went = dict(db.session.execute(back.group_by(SaleLine.tax_permille)).all())
    return [TaxSum(rate, *sold.get(rate, (0, 0)), int(went.get(rate, 0))) for rate in sorted({*sold, *went})]


def hours_of(scope: Scope) -> list[tuple[int, int, int]]:
    """From the first hour with a sale to the last one, the empty ones between them too."""
    found: dict[int, tuple[int, int]] = {}
    for at, fen in db.session.execute(sa.select(Sale.paid_at, Sale.total_fen).where(scope.sales)):
        hour = hour_of(at)
        count, sum_fen = found.get(hour, (0, 0))
        found[hour] = (count + 1, sum_fen + fen)
    if not found:
        return []
    return [(hour, *found.get(hour, (0, 0))) for hour in range(min(found), max(found) + 1)]


def hour_of(at: datetime | None) -> int:
    return (at or utcnow()).astimezone(SHOP_TIME).hour


def goods_of(scope: Scope) -> list[Goods]:
    """What brought most, with what came back of the same sales since."""
    words = (SaleLine.title, SaleLine.title_en, SaleLine.spec, SaleLine.spec_en)
    brought = sa.func.sum(SaleLine.total_fen)
    query = sa.select(*words, sa.func.sum(SaleLine.quantity), sa.func.sum(SaleLine.refunded), brought)
    goods = of_lines(query, scope).where(SaleLine.kind != LineKind.FEE).group_by(*words)
    rows = db.session.execute(goods.order_by(brought.desc(), SaleLine.title).limit(MOST_GOODS))
    return [Goods(*row[:4], *(int(value) for value in row[4:])) for row in rows]


def of_lines(query: Any, scope: Scope) -> Any:
    """The lines of those sales, without the ones that were taken out."""
    return query.join(Sale, Sale.id == SaleLine.sale_id).where(scope.sales, SaleLine.removed_at.is_(None))


def moves_of(shifts: list[Shift], day: date | None) -> list[CashMovement]:
    query = sa.select(CashMovement).where(CashMovement.shift_id.in_([shift.id for shift in shifts]))
    if day is not None:
        query = query.where(within_day(CashMovement.at, day))
    return list(db.session.scalars(query.options(joinedload(CashMovement.by)).order_by(CashMovement.id)))
