"""How an offer of 1688 is priced (quoteType): 0 and 2 over the whole offer, 1 for each SKU, 3 by tiers of each SKU."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from selection_center.catalog.offer_import.cells import LARGEST_PRICE_FEN, LARGEST_QUANTITY
from selection_center.catalog.offer_import.offers import QuoteWord
from selection_center.catalog.offer_import.tiers import MOST_TIERS, Tier
from selection_center.marketplace.connectors.alibaba_1688.reading import Record, Unreadable, parts, whole, yuan

QUOTES: Mapping[int, QuoteWord] = {0: "by_offer", 1: "per_sku", 2: "by_offer", 3: "tier_per_sku"}


class Unfit(Unreadable):
    """An offer that is read and cannot stand here; `str()` is a code, most of them of the import's ROW_PROBLEMS."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """The offer's quote, MOQ and tiers; what each SKU has of its own, in their order."""

    quote: QuoteWord
    moq: int
    tiers: tuple[Tier, ...] = ()
    prices: tuple[int | None, ...] = ()
    ladders: tuple[tuple[Tier, ...], ...] = ()


def quoted(sale: Record, skus: Sequence[Record]) -> Quoted:
    """`sale` is saleInfo. MOQ and first tier differ: the greater one is the MOQ. No tiers: one from the MOQ."""
    said = whole(sale, "quoteType")
    if said is not None and said not in QUOTES:
        raise Unfit(f"quote_unknown {said}")
    quote = QUOTES[said or 0]
    moq = max(quantity(sale, "minOrderQuantity") or 1, 1)
    ladder = tiers(sale, "priceRanges")
    if quote == "tier_per_sku" and skus:
        ladders = tuple(tiers(sku, "priceRange") or _one_tier(price(sku, "price"), moq) for sku in skus)
        if any(ladders):
            starts = [own[0][0] for own in ladders if own]
            return Quoted(quote, max(moq, min(starts)), ladders=ladders)
    if quote == "per_sku" and skus:
        return _by_sku(skus, moq)
    if ladder:
        return Quoted("by_offer", max(moq, ladder[0][0]), ladder)
    if skus:
        return _by_sku(skus, moq)
    raise Unfit("no_price")


def _by_sku(skus: Sequence[Record], moq: int) -> Quoted:
    """A SKU without a price cannot be ordered; the others can."""
    prices = tuple(price(sku, "price") for sku in skus)
    if not any(prices):
        raise Unfit("no_price")
    if len(set(prices)) == 1:
        return Quoted("by_offer", moq, _one_tier(prices[0], moq))
    return Quoted("per_sku", moq, prices=prices)


def _one_tier(fen: int | None, moq: int) -> tuple[Tier, ...]:
    return ((moq, fen),) if fen else ()


def tiers(values: Record, name: str) -> tuple[Tier, ...]:
    """A list of {startQuantity, price} as a ladder."""
    found = {(max(quantity(step, "startQuantity") or 1, 1), price(step, "price")) for step in parts(values, name)}
    ladder = tuple(sorted((start, fen) for start, fen in found if fen))
    if len(ladder) < len(found):
        raise Unfit("no_price")
    if len(ladder) > MOST_TIERS:
        raise Unfit("tiers_too_many")
    if any(lower[0] == upper[0] for lower, upper in pairwise(ladder)):
        raise Unfit("tier_repeated")
    return ladder


def price(values: Record, name: str) -> int | None:
    """Fen of a piece; 0 is how the platform writes none."""
    try:
        fen = yuan(values, name)
    except Unreadable as error:
        raise Unfit("price_decimals" if "decimals" in str(error) else "price_unreadable") from None
    if fen is None or fen == 0:
        return None
    if fen < 0:
        raise Unfit("price_not_positive")
    if fen > LARGEST_PRICE_FEN:
        raise Unfit("price_too_large")
    return fen


def quantity(values: Record, name: str) -> int | None:
    found = whole(values, name)
    if found is not None and not 0 <= found <= LARGEST_QUANTITY:
        raise Unfit("number_too_large")
    return found
