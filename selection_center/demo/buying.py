"""What a visitor puts on the list and orders, at the prices that pricing tells. Pure values."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from selection_center.catalog.pricing import MixRule, Quote, Wanted, price_offer, price_supplier, smallest_valid
from selection_center.demo.floor import DemoPiece
from selection_center.demo.offers import DemoOffer
from selection_center.demo.scanning import DemoScan
from selection_center.demo.words import Maker, maker_named

LARGEST_ORDER_FEN = 6_000_000
WRITTEN_BY_STAFF, BELOW_MINIMUM = 0.2, 0.3
"""Shares: of the orders, and of those orders that staff write."""

OVERRIDES = (
    "老客户试单，工厂已同意",
    "首单试销，厂家同意按起批价供货",
    "补货尾单，工厂有现货",
    "展会样品单，厂家电话确认过",
)
"""Why staff ordered below the minimum."""


@dataclass(frozen=True)
class DemoLine:
    """`piece` counts in the site's pieces, `sku` in its offer's."""

    piece: int
    sku: int
    quantity: int
    kind: str
    unit_fen: int | None
    at: datetime

    @property
    def total_fen(self) -> int:
        return (self.unit_fen or 0) * self.quantity


@dataclass(frozen=True)
class DemoOrder:
    """Lines of one supplier (center/key) at one site."""

    maker: str
    kind: str
    lines: tuple[DemoLine, ...]
    at: datetime
    is_written_by_staff: bool
    override_reason: str

    @property
    def goods_fen(self) -> int:
        return sum(line.total_fen for line in self.lines)


def wishes(
    scans: tuple[DemoScan, ...], pieces: list[DemoPiece], offers: list[DemoOffer], dice: random.Random
) -> Iterator[DemoLine]:
    """What stays on the list without an order: quantities as people tap them, some below the MOQ."""
    for scan in sorted(dice.sample(scans, max(1, len(scans) // 2)), key=lambda scan: scan.at):
        offer = offers[pieces[scan.piece].offer]
        sku = dice.randrange(len(offer.skus))
        tapped = dice.choice((1, offer.lowest_tier // 2, offer.lowest_tier, offer.lowest_tier * 2))
        quantity = smallest_valid(max(1, tapped), offer.lot_size)
        priced = price_offer(offer.terms(), [Wanted(offer.sku_id(sku), quantity)]).lines[0]
        yield DemoLine(scan.piece, sku, quantity, "bulk", priced.unit_fen, scan.at)


def orders_of(
    scans: tuple[DemoScan, ...], pieces: list[DemoPiece], offers: list[DemoOffer], now: datetime, dice: random.Random
) -> Iterator[DemoOrder]:
    """One or two orders from what was scanned, each of one supplier."""
    by_maker: dict[str, list[DemoScan]] = {}
    for scan in scans:
        if offers[pieces[scan.piece].offer].is_on_shelf:
            by_maker.setdefault(offers[pieces[scan.piece].offer].maker, []).append(scan)
    for maker in dice.sample(sorted(by_maker), min(len(by_maker), dice.choice((1, 1, 2)))):
        at = min(by_maker[maker][-1].at + timedelta(minutes=dice.randrange(3, 25)), now - timedelta(minutes=2))
        seen = [(scan, offers[pieces[scan.piece].offer]) for scan in by_maker[maker]]
        order = sample_order(maker, seen, at, dice) if dice.random() < 0.25 else bulk_order(maker, seen, at, dice)
        if order.lines and order.goods_fen <= LARGEST_ORDER_FEN:
            yield order


Seen = list[tuple[DemoScan, DemoOffer]]


def sample_order(maker: str, seen: Seen, at: datetime, dice: random.Random) -> DemoOrder:
    """One piece of each offer that sells samples."""
    lines = [
        DemoLine(scan.piece, dice.randrange(len(offer.skus)), 1, "sample", offer.sample_fen, scan.at)
        for scan, offer in seen
        if offer.sample_fen is not None
    ]
    return DemoOrder(maker, "sample", tuple(lines), at, by_staff(maker_named(maker), dice), "")


def bulk_order(maker: str, seen: Seen, at: datetime, dice: random.Random) -> DemoOrder:
    """Some choices of each offer in quantities that its rules allow; staff now and then go below the minimum."""
    made_by = maker_named(maker)
    is_by_staff = by_staff(made_by, dice)
    is_small = is_by_staff and dice.random() < BELOW_MINIMUM
    lines = [line for scan, offer in seen for line in chosen_lines(scan, offer, is_small, dice)]
    wanted = [Wanted(line_sku(line, seen), line.quantity) for line in lines]
    priced = price_supplier([offer.terms() for _, offer in seen], wanted, mix_of(made_by)).lines
    reason = "" if all(line.is_orderable for line in priced) else dice.choice(OVERRIDES)
    at_price = tuple(replace(line, unit_fen=price.unit_fen) for line, price in zip(lines, priced, strict=True))
    return DemoOrder(maker, "bulk", at_price, at, is_by_staff, reason)


def chosen_lines(scan: DemoScan, offer: DemoOffer, is_small: bool, dice: random.Random) -> Iterator[DemoLine]:
    chosen = sorted(dice.sample(range(len(offer.skus)), min(len(offer.skus), dice.choice((1, 2, 2, 3)))))
    for sku, quantity in zip(chosen, quantities(offer, chosen, is_small, dice), strict=True):
        yield DemoLine(scan.piece, sku, quantity, "bulk", None, scan.at)


def quantities(offer: DemoOffer, chosen: list[int], is_small: bool, dice: random.Random) -> list[int]:
    terms = offer.terms()
    share = dice.choice((0.4, 0.5, 0.6)) if is_small else dice.choice((1, 1, 2, 3, 5))
    least = [terms.moq_of(terms.skus[sku]) for sku in chosen]
    if terms.quote is Quote.BY_OFFER:
        least = [-(-least[0] // len(chosen)) for _ in chosen]
    return [smallest_valid(max(1, round(minimum * share)), terms.lot_size) for minimum in least]


def line_sku(line: DemoLine, seen: Seen) -> int:
    return next(offer.sku_id(line.sku) for scan, offer in seen if scan.piece == line.piece)


def mix_of(maker: Maker) -> MixRule:
    pieces, yuan = maker.mix
    return MixRule(pieces, yuan * 100 if yuan else None)


def by_staff(maker: Maker, dice: random.Random) -> bool:
    """Where buyers see no prices, staff write the order."""
    return maker.prices == "staff" or dice.random() < WRITTEN_BY_STAFF
