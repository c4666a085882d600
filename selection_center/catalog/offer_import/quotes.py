"""How an offer is priced, from the prices and tiers that its rows give (rules.md: quote, MOQ, tiers, headline)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from selection_center.catalog.offer_import.fields import Field
from selection_center.catalog.offer_import.lines import Line
from selection_center.catalog.offer_import.offers import QuoteWord
from selection_center.catalog.offer_import.reader import Reader
from selection_center.catalog.offer_import.reasons import RowNote
from selection_center.catalog.offer_import.tiers import Tier
from selection_center.core.money import show_fen

NO_TIERS: tuple[Tier, ...] = ()


@dataclass(slots=True)
class Quoted:
    """The offer's quote, MOQ and tiers; by row number what each SKU has of its own."""

    quote: QuoteWord
    moq: int
    tiers: tuple[Tier, ...] = NO_TIERS
    prices: dict[int, int] = field(default_factory=dict)
    sku_tiers: dict[int, tuple[Tier, ...]] = field(default_factory=dict)


def quote_of(lines: Sequence[Line], skus: Sequence[Line], reader: Reader) -> Quoted:
    """The quote of right lines, `skus` being those that stand for a spec.

    Adds a problem to the line that has no price, and notes on what a person should know. Tiers beat the headline;
    no tiers: one tier from the MOQ; no MOQ: 1; the greater of MOQ and first tier is the MOQ.
    """
    said_moq = next((line.moq for line in lines if line.moq is not None), None)
    ladders = {line.tiers for line in lines if line.tiers}
    if not ladders:
        return _by_price(lines, skus, said_moq or 1, reader)
    first_tier = min(ladder[0][0] for ladder in ladders)
    _note_what_tiers_beat(lines, said_moq, first_tier, reader)
    moq = max(said_moq or 1, first_tier)
    if len(ladders) == 1:
        return Quoted("by_offer", moq, ladders.pop())
    quoted = Quoted("tier_per_sku", moq)
    for line in skus:
        price = _price(line, lines)
        if not line.tiers and price is None:
            reader.refuse(line, Field.TIERS, "no_price")
            continue
        quoted.sku_tiers[line.number] = line.tiers or ((moq, price or 0),)
    return quoted


def _by_price(lines: Sequence[Line], skus: Sequence[Line], moq: int, reader: Reader) -> Quoted:
    """Without tiers: one price for all is one tier from the MOQ, several are prices per SKU."""
    prices: dict[int, int] = {}
    for line in skus:
        price = _price(line, lines)
        if price is not None:
            prices[line.number] = price
        elif asked := next((one for one in lines if one.headline_range), None):
            reader.refuse(asked, Field.PRICE, "price_range", asked.headline_range)
        else:
            reader.refuse(line, Field.PRICE, "no_price")
    one_price = set(prices.values())
    if len(one_price) == 1:
        return Quoted("by_offer", moq, ((moq, one_price.pop()),))
    return Quoted("per_sku", moq, prices=prices)


def _price(line: Line, lines: Sequence[Line]) -> int | None:
    """A spec's price: its own, else its row's, else the one that the offer's first row gives."""
    own: int | None = line.sku.get("price_fen") or line.offer.get("headline_fen")
    return own or next((one.offer["headline_fen"] for one in lines if "headline_fen" in one.offer), None)


def _note_what_tiers_beat(lines: Sequence[Line], said_moq: int | None, first_tier: int, reader: Reader) -> None:
    number = lines[0].number
    if said_moq is not None and said_moq != first_tier:
        values: dict[str, str | int] = {"moq": said_moq, "tier": first_tier}
        lines[0].notes.append(RowNote(number, reader.name(Field.MOQ), "moq_raised", values))
    for line in lines:
        headline = line.offer.get("headline_fen")
        if line.headline_range:
            values = {"value": line.headline_range}
            line.notes.append(RowNote(line.number, reader.name(Field.PRICE), "headline_range", values))
        elif headline and line.tiers and headline not in {fen for _, fen in line.tiers}:
            values = {"price": show_fen(headline)}
            line.notes.append(RowNote(line.number, reader.name(Field.PRICE), "headline_not_a_tier", values))
        prices = [fen for _, fen in line.tiers]
        if prices != sorted(prices, reverse=True):
            line.notes.append(RowNote(line.number, reader.name(Field.TIERS), "tiers_rise"))
