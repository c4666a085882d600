"""Shelf and screen: the marketplace changes a price, takes an offer off the shelf, and drops the reply to an order that
it has made. Staff see what drifted and print exactly two labels anew, a buyer is shown others nearby, and the order is
found again and not made twice.

Head office, a manager and a buyer at their own screens; the marketplace is the stand-in, a process of its own, whose
log is the judge.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from gateway.server import DEFAULT_APP
from selection_center.catalog.models import Listing
from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from tests import factories as make
from tests.gateway.calling import Caller
from tests.gateway.test_running import running
from tests.journeys.shopping import Shopper
from tests.journeys.visits import WORKER_STARTS, check, sign_in
from tests.printing.paper import codes_on
from tests.servers import LiveServer

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]
SOON = 30_000
CREATE = "alibaba.trade.createCrossOrder"


@dataclass
class Story:
    server: LiveServer
    there: Caller
    dear: list[Sample]
    """Two samples of the offer whose price will rise."""
    off: Sample
    """Of the offer that will be taken off the shelf."""
    near: Sample
    """Another of its kind, one rack on."""


@pytest.fixture
def there(live_server: LiveServer, tmp_path: Path) -> Iterator[Caller]:
    """The marketplace, and the office: head office, a manager and a worker at the jobs."""
    with running(tmp_path / "gateway.sqlite", "--redirects", f"{live_server.url}/") as (_process, url):
        with writing():
            site = make.site()
            make.user("Hana", Role.HEAD_OFFICE)
            make.user("Ana", Role.MANAGER, site)
            db.session.commit()
        live_server.environment["FETCH_LOOPBACK"] = "yes"
        live_server.start("-m", "serving.work")
        caller = Caller(url)
        yield caller
        caller.http.close()


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_price_rises_an_offer_goes_and_a_reply_is_lost(
    live_server: LiveServer, there: Caller, new_page: NewPage, language: str
) -> None:
    hana = new_page(width=1280, height=900, language=language, base_url=live_server.url)
    ana = new_page(width=820, height=1180, language=language, base_url=live_server.url)
    dee = Shopper(new_page(language=language, base_url=live_server.url))
    sign_in(hana, "hana")
    sign_in(ana, "ana")
    account = connect(hana, there)
    fetch(hana, account)
    story = furnish(live_server, there)
    print_every_label(ana, count=4)
    there.control(f"offers/{story.dear[0].listing.external_id}", percent=10)
    there.control(f"offers/{story.off.listing.external_id}", status="member expired")
    fetch(hana, account)
    see_what_drifted(ana, story)
    print_two_anew(ana, story)
    be_shown_another(dee, story)
    order_and_lose_the_reply(dee, ana, story)


def connect(hana: Page, there: Caller) -> str:
    """Head office writes the account down and lets its owner sign in; the account's page."""
    hana.goto("/marketplace/accounts/new?connector=1688")
    check(hana)
    own = {"of_address": there.url, "of_app_key": DEFAULT_APP.app_key, "of_app_secret": DEFAULT_APP.secret}
    for name, text in {"name": "禾一 1688", **own}.items():
        hana.fill(f"[name={name}]", text)
    hana.click("main form button.act")
    hana.wait_for_url(lambda url: "/accounts/" in url and "new" not in url)
    account = hana.url
    hana.locator("a[href$='/sign-in']").click()
    check(hana)
    hana.click("#way-out")
    hana.click("button[value=allow]")
    hana.wait_for_url("**/marketplace/sign-in?*")
    check(hana)
    hana.click("main form button.act")
    hana.wait_for_url(account)
    expect(hana.locator("h1 .badge.done")).to_be_visible(timeout=WORKER_STARTS)
    check(hana)
    return account


def fetch(hana: Page, account: str) -> None:
    hana.goto(account)
    hana.locator("#offers form button").click()
    hana.wait_for_url("**/marketplace/syncs/*")
    expect(hana.locator("main .facts dt")).to_have_count(6, timeout=WORKER_STARTS)  # the last one: it has ended
    check(hana)


def furnish(server: LiveServer, there: Caller) -> Story:
    """Four samples of three of the offers stand in a row: two of one, and two of another kind."""
    db.session.rollback()
    with writing():
        by_kind: dict[str, list[Listing]] = defaultdict(list)
        for listing in db.session.scalars(sa.select(Listing).order_by(Listing.id)):
            if listing.is_on_shelf and listing.supplier_id is not None and listing.offer_tiers:
                by_kind[listing.category].append(listing)
        pairs = [some for kind, some in by_kind.items() if kind and len(some) > 1]
        (off, near), (dear, *_rest) = pairs[0][:2], pairs[1]
        site = db.session.scalars(sa.select(Site)).one()
        stands = [make.stand(site, "A", bay) for bay in (1, 2, 3, 4)]
        samples = [
            make.sample(of, site, on, of.skus[0]) for of, on in zip((dear, off, near, dear), stands, strict=True)
        ]
        db.session.commit()
    return Story(server, there, [samples[0], samples[3]], samples[1], samples[2])


