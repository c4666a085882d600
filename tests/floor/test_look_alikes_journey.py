"""In a real browser: of goods that carry one barcode each style is received by the keyboard alone, or by a tap."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from selection_center.core.db import db
from selection_center.stock.models import GoodsIn, StockItem
from tests.floor.test_stock_tasks import EAN, look_alikes
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer
from tests.stock import making

NewPage = Callable[..., Page]
AGAIN = 2_100
"""Milliseconds after which the same code is another scan."""


def scan(page: Page) -> None:
    page.keyboard.type(EAN, delay=5)
    page.keyboard.press("Enter")
    expect(page.locator("#style-choice")).to_be_visible()


def test_each_look_alike_is_received_by_number_by_tab_and_by_tap(live_server: LiveServer, new_page: NewPage) -> None:
    site = making.store()
    worker = making.worker(site)
    styles = look_alikes()
    goods_in = GoodsIn.begin(site, worker)
    db.session.commit()
    bo = new_page(width=820, height=1180, base_url=live_server.url, has_touch=True)
    sign_in(bo, "bo")
    bo.goto(f"/sites/hangzhou/floor/goods-in?delivery={goods_in.id}")
    expect(bo.locator("#scan-mode[data-ready]")).to_be_attached()
    scan(bo)
    check(bo)
    bo.keyboard.type("3", delay=120)
    bo.keyboard.press("Enter")
    came(bo, "白")
    check(bo)
    bo.wait_for_timeout(AGAIN)
    scan(bo)
    bo.locator("#style-choice button", has_text="金").focus()
    bo.keyboard.press("Enter")
    came(bo, "金")
    bo.wait_for_timeout(AGAIN)
    scan(bo)
    bo.locator("#style-choice button", has_text="Twin factory").tap()
    came(bo, "一样的碗")
    db.session.rollback()
    assert [making.stands(StockItem.at(site, sku))[0] for sku in styles] == [0, 1, 1, 1]


def came(page: Page, what: str) -> None:
    expect(page.locator("[data-part=band].done .what")).to_contain_text(what)
    expect(page.locator("#style-choice")).to_have_count(0)
    expect(page.locator("#goods-panel")).to_contain_text(what)
