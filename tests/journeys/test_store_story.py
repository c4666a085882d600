"""A day in a member store: join at the desk, come in at the door, shop at the till, pay in two ways, bring one line
back, and close the shift to the fen.

Cas works on one tablet, the member has a phone; the customer's payment code is charged by a worker.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from selection_center.core.db import db, writing
from selection_center.membership.models import Card, Entry, Renewal
from selection_center.samples.models import Sample
from selection_center.stock.models import StockItem
from selection_center.till.models import PayMethod, Sale, SaleState, Shift
from tests import factories as make
from tests.journeys.shopping import read_code
from tests.journeys.visits import WORKER_STARTS, check, sign_in
from tests.membership import making as members
from tests.servers import LiveServer
from tests.till.making import BAGS_FEN, BAGS_MEMBER_FEN, Shop, shop

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]
SOON = 30_000
FLOAT, FEE, PENS_FEN = 20_000, 29_900, 990
CASH_PART = 2_000
PAYER = "134567890123456780"
NOTES = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)


@dataclass
class Story:
    server: LiveServer
    shop: Shop
    bags: Sample
    pens: Sample
    plan_id: int

    def is_as(self, what: sa.Select[int]) -> int:
        db.session.rollback()
        return db.session.scalar(what) or 0


@pytest.fixture
def story(live_server: LiveServer) -> Story:
    with writing():
        store = shop()
        db.session.delete(store.shift)  # Cas opens one
        bags = store.goods("加厚垃圾袋", member_fen=BAGS_MEMBER_FEN)
        pens = store.goods("中性笔", tiers=((1, PENS_FEN),))
        bag, pen = (make.sample(sku.listing, store.site, sku=sku) for sku in (bags, pens))
        plan = members.plan(fee_fen=FEE)
        db.session.commit()
    live_server.start("-m", "serving.work")
    return Story(live_server, store, bag, pen, plan.id)


def test_join_come_in_shop_pay_mixed_bring_back_and_close(story: Story, new_page: NewPage) -> None:
    cas = new_page(width=1024, height=768, base_url=story.server.url, has_touch=True)
    phone = new_page(base_url=story.server.url, is_mobile=True, has_touch=True)
    sign_in(cas, story.shop.cas.login)
    open_the_shift(cas, story)
    join(cas, story)
    put_the_card_on(phone)
    come_in(cas, phone)
    buy(cas, phone, story)
    pay_mixed(cas, story)
    read_the_receipt(phone)
    bring_a_line_back(cas, story)
    close_the_shift(cas, story)


def open_the_shift(cas: Page, story: Story) -> None:
    cas.goto("/sites/hangzhou/tills")
    check(cas)
    cas.locator(f"#till-{story.shop.till.id} a.btn").click()
    cas.fill("[name=float_fen]", f"{FLOAT / 100:.2f}")
    check(cas)
    cas.click("main button.act")
    expect(cas.locator("h1")).to_be_visible()
    assert story.is_as(sa.select(sa.func.count(Shift.id)).where(Shift.closed_at.is_(None))) == 1


def join(cas: Page, story: Story) -> None:
    """At the desk; the fee is taken at the till, in cash."""
    cas.goto("/sites/hangzhou/members/new")
    for name, text in (("name", "陈女士"), ("phone", "138 0000 8123")):
        cas.fill(f"#join [name={name}]", text)
    cas.locator(f"#join [name=plan][value='{story.plan_id}']").check(force=True)
    cas.locator("#join [name=method]").first.check(force=True)  # at the till
    cas.locator("#join [name=consent]").check()
    check(cas)
    cas.click("#join button.act")
    cas.wait_for_url("**/fee/*", timeout=SOON)
    check(cas)
    cas.click("main button.act")
    cas.wait_for_url(f"**/tills/{story.shop.till.id}*", timeout=SOON)
    ready(cas)
    check(cas)
    assert story.is_as(sa.select(sa.func.count(Renewal.id))) == 0
    cas.click("#pay-cash")
    cas.locator(f"#cash [name=note][value='{FEE}']").click()
    expect(cas.locator(".till-done")).to_contain_text("299", timeout=SOON)
    check(cas)
    assert story.is_as(sa.select(sa.func.count(Renewal.id))) == 1


def ready(cas: Page) -> None:
    expect(cas.locator("#till[data-ready]")).to_be_attached(timeout=SOON)


def put_the_card_on(phone: Page) -> None:
    db.session.rollback()
    link = db.session.scalars(sa.select(Card.link)).one()
    phone.goto(f"/my-card/{link}")
    check(phone)
    phone.locator(".dock button.act").tap()
    expect(phone.locator("#my-card .turning")).to_be_visible(timeout=SOON)
    check(phone)


def come_in(cas: Page, phone: Page) -> None:
    """Cas scans the code that the phone shows."""
    cas.goto("/sites/hangzhou/door")
    cas.fill("#door-scan", read_code(phone.locator("#my-card .turning")))
    cas.keyboard.press("Enter")
    expect(cas.locator(".door-band.done")).to_be_visible(timeout=SOON)
    check(cas)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Entry.id))) == 1


def scan(cas: Page, text: str) -> None:
    cas.fill("#till-scan", text)
    cas.keyboard.press("Enter")


def buy(cas: Page, phone: Page, story: Story) -> None:
    """Two bags, a pen, then the phone's card: the prices become a member's; the pen's line once more and back."""
    cas.goto(f"/tills/{story.shop.till.id}")
    ready(cas)
    total = cas.locator("[data-part=panel] .till-total .price")
    scan(cas, story.bags.code or "")
    expect(total).to_contain_text(f"{BAGS_FEN // 100}")
    scan(cas, story.bags.code or "")
    expect(cas.locator("[data-part=change]")).to_contain_text("1 → 2", timeout=SOON)
    scan(cas, story.pens.code or "")
    expect(cas.locator(".till-line")).to_have_count(2)
    scan(cas, read_code(phone.locator("#my-card .turning")))
    expect(cas.locator(".till-member")).to_contain_text("138****8123", timeout=SOON)
    expect(total).to_have_text(f"¥{the_total() / 100:.2f}", timeout=SOON)
    cas.locator(".till-line").last.locator("button[name=by]").last.click()
    expect(cas.locator("[data-part=change]")).to_contain_text("1 → 2", timeout=SOON)
    cas.locator("[data-part=change] button").click()
    expect(cas.locator("[data-part=change]")).to_contain_text("2 → 1", timeout=SOON)
    check(cas)


