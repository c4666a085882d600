"""What the reception asks: who is here now, who came, and whether they came before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload, selectinload

from selection_center.accounts.buyers import normal_phone
from selection_center.core import codes
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.paging import like_anywhere, page_of
from selection_center.core.shop_time import start_of_day
from selection_center.sites.models import Site
from selection_center.visits.closing import here_since
from selection_center.visits.models import BuyerKind, Visit

PER_PAGE = 30
SHORTEST_PHONE_END = 4
PLACES = ("here", "today", "all")
SORTS: dict[str, tuple[Any, ...]] = {
    "newest": (Visit.arrived_at.desc(), Visit.id.desc()),
    "oldest": (Visit.arrived_at, Visit.id),
    "name": (Visit.name, Visit.id),
}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; unknown words count as nothing chosen."""

    words: str = ""
    where: str = "here"
    kind: str = ""
    sort: str = "newest"

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        words = args.get("q", "").strip()[:80]
        where = args.get("where", "")
        return cls(
            words=words,
            where=where if where in PLACES else "all" if words else "here",
            kind=args.get("kind", "") if args.get("kind") in set(BuyerKind) else "",
            sort=args.get("sort", "") if args.get("sort") in SORTS else "newest",
        )


def shown() -> tuple[Any, ...]:
    """What a row of the list shows. Asked for late: lists come in after visits."""
    return (
        joinedload(Visit.site),
        joinedload(Visit.cared_by),
        selectinload(Visit.open_lists).selectinload(Visit.open_lists.property.mapper.class_.lines),
    )


def search(site: Site, filters: Filters) -> Pagination:
    query = placed(sa.select(Visit).filter_by(site_id=site.id), site, filters.where)
    if filters.kind:
        query = query.where(Visit.kind == filters.kind)
    if filters.words:
        query = query.where(sa.or_(*fitting(filters.words)))
    return page_of(query.order_by(*SORTS[filters.sort]).options(*shown()), PER_PAGE)


def fitting(words: str) -> list[sa.ColumnElement[bool]]:
    """By name, company or wish, by the visit's code, by the whole number or its last four digits."""
    found = [like_anywhere(column, words) for column in (Visit.name, Visit.company, Visit.looking_for)]
    with suppress(codes.CodeError):
        found.append(Visit.code == codes.parse(words))
    try:
        found.append(Visit.phone == normal_phone(words))
    except Refused:
        if words.isascii() and words.isdigit() and len(words) == SHORTEST_PHONE_END:
            found.append(Visit.phone.endswith(words, autoescape=True))
    return found


def placed(query: sa.Select[Any], site: Site, where: str) -> sa.Select[Any]:
    if where == "here":
        return query.where(Visit.left_at.is_(None), Visit.arrived_at >= here_since(site))
    return query.where(Visit.arrived_at >= start_of_day()) if where == "today" else query


def counts(site: Site) -> dict[str, int]:
    """How many visits each tab has."""
    count = sa.select(sa.func.count(Visit.id)).where(Visit.site_id == site.id)
    return {where: db.session.scalar(placed(count, site, where)) or 0 for where in PLACES}


def earlier(visit: Visit) -> list[Visit]:
    """Visits of the same person before this one, newest first: the same number left here, or the same phone in hand."""
    same = [Visit.phone == visit.phone] if visit.phone else []
    same += [Visit.buyer_id == visit.buyer_id] if visit.buyer_id is not None else []
    if not same:
        return []
    query = sa.select(Visit).where(Visit.site_id == visit.site_id, Visit.id < visit.id, sa.or_(*same))
    return list(db.session.scalars(query.order_by(Visit.id.desc()).limit(20).options(joinedload(Visit.cared_by))))


def latest_of(buyer_id: int, user: Any) -> Visit | None:
    """The visit that this buyer's list belongs to, for the staff of its site."""
    query = Visit.reachable_by(user).filter_by(buyer_id=buyer_id).order_by(Visit.id.desc()).limit(1)
    return db.session.scalar(query.options(joinedload(Visit.site), joinedload(Visit.cared_by)))


def names_of(buyer_ids: Iterable[int], user: Any) -> dict[int, str]:
    """By buyer, what the newest visit of this person's sites calls them."""
    query = Visit.reachable_by(user).where(Visit.buyer_id.in_(set(buyer_ids)), Visit.name.is_not(None))
    named = db.session.execute(query.with_only_columns(Visit.buyer_id, Visit.name).order_by(Visit.id))
    return {buyer_id: name for buyer_id, name in named if buyer_id is not None and name is not None}
