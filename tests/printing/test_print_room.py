"""The print room in a browser: the drawing of the sheet follows what is ticked and tapped."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from tests import factories as make
from tests.browsing import accessibility_problems
from tests.servers import LiveServer

pytestmark = [pytest.mark.journey, pytest.mark.once]


def test_the_sheet_follows_ticks_and_taps(live_server: LiveServer, new_page: Callable[..., Page]) -> None:
    with writing():
        site = make.site()
        offer = make.listing(make.supplier())
        for bay in (1, 2, 3):
            make.sample(offer, site, make.stand(site, bay=bay))
        make.user("Ana", Role.MANAGER, site)
        db.session.commit()
    page = new_page(width=1280, height=900)
    page.goto(f"{live_server.url}/sign-in?next=/sites/yiwu/print")
    page.locator("[name=login]").fill("ana")
    page.locator("[name=password]").fill(make.PASSWORD)
    page.locator("[name=password]").press("Enter")
    cells = page.locator(".sheet-map label")
    expect(cells).to_have_count(21)
    expect(page.locator(".sheet-map .full")).to_have_count(0)
    page.locator("thead input[type=checkbox]").check()
    expect(page.locator(".sheet-map .full")).to_have_count(3)
    cells.nth(3).click(modifiers=["Shift"])
    expect(page.locator(".sheet-map .used")).to_have_count(4)
    cells.nth(1).click()
    expect(page.locator(".sheet-map .used")).to_have_count(3)
    expect(cells.nth(1)).to_have_text("A-01-2")
    page.locator("tbody input[type=checkbox]").first.uncheck()
    expect(cells.nth(1)).to_have_text("A-02-2")
    page.locator(".sheet-map input").nth(1).focus()
    page.keyboard.press("Space")
    expect(cells.nth(4)).to_have_text("A-02-2")
    assert accessibility_problems(page) == []
    page.locator("#medium").select_option("L7651")
    expect(cells).to_have_count(65)
    expect(page.locator(".sheet-map .full")).to_have_count(2)
    page.locator("#print button.act").click()
    expect(page).to_have_url(f"{live_server.url}/prints/1")
    assert accessibility_problems(page) == []
    with page.expect_download() as download:
        page.locator("a[href$='/prints/1/file']").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.goto(f"{live_server.url}/sites/yiwu/prints")
    assert accessibility_problems(page) == []
