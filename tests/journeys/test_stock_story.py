"""Goods of a member store from the factory to the shelf and out again, by hand scanner: proposed in lots and sent,
received, carried, written off, counted with a difference; the shelf's tag printed, and again when its price changed.

Bo works on the floor with a tablet, Ana manages in the office; a worker draws the tags.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from selection_center.samples.models import SampleKind
from selection_center.stock.models import GoodsIn, StockItem
from tests import factories as make
from tests.journeys.visits import WORKER_STARTS, check, sign_in
from tests.printing import paper
from tests.servers import LiveServer
from tests.stock import making

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]
SOON = 30_000
AGAIN = 2_100
"""Milliseconds after which the same code is another scan."""
EAN = "6901234567892"
LOT, CARTON, LEFT, FILL_TO = 12, 24, 2, 30
ORDERED = 36
"""What fills 2 up to 30, in lots of 12."""


@dataclass
class Story:
    server: LiveServer
    item: StockItem
    tag: str

    def stands(self) -> tuple[int, int]:
        db.session.rollback()
        return making.stands(self.item)


@pytest.fixture
def story(live_server: LiveServer) -> Story:
    with writing():
        site = making.store()
        making.worker(site)
        making.worker(site, "Ana", Role.MANAGER)
        offer = make.listing(
            make.supplier(), tiers=((1, 1990),), title="玻璃杯", title_en="Glass cup", origin="浙江义乌",
            specs=("450 ml",), lot_size=LOT, carton_pieces=CARTON,
        )  # fmt: skip
        (cup,) = offer.skus
        cup.barcode, cup.member_fen = EAN, 1590
        item = making.item(site, LEFT, of=cup, low_at=5, fill_to=FILL_TO)
        facing = make.sample(offer, site, make.stand(site), cup)
        facing.kind = SampleKind.SHELF_FACING
        db.session.commit()
    live_server.start("-m", "serving.work")
    return Story(live_server, item, facing.code or "")


def test_goods_are_reordered_received_carried_written_off_counted_and_relabelled(
    story: Story, new_page: NewPage, tmp_path: Path
) -> None:
    ana = new_page(width=1280, height=900, base_url=story.server.url)
    bo = new_page(width=820, height=1180, base_url=story.server.url, has_touch=True)
    sign_in(ana, "ana")
    sign_in(bo, "bo")
    reorder(ana, story)
    receive(bo, story)
    carry(bo, story)
    write_off(bo, story)
    count(bo, ana, story)
    change_the_price(ana, story, tmp_path)


def reorder(ana: Page, story: Story) -> None:
    """The list of what is few, and its proposal in whole lots."""
    ana.goto("/sites/hangzhou/stock?where=few")
    expect(ana.locator("main table")).to_contain_text("玻璃杯")
    check(ana)
    ana.goto("/sites/hangzhou/reorders")
    pieces = ana.locator(f"[name=pieces-{story.item.id}]")
    expect(pieces).to_have_value(str(ORDERED))
    check(ana)
    ana.locator("main form button.act").click()
    ana.wait_for_url("**/reorders/*", timeout=SOON)
    check(ana)
    ana.locator("main form button.act").click()
    ana.wait_for_url("**/goods-in/*", timeout=SOON)
    expect(ana.locator("#lines")).to_contain_text(str(ORDERED))
    check(ana)
    ana.goto("/sites/hangzhou/reorders")
    expect(pieces).to_have_count(0)


def task(bo: Page, path: str) -> None:
    bo.goto(path)
    expect(bo.locator("#scan-mode[data-ready]")).to_be_attached(timeout=SOON)
    check(bo)


def scan(bo: Page, text: str) -> Locator:
    """As a hand scanner types it. The band that answers."""
    field = bo.locator("[data-part=wedge] input[name=text]")
    field.fill(text)
    field.press("Enter")
    return bo.locator("[data-part=band]")


def receive(bo: Page, story: Story) -> None:
    """A piece by its barcode, the rest of its carton by a key, one by the shelf's tag; less came than was announced."""
    db.session.rollback()
    delivery_id = db.session.scalars(
        sa.select(GoodsIn.id).where(GoodsIn.closed_at.is_(None), GoodsIn.supplier_id > 0)
    ).one()
    task(bo, f"/sites/hangzhou/floor/goods-in?delivery={delivery_id}")
    progress = bo.locator("[data-part=progress]")
    expect(scan(bo, EAN)).to_contain_text("玻璃杯", timeout=SOON)
    expect(progress).to_contain_text(f"1 / {ORDERED}")
    bo.locator("[data-part=band] .keys button").first.tap()
    expect(progress).to_contain_text(f"{CARTON} / {ORDERED}", timeout=SOON)
    expect(scan(bo, story.tag)).to_contain_text("玻璃杯", timeout=SOON)
    expect(progress).to_contain_text(f"{CARTON + 1} / {ORDERED}", timeout=SOON)
    check(bo)
    bo.goto(f"/goods-in/{delivery_id}")
    check(bo)
    bo.locator("form[action$='/close'] button").click()
    expect(bo.locator(".banner")).to_be_visible(timeout=SOON)
    check(bo)
    assert story.stands() == (LEFT + CARTON + 1, CARTON + 1)


