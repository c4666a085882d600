"""What goes with goods: a purchase order for one factory, and a packing list of one order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from selection_center.catalog.models import Listing
from selection_center.catalog.pricing import Packing
from selection_center.catalog.terms import offer_terms
from selection_center.core.db import db
from selection_center.core.i18n import in_language
from selection_center.orders.models import Order, OrderKind, OrderLine, OrderState, OrderWay
from selection_center.printing.documents import flow

LINES_A_PAGE = 8
WORKED_ON = (OrderState.CONFIRMED, OrderState.SHIPPED, OrderState.COMPLETED)


@dataclass
class Goods:
    """What a factory makes of one style at one price, for one or several orders."""

    line: OrderLine
    name: str
    spec: str
    unit: str
    listing: Listing
    is_sample: bool
    quantity: int = 0
    total_fen: int = 0
    numbers: list[str] = field(default_factory=list)
    """Of the orders that it is for."""
    first_carton: int = 1

    @property
    def item(self) -> str:
        return self.listing.item_number or self.line.cargo_number

    @property
    def sku(self) -> str:
        return self.line.cargo_number if self.line.cargo_number != self.item else ""

    @property
    def a_carton(self) -> int | None:
        return self.listing.carton_pieces

    @property
    def packing(self) -> Packing:
        return Packing.of(self.quantity, offer_terms(self.listing).carton)

    @property
    def net_g(self) -> int | None:
        """Whole grams, rounded up; None where the carton's net weight or its pieces are not known."""
        if not self.listing.carton_net_g or not self.a_carton:
            return None
        return -(-self.listing.carton_net_g * self.quantity // self.a_carton)

    @property
    def last_carton(self) -> int:
        return self.first_carton + self.packing.cartons - 1


@dataclass(frozen=True)
class Sums:
    packing: Packing
    pieces: int
    total_fen: int
    net_g: int
    net_is_known: bool

    @classmethod
    def of(cls, goods: Sequence[Goods]) -> Sums:
        nets = [one.net_g for one in goods]
        return cls(
            packing=sum((one.packing for one in goods), Packing()),
            pieces=sum(one.quantity for one in goods),
            total_fen=sum(one.total_fen for one in goods),
            net_g=sum(net or 0 for net in nets),
            net_is_known=None not in nets,
        )


def purchase_order(orders: Sequence[Order], wanted: date | None) -> bytes:
    """Of one factory and one site. The factory reads who receives each order as on its own pages: masked."""
    goods = goods_of(orders)
    return flow(
        "print/purchase_order.html", (len(goods) + len(orders)) // LINES_A_PAGE + 1, None,
        orders=orders, first=orders[0], goods=goods, sums=Sums.of(goods), rows=deliveries(orders), wanted=wanted,
    )  # fmt: skip


def packing_list(order: Order) -> bytes:
    """Cartons in the order of the lines; loose pieces wait for whoever packs them."""
    goods, next_carton = goods_of([order]), 1
    for one in goods:
        one.first_carton = next_carton
        next_carton += one.packing.cartons
    return flow(
        "print/packing_list.html", len(goods) // LINES_A_PAGE + 1, None,
        order=order, goods=goods, sums=Sums.of(goods), row=deliveries([order])[0],
    )  # fmt: skip


def goods_of(orders: Iterable[Order]) -> list[Goods]:
    """Lines that are alike in everything that a factory needs are one."""
    orders = list(orders)
    wanted = {line.listing_id for order in orders for line in order.lines}
    query = sa.select(Listing).where(Listing.id.in_(wanted))
    whole = query.options(selectinload(Listing.skus), selectinload(Listing.tiers))
    listings = {one.id: one for one in db.session.scalars(whole)}
    found: dict[tuple[object, ...], Goods] = {}
    for order in orders:
        for line in order.lines:
            key = (line.sku_id, line.unit_fen, line.title, line.spec, line.note, line.unit, order.kind)
            one = found.get(key)
            if one is None:
                one = found[key] = goods(order, line, listings[line.listing_id])
            one.quantity += line.quantity
            one.total_fen += line.total_fen
            one.numbers += [order.number] if order.number not in one.numbers else []
    return list(found.values())


def goods(order: Order, line: OrderLine, listing: Listing) -> Goods:
    return Goods(
        line, in_language(line.title, line.title_en), in_language(line.spec, line.spec_en),
        in_language(line.unit, line.unit_en), listing, order.kind is OrderKind.SAMPLE,
    )  # fmt: skip


def deliveries(orders: Iterable[Order]) -> list[dict[str, str]]:
    """Where each order goes; who receives it as a supplier may read it."""
    words = {
        OrderWay.SENT: _("Send to the buyer"),
        OrderWay.DROPSHIP: _("Drop-ship, piece by piece"),
        OrderWay.PICKUP: _("The buyer fetches it"),
    }
    rows = []
    for order in orders:
        is_sent = order.way is not OrderWay.PICKUP
        rows.append(
            {
                "number": order.number,
                "way": str(words[order.way]),
                "receiver": f"{order.name[:1]}** {order.masked_phone}" if is_sent else "",
                "address": order.address if is_sent else "",
                "message": order.message,
                "freight": freight(order),
            }
        )
    return rows


def freight(order: Order) -> str:
    if order.freight_fen is not None:
        return ""
    return str(_("Freight agreed with the factory") if order.freight_agreed else _("Freight not settled yet"))
