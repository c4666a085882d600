"""Offers that a test makes to its measure."""

from typing import Any

from gateway import clock, members, offers
from gateway.offers import Offer, Sku, Tier, spec_id
from gateway.seeds.people import SELLERS
from gateway.state import State


class Shelf:
    def __init__(self, state: State) -> None:
        self.state, self.number = state, 555_000_000_000

    def put(
        self, *prices: int, seller: int = 2, tiers: list[tuple[int, int]] | None = None, **rest: Any
    ) -> dict[str, Any]:
        """An offer with one SKU per price (fen) and 100 pieces of each; without prices it has no SKUs."""
        self.number += 1
        at = clock.now()
        given: dict[str, Any] = {"freight_template": 1, "quote_type": 2, **rest}
        offer = Offer(
            offer_id=self.number,
            seller=SELLERS[seller].member_id,
            subject=f"试验品{self.number}",
            category_id=1,
            category="试验",
            cargo_number="T-1",
            pictures=["img/ibank/O1CN01t-1_!!1-0-cib.jpg"],
            created_ms=at,
            modified_ms=at,
            **given,
        )
        offer.tiers = [Tier(*tier) for tier in tiers or ([] if offer.quote_type in {1, 3} else [(1, 1000)])]
        offer.skus = [self.sku(offer, number, price, tiers) for number, price in enumerate(prices)]
        offer.stock = 0 if prices else 100
        return self.save(offer)

    def sku(self, offer: Offer, number: int, price: int, tiers: list[tuple[int, int]] | None) -> Sku:
        own = [Tier(*tier) for tier in tiers or []] if offer.quote_type == 3 else []
        spec = spec_id(offer.offer_id, str(number))
        return Sku(spec, offer.offer_id * 10 + number, [["颜色", f"色{number}"]], price, 100, tiers=own)

    def save(self, offer: Offer) -> dict[str, Any]:
        with self.state.transaction() as db:
            offers.save_all(db, [offer])
        return {"offer_id": offer.offer_id, "skus": [vars(sku) for sku in offer.skus]}

    def change(self, offer: dict[str, Any], **sku: Any) -> None:
        """Of its first SKU."""
        with self.state.transaction() as db:
            found = offers.find(db, offer["offer_id"])
            assert found is not None
            for name, value in sku.items():
                setattr(found.skus[0], name, value)
            offers.save_all(db, [found])

    def mix(self, seller: int, number: int, amount: int) -> None:
        """The seller's mixed-batch rule: pieces, fen."""
        with self.state.transaction() as db:
            member = members.known(db, SELLERS[seller].member_id)
            member.mixed, member.mix_number, member.mix_amount = True, number, amount
            members.save(db, member)
