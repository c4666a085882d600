"""The buyer lists, staff add and order at the desk, and the order comes in by itself, behind two worker processes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from selection_center.core.db import db
from selection_center.core.permissions import Role
from tests import factories as make
from tests.browsing import accessibility_problems
from tests.servers import LiveServer

pytestmark = pytest.mark.journey


def sign_in(page: Page, url: str, login: str) -> None:
    page.goto(f"{url}/sign-in?lang=en")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(make.PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state()


def check(page: Page) -> None:
    assert accessibility_problems(page) == []


def test_a_list_is_scanned_at_the_desk_and_its_order_comes_in_by_itself(
    live_server: LiveServer, new_page: Callable[..., Page]
) -> None:
    url = live_server.url
    site = make.site()
    by = make.supplier(mix_pieces=10)
    bags = make.sample(make.listing(by, specs=("红", "金")), site, make.stand(site)).code
    brush = make.sample(make.listing(by, tiers=((12, 360),), title_en="Pot brush"), site, make.stand(site, bay=4)).code
    for name, role in (("Ana", Role.MANAGER), ("Bo", Role.FLOOR_STAFF)):
        make.user(name, role, site)
    db.session.commit()

    dee, ana, bo = new_page(language="en-GB"), new_page(width=1280, height=900), new_page(width=820, height=1180)
    sign_in(ana, url, "ana")
    ana.goto(f"{url}/sites/yiwu/orders?lang=en")
    expect(ana.get_by_text("No orders yet.")).to_be_visible()

    dee.goto(f"{url}/s/{bags}")
    check(dee)
    dee.get_by_role("button", name="More", exact=True).click()
    dee.locator("input[type=number]").fill("40")
    expect(dee.get_by_text("Add 8 pcs to pay ¥11.50 each")).to_be_visible()
    dee.get_by_role("link", name="Make it 48 pcs").click()
    expect(dee.locator("[data-part=add]")).to_contain_text("552")
    dee.get_by_role("button", name="Add to list").click()
    dee.wait_for_url("**/list")
    check(dee)
    code = dee.locator("#desk .mono").inner_text()

    sign_in(bo, url, "bo")
    bo.goto(f"{url}/sites/yiwu/desk?lang=en")
    check(bo)
    expect(bo.locator("[name=code]")).to_be_focused()
    bo.keyboard.type(code + "\n")  # as a hardware reader types it
    bo.wait_for_url("**/desk/*")
    expect(bo.locator("[name=code]")).to_be_focused()
    bo.keyboard.type(f"{url}/s/{brush}\n")
    expect(bo.get_by_text("Added at the desk by Bo")).to_be_visible()
    check(bo)
    dee.reload()
    expect(dee.get_by_text("Pot brush")).to_be_visible()
    expect(dee.get_by_text("Added at the desk by Bo")).to_be_visible()

    bo.get_by_role("link", name="Write the order").click()
    bo.locator("[name=name]").fill("陈女士")
    bo.locator("[name=phone]").fill("138 0000 8000")
    bo.locator("[name=address]").fill("杭州")
    bo.locator("[name=consent]").check()
    check(bo)
    bo.get_by_role("button", name="Place 1 order").click()
    bo.wait_for_url("**/orders/*")
    check(bo)
    number = bo.locator("h1 .num").inner_text()

    expect(ana.get_by_text("1 new order")).to_be_visible(timeout=12_000)  # nobody loaded the page again
    check(ana)
    ana.get_by_role("link", name="Show", exact=True).click()
    expect(ana.get_by_role("link", name=number)).to_be_visible()

    dee.goto(f"{url}/my-orders")
    dee.get_by_text(number).click()
    expect(dee.get_by_text("What happens next")).to_be_visible()
    check(dee)
