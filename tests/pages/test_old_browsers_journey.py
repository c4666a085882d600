"""A part that a phone's browser cannot run leaves the others of the page their behaviour."""

import pytest
from playwright.sync_api import Browser, expect

from selection_center.core.db import db, writing
from tests import factories as make
from tests.servers import LiveServer

pytestmark = pytest.mark.journey


def test_the_keys_count_where_the_price_does_not_follow(live_server: LiveServer, browser: Browser) -> None:
    with writing():
        site = make.site()
        code = make.sample(make.listing(make.supplier()), site, make.stand(site)).code
        db.session.commit()
    page = browser.new_page(base_url=live_server.url)
    page.route("**/modules/price.js", lambda route: route.fulfill(body="throw 1", content_type="text/javascript"))
    page.goto(f"/s/{code}")
    page.fill("main [name=quantity]", "48")
    page.locator("[data-module=stepper] button").last.click()
    expect(page.locator("main [name=quantity]")).to_have_value("49")
    page.context.close()
