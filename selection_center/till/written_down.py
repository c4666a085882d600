"""What a sale holds from the moment on at which its payment begins: its prices, and what it takes out of the stock."""

from __future__ import annotations

from selection_center.stock import taking
from selection_center.till.pricing import PricedSale
from selection_center.till.sale_lines import LineKind, SaleLine
from selection_center.till.sales import Sale


def write_down(sale: Sale, priced: PricedSale) -> None:
    sale.marked_fen, sale.total_fen, sale.tax_fen = priced.marked_fen, priced.total_fen, priced.tax_fen
    sale.discount_fen = priced.discount_fen
    for each in priced.lines:
        line = each.line
        line.marked_fen, line.unit_fen, line.total_fen = each.marked_fen, each.unit_fen, each.total_fen
        line.discount_fen, line.share_fen = each.discount_fen, each.share_fen
        line.tax_permille, line.tax_fen = each.tax_permille, each.tax_fen


def wanted(sale: Sale) -> list[taking.Wanted]:
    """What it takes out of this store's stock, and what each is for."""
    goods = [line for line in sale.lines if line.kind is LineKind.TAKE_AWAY and line.sku_id is not None]
    return [taking.Wanted(line.sku_id or 0, line.quantity, subject_of(line, sale.rounds)) for line in goods]


def subject_of(line: SaleLine, rounds: int) -> str:
    """Of the ledger: each beginning takes anew."""
    return f"sale_line {line.id}" if rounds < 2 else f"sale_line {line.id} {rounds}"
