"""What an offer says: its quote, tiers, MOQ, lot and SKUs; and what a buyer wants of it."""

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from selection_center.catalog.pricing.packing import Carton

LARGEST_QUANTITY = 9_999_999
"""Pieces in one line. Times the largest price it still fits the databases' 64-bit integers."""


class Quote(enum.StrEnum):
    """Over what an offer's price, MOQ and first tier hold (quoteType)."""

    BY_OFFER = "by_offer"
    PER_SKU = "per_sku"
    TIER_PER_SKU = "tier_per_sku"


class Tier(NamedTuple):
    """From this quantity on, this unit price (阶梯价)."""

    min_quantity: int
    price_fen: int


@dataclass(frozen=True)
class SkuTerms:
    """One choice of an offer. A price that is None or 0 is none; stock None is not known."""

    id: int
    price_fen: int | None = None
    member_fen: int | None = None
    sample_fen: int | None = None
    stock: int | None = None
    tiers: tuple[Tier, ...] = ()

    def __post_init__(self) -> None:
        _check_ascending(self.tiers)


@dataclass(frozen=True)
class OfferTerms:
    """One offer. `moq` holds over the offer or per SKU, as `quote` says; `lot_size` pieces go together (一手)."""

    id: int
    skus: tuple[SkuTerms, ...]
    quote: Quote = Quote.BY_OFFER
    moq: int = 1
    lot_size: int = 1
    tiers: tuple[Tier, ...] = ()
    sample_fen: int | None = None
    sample_limit: int | None = None
    carton: Carton = Carton()  # noqa: RUF009 - frozen, so it can be shared

    def __post_init__(self) -> None:
        _check_ascending(self.tiers)
        if self.moq < 1 or self.lot_size < 1:
            raise ValueError("MOQ and lot are one piece or more")

    def sku(self, sku_id: int) -> SkuTerms:
        """Raises KeyError when the offer has no such SKU."""
        return self._sku_by_id[sku_id]

    @cached_property
    def _sku_by_id(self) -> dict[int, SkuTerms]:
        return {sku.id: sku for sku in self.skus}

    def tiers_of(self, sku: SkuTerms) -> tuple[Tier, ...]:
        """The tiers that price this SKU, ascending; a plain price is one tier from the MOQ; empty without a price."""
        tiers = {
            Quote.BY_OFFER: self.tiers,
            Quote.PER_SKU: (),
            Quote.TIER_PER_SKU: sku.tiers or self.tiers,
        }[self.quote]
        return tiers or ((Tier(self.moq, sku.price_fen),) if sku.price_fen else ())

    def moq_of(self, sku: SkuTerms) -> int:
        """The greater of the MOQ and the first tier's quantity."""
        return max([self.moq, *(tier.min_quantity for tier in self.tiers_of(sku)[:1])])


@dataclass(frozen=True)
class Wanted:
    """One line of a list or order: so many pieces of this SKU."""

    sku_id: int
    quantity: int

    def __post_init__(self) -> None:
        if not 1 <= self.quantity <= LARGEST_QUANTITY:
            raise ValueError(f"a quantity is 1 to {LARGEST_QUANTITY}, not {self.quantity}")


def pieces_by_sku(wanted: Iterable[Wanted]) -> Counter[int]:
    """The pieces of each SKU over all its lines."""
    pieces: Counter[int] = Counter()
    for line in wanted:
        pieces[line.sku_id] += line.quantity
    return pieces


def _check_ascending(tiers: tuple[Tier, ...]) -> None:
    if any(lower.min_quantity >= upper.min_quantity for lower, upper in pairwise(tiers)):
        raise ValueError("tiers ascend by quantity, each quantity once")
    if any(tier.min_quantity < 1 or tier.price_fen < 1 for tier in tiers):
        raise ValueError("a tier begins at one piece or more and costs one fen or more")
