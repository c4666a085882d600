"""Each way of ordering from the confirmation here to the order there, over real HTTP against the stand-in."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from gateway.seeds.people import SHY_SELLER
from gateway.server import Gateway
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.marketplace.pushes import PushState
from selection_center.orders.models import Order, OrderKind, OrderState, OrderWay
from tests import factories as make
from tests.promises.market import Market, Stall, account_at, order_of, push_of, stall
from tests.visitors import Visitor
from tests.working import work_off

Visit = Callable[..., Visitor]
NUMBER = "YW-2847-31"


@pytest.fixture
def market(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Market]:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], fetch_loopback=True))
    with Gateway(tmp_path / "gateway.sqlite") as running:
        found = Market(running.url)
        yield found
        found.http.close()


def stall_of(market: Market, wanted: Callable[[dict[str, Any]], bool]) -> Stall:
    return stall(market, account_at(market), make.site(), market.offers(wanted)[0])


def confirm(stand: Stall, visit: Visit, line: tuple[int, int, int], way: str = "", **values: Any) -> Visitor:
    order_of(stand, NUMBER, line, state=OrderState.SUBMITTED, **values)
    db.session.commit()
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, stand.sample.site))
    db.session.commit()
    assert bo.submit(f"/orders/{NUMBER}/confirmation", {"way": way}).status_code == 303
    work_off()
    return bo


def there(market: Market) -> dict[str, Any]:
    push = push_of(NUMBER)
    assert push.state is PushState.PLACED, (push.problem, push.said)
    [found] = market.orders_of(NUMBER)
    assert [row.remote_id for row in push.placed] == [found["order_id"]]
    return found


def follow(bo: Visitor) -> Order:
    assert bo.submit(f"/orders/{NUMBER}/push/look-ups").status_code == 303
    work_off()
    db.session.expire_all()
    return db.session.scalars(sa.select(Order)).one()


def is_sampled(offer: dict[str, Any]) -> bool:
    return offer["minimum"] > 3 and any(sku["sample_price"] for sku in offer["skus"])


def is_consigned(offer: dict[str, Any]) -> bool:
    return any(sku["consign_price"] for sku in offer["skus"])


def test_samples_are_ordered_as_samples(market: Market, visit: Visit) -> None:
    stand = stall_of(market, is_sampled)
    fen = stand.offer["skus"][0]["sample_price"]
    confirm(stand, visit, (0, 1, fen), kind=OrderKind.SAMPLE)
    found = there(market)
    assert (found["business"], found["flow"], found["goods"]) == ("yp", "general", fen)


def test_bulk_is_ordered_at_its_tier(market: Market, visit: Visit) -> None:
    stand = stall_of(market, lambda offer: offer["quote_type"] == 2 and offer["lot"] == 1)
    tier = stand.offer["tiers"][1]
    confirm(stand, visit, (0, tier["start"], tier["price"]), way="sent")
    found = there(market)
    assert (found["business"], found["goods"]) == ("cn", tier["start"] * tier["price"])


def test_single_pieces_are_dropshipped_to_the_buyer(market: Market, visit: Visit) -> None:
    stand = stall_of(market, lambda offer: is_consigned(offer) and offer["seller"] != SHY_SELLER.member_id)
    fen = stand.offer["skus"][0]["consign_price"]
    bo = confirm(stand, visit, (0, 1, fen), way="dropship")
    found = there(market)
    assert (found["business"], found["flow"], found["goods"]) == ("sp", "saleproxy", fen)
    assert (found["address"]["fullName"], found["address"]["districtCode"]) == ("陈女士", "330106")
    assert "Dropshipped" in bo.get(f"/orders/{NUMBER}/push?lang=en").text


def test_a_factory_that_dropships_nothing_for_us_says_so(market: Market, visit: Visit) -> None:
    stand = stall_of(market, lambda offer: is_consigned(offer) and offer["seller"] == SHY_SELLER.member_id)
    bo = confirm(stand, visit, (0, 1, stand.offer["skus"][0]["consign_price"]), way="dropship")
    assert (push_of(NUMBER).state, push_of(NUMBER).problem) == (PushState.HELD, "no_dropship")
    assert "has not agreed to send single pieces" in bo.get(f"/orders/{NUMBER}/push?lang=en").text
    assert market.verdict()["creations"] == 0


def test_what_the_buyer_fetches_costs_no_freight_here_and_is_not_sent(market: Market, visit: Visit) -> None:
    stand = stall_of(market, lambda offer: offer["quote_type"] == 2 and offer["lot"] == 1)
    tier = stand.offer["tiers"][0]
    bo = confirm(
        stand, visit, (0, stand.least, tier["price"]), way="pickup", freight_fen=None, freight_agreed=False,
        message="下午来取",
    )  # fmt: skip
    order = db.session.scalars(sa.select(Order)).one()
    assert (order.way, order.freight_fen, order.total_fen) == (OrderWay.PICKUP, 0, order.goods_fen)
    found = there(market)
    assert found["message"] == "买家自提，请勿发货。下午来取"
    page = bo.get(f"/orders/{NUMBER}/push?lang=en").text
    assert "The buyer fetches it at the factory" in page
    assert ("ask the factory to take the freight off" in page) is bool(push_of(NUMBER).freight_fen)
    assert "You fetch it at the factory" in bo.get(f"/o/token-of-{NUMBER}?lang=en").text
    db.session.rollback()
    market.post(f"orders/{found['order_id']}/pay")
    market.post(f"orders/{found['order_id']}/ship", kind="pickup")
    assert follow(bo).state is OrderState.SHIPPED


def test_what_is_sent_off_there_is_sent_off_here(market: Market, visit: Visit) -> None:
    stand = stall_of(market, lambda offer: offer["quote_type"] == 2 and offer["lot"] == 1)
    bo = confirm(stand, visit, (0, stand.least, stand.offer["tiers"][0]["price"]))
    number = there(market)["order_id"]
    db.session.rollback()
    for step in ("pay", "ship", "move", "move"):
        market.post(f"orders/{number}/{step}")
    order = follow(bo)
    [parcel] = market.get(f"orders/{number}")["parcels"]
    assert (order.state, order.tracking_number) == (OrderState.SHIPPED, parcel["bill_no"])


def test_a_cancelled_order_is_cancelled_there_once(market: Market, visit: Visit) -> None:
    stand = stall_of(market, lambda offer: offer["quote_type"] == 2 and offer["lot"] == 1)
    bo = confirm(stand, visit, (0, stand.least, stand.offer["tiers"][0]["price"]))
    number = there(market)["order_id"]
    db.session.rollback()
    ana = visit(make.user("Ana", Role.MANAGER, stand.sample.site))
    db.session.commit()
    assert ana.submit(f"/orders/{NUMBER}/cancellation", {"reason": "买家不要了"}).status_code == 303
    market.fault("lost", "alibaba.trade.cancel")
    assert bo.submit(f"/orders/{NUMBER}/push/cancellation").status_code == 303
    work_off()
    assert market.get(f"orders/{number}")["status"] == "cancel"
    calls = market.get("log", api="alibaba.trade.cancel")
    assert len(calls["calls"]) == 1
    assert "closed" in bo.get(f"/orders/{NUMBER}/push?lang=en").text


@pytest.mark.parametrize("way", ["dropship", "pickup"])
def test_samples_are_always_sent_by_the_factory(market: Market, visit: Visit, way: str) -> None:
    stand = stall_of(market, is_sampled)
    order_of(stand, NUMBER, (0, 1, 100), state=OrderState.SUBMITTED, kind=OrderKind.SAMPLE)
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, stand.sample.site))
    db.session.commit()
    assert bo.submit(f"/orders/{NUMBER}/confirmation", {"way": way}).status_code == 409
    assert bo.submit(f"/orders/{NUMBER}/confirmation", {"way": "by pigeon"}).status_code == 422
