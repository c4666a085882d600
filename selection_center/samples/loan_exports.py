"""Loans as a table: a row to each piece, as a spreadsheet may hold it."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from selection_center.core.exports import Cell, xlsx_file
from selection_center.core.templating import moment
from selection_center.samples.loan_forms import CONDITIONS, CONDITIONS_BACK, KINDS, OUTCOMES
from selection_center.samples.loan_items import Condition, LoanItem
from selection_center.samples.loans import Loan

MOST_LOANS = 5_000
WIDTHS = (8, 12, 16, 24, 14, 30, 36, 14, 14, 14, 12, 14, 16, 10)


def loan_table(loans: Iterable[Loan]) -> bytes:
    header = [
        _("Loan"), _("Who borrows"), _("Name"), _("Company or live room"), _("Mobile"), _("What for"), _("Sample"),
        _("Code"), _("Lent"), _("As lent"), _("Back by"), _("Came back"), _("As it came back"), _("What came of it"),
        _("Sold, pieces"),
    ]  # fmt: skip
    rows = (row for loan in loans for row in loan_rows(loan))
    return xlsx_file(_("Loans"), header, rows, WIDTHS)


def loan_rows(loan: Loan) -> list[list[Cell]]:
    return [
        [
            loan.id, word(KINDS, loan.kind), loan.name, loan.company, loan.masked_phone, loan.purpose,
            item.sample.listing.label, item.sample.tag.shown if item.sample.tag else "", moment(loan.at),
            word(CONDITIONS, item.condition), loan.due_on.isoformat(), moment(item.returned_at), condition_back(item),
            word(OUTCOMES, item.outcome), item.sold,
        ]
        for item in loan.items
    ]  # fmt: skip


def condition_back(item: LoanItem) -> str:
    if item.condition_back is Condition.LOST:
        return str(_("Did not come back"))
    return word(CONDITIONS_BACK, item.condition_back)


def word(choices: Iterable[tuple[str, object]], value: str | None) -> str:
    return str(dict(choices).get(value or "", ""))
