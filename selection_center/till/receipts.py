"""A receipt (小票) as plain values: what page, printer and PDF say of a paid sale. Fen.

No name and no phone stands on it: paper gets lost. A member reads the number of the membership.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for

from selection_center.core import codes
from selection_center.core.i18n import in_language
from selection_center.till.sales import LineKind, Sale, SaleLine
from selection_center.till.shifts import PayMethod

WIDTHS = (58, 80)
"""Millimetres of the paper; of 58 some 48 can be printed on, of 80 some 72."""


def width_of(text: str | None) -> int:
    """The width that was asked for, else the usual one. mm."""
    return next((mm for mm in WIDTHS if str(mm) == text), WIDTHS[-1])


@dataclass(frozen=True)
class ReceiptLine:
    title: str
    spec: str
    quantity: int
    unit: str
    unit_fen: int
    marked_fen: int
    """A piece's price for everybody."""
    off_fen: int
    off_reason: str
    total_fen: int
    refunded: int
    kind: LineKind

    @classmethod
    def of(cls, line: SaleLine) -> ReceiptLine:
        return cls(
            title=in_language(line.title, line.title_en),
            spec=in_language(line.spec, line.spec_en),
            quantity=line.quantity,
            unit=in_language(line.unit, line.unit_en),
            unit_fen=line.unit_fen,
            marked_fen=line.marked_fen,
            off_fen=line.discount_fen,
            off_reason=line.discount_reason,
            total_fen=line.total_fen + line.share_fen,
            refunded=line.refunded,
            kind=line.kind,
        )

    @property
    def member_saved_fen(self) -> int:
        return (self.marked_fen - self.unit_fen) * self.quantity


@dataclass(frozen=True)
class Paid:
    """Money or points of one way."""

    method: PayMethod
    amount_fen: int
    tendered_fen: int | None
    change_fen: int
    number: str
    """What the customer's side calls it; of points, how many."""


@dataclass(frozen=True)
class Receipt:
    sale: Sale
    number: str
    at: datetime | None
    lines: list[ReceiptLine]
    payments: list[Paid]
    off_fen: int
    total_fen: int
    tax_fen: int
    link: str
    """The private address of its page."""

    @classmethod
    def of(cls, sale: Sale) -> Receipt:
        return cls(
            sale=sale,
            number=sale.number or "",
            at=sale.paid_at,
            lines=[ReceiptLine.of(line) for line in sale.lines],
            payments=[
                Paid(each.method, each.amount_fen, each.tendered_fen, each.change_fen, each.number)
                for each in sale.payments
            ],
            off_fen=sale.discount_fen,
            total_fen=sale.total_fen,
            tax_fen=sale.tax_fen,
            link=link_of(sale),
        )

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def saved_fen(self) -> int:
        """What a member paid less than everybody, and what was taken off."""
        return sum(line.member_saved_fen + line.off_fen for line in self.lines) + self.off_fen

    @property
    def qr(self) -> codes.QrPath:
        return codes.qr_svg_path(self.link)


def link_of(sale: Sale) -> str:
    """The private address of a receipt: whoever has it reads it."""
    return f"{current_app.config['PUBLIC_URL'].rstrip('/')}{url_for('sale_receipts.show', token=sale.token)}"
