"""A walk-in is registered on the tablet, opens the code on their own phone, and sees at once what staff add."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from selection_center.core.db import db
from selection_center.core.permissions import Role
from tests import factories as make
from tests.browsing import accessibility_problems
from tests.orders.test_desk_journey import sign_in
from tests.servers import LiveServer

pytestmark = pytest.mark.journey

AT_ONCE = 20_000
"""A phone asks every second and a half; the rest is a machine that others use too. Milliseconds."""


def check(page: Page) -> None:
    assert accessibility_problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def scan(page: Page, text: str, outcome: str) -> None:
    """As a hardware reader types it into the field that has the focus."""
    expect(page.locator("#scan-mode[data-ready]")).to_be_attached()
    field = page.locator("[name=text]")
    field.fill(text)
    field.press("Enter")
    expect(page.locator("[data-part=band]").first).to_have_class(f"scan-band {outcome}")


def test_the_list_beside_the_buyer(live_server: LiveServer, new_page: Callable[..., Page]) -> None:
    url, site = live_server.url, make.site()
    by = make.supplier(mix_pieces=10)
    bags = make.sample(make.listing(by, title_en="Bin bags"), site, make.stand(site)).code
    brush = make.sample(make.listing(by, tiers=((12, 360),), title_en="Pot brush"), site, make.stand(site, bay=4)).code
    for name in ("Bo", "Ana"):
        make.user(name, Role.FLOOR_STAFF, site)
    db.session.commit()
    bo, ana = new_page(width=820, height=1180), new_page(width=1180, height=820)
    dee = new_page(language="en-GB", is_mobile=True, has_touch=True)

    sign_in(bo, url, "bo")
    bo.goto(f"{url}/sites/yiwu/visits?lang=en")
    check(bo)
    bo.get_by_label("Name", exact=True).fill("Lena")
    bo.get_by_role("radio", name="Livestreamer").check()
    bo.get_by_role("radio", name="English").check()
    bo.get_by_role("button", name="Register the visitor").click()
    bo.wait_for_url("**/visits/*")
    check(bo)
    code = bo.locator("h1 .mono").inner_text()
    expect(bo.get_by_text("No phone yet")).to_be_visible()

    dee.goto(f"{url}/V/{code.replace('-', '')}")
    check(dee)
    dee.get_by_role("button", name="Open my list on this phone").tap()
    expect(dee.get_by_text("Your list is on this phone")).to_be_visible()
    check(dee)
    expect(bo.get_by_text("The phone is connected")).to_be_visible(timeout=AT_ONCE)

    bo.get_by_role("link", name="Add by scanning").click()
    scan(bo, f"{url}/s/{bags}", "done")
    expect(dee.get_by_role("link", name="My list 1")).to_be_visible(timeout=AT_ONCE)  # nobody loaded the page again
    dee.get_by_role("link", name="My list 1").tap()
    dee.wait_for_url("**/list")
    check(dee)
    expect(dee.get_by_text("Bin bags").first).to_be_visible()
    expect(dee.get_by_text("Added at the desk by Bo")).to_be_visible()
    scan(bo, str(bags), "already")

    sign_in(ana, url, "ana")
    ana.goto(f"{url}/sites/yiwu/floor/collect?lang=en")
    scan(ana, code, "done")
    ana.get_by_role("button", name="Take over").first.click()
    ana.goto(f"{url}/sites/yiwu/floor/collect?visit={code.replace('-', '')}")
    scan(ana, str(brush), "done")
    expect(dee.get_by_text("Added at the desk by Ana")).to_be_visible(timeout=AT_ONCE)

    dee.get_by_label("Quantity: Pot brush").fill("24")
    dee.get_by_label("Quantity: Pot brush").press("Tab")
    ana.goto(f"{url}/V/{code.replace('-', '')}")
    ana.wait_for_url("**/desk/*")
    expect(ana.get_by_label("Quantity: Pot brush")).to_have_value("24")
    expect(ana.get_by_role("link", name="Lena")).to_be_visible()
    check(ana)
    dee.get_by_label("Quantity: Pot brush").fill("36")
    dee.get_by_label("Quantity: Pot brush").press("Tab")
    expect(ana.get_by_label("Quantity: Pot brush")).to_have_value("36", timeout=AT_ONCE)

    ana.get_by_role("link", name="Lena").click()
    expect(ana.locator("main").get_by_text("Ana", exact=True).first).to_be_visible()
    ana.get_by_role("button", name="Say goodbye").click()
    expect(ana.get_by_text("This visit is over")).to_be_visible()
    check(ana)
