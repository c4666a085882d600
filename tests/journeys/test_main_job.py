"""The main job: a table of offers becomes an order placed at the shelf, sent and completed."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from selection_center.config import ROOT
from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from tests import factories as make
from tests.journeys import office
from tests.journeys.shopping import Shopper, Wish
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]
REAL_OFFERS = ROOT.parent / "shared" / "data" / "offers-real.csv"
FACTORY = "义乌市禾一日用品有限公司"
NEWS = 20_000
"""Milliseconds until a page that lies open has asked for news."""
HEADER = ("商品ID", "商品标题", "英文标题", "规格", "英文规格", "阶梯价", "起批量", "公司名称", "装箱量", "外箱尺寸")
TIERS = "3-47个 ¥12.80; 48-199个 ¥11.50; 200个以上 ¥10.20"
BAGS = ("600000000001", "加厚平口自动收口垃圾袋", "Thick drawstring bin bags")
ROWS = [
    (*BAGS, "红", "Red", TIERS, 3, "", 200, "60x40x30"),
    (*BAGS, "金", "Gold", TIERS, 3, "", 200, "60x40x30"),
    ("600000000002", "小熊毛绒挂件", "Bear charm", "", "", "10个以上 ¥3.60", 10, "澄海澄意玩具厂", "", ""),
]


@pytest.fixture
def shop(live_server: LiveServer) -> LiveServer:
    """Ana's center with one stand, a worker at its jobs, and nothing else."""
    with writing():
        site = make.site(phone="0579-85550000")
        make.stand(site)
        make.user("Ana", Role.MANAGER, site)
        make.user("Bo", Role.FLOOR_STAFF, site)
        db.session.commit()
    live_server.start("-m", "serving.work")
    return live_server


@pytest.fixture
def ana(shop: LiveServer, new_page: NewPage) -> Page:
    """Ana's desk, signed in."""
    page = new_page(width=1280, height=900, language="en-GB", base_url=shop.url)
    sign_in(page, "ana")
    check(page)
    return page


@pytest.fixture
def bo(shop: LiveServer, new_page: NewPage) -> Page:
    """Bo's tablet, which lies open at the orders."""
    page = new_page(width=820, height=1180, language="en-GB", base_url=shop.url)
    sign_in(page, "bo")
    check(page)
    page.goto("/sites/yiwu/orders")
    check(page)
    return page


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    with xlsxwriter.Workbook(tmp_path / "offers.xlsx") as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((HEADER, *ROWS)):
            sheet.write_row(number, 0, row)
    return tmp_path / "offers.xlsx"


def labels_of_bags(ana: Page, workbook: Path) -> list[str]:
    assert office.bring_in(ana, workbook, FACTORY) == 2
    office.make_samples(ana, "垃圾", 1, BAGS[0], pieces=2)
    return office.print_labels(ana)


def handle(bo: Page, number: str, dee: Page) -> None:
    """Bo sees the order come in, settles its freight and carries it to the end; Dee's page follows."""
    expect(bo.get_by_text("1 new order")).to_be_visible(timeout=NEWS)  # nobody loaded the page again
    check(bo)
    bo.get_by_role("link", name="Show", exact=True).click()
    bo.get_by_role("link", name=number).click()
    check(bo)
    bo.fill("[name=freight]", "12")
    bo.get_by_role("button", name="Settle freight").click()
    expect(bo.locator("main")).to_contain_text("¥12.00")
    bo.get_by_role("button", name="Confirm order").click()
    bo.fill("[name=carrier]", "中通")
    check(bo)
    dee.reload()
    expect(dee.locator("main")).to_contain_text("¥12.00")
    bo.fill("[name=tracking_number]", "73100012345678")
    bo.get_by_role("button", name="Mark as shipped").click()
    bo.get_by_role("button", name="Complete order").click()
    expect(bo.locator("h1")).to_contain_text("Completed")
    check(bo)


def test_a_workbook_becomes_an_order_in_chinese(ana: Page, bo: Page, new_page: NewPage, workbook: Path) -> None:
    labels = labels_of_bags(ana, workbook)
    assert len(set(labels)) == 2
    dee = Shopper(new_page())
    dee.scan(labels[0])
    expect(dee.page.locator("h1")).to_have_text(BAGS[1])
    expect(dee.page.locator("main")).to_contain_text(office.PLACE)
    expect(dee.page.locator("main")).to_contain_text(FACTORY)
    dee.add(Wish(48, dearer="12.80", unit="11.50", total="552"))
    number = dee.order()
    handle(bo, number, dee.page)
    dee.page.reload()
    expect(dee.page.locator("h1")).to_contain_text("已完成")
    expect(dee.page.locator("main")).to_contain_text("73100012345678")
    dee.check()


def test_dee_orders_in_english_and_without_scripts(
    ana: Page, bo: Page, shop: LiveServer, new_page: NewPage, workbook: Path
) -> None:
    labels = labels_of_bags(ana, workbook)
    english = Shopper(new_page(language="en-GB"))
    english.scan(labels[0])
    expect(english.page.locator("h1")).to_have_text(BAGS[2])
    english.add(Wish(200, dearer="11.50", unit="10.20", total="2,040"))
    number = english.order()
    handle(bo, number, english.page)
    english.page.reload()
    expect(english.page.locator("h1")).to_contain_text("Completed")
    english.check()

    plain = Shopper(new_page(java_script_enabled=False), has_script=False)
    plain.scan(labels[1])
    plain.add(Wish(48, dearer="12.80", unit="11.50", total="552"))
    another = plain.order()
    assert another != number
    bo.goto("/sites/yiwu/orders")
    expect(bo.get_by_role("link", name=another)).to_be_visible()


@pytest.mark.skipif(not REAL_OFFERS.exists(), reason=f"{REAL_OFFERS.name} is not beside this folder")
def test_a_real_export_becomes_an_order(ana: Page, bo: Page, new_page: NewPage) -> None:
    assert office.bring_in(ana, REAL_OFFERS, FACTORY) > 300
    with REAL_OFFERS.open(encoding="utf-8-sig", newline="") as table:
        hits = sum("链条" in row["商品标题"] for row in csv.DictReader(table))
    office.make_samples(ana, "链条", hits, "838268513268", pieces=1)
    [label] = office.print_labels(ana)
    dee = Shopper(new_page())
    dee.scan(label)
    dee.add(Wish(5, dearer="11.50", unit="11.00", total="55"))
    handle(bo, dee.order(), dee.page)
    dee.page.reload()
    expect(dee.page.locator("h1")).to_contain_text("已完成")
