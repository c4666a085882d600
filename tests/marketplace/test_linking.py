"""Linking by hand: what the marketplace says of the offer comes in by itself, or words say why it does not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from flask import Flask

from gateway.seeds.people import BUYERS
from gateway.server import DEFAULT_APP, Gateway
from selection_center.accounts.models import User
from selection_center.catalog.models import Listing
from selection_center.catalog.offer_import.offers import OfferRow, SupplierRow
from selection_center.core.db import db
from selection_center.core.job_runs import JobRun, JobState
from selection_center.core.permissions import Role
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.registry import CONNECTORS
from selection_center.marketplace.syncs import OfferLink
from tests import factories as make
from tests.marketplace.parrot import Parrot
from tests.marketplace.test_syncing import HEYI, offer
from tests.visitors import Visitor
from tests.working import work_off

Visit = Callable[..., Visitor]
NUMBER, OTHER = "600000000001", "600000000002"


@pytest.fixture
def ana(app: Flask, visit: Visit) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, make.site()))


@pytest.fixture
def basket(app: Flask) -> Listing:
    """Written down by hand; nobody has linked it yet."""
    return make.listing(make.supplier(HEYI.name), title="竹编果篮", source="manual", external_id="K3", url="")


@pytest.fixture
def market(app: Flask, parrot: type[Parrot], monkeypatch: pytest.MonkeyPatch) -> type[Parrot]:
    """A 1688 that says what the tests tell it, with an account of ours."""
    monkeypatch.setitem(CONNECTORS, "1688", Parrot)
    an_account()
    return parrot


def an_account(**values: Any) -> Account:
    account = Account(connector="1688", name="1688", given={"address": "here"}, calls_per_minute=6000, **values)
    account.write_secrets({"key": "open sesame"})
    make.add(account)
    return account


def ana_id() -> int:
    return db.session.scalars(sa.select(User.id).filter_by(name="Ana")).one()


def linked(ana: Visitor, basket: Listing, number: str = NUMBER) -> JobRun:
    """Staff write the number; the job is done. How it ended."""
    assert ana.submit(f"/catalog/{basket.id}/link", {"address": number}).status_code == 303
    work_off()
    db.session.expire_all()
    return db.session.scalars(sa.select(JobRun).order_by(JobRun.id.desc()).limit(1)).one()


def ended() -> dict[str, JobState]:
    return {run.name: run.state for run in db.session.scalars(sa.select(JobRun).order_by(JobRun.id))}


def test_title_prices_and_styles_come_in(market: type[Parrot], ana: Visitor, basket: Listing) -> None:
    Parrot.single = {NUMBER: offer(1)}
    run = linked(ana, basket)
    assert (run.state, run.done, run.total, run.user_id) == (JobState.DONE, 2, 2, ana_id())
    assert (basket.title, basket.moq) == ("抽绳垃圾袋 1", 3)
    assert [(tier.min_quantity, tier.price_fen) for tier in basket.tiers] == [(3, 1280), (48, 1180)]
    assert {sku.spec for sku in basket.skus if sku.gone_at is None} == {"红", "蓝"}
    assert db.session.scalars(sa.select(OfferLink)).one().listing_id == basket.id
    assert len(db.session.scalars(sa.select(Listing)).all()) == 1


def test_how_far_it_is_stands_on_the_offers_page(market: type[Parrot], ana: Visitor, basket: Listing) -> None:
    Parrot.single = {NUMBER: offer(1)}
    ana.submit(f"/catalog/{basket.id}/link", {"address": NUMBER})
    assert "What the marketplace says of this offer" in ana.get(f"/catalog/{basket.id}?lang=en").text
    work_off()
    page = ana.get(f"/catalog/{basket.id}?lang=zh").text
    assert "平台上的商品信息" not in page
    assert "抽绳垃圾袋 1" in page


def test_what_the_marketplace_does_not_know(market: type[Parrot], ana: Visitor, basket: Listing) -> None:
    assert linked(ana, basket).state is JobState.FAILED
    assert f"平台上没有商品 {NUMBER}" in ana.get(f"/catalog/{basket.id}").text
    assert (basket.title, basket.external_id) == ("竹编果篮", NUMBER)


def test_no_account_that_can_fetch_it(app: Flask, ana: Visitor, basket: Listing) -> None:
    assert linked(ana, basket).state is JobState.FAILED
    assert "没有可以抓取这个商品的账号" in ana.get(f"/catalog/{basket.id}").text


def test_an_account_that_may_not_leaves_it_to_the_next(
    market: type[Parrot], ana: Visitor, basket: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_account()
    answers: list[OfferRow | ConnectorError] = [ConnectorError("no_permission", permanent=True), offer(1)]

    def fetch_one(_self: Parrot, _number: str) -> OfferRow:
        said = answers.pop(0)
        if isinstance(said, ConnectorError):
            raise said
        return said

    monkeypatch.setattr(Parrot, "fetch_one", fetch_one)
    assert linked(ana, basket).state is JobState.DONE
    assert basket.title == "抽绳垃圾袋 1"


def test_silence_is_tried_again(
    market: type[Parrot], ana: Visitor, basket: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_self: Parrot, _number: str) -> OfferRow:
        raise ConnectorError("no_answer", permanent=False)

    monkeypatch.setattr(Parrot, "fetch_one", silent)
    run = linked(ana, basket)
    assert (run.state, run.is_put_off) == (JobState.WAITING, True)


def test_another_factorys_offer_is_not_taken_over(market: type[Parrot], ana: Visitor, basket: Listing) -> None:
    other = SupplierRow(name="澄海澄意玩具厂", source_id="b2b-2")
    Parrot.single = {NUMBER: replace(offer(1), supplier=other)}
    assert linked(ana, basket).state is JobState.FAILED
    page = ana.get(f"/catalog/{basket.id}?lang=en").text
    assert "澄海澄意玩具厂" in page
    assert (basket.title, basket.supplier and basket.supplier.name) == ("竹编果篮", HEYI.name)


def test_a_factory_that_cannot_be_compared_stays_ours(market: type[Parrot], ana: Visitor, basket: Listing) -> None:
    Parrot.single = {NUMBER: replace(offer(1), supplier=SupplierRow(source_id="b2b-1"))}
    assert linked(ana, basket).state is JobState.DONE
    assert (basket.title, basket.supplier and basket.supplier.name) == ("抽绳垃圾袋 1", HEYI.name)


def test_linked_to_another_meanwhile(market: type[Parrot], ana: Visitor, basket: Listing) -> None:
    Parrot.single = {NUMBER: offer(1), OTHER: offer(2)}
    ana.submit(f"/catalog/{basket.id}/link", {"address": NUMBER})
    linked(ana, basket, OTHER)
    assert basket.title == "抽绳垃圾袋 2"
    assert "one 600000000001" not in Parrot.calls


def test_the_offer_is_followed_while_it_is_linked_and_the_former_one_no_more(
    market: type[Parrot], ana: Visitor, basket: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Parrot, "follows_offers", True)
    Parrot.single = {NUMBER: offer(1), OTHER: offer(2)}
    linked(ana, basket)
    assert Parrot.followed == {NUMBER}
    linked(ana, basket, OTHER)
    assert Parrot.followed == {OTHER}
    linked(ana, basket, OTHER)
    assert Parrot.followed == {OTHER}
    assert set(ended().values()) == {JobState.DONE}


def test_a_former_offer_is_left_though_the_new_one_is_not_there(
    market: type[Parrot], ana: Visitor, basket: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Parrot, "follows_offers", True)
    Parrot.single = {NUMBER: offer(1)}
    linked(ana, basket)
    linked(ana, basket, OTHER)
    assert Parrot.followed == set()


def test_one_that_was_never_followed_is_left_without_a_word(
    market: type[Parrot], ana: Visitor, basket: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    Parrot.single = {NUMBER: offer(1), OTHER: offer(2)}
    linked(ana, basket)
    monkeypatch.setattr(Parrot, "follows_offers", True)
    linked(ana, basket, OTHER)
    assert Parrot.followed == {OTHER}
    assert set(ended().values()) == {JobState.DONE}


# --- over the wire ---------------------------------------------------------------------------------------------------


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    with Gateway(tmp_path / "gateway.sqlite") as running:
        yield running


def test_an_offer_of_the_gateway_with_its_pictures(
    app: Flask, gateway: Gateway, ana: Visitor, basket: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], fetch_loopback=True))
    with httpx.Client(base_url=gateway.url, timeout=10, trust_env=False) as http:
        token = http.post("/control/tokens", json={"member_id": BUYERS[0].member_id}).json()
        offers = http.get("/control/offers", params={"limit": 500}).json()["offers"]
    there = next(each for each in offers if each["status"] == "published" and each["online"])
    account = Account(
        connector="1688",
        name="gateway",
        given={"address": gateway.url, "app_key": DEFAULT_APP.app_key},
        calls_per_minute=6000,
    )
    tokens = {name: token[name] for name in ("access_token", "refresh_token")}
    account.write_secrets({"app_secret": DEFAULT_APP.secret, **tokens})
    make.add(account)
    basket.supplier = None
    linked(ana, basket, str(there["offer_id"]))
    assert ended() == {"fetch-linked-offer": JobState.DONE, "follow-offer": JobState.DONE}
    assert basket.title != "竹编果篮"
    assert basket.supplier is not None
    assert basket.pictures