def the_total() -> int:
    return 2 * BAGS_MEMBER_FEN + PENS_FEN


def pay_mixed(cas: Page, story: Story) -> None:
    """Twenty yuan in cash, the rest by the code on the customer's phone."""
    cas.click("#pay-cash")
    cas.fill("#tendered", f"{CASH_PART / 100:.0f}")
    expect(cas.locator("[data-part=cash-said]")).to_contain_text(f"{(the_total() - CASH_PART) / 100:.2f}")
    check(cas)
    cas.click("#cash button.act")
    expect(cas.locator(".pay-line")).to_have_count(1, timeout=SOON)
    check(cas)
    cas.click("#pay-code")
    expect(cas.locator("#charge")).to_be_visible(timeout=SOON)
    scan(cas, PAYER)  # the field takes it, whatever the panel shows
    expect(cas.locator(".till-done")).to_be_visible(timeout=WORKER_STARTS)
    check(cas)
    sale = last_sale()
    assert (sale.state, sale.total_fen) == (SaleState.PAID, the_total())
    by = {payment.method: payment.amount_fen for payment in sale.payments}
    assert by == {PayMethod.CASH: CASH_PART, PayMethod.WECHAT: the_total() - CASH_PART}
    assert stock(story) == (18, 19)


def last_sale() -> Sale:
    db.session.rollback()
    return db.session.scalars(sa.select(Sale).order_by(Sale.id.desc()).limit(1)).one()


def stock(story: Story) -> tuple[int, ...]:
    db.session.rollback()
    skus = (story.bags.sku_id, story.pens.sku_id)
    return tuple(
        db.session.scalars(sa.select(StockItem.on_hand).where(StockItem.sku_id == sku_id)).one() for sku_id in skus
    )


def read_the_receipt(phone: Page) -> None:
    sale = last_sale()
    phone.goto(f"/r/{sale.token}")
    expect(phone.locator(".receipt-phone")).to_contain_text(sale.number or "none")
    expect(phone.locator(".receipt-phone")).to_contain_text(f"¥{the_total() / 100:.2f}")
    check(phone)


def bring_a_line_back(cas: Page, story: Story) -> None:
    """One bag of the two, fit to be sold again."""
    sale = last_sale()
    line = sale.lines[0]
    cas.goto(f"/sales/{sale.id}/refunds/new")
    cas.fill(f"[name='back-{line.id}']", "1")
    cas.click("#choose button[type=submit]")
    expect(cas.locator("#money .price").first).to_have_text(f"¥{BAGS_MEMBER_FEN / 100:.2f}")
    cas.fill("#refund [name=reason]", "买错了")
    check(cas)
    cas.click("#refund button.act")
    cas.wait_for_url("**/refunds/*", timeout=SOON)
    check(cas)
    sale = last_sale()
    assert [refund.total_fen for refund in sale.refunds] == [BAGS_MEMBER_FEN]
    assert stock(story) == (19, 19)


def close_the_shift(cas: Page, story: Story) -> None:
    """Cas counts what lies in the drawer, note by note; nothing differs."""
    db.session.rollback()
    shift = db.session.scalars(sa.select(Shift)).one()
    expected = shift.expected()
    back = sum(payment.amount_fen for refund in last_sale().refunds for payment in refund.payments)
    assert sum(expected.values()) == FLOAT + FEE + the_total() - back
    cas.goto(f"/shifts/{shift.id}/count")
    left = expected[PayMethod.CASH]
    for fen in NOTES:
        number, left = divmod(left, fen)
        cas.fill(f"[name=pieces_{fen}]", str(number))
    assert left == 0
    for method in (PayMethod.WECHAT, PayMethod.ALIPAY, PayMethod.CARD):
        cas.fill(f"[name={method.value}]", f"{expected[method] / 100:.2f}")
    check(cas)
    cas.click("#count button.act")
    expect(cas.locator(".banner.done")).to_be_visible(timeout=SOON)
    check(cas)
    cas.click("#close button.act")
    expect(cas.locator("h1")).to_be_visible(timeout=SOON)
    db.session.rollback()
    closed = db.session.scalars(sa.select(Shift)).one()
    assert not closed.is_open
    assert {count.method: count.difference_fen for count in closed.counts} == dict.fromkeys(PayMethod, 0)
    paid = db.session.scalars(sa.select(Sale).where(Sale.state == SaleState.PAID)).all()
    assert [sale.shift_id for sale in paid] == [closed.id, closed.id]
