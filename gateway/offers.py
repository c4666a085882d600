"""Offers as the platform keeps them: money in fen, moments in milliseconds, one document per offer."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gateway import clock

PUBLISHED = "published"
STATUSES = (
    *(PUBLISHED, "member expired", "auto expired", "expired", "member deleted", "modified", "new", "deleted"),
    *("TBD", "approved", "auditing", "untread"),
)
UNLISTED = ("member deleted", "deleted", "TBD")
"""Not in a list that names no status."""

BY_QUANTITY, BY_SKU, BY_OFFER_TIER, BY_SKU_TIER = range(4)
"""quoteType: tiers over the offer's quantity (0 and 2), one price per SKU (1), tiers per SKU (3)."""


@dataclass
class Tier:
    start: int
    price: int


@dataclass
class Sku:
    spec_id: str
    sku_id: int
    attributes: list[list[str]]
    """Names and values, such as [["颜色", "米白"], ["尺码", "M"]]."""
    price: int
    stock: int
    cargo_number: str = ""
    picture: str = ""
    tiers: list[Tier] = field(default_factory=list)
    sample_price: int | None = None
    """拿样价"""
    consign_price: int | None = None
    """代发价"""
    one_piece_price: int | None = None
    """精选货源, one piece, freight included; `pack_price` from three pieces on."""
    pack_price: int | None = None
    retail_price: int | None = None

    def words(self) -> str:
        return " ".join(value for _, value in self.attributes)


@dataclass
class Offer:
    offer_id: int
    seller: str
    subject: str
    category_id: int
    category: str
    cargo_number: str
    quote_type: int
    pictures: list[str]
    created_ms: int
    modified_ms: int
    status: str = PUBLISHED
    attributes: list[list[str]] = field(default_factory=list)
    description: str = ""
    tiers: list[Tier] = field(default_factory=list)
    skus: list[Sku] = field(default_factory=list)
    stock: int = 0
    """Of an offer without SKUs."""
    unit: str = "件"
    sell_unit: str = ""
    lot: int = 1
    """Pieces of one `sell_unit` (手), of which orders are multiples; 1: no lots."""
    minimum: int = 1
    mixed: bool = False
    online: bool = True
    private_price: bool = False
    warehouse: int = 1
    grams: int = 500
    size_cm: list[int] = field(default_factory=lambda: [30, 20, 10])
    freight_template: int = 100
    """0: agreed in words, 1: the seller pays, else the seller's table."""
    days: int = 3
    booked: int = 0
    consign_price: int | None = None
    retail_price: int | None = None

    def on_sale(self) -> int:
        return sum(sku.stock for sku in self.skus) if self.skus else self.stock

    def lowest(self) -> int:
        """Fen; what lists sort by."""
        prices = [tier.price for tier in self.tiers]
        prices += [tier.price for sku in self.skus for tier in sku.tiers] or [sku.price for sku in self.skus]
        return min(prices, default=0)

    def sku(self, spec_id: str) -> Sku | None:
        return next((sku for sku in self.skus if sku.spec_id == spec_id), None)


def read(doc: str) -> Offer:
    found = json.loads(doc)
    found["tiers"] = [Tier(**tier) for tier in found["tiers"]]
    found["skus"] = [Sku(**{**sku, "tiers": [Tier(**tier) for tier in sku["tiers"]]}) for sku in found["skus"]]
    return Offer(**found)


def row(offer: Offer) -> tuple[Any, ...]:
    return (
        *(offer.offer_id, offer.seller, offer.status, offer.subject, offer.category_id, offer.cargo_number),
        *(offer.lowest(), offer.booked, offer.created_ms, offer.modified_ms),
        json.dumps(vars(offer), default=vars, ensure_ascii=False, separators=(",", ":")),
    )


def save_all(db: Any, offers: Iterable[Offer]) -> None:
    db.executemany("insert or replace into offers values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(row, offers))
    revised(db)


def save(db: Any, offer: Offer) -> None:
    """As changed now."""
    offer.modified_ms = clock.now()
    save_all(db, [offer])


def keep_stock(db: Any, offer: Offer) -> None:
    """An order's effect: the moment of the last modification stays."""
    save_all(db, [offer])


def find(db: Any, offer_id: int) -> Offer | None:
    found = db.execute("select doc from offers where offer_id = ?", (offer_id,)).fetchone()
    return read(found["doc"]) if found else None


def erase(db: Any, offer_id: int) -> None:
    db.execute("delete from offers where offer_id = ?", (offer_id,))
    revised(db)


def revised(db: Any) -> None:
    db.execute("update revision set number = number + 1")


def some(db: Any, offer_ids: Iterable[int]) -> Iterator[Offer]:
    """In this order; those that are gone are left out."""
    for offer_id in offer_ids:
        offer = find(db, offer_id)
        if offer:
            yield offer


def spec_id(offer_id: int, words: str) -> str:
    return hashlib.md5(f"{offer_id} {words}".encode(), usedforsecurity=False).hexdigest()
