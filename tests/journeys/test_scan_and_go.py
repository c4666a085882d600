"""Scan and go: a member's phone scans by its camera, counts, shows one QR at the exit; staff look and take the money.

The same without a camera (a photo, a typed code), while the network is away, and without scripts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from selection_center.core.db import db, writing
from selection_center.printing.values import sample_values
from selection_center.samples.models import Sample
from selection_center.stock.models import StockItem
from selection_center.till.models import Channel, ExitCheck, Sale, SaleState
from tests import factories as make
from tests.journeys import camera
from tests.journeys.shopping import read_code
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer
from tests.till.making import BAGS_FEN, BAGS_MEMBER_FEN, Shop, shop

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]
SOON = 30_000
PATIENCE = 60_000
"""Milliseconds for what a camera, a decoder and a server do, on a busy machine."""
LONG = 6.0
"""Seconds for which a tag lies before the camera: much longer than a look takes, and it counts once."""
PENS_FEN, MUGS_FEN = 990, 2_500
ONE_OF_EACH = BAGS_MEMBER_FEN + PENS_FEN
ANSWER = "[data-part=answer] .go-answer"
TOTAL = "[data-part=total] .price"


@dataclass
class Story:
    server: LiveServer
    shop: Shop
    tags: dict[str, Sample]
    link: str

    def codes(self, name: str) -> str:
        return self.tags[name].code or ""

    def label(self, name: str) -> Image.Image:
        (label,) = camera.labels([sample_values(self.tags[name], "zh", True)])
        return label


@pytest.fixture
def story(live_server: LiveServer) -> Story:
    """Bags, which are less for a member, pens and mugs; Dee's phone has no card yet."""
    with writing():
        store = shop()
        wanted = {
            "bags": store.goods("加厚垃圾袋", member_fen=BAGS_MEMBER_FEN),
            "pens": store.goods("中性笔", tiers=((1, PENS_FEN),)),
            "mugs": store.goods("马克杯", tiers=((1, MUGS_FEN),)),
        }
        tags = {name: make.sample(sku.listing, store.site, sku=sku) for name, sku in wanted.items()}
        link = store.member(name="陈小满").link
        db.session.commit()
    return Story(live_server, store, tags, link)


@pytest.fixture
def camera_page(browser: Browser, story: Story, tmp_path: Path) -> Iterator[NewPage]:
    """Before the camera lies the bags' tag for a long while, then the pens'."""
    shots = [camera.seen(story.label(name), shot) for name, shot in zip(("bags", "pens"), camera.HELD, strict=False)]
    film = camera.film(tmp_path / "tags.mjpeg", shots, shown=LONG, gap=0)
    with camera.another(browser, *camera.flags(film)) as new_page:
        yield new_page


def phone_of(new_page: NewPage, story: Story, script: str = "") -> Page:
    """Dee's, with the card on it, at the page of scan and go; `script` is run before each page."""
    phone = new_page(base_url=story.server.url, is_mobile=True, has_touch=True)
    phone.context.add_init_script(script)
    phone.goto(f"/my-card/{story.link}")
    phone.locator(".dock button.act").tap()
    expect(phone.locator(".dock button.act")).to_have_count(0, timeout=SOON)
    phone.goto("/go/hangzhou")
    return phone


def stands(phone: Page) -> None:
    expect(phone.locator("#go[data-ready]")).to_be_attached(timeout=SOON)


def yuan(fen: int) -> str:
    return f"¥{fen / 100:.2f}"


def line(phone: Page, name: str) -> str:
    return f"#go-cart .line-row:has-text('{name}')"


def test_scanned_by_camera_counted_shown_checked_and_paid(
    story: Story, camera_page: NewPage, new_page: NewPage
) -> None:
    phone = phone_of(camera_page, story)
    stands(phone)
    check(phone)
    scan_two(phone)
    count_in_place(phone)
    one_more_and_at_once_to_the_exit(phone)
    cas = new_page(width=1024, height=768, base_url=story.server.url, has_touch=True)
    found_at_the_till(cas, story)
    check_and_take_the_money(cas, phone)
    paid(phone, story)


def scan_two(phone: Page) -> None:
    """Both lie before the camera for a while, and each counts once."""
    phone.evaluate("window.isTheSamePage = true")
    phone.locator("[data-camera=open]").tap()
    expect(phone.locator("#go-cart .line-row")).to_have_count(2, timeout=PATIENCE)
    phone.locator("[data-camera=close]").tap()
    check(phone)
    expect(phone.locator(TOTAL)).to_have_text(yuan(ONE_OF_EACH))
    expect(phone.locator(ANSWER)).to_be_visible()


