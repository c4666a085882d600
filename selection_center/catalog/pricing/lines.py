"""The lines of one offer: unit price, total, tier in force, what the next one would save, and one piece of advice."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from selection_center.catalog.pricing.ladder import NextTier, member_price, next_tier, price_to_pay, tier_at
from selection_center.catalog.pricing.packing import Packing
from selection_center.catalog.pricing.quantities import Nearest, nearest_valid, smallest_valid
from selection_center.catalog.pricing.terms import OfferTerms, Quote, Tier, Wanted, pieces_by_sku


class Problem(enum.StrEnum):
    """Why a line cannot be submitted as it stands. Staff may pass over BELOW_MOQ with a reason."""

    NO_PRICE = "no_price"
    BELOW_MOQ = "below_moq"
    NOT_A_LOT = "not_a_lot"


class AdviceCode(enum.StrEnum):
    BELOW_MOQ = "below_moq"
    NOT_A_LOT = "not_a_lot"
    NEXT_TIER = "next_tier"


@dataclass(frozen=True)
class Advice:
    """The one thing to say under a line's quantity.

    `needs` is the MOQ, the lot size or the next tier's quantity. `below` and `above` are quantities of this line,
    to be offered as keys; `more` is how many pieces `above` adds. `price_fen` is the unit price at `above`, given
    only with a next tier.
    """

    code: AdviceCode
    needs: int
    below: int | None
    above: int
    more: int
    price_fen: int | None = None


@dataclass(frozen=True)
class LinePrice:
    """One line priced. All prices are None when the SKU has none.

    `counted` is what tier and MOQ are measured by: the offer's pieces, or the SKU's. `unit_fen` is to be paid,
    `marked_fen` stands on the tag, `member_fen` is a member's price where that is less. `minimum` is the least valid
    quantity of this line beside the others, `nearest` are the valid quantities next to the wanted one (both as if a
    mixed batch that is met stayed met). `over_stock` counts the SKU's pieces beyond its stock.
    """

    offer_id: int
    sku_id: int
    quantity: int
    counted: int
    unit_fen: int | None
    marked_fen: int | None
    member_fen: int | None
    tier: Tier | None
    next_tier: NextTier | None
    moq: int
    minimum: int
    nearest: Nearest
    over_stock: int
    packing: Packing
    problems: frozenset[Problem]
    advice: Advice | None

    @property
    def total_fen(self) -> int | None:
        return None if self.unit_fen is None else self.unit_fen * self.quantity

    @property
    def is_orderable(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class OfferPrice:
    """All wanted lines of one offer, in their order. `total_fen` leaves out lines without a price."""

    lines: tuple[LinePrice, ...]

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def total_fen(self) -> int:
        return sum(line.total_fen or 0 for line in self.lines)

    @property
    def packing(self) -> Packing:
        return sum((line.packing for line in self.lines), Packing())

    @property
    def problems(self) -> frozenset[Problem]:
        return frozenset(problem for line in self.lines for problem in line.problems)

    @property
    def is_orderable(self) -> bool:
        return bool(self.lines) and not self.problems


def price_offer(
    offer: OfferTerms, wanted: Sequence[Wanted], *, member: bool = False, moq_waived: bool = False
) -> OfferPrice:
    """Prices lines of one offer; `moq_waived` says that a mixed batch is met.

    Raises KeyError for a SKU that is not the offer's.
    """
    of_sku = pieces_by_sku(wanted)
    of_offer = of_sku.total()
    return OfferPrice(
        tuple(_price_line(offer, line, of_sku[line.sku_id], of_offer, member, moq_waived) for line in wanted)
    )


def _price_line(
    offer: OfferTerms, line: Wanted, of_sku: int, of_offer: int, member: bool, moq_waived: bool
) -> LinePrice:
    sku, quantity = offer.sku(line.sku_id), line.quantity
    counted = of_offer if offer.quote is Quote.BY_OFFER else of_sku
    moq = offer.moq_of(sku)
    binding_moq = 1 if moq_waived else moq
    minimum = smallest_valid(binding_moq - (counted - quantity), offer.lot_size)
    nearest = nearest_valid(quantity, minimum, offer.lot_size)
    tier = tier_at(offer.tiers_of(sku), counted)
    following = next_tier(offer, sku, quantity, counted, minimum, member=member)
    room = None if sku.stock is None else sku.stock - of_sku
    problems = _problems(
        no_price=tier is None, below_moq=counted < binding_moq, not_a_lot=quantity % offer.lot_size > 0
    )
    urged = following if following and following.is_near(counted) and _fits(following.more, room) else None
    return LinePrice(
        offer_id=offer.id,
        sku_id=sku.id,
        quantity=quantity,
        counted=counted,
        unit_fen=price_to_pay(sku, tier, member=member) if tier else None,
        marked_fen=tier.price_fen if tier else None,
        member_fen=member_price(sku, tier) if tier else None,
        tier=tier,
        next_tier=following,
        moq=moq,
        minimum=minimum,
        nearest=nearest,
        over_stock=max(0, -room) if room is not None else 0,
        packing=Packing.of(quantity, offer.carton),
        problems=problems,
        advice=_advice(quantity, problems, moq, offer.lot_size, nearest, urged),
    )


def _problems(*, no_price: bool, below_moq: bool, not_a_lot: bool) -> frozenset[Problem]:
    found = {Problem.NO_PRICE: no_price, Problem.BELOW_MOQ: below_moq, Problem.NOT_A_LOT: not_a_lot}
    return frozenset(problem for problem, is_so in found.items() if is_so)


def _fits(more: int, room: int | None) -> bool:
    return room is None or more <= room


def _advice(
    quantity: int, problems: frozenset[Problem], moq: int, lot: int, nearest: Nearest, urged: NextTier | None
) -> Advice | None:
    """The first of: the MOQ, the lot, a cheaper tier close by."""
    below, above = nearest
    if Problem.BELOW_MOQ in problems:
        return Advice(AdviceCode.BELOW_MOQ, moq, below, above, above - quantity)
    if Problem.NOT_A_LOT in problems:
        return Advice(AdviceCode.NOT_A_LOT, lot, below, above, above - quantity)
    if urged:
        code = AdviceCode.NEXT_TIER
        return Advice(code, urged.min_quantity, None, urged.quantity, urged.more, urged.price_fen)
    return None
