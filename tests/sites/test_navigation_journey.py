"""Finding one's way on a tablet: the navigation folds into a key that fingers and keyboards can work."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from selection_center.core.db import db
from selection_center.core.permissions import Role
from tests import factories as make
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(("width", "height"), [(768, 1024), (1180, 820)])
def test_the_navigation_folds_on_a_tablet(
    live_server: LiveServer, new_page: Callable[..., Page], width: int, height: int
) -> None:
    make.user("Ana", Role.MANAGER, make.site())
    db.session.commit()
    ana = new_page(width=width, height=height, base_url=live_server.url, has_touch=True)
    sign_in(ana, "ana")
    ana.wait_for_load_state("networkidle")  # before its script is there, Esc folds nothing
    key, plan = ana.locator("nav summary"), ana.locator("nav a[href='/sites/yiwu/plan']")
    expect(plan).to_be_hidden()

    key.focus()
    ana.keyboard.press("Enter")
    expect(plan).to_be_visible()
    ana.keyboard.press("Tab")
    ana.keyboard.press("Escape")
    expect(plan).to_be_hidden()
    expect(key).to_be_focused()

    key.tap()
    plan.tap()
    ana.wait_for_url("**/sites/yiwu/plan")
    expect(plan).to_be_hidden()
    key.tap()
    expect(plan).to_be_visible()
    check(ana)


def test_the_navigation_stays_as_it_was_left_before_its_script_ran(
    live_server: LiveServer, new_page: Callable[..., Page]
) -> None:
    make.user("Ana", Role.MANAGER, make.site())
    db.session.commit()
    ana = new_page(width=820, height=1180, base_url=live_server.url, has_touch=True)
    sign_in(ana, "ana")
    held: list[Route] = []
    ana.route("**/modules/nav.js*", lambda route: held.append(route))
    ana.reload(wait_until="commit")
    ana.locator("nav summary").tap()
    plan = ana.locator("nav a[href='/sites/yiwu/plan']")
    expect(plan).to_be_visible()
    with ana.expect_response("**/modules/nav.js*"):
        held[0].continue_()
    ana.wait_for_timeout(500)  # for the script to run: nothing on the page says that it did
    expect(plan).to_be_visible()


def test_the_navigation_stands_open_on_a_desk(live_server: LiveServer, new_page: Callable[..., Page]) -> None:
    make.user("Ana", Role.MANAGER, make.site())
    db.session.commit()
    ana = new_page(width=1280, height=900, base_url=live_server.url)
    sign_in(ana, "ana")
    plan = ana.locator("nav a[href='/sites/yiwu/plan']")
    plan.focus()
    ana.keyboard.press("Escape")
    expect(plan).to_be_visible()
