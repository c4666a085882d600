"""Writes what is lent, what came back, and the deposits."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from selection_center.accounts.buyers import CONSENT_VERSION
from selection_center.accounts.models import User
from selection_center.core.shop_time import today
from selection_center.demo.audit_rows import entry
from selection_center.demo.lending import DemoLoan, loans
from selection_center.demo.story import Story
from selection_center.demo.visit_rows import Written
from selection_center.demo.writing import Row, days_before, insert, insert_by_age, phone
from selection_center.samples.deposits import DepositEntry, DepositKind, DepositMethod
from selection_center.samples.loan_items import Condition, LoanItem, Outcome
from selection_center.samples.loans import BorrowerKind, Loan, LoanReminder, ReminderWay


def write(session: Session, story: Story, written: Written) -> tuple[list[Row], dict[str, set[int]]]:
    """Answers the audit's entries, and by site the pieces that are out."""
    names: dict[int, str] = dict(session.execute(sa.select(User.id, User.name)).all())
    centers = [place.slug for place in story.places if place.kind == "center"]
    found = [loan for site in centers for loan in loans(site, story.pieces[site])]
    rows = [loan_row(loan, number, story, written, names) for number, loan in enumerate(found)]
    ids = insert_by_age(session, Loan, rows, "at")
    told = list(zip(found, ids, rows, strict=True))
    insert(session, LoanItem, [row for each in told for row in item_rows(*each, story, written)])
    insert_by_age(session, DepositEntry, [row for each in told for row in deposit_rows(*each, story)], "at")
    insert(session, LoanReminder, [reminder_row(*each, story) for each in told if each[0].is_reminded])
    away: dict[str, set[int]] = {site: set() for site in centers}
    for loan in found:
        away[loan.site] |= {item.piece for item in loan.items if item.back_days_ago is None}
    return [row for each in told for row in entries(*each, story, written)], away


def loan_row(loan: DemoLoan, number: int, story: Story, written: Written, names: dict[int, str]) -> Row:
    by = written.team.somebody(loan.site, "floor_staff", number)
    row: Row = {
        "site_id": written.floor.sites[loan.site],
        "due_on": today(story.now) + timedelta(days=loan.due_in_days),
        "note": "",
        "signature": "",
        "lent_by_id": by,
        "at": days_before(story.now, loan.lent_days_ago, 15, 5 + number % 50),
    }
    if loan.borrower is None:
        colleague = written.team.somebody(loan.site, "manager")
        person = {"kind": BorrowerKind.COLLEAGUE, "name": names[colleague], "company": "", "colleague_id": colleague}
        nobody = {"phone": None, "consent_version": None, "purpose": "给老客户带去看样"}
        return row | person | nobody | {"signed_name": names[colleague]}
    who = loan.borrower
    person = {"kind": BorrowerKind(who.kind), "name": who.name, "company": who.company, "colleague_id": None}
    reach = {"phone": phone(4000 + number), "consent_version": CONSENT_VERSION, "purpose": who.purpose}
    return row | person | reach | {"signed_name": who.name}


def item_rows(loan: DemoLoan, number: int, row: Row, story: Story, written: Written) -> Iterator[Row]:
    for item in loan.items:
        is_back = item.back_days_ago is not None
        yield {
            "loan_id": number,
            "sample_id": written.shelf.sample(loan.site, item.piece),
            "condition": Condition.FINE,
            "note": "",
            "ended_at": back_at(item.back_days_ago, story),
            "ended_by_id": row["lent_by_id"] if is_back else None,
            "condition_back": Condition(item.condition_back) if is_back else None,
            "note_back": item.note_back,
            "outcome": Outcome(item.outcome) if item.outcome else None,
            "sold": item.sold,
        }


def back_at(days_ago: int | None, story: Story) -> Any:
    return None if days_ago is None else days_before(story.now, days_ago, 16, 20)


def deposit_rows(loan: DemoLoan, number: int, row: Row, story: Story) -> Iterator[Row]:
    """Taken at the hand-over; given back with the last piece."""
    if not loan.deposit_fen:
        return
    line: Row = {"loan_id": number, "amount_fen": loan.deposit_fen, "note": "", "by_id": row["lent_by_id"]}
    yield line | {"kind": DepositKind.TAKEN, "method": DepositMethod.WECHAT, "at": row["at"]}
    if all(item.back_days_ago is not None for item in loan.items):
        given = max(back_at(item.back_days_ago, story) for item in loan.items) + timedelta(minutes=3)
        yield line | {"kind": DepositKind.GIVEN_BACK, "method": DepositMethod.WECHAT, "at": given}


def reminder_row(loan: DemoLoan, number: int, row: Row, story: Story) -> Row:
    at = days_before(story.now, 1, 11, 30)
    said = "说明天下午送回"
    return {"loan_id": number, "way": ReminderWay.WECHAT, "note": said, "by_id": row["lent_by_id"], "at": at}


def entries(loan: DemoLoan, number: int, row: Row, story: Story, written: Written) -> Iterator[Row]:
    at, by, site = row["at"], row["lent_by_id"], row["site_id"]
    due, called = row["due_on"].isoformat(), str(number)
    yield entry("loan_made", "loans", number, at, by, site, number=called, count=len(loan.items), due_on=due)
    for item in loan.items:
        sample = written.shelf.sample(loan.site, item.piece)
        yield entry("sample_lent", "samples", sample, at, by, site, loan=number, due_on=due)
        if item.back_days_ago is not None:
            back, how = back_at(item.back_days_ago, story), item.condition_back
            yield entry("loan_piece_returned", "samples", sample, back, by, site, loan=number, condition=how)
    if loan.deposit_fen:
        fen = loan.deposit_fen
        yield entry("deposit_taken", "loans", number, at, by, site, number=called, fen=fen, method="wechat")
