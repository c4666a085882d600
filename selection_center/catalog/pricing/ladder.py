"""The price ladder of one SKU: which tier is in force, which rung comes next, and what a member pays on it."""

from __future__ import annotations

from typing import NamedTuple

from selection_center.catalog.pricing.quantities import smallest_valid
from selection_center.catalog.pricing.terms import OfferTerms, SkuTerms, Tier


class Rung(NamedTuple):
    """A rung as it is shown, from the MOQ up: `first` to `last` pieces (None: no end), marked and member price.

    `quantity` is the least valid quantity on it, for a key that sets it.
    """

    first: int
    last: int | None
    price_fen: int
    member_fen: int | None
    quantity: int


class NextTier(NamedTuple):
    """The next cheaper price: reached by `more` pieces, which make the line's quantity the valid `quantity`."""

    min_quantity: int
    price_fen: int
    more: int
    quantity: int
    saves_each_fen: int

    def is_near(self, counted: int) -> bool:
        """At most half as much again."""
        return self.more * 2 <= counted


def ladder(offer: OfferTerms, sku_id: int) -> tuple[Rung, ...]:
    """The rungs a buyer can stand on. Tiers that end below the MOQ are left out; empty without a price."""
    sku = offer.sku(sku_id)
    tiers, moq = offer.tiers_of(sku), offer.moq_of(sku)
    lasts = [*(tier.min_quantity - 1 for tier in tiers[1:]), None]
    rungs = []
    for tier, last in zip(tiers, lasts, strict=False):
        if last is None or last >= moq:
            first = max(moq, tier.min_quantity)
            quantity = smallest_valid(first, offer.lot_size)
            rungs.append(Rung(first, last, tier.price_fen, member_price(sku, tier), quantity))
    return tuple(rungs)


def tier_at(tiers: tuple[Tier, ...], counted: int) -> Tier | None:
    """The highest tier that the counted quantity reaches, else the first; None without tiers."""
    reached = [tier for tier in tiers if tier.min_quantity <= counted] or tiers[:1]
    return reached[-1] if reached else None


def member_price(sku: SkuTerms, tier: Tier) -> int | None:
    """What a member pays, where that is less than marked."""
    return sku.member_fen if sku.member_fen and sku.member_fen < tier.price_fen else None


def price_to_pay(sku: SkuTerms, tier: Tier, *, member: bool) -> int:
    """Fen for a piece: never more than marked."""
    return (member and member_price(sku, tier)) or tier.price_fen


def next_tier(
    offer: OfferTerms, sku: SkuTerms, quantity: int, counted: int, minimum: int, *, member: bool
) -> NextTier | None:
    """The nearest quantity of this line, valid and beside the same other lines, at which a piece costs less."""
    tiers = offer.tiers_of(sku)
    tier = tier_at(tiers, counted)
    if tier is None:
        return None
    now = price_to_pay(sku, tier, member=member)
    for higher in tiers:
        if higher.min_quantity > counted:
            aim = smallest_valid(max(minimum, quantity + higher.min_quantity - counted), offer.lot_size)
            more = aim - quantity
            reached = tier_at(tiers, counted + more) or higher  # a large lot may jump over a rung
            price = price_to_pay(sku, reached, member=member)
            if price < now:
                return NextTier(reached.min_quantity, price, more, aim, now - price)
    return None
