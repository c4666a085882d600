"""In a real browser: the card goes onto the phone, turns there without a network, and opens the door on a tablet."""

import io
import re
from collections.abc import Callable

import sqlalchemy as sa
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from selection_center.core import codes
from selection_center.core.db import db
from selection_center.membership import turning
from selection_center.membership.cards import Card
from selection_center.membership.entries import Entry
from selection_center.membership.reading import CardRead, read_card
from selection_center.sites.models import Site
from tests.browsing import accessibility_problems
from tests.journeys.visits import sign_in
from tests.membership import making
from tests.servers import LiveServer

NewPage = Callable[..., Page]


def shown_code(phone: Page) -> str:
    """What a scanner reads off the phone's screen."""
    picture = Image.open(io.BytesIO(phone.locator("#my-card svg.turning").screenshot()))
    [read] = zxingcpp.read_barcodes(picture)
    return str(read.text)


def scan(tablet: Page, text: str) -> None:
    tablet.fill("#door-scan", text)
    tablet.press("#door-scan", "Enter")


def test_a_card_on_the_phone_opens_the_door(live_server: LiveServer, new_page: NewPage) -> None:
    site = making.store()
    member = making.member(site, "陈女士", "13800008000")
    making.renewed(member, making.plan(guests=2))
    making.cashier(site)
    card = member.cards[0]
    db.session.commit()
    url, link, code = live_server.url, card.link, card.code

    phone = new_page(base_url=url)
    phone.goto(f"/my-card/{link}")
    phone.get_by_role("button", name="放到这部手机上").click()
    expect(phone.locator("#my-card h1")).to_have_text("陈女士")
    expect(phone.locator("#my-card [data-part=left]")).to_be_visible()
    assert accessibility_problems(phone) == []
    first = shown_code(phone)
    found = read_card_here(first)
    assert found is not None
    assert found.problem is None, "what the phone draws is what the server makes"

    tablet = new_page(width=1024, height=768, base_url=url)
    sign_in(tablet, "cai")
    tablet.goto("/sites/hangzhou/door")
    expect(tablet.locator("#door[data-ready]")).to_be_visible()
    scan(tablet, first)
    expect(tablet.locator(".door-band.done .word")).to_have_text("请进")
    expect(tablet.locator(".door-who")).to_have_text("陈女士")
    assert accessibility_problems(tablet) == []
    tablet.get_by_role("button", name="3 人").click()
    expect(tablet.locator(".door-count")).to_contain_text("在场 3 人")
    expect(tablet.locator(".door-band .reason")).to_contain_text("3 人同行")
    expect(tablet.locator("#door-scan")).to_be_focused()
    scan(tablet, shown_code(phone))
    expect(tablet.locator(".door-band.already .word")).to_have_text("已经进来了")
    tablet.get_by_role("link", name="下一位").click()
    expect(tablet.locator(".door-band.idle")).to_be_visible()
    tablet.get_by_role("link", name="离场").click()
    expect(tablet.locator("#door[data-ready]")).to_be_visible()
    scan(tablet, codes.format_code(code))
    expect(tablet.locator(".door-band.done .word")).to_have_text("慢走")
    expect(tablet.locator(".door-count")).to_contain_text("在场 0 人")
    db.session.rollback()
    assert db.session.scalars(sa.select(Entry)).one().guests == 2


def read_card_here(text: str) -> CardRead | None:
    db.session.rollback()
    return read_card(text, db.session.scalars(sa.select(Site)).one())


def test_the_card_turns_without_a_network(live_server: LiveServer, new_page: NewPage) -> None:
    member = making.member(making.store())
    making.renewed(member, making.plan())
    db.session.commit()
    card_id, link = member.cards[0].id, member.cards[0].link
    phone = new_page(base_url=live_server.url)
    phone.clock.install()
    phone.goto(f"/my-card/{link}")
    phone.get_by_role("button", name="放到这部手机上").click()
    expect(phone.locator("#my-card [data-part=left]")).to_be_visible()
    expect_kept(phone)
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("#my-card [data-part=left]")).to_be_visible()
    expect(phone.locator("#my-card [data-part=offline]")).to_be_visible()
    before = shown_code(phone)
    phone.clock.fast_forward(20 * 3600 * 1000)
    expect(phone.locator("#my-card")).not_to_have_attribute("data-code", before)
    later = turning.read(shown_code(phone))
    db.session.rollback()
    card = db.session.get_one(Card, card_id)
    assert later is not None
    assert turning.is_genuine(later, card.secret), "twenty hours on, still the server's own code"
    assert later.step - turning.step_at() > 2300
    phone.clock.fast_forward(48 * 3600 * 1000)
    expect(phone.locator("#my-card [data-part=ended]")).to_be_visible()


def expect_kept(phone: Page) -> None:
    """The phone has kept what the page is made of."""
    for _try in range(50):
        kept = phone.evaluate("async () => (await (await caches.open('my-card-1')).keys()).map((each) => each.url)")
        if all(any(part in each for each in kept) for part in ("/my-card/", "turning.js", "app.js", "door.css")):
            return
        phone.wait_for_timeout(200)
    raise AssertionError(f"kept only {kept}")


def test_the_phone_makes_the_codes_and_qr_that_the_server_does(live_server: LiveServer, page: Page) -> None:
    secret, handle = "5f" * 32, "7K3M9QX2AT" + codes.check_symbol("7K3M9QX2AT")
    page.goto(f"{live_server.url}/code")
    for step in (0, 1, 59_000_000, 59_001_919, 2**30 - 1):
        keys = {str(day): key for day, key in turning.keys_from(secret, step).items()}
        wanted = turning.code_of(handle, secret, step)
        made = page.evaluate(
            "async ([state, step]) => {"
            " const {codeOf} = await import('/static/js/modules/turning.js');"
            " const {matrixOf} = await import('/static/js/modules/qr-small.js');"
            " const code = codeOf(state, step);"
            " return [code, matrixOf(code).map((row) => row.map((dark) => dark ? '1' : '0').join('')).join('/')]; }",
            [{"handle": handle, "keys": keys}, step],
        )
        assert made[0] == wanted
        assert read_back(made[1]) == wanted
    assert re.fullmatch(r"MU[0-9A-Z]{32}", wanted)


def read_back(matrix: str) -> str:
    rows = matrix.split("/")
    assert len(rows) == 25
    image = Image.new("L", (33, 33), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            image.putpixel((x + 4, y + 4), 0 if dark == "1" else 255)
    [read] = zxingcpp.read_barcodes(image.resize((330, 330), Image.Resampling.NEAREST))
    return str(read.text)
