"""All that ever happened to a sample, newest first: a sentence each, with who, when and by which tablet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_login import current_user
from flask_sqlalchemy.pagination import Pagination
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from selection_center.accounts.devices import device_names
from selection_center.accounts.models import User
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.paging import page_of
from selection_center.core.permissions import Permission
from selection_center.pages import history_words
from selection_center.printing.models import PrintedItem, PrintRun
from selection_center.samples.loan_items import LoanItem
from selection_center.samples.loans import Loan
from selection_center.samples.models import Sample
from selection_center.samples.sightings import Sighting, SightingKind

PER_PAGE = 20
OF_ITS_LOANS = ("loan_extended", "loan_reminded")
"""Noted at the loan, and so at each of its samples."""
SEEN = (SightingKind.SCANNED, SightingKind.TICKED, SightingKind.PUT_BACK)


@dataclass(frozen=True)
class Line:
    """One thing that happened. `device`: the tablet's name, or nothing; `href`: where more is told."""

    at: datetime
    said: Markup
    who: str = ""
    device: str = ""
    href: str | None = None


@dataclass(frozen=True)
class History:
    lines: list[Line]
    page: Pagination


def history_of(sample: Sample) -> History:
    """The lines of `?page=`."""
    page = page_of(numbered(sample), PER_PAGE)
    names = [name.split(":") for name in page.items]
    found: dict[tuple[str, int], Line] = {}
    for kind, lines_of in (("done", done), ("printed", printed), ("seen", seen)):
        found |= {(kind, number): line for number, line in lines_of([int(n) for k, n in names if k == kind])}
    return History([found[kind, int(number)] for kind, number in names if (kind, int(number)) in found], page)


def numbered(sample: Sample) -> sa.Select[tuple[str]]:
    """What happened as kind:number, from the tables that keep it."""
    of_loans = sa.select(LoanItem.loan_id).where(LoanItem.sample_id == sample.id)
    at_loans = (AuditEntry.subject_type == Loan.__tablename__, AuditEntry.subject_id.in_(of_loans))
    entries = sa.or_(
        sa.and_(AuditEntry.subject_type == Sample.__tablename__, AuditEntry.subject_id == sample.id),
        sa.and_(*at_loans, AuditEntry.verb.in_(OF_ITS_LOANS)),
    )
    told = sa.union_all(
        sa.select(name("done", AuditEntry.id), AuditEntry.at.label("at")).where(entries),
        sa.select(name("printed", PrintedItem.id), PrintRun.created_at)
        .join(PrintRun, PrintRun.id == PrintedItem.run_id)
        .where(PrintedItem.sample_id == sample.id, PrintedItem.refused.is_(None)),
        sa.select(name("seen", Sighting.id), Sighting.at).where(
            Sighting.sample_id == sample.id, Sighting.kind.in_(SEEN)
        ),
    ).subquery()
    return sa.select(told.c.name).order_by(told.c.at.desc(), told.c.name.desc())


def name(kind: str, number: Any) -> sa.Label[str]:
    return (sa.literal(f"{kind}:") + sa.cast(number, sa.String)).label("name")


def done(numbers: list[int]) -> Iterable[tuple[int, Line]]:
    """What somebody did, as the audit keeps it."""
    if not numbers:
        return
    query = sa.select(AuditEntry, User.name).outerjoin(User, User.id == AuditEntry.user_id)
    rows = db.session.execute(query.where(AuditEntry.id.in_(numbers))).all()
    devices = device_names([entry.device for entry, _who in rows])
    names = borrowers([entry for entry, _who in rows])
    for entry, who in rows:
        loan = loan_number(entry)
        href = url_for("loans.show", loan_id=loan) if loan is not None else None
        said = history_words.sentence(entry, names.get(loan or 0, ""))
        yield entry.id, Line(entry.at, said, who or "", devices.get(entry.device or "", ""), href)


def loan_number(entry: AuditEntry) -> int | None:
    number = entry.subject_id if entry.subject_type == Loan.__tablename__ else entry.detail.get("loan")
    return number if isinstance(number, int) else None


def borrowers(entries: list[AuditEntry]) -> dict[int, str]:
    """By loan, for those who lend; once a borrower is forgotten the loan knows no name any more."""
    loans = db.session.scalars(sa.select(Loan).where(Loan.id.in_({loan_number(entry) or 0 for entry in entries})))
    may = Permission.HANDLE_SAMPLES
    return {loan.id: loan.borrower for loan in loans if loan.name and current_user.can(may, site_id=loan.site_id)}


def printed(numbers: list[int]) -> Iterable[tuple[int, Line]]:
    """Each label and sheet that names it; the tablet is told by the run's own entry in the audit."""
    if not numbers:
        return
    query = (
        sa.select(PrintedItem, AuditEntry.device)
        .join(PrintedItem.run)
        .outerjoin(
            AuditEntry,
            sa.and_(AuditEntry.subject_type == PrintRun.__tablename__, AuditEntry.subject_id == PrintRun.id),
        )
        .where(PrintedItem.id.in_(numbers))
        .options(joinedload(PrintedItem.run).joinedload(PrintRun.user))
    )
    rows = db.session.execute(query).all()
    devices = device_names([device for _item, device in rows])
    for item, device in rows:
        run = item.run
        href = url_for("printing.show", run_id=run.id)
        said = history_words.print_sentence(run.layout, item.values)
        yield item.id, Line(run.created_at, said, run.user.name, devices.get(device or "", ""), href)


def seen(numbers: list[int]) -> Iterable[tuple[int, Line]]:
    """Counted by a stocktake, at a stand."""
    if not numbers:
        return
    query = sa.select(Sighting).where(Sighting.id.in_(numbers))
    rows = db.session.scalars(query.options(joinedload(Sighting.stand), joinedload(Sighting.user))).all()
    devices = device_names([row.device for row in rows])
    for row in rows:
        href = url_for("stocktakes.show", stocktake_id=row.stocktake_id)
        said = history_words.count_sentence(row.kind, row.stand.address)
        yield row.id, Line(row.at, said, row.user.name if row.user else "", devices.get(row.device or "", ""), href)


__all__ = ["History", "Line", "history_of"]
