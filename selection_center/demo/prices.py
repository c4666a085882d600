"""Prices that a buyer of the trade believes: first tier, tiers, sizes, members, samples. Fen throughout."""

import math
import random
from dataclasses import dataclass

from selection_center.catalog.pricing import Quote, Tier, smallest_valid
from selection_center.demo.words import Family, Model


@dataclass(frozen=True)
class Priced:
    """The prices of one offer; `grade` is what each larger size adds, as a share of the first one's price."""

    quote: Quote
    moq: int
    tiers: tuple[Tier, ...]
    grade: float
    member_share: float | None
    sample_fen: int | None
    before: tuple[Tier, ...] | None

    @property
    def first_fen(self) -> int:
        return self.tiers[0].price_fen

    def of_step(self, step: int) -> int:
        """The price of the size number `step`, counted from 0."""
        return self.first_fen if step == 0 else charming(self.first_fen * (1 + self.grade * step))

    def tiers_of_step(self, step: int) -> tuple[Tier, ...]:
        if step == 0:
            return self.tiers
        return falling([(tier.min_quantity, tier.price_fen * (1 + self.grade * step)) for tier in self.tiers])

    def member_of_step(self, step: int) -> int | None:
        """A few per cent under the first tier; None where the offer has no member price."""
        if self.member_share is None:
            return None
        marked = self.first_fen if self.quote is Quote.BY_OFFER else self.of_step(step)
        if self.quote is Quote.TIER_PER_SKU:
            marked = self.tiers_of_step(step)[0].price_fen
        return max(1, min(marked - 1, charming(marked * self.member_share)))


def draw(family: Family, model: Model, dice: random.Random) -> Priced:
    low, high = family.price
    first = charming(100 * math.exp(dice.uniform(math.log(low), math.log(high))) * model.factor)
    moq = smallest_valid(dice.choice(family.moqs), family.lot_size)
    tiers = drawn_tiers(first, moq, family.lot_size, dice)
    quote = drawn_quote(family, dice)
    most = first if quote is Quote.BY_OFFER or not family.sizes else first * (1 + 0.2 * len(family.sizes))
    return Priced(
        quote=quote,
        moq=moq,
        tiers=tiers if quote is not Quote.PER_SKU else (Tier(moq, first),),
        grade=dice.choice((0.12, 0.18, 0.25, 0.3)) if family.is_graded else 0.0,
        member_share=dice.uniform(0.92, 0.965) if dice.random() < 0.6 else None,
        sample_fen=charming(most * dice.uniform(1.15, 1.6)) if dice.random() < 0.85 else None,
        before=risen(tiers, dice) if dice.random() < 0.16 else None,
    )


def drawn_quote(family: Family, dice: random.Random) -> Quote:
    if not family.is_graded:
        return Quote.BY_OFFER if dice.random() < 0.92 or not family.sizes else Quote.TIER_PER_SKU
    return dice.choices((Quote.PER_SKU, Quote.TIER_PER_SKU, Quote.BY_OFFER), (45, 35, 20))[0]


def drawn_tiers(first: int, moq: int, lot: int, dice: random.Random) -> tuple[Tier, ...]:
    """Two to four rungs, each some per cent below the one before; now and then a single price."""
    rungs = dice.choice((1, 2, 3, 3, 3, 4))
    wanted, quantity, price = [(moq, float(first))], moq, float(first)
    for steps in ((3, 5, 8, 10), (2, 3, 5), (2, 3))[: rungs - 1]:
        quantity = smallest_valid(rounded_up(quantity * dice.choice(steps)), lot)
        price *= 1 - dice.uniform(0.035, 0.09)
        wanted.append((quantity, price))
    return falling(wanted)


def rounded_up(quantity: int) -> int:
    """12 -> 12, 47 -> 50, 480 -> 500, 3,600 -> 4,000: quantities as sellers write them."""
    if quantity < 20:
        return quantity
    digit: int = 10 ** (len(str(quantity)) - 1)
    return math.ceil(quantity / digit * 2) * digit // 2


def falling(wanted: list[tuple[int, float]]) -> tuple[Tier, ...]:
    """Tiers whose prices really fall once they are rounded; a rung that would not is left out."""
    tiers: list[Tier] = []
    for quantity, price in wanted:
        fen = charming(price)
        if not tiers or (fen < tiers[-1].price_fen and quantity > tiers[-1].min_quantity):
            tiers.append(Tier(quantity, fen))
    return tuple(tiers)


def risen(tiers: tuple[Tier, ...], dice: random.Random) -> tuple[Tier, ...] | None:
    """What the tiers were before the last change, a little above or below; None where rounding hides it."""
    share = dice.choice((1.04, 1.08, 0.96))
    before = falling([(tier.min_quantity, tier.price_fen * share) for tier in tiers])
    return before if before[0].price_fen != tiers[0].price_fen else None


def charming(fen: float) -> int:
    """Prices as sellers set them: 1.85, 12.8, 36.5, 168. Never below ten fen."""
    for limit, step in ((300, 1), (1_000, 5), (3_000, 10), (10_000, 50)):
        if fen < limit:
            return max(10, round(fen / step) * step)
    return round(fen / 100) * 100