def print_every_label(ana: Page, count: int) -> None:
    ana.goto("/sites/yiwu/print")
    ana.locator("thead input[type=checkbox]").check()
    ana.locator("#print button.act").click()
    assert len(codes_printed(ana)) == count


def codes_printed(ana: Page) -> list[str]:
    """From the print's page: what a phone reads off the paper, row by row."""
    ana.wait_for_url("**/prints/*", timeout=WORKER_STARTS)  # the first print of a server starts its press
    check(ana)
    with ana.expect_download() as download:
        ana.locator("main a[href$='/file']").first.click()
    return [code.text.rpartition("/")[2] for code in codes_on(download.value.path().read_bytes(), dpi=300)]


def see_what_drifted(ana: Page, story: Story) -> None:
    """What is off the shelf is in the queue; the labels stand beside our price and the one online."""
    ana.goto("/sites/yiwu/offer-health")
    check(ana)
    expect(ana.locator(f"#offer-{story.off.listing_id}")).to_contain_text("A-02-2")
    ana.locator("nav.tabs a[href$='/prices']").click()
    check(ana)
    shown = ana.locator("[id^=beside-]")
    expect(shown).to_have_count(2)
    for sample in story.dear:
        expect(ana.locator(f"#beside-{sample.id} .num.strong").first).to_be_visible()


def print_two_anew(ana: Page, story: Story) -> None:
    ana.locator(".page-head a[href$='/relabel']").click()
    check(ana)
    expect(ana.locator("tbody tr")).to_have_count(2)
    ana.locator("#relabel button.act").click()
    check(ana)
    ana.locator("#print button.act").click()
    assert codes_printed(ana) == [sample.code for sample in story.dear], "in walking order"
    ana.goto("/sites/yiwu/relabel")
    check(ana)
    expect(ana.locator("#relabel")).to_have_count(0)


def be_shown_another(dee: Shopper, story: Story) -> None:
    dee.scan(f"/s/{story.off.code}")
    similar = dee.page.locator("#similar a")
    expect(similar.first).to_contain_text("A-03-2")
    expect(similar.first.locator(".price")).to_be_visible()
    similar.first.click()
    dee.page.wait_for_url(f"**/{story.near.code}")
    dee.check()


def order_and_lose_the_reply(dee: Shopper, ana: Page, story: Story) -> None:
    """Confirmed, and handed on by that; the marketplace makes the order and its reply never comes."""
    dee.page.locator("[data-part=add] button").click()
    dee.page.wait_for_url("**/list")
    number = dee.order()
    story.there.fault("lost", CREATE, times=1)
    ana.goto(f"/orders/{number}")
    ana.fill("[name=freight]", "12")
    ana.locator("form[action$='/freight'] button").click()
    expect(ana.locator("main")).to_contain_text("¥12.00")
    ana.locator("form[action$='/confirmation'] button").click()
    expect(ana.locator("[name=tracking_number]")).to_be_visible()
    check(ana)
    to_the_marketplace(ana, number)
    expect(ana.locator("h1 .badge.wrong, h1 .badge.done")).to_be_visible(timeout=WORKER_STARTS)
    look_until_found(ana, number)
    check(ana)
    verdict = story.there.look("verdict")
    assert (verdict["creations"], verdict["references"], verdict["doubled"]) == (1, 1, []), verdict
    assert [one["out_order_id"] for one in story.there.look("creations")["creations"]] == [number]


def to_the_marketplace(ana: Page, number: str) -> None:
    """Its page there, loaded again until the job has begun."""
    until = time.monotonic() + WORKER_STARTS / 1000
    ana.goto(f"/orders/{number}/push")
    while ana.locator("h1 .badge").count() == 0 and time.monotonic() < until:
        ana.wait_for_timeout(500)
        ana.reload()


def look_until_found(ana: Page, number: str) -> None:
    """Its page says that nobody knows; a person asks for it to be looked up, which finds it."""
    if ana.locator("h1 .badge.done").count() == 0:
        check(ana)
        ana.locator("form[action$='/look-ups'] button").click()
    expect(ana.locator("h1 .badge.done")).to_be_visible(timeout=WORKER_STARTS)
