"""A day or a shift as a workbook: the sums, the shifts, every sale, and the goods."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import gettext as _
from xlsxwriter.workbook import Workbook

from selection_center.core.db import db
from selection_center.core.exports import Book, Cell, sheet_name, write_row
from selection_center.core.templating import moment
from selection_center.till.forms import METHODS
from selection_center.till.report_words import KINDS, title_of
from selection_center.till.reports import Report
from selection_center.till.sale_queries import SHOWN
from selection_center.till.sales import Sale
from selection_center.till.shifts import PayMethod, Shift

MOST_SALES = 20_000


def yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def workbook(report: Report, sales: Sequence[Sale]) -> bytes:
    """Amounts in yuan, as numbers that a spreadsheet adds up."""
    out = io.BytesIO()
    book = Book(out)
    write_sums(book, report)
    shifts = (row for shift in report.shifts for row in shift_rows(shift))
    write_table(book, _("Shifts"), shift_head(), shifts, (14, 14, 16, 16, 12, 12, 12, 12, 40))
    write_table(book, _("Sales"), sale_head(), (sale_row(sale) for sale in sales), SALE_WIDTHS)
    goods: Iterable[list[Cell]] = ([each.label, each.pieces, each.back, yuan(each.fen)] for each in report.goods)
    write_table(book, _("Goods"), [_("Product"), _("Pieces"), _("Pieces back"), _("Sum")], goods, (50, 10, 12, 14))
    moves: Iterable[list[Cell]] = (
        [moment(move.at), move.by.name, yuan(move.amount_fen), move.reason] for move in report.moves
    )
    write_table(book, _("Cash in and out"), [_("When"), _("Who"), _("Sum"), _("What for")], moves, (16, 16, 12, 50))
    book.close()
    return out.getvalue()


def sums(report: Report) -> list[tuple[str, Cell]]:
    """Word and number, a row each; money in yuan."""
    methods = dict(METHODS)
    rows: list[tuple[str, Cell]] = [
        (_("Sales"), report.sales),
        (_("Sales to members"), report.by_members),
        (_("Pieces"), report.pieces),
        (_("At everybody's prices"), yuan(report.marked_fen)),
        (_("Members paid less"), yuan(report.member_saved_fen)),
        (_("Discounts given"), yuan(report.discount_fen)),
        (_("Sold"), yuan(report.total_fen)),
        (_("Tax included"), yuan(report.tax_fen)),
        (_("Refunds"), report.refunds),
        (_("Paid back"), yuan(report.refunded_fen)),
        (_("Left"), yuan(report.net_fen)),
    ]
    rows += [(str(methods[row.method.value]), yuan(row.left_fen)) for row in report.methods]
    return rows + [(str(KINDS[kind.kind]), yuan(kind.fen)) for kind in report.kinds]


def write_sums(book: Workbook, report: Report) -> None:
    sheet = book.add_worksheet(sheet_name(_("Sums")))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 24)
    for number, row in enumerate([(_("Store"), report.site.label), (_("Report"), title_of(report)), *sums(report)]):
        write_row(sheet, number, row)


def write_table(
    book: Workbook, name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int]
) -> None:
    sheet = book.add_worksheet(sheet_name(name))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    write_row(sheet, 0, head, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        write_row(sheet, number, row)


def shift_head() -> list[str]:
    return [
        _("Till"), _("Whose"), _("Opened"), _("Closed"), _("Paid by"), _("Should be there"), _("Was counted"),
        _("Difference"), _("Why it differs"),
    ]  # fmt: skip


def shift_rows(shift: Shift) -> list[list[Cell]]:
    """A row for each way to pay; one alone for a shift that is open, which nobody has counted yet."""
    whose: list[Cell] = [shift.till.name, shift.opened_by.name, moment(shift.opened_at), moment(shift.closed_at)]
    ways = dict(METHODS)
    counted: list[list[Cell]] = [
        [str(ways[row.method.value]), yuan(row.expected_fen), yuan(row.counted_fen), yuan(row.difference_fen)]
        for row in shift.counts
    ]
    return [[*whose, *row, shift.note] for row in counted] or [whose]


SALE_WIDTHS = (16, 16, 12, 14, 14, 10, 12, 12, 12, 12, 12, 12, 12, 12, 12)


def sale_head() -> list[str]:
    ways = [str(word) for _value, word in METHODS]
    return [
        _("Receipt"), _("Paid"), _("Till"), _("Cashier"), _("Member"), _("Pieces"), _("Sum"), _("Tax included"),
        _("Discounts given"), *ways, _("Paid back"),
    ]  # fmt: skip


def sale_row(sale: Sale) -> list[Cell]:
    """A member by the number alone: tables travel."""
    paid = {method: sum(each.amount_fen for each in sale.payments if each.method is method) for method in PayMethod}
    off = sale.discount_fen + sum(line.discount_fen for line in sale.lines)
    return [
        sale.number or "", moment(sale.paid_at), sale.till.name if sale.till else "",
        sale.paid_by.name if sale.paid_by else "", sale.member.number if sale.member else "",
        sum(line.quantity for line in sale.lines), yuan(sale.total_fen), yuan(sale.tax_fen), yuan(off),
        *(yuan(paid[PayMethod(value)]) for value in dict(METHODS)),
        yuan(sum(refund.total_fen for refund in sale.refunds)),
    ]  # fmt: skip


def sales_of(condition: sa.ColumnElement[bool]) -> list[Sale]:
    query = sa.select(Sale).where(condition).options(*SHOWN).order_by(Sale.paid_at, Sale.id).limit(MOST_SALES)
    return list(db.session.scalars(query))
