"""The plan in a browser: bays dragged and moved by keys, two people at once, a walk by arrow keys, and A4."""

import io
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.sites.arrangement import Spot
from selection_center.sites.models import Bay, Site
from tests import factories as make
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer

pytestmark = pytest.mark.journey
PATH = "/sites/yiwu/plan/arrangement"
LYING_A4 = pytest.approx((841.9, 595.3), abs=2)


@pytest.fixture
def site(live_server: LiveServer) -> Site:
    site = make.site()
    make.user("Ana", Role.MANAGER, site)
    make.user("Hana", Role.HEAD_OFFICE)
    for number in range(1, 4):
        for level in (1, 2):
            stand = make.stand(site, bay=number, level=level)
        stand.bay.x, stand.bay.y, stand.bay.width, stand.bay.height = 10, 20 * number, 60, 8
    make.sample(make.listing(make.supplier()), site, stand)
    db.session.commit()
    return site


def bay(site: Site, number: int) -> Bay:
    db.session.rollback()
    return next(bay for bay in site.zones[0].bays if bay.number == number)


def spot(site: Site, number: int) -> Spot:
    return Spot.of(bay(site, number))


def drag(page: Page, what: Any, dx: int, dy: int) -> None:
    """By so many decimetres of floor, as fingers and mice do it: in several steps."""
    box = what.bounding_box()
    scale = page.locator("svg.drawing").evaluate("svg => svg.getScreenCTM().a")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx * scale / 2, y + dy * scale / 2)
    page.mouse.move(x + dx * scale, y + dy * scale)
    page.mouse.up()


def test_bays_are_dragged_and_saved(live_server: LiveServer, new_page: Callable[..., Page], site: Site) -> None:
    ana = new_page(width=1280, height=900, base_url=live_server.url, language="en")
    sign_in(ana, "ana")
    ana.goto("/sites/yiwu/plan")
    ana.get_by_role("link", name="Arrange the bays").click()
    save, undo, told = ana.locator("[data-save]"), ana.locator("[data-undo]"), ana.locator("[data-told]")
    expect(save).to_be_disabled()
    check(ana)
    first, second = (ana.locator(f"g[data-bay='{bay(site, number).id}']") for number in (1, 2))

    drag(ana, first.locator(".body"), 30, 0)
    expect(told).to_contain_text("A-01: 4.0 m from the left, 2.0 m from the top")
    second.hover()
    drag(ana, second.locator(".grip"), 10, 5)
    expect(told).to_contain_text("A-02: 1.0 m from the left, 4.0 m from the top, 7.0 × 1.3 m")
    ana.keyboard.press("ArrowRight")
    ana.keyboard.press("Shift+ArrowDown")
    expect(save).to_contain_text("2")
    for _step in range(3):
        undo.click()
    expect(told).to_contain_text("A-02: 1.0 m from the left, 4.0 m from the top, 6.0 × 0.8 m")
    drag(ana, second.locator(".body"), 0, 18)
    expect(told).to_contain_text("A-02 overlaps A-03")
    ana.keyboard.press("Control+z")
    expect(save).to_contain_text("1")
    check(ana)
    save.click()
    ana.wait_for_url("**/sites/yiwu/plan")
    expect(ana.get_by_text("1 bay moved.")).to_be_visible()
    assert spot(site, 1) == (40, 20, 60, 8)
    assert spot(site, 2) == (10, 40, 60, 8)


def test_arrow_keys_move_as_the_pointer_does_and_a_finger_too(
    live_server: LiveServer, new_page: Callable[..., Page], site: Site
) -> None:
    ana = new_page(width=820, height=1180, base_url=live_server.url, has_touch=True)
    sign_in(ana, "ana")
    ana.goto(PATH)
    expect(ana.locator("[data-save]")).to_be_disabled()
    ana.locator(f"g[data-bay='{bay(site, 1).id}']").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowUp"):
        ana.keyboard.press(key)
    for _step in range(12):
        ana.keyboard.press("Shift+ArrowUp")  # not below one decimetre
    ana.locator("[data-save]").tap()
    ana.wait_for_url("**/sites/yiwu/plan")
    assert spot(site, 1) == (12, 21, 61, 1)


