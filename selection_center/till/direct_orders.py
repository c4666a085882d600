"""What the factory sends (厂家直发): the lines of a paid sale become orders of the main job, one for each supplier."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.accounts.buyers import Buyer
from selection_center.accounts.models import User
from selection_center.catalog.suppliers import Supplier
from selection_center.core import audit
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.i18n import language
from selection_center.orders.models import Order, OrderKind, OrderLine, OrderState, PaymentMethod
from selection_center.orders.numbers import new_number
from selection_center.samples.models import Sample
from selection_center.till.payments import SalePayment
from selection_center.till.sale_lines import LineKind, SaleLine
from selection_center.till.sales import Sale
from selection_center.till.shifts import PayMethod

METHODS = {
    PayMethod.CASH: PaymentMethod.CASH,
    PayMethod.WECHAT: PaymentMethod.WECHAT,
    PayMethod.ALIPAY: PaymentMethod.ALIPAY,
    PayMethod.CARD: PaymentMethod.BANK,
    PayMethod.POINTS: PaymentMethod.CASH,
}
"""As an order writes a payment down; the store pays for what a member's points paid."""


def find_samples(sale: Sale, lines: Iterable[SaleLine]) -> None:
    """An order's line names the sample that was looked at: where none was scanned, one of the offer at this store."""
    for line in lines:
        if line.sample_id is None:
            at_site = sa.select(Sample.id).filter_by(listing_id=line.listing_id, site_id=sale.site_id)
            line.sample_id = db.session.scalar(at_site.order_by(Sample.id).limit(1))
        if line.sample_id is None:
            raise Refused("not_shown", _("This store shows no sample of %(title)s to order from.", title=line.label))


def order_from_factories(sale: Sale, by: User) -> list[Order]:
    """An order for each supplier, with the payment that came in for it."""
    by_supplier: dict[Supplier, list[SaleLine]] = {}
    for line in sale.lines:
        supplier = line.listing.supplier if line.listing is not None else None
        if line.kind is LineKind.FACTORY_DIRECT and supplier is not None:
            by_supplier.setdefault(supplier, []).append(line)
    if not by_supplier:
        return []
    buyer = Buyer.on_or_new(sale.device or f"till-{sale.code}")
    buyer.leave_contact(sale.name, sale.phone)
    return [place(sale, supplier, lines, buyer, by) for supplier, lines in by_supplier.items()]


def place(sale: Sale, supplier: Supplier, lines: list[SaleLine], buyer: Buyer, by: User) -> Order:
    order = Order(
        number=new_number(sale.site.slug), token=secrets.token_urlsafe(18), site=sale.site, supplier=supplier,
        buyer=buyer, kind=OrderKind.BULK, name=sale.name, phone=sale.phone, address=sale.address,
        invoice=sale.invoice, invoice_title=sale.invoice_title, invoice_tax_number=sale.invoice_tax_number,
        message=_("Paid at the till: receipt %(number)s", number=sale.number), language=language(),
        consent_version=sale.consent_version, goods_fen=sum(line.total_fen for line in lines),
        lines=[order_line(line) for line in lines], written_by=by, cared_by=by, moq_override_reason=because(lines),
    )  # fmt: skip
    db.session.add(order)
    db.session.flush()
    order.log(by=by, text=order.moq_override_reason, state=OrderState.SUBMITTED)
    order.record_payment(order.goods_fen, METHODS[main_method(sale.payments)], sale.number or "", by=by)
    for line in lines:
        line.order_id = order.id
    override = order.moq_override_reason
    audit.record("order_placed", order, number=order.number, fen=order.goods_fen, override=override)
    return order


def because(lines: Iterable[SaleLine]) -> str:
    """Why some of it goes to the factory below its minimum, each reason once."""
    reasons = dict.fromkeys(line.waived_because for line in lines if line.waived_because)
    return "; ".join(reasons)[:200]


def main_method(payments: Iterable[SalePayment]) -> PayMethod:
    """The way by which most of it was paid: an order's payment has one."""
    return max(payments, key=lambda payment: payment.amount_fen).method


def order_line(line: SaleLine) -> OrderLine:
    if line.listing is None or line.sku is None:
        raise ValueError("goods of the catalog alone come from a factory")
    return OrderLine(
        listing_id=line.listing_id, sku_id=line.sku_id, sample_id=line.sample_id, title=line.title,
        title_en=line.title_en, spec=line.spec, spec_en=line.spec_en,
        cargo_number=line.sku.cargo_number or line.listing.item_number, unit=line.unit, unit_en=line.unit_en,
        picture=line.sku.picture or line.listing.picture, quantity=line.quantity, unit_fen=line.unit_fen,
        total_fen=line.total_fen,
    )  # fmt: skip
