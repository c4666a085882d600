"""What a buyer sees who scans what nobody can order any more: others of its kind, the nearest first."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from selection_center.catalog.models import ListingState
from selection_center.catalog.suppliers import PriceVisibility
from selection_center.core.db import db, writing
from selection_center.core.kept_pages import _kept
from selection_center.samples.models import RetireReason, Sample
from selection_center.sites.models import Site
from tests import factories as make
from tests.journeys.visits import check
from tests.servers import LiveServer
from tests.visitors import Visitor


@pytest.fixture
def site(app: Flask) -> Site:
    _kept.clear()
    return make.site()


def hung(site: Site, title: str, letter: str, bay: int, level: int = 2, **values: Any) -> Sample:
    listing = make.listing(
        make.supplier(f"{title}厂"), title=title, **({"category": "收纳", "title_en": title} | values)
    )
    return make.sample(listing, site, make.stand(site, letter, bay, level))


def take_off(sample: Sample) -> None:
    sample.listing.state = ListingState.OFF_SHELF
    db.session.commit()


def offered(page: str) -> list[str]:
    """Their codes, in the order of the page."""
    return re.findall(r'href="/S/(\w+)"', similar(page))


def similar(page: str) -> str:
    return page[page.index('id="similar"') :].partition("</section>")[0]


def test_the_nearest_of_the_same_kind_come_first(site: Site, client: Visitor) -> None:
    gone = hung(site, "下架", "B", 5)
    far, near, level = hung(site, "远", "A", 5), hung(site, "近", "B", 6), hung(site, "同架", "B", 5, level=1)
    kin = hung(site, "同厂", "B", 5, level=3, category="别的")
    kin.listing.supplier = gone.listing.supplier
    hung(site, "别类", "B", 4, category="别的")
    take_off(hung(site, "也下架", "B", 5, level=4))
    elsewhere = make.site("chenghai")
    hung(elsewhere, "别处", "B", 5)
    take_off(gone)
    page = client.get(f"/s/{gone.code}").text
    assert offered(page) == [level.code, near.code, far.code, kin.code]


def test_near_is_what_the_plan_says(site: Site, client: Visitor) -> None:
    """Racks of two zones stand back to back; those of one zone go around the hall."""
    gone, across, along = hung(site, "下架", "A", 1), hung(site, "对面", "B", 9), hung(site, "尽头", "A", 2)
    for sample, x in ((gone, 0), (across, 12), (along, 300)):
        assert sample.stand is not None
        sample.stand.bay.x = x
    take_off(gone)
    assert offered(client.get(f"/s/{gone.code}").text) == [across.code, along.code]


def test_one_that_was_taken_away_is_near_to_where_it_stood(site: Site, client: Visitor) -> None:
    gone, far, near = hung(site, "坏了", "B", 5), hung(site, "远", "A", 5), hung(site, "近", "B", 6)
    gone.retire(RetireReason.DAMAGED)
    db.session.commit()
    assert offered(client.get(f"/s/{gone.code}").text) == [near.code, far.code]


def test_each_says_its_stand_and_its_price_to_those_who_may_see_it(site: Site, client: Visitor) -> None:
    gone, plain, shy = hung(site, "下架", "B", 5), hung(site, "明价", "B", 6), hung(site, "暗价", "B", 7)
    assert shy.listing.supplier is not None
    shy.listing.supplier.price_visibility = PriceVisibility.STAFF
    take_off(gone)
    page = client.get(f"/s/{gone.code}").text
    part = similar(page)
    assert ("B-06-2" in part, "B-07-2" in part) == (True, True)
    assert part.count(".80</span>") == 1
    assert plain.listing.title in part


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "这里的相似样品"), ("en", "Similar samples here")])
def test_on_a_phone(live_server: LiveServer, new_page: Callable[..., Page], language: str, words: str) -> None:
    with writing():
        site = make.site()
        gone = hung(site, "下架", "B", 5)
        near = hung(
            site, "加厚平口自动收口垃圾袋 家用免撕 大号加厚款", "B", 6, title_en="Thick drawstring bin bags, large"
        )
        take_off(gone)
    phone = new_page(width=390, language=language, base_url=live_server.url)
    phone.goto(f"/s/{gone.code}")
    check(phone)
    others = phone.locator("#similar")
    expect(others).to_contain_text(words)
    expect(others.locator(".price")).to_have_text("¥12.80")
    expect(others).to_be_in_viewport()
    others.locator("a").first.click()
    expect(phone.locator("h1")).to_have_text(near.listing.title if language == "zh-CN" else near.listing.title_en)