def test_of_two_who_move_one_bay_the_second_is_told_and_keeps_the_drawing(
    live_server: LiveServer, new_page: Callable[..., Page], site: Site
) -> None:
    ana, hana = (new_page(width=1280, height=900, base_url=live_server.url, language="en") for _who in range(2))
    sign_in(ana, "ana")
    sign_in(hana, "hana")
    number = bay(site, 1).id
    for person, key in ((ana, "ArrowRight"), (hana, "ArrowDown")):
        person.goto(PATH)
        expect(person.locator("[data-save]")).to_be_disabled()
        person.locator(f"g[data-bay='{number}']").focus()
        person.keyboard.press(key)
    hana.locator("[data-save]").click()
    hana.wait_for_url("**/sites/yiwu/plan")
    ana.locator("[data-save]").click()
    expect(ana.get_by_text("Hana moved A-01 at")).to_be_visible()
    check(ana)
    assert spot(site, 1) == (10, 21, 60, 8)
    assert ana.locator(f"g[data-bay='{number}'] .body").get_attribute("x") == "11"
    ana.locator("[data-save]").click()
    ana.wait_for_url("**/sites/yiwu/plan")
    assert spot(site, 1) == (11, 20, 60, 8)


def test_one_walks_over_the_plan_by_keys_and_opens_a_stand(
    live_server: LiveServer, new_page: Callable[..., Page], site: Site
) -> None:
    ana = new_page(width=1180, height=820, base_url=live_server.url, language="en", has_touch=True)
    sign_in(ana, "ana")
    ana.goto("/sites/yiwu/plan", wait_until="networkidle")
    ana.locator("#stand-A-01-1").focus()
    for key, here in (("ArrowRight", "A-01-2"), ("ArrowDown", "A-02-2"), ("ArrowDown", "A-03-2")):
        ana.keyboard.press(key)
        expect(ana.locator(f"#stand-{here}")).to_be_focused()
    expect(ana.locator("[data-told]")).to_have_text("Thick drawstring bin bags · 1 sample")
    check(ana)
    ana.keyboard.press("Enter")
    expect(ana.locator("h1")).to_contain_text("A-03-2")
    ana.goto("/sites/yiwu/plan?view=problems")
    ana.locator("#stand-A-01-1").tap()
    expect(ana.locator("h1")).to_contain_text("A-01-1")


def test_the_plan_fills_a_sheet_of_a4_in_black(
    live_server: LiveServer, new_page: Callable[..., Page], site: Site
) -> None:
    ana = new_page(width=1280, height=900, base_url=live_server.url, language="en", color_scheme="dark")
    sign_in(ana, "ana")
    ana.goto("/sites/yiwu/plan?view=scans")
    expect(ana.get_by_role("button", name="Print the plan")).to_be_visible()
    ana.emulate_media(media="print")
    for hidden in ("nav.nav", ".page-head", ".tabs", ".chips", ".plan-said"):
        expect(ana.locator(hidden).first).to_be_hidden()
    printed = ana.pdf(prefer_css_page_size=True)
    with pypdfium2.PdfDocument(io.BytesIO(printed)) as document:
        assert len(document) == 1, [page.get_textpage().get_text_bounded() for page in document]
        assert document[0].get_size() == LYING_A4
        text = document[0].get_textpage().get_text_bounded()
        picture = document[0].render(scale=1).to_pil().convert("RGB")
    assert "Floor plan" in text
    assert "Yiwu Daily Goods Center" in text
    assert "as of" in text
    colours = picture.getcolors(1 << 20) or []
    assert all(max(colour) - min(colour) < 24 for _count, colour in colours), "more than black and white"
    dark = sum(count for count, colour in colours if max(colour) < 128)
    assert dark > 1500, "hardly anything is printed"
    assert max(colours)[1] == (255, 255, 255)
