"""What a sale costs as it stands: pure over its loaded rows. Fen.

- Goods taken away cost the offer's price at the quantity on the sale, without its MOQ; a member's where that is less.
- What the factory sends costs what an order of it costs, with MOQ, lots and mixed batches.
- Discounts hold for the store's own goods. A fee and what the factory sends cost what they cost.
- Who pays the fee of a plan on this sale shops as its member already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from selection_center.catalog.pricing import LinePrice, OfferTerms, Problem, Wanted, price_offer, price_supplier
from selection_center.catalog.terms import mix_rule, offer_terms
from selection_center.core.db import db
from selection_center.membership.plans import Plan
from selection_center.membership.standing import Standing, StandingKind, standing
from selection_center.stock.items import STANDARD_TAX_PERMILLE, StockItem
from selection_center.till import goods
from selection_center.till.arithmetic import shares, tax_in
from selection_center.till.sale_lines import LineKind, SaleLine

if TYPE_CHECKING:
    from selection_center.till.sales import Sale

SERVICE_TAX_PERMILLE = 60
"""China's VAT on services: a membership's fee."""
STOCK = sa.select(StockItem.sku_id, StockItem.tax_permille, StockItem.on_hand).where(
    StockItem.site_id == sa.bindparam("at_site"), StockItem.sku_id.in_(sa.bindparam("skus", expanding=True))
)


@dataclass(frozen=True)
class Price:
    """A piece: for everybody, and for whoever buys."""

    marked_fen: int
    unit_fen: int
    problems: tuple[str, ...] = ()
    order_price: LinePrice | None = None


class Stocked(NamedTuple):
    """What the store says of goods to take away."""

    tax_permille: int
    on_hand: int


@dataclass(frozen=True)
class PricedLine:
    """A line as it would be paid now."""

    line: SaleLine
    price: Price
    discount_fen: int
    share_fen: int
    stock: Stocked | None
    """What the store has of it just now; None of what it does not stock."""

    @property
    def quantity(self) -> int:
        return self.line.quantity

    @property
    def marked_fen(self) -> int:
        return self.price.marked_fen

    @property
    def unit_fen(self) -> int:
        return self.price.unit_fen

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps it from being sold, as codes."""
        return self.price.problems

    @property
    def order_price(self) -> LinePrice | None:
        """Of what the factory sends: MOQ, lot and advice."""
        return self.price.order_price

    @property
    def before_fen(self) -> int:
        """Before anything is taken off."""
        return self.unit_fen * self.quantity

    @property
    def total_fen(self) -> int:
        return self.before_fen - self.discount_fen - self.share_fen

    @property
    def tax_permille(self) -> int:
        """Included in its price, in thousandths of what it would be without."""
        if self.line.kind is LineKind.FEE:
            return SERVICE_TAX_PERMILLE
        if self.line.kind is LineKind.FACTORY_DIRECT:
            return STANDARD_TAX_PERMILLE if self.line.listing is not None and self.line.listing.tax_included else 0
        return self.stock.tax_permille if self.stock is not None else STANDARD_TAX_PERMILLE

    @property
    def tax_fen(self) -> int:
        return tax_in(self.total_fen, self.tax_permille)

    @property
    def is_member_price(self) -> bool:
        return self.unit_fen < self.marked_fen

    @property
    def is_sold_out(self) -> bool:
        """There are fewer than are wanted."""
        return self.stock is not None and self.stock.on_hand < self.quantity


@dataclass(frozen=True)
class PricedSale:
    lines: tuple[PricedLine, ...]
    standing: Standing | None
    """How the membership of whoever buys stands; None without a member."""
    points_per_yuan: int

    @property
    def marked_fen(self) -> int:
        """At the prices for everybody, without discounts."""
        return sum(line.marked_fen * line.quantity for line in self.lines)

    @property
    def discount_fen(self) -> int:
        """Off the whole, beside what is off single lines."""
        return sum(line.share_fen for line in self.lines)

    @property
    def total_fen(self) -> int:
        return sum(line.total_fen for line in self.lines)

    @property
    def saved_fen(self) -> int:
        return self.marked_fen - self.total_fen

    @property
    def tax_fen(self) -> int:
        return sum(line.tax_fen for line in self.lines)

    @property
    def points(self) -> int:
        """What is earned when all of it is paid with money."""
        return points_for(sum(line.total_fen for line in self.lines if earns(line.line)), self.points_per_yuan)

    @property
    def problems(self) -> tuple[PricedLine, ...]:
        """The lines that cannot be sold as they stand."""
        return tuple(line for line in self.lines if line.problems)

    def of(self, line: SaleLine) -> PricedLine:
        return next(priced for priced in self.lines if priced.line is line)


def earns(line: SaleLine) -> bool:
    """Goods earn points, a fee does not."""
    return line.kind is not LineKind.FEE


def points_for(fen: int, points_per_yuan: int) -> int:
    return max(0, fen) // 100 * points_per_yuan


def price_sale(sale: Sale) -> PricedSale:
    """As it stands now. Reads what its lines name, and how the membership stands."""
    lines = list(sale.lines)
    load_goods(lines)
    held = standing(sale.member, sale.site, card=sale.card) if sale.member is not None else None
    plan = plan_that_counts(held, lines)
    stock = stocked(sale.site_id, [line.sku_id for line in lines if line.kind is LineKind.TAKE_AWAY])
    prices = prices_of(lines, member=plan is not None and plan.pays_member_price)
    return PricedSale(
        priced(lines, prices, stock, sale.discount_fen), held, plan.points_per_yuan if plan is not None else 0
    )


