"""Orders as workbooks: one to hand over to its supplier, and the list of a search."""

import io
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from selection_center.core.exports import Book, Cell, sheet_name, write_row, xlsx_file
from selection_center.core.i18n import in_language
from selection_center.core.permissions import Permission
from selection_center.core.templating import moment
from selection_center.orders.models import InvoiceWish, Order, OrderKind, OrderLine, OrderState
from selection_center.selections.exports import PICTURE_PX, insert_picture, yuan

MOST_ORDERS = 5000
LINE_WIDTHS = (11, 40, 24, 18, 10, 8, 12, 12, 30)


def state_word(state: OrderState) -> str:
    words: dict[OrderState, str] = {
        OrderState.SUBMITTED: _("Submitted"),
        OrderState.CONFIRMED: _("Confirmed"),
        OrderState.SHIPPED: _("Shipped"),
        OrderState.COMPLETED: _("Completed"),
        OrderState.CANCELLED: _("Cancelled"),
    }
    return words[state]


def freight_cell(order: Order) -> Cell:
    if order.freight_fen is not None:
        return yuan(order.freight_fen)
    return str(_("agreed with the factory") if order.freight_agreed else _("not settled yet"))


def handover(order: Order, user: Any) -> bytes:
    """XLSX: who, where and on what terms, then a row per line with its picture, then the sums."""
    out = io.BytesIO()
    book = Book(out)
    sheet = book.add_worksheet(sheet_name(order.number))
    for column, width in enumerate(LINE_WIDTHS):
        sheet.set_column(column, column, width)
    row = write_facts(book, sheet, facts(order, user)) + 1
    row = write_lines(book, sheet, row, order.lines)
    for name, value in ((_("Goods, sum"), yuan(order.goods_fen)), (_("Freight"), freight_cell(order)),
                        (_("Total"), yuan(order.total_fen))):  # fmt: skip
        write_row(sheet, row, [None, None, None, None, None, None, name, value])
        row += 1
    book.close()
    return out.getvalue()


def facts(order: Order, user: Any) -> list[tuple[str, Cell]]:
    """The head of the sheet. The phone stays masked; a supplier reads the buyer's name masked, too."""
    may_know = user.can(Permission.SEE_ORDERS, site_id=order.site_id)
    rows: list[tuple[str, Cell]] = [
        (_("Order"), order.number),
        (_("State"), state_word(order.state)),
        (_("Came in"), moment(order.submitted_at)),
        (_("Factory"), order.supplier.label),
        (_("Center"), order.site.label),
        (_("Phone of the center"), order.site.phone),
        (_("Buyer"), order.name_for(user)),
        (_("Mobile"), order.masked_phone),
        (_("Delivery address"), order.address),
        (_("Message to the factory"), order.message),
    ]
    if may_know and order.company:
        rows.append((_("Shop or company"), order.company))
    if order.invoice is not InvoiceWish.NONE:
        rows.append((_("Invoice"), f"{order.invoice_title} {order.invoice_tax_number}".strip()))
    return rows


def write_facts(book: Workbook, sheet: Worksheet, rows: list[tuple[str, Cell]]) -> int:
    bold = book.add_format({"bold": True})
    for row, (name, value) in enumerate(rows):
        write_row(sheet, row, [name], bold)
        sheet.write_string(row, 1, str(value or ""))
    return len(rows)


def write_lines(book: Workbook, sheet: Worksheet, row: int, lines: Iterable[OrderLine]) -> int:
    """Answers the first free row below."""
    header = [
        _("Picture"), _("Product"), _("Style"), _("Item no."), _("Quantity"), _("Unit"),
        _("Unit price (yuan)"), _("Total (yuan)"), _("Note"),
    ]  # fmt: skip
    write_row(sheet, row, header, book.add_format({"bold": True, "text_wrap": True}))
    wrapped = book.add_format({"valign": "top", "text_wrap": True})
    for line in lines:
        row += 1
        sheet.set_row_pixels(row, PICTURE_PX + 6)
        insert_picture(sheet, row, line.picture)
        cells: list[Cell] = [
            None, in_language(line.title, line.title_en), in_language(line.spec, line.spec_en), line.cargo_number,
            line.quantity, in_language(line.unit, line.unit_en), yuan(line.unit_fen), yuan(line.total_fen), line.note,
        ]  # fmt: skip
        write_row(sheet, row, cells, wrapped)
    return row + 2


def order_table(orders: Iterable[Order], user: Any) -> bytes:
    header = [
        _("Order"), _("State"), _("Kind"), _("Came in"), _("Center"), _("Factory"), _("Buyer"), _("Mobile"),
        _("Pieces"), _("Goods (yuan)"), _("Freight (yuan)"), _("Total (yuan)"), _("Cared for by"), _("Next follow-up"),
    ]  # fmt: skip
    widths = (14, 10, 8, 14, 24, 30, 12, 14, 8, 12, 12, 12, 14, 14)
    return xlsx_file(_("Orders"), header, (order_row(order, user) for order in orders), widths)


def order_row(order: Order, user: Any) -> list[Cell]:
    may_know = user.can(Permission.SEE_ORDERS, site_id=order.site_id)
    return [
        order.number,
        state_word(order.state),
        _("Sample") if order.kind is OrderKind.SAMPLE else _("Bulk"),
        moment(order.submitted_at),
        order.site.label,
        order.supplier.label,
        order.name_for(user),
        order.masked_phone,
        sum(line.quantity for line in order.lines),
        yuan(order.goods_fen),
        freight_cell(order),
        yuan(order.total_fen),
        order.cared_by.name if order.cared_by and may_know else "",
        str(order.follow_up_on or "") if may_know else "",
    ]
