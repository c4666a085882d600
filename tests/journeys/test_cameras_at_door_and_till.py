"""Cards and shelf tags before the cameras of a store: the phone's turning code at the door that nobody stands at, cards
and tags of our own printing at the till, in either order; and a screenshot that is shown again a minute later."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from selection_center.core import codes
from selection_center.core.db import db, writing
from selection_center.membership import turning
from selection_center.membership.cards import Card
from selection_center.membership.entries import Entry
from selection_center.printing import drawing
from selection_center.printing.cards import cards_pdf
from selection_center.printing.media import MEDIA
from selection_center.printing.shelf_tags import shelf_values
from selection_center.samples.models import Sample, SampleKind
from selection_center.till.models import PayMethod, Sale, SaleLine, SaleState
from tests import factories as make
from tests.accounts.tablets import PIN, with_pin
from tests.journeys import camera
from tests.journeys.visits import check, sign_in
from tests.printing import paper
from tests.servers import LiveServer
from tests.till.making import BAGS_MEMBER_FEN, Shop, shop

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]
SOON = 30_000
PATIENCE = 60_000
"""Milliseconds for what a camera, a decoder and a server do, on a busy machine."""
SHOWN = 1.5
"""Seconds for which a thing is held before the camera."""
LONG_AFTER = 20
"""Bare walls that follow, so that the film does not begin again while anybody looks."""
PENS_FEN = 990
DIGITS = "8123"


@dataclass
class Story:
    server: LiveServer
    shop: Shop
    bags: Sample
    pens: Sample
    card: Card
    film: Path

    def hold_up(self, *things: Image.Image) -> None:
        """What every camera of these tablets sees once it is opened: one thing after the other, then nothing."""
        walls = [camera.BARE_WALL] * LONG_AFTER
        camera.film(self.film, [*(camera.seen(thing) for thing in things), *walls], shown=SHOWN, gap=0.6)


def facing(store: Shop, name: str, **values: object) -> Sample:
    """The shelf's tag of these goods."""
    sku = store.goods(name, **values)  # type: ignore[arg-type]
    sample = make.sample(sku.listing, store.site, sku=sku)
    sample.kind = SampleKind.SHELF_FACING
    return sample


@pytest.fixture
def story(live_server: LiveServer, tmp_path: Path) -> Story:
    with writing():
        store = shop()
        with_pin(store.ana), with_pin(store.cas)
        bags = facing(store, "加厚垃圾袋", member_fen=BAGS_MEMBER_FEN)
        pens = facing(store, "中性笔", tiers=((1, PENS_FEN),))
        card = store.member(name="陈小满", phone=f"1380000{DIGITS}")
        db.session.commit()
    told = Story(live_server, store, bags, pens, card, tmp_path / "seen.mjpeg")
    told.hold_up()
    return told


@pytest.fixture
def tablets(browser: Browser, story: Story) -> Iterator[NewPage]:
    """Tablets whose camera sees what the story holds up."""
    with camera.another(browser, *camera.flags(story.film)) as new_page:
        yield lambda: new_page(width=820, height=1180, base_url=story.server.url, has_touch=True)


def printed_tag(sample: Sample) -> Image.Image:
    """As it comes from a roll of 70 x 38 mm."""
    medium = MEDIA["70x38"]
    return paper.raster(
        drawing.render("shelf", medium, "zh", [(*medium.place(1, 1), shelf_values(sample, "zh"))]), 0, 300
    )


def printed_card(card: Card) -> Image.Image:
    """As it comes from a card printer."""
    return paper.raster(cards_pdf([card], "cr80"), 0, 300)


def screen_of(phone: Page) -> Image.Image:
    return Image.open(io.BytesIO(phone.screenshot())).convert("L")


def phone_with_card(new_page: NewPage, story: Story) -> Page:
    phone = new_page(base_url=story.server.url, is_mobile=True, has_touch=True)
    phone.goto(f"/my-card/{story.card.link}")
    phone.locator(".dock button.act").tap()
    expect(phone.locator("#my-card .turning")).to_be_visible(timeout=SOON)
    return phone


def left_at_the_door(tablets: NewPage, story: Story) -> Page:
    """Ana registers the tablet, Cas comes in on it by PIN and leaves it alone."""
    tablet = tablets()
    sign_in(tablet, story.shop.ana.login)
    tablet.goto("/sites/hangzhou/devices")
    tablet.locator("form[action$=devices] button.act").tap()
    tablet.locator(".lock-key button").tap()
    tablet.get_by_role("link", name=story.shop.cas.name).tap()
    expect(tablet.get_by_role("button", name=PIN[0], exact=True)).to_be_visible()
    tablet.keyboard.type(PIN, delay=60)
    tablet.keyboard.press("Enter")
    tablet.wait_for_url(lambda url: "/lock" not in url)
    tablet.goto("/sites/hangzhou/door")
    tablet.locator(".door-kiosk button").tap()
    expect(tablet.locator(".kiosk[data-ready]")).to_be_visible(timeout=SOON)
    return tablet


def till_of(tablets: NewPage, story: Story) -> Page:
    cas = tablets()
    sign_in(cas, story.shop.cas.login)
    cas.goto(f"/tills/{story.shop.till.id}")
    expect(cas.locator("#till[data-ready]")).to_be_attached(timeout=SOON)
    return cas


