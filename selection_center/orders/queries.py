"""What the order pages ask: which orders, how many of each state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.suppliers import Supplier
from selection_center.core.db import db
from selection_center.core.paging import like_anywhere, page_of
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import today
from selection_center.orders.models import Order, OrderKind, OrderState
from selection_center.sites.models import Site


@dataclass(frozen=True)
class Filters:
    """What the person narrowed the list to; unknown words count as nothing chosen."""

    state: OrderState | None = None
    kind: OrderKind | None = None
    words: str = ""
    due: bool = False
    sort: str = "newest"

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        state, kind = args.get("state", ""), args.get("kind", "")
        return cls(
            state=OrderState(state) if state in set(OrderState) else None,
            kind=OrderKind(kind) if kind in set(OrderKind) else None,
            words=args.get("q", "").strip()[:80],
            due=args.get("due") == "1",
            sort=args.get("sort", "") if args.get("sort") in SORTS else "newest",
        )


SORTS: dict[str, Any] = {
    "newest": Order.id.desc(),
    "oldest": Order.id.asc(),
    "largest": Order.goods_fen.desc(),  # ties go by id, so that no order stands on two pages
    "changed": Order.changed_at.desc(),
}


def search(user: Any, site: Site | None, filters: Filters) -> Pagination:
    """One page of orders within what the person may see."""
    return page_of(narrowed(user, site, filters))


def narrowed(user: Any, site: Site | None, filters: Filters) -> sa.Select[Any]:
    query: sa.Select[Any] = Order.reachable_by(user)
    if site is not None:
        query = query.where(Order.site_id == site.id)
    if filters.state is not None:
        query = query.where(Order.state == filters.state)
    if filters.kind is not None:
        query = query.where(Order.kind == filters.kind)
    if filters.due:
        query = query.where(
            Order.follow_up_on <= today(),
            Order.state.in_([OrderState.SUBMITTED, OrderState.CONFIRMED, OrderState.SHIPPED]),
        )
    if filters.words:
        query = query.where(matches(filters.words, user))
    query = query.options(
        joinedload(Order.supplier), joinedload(Order.site), joinedload(Order.cared_by), selectinload(Order.lines)
    )
    return query.order_by(SORTS[filters.sort], Order.id.desc())


def matches(words: str, user: Any) -> sa.ColumnElement[bool]:
    """By number, name, shop, the whole phone or its last four digits, or the supplier; by number alone for suppliers.

    A masked buyer cannot be found by guessing at the name or the phone.
    """
    by_supplier = Order.supplier_id.in_(sa.select(Supplier.id).where(like_anywhere(Supplier.name, words)))
    conditions = [like_anywhere(column, words) for column in (Order.name, Order.company)]
    if words.isascii() and words.isdigit() and len(words) in {4, 11}:
        conditions.append(Order.phone.endswith(words))
    by_buyer = sa.or_(*conditions)
    sites = user.site_ids(Permission.SEE_ORDERS)  # who also works for a factory sees its buyers masked
    if sites is not None:
        by_buyer = sa.and_(by_buyer, Order.site_id.in_(sites))
    return sa.or_(like_anywhere(Order.number, words), by_supplier, by_buyer)


def state_counts(user: Any, site: Site | None) -> dict[str, int]:
    """How many orders stand in each state, within what this person may see."""
    seen = Order.reachable_by(user).with_only_columns(Order.state, sa.func.count()).group_by(Order.state)
    if site is not None:
        seen = seen.where(Order.site_id == site.id)
    return {state.value: count for state, count in db.session.execute(seen)}


@dataclass(frozen=True)
class News:
    """What came in and what changed since a page was made: told beside the rows, which stay where they are."""

    new: int
    changed: int

    @classmethod
    def since(cls, user: Any, site: Site | None, last_id: int, moment: datetime) -> News:
        seen = Order.reachable_by(user).where(sa.or_(Order.id > last_id, Order.changed_at > moment))
        if site is not None:
            seen = seen.where(Order.site_id == site.id)
        counts = seen.with_only_columns(
            sa.func.count().filter(Order.id > last_id),
            sa.func.count().filter(Order.id <= last_id, Order.changed_at > moment),
        )
        return cls(*db.session.execute(counts).one())


def newest_id(user: Any) -> int:
    return db.session.scalar(Order.reachable_by(user).with_only_columns(sa.func.max(Order.id))) or 0
