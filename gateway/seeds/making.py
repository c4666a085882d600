"""Offers from words and a number alone: the same number always makes the same offer, with every trap in its turn."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product as combined

from gateway import pictures
from gateway.members import Member
from gateway.offers import BY_SKU, BY_SKU_TIER, Offer, Sku, Tier, spec_id
from gateway.seeds.people import CHENGHAI, DALANG, GUZHEN, KEQIAO, SELLERS, YIWU, seller
from gateway.seeds.words import PRODUCTS, Product

DEMO_ID, DEMO_STEP = 689_314_000_117, 104_729
LONG_ID = 1_057_307_655_300
"""Ids have nine to thirteen digits."""
GENERATED_ID, GENERATED_STEP = 712_000_000_011, 13
SINCE = 1_767_225_600_000
"""2026-01-01; creations and changes lie after it, an hour or so apart."""
HOUR = 3_600_000
STEPS = (1.0, 0.92, 0.85)
OFFERS_OF_A_SELLER = 2000
PLACES = (YIWU, CHENGHAI, DALANG, KEQIAO, GUZHEN)


def demo_offers() -> Iterator[Offer]:
    number = 0
    for owner, products in zip(SELLERS, PRODUCTS, strict=True):
        for product in products:
            offer_id = LONG_ID + number if number % 11 == 7 else DEMO_ID + number * DEMO_STEP
            yield trapped(make(number, offer_id, owner, product), number)
            number += 1


def trapped(offer: Offer, number: int) -> Offer:
    """What only some offers have."""
    if number in {20, 33}:
        offer.status = "member expired" if number == 20 else "auditing"
    if number == 27:
        offer.online = False
    if number == 14 and offer.skus:
        offer.skus[-1].price, offer.skus[-1].tiers = 0, []
        offer.quote_type, offer.tiers = BY_SKU, []
    return offer


def generated_sellers(count: int) -> list[Member]:
    return [
        replace(
            seller(10 + number, f"产地商家{number + 1}", f"产地示范第{number + 1}工厂", PLACES[number % len(PLACES)]),
            mixed=number % 2 == 0,
            mix_number=20,
            mix_amount=30_000,
        )
        for number in range(-(-count // OFFERS_OF_A_SELLER))
    ]


def generated_offers(count: int, sellers: Sequence[Member]) -> Iterator[Offer]:
    """One after the other, so that none is kept."""
    owners, words = sellers[len(SELLERS) :], [product for products in PRODUCTS for product in products]
    for number in range(count):
        product = words[number * 7 % len(words)]
        yield make(
            number,
            GENERATED_ID + number * GENERATED_STEP,
            owners[number % len(owners)],
            product,
            name=f" {number:06d}款",
        )


def make(number: int, offer_id: int, owner: Member, product: Product, name: str = "") -> Offer:
    quote = number % 4 if product.first else number % 2 * 2
    price = max(1, product.price * (90 + drawn(offer_id, "price", 21)) // 100)
    minimum = (1, 2, 5, 10, 20, 50)[drawn(offer_id, "minimum", 6)]
    lot = 12 if number % 7 == 3 else 1
    made = SINCE + number % 5000 * HOUR
    offer = Offer(
        offer_id=offer_id,
        seller=owner.member_id,
        subject=product.subject + name,
        category_id=product.category_id,
        category=product.category,
        cargo_number=f"{'ABCDEF'[number % 6]}-{1000 + number}",
        quote_type=quote,
        pictures=[pictures.path(owner.user_id, offer_id, shot) for shot in range(1, 3 + number % 3)],
        created_ms=made,
        modified_ms=made + drawn(offer_id, "modified", 240) * HOUR,
        attributes=[["产地", f"{owner.province}{owner.city}"], ["货号", f"{1000 + number}"], ["是否进口", "否"]],
        description=f"<p>{product.subject}</p><p>厂家直供，{owner.company}。</p>",
        tiers=tiers(price, minimum) if quote not in {BY_SKU, BY_SKU_TIER} else [],
        unit=product.unit,
        sell_unit="手" if lot > 1 else "",
        lot=lot,
        minimum=minimum,
        mixed=owner.mixed and number % 3 != 1,
        warehouse=2 if number % 5 == 4 else 1,
        grams=product.grams,
        size_cm=[10 + drawn(offer_id, "long", 30), 8 + drawn(offer_id, "wide", 20), 3 + drawn(offer_id, "high", 12)],
        freight_template=0 if number % 13 == 5 else 1 if number % 13 == 9 else 100 + number % 3,
        days=1 + number % 5,
        booked=drawn(offer_id, "booked", 9000),
        retail_price=price * 2,
    )
    offer.skus = skus(offer, product, price)
    if not offer.skus:
        offer.stock, offer.consign_price = (
            500 + drawn(offer_id, "stock", 4000),
            price * 115 // 100 if number % 3 == 0 else None,
        )
    return offer


def drawn(offer_id: int, what: str, below: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{offer_id} {what}".encode()).digest()[:4]) % below


def tiers(price: int, minimum: int) -> list[Tier]:
    return [Tier(minimum * (1, 5, 20)[step], max(1, int(price * STEPS[step]))) for step in range(3)]


def skus(offer: Offer, product: Product, price: int) -> list[Sku]:
    """One for each pair of the two ways to differ; by SKU, later ones cost more."""
    found = []
    for number, (first, second) in enumerate(combined(product.first, product.second)):
        own = price * (100 + 6 * (number % 3)) // 100 if offer.quote_type in {BY_SKU, BY_SKU_TIER} else price
        sampled, consigned, curated = offer.offer_id % 6 != 5, offer.offer_id % 3 == 0, offer.offer_id % 4 == 1
        found.append(
            Sku(
                spec_id=spec_id(offer.offer_id, f"{first} {second}"),
                sku_id=4_900_000_000_000 + offer.offer_id % 10_000_000_000 * 10 + number,
                attributes=[[product.names[0], first], [product.names[1], second]],
                price=own,
                stock=40 + drawn(offer.offer_id, f"stock {number}", 3000),
                cargo_number=f"{offer.cargo_number}-{number + 1}",
                picture=offer.pictures[number % len(offer.pictures)],
                tiers=tiers(own, offer.minimum) if offer.quote_type == BY_SKU_TIER else [],
                sample_price=own * 3 // 2 if sampled else None,
                consign_price=own * 112 // 100 if consigned else None,
                one_piece_price=own * 13 // 10 if curated else None,
                pack_price=own * 11 // 10 if curated else None,
                retail_price=own * 2,
            )
        )
    return found
