"""Stock, counts and reorders as tables."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from flask_babel import gettext as _

from selection_center.core.exports import Cell, xlsx_file
from selection_center.core.templating import moment
from selection_center.stock.counts import StockCount
from selection_center.stock.items import StockItem
from selection_center.stock.reorders import Reorder

MOST_ITEMS = 20_000


def stock_table(items: Iterable[StockItem]) -> bytes:
    header = [
        _("Product"), _("Style"), _("Item no."), _("Barcode"), _("On hand"), _("On the shelf"), _("In the back room"),
        _("Few at"), _("Fill up to"), _("Factory"),
    ]  # fmt: skip
    rows: Iterable[list[Cell]] = (
        [
            item.sku.listing.label, item.sku.label, item.sku.cargo_number or item.sku.listing.item_number,
            item.sku.barcode, item.on_hand, item.on_shelf, item.in_back, item.low_at, item.fill_to,
            item.sku.listing.supplier.label if item.sku.listing.supplier else "",
        ]
        for item in items
    )  # fmt: skip
    return xlsx_file(_("Stock"), header, rows, (40, 20, 16, 16, 10, 10, 10, 10, 10, 30))


def count_table(count: StockCount) -> bytes:
    header = [
        _("Product"), _("Style"), _("Item no."), _("By the ledger"), _("Counted"), _("Difference"), _("Counted by"),
        _("When"),
    ]  # fmt: skip
    rows: Iterable[list[Cell]] = (
        [
            line.item.sku.listing.label, line.item.sku.label,
            line.item.sku.cargo_number or line.item.sku.listing.item_number, line.ledger, line.counted,
            line.difference, line.by.name, moment(line.at),
        ]
        for line in count.lines
    )  # fmt: skip
    return xlsx_file(_("Stock count"), header, rows, (40, 20, 16, 10, 10, 10, 14, 18))


def reorder_table(reorder: Reorder) -> bytes:
    header = [
        _("Product"), _("Style"), _("Item no."), _("Pieces"), _("Unit"), _("Lot"), _("Unit price (yuan)"),
        _("Total (yuan)"),
    ]  # fmt: skip
    rows: Iterable[list[Cell]] = (
        [
            line.sku.listing.title, line.sku.spec, line.sku.cargo_number or line.sku.listing.item_number, line.quantity,
            line.sku.listing.unit, line.sku.listing.lot_size, yuan(line.unit_fen), yuan(line.total_fen),
        ]
        for line in reorder.lines
    )  # fmt: skip
    return xlsx_file(reorder.number, header, rows, (40, 20, 16, 10, 8, 8, 16, 16))


def yuan(fen: int | None) -> Cell:
    return None if fen is None else Decimal(fen).scaleb(-2)
