"""Receiving in a browser: a line is chosen by a tap, blank tags follow, and the panel counts along."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples.tags import Tag
from tests import factories as make
from tests.servers import LiveServer


def test_a_tapped_line_takes_the_blank_tags_that_follow(live_server: LiveServer, new_page: Callable[..., Page]) -> None:
    site = make.site()
    cup = make.listing(make.supplier(), title_en="Glass cup")
    assert cup.supplier is not None
    bag = make.listing(cup.supplier, title_en="Bin bags")
    delivery = make.delivery(cup.supplier, site, (cup, 2), (bag, 1))
    blank = make.add(Tag.new(site)).code
    printed = delivery.lines[1].samples[0].code
    assert printed is not None
    make.user("Bo", Role.FLOOR_STAFF, site)
    db.session.commit()
    page = new_page(width=820, height=1180, language="en-GB")
    page.goto(f"{live_server.url}/sign-in")
    page.get_by_label("Name").or_(page.locator("input[name=login]")).first.fill("bo")
    page.locator("input[name=password]").fill(make.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/home")

    page.goto(f"{live_server.url}/deliveries/{delivery.id}")
    page.get_by_role("link", name="Receive by scanning").click()
    expect(page.locator("#scan-mode[data-ready]")).to_be_attached()
    field = page.locator("[data-part=wedge] input[name=text]")
    band, panel, strip = (page.locator(f"[data-part={name}]") for name in ("band", "panel", "strip"))

    def scan(text: str) -> None:
        field.fill(text)
        field.press("Enter")

    scan(blank)
    expect(band).to_contain_text("Choose the product first")
    panel.get_by_role("button", name="Glass cup").click()
    expect(band).to_contain_text("Chosen")
    expect(strip.locator("li")).to_have_count(2)
    expect(panel.get_by_role("button", name="Glass cup")).to_have_class("line-key chosen")
    page.wait_for_timeout(2_100)  # the same code within two seconds is one scan
    scan(blank)
    expect(band).to_contain_text("1 of 2 of it have come")
    expect(panel.get_by_role("button", name="Glass cup")).to_contain_text("1 / 2")
    scan(printed)
    expect(panel.get_by_role("button", name="Bin bags")).to_contain_text("1 / 1")
    expect(page.locator("[data-part=progress]")).to_contain_text("2 / 3")
    page.locator("[data-key=undo]").click()
    expect(panel.get_by_role("button", name="Bin bags")).to_contain_text("0 / 1")
    page.reload()
    expect(page.locator("[data-part=progress]")).to_contain_text("1 / 3")
    expect(panel.get_by_role("button", name="Glass cup")).to_have_class("line-key chosen")
