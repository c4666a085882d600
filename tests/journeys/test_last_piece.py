"""The last piece: a member has it in the cart on the phone, somebody else at a till; both are paid at once.

One gets it; the other is told that it is sold out, at the till and on the phone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from selection_center.samples.models import Sample
from selection_center.till.models import Sale, SaleState, Shift, Till
from tests import factories as make
from tests.journeys.shopping import read_code
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer
from tests.till.making import Shop, shop

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]
SOON = 30_000


@dataclass
class Story:
    server: LiveServer
    shop: Shop
    exit_till: Till
    lamp: Sample
    link: str


@pytest.fixture
def story(live_server: LiveServer) -> Story:
    """One lamp is left. Cas sells at till 1, Ema at the exit desk; Dee's phone has no card yet."""
    with writing():
        store = shop()
        lamp = store.goods("lamp", pieces=1, member_fen=1_150)
        tag = make.sample(lamp.listing, store.site, sku=lamp)
        exit_till = Till.create(store.site, "出口")
        Shift.open(exit_till, 20_000, make.user("Ema", Role.CASHIER, store.site))
        link = store.member().link
        db.session.commit()
    return Story(live_server, store, exit_till, tag, link)


def test_the_phone_and_the_till_want_the_last_piece_at_once(story: Story, new_page: NewPage) -> None:
    phone = new_page(base_url=story.server.url, is_mobile=True, has_touch=True, language="en")
    cas, ema = (
        new_page(width=1024, height=768, base_url=story.server.url, has_touch=True, language="en") for _ in range(2)
    )
    fill_the_cart(phone, story)
    at_till(cas, story.shop.cas.login, story.shop.till, story.lamp.code or "")
    at_till(ema, "ema", story.exit_till, read_code(phone.locator("#go-ready .qr")))
    look_into_the_cart(ema, phone)
    pay_both(cas, ema)
    one_has_it(phone, cas, ema)


def fill_the_cart(phone: Page, story: Story) -> None:
    phone.goto(f"/my-card/{story.link}")
    phone.locator(".dock button.act").tap()
    expect(phone.locator("#my-card .turning")).to_be_visible(timeout=SOON)
    phone.goto("/go/hangzhou")
    check(phone)
    phone.fill("#go-text", story.lamp.code or "")
    phone.keyboard.press("Enter")
    expect(phone.locator("#go-cart")).to_contain_text("11.50")
    check(phone)
    phone.locator(".dock button.act").tap()
    expect(phone.locator("#go-ready .qr")).to_be_visible()
    check(phone)


def at_till(page: Page, login: str, till: Till, text: str) -> None:
    sign_in(page, login)
    page.goto(f"/tills/{till.id}")
    expect(page.locator("#till[data-ready]")).to_be_attached(timeout=SOON)
    page.fill("#till-scan", text)
    page.keyboard.press("Enter")
    expect(page.locator(".till-line")).to_have_count(1, timeout=SOON)


def look_into_the_cart(ema: Page, phone: Page) -> None:
    expect(phone.locator("#go-desk")).to_be_visible()
    check(phone)
    expect(ema.locator("#cart-check")).to_be_visible()
    ema.locator("#cart-check [name=seen]").check()
    check(ema)
    ema.click("#cart-check button.act")
    expect(ema.locator("#pay-cash")).to_be_visible()


def pay_both(cas: Page, ema: Page) -> None:
    """Both have the money in hand before either presses the key."""
    for page in (cas, ema):
        page.click("#pay-cash")
        page.fill("#tendered", "50")
    for page in (cas, ema):  # neither waits for the other's answer
        page.evaluate("document.querySelector('#cash button.act').click()")


def one_has_it(phone: Page, cas: Page, ema: Page) -> None:
    done = ".till-done"
    over = cas.locator(done).or_(cas.locator(".banner.no"))
    expect(over.first).to_be_visible(timeout=SOON)
    expect(ema.locator(done).or_(ema.locator(".banner.no")).first).to_be_visible(timeout=SOON)
    winners = [page for page in (cas, ema) if page.locator(done).count()]
    assert len(winners) == 1
    loser = ema if winners == [cas] else cas
    expect(loser.locator(".banner.no").first).to_contain_text("lamp")
    if winners == [ema]:
        expect(phone.locator("#go-paid")).to_be_visible()
    else:
        expect(phone.locator("#state")).to_contain_text("Sold out in the store.")
    check(phone)
    db.session.rollback()
    states = [sale.state for sale in db.session.scalars(sa.select(Sale).order_by(Sale.id))]
    assert sorted(states) == [SaleState.OPEN, SaleState.PAID]
