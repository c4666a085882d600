"""Placing orders: a list, split by supplier and site, becomes orders, with prices read again at that moment."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from selection_center.accounts.buyers import CONSENT_VERSION, Buyer
from selection_center.accounts.models import User
from selection_center.catalog.pricing import Problem, SamplePrice
from selection_center.catalog.suppliers import Supplier
from selection_center.core import audit
from selection_center.core.db import db
from selection_center.core.i18n import language
from selection_center.orders.models import Order, OrderKind, OrderLine, OrderState
from selection_center.orders.numbers import new_number
from selection_center.selections.groups import PricedLine, SupplierGroup
from selection_center.selections.models import LineKind, SelectionList
from selection_center.sites.models import Site


@dataclass(frozen=True)
class PriceRise:
    """A line that costs more than what the buyer saw (fen)."""

    line: PricedLine
    seen_fen: int | None
    now_fen: int


Parts = list[tuple[SupplierGroup, LineKind, tuple[PricedLine, ...]]]


def samples_taken(buyer: Buyer, phone: str | None = None) -> dict[int, int]:
    """By SKU, how many sample pieces this buyer has ordered; all devices of one phone count together."""
    phones = {known for known in (buyer.phone, phone) if known}
    query = (
        sa.select(OrderLine.sku_id, sa.func.sum(OrderLine.quantity))
        .join(Order)
        .where(
            sa.or_(Order.buyer_id == buyer.id, Order.phone.in_(phones)),
            Order.kind == OrderKind.SAMPLE,
            Order.state != OrderState.CANCELLED,
        )
        .group_by(OrderLine.sku_id)
    )
    return {sku_id: int(pieces) for sku_id, pieces in db.session.execute(query)}


def parts_to_order(groups: list[SupplierGroup], *, below_minimum: bool = False) -> Parts:
    """What would become an order each: one supplier, one site, bulk or samples.

    below_minimum: as staff may order with a reason, but never without a supplier or a price.
    """
    return [
        (group, kind, lines)
        for group in groups
        if group.supplier is not None
        for kind, lines in (_overridable(group) if below_minimum else group.orderable)
    ]


def _overridable(group: SupplierGroup) -> list[tuple[LineKind, tuple[PricedLine, ...]]]:
    parts = [(LineKind.BULK, group.bulk), (LineKind.SAMPLE, group.samples)]
    return [(kind, lines) for kind, lines in parts if lines and all(may_override(line) for line in lines)]


def may_override(line: PricedLine) -> bool:
    """A minimum may be passed over with a reason; a missing price, a broken lot or a dead offer may not."""
    if line.unit_fen is None or line.is_off_shelf:
        return False
    if isinstance(line.price, SamplePrice):
        return line.price.is_orderable
    return line.price.problems <= {Problem.BELOW_MOQ}


def price_rises(parts: Parts, seen: Mapping[int, int | None]) -> list[PriceRise]:
    """The lines about to be ordered that rose since seen, by line id; a price never seen counts as risen."""
    rises = []
    for _group, _kind, lines in parts:
        for line in lines:
            before = seen.get(line.line.id)
            if line.unit_fen is not None and (before is None or line.unit_fen > before):
                rises.append(PriceRise(line, before, line.unit_fen))
    return rises


def place(
    selection: SelectionList,
    parts: Parts,
    contact: dict[str, Any],
    *,
    written_by: User | None = None,
    override_reason: str = "",
) -> list[Order]:
    """Every part becomes one order; its lines stay on the list, marked with it."""
    selection.buyer.leave_contact(contact["name"], contact["phone"])
    orders = []
    for group, kind, lines in parts:
        if group.supplier is None:
            continue
        order = _order(selection, group.site, group.supplier, kind, lines, contact)
        _submit(order, lines, written_by, override_reason)
        orders.append(order)
    selection.touched()
    return orders


def _order(
    selection: SelectionList,
    site: Site,
    supplier: Supplier,
    kind: LineKind,
    lines: tuple[PricedLine, ...],
    contact: dict[str, Any],
) -> Order:
    return Order(
        number=new_number(site.slug),
        token=secrets.token_urlsafe(18),
        site=site,
        supplier=supplier,
        buyer=selection.buyer,
        kind=OrderKind(kind.value),
        language=language(),
        consent_version=CONSENT_VERSION,
        goods_fen=sum(line.total_fen or 0 for line in lines),
        lines=[_order_line(priced) for priced in lines],
        **contact,
    )


def _submit(order: Order, lines: tuple[PricedLine, ...], written_by: User | None, override_reason: str) -> None:
    """Logs the order, marks its lines on the list, and writes the audit."""
    if any(not line.price.is_orderable for line in lines):
        order.moq_override_reason = override_reason
    order.written_by = order.cared_by = written_by
    db.session.add(order)
    db.session.flush()
    order.log(by=written_by, text=order.moq_override_reason or "", state=OrderState.SUBMITTED)
    for priced in lines:
        priced.line.order_id, priced.line.seen_fen = order.id, priced.unit_fen
    audit.record("order_placed", order, number=order.number, fen=order.goods_fen, override=order.moq_override_reason)


def _order_line(priced: PricedLine) -> OrderLine:
    line, listing, sku = priced.line, priced.line.listing, priced.line.sku
    return OrderLine(
        listing_id=listing.id,
        sku_id=sku.id,
        sample_id=line.sample_id,
        title=listing.title,
        title_en=listing.title_en,
        spec=sku.spec,
        spec_en=sku.spec_en,
        cargo_number=sku.cargo_number or listing.item_number,
        unit=listing.unit,
        unit_en=listing.unit_en,
        picture=sku.picture or listing.picture,
        quantity=line.quantity,
        unit_fen=priced.unit_fen,
        total_fen=priced.total_fen,
        note=line.note,
    )
