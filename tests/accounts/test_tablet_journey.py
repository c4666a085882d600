"""A shared tablet in a real browser: registered, two taps and a PIN, the page comes back; and it locks by itself."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from selection_center.accounts.models import User
from selection_center.core.db import db
from selection_center.core.permissions import Role
from tests import factories as make
from tests.accounts.tablets import PIN, idle, with_pin
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer

pytestmark = pytest.mark.journey

SCANNED = """pin => {
  const field = document.querySelector("#pin");
  for (const key of pin) {
    if (!field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))) continue;
    field.value += key;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.form.requestSubmit();
}"""
"""What a scanner in keyboard mode does, faster than the keys of a test come through."""


@pytest.fixture
def bo(live_server: LiveServer) -> User:
    site = make.site()
    make.user("Ana", Role.MANAGER, site)
    bo = with_pin(make.user("Bo", Role.FLOOR_STAFF, site))
    make.user("Cas", Role.CASHIER, site)
    db.session.commit()
    return bo


def registered(new_page: Callable[..., Page], live_server: LiveServer, minutes: int = 5) -> Page:
    """Ana registers the tablet in her hands, and locks it."""
    page = new_page(width=820, height=1180, base_url=live_server.url, has_touch=True, language="en")
    sign_in(page, "ana")
    page.goto("/sites/yiwu/devices")
    page.get_by_text(f"{minutes} minutes", exact=True).tap()
    page.get_by_role("button", name="Register this tablet").tap()
    expect(page.get_by_role("heading", name="This is Tablet 1")).to_be_visible()
    check(page)
    page.locator(".lock-key button").tap()
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    check(page)
    return page


def come_in(page: Page, name: str = "Bo", pin: str = PIN) -> None:
    """Two taps and the PIN between them."""
    page.get_by_role("link", name=name).tap()
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).tap()
    page.get_by_role("button", name="Come in").tap()


def test_people_switch_in_two_taps(live_server: LiveServer, new_page: Callable[..., Page], bo: User) -> None:
    tablet = registered(new_page, live_server)
    come_in(tablet)  # from Ana's page of the tablets, which is not for Bo
    tablet.wait_for_url("**/sites/yiwu/home")
    expect(tablet.locator(".lock-key")).to_contain_text("Bo")
    tablet.goto("/account")
    check(tablet)
    tablet.locator(".lock-key button").tap()
    tablet.get_by_role("link", name="Bo").tap()
    expect(tablet.get_by_role("button", name="5", exact=True)).to_be_visible()
    check(tablet)
    tablet.keyboard.type("9517", delay=60)
    tablet.keyboard.press("Enter")
    expect(tablet.get_by_role("alert")).to_have_text("This is not the PIN. 4 tries left.")
    check(tablet)
    tablet.keyboard.type(PIN, delay=60)
    tablet.keyboard.press("Enter")
    tablet.wait_for_url("**/account")


def test_a_scanner_types_no_pin(live_server: LiveServer, new_page: Callable[..., Page], bo: User) -> None:
    tablet = registered(new_page, live_server)
    tablet.get_by_role("link", name="Bo").tap()
    expect(tablet.get_by_role("button", name="5", exact=True)).to_be_visible()
    here = tablet.url
    tablet.evaluate(SCANNED, PIN)
    expect(tablet.get_by_role("alert")).to_have_text("That was a scanner. Type the PIN by finger.")
    expect(tablet.get_by_label("PIN")).to_have_value("")
    assert tablet.url == here


def test_it_locks_by_itself_and_keeps_what_was_written(
    live_server: LiveServer, new_page: Callable[..., Page], bo: User
) -> None:
    tablet = registered(new_page, live_server, minutes=2)
    come_in(tablet)
    tablet.wait_for_url("**/sites/yiwu/home")
    tablet.clock.install()
    tablet.goto("/account")
    name = tablet.get_by_label("Name", exact=True)
    name.fill("Bo, half writ")
    with tablet.expect_response("**/lock/presence"):  # somebody is there: the server hears of it
        tablet.clock.run_for(61_000)
    expect(name).to_be_visible()

    idle(bo, 2)  # and nobody is any more
    tablet.clock.run_for(61_000)
    expect(tablet.get_by_role("heading", name="Who are you?")).to_be_visible()
    come_in(tablet)
    tablet.wait_for_url("**/account")
    expect(name).to_have_value("Bo, half writ")


def test_what_somebody_wrote_waits_for_nobody_else(
    live_server: LiveServer, new_page: Callable[..., Page], bo: User
) -> None:
    tablet = registered(new_page, live_server)
    come_in(tablet)
    tablet.wait_for_url("**/sites/yiwu/home")
    tablet.goto("/account")
    tablet.get_by_label("Name", exact=True).fill("Bo, half writ")
    tablet.get_by_label("Password now").first.fill("a secret")
    tablet.locator(".lock-key button").tap()
    tablet.get_by_role("link", name="Cas").tap()
    tablet.fill("[name=login]", "cas")
    tablet.fill("[name=password]", make.PASSWORD)
    tablet.get_by_role("button", name="Sign in").tap()
    tablet.wait_for_url("**/account")
    expect(tablet.get_by_label("Name", exact=True)).to_have_value("Cas")
    tablet.locator(".lock-key button").tap()
    come_in(tablet)
    tablet.wait_for_url("**/account")
    expect(tablet.get_by_label("Name", exact=True)).to_have_value("Bo")
    expect(tablet.get_by_label("Password now").first).to_have_value("")


def test_a_lost_tablet_is_shut_out(live_server: LiveServer, new_page: Callable[..., Page], bo: User) -> None:
    tablet = registered(new_page, live_server)
    come_in(tablet)
    tablet.wait_for_url("**/sites/yiwu/home")
    desk = new_page(width=1280, height=900, base_url=live_server.url, language="en")
    sign_in(desk, "ana")
    desk.goto("/sites/yiwu/devices")
    expect(desk.locator("tbody")).to_contain_text("Bo")
    check(desk)
    desk.get_by_role("link", name="Tablet 1").click()
    check(desk)
    desk.get_by_role("button", name="Shut this tablet out").click()
    expect(desk.get_by_text("No tablet yet.")).to_be_visible()
    tablet.reload()
    expect(tablet.get_by_role("heading", name="Sign in")).to_be_visible()
