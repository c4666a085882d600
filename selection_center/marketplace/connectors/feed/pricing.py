"""What an order would cost by the feed's own words: nobody else can be asked. Freight is agreed with the factory."""

from collections.abc import Mapping

from selection_center.catalog.offer_import.offers import OfferRow, SkuRow
from selection_center.catalog.pricing import (
    MixRule,
    OfferTerms,
    Problem,
    Quote,
    SkuTerms,
    Tier,
    Wanted,
    price_supplier,
)
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.orders import Draft, DraftLine, Flow, Preview, PreviewLine, PreviewPart

REFUSALS = {
    Problem.NO_PRICE: "not_for_sale",
    Problem.BELOW_MOQ: "below_moq",
    Problem.NOT_A_LOT: "broken_lot",
}


def preview_of(draft: Draft, offers: Mapping[str, OfferRow]) -> Preview:
    """Refuses in the codes that a marketplace's refusals have."""
    rows = [(line, *_found(line, offers)) for line in draft.lines]
    for line, offer, sku in rows:
        if offer.on_shelf is False:
            raise _no("off_shelf", line)
        if sku.stock is not None and sku.stock < sum(each.quantity for each, _, own in rows if own is sku):
            raise _no("stock_short", line)
        if draft.flow is Flow.DROPSHIP and not offer.is_dropship:
            raise _no("no_dropship", line)
    units = _sample_units(rows) if draft.flow is Flow.SAMPLE else _units(draft, offers, rows)
    lines = tuple(
        PreviewLine(line.external_id, line.spec_id, unit) for (line, _, _), unit in zip(rows, units, strict=True)
    )
    goods = sum(line.quantity * unit for (line, _, _), unit in zip(rows, units, strict=True))
    return Preview((PreviewPart(goods, 0, lines=lines),), flow_word=draft.flow.value)


Row = tuple[DraftLine, OfferRow, SkuRow]


def _found(line: DraftLine, offers: Mapping[str, OfferRow]) -> tuple[OfferRow, SkuRow]:
    """The offer and its SKU: by the feed's number of the spec, else by the spec's words, else the only one."""
    offer = offers.get(line.external_id)
    if offer is None:
        raise _no("not_there", line)
    for sku in offer.skus:
        if (line.spec_id and sku.source_id == line.spec_id) or (not line.spec_id and sku.spec == line.spec):
            return offer, sku
    if len(offer.skus) == 1 and not line.spec_id and not line.spec:
        return offer, offer.skus[0]
    raise _no("not_there", line)


def _sample_units(rows: list[Row]) -> list[int]:
    found = []
    for line, offer, sku in rows:
        unit = sku.sample_fen or offer.sample_fen
        if not unit:
            raise _no("not_for_sale", line)
        found.append(unit)
    return found


def _units(draft: Draft, offers: Mapping[str, OfferRow], rows: list[Row]) -> list[int]:
    number_of = {id(sku): number for number, sku in enumerate((s for o in offers.values() for s in o.skus), 1)}
    terms = [_terms(number, offer, number_of) for number, offer in enumerate(offers.values(), 1)]
    rule = next((MixRule(o.mix_pieces, o.mix_fen) for o in offers.values() if o.mix_pieces or o.mix_fen), None)
    wanted = [Wanted(number_of[id(sku)], line.quantity) for line, _, sku in rows]
    priced = price_supplier(terms, wanted, rule)
    units = []
    for (line, _, _), price in zip(rows, priced.lines, strict=True):
        waived = {Problem.BELOW_MOQ, Problem.NOT_A_LOT} if draft.flow is Flow.DROPSHIP else set()
        for problem in sorted(price.problems - waived):
            raise _no(REFUSALS[problem], line)
        units.append(price.unit_fen or 0)
    return units


def _terms(number: int, offer: OfferRow, number_of: Mapping[int, int]) -> OfferTerms:
    skus = tuple(
        SkuTerms(number_of[id(sku)], sku.price_fen, stock=sku.stock, tiers=tuple(Tier(*tier) for tier in sku.tiers))
        for sku in offer.skus
    )
    tiers = tuple(Tier(*tier) for tier in offer.tiers)
    return OfferTerms(number, skus, Quote(offer.quote), offer.moq, offer.lot_size or 1, tiers)


def _no(code: str, line: DraftLine) -> ConnectorError:
    return ConnectorError(code, " ".join(filter(None, (line.external_id, line.title, line.spec))), permanent=True)
