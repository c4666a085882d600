"""A part that a phone's browser cannot run leaves the others of the page their behaviour."""

import pytest
from playwright.sync_api import Browser, expect

from selection_center.core.db import db, writing
from tests import factories as make
from tests.servers import LiveServer

pytestmark = pytest.mark.journey


def test_the_price_follows_the_quantity_where_the_stepper_does_not_run(
    live_server: LiveServer, browser: Browser
) -> None:
    with writing():
        site = make.site()
        code = make.sample(make.listing(make.supplier()), site, make.stand(site)).code
        db.session.commit()
    page = browser.new_page(base_url=live_server.url)
    page.route("**/modules/stepper.js", lambda route: route.fulfill(body="throw 1", content_type="text/javascript"))
    page.goto(f"/s/{code}")
    page.fill("main [name=quantity]", "48")
    expect(page.locator("[data-part=sum]")).to_contain_text("48")
    page.context.close()
