"""A tablet in a clerk's hands: scan what goes out, sign on the glass, and scan what comes back."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Page, expect

from selection_center.accounts.models import User
from selection_center.core import pictures
from selection_center.core.codes import address
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples.loan_forms import STROKES
from selection_center.samples.loans import Loan
from selection_center.samples.models import Sample
from tests import factories as make
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]


@pytest.fixture
def samples(live_server: LiveServer) -> list[Sample]:
    site = make.site()
    make.user("Ana", Role.MANAGER, site)
    listing, stand = make.listing(make.supplier()), make.stand(site)
    made = [make.sample(listing, site, stand) for _ in range(3)]
    db.session.commit()
    return made


def typed(page: Page, text: str) -> None:
    """As a scanner types: fast, and Enter at the end."""
    page.keyboard.type(text, delay=2)
    page.keyboard.press("Enter")


def sign(page: Page) -> None:
    """Two strokes on the glass."""
    glass = page.locator(".signature > svg")
    glass.scroll_into_view_if_needed()
    box = glass.bounding_box()
    assert box is not None
    for start in (0.2, 0.5):
        page.mouse.move(box["x"] + box["width"] * start, box["y"] + box["height"] * 0.3)
        page.mouse.down()
        for step in range(1, 8):
            page.mouse.move(box["x"] + box["width"] * (start + step / 40), box["y"] + box["height"] * (0.3 + step / 20))
        page.mouse.up()


def wait_until_smaller(page: Page, size: int) -> None:
    """The chosen photo is made smaller in the browser before it is sent."""
    chosen = page.locator("input[type=file]").first
    for _try in range(100):
        if chosen.evaluate("field => field.files[0].size") < size:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the photo stayed as it was")


def the_loan() -> Loan:
    db.session.rollback()
    return db.session.scalars(sa.select(Loan)).one()


@pytest.mark.parametrize(("width", "height"), [(820, 1180), (1180, 820)])
def test_a_clerk_lends_three_and_takes_them_back(
    live_server: LiveServer, new_page: NewPage, samples: list[Sample], width: int, height: int, tmp_path: Path
) -> None:
    ana = new_page(width=width, height=height, base_url=live_server.url, has_touch=True, reduced_motion="reduce")
    sign_in(ana, "ana")
    ana.goto("/sites/yiwu/floor")
    ana.locator("#task-lend").tap()
    ana.wait_for_selector("#scan-mode[data-ready]")
    for number, sample in enumerate(samples, 1):
        typed(ana, address(sample.code or "", live_server.url))
        expect(ana.locator("#to-signature")).to_contain_text(f"{number} 件")
    typed(ana, samples[0].code or "")
    expect(ana.locator("[data-part=band]")).to_contain_text("扫过了")
    check(ana)
    ana.locator("#to-signature").tap()
    expect(ana.locator("#pieces .lent-piece")).to_have_count(3)
    check(ana)

    ana.locator(".lent-piece summary").first.tap()
    photo = tmp_path / "large.jpg"
    Image.effect_noise((3000, 2000), 60).save(photo, "JPEG", quality=95)
    ana.locator("input[type=file]").first.set_input_files(photo)
    wait_until_smaller(ana, photo.stat().st_size)
    for name, text in (("name", "林小满"), ("phone", "13900009000"), ("purpose", "晚八点直播"), ("deposit", "200")):
        ana.locator(f"#lend [name={name}]").fill(text)
    ana.get_by_text("已告知借样人，对方同意").tap()
    lend = ana.get_by_role("button", name="签字借出")
    lend.tap()
    expect(ana.get_by_text("请借样人在屏上签字，或打上全名。")).to_be_in_viewport()
    expect(ana.locator("#signed_name")).to_be_focused()
    sign(ana)
    ana.get_by_role("button", name="清掉").tap()
    assert ana.locator("#signature").input_value() == ""
    sign(ana)
    assert STROKES.fullmatch(ana.locator("#signature").input_value())
    check(ana)
    lend.tap()
    expect(ana.locator("h1")).to_contain_text("借样单")
    check(ana)
    loan = the_loan()
    assert (len(loan.open_items), loan.signature.count("M"), loan.deposit_fen) == (3, 2, 20000)
    assert loan.items[0].photo
    with Image.open(pictures.path(loan.items[0].photo, "full")) as kept:
        assert max(kept.size) <= pictures.SIZES["full"]

    ana.get_by_role("link", name="扫码还样").tap()
    ana.wait_for_selector("#scan-mode[data-ready]")
    for sample in samples[:2]:
        typed(ana, sample.code or "")
    expect(ana.locator("[data-part=progress]")).to_contain_text("2")
    expect(ana.locator("[data-part=panel] .badge.done")).to_have_count(2)
    check(ana)
    ana.locator("[data-key=undo]").tap()
    expect(ana.locator(".scan-row.undone")).to_have_count(1)
    expect(ana.locator("[data-part=panel] .badge.done")).to_have_count(1)
    assert len(the_loan().open_items) == 2
    for sample in samples[1:]:
        typed(ana, sample.code or "")
    expect(ana.get_by_role("link", name="要退的押金").first).to_be_visible()
    assert not the_loan().is_open


def test_a_typed_name_signs_without_scripts(live_server: LiveServer, new_page: NewPage, samples: list[Sample]) -> None:
    ana = new_page(width=820, height=1180, base_url=live_server.url, java_script_enabled=False)
    sign_in(ana, "ana")
    ana.goto("/sites/yiwu/loans/new")
    for sample in samples[:2]:
        ana.locator("#code").fill(sample.code or "")
        ana.locator("#code").press("Enter")
    expect(ana.locator("#pieces .lent-piece")).to_have_count(2)
    ana.locator("#kind-2").check()
    expect(ana.locator("#lend [name=phone]")).to_be_hidden()
    ana.locator("#lend [name=colleague]").select_option(label="Ana")
    ana.locator("#lend [name=purpose]").fill("拍短视频")
    ana.locator("#lend [name=signed_name]").fill("Ana")
    ana.get_by_role("button", name="签字借出").click()
    expect(ana.locator("h1")).to_contain_text("借样单")
    loan = the_loan()
    assert (loan.signed_name, len(loan.open_items)) == ("Ana", 2)


def test_a_tick_in_a_table_takes_a_finger(live_server: LiveServer, new_page: NewPage, samples: list[Sample]) -> None:
    """44 px to tap, although the box that is drawn at their left is smaller."""
    loan = make.loan(samples, db.session.scalars(sa.select(User)).one())
    db.session.commit()
    ana = new_page(width=820, height=1180, base_url=live_server.url, has_touch=True)
    sign_in(ana, "ana")
    ana.goto(f"/loans/{loan.id}")
    tick = ana.locator("input[name=item]").first
    expect(tick).not_to_be_checked()
    tick.scroll_into_view_if_needed()
    box = tick.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for times, (right, down) in enumerate([(-11, 0), (31, 0), (0, -21), (0, 21)], 1):
        ana.touchscreen.tap(middle[0] + right, middle[1] + down)
        expect(tick).to_be_checked(checked=times % 2 == 1)
