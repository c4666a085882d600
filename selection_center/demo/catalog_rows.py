"""Writes suppliers, listings, SKUs, tiers and the price changes of the last weeks."""

import random
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from selection_center.catalog.changes import tiers_text
from selection_center.catalog.models import (
    GoodsType,
    Listing,
    ListingState,
    MerchantType,
    PriceChange,
    PriceTier,
    PriceVisibility,
    Sku,
    Supplier,
)
from selection_center.catalog.pricing import Tier
from selection_center.catalog.suppliers import name_key
from selection_center.demo.offers import SEED, DemoOffer
from selection_center.demo.words import Maker, makers
from selection_center.demo.writing import Row, days_before, insert, insert_by_age, phone
from selection_center.sites.models import Belt


@dataclass(frozen=True)
class Catalog:
    """Ids as written: suppliers by center/key, listings and SKUs by the offer's place; and the pictures' names."""

    suppliers: dict[str, int]
    listings: list[int]
    skus: list[list[int]]
    pictures: dict[str, str]


def write(session: Session, offers: list[DemoOffer], pictures: dict[str, str], now: datetime) -> Catalog:
    suppliers = write_suppliers(session, now)
    listings = insert_by_age(
        session, Listing, [listing_row(offer, suppliers, pictures, now) for offer in offers], "created_at"
    )
    skus = write_skus(session, offers, listings, pictures)
    write_tiers(session, offers, listings, skus)
    changes = [
        change_row(offer, listing, now) for offer, listing in zip(offers, listings, strict=True) if offer.tiers_before
    ]
    insert(session, PriceChange, changes)
    return Catalog(suppliers, listings, skus, pictures)


def write_suppliers(session: Session, now: datetime) -> dict[str, int]:
    belts: dict[str, int] = dict(session.execute(sa.select(Belt.name, Belt.id)).all())
    ids = insert(
        session,
        Supplier,
        [supplier_row(maker, number, belts, now) for number, maker in enumerate(makers().values(), start=1)],
    )
    return dict(zip(makers(), ids, strict=True))


def supplier_row(maker: Maker, number: int, belts: dict[str, int], now: datetime) -> Row:
    pieces, yuan = maker.mix
    return {
        "source": "1688",
        "source_id": f"b2b-99000000{number:04d}",
        "name": maker.name,
        "name_en": maker.name_en,
        "name_key": name_key(maker.name),
        "merchant_type": MerchantType(maker.kind),
        "trustpass_years": maker.trustpass,
        "is_powerful_merchant": maker.is_powerful,
        "is_super_factory": maker.is_super,
        "is_inspected": maker.is_inspected,
        "belt_id": belts[maker.belt],
        "booth": maker.booth,
        "contact_name": maker.contact,
        "phone": phone(1000 + number),
        "price_visibility": PriceVisibility(maker.prices),
        "mix_pieces": pieces,
        "mix_fen": yuan * 100 if yuan else None,
        "created_at": days_before(now, 430),
    }


def listing_row(offer: DemoOffer, suppliers: dict[str, int], pictures: dict[str, str], now: datetime) -> Row:
    length, width, height = offer.box
    changed = offer.changed_days_ago if offer.changed_days_ago is not None else offer.age_days
    return {
        "source": "1688",
        "external_id": offer.external_id,
        "url": offer.url,
        "supplier_id": suppliers[offer.maker],
        "title": offer.title.zh,
        "title_en": offer.title.en,
        "category": offer.category.zh,
        "category_en": offer.category.en,
        "pictures": [pictures[name] for name in offer.pictures],
        "picture_urls": [],
        "attributes": [list(row) for row in offer.attributes],
        "item_number": offer.item_number,
        "origin": offer.origin.zh,
        "origin_en": offer.origin.en,
        "unit": offer.unit.zh,
        "unit_en": offer.unit.en,
        "inner_pack": offer.inner,
        "carton_pieces": offer.carton,
        "carton_length_mm": length,
        "carton_width_mm": width,
        "carton_height_mm": height,
        "carton_gross_g": offer.gross_g,
        "carton_net_g": offer.net_g,
        "goods_type": GoodsType(offer.goods_type),
        "is_quick_response": offer.is_quick_response,
        "is_light_custom": offer.custom_terms is not None,
        "custom_terms": offer.custom_terms.zh if offer.custom_terms else "",
        "custom_terms_en": offer.custom_terms.en if offer.custom_terms else "",
        "is_dropship": offer.is_dropship,
        "lead_hours": offer.lead_hours,
        "quote": offer.quote.value,
        "moq": offer.moq,
        "lot_size": offer.lot_size,
        "lot_unit": offer.lot_unit,
        "tax_included": offer.tax_included,
        "headline_fen": offer.headline_fen,
        "sample_fen": offer.sample_fen,
        "sample_limit": offer.sample_limit,
        "sales_text": offer.sales_text,
        "tags": list(offer.tags),
        "state": ListingState.ON_SHELF if offer.is_on_shelf else ListingState.OFF_SHELF,
        "last_seen_at": days_before(now, offer.seen_days_ago, 4, 20),
        "created_at": days_before(now, offer.age_days),
        "updated_at": days_before(now, changed, 4, 20),
    }


def write_skus(
    session: Session, offers: list[DemoOffer], listings: list[int], pictures: dict[str, str]
) -> list[list[int]]:
    rows = [
        {
            "listing_id": listing,
            "spec": sku.spec.zh,
            "spec_en": sku.spec.en,
            "source_id": sku.source_id,
            "cargo_number": sku.cargo_number,
            "picture": pictures[sku.picture] if sku.picture else None,
            "stock": sku.stock,
            "price_fen": sku.price_fen,
            "member_fen": sku.member_fen,
            "sample_fen": sku.sample_fen,
            "position": place,
        }
        for offer, listing in zip(offers, listings, strict=True)
        for place, sku in enumerate(offer.skus)
    ]
    ids = iter(insert(session, Sku, rows))
    return [[next(ids) for _ in offer.skus] for offer in offers]


def write_tiers(session: Session, offers: list[DemoOffer], listings: list[int], skus: list[list[int]]) -> None:
    rows: list[Row] = []
    for offer, listing, of_offer in zip(offers, listings, skus, strict=True):
        rows += [tier_row(listing, None, tier) for tier in offer.tiers]
        for sku, number in zip(offer.skus, of_offer, strict=True):
            rows += [tier_row(listing, number, tier) for tier in sku.tiers]
    insert(session, PriceTier, rows)


def tier_row(listing: int, sku: int | None, tier: Tier) -> Row:
    return {"listing_id": listing, "sku_id": sku, "min_quantity": tier.min_quantity, "price_fen": tier.price_fen}


def change_row(offer: DemoOffer, listing: int, now: datetime) -> Row:
    dice = random.Random(f"{SEED}/change/{offer.external_id}")
    return {
        "listing_id": listing,
        "spec": "",
        "field": "tiers",
        "old": tiers_text(offer.tiers_before or ()),
        "new": tiers_text(offer.tiers),
        "at": days_before(now, offer.changed_days_ago or 1, 4, dice.randrange(60)),
        "user_id": None,
        "source": "1688",
    }
