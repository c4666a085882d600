"""What the loan pages ask: what is out, what is late, whom to call, and what lending brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload, selectinload

from selection_center.accounts.models import Grant, User
from selection_center.catalog.models import Listing
from selection_center.core.db import db
from selection_center.core.paging import counted, like_anywhere, page_of
from selection_center.core.shop_time import today
from selection_center.samples.deposits import DepositEntry, DepositKind
from selection_center.samples.loan_items import LoanItem, Outcome
from selection_center.samples.loans import BorrowerKind, Loan, LoanReminder
from selection_center.samples.models import Placement, Sample
from selection_center.samples.tags import Tag
from selection_center.sites.models import Site

SHOWN = (
    joinedload(Loan.site),
    joinedload(Loan.lent_by),
    selectinload(Loan.items).joinedload(LoanItem.sample).joinedload(Sample.listing),
    selectinload(Loan.items).joinedload(LoanItem.sample).joinedload(Sample.tag),
    selectinload(Loan.items).joinedload(LoanItem.sample).joinedload(Sample.sku),
    selectinload(Loan.items)
    .joinedload(LoanItem.sample)
    .joinedload(Sample.placement)
    .joinedload(Placement.stand),
    selectinload(Loan.reminders).joinedload(LoanReminder.by),
    selectinload(Loan.deposit_entries).joinedload(DepositEntry.by),
)  # fmt: skip


def has_open() -> sa.ColumnElement[bool]:
    return Loan.items.any(LoanItem.ended_at.is_(None))


def places(day: date) -> dict[str, sa.ColumnElement[bool]]:
    """The tabs of the list, as conditions on loans, on this day of the shop."""
    return {
        "out": has_open(),
        "overdue": sa.and_(has_open(), Loan.due_on < day),
        "today": sa.and_(has_open(), Loan.due_on == day),
        "remind": sa.and_(has_open(), Loan.due_on <= day + timedelta(days=1)),
        "returned": sa.not_(has_open()),
    }


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; unknown words count as nothing chosen."""

    where: str = "out"
    kind: BorrowerKind | None = None
    words: str = ""
    sort: str = "due"

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        where, kind, sort = args.get("where", ""), args.get("kind", ""), args.get("sort", "")
        return cls(
            where=where if where in places(today()) else "out",
            kind=BorrowerKind(kind) if kind in set(BorrowerKind) else None,
            words=args.get("q", "").strip()[:80],
            sort=sort if sort in SORTS else "due",
        )


SORTS: dict[str, tuple[Any, ...]] = {
    "due": (Loan.due_on, Loan.id),
    "newest": (Loan.id.desc(),),
    "borrower": (Loan.name, Loan.id),
}


def narrowed(site: Site, filters: Filters) -> sa.Select[Any]:
    query = sa.select(Loan).filter_by(site_id=site.id).where(places(today())[filters.where])
    if filters.kind is not None:
        query = query.where(Loan.kind == filters.kind)
    if filters.words:
        query = query.where(matches(filters.words))
    by = SORTS["newest"] if filters.where == "returned" and filters.sort == "due" else SORTS[filters.sort]
    return query.options(*SHOWN).order_by(*by)


def search(site: Site, filters: Filters) -> Pagination:
    return page_of(narrowed(site, filters))


def matches(words: str) -> sa.ColumnElement[bool]:
    """By borrower, company, the whole phone or its last four digits, purpose, or a sample's title or code."""
    conditions = [like_anywhere(column, words) for column in (Loan.name, Loan.company, Loan.purpose)]
    if words.isascii() and words.isdigit() and len(words) in {4, 11}:
        conditions.append(Loan.phone.endswith(words))
    if words.isascii() and words.isdigit() and len(words) <= 18:
        conditions.append(Loan.id == int(words))
    by_title = sa.or_(like_anywhere(Listing.title, words), like_anywhere(Listing.title_en, words))
    conditions.append(Loan.items.any(LoanItem.sample.has(Sample.listing.has(by_title))))
    code = "".join(c for c in words.upper() if c.isalnum())
    if len(code) >= 4:
        tagged = sa.select(Tag.sample_id).where(Tag.code.startswith(code, autoescape=True))
        conditions.append(Loan.items.any(LoanItem.sample_id.in_(tagged)))
    return sa.or_(*conditions)


def counts(site: Site) -> dict[str, int]:
    """How many loans stand under each tab."""
    return counted(sa.select(Loan).where(Loan.site_id == site.id), places(today()))


