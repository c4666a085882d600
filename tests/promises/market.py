"""A marketplace beside the product: the stand-in, an account there, and orders of its offers."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx
import sqlalchemy as sa

from gateway.seeds.people import BUYERS
from gateway.server import DEFAULT_APP
from selection_center.accounts.buyers import Buyer
from selection_center.catalog.models import Listing, Sku
from selection_center.core.db import db
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.pushes import Push
from selection_center.marketplace.syncs import OfferLink
from selection_center.orders.models import Order, OrderKind, OrderLine, OrderState
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from tests import factories as make
from tests.servers import LiveServer, answers, free_port

PREVIEW, CREATE = "alibaba.createOrder.preview", "alibaba.trade.createCrossOrder"
LOOK_UP, CANCEL = "alibaba.trade.get.buyerView", "alibaba.trade.cancel"
ADDRESS = "浙江省杭州市西湖区文一西路 998 号"
ENOUGH = 1_000_000


class Market:
    """A hand at the control of the stand-in at this address."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=30, trust_env=False)

    @classmethod
    def beside(cls, server: LiveServer, folder: Path) -> Self:
        """A stand-in in a process of its own, which ends with the server."""
        port = free_port()
        command = ("-m", "gateway", "--port", str(port), "--state", str(folder / "gateway.sqlite"), "--quiet")
        server.start(*command)
        found, until = cls(f"http://127.0.0.1:{port}"), time.monotonic() + 60
        while not answers(f"{found.url}/control/settings"):
            assert time.monotonic() < until, "the stand-in does not start"
            time.sleep(0.1)
        return found

    def post(self, path: str, /, **given: Any) -> Any:
        answer = self.http.post(f"/control/{path}", json=given)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, path: str, **given: Any) -> Any:
        return self.http.get(f"/control/{path}", params=given).json()

    def fault(self, kind: str, api: str, times: int | None = 1, **given: Any) -> None:
        self.post("faults", kind=kind, api=api, times=times, **given)

    def well(self) -> None:
        """Nothing goes wrong any more."""
        assert self.http.delete("/control/faults").status_code == 200

    def offers(self, wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("offers", limit=500)["offers"]
        return [offer for offer in found if offer["status"] == "published" and offer["online"] and wanted(offer)]

    def orders_of(self, reference: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("orders", reference=reference)["orders"]
        return found

    def verdict(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("verdict")
        return found


def is_plain(offer: dict[str, Any]) -> bool:
    """Priced by the offer, in single pieces, with styles."""
    return offer["quote_type"] in {0, 2} and offer["lot"] == 1 and bool(offer["skus"]) and bool(offer["tiers"])


def account_at(market: Market, calls_per_minute: int = 6000) -> Account:
    token = market.post("tokens", member_id=BUYERS[0].member_id)
    account = Account(
        connector="1688", name="禾一 1688", calls_per_minute=calls_per_minute,
        given={"app_key": DEFAULT_APP.app_key, "address": market.url},
    )  # fmt: skip
    tokens = {name: token[name] for name in ("access_token", "refresh_token")}
    account.write_secrets({"app_secret": DEFAULT_APP.secret, **tokens})
    return make.add(account)


@dataclass
class Stall:
    """One of its offers as it stands in a showroom."""

    offer: dict[str, Any]
    listing: Listing
    sample: Sample

    @property
    def least(self) -> int:
        return max(int(self.offer["minimum"]), int(self.offer["tiers"][0]["start"]) if self.offer["tiers"] else 1)


def stall(market: Market, account: Account, site: Site, offer: dict[str, Any]) -> Stall:
    """Its styles here with their prices; there is enough of each there."""
    market.post(f"offers/{offer['offer_id']}", stock=ENOUGH)
    maker = make.supplier(f"{offer['offer_id']} 厂")
    tiers = tuple((tier["start"], tier["price"]) for tier in offer["tiers"])
    listing = make.listing(maker, tiers, external_id=str(offer["offer_id"]), title=offer["subject"])
    listing.skus = [
        Sku(
            spec=" ".join(value for _name, value in sku["attributes"]), source_id=sku["spec_id"], position=number,
            sample_fen=sku["sample_price"],
        )
        for number, sku in enumerate(offer["skus"])
    ]  # fmt: skip
    make.add(OfferLink(listing_id=listing.id, account_id=account.id))
    return Stall(offer, listing, make.sample(listing, site))


def order_of(
    stand: Stall, number: str, *lines: tuple[int, int, int], state: OrderState = OrderState.CONFIRMED, **values: Any
) -> Order:
    """`lines`: which style, how many, fen a piece; without any the fewest of the first style at the offer's price."""
    wanted = lines or ((0, stand.least, int(stand.offer["tiers"][0]["price"])),)
    usual: dict[str, Any] = {
        "kind": OrderKind.BULK, "state": state, "name": "陈女士", "phone": "13800008000", "address": ADDRESS,
        "consent_version": "2026-11", "goods_fen": sum(pieces * fen for _sku, pieces, fen in wanted),
        "freight_agreed": True,
    }  # fmt: skip
    order = make.add(
        Order(
            number=number, token=f"token-of-{number}", site=stand.sample.site, supplier=stand.listing.supplier,
            buyer=Buyer.on_or_new(f"phone {number}"), **(usual | values),
        )
    )  # fmt: skip
    for sku, pieces, fen in wanted:
        style = stand.listing.skus[sku]
        order.lines.append(
            OrderLine(
                listing_id=stand.listing.id, sku_id=style.id, sample_id=stand.sample.id, title=stand.listing.title,
                spec=style.spec, unit="件", unit_en="pcs", quantity=pieces, unit_fen=fen, total_fen=pieces * fen,
            )
        )  # fmt: skip
    db.session.flush()
    return order


def push_of(number: str) -> Push:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(Push).filter_by(reference=number)).one()
