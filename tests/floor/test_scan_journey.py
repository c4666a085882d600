"""A tablet in a clerk's hands: the stand, then samples, a slip of the hand, and the same without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from selection_center.core import codes
from selection_center.core.codes import address
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples.models import RetireReason, Sample
from selection_center.samples.tags import Tag
from tests import factories as make
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]


@pytest.fixture
def samples(live_server: LiveServer) -> list[Sample]:
    site = make.site()
    make.user("Ana", Role.MANAGER, site)
    listing = make.listing(make.supplier())
    made = [make.sample(listing, site, make.stand(site)), *(make.sample(listing, site) for _ in range(3))]
    make.stand(site, bay=4)
    db.session.commit()
    return made


def typed(page: Page, text: str) -> None:
    """As a scanner types: fast, and Enter at the end."""
    page.keyboard.type(text, delay=2)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("width", "height"), [(820, 1180), (1180, 820)])
def test_a_clerk_places_samples(
    live_server: LiveServer, new_page: NewPage, samples: list[Sample], width: int, height: int
) -> None:
    ana = new_page(width=width, height=height, base_url=live_server.url, has_touch=True, reduced_motion="reduce")
    sign_in(ana, "ana")
    ana.goto("/sites/yiwu/floor")
    check(ana)
    ana.locator("#task-place").tap()
    ana.wait_for_selector("#scan-mode[data-ready]")
    band = ana.locator("[data-part=band]")
    typed(ana, samples[1].code or "")
    expect(band).to_contain_text("先扫展位")
    typed(ana, "A-04-2")
    expect(ana.locator("[data-part=place]")).to_have_text("A-04-2")
    for sample in samples:
        typed(ana, address(sample.code or "", live_server.url))
    expect(ana.locator("[data-part=strip] .scan-row.done")).to_have_count(5)
    expect(band).to_contain_text("上架了")
    typed(ana, address(samples[3].code or "", live_server.url))
    check(ana)
    ana.locator("[data-key=undo]").tap()
    expect(ana.locator(".scan-row.undone")).to_have_count(1)
    expect(band).to_contain_text(codes.format_code(samples[3].code or ""))
    db.session.rollback()
    assert [sample.stand and sample.stand.address for sample in samples[:3]] == ["A-04-2"] * 3
    assert samples[3].stand is None
    ana.reload()
    expect(ana.locator("[data-part=place]")).to_have_text("A-04-2")


def test_everything_else_that_is_scanned_is_answered(
    live_server: LiveServer, new_page: NewPage, samples: list[Sample]
) -> None:
    blank = make.add(Tag.new(samples[0].site))
    samples[2].retire(RetireReason.LOST)
    db.session.commit()
    ana = new_page(width=1180, height=820, base_url=live_server.url, has_touch=True, reduced_motion="reduce")
    sign_in(ana, "ana")
    ana.goto("/sites/yiwu/floor/look")
    ana.wait_for_selector("#scan-mode[data-ready]")
    band = ana.locator("[data-part=band]")
    for text, word in [
        (samples[0].code or "", "在展位上"),
        (blank.code, "空白标签"),
        (samples[2].code or "", "已退场"),
        ("6934582710047", "没有这个条码"),
        ("https://qr.1688.com/s/AbCd12", "不认识"),
        ("A-03-2", "展位"),
    ]:
        typed(ana, text)
        expect(band.locator(".word")).to_have_text(word)
        check(ana)
    expect(ana.locator("[data-unknown=count]")).to_have_text("2")
    band.get_by_role("link", name="放这里").tap()
    expect(ana.locator("[data-part=place]")).to_have_text("A-03-2")


def test_a_scan_on_the_home_page_stands_on_the_strip_once(
    live_server: LiveServer, new_page: NewPage, samples: list[Sample]
) -> None:
    ana = new_page(width=820, height=1180, base_url=live_server.url, has_touch=True, reduced_motion="reduce")
    sign_in(ana, "ana")
    ana.goto("/sites/yiwu/floor")
    typed(ana, samples[0].code or "")
    ana.wait_for_selector("#scan-mode[data-ready]")
    expect(ana.locator("[data-part=strip] .scan-row.done")).to_have_count(1)
    ana.reload()
    ana.wait_for_selector("#scan-mode[data-ready]")
    expect(ana.locator("[data-part=strip] .scan-row.done")).to_have_count(1)


def test_the_words_of_an_answer_keep_their_room_beside_its_keys(
    live_server: LiveServer, new_page: NewPage, samples: list[Sample]
) -> None:
    ana = new_page(width=820, height=1180, base_url=live_server.url, has_touch=True, reduced_motion="reduce")
    sign_in(ana, "ana")
    ana.goto("/sites/yiwu/floor/look")
    ana.wait_for_selector("#scan-mode[data-ready]")
    typed(ana, samples[0].code or "")
    expect(ana.locator(".scan-band .keys .btn")).to_have_count(2)
    box = ana.locator(".scan-band > .grow").bounding_box()
    assert box is not None
    assert box["width"] > 400
    check(ana)


def test_the_keys_stand_on_the_other_hands_side(
    live_server: LiveServer, new_page: NewPage, samples: list[Sample]
) -> None:
    ana = new_page(width=1180, height=820, base_url=live_server.url, has_touch=True, reduced_motion="reduce")
    sign_in(ana, "ana")
    ana.goto("/sites/yiwu/floor/store")
    camera, strip = ana.locator(".scan-camera"), ana.locator(".scan-strip")
    assert left_of(camera) < left_of(strip)
    ana.goto("/sites/yiwu/floor")
    ana.locator("#hand").select_option("right")
    ana.goto("/sites/yiwu/floor/store")
    ana.wait_for_selector("#scan-mode[data-ready]")
    assert left_of(camera) > left_of(strip)
    check(ana)


def test_beginning_a_count_asks_for_what_is_counted_alone(
    live_server: LiveServer, new_page: NewPage, samples: list[Sample]
) -> None:
    ana = new_page(width=820, height=1180, base_url=live_server.url, has_touch=True, reduced_motion="reduce")
    sign_in(ana, "ana")
    ana.goto("/sites/yiwu/stocktakes")
    zone, stand = ana.locator("#begin [name=zone]"), ana.locator("#begin [name=stand]")
    expect(zone).to_be_visible()
    expect(stand).to_be_hidden()
    ana.get_by_text("一个展位", exact=True).tap()
    expect(zone).to_be_hidden()
    expect(stand).to_be_visible()
    check(ana)


def left_of(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return float(box["x"])


def test_without_scripts_a_scanner_works_too(live_server: LiveServer, new_page: NewPage, samples: list[Sample]) -> None:
    ana = new_page(width=820, height=1180, base_url=live_server.url, java_script_enabled=False)
    ana.goto("/sign-in")
    ana.fill("[name=login]", "ana")
    ana.fill("[name=password]", make.PASSWORD)
    ana.locator("main [type=submit], main button").first.click()
    ana.goto("/sites/yiwu/floor/place")
    for text in ("A-04-2", address(samples[0].code or "", live_server.url)):
        ana.locator("[name=text]").press_sequentially(text)
        ana.locator("[name=text]").press("Enter")
    band = ana.locator("[data-part=band]")
    expect(band).to_contain_text("挪好了")
    band.get_by_role("button", name="撤销").click()
    db.session.rollback()
    assert samples[0].stand is not None
    assert samples[0].stand.address == "A-03-2"