@dataclass(frozen=True)
class Totals:
    """Pieces out and late, and deposits held, at one site now."""

    pieces: int
    late_pieces: int
    deposit_fen: int

    @classmethod
    def at(cls, site: Site) -> Totals:
        out = (
            sa.select(sa.func.count(), sa.func.count().filter(Loan.due_on < today()))
            .select_from(LoanItem)
            .join(Loan, Loan.id == LoanItem.loan_id)
            .where(Loan.site_id == site.id, LoanItem.ended_at.is_(None))
        )
        signed = sa.case((DepositEntry.kind == DepositKind.TAKEN, 1), else_=-1) * DepositEntry.amount_fen
        held = sa.select(sa.func.sum(signed)).join(Loan, Loan.id == DepositEntry.loan_id)
        pieces, late = db.session.execute(out).one()
        return cls(pieces, late, int(db.session.scalar(held.where(Loan.site_id == site.id)) or 0))


@dataclass(frozen=True)
class Brought:
    """What loans brought: how many, of how many pieces, how many of those were shown or published, pieces sold."""

    loans: int = 0
    pieces: int = 0
    shown: int = 0
    published: int = 0
    sold: int = 0
    unused: int = 0
    untold: int = 0

    @classmethod
    def by(cls, items: Sequence[LoanItem]) -> Brought:
        told = [item.outcome for item in items]
        return cls(
            loans=len({item.loan_id for item in items}),
            pieces=len(items),
            shown=told.count(Outcome.SHOWN_LIVE),
            published=told.count(Outcome.PUBLISHED),
            sold=sum(item.sold for item in items),
            unused=told.count(Outcome.NOTHING),
            untold=told.count(None),
        )


@dataclass(frozen=True)
class Borrower:
    """One line of the report: somebody who borrows here."""

    name: str
    company: str
    kind: BorrowerKind
    loans: int
    pieces: int
    shown: int
    published: int
    sold: int
    out: int
    late: int
    last_id: int


def borrowers(site: Site, most: int = 200) -> list[Borrower]:
    """Who borrowed here and what it brought, most sold first. One person is one phone or one colleague.

    Those let go of are one line for each name that is left, which is none: they count together.
    """
    person = sa.case(
        (Loan.colleague_id.is_not(None), sa.literal("colleague ") + sa.cast(Loan.colleague_id, sa.String)),
        else_=sa.func.coalesce(Loan.phone, Loan.name),
    )
    out = LoanItem.ended_at.is_(None)
    sold = sa.func.sum(LoanItem.sold)
    query = (
        sa.select(
            sa.func.max(Loan.id),
            sa.func.count(sa.distinct(Loan.id)),
            sa.func.count(),
            sa.func.count().filter(LoanItem.outcome == Outcome.SHOWN_LIVE),
            sa.func.count().filter(LoanItem.outcome == Outcome.PUBLISHED),
            sold,
            sa.func.count().filter(out),
            sa.func.count().filter(out, Loan.due_on < today()),
        )
        .join(Loan, Loan.id == LoanItem.loan_id)
        .where(Loan.site_id == site.id)
        .group_by(person)
        .order_by(sold.desc(), sa.func.count().desc(), sa.func.max(Loan.id))
        .limit(most)
    )
    rows = list(db.session.execute(query))
    last = {loan.id: loan for loan in db.session.scalars(sa.select(Loan).where(Loan.id.in_([row[0] for row in rows])))}
    return [
        Borrower(
            last[row[0]].name, last[row[0]].company, last[row[0]].kind,
            row[1], row[2], row[3], row[4], int(row[5]), row[6], row[7], row[0],
        )
        for row in rows
    ]  # fmt: skip


def colleagues(site: Site) -> list[User]:
    """Who works here and may borrow, by name."""
    query = (
        sa.select(User)
        .where(User.disabled_at.is_(None), User.id.in_(sa.select(Grant.user_id).where(Grant.site_id == site.id)))
        .order_by(User.name, User.id)
    )
    return list(db.session.scalars(query))


def chosen_samples(site: Site, ids: Sequence[int]) -> list[Sample]:
    """These samples of the site, in the order given; numbers that are nobody's here fall away."""
    query = (
        sa.select(Sample)
        .where(Sample.site_id == site.id, Sample.id.in_(set(ids)))
        .options(
            joinedload(Sample.listing),
            joinedload(Sample.sku),
            joinedload(Sample.tag),
            joinedload(Sample.loan),
            joinedload(Sample.loan_item),
            joinedload(Sample.placement).joinedload(Placement.stand),
        )
    )
    found = {sample.id: sample for sample in db.session.scalars(query).unique()}
    return [found[number] for number in dict.fromkeys(ids) if number in found]


def due_soon(site: Site, before: date | None = None) -> sa.Select[Any]:
    """Open loans that are due tomorrow, today or are late, the latest first: whom to call."""
    last = before or today() + timedelta(days=1)
    return sa.select(Loan).where(Loan.site_id == site.id, has_open(), Loan.due_on <= last).order_by(Loan.due_on)