def carry(bo: Page, story: Story) -> None:
    bo.goto(f"/stock/{story.item.id}")
    check(bo)
    bo.fill("#refill [name=pieces]", "10")
    bo.click("#refill button.act")
    expect(bo.locator("#moves")).to_contain_text("10", timeout=SOON)
    assert story.stands() == (27, 15)


def write_off(bo: Page, story: Story) -> None:
    """Nothing is gone before the reason is chosen."""
    task(bo, "/sites/hangzhou/floor/waste")
    expect(scan(bo, EAN).locator(".keys button").first).to_be_visible(timeout=SOON)
    assert story.stands() == (27, 15)
    bo.locator("[data-part=band] .keys button").first.tap()
    expect(bo.locator("[data-part=band]")).to_have_class("scan-band done", timeout=SOON)
    check(bo)
    assert story.stands() == (26, 15)


def count(bo: Page, ana: Page, story: Story) -> None:
    """Two are scanned, the rest is written; one is missing, and a manager says so."""
    bo.goto("/sites/hangzhou/stock-counts")
    bo.fill("[name=name]", "货架 A")
    check(bo)
    bo.click("#begin button.act")
    expect(bo.locator("#scan-mode[data-ready]")).to_be_attached(timeout=SOON)
    expect(scan(bo, EAN)).to_contain_text("26", timeout=SOON)
    bo.wait_for_timeout(AGAIN)
    scan(bo, EAN)
    panel = bo.locator("#count-panel")
    expect(panel.locator("[name=pieces]")).to_have_value("2", timeout=SOON)
    panel.locator("[name=pieces]").fill("25")
    panel.get_by_role("button").last.click()
    bo.wait_for_url("**/stock-counts/*", timeout=SOON)
    expect(bo.locator("#counted")).to_contain_text("25")
    expect(bo.locator("form[action$='/apply']")).to_have_count(0)
    check(bo)
    assert story.stands() == (26, 15)
    ana.goto(bo.url)
    expect(ana.locator("#counted .badge.wrong")).to_contain_text("1")
    check(ana)
    ana.locator("form[action$='/apply'] button").click()
    expect(ana.locator(".banner.done")).to_be_visible(timeout=SOON)
    check(ana)
    assert story.stands()[0] == 25


def change_the_price(ana: Page, story: Story, folder: Path) -> None:
    """The tag says both prices, the price of a unit, style, origin and its code; with another price it is stale."""
    said = print_tag(ana, folder)
    for word in ("玻璃杯", "450 ml", "浙江义乌", "¥19.90", "15", ".90", "元/件"):
        assert word in said, word
    ana.goto("/sites/hangzhou/relabel")
    expect(ana.locator("#relabel")).to_have_count(0)
    ana.goto(f"/catalog/{story.item.sku.listing_id}/edit")
    member = ana.locator("#offer fieldset.sku [name$=member_fen]").first
    expect(member).to_have_value("15.90")
    member.fill("14.50")
    check(ana)
    ana.locator("#offer button.act").click()
    ana.wait_for_url(lambda url: not url.endswith("/edit"), timeout=SOON)
    ana.goto("/sites/hangzhou/relabel")
    expect(ana.locator("#relabel")).to_contain_text("¥14.50")
    assert "14" in print_tag(ana, folder)
    ana.goto("/sites/hangzhou/relabel")
    expect(ana.locator("#relabel")).to_have_count(0)


def print_tag(ana: Page, folder: Path) -> str:
    """From the list of what is to be hung anew; the words on the paper, whose code is the shelf's."""
    ana.goto("/sites/hangzhou/relabel")
    check(ana)
    ana.locator("#relabel button.act").click()
    expect(ana.locator("#print")).to_be_visible()
    ana.locator("#medium").select_option("70x38")
    expect(ana.locator("#medium")).to_have_value("70x38")
    ana.locator("#print button.act").click()
    ana.wait_for_url("**/prints/*", timeout=SOON)
    key = ana.locator("main a.act[href$='/file']")
    expect(key).to_be_visible(timeout=WORKER_STARTS)
    check(ana)
    with ana.expect_download() as arriving:
        key.click()
    path = folder / "tag.pdf"
    arriving.value.save_as(path)
    pdf = path.read_bytes()
    assert len(paper.codes_on(pdf)) == 1
    return paper.words(pdf)