def test_card_and_phone_at_the_door_then_tag_and_phone_at_the_till_and_an_old_screenshot(
    story: Story, tablets: NewPage, new_page: NewPage
) -> None:
    door, phone = left_at_the_door(tablets, story), phone_with_card(new_page, story)
    sends_paper_to_the_desk(door, story)
    screenshot, taken = screen_of(phone), turning.step_at()
    lets_the_phone_in(door, story, screenshot)
    cas = till_of(tablets, story)
    story.hold_up(printed_tag(story.bags), screen_of(phone))
    cas.locator("[data-key=camera]").tap()
    cas.locator("dialog [data-camera=open]").wait_for(state="hidden", timeout=SOON)
    expect(cas.locator("[data-part=lines]")).to_contain_text("加厚垃圾袋", timeout=PATIENCE)
    expect(cas.locator("dialog [data-said]")).to_contain_text("陈小满", timeout=PATIENCE)
    expect(cas.locator("[data-part=change]")).to_contain_text("陈小满")
    cas.locator("dialog [data-close]").tap()
    check(cas)
    pay_in_cash(cas, "20")
    sold(story, {story.bags: 1}, BAGS_MEMBER_FEN)
    while turning.step_at() <= taken + turning.TOLERANCE:
        door.wait_for_timeout(500)
    refuses_the_old_screenshot(door, story, screenshot)


def sends_paper_to_the_desk(door: Page, story: Story) -> None:
    """Amber: nobody here can compare a printed card with its holder."""
    story.hold_up(printed_card(story.card))
    door.locator("[data-camera=open]").tap()
    expect(door.locator(".door-band.wrong .word")).to_have_text("请到前台", timeout=PATIENCE)
    expect(door.locator(".door-band.wrong .reason")).to_have_text("实体卡由店员核对。")
    check(door)
    door.locator("[data-camera=close]").tap()
    assert entries() == 0


def lets_the_phone_in(door: Page, story: Story, screen: Image.Image) -> None:
    story.hold_up(screen)
    door.locator("[data-camera=open]").tap()
    expect(door.locator(".door-band.done .word")).to_have_text("请进", timeout=PATIENCE)
    expect(door.locator(".door-who")).to_have_text("陈**")
    check(door)
    door.locator("[data-camera=close]").tap()
    assert entries() == 1


def refuses_the_old_screenshot(door: Page, story: Story, screen: Image.Image) -> None:
    story.hold_up(screen)
    door.locator("[data-camera=open]").tap()
    expect(door.locator(".door-band.refused .word")).to_have_text("码过期了", timeout=PATIENCE)
    expect(door.locator(".door-band.refused .reason")).to_contain_text("截屏")
    check(door)
    assert entries() == 1


def entries() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(Entry.id))) or 0


def test_a_printed_card_first_then_tags(story: Story, tablets: NewPage) -> None:
    """The card asks for the digits; goods that were scanned meanwhile stay on the same sale."""
    cas = till_of(tablets, story)
    story.hold_up(printed_card(story.card), printed_tag(story.bags), printed_tag(story.pens))
    cas.locator("[data-key=camera]").tap()
    expect(cas.locator("#card-check")).to_be_attached(timeout=PATIENCE)
    for name in ("加厚垃圾袋", "中性笔"):
        expect(cas.locator("[data-part=lines]")).to_contain_text(name, timeout=PATIENCE)
    cas.locator("dialog [data-close]").tap()
    check(cas)
    cas.fill("#card-check [name=digits]", DIGITS)
    cas.locator("#card-check button.act").tap()
    expect(cas.locator("[data-part=change]")).to_contain_text("陈小满", timeout=SOON)
    pay_in_cash(cas, "50")
    sold(story, {story.bags: 1, story.pens: 1}, BAGS_MEMBER_FEN + PENS_FEN)


SLOW_LOOK = 2_600
"""Milliseconds of one look on a slow tablet: longer than a code must have been out of sight to count again."""


def test_on_a_slow_tablet_too_what_lies_before_the_camera_counts_once(story: Story, tablets: NewPage) -> None:
    text = codes.address(story.bags.code or "", story.server.url)
    slow = "export const decode = () => new Promise((seen) => setTimeout(() => seen([{ text: '%s' }]), %d));"
    cas = tablets()
    cas.route(
        "**/scanner-decoder.js*",
        lambda route: route.fulfill(body=slow % (text, SLOW_LOOK), content_type="text/javascript"),
    )
    sign_in(cas, story.shop.cas.login)
    cas.goto(f"/tills/{story.shop.till.id}")
    expect(cas.locator("#till[data-ready]")).to_be_attached(timeout=SOON)
    cas.locator("[data-key=camera]").tap()
    expect(cas.locator("dialog [data-said]")).to_contain_text("加厚垃圾袋", timeout=PATIENCE)
    cas.wait_for_timeout(3 * SLOW_LOOK)
    db.session.rollback()
    assert [line.quantity for line in db.session.scalars(sa.select(SaleLine))] == [1]


def pay_in_cash(cas: Page, yuan: str) -> None:
    cas.locator("#pay-cash").tap()
    cas.fill("#tendered", yuan)
    cas.locator("#cash button.act").tap()
    expect(cas.locator(".till-done")).to_be_visible(timeout=SOON)
    check(cas)


def sold(story: Story, pieces: dict[Sample, int], total_fen: int) -> None:
    """One paid sale, the member's, of these goods by their tags."""
    db.session.rollback()
    sale = db.session.scalars(sa.select(Sale)).one()
    assert (sale.state, sale.total_fen) == (SaleState.PAID, total_fen)
    assert sale.card_id == story.card.id
    assert {line.sample_id: line.quantity for line in sale.lines} == {tag.id: number for tag, number in pieces.items()}
    assert [payment.method for payment in sale.payments] == [PayMethod.CASH]
