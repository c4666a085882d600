"""All lines of one supplier: they count together for the mixed batch (混批), which waives every MOQ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from selection_center.catalog.pricing.lines import LinePrice, OfferPrice, price_offer
from selection_center.catalog.pricing.terms import OfferTerms, Wanted


@dataclass(frozen=True)
class MixRule:
    """Either way waives the MOQ: so many pieces, or goods for so many fen. None or 0: not by this way."""

    pieces: int | None = None
    fen: int | None = None


@dataclass(frozen=True)
class MixState:
    """The lines' pieces and marked fen beside the supplier's rule."""

    rule: MixRule
    pieces: int
    fen: int

    @classmethod
    def of(cls, rule: MixRule, lines: Sequence[LinePrice]) -> MixState:
        return cls(
            rule,
            pieces=sum(line.quantity for line in lines),
            fen=sum((line.marked_fen or 0) * line.quantity for line in lines),
        )

    @property
    def pieces_short(self) -> int | None:
        """Pieces still missing; None when pieces alone never make a batch."""
        return max(0, self.rule.pieces - self.pieces) if self.rule.pieces else None

    @property
    def fen_short(self) -> int | None:
        """Fen still missing; None when no sum makes a batch."""
        return max(0, self.rule.fen - self.fen) if self.rule.fen else None

    @property
    def is_met(self) -> bool:
        return 0 in (self.pieces_short, self.fen_short)

    def without(self, pieces: int, each_fen: int) -> MixState:
        """As it would stand with so many pieces of that price less; what stays never gets cheaper by that."""
        return MixState(self.rule, self.pieces - pieces, self.fen - pieces * each_fen)


@dataclass(frozen=True)
class SupplierPrice(OfferPrice):
    """The lines of one supplier in the order wanted. `mix` is None when the supplier mixes nothing."""

    mix: MixState | None


def price_supplier(
    offers: Iterable[OfferTerms], wanted: Sequence[Wanted], rule: MixRule | None = None, *, member: bool = False
) -> SupplierPrice:
    """Prices bulk lines across offers of one supplier. Raises KeyError for a SKU that none of them has.

    A mixed batch that is met waives the MOQ and no lot; the price stays the first tier's until one is reached.
    """
    offer_of = {sku.id: offer for offer in offers for sku in offer.skus}
    lines = _price_all(offer_of, wanted, member=member, moq_waived=False)
    if rule is None or not (rule.pieces or rule.fen):
        return SupplierPrice(lines, None)
    mix = MixState.of(rule, lines)
    if mix.is_met:
        waived = _price_all(offer_of, wanted, member=member, moq_waived=True)
        lines = tuple(_never_breaking(mix, line) for line in waived)
    return SupplierPrice(lines, mix)


def _never_breaking(mix: MixState, line: LinePrice) -> LinePrice:
    """The line, not advised to take fewer where that would break the batch on which its MOQ depends."""
    if line.advice is None or line.advice.below is None:
        return line
    fewer = line.quantity - line.advice.below
    if line.counted - fewer >= line.moq or mix.without(fewer, line.marked_fen or 0).is_met:
        return line
    return replace(line, advice=replace(line.advice, below=None))


def _price_all(
    offer_of: dict[int, OfferTerms], wanted: Sequence[Wanted], *, member: bool, moq_waived: bool
) -> tuple[LinePrice, ...]:
    """The lines priced offer by offer and put back into the order wanted."""
    by_offer: dict[int, list[Wanted]] = {}
    for line in wanted:
        by_offer.setdefault(offer_of[line.sku_id].id, []).append(line)
    priced = {
        offer_id: iter(price_offer(offer_of[lines[0].sku_id], lines, member=member, moq_waived=moq_waived).lines)
        for offer_id, lines in by_offer.items()
    }
    return tuple(next(priced[offer_of[line.sku_id].id]) for line in wanted)
