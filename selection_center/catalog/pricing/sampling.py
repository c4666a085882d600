"""Sample orders (拿样): a price and a limit of their own; neither MOQ, lot, tier nor member price applies."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from selection_center.catalog.pricing.packing import Packing
from selection_center.catalog.pricing.terms import OfferTerms, Wanted, pieces_by_sku

SAMPLE_LIMIT = 3
"""Pieces per buyer and SKU, unless the offer says otherwise."""


class SampleProblem(enum.StrEnum):
    NO_SAMPLE_PRICE = "no_sample_price"
    ABOVE_SAMPLE_LIMIT = "above_sample_limit"


@dataclass(frozen=True)
class SamplePrice:
    """One sample line. `left` is what the buyer may still take of the SKU, before these lines."""

    offer_id: int
    sku_id: int
    quantity: int
    unit_fen: int | None
    limit: int
    left: int
    packing: Packing
    problem: SampleProblem | None

    @property
    def total_fen(self) -> int | None:
        return None if self.unit_fen is None else self.unit_fen * self.quantity

    @property
    def is_orderable(self) -> bool:
        return self.problem is None


def price_samples(
    offer: OfferTerms, wanted: Sequence[Wanted], already: Mapping[int, int] | None = None
) -> tuple[SamplePrice, ...]:
    """Prices sample lines of one offer; `already` counts, by SKU, the sample pieces this buyer ordered before.

    Raises KeyError for a SKU that is not the offer's.
    """
    of_sku, already = pieces_by_sku(wanted), already or {}
    return tuple(_price_sample(offer, line, of_sku[line.sku_id], already.get(line.sku_id, 0)) for line in wanted)


def _price_sample(offer: OfferTerms, line: Wanted, of_sku: int, already: int) -> SamplePrice:
    unit_fen = offer.sku(line.sku_id).sample_fen or offer.sample_fen or None
    limit = offer.sample_limit or SAMPLE_LIMIT
    left = max(0, limit - already)
    problem = None
    if unit_fen is None:
        problem = SampleProblem.NO_SAMPLE_PRICE
    elif of_sku > left:
        problem = SampleProblem.ABOVE_SAMPLE_LIMIT
    packing = Packing.of(line.quantity, offer.carton)
    return SamplePrice(offer.id, line.sku_id, line.quantity, unit_fen, limit, left, packing, problem)
