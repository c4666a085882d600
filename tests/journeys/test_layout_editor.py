"""A manager makes a label of her own: fields, order, sizes, QR; sees it change, keeps it, and takes it back."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from selection_center.printing.designs import Field
from selection_center.printing.own_layouts import OwnLayout
from tests import factories as make
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]
SOON = 20_000
PNG = re.compile("^data:image/png;base64,")


@pytest.fixture
def server(live_server: LiveServer) -> LiveServer:
    with writing():
        site = make.site()
        make.user("Ana", Role.MANAGER, site)
        for number, title in enumerate(("加厚平口自动收口垃圾袋 家用免撕", "316 不锈钢保温杯 车载便携")):
            offer = make.listing(
                make.supplier(), tiers=((3, 1280), (48, 1150), (200, 1020)), title=title, title_en=f"Goods {number}",
                specs=("囍字红 45×50 cm",), origin="浙江义乌",
            )  # fmt: skip
            make.sample(offer, site, make.stand(site) if not number else None)
        db.session.commit()
    return live_server


def changed(page: Page, picture: Locator, do: Callable[[], object]) -> None:
    """The picture is another one afterwards."""
    before = picture.get_attribute("src") or ""
    do()
    expect(picture).not_to_have_attribute("src", before, timeout=SOON)


@pytest.mark.parametrize("width", [1280, 820])
def test_a_label_of_our_own_is_made_seen_kept_and_taken_back(server: LiveServer, new_page: NewPage, width: int) -> None:
    page = new_page(width=width, height=1000, base_url=server.url)
    sign_in(page, "ana")
    page.goto("/sites/yiwu/print")
    page.locator("a[href$='/layouts']").first.click()
    check(page)
    page.locator("a[href*='base=label-medium']").click()
    picture = page.locator("[data-picture]")
    expect(picture).to_have_attribute("src", PNG)
    check(page)
    page.fill("#name", "挂牌")
    piece = page.locator("[data-piece]")
    changed(page, picture, lambda: page.locator("[name=show][value=factory]").check())
    changed(page, picture, lambda: piece.nth(1).locator("[data-move='-1']").click())
    changed(page, picture, lambda: page.locator("[name=size-price]").select_option("lead"))
    changed(page, picture, lambda: page.locator("#subject").select_option(index=1))
    changed(page, picture, lambda: page.locator("#medium").select_option("70x50"))
    changed(page, picture, lambda: page.locator("#side").select_option("18"))
    page.locator("#distance").select_option("aisle")
    expect(page.locator("[data-warning]")).to_contain_text("1.65 mm", timeout=SOON)
    changed(page, picture, lambda: page.locator("#medium").select_option("L7651"))
    expect(page.locator("[data-refusal]")).to_contain_text("mm", timeout=SOON)
    changed(page, picture, lambda: page.locator("#medium").select_option("70x50"))
    expect(page.locator("[data-refusal]")).to_be_hidden()
    page.locator("#distance").select_option("hand")
    page.locator("button[form=layout-form]").click()
    page.wait_for_url("**/own-layouts/*")
    db.session.rollback()
    design = db.session.scalars(sa.select(OwnLayout)).one().design
    assert [one.field for one in design.pieces[:2]] == [Field.NAME, Field.STAND]
    assert design.has(Field.FACTORY)
    page.goto("/sites/yiwu/print?layout=label")
    page.locator("#layout").select_option(label="挂牌")
    expect(page.locator("#layout option:checked")).to_have_text("挂牌", timeout=SOON)
    page.goto("/sites/yiwu/layouts")
    page.locator("[action$='/removal'] button").click()
    page.locator("[action$='/restoring'] button").click()
    expect(page.locator("main")).to_contain_text("挂牌")
    check(page)
