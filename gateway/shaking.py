"""Changes of offers: by a person, by a test, or by a fault just before a call; each is told to who may know."""

import json
from collections.abc import Iterable
from random import Random
from typing import Any

from gateway import clock, members, messages, offers
from gateway.faults import Fault
from gateway.offers import PUBLISHED, Offer, Sku, Tier
from gateway.state import State

EXPIRED, DELETED = ("member expired", "auto expired", "expired"), ("member deleted", "deleted", "TBD")


def reprice(db: Any, offer: Offer, percent: int) -> None:
    """Every price moves by so many percent, at least by one fen."""
    tiers = [*offer.tiers, *(tier for sku in offer.skus for tier in sku.tiers)]
    priced: list[Tier | Sku] = [*tiers, *offer.skus]
    for one in priced:
        step = max(1, abs(one.price * percent) // 100)
        one.price = max(1, one.price + (step if percent > 0 else -step))
    offers.save(db, offer)
    tell(db, offer, "NEW_OR_MODIFY")


def set_status(db: Any, offer: Offer, status: str) -> None:
    """ValueError on an unknown status."""
    if status not in offers.STATUSES:
        raise ValueError(f"{status} is none of {', '.join(offers.STATUSES)}")
    before, offer.status = offer.status, status
    offers.save(db, offer)
    topic = "EXPIRE" if status in EXPIRED else "DELETE" if status in DELETED else "REPOST"
    tell(db, offer, topic if status != PUBLISHED or before != PUBLISHED else "NEW_OR_MODIFY")


def erase(db: Any, offer: Offer) -> None:
    offers.erase(db, offer.offer_id)
    tell(db, offer, "DELETE")


def drop_sku(db: Any, offer: Offer, spec_id: str) -> None:
    """ValueError when the offer has no such SKU."""
    if offer.sku(spec_id) is None:
        raise ValueError(f"{offer.offer_id} has no SKU {spec_id}")
    offer.skus = [sku for sku in offer.skus if sku.spec_id != spec_id]
    offers.save(db, offer)
    tell(db, offer, "CHANGE", action="sku_delete")


def set_stock(db: Any, offer: Offer, stock: int, spec_id: str = "") -> None:
    """Of one SKU, or of all."""
    changes = []
    for sku in offer.skus:
        if spec_id in {"", sku.spec_id} and sku.stock != stock:
            changes.append((sku, stock - sku.stock))
            sku.stock = stock
    delta = sum(change for _, change in changes) if offer.skus else stock - offer.stock
    offer.stock = offer.stock if offer.skus else stock
    offers.save(db, offer)
    tell_stock(db, offer, [(sku.sku_id, sku.stock, change) for sku, change in changes] or [(None, None, delta)])


def new_picture(db: Any, offer: Offer) -> None:
    """A changed picture has another name."""
    stem, _, rest = offer.pictures[0].partition("_!!")
    offer.pictures[0] = f"{stem.rsplit('-', 1)[0]}-{clock.now() % 1_000_000}_!!{rest}"
    offers.save(db, offer)
    tell(db, offer, "NEW_OR_MODIFY")


def rename(db: Any, offer: Offer, subject: str) -> None:
    offer.subject = subject
    offers.save(db, offer)
    tell(db, offer, "NEW_OR_MODIFY")


def tell(db: Any, offer: Offer, topic: str, **more: str) -> None:
    kind = f"RELATION_VIEW_PRODUCT_{topic}"
    data = {"productIds": str(offer.offer_id), "memberId": offer.seller, "status": kind, **more}
    for buyer in members.buyers_of(db, offer.seller):
        messages.born(db, buyer, f"PRODUCT_{kind}", {**data, "msgSendTime": clock.plain(clock.now())})


def tell_stock(db: Any, offer: Offer, changes: Iterable[tuple[int | None, int | None, int]]) -> None:
    """SKU id, its stock now, and the signed change. Whether it is sent only to followers is a setting."""
    told = [
        {
            **{
                "offerId": offer.offer_id,
                "offerOnSale": offer.on_sale(),
                "quantity": change,
                "bizTime": str(clock.now()),
            },
            **({"skuId": sku_id, "skuOnSale": stock} if sku_id else {}),
        }
        for sku_id, stock, change in changes
    ]
    for buyer in messages.stock_readers(db, offer):
        messages.born(db, buyer, "PRODUCT_PRODUCT_INVENTORY_CHANGE", {"OfferInventoryChangeList": told})


def shake(state: State, fault: Fault, fields: dict[str, str]) -> None:
    """What a fault of the world does to the offers that a call is about."""
    with state.transaction() as db:
        cargo = named(db, fields)
        for offer in offers.some(db, dict.fromkeys(offer_id for offer_id, _ in cargo)):
            change(db, fault, offer, [spec for offer_id, spec in cargo if offer_id == offer.offer_id])
    state.news.set()


def change(db: Any, fault: Fault, offer: Offer, specs: list[str]) -> None:
    if fault.kind == "price":
        reprice(db, offer, fault.percent)
    elif fault.kind == "off_shelf":
        set_status(db, offer, "member expired")
    elif fault.kind == "deleted":
        set_status(db, offer, "member deleted")
    elif fault.kind == "gone":
        erase(db, offer)
    elif fault.kind == "sold_out":
        set_stock(db, offer, 0)
    elif specs and offer.sku(specs[0]):
        drop_sku(db, offer, specs[0])


def named(db: Any, fields: dict[str, str]) -> list[tuple[int, str]]:
    """Offer and spec, whatever the call's way to name them; nothing when it is not well formed."""
    single = fields.get("productID") or fields.get("productId") or ""
    if single.isdigit():
        found = offers.find(db, int(single))
        return [(int(single), found.skus[0].spec_id if found and found.skus else "")]
    try:
        lines = json.loads(fields.get("cargoParamList", "[]"))
        return [(int(line["offerId"]), str(line.get("specId", ""))) for line in lines]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def churn(state: State, count: int, seed: int) -> dict[str, int]:
    """Changes so many offers, half of them prices, the rest stock and status; answers how many of each."""
    chance, done = Random(seed), {"price": 0, "stock": 0, "status": 0}
    with state.transaction() as db:
        ids = [row["offer_id"] for row in db.execute("select offer_id from offers order by offer_id")]
        for offer in offers.some(db, chance.sample(ids, min(count, len(ids)))):
            kind = chance.choice(["price", "price", "stock", "status"])
            done[kind] += 1
            if kind == "price":
                reprice(db, offer, chance.choice([-10, -5, 5, 10]))
            elif kind == "stock":
                set_stock(db, offer, chance.randrange(0, 5000))
            else:
                set_status(db, offer, PUBLISHED if offer.status != PUBLISHED else "member expired")
    state.news.set()
    return done