def plan_that_counts(held: Standing | None, lines: Iterable[SaleLine]) -> Plan | None:
    """The one that holds; else the one that is paid on this sale, unless the member is blocked."""
    if held is None or held.kind is StandingKind.BLOCKED:
        return None
    if held.opens_door:
        return held.plan
    return next((line.plan for line in lines if line.kind is LineKind.FEE), None)


def priced(
    lines: Sequence[SaleLine], prices: Sequence[Price], stock: Mapping[int | None, Stocked], discount_fen: int
) -> tuple[PricedLine, ...]:
    """The lines with what is off each, and its share of what is off the whole: never more than there is."""
    offs = [
        min(line.discount_fen, price.unit_fen * line.quantity) if line.can_be_discounted else 0
        for line, price in zip(lines, prices, strict=True)
    ]
    room = [
        price.unit_fen * line.quantity - off if line.can_be_discounted else 0
        for line, price, off in zip(lines, prices, offs, strict=True)
    ]
    parts = shares(min(discount_fen, sum(room)), room)
    return tuple(
        PricedLine(line, price, off, part, stock.get(line.sku_id))
        for line, price, off, part in zip(lines, prices, offs, parts, strict=True)
    )


def prices_of(lines: Sequence[SaleLine], *, member: bool) -> list[Price]:
    """A piece of each line, in their order."""
    terms = {line.listing_id: offer_terms(line.listing) for line in lines if line.listing is not None}
    found: dict[SaleLine, Price] = {}
    for group in grouped(lines, LineKind.TAKE_AWAY, lambda line: line.listing_id):
        wanted = [Wanted(line.sku_id or 0, line.quantity) for line in group]
        offer = price_offer(terms[group[0].listing_id], wanted, member=member, moq_waived=True)
        found |= {line: taken_away(price) for line, price in zip(group, offer.lines, strict=True)}
    for group in grouped(lines, LineKind.FACTORY_DIRECT, lambda line: supplier_of(line) or -(line.listing_id or 0)):
        found |= from_factory(group, terms, member=member)
    return [found.get(line) or plain(line) for line in lines]


def plain(line: SaleLine) -> Price:
    """Typed by hand, or a fee."""
    fen = line.plan.fee_fen if line.kind is LineKind.FEE and line.plan is not None else line.marked_fen
    return Price(fen, fen)


def taken_away(price: LinePrice) -> Price:
    """Whole lots and minimums are for orders; only a price there must be."""
    if price.unit_fen is None or price.marked_fen is None:
        return Price(0, 0, (Problem.NO_PRICE.value,))
    return Price(price.marked_fen, price.unit_fen)


def from_factory(
    lines: Sequence[SaleLine], terms: Mapping[int | None, OfferTerms], *, member: bool
) -> dict[SaleLine, Price]:
    """The lines of one supplier, by the rules of an order."""
    supplier = lines[0].listing.supplier if lines[0].listing is not None else None
    offers = {line.listing_id: terms[line.listing_id] for line in lines}
    wanted = [Wanted(line.sku_id or 0, line.quantity) for line in lines]
    total = price_supplier(offers.values(), wanted, mix_rule(supplier), member=member)
    return {line: ordered(line, price) for line, price in zip(lines, total.lines, strict=True)}


def ordered(line: SaleLine, price: LinePrice) -> Price:
    there = [problem for problem in Problem if problem in price.problems]
    problems = [problem.value for problem in there if not is_waived(line, price, problem)]
    if line.listing is not None and not line.listing.is_on_shelf:
        problems.insert(0, "off_shelf")
    if supplier_of(line) is None:
        problems.insert(0, "no_supplier")
    return Price(price.marked_fen or 0, price.unit_fen or 0, tuple(problems), price)


def is_waived(line: SaleLine, price: LinePrice, problem: Problem) -> bool:
    """Somebody gave the word that it goes below the minimum."""
    return problem is Problem.BELOW_MOQ and any(waiver.holds(price) for waiver in line.waivers)


def supplier_of(line: SaleLine) -> int | None:
    return line.listing.supplier_id if line.listing is not None else None


def grouped(lines: Iterable[SaleLine], kind: LineKind, key: Callable[[SaleLine], Any]) -> Iterable[list[SaleLine]]:
    groups: dict[Any, list[SaleLine]] = {}
    for line in lines:
        if line.kind is kind:
            groups.setdefault(key(line), []).append(line)
    return groups.values()


def load_goods(lines: Iterable[SaleLine]) -> None:
    """Puts to each line its offer with all that a price is read from, in a few queries for all of them."""
    wanting = {line: line.sku_id for line in lines if line.sku_id is not None and not is_loaded(line)}
    if not wanting:
        return
    found = goods.load(set(wanting.values()), makers=True)
    for line, sku_id in wanting.items():
        set_committed_value(line, "listing", found[sku_id].listing)


def is_loaded(line: SaleLine) -> bool:
    listing = line.__dict__.get("listing")
    return listing is not None and {"skus", "tiers"} <= set(listing.__dict__)


def stocked(site_id: int, skus: Sequence[int | None]) -> dict[int | None, Stocked]:
    """By SKU; what the store does not stock is not in it."""
    if not skus:
        return {}
    rows = db.session.execute(STOCK, {"at_site": site_id, "skus": skus})
    return {row.sku_id: Stocked(row.tax_permille, row.on_hand) for row in rows}


__all__ = ["PricedLine", "PricedSale", "earns", "points_for", "price_sale"]