def count_in_place(phone: Page) -> None:
    """Two bags by the key, three by typing, back by Undo; the pens out, and back."""
    bags = phone.locator(line(phone, "加厚垃圾袋"))
    bags.locator(".step button").last.tap()
    expect(phone.locator(TOTAL)).to_have_text(yuan(ONE_OF_EACH + BAGS_MEMBER_FEN))
    bags.locator("input[type=number]").fill("3")
    bags.locator("input[type=number]").blur()
    expect(phone.locator(ANSWER)).to_contain_text("2 → 3")
    phone.locator(f"{ANSWER} button").tap()
    expect(phone.locator(ANSWER)).to_contain_text("3 → 2")
    expect(phone.locator(TOTAL)).to_have_text(yuan(ONE_OF_EACH + BAGS_MEMBER_FEN))
    pens = line(phone, "中性笔")
    phone.locator(f"{pens} button.bare").tap()
    expect(phone.locator(pens)).to_have_count(0)
    expect(phone.locator(TOTAL)).to_have_text(yuan(2 * BAGS_MEMBER_FEN))
    check(phone)
    phone.locator(f"{ANSWER} button").tap()
    expect(phone.locator(TOTAL)).to_have_text(yuan(ONE_OF_EACH + BAGS_MEMBER_FEN))
    assert phone.evaluate("window.isTheSamePage"), "nothing of it loaded the page"
    visible = "element => element.getBoundingClientRect().bottom <= innerHeight"
    phone.evaluate("scrollTo(0, 0)")
    assert phone.locator(TOTAL).evaluate(visible), "the total is in sight"


def one_more_and_at_once_to_the_exit(phone: Page) -> None:
    """The third bag was not even sent when the way to the exit is taken: it comes along."""
    phone.evaluate("""() => {
      document.querySelectorAll("#go-cart .line-row").forEach((row) =>
        row.textContent.includes("加厚垃圾袋") && [...row.querySelectorAll(".step button")].at(-1).click());
      document.querySelector("#go-to-exit button").click();
    }""")
    expect(phone.locator("#go-ready .qr")).to_be_visible()
    expect(phone.locator("#state")).to_contain_text(yuan(the_total()))
    check(phone)


def the_total() -> int:
    return 3 * BAGS_MEMBER_FEN + PENS_FEN


def found_at_the_till(cas: Page, story: Story) -> None:
    """The till lists who scans by phone just now, masked, and takes the cart up by its QR or by a tap."""
    sign_in(cas, story.shop.cas.login)
    cas.goto(f"/tills/{story.shop.till.id}")
    expect(cas.locator("#till[data-ready]")).to_be_attached(timeout=SOON)
    cas.locator("[data-part=held] a").tap()
    listed = cas.locator("#on-phones")
    expect(listed).to_contain_text("陈**")
    expect(listed).to_contain_text(yuan(the_total()))
    expect(listed).to_contain_text("4 件")
    expect(listed).not_to_contain_text("小满")
    check(cas)


def check_and_take_the_money(cas: Page, phone: Page) -> None:
    cas.fill("#till-scan", read_code(phone.locator("#go-ready .qr")))
    cas.keyboard.press("Enter")
    expect(cas.locator("#cart-check")).to_be_visible(timeout=SOON)
    expect(phone.locator("#go-desk")).to_be_visible()
    check(phone)
    cas.locator("#cart-check button.act").tap()  # nothing is ticked
    expect(cas.locator(".till-change.refused")).to_be_visible()
    expect(cas.locator("#pay-cash")).to_have_count(0)
    for tick in cas.locator("#cart-check [name=seen]").all():
        tick.check()
    check(cas)
    cas.locator("#cart-check button.act").tap()
    cas.locator("#pay-cash").tap()
    cas.fill("#tendered", "100")
    cas.locator("#cash button.act").tap()
    expect(cas.locator(".till-done")).to_be_visible(timeout=SOON)


def paid(phone: Page, story: Story) -> None:
    expect(phone.locator("#go-paid")).to_be_visible(timeout=SOON)
    check(phone)
    db.session.rollback()
    sale = db.session.scalars(sa.select(Sale)).one()
    assert (sale.state, sale.channel, sale.total_fen) == (SaleState.PAID, Channel.PHONE, the_total())
    looked = db.session.scalars(sa.select(ExitCheck)).one()
    assert (looked.seen, looked.pieces, looked.by_id) == (4, 4, story.shop.cas.id)
    by_sku = {item.sku_id: item.on_hand for item in db.session.scalars(sa.select(StockItem))}
    assert [by_sku[story.tags[name].sku_id or 0] for name in ("bags", "pens", "mugs")] == [17, 19, 20]
    phone.locator("#go-paid a.act").tap()
    expect(phone.locator(".receipt-phone")).to_contain_text(sale.number or "none")
    expect(phone.locator(".receipt-phone")).to_contain_text(yuan(the_total()))


# --- where there is no camera ---------------------------------------------------------------------------------------


