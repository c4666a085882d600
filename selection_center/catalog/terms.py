"""From rows to arithmetic: what a listing and its supplier say, as pricing takes it."""

from collections.abc import Iterable

from selection_center.catalog.models import Listing, PriceTier, Supplier
from selection_center.catalog.pricing import Carton, MixRule, OfferTerms, SkuTerms, Tier


def offer_terms(listing: Listing) -> OfferTerms:
    """The listing's prices and rules; reads its SKUs and tiers."""
    of_sku: dict[int | None, list[PriceTier]] = {}
    for tier in listing.tiers:
        of_sku.setdefault(tier.sku_id, []).append(tier)
    return OfferTerms(
        id=listing.id,
        quote=listing.quote,
        moq=listing.moq,
        lot_size=listing.lot_size,
        tiers=_tiers(of_sku.get(None, [])),
        sample_fen=listing.sample_fen,
        sample_limit=listing.sample_limit,
        carton=Carton(
            pieces=listing.carton_pieces,
            length_mm=listing.carton_length_mm,
            width_mm=listing.carton_width_mm,
            height_mm=listing.carton_height_mm,
            gross_g=listing.carton_gross_g,
        ),
        skus=tuple(
            SkuTerms(
                id=sku.id,
                price_fen=sku.price_fen,
                member_fen=sku.member_fen,
                sample_fen=sku.sample_fen,
                stock=sku.stock,
                tiers=_tiers(of_sku.get(sku.id, [])),
            )
            for sku in listing.skus
        ),
    )


def _tiers(rows: Iterable[PriceTier]) -> tuple[Tier, ...]:
    return tuple(Tier(row.min_quantity, row.price_fen) for row in sorted(rows, key=lambda row: row.min_quantity))


def mix_rule(supplier: Supplier | None) -> MixRule:
    """The supplier's mixed-batch rule; none without a supplier."""
    return MixRule(supplier.mix_pieces, supplier.mix_fen) if supplier is not None else MixRule(None, None)
