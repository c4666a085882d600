"""A day on the floor before a camera: twenty samples come in, stand, go out and come back, and are counted.

What the camera sees are our own printed labels, held as clerks hold them; each step is a tablet of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL.Image import Image
from playwright.sync_api import Browser, Page, expect

from selection_center.core import codes
from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from selection_center.printing import drawing
from selection_center.printing.media import MEDIA
from selection_center.printing.values import blank_values, sample_values, stand_values
from selection_center.samples.models import Sample, SampleState
from selection_center.samples.sightings import Sighting
from selection_center.samples.stocktakes import Stocktake
from selection_center.samples.tags import Tag
from selection_center.sites.models import Stand
from tests import factories as make
from tests.journeys import camera
from tests.journeys.shopping import read_code
from tests.journeys.visits import check, sign_in
from tests.printing import paper
from tests.servers import LiveServer

pytestmark = pytest.mark.journey
PIECES, LENT, RETURNED = 20, 5, 4
PATIENCE = 180_000
"""Milliseconds for a whole film of labels, on a busy machine."""
SOON = 30_000
SIGN_STAYS = 4
"""So many times as long as a label: a sign that went by unread would put what follows onto the stand before it."""
WIDTHS = cycle([(820, 1180), (1180, 820)])
NewPage = Callable[..., Page]


@dataclass
class Floor:
    """The center, the pieces that a factory has announced, and the two stands where they will stand."""

    server: LiveServer
    browser: Browser
    folder: Path
    delivery_id: int
    samples: list[Sample]
    stands: list[Stand]

    @contextmanager
    def tablet(self, path: str, seen: Sequence[Image]) -> Iterator[Page]:
        """Bo's tablet at this page of scan mode, these pictures before its camera, one after the other."""
        film = camera.film(self.folder / "seen.mjpeg", seen, shown=0.6, gap=0.2)
        with camera.another(self.browser, *camera.flags(film)) as new_page:
            width, height = next(WIDTHS)
            page = new_page(width=width, height=height, base_url=self.server.url, has_touch=True)
            sign_in(page, "bo")
            page.goto(path)
            expect(page.locator("#scan-mode[data-ready]")).to_be_attached(timeout=SOON)
            page.locator("[data-camera=open]").click()
            yield page
            check(page)

    def until(self, page: Page, what: sa.Select[int], count: int) -> None:
        """Waits until this many are found."""
        for _quarter in range(PATIENCE // 250):
            if found(what) == count:
                return
            page.wait_for_timeout(250)
        raise AssertionError(f"{found(what)} instead of {count}: {page.locator('[data-part=strip]').inner_text()}")


@pytest.fixture
def floor(live_server: LiveServer, browser: Browser, tmp_path: Path) -> Floor:
    with writing():
        site, supplier = make.site(), make.supplier()
        stands = [make.stand(site), make.stand(site, bay=4)]
        offers = [
            (make.listing(supplier, title=f"收纳盒 {number}", title_en=f"Box {number}"), 2)
            for number in range(PIECES // 2)
        ]
        delivery = make.delivery(supplier, site, *offers)
        make.user("Ana", Role.MANAGER, site)
        make.user("Bo", Role.FLOOR_STAFF, site)
        db.session.commit()
    samples = list(db.session.scalars(delivery.samples()))
    assert len(samples) == PIECES
    return Floor(live_server, browser, tmp_path, delivery.id, samples, stands)


def held(pictures: Sequence[Image]) -> list[Image]:
    """As a clerk holds one after the other: turned, tilted, blurred, in poor light."""
    return [camera.seen(picture, shot) for picture, shot in zip(pictures, cycle(camera.HELD), strict=False)]


def printed(samples: Sequence[Sample]) -> list[Image]:
    return held(camera.labels([sample_values(sample, "zh", True) for sample in samples]))


def sign_of(stand: Stand) -> Image:
    """The sign of a stand, as it lies on its page of A6."""
    page = drawing.render("stand", MEDIA["A6"], "zh", [(1, 1, stand_values(stand, "zh"))])
    return camera.seen(paper.raster(page, 0, camera.DPI))


def here(*conditions: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(sa.func.count(Sample.id)).where(Sample.state == SampleState.HERE, *conditions)


def standing(stand: Stand) -> sa.ColumnElement[bool]:
    return Sample.placement.has(stand_id=stand.id)


def test_twenty_samples_come_in_stand_go_out_come_back_and_are_counted(floor: Floor, new_page: NewPage) -> None:
    receive(floor)
    place(floor)
    lend(floor)
    give_back(floor)
    count(floor)
    apply_the_count(floor, new_page)


def test_a_walk_in_is_registered_and_their_phone_shows_at_once_what_the_tablets_camera_adds(
    floor: Floor, new_page: NewPage
) -> None:
    collected = floor.samples[::2][:3]
    with writing():
        for sample in collected:
            sample.place_on(floor.stands[0])
        db.session.commit()
    code = registered(new_page(width=820, height=1180, base_url=floor.server.url, has_touch=True))
    phone = new_page(base_url=floor.server.url, is_mobile=True, has_touch=True)
    phone.goto(f"/V/{code}")
    phone.locator(".dock button.act").tap()
    expect(phone.locator(".dock a.act")).to_be_visible(timeout=SOON)
    phone.goto("/list")
    with floor.tablet(f"/sites/yiwu/floor/collect?visit={code}", printed(collected)):
        for sample in collected:
            expect(phone.get_by_text(sample.listing.title).first).to_be_visible(timeout=PATIENCE)
    check(phone)


def registered(desk: Page) -> str:
    """Name and kind of buyer, and the key: the visit's code, read off the screen as the phone does."""
    sign_in(desk, "bo")
    desk.goto("/sites/yiwu/visits")
    desk.fill("main form [name=name]", "林小满")
    desk.locator("main form [name=kind][value=livestreamer]").check()
    desk.locator("main form button.act").click()
    desk.wait_for_url("**/visits/*")
    check(desk)
    return read_code(desk.locator("main .qr").first).rpartition("/")[2]


def receive(floor: Floor) -> None:
    path = f"/sites/yiwu/floor/receive?delivery={floor.delivery_id}"
    with floor.tablet(path, printed(floor.samples)) as bo:
        floor.until(bo, here(), PIECES)
        expect(bo.locator("[data-part=progress]")).to_contain_text(f"{PIECES} / {PIECES}", timeout=SOON)


def place(floor: Floor) -> None:
    labels, half = printed(floor.samples), PIECES // 2
    signs = [[sign_of(stand)] * SIGN_STAYS for stand in floor.stands]
    with floor.tablet("/sites/yiwu/floor/place", [*signs[0], *labels[:half], *signs[1], *labels[half:]]) as bo:
        floor.until(bo, here(standing(floor.stands[0])), half)
        floor.until(bo, here(standing(floor.stands[1])), half)


def lend(floor: Floor) -> None:
    with floor.tablet("/sites/yiwu/floor/lend", printed(floor.samples[:LENT])) as bo:
        expect(bo.locator("#to-signature")).to_contain_text(f"{LENT} 件", timeout=PATIENCE)
        bo.locator("#to-signature").click()
        for name, text in (("name", "林小满"), ("phone", "13900009000"), ("purpose", "周五直播"), ("deposit", "200")):
            bo.locator(f"#lend [name={name}]").fill(text)
        bo.locator("#lend [name=consent]").check()
        sign(bo)
        bo.locator("#lend button.act").click()
        bo.wait_for_url("**/loans/*", timeout=SOON)
        expect(bo.locator("h1")).to_contain_text("借样单")
    assert found(away()) == LENT


def away() -> sa.Select[int]:
    return here(Sample.loan_item.has())


def sign(page: Page) -> None:
    """A stroke on the glass."""
    glass = page.locator(".signature > svg")
    glass.scroll_into_view_if_needed()
    box = glass.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 10):
        page.mouse.move(box["x"] + 60 + 15 * step, box["y"] + 60 + 6 * step)
    page.mouse.up()


def give_back(floor: Floor) -> None:
    with floor.tablet("/sites/yiwu/floor/give-back", printed(floor.samples[:RETURNED])) as bo:
        floor.until(bo, away(), LENT - RETURNED)
        expect(bo.locator("[data-part=progress]")).to_contain_text(f"{RETURNED} / {LENT}", timeout=SOON)


def count(floor: Floor) -> None:
    """The zone of both stands: the last one lies nowhere, the one before it on the other stand, a foreign tag there."""
    on_first, on_second = floor.samples[: PIECES // 2], floor.samples[PIECES // 2 : -2]
    on_first = [sample for sample in on_first if sample is not floor.samples[LENT - 1]]
    misplaced = floor.samples[-2]
    db.session.rollback()
    foreign = Tag(code=codes.new_code(), site=floor.stands[0].site)
    assert foreign not in db.session
    with writing():
        zone = floor.stands[0].bay.zone
        counting = Stocktake.begin(floor.stands[0].site, None, zone=zone)
        db.session.commit()
    (stranger,) = held(camera.labels([blank_values(foreign)], "blank"))
    first, second = ([sign_of(stand)] * SIGN_STAYS for stand in floor.stands)
    seen = [*first, *printed(on_first), *printed([misplaced]), stranger, *second, *printed(on_second)]
    with floor.tablet(f"/sites/yiwu/floor/count?stocktake={counting.id}", seen) as bo:
        floor.until(bo, sightings(counting), PIECES - 2)
        for outcome in ("wrong", "unknown"):
            expect(bo.locator(f"[data-part=counts] .{outcome}")).to_be_visible(timeout=PATIENCE)
        expect(bo.locator("[data-unknown=list] li")).to_contain_text(foreign.code, timeout=SOON)


def sightings(counting: Stocktake) -> sa.Select[int]:
    """Samples that were seen."""
    seen = sa.select(sa.func.count(sa.distinct(Sighting.sample_id)))
    return seen.where(
        Sighting.stocktake_id == counting.id, Sighting.sample_id.is_not(None), Sighting.ended_at.is_(None)
    )


def apply_the_count(floor: Floor, new_page: NewPage) -> None:
    """Ana looks at what differs, and says the word: the misplaced one stays where it was seen."""
    misplaced, missing = floor.samples[-2:]
    counting = db.session.scalars(sa.select(Stocktake)).one()
    ana = new_page(width=1180, height=820, base_url=floor.server.url)
    sign_in(ana, "ana")
    ana.goto(f"/stocktakes/{counting.id}")
    ana.locator(f"form[action$='/{counting.id}/closing'] button").click()
    ana.goto(f"/stocktakes/{counting.id}/differences")
    for kind, sample in (("wrong_place", misplaced), ("missing", missing)):
        expect(ana.locator(f"#{kind} tbody tr")).to_have_count(1)
        expect(ana.locator(f"#{kind}")).to_contain_text(codes.format_code(sample.code or ""))
    check(ana)
    ana.locator(f"[name=choice-{misplaced.id}]").select_option("placed")
    ana.locator("#differences button.act").click()
    ana.wait_for_url(f"**/stocktakes/{counting.id}*", timeout=SOON)
    check(ana)
    assert found(here(standing(floor.stands[0]))) == PIECES // 2 + 1
    assert found(here(standing(floor.stands[1]))) == PIECES // 2 - 1


def found(what: sa.Select[int]) -> int:
    db.session.rollback()
    return db.session.scalar(what) or 0
