"""The list as a workbook to take home: a picture in each row, numbers that add up, text that stays text."""

import io
from decimal import Decimal

from flask_babel import gettext as _
from PIL import Image
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from selection_center.core import pictures
from selection_center.core.exports import Book, sheet_name, write_row
from selection_center.core.i18n import in_language
from selection_center.selections.groups import PricedLine, SupplierGroup, Totals
from selection_center.selections.models import LineKind, SelectionList

PICTURE_PX = 72
WIDTHS = (11, 12, 24, 40, 24, 16, 10, 8, 12, 12, 10, 10, 24)


def yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def columns() -> list[str]:
    return [
        _("Picture"), _("Stand"), _("Factory"), _("Product"), _("Style"), _("Item no."), _("Quantity"), _("Unit"),
        _("Unit price (yuan)"), _("Total (yuan)"), _("Cartons"), _("Loose"), _("Note"),
    ]  # fmt: skip


def workbook(selection: SelectionList, groups: list[SupplierGroup]) -> bytes:
    """XLSX: a row per open line with its picture, then totals with cartons, CBM and kg."""
    out = io.BytesIO()
    book = Book(out)
    sheet = book.add_worksheet(sheet_name(selection.name or _("Selection list")))
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    write_row(sheet, 0, columns(), book.add_format({"bold": True, "text_wrap": True, "valign": "top"}))
    sheet.freeze_panes(1, 0)
    row = 1
    for group in groups:
        for line in group.lines:
            write_line(book, sheet, row, group, line)
            row += 1
    write_totals(sheet, row + 1, Totals.of(groups))
    book.close()
    return out.getvalue()


def write_line(book: Workbook, sheet: Worksheet, row: int, group: SupplierGroup, priced: PricedLine) -> None:
    line, listing, sku = priced.line, priced.line.listing, priced.line.sku
    sheet.set_row_pixels(row, PICTURE_PX + 6)
    insert_picture(sheet, row, sku.picture or listing.picture)
    kind = f" ({_('sample')})" if line.kind is LineKind.SAMPLE else ""
    cells = [
        None,
        line.sample.stand.address if line.sample.stand else "",
        group.supplier.label if group.supplier else _("Factory not known yet"),
        listing.label + kind,
        sku.label,
        sku.cargo_number or listing.item_number,
        line.quantity,
        in_language(listing.unit, listing.unit_en),
        None if priced.unit_fen is None else yuan(priced.unit_fen),
        None if priced.total_fen is None else yuan(priced.total_fen),
        priced.price.packing.cartons or None,
        priced.price.packing.loose or None,
        line.note,
    ]
    write_row(sheet, row, cells, book.add_format({"valign": "top", "text_wrap": True}))


def insert_picture(sheet: Worksheet, row: int, name: str | None) -> None:
    """The thumb as PNG: spreadsheets older than 2021 show no WebP."""
    file = pictures.path(name, "thumb") if name else None
    if file is None or not file.is_file():
        return
    png = io.BytesIO()
    with Image.open(file) as picture:
        picture.thumbnail((PICTURE_PX, PICTURE_PX))
        picture.save(png, "PNG")
    sheet.insert_image(row, 0, "picture.png", {"image_data": png, "x_offset": 3, "y_offset": 3, "object_position": 1})


def write_totals(sheet: Worksheet, row: int, totals: Totals) -> None:
    packing = totals.packing
    at_least = _("at least") if packing.unmeasured else ""
    for name, value in (
        (_("Pieces"), totals.pieces),
        (_("Can be ordered now (yuan)"), yuan(totals.orderable_fen)),
        (_("Stays on the list (yuan)"), yuan(totals.staying_fen)),
        (_("Cartons"), packing.cartons),
        ("CBM", packing.cbm),
        ("kg", packing.kg),
    ):
        write_row(sheet, row, [None, None, None, name, at_least if name in ("CBM", "kg") else None, None, value])
        row += 1