def picture(*labels: Image.Image) -> FilePayload:
    """A photo of these labels beside each other on a shelf."""
    shelf = Image.new("L", (900 * len(labels), 1200), camera.WALL)
    for place, label in enumerate(labels):
        shelf.paste(camera.seen(label, camera.PLAIN, (900, 1200)), (900 * place, 0))
    return {"name": "shelf.jpg", "mimeType": "image/jpeg", "buffer": camera.jpeg(shelf)}


NO_CAMERA = "Object.defineProperty(navigator, 'mediaDevices', {value: undefined})"
"""As in a browser that gives a page none: WeChat's."""


def test_without_a_camera_a_photo_and_a_typed_code_do(story: Story, new_page: NewPage) -> None:
    phone = phone_of(new_page, story, NO_CAMERA)
    stands(phone)
    expect(phone.locator("[data-camera=open]")).to_be_hidden()
    expect(phone.locator("[data-problem=none]")).to_be_visible()
    check(phone)
    phone.set_input_files("[name=picture]", files=[picture(story.label("bags"))])
    expect(phone.locator(TOTAL)).to_have_text(yuan(BAGS_MEMBER_FEN), timeout=PATIENCE)
    phone.set_input_files("[name=picture]", files=[picture(story.label("pens"), story.label("mugs"))])
    expect(phone.locator("#go-styles .line-row")).to_have_count(2, timeout=PATIENCE)
    check(phone)
    phone.locator("#go-styles .line-row", has_text="马克杯").locator("button").tap()
    expect(phone.locator(TOTAL)).to_have_text(yuan(BAGS_MEMBER_FEN + MUGS_FEN))
    phone.set_input_files("[name=picture]", files=[picture(camera.BARE_WALL)])
    expect(phone.locator(f"{ANSWER}.refused")).to_be_visible(timeout=PATIENCE)
    check(phone)
    phone.fill("#go-text", story.codes("bags").lower())
    phone.keyboard.press("Enter")
    expect(phone.locator(f"{ANSWER}.already")).to_contain_text("1 → 2")
    expect(phone.locator(TOTAL)).to_have_text(yuan(2 * BAGS_MEMBER_FEN + MUGS_FEN))
    phone.fill("#go-text", "nothing of ours")
    phone.keyboard.press("Enter")
    expect(phone.locator(f"{ANSWER}.refused")).to_be_visible()


def test_scans_wait_while_the_network_is_away_and_none_is_left_behind(story: Story, new_page: NewPage) -> None:
    phone = phone_of(new_page, story)
    stands(phone)
    for name in ("bags", "mugs"):
        phone.fill("#go-text", story.codes(name))
        phone.keyboard.press("Enter")
        expect(phone.locator(line(phone, story.tags[name].listing.title))).to_be_visible()
    phone.context.set_offline(True)
    phone.fill("#go-text", story.codes("pens"))
    phone.keyboard.press("Enter")
    expect(phone.locator("[data-part=waiting]")).to_be_visible()
    phone.locator("#go-to-exit button").tap()
    expect(phone.locator(f"{ANSWER}.refused")).to_be_visible()
    check(phone)
    phone.context.set_offline(False)
    expect(phone.locator(line(phone, "中性笔"))).to_be_visible(timeout=PATIENCE)
    expect(phone.locator("[data-part=waiting]")).to_be_hidden()
    expect(phone.locator(TOTAL)).to_have_text(yuan(ONE_OF_EACH + MUGS_FEN))
    phone.locator("#go-to-exit button").tap()
    expect(phone.locator("#go-ready .qr")).to_be_visible()


def test_without_scripts_every_step_is_a_page(story: Story, new_page: NewPage) -> None:
    phone = new_page(base_url=story.server.url, java_script_enabled=False)
    phone.goto(f"/my-card/{story.link}")
    phone.locator(".dock button.act").click()
    phone.goto("/go/hangzhou")
    phone.set_input_files("[name=picture]", files=[picture(story.label("bags"))])
    phone.click("#go-photo button")
    phone.click("#go-styles button")
    expect(phone.locator(TOTAL)).to_have_text(yuan(BAGS_MEMBER_FEN))
    phone.fill("#go-text", story.codes("bags"))
    phone.click("#go-typed button")
    expect(phone.locator(ANSWER)).to_contain_text("1 → 2")
    phone.click(f"{ANSWER} button")
    expect(phone.locator(TOTAL)).to_have_text(yuan(BAGS_MEMBER_FEN))
    phone.fill("#go-cart [name=quantity]", "4")
    phone.click("#go-cart button[data-without-script]")
    expect(phone.locator(TOTAL)).to_have_text(yuan(4 * BAGS_MEMBER_FEN))
    phone.click("#go-to-exit button")
    expect(phone.locator("#go-ready .qr")).to_be_visible()
    assert BAGS_FEN > BAGS_MEMBER_FEN
