"""The scanner in a real browser: labels before a camera, hand scanners, typing, photos, and a line that breaks."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import zxingcpp
from PIL import Image as pictures
from PIL.Image import Image
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from selection_center import create_app
from selection_center.config import Settings
from selection_center.core.codes import format_code
from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from selection_center.printing.values import sample_values
from selection_center.samples.models import Sample
from tests import factories as make
from tests.databases import Databases
from tests.journeys import camera
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]
PATIENCE = 60_000
"""Milliseconds for what a camera, a decoder and a server do, on a busy machine."""
PIECES = 8
LOOK = "/sites/yiwu/floor/look"


def shelf(pieces: int = PIECES) -> list[Sample]:
    """Bo's center with so many samples on one stand."""
    with writing():
        site = make.site()
        stand = make.stand(site)
        supplier = make.supplier()
        samples = [
            make.sample(make.listing(supplier, title=f"垃圾袋 {number}", title_en=f"Bin bags {number}"), site, stand)
            for number in range(1, pieces + 1)
        ]
        make.user("Bo", Role.FLOOR_STAFF, site)
        db.session.commit()
    return samples


def printed(samples: list[Sample]) -> list[Image]:
    return camera.labels([sample_values(sample, "zh", True) for sample in samples])


@pytest.fixture
def samples(live_server: LiveServer) -> list[Sample]:
    return shelf()


def open_task(page: Page, path: str = LOOK) -> None:
    sign_in(page, "bo")
    go_to(page, path)


def go_to(page: Page, path: str) -> None:
    """Until the page's scripts stand; what is scanned before them goes out as the plain form."""
    page.goto(path)
    expect(page.locator("#scan-mode[data-ready]")).to_be_attached(timeout=PATIENCE)


def tablet(new_page: NewPage, server: LiveServer, **options: object) -> Page:
    return new_page(width=1180, height=820, language="en-GB", base_url=server.url, has_touch=True, **options)


def test_labels_before_the_camera_are_answered_one_after_the_other(
    browser: Browser, live_server: LiveServer, samples: list[Sample], tmp_path: Path
) -> None:
    shots = [camera.seen(label, shot) for label, shot in zip(printed(samples), camera.HELD, strict=True)]
    film = camera.film(tmp_path / "labels.mjpeg", shots)
    with camera.another(browser, *camera.flags(film)) as new_page:
        page = tablet(new_page, live_server)
        open_task(page)
        check(page)
        page.get_by_role("button", name="Open camera").click()
        for sample in samples:
            expect(page.locator(".scan-row", has_text=sample.listing.title_en).first).to_be_visible(timeout=PATIENCE)
        check(page)
        page.get_by_role("button", name="Close camera").click()
        expect(page.get_by_role("button", name="Open camera")).to_be_visible()


def scan_by_wedge(page: Page, text: str) -> None:
    """As a hand scanner types: 5 ms a key, then Enter."""
    page.keyboard.type(text, delay=5)
    page.keyboard.press("Enter")


def answer_of(page: Page, outcome: str, words: str) -> None:
    expect(page.locator(f"[data-part=band].{outcome}")).to_contain_text(words, timeout=PATIENCE)


def take_photo(page: Page, picture: Image) -> None:
    photo: FilePayload = {"name": "label.jpg", "mimeType": "image/jpeg", "buffer": camera.jpeg(picture)}
    page.set_input_files("[data-photo]", files=[photo])


def test_where_the_camera_is_refused_a_photo_is_read_on_the_server(
    browser: Browser, live_server: LiveServer, samples: list[Sample]
) -> None:
    first, second = printed(samples[:2])
    with camera.another(browser, *camera.REFUSED) as new_page:
        page = tablet(new_page, live_server)
        open_task(page)
        page.get_by_role("button", name="Open camera").click()
        expect(page.get_by_text("The camera is not allowed")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_role("button", name="Open camera")).to_be_visible()
        check(page)
        take_photo(page, camera.seen(first, camera.HELD[1]))
        answer_of(page, "done", "Bin bags 1")
        take_photo(page, camera.seen(second, camera.HELD[2]))
        answer_of(page, "done", "Bin bags 2")
        take_photo(page, camera.BARE_WALL)
        answer_of(page, "unknown", "No code")


@pytest.fixture
def open_air(migrated: Databases, tmp_path: Path) -> Iterator[LiveServer]:
    """The server by a name of the house's own network, without https."""
    server = LiveServer(migrated.create(), tmp_path)
    server.environment["PUBLIC_URL"] = f"http://showroom.lan:{server.port}"
    server.app = create_app(Settings.from_environment(server.environment))
    with server, server.app.app_context():
        server.url = server.environment["PUBLIC_URL"]
        yield server
        db.session.rollback()


def test_without_https_everything_but_the_camera_scans(browser: Browser, open_air: LiveServer) -> None:
    samples = shelf(3)
    (label,) = printed(samples[2:])
    with camera.another(browser, *camera.FAKE, "--host-resolver-rules=MAP showroom.lan 127.0.0.1") as new_page:
        page = tablet(new_page, open_air)
        open_task(page)
        assert page.evaluate("isSecureContext") is False
        expect(page.get_by_text("No camera: this page is not encrypted")).to_be_visible()
        expect(page.get_by_role("button", name="Open camera")).to_be_hidden()
        check(page)
        scan_by_wedge(page, f"HTTP://SHOWROOM.LAN:{open_air.port}/S/{samples[0].code}")
        answer_of(page, "done", "Bin bags 1")
        page.get_by_role("button", name="Type in").click()
        page.keyboard.type(format_code(str(samples[1].code)).lower())
        page.get_by_role("button", name="Enter").click()
        answer_of(page, "done", "Bin bags 2")
        take_photo(page, camera.seen(label))
        answer_of(page, "done", "Bin bags 3")


@pytest.fixture
def bo(live_server: LiveServer, samples: list[Sample], new_page: NewPage) -> Page:
    """Bo's tablet at the look-up, its camera closed."""
    page = tablet(new_page, live_server)
    open_task(page)
    return page


def full_width(text: str) -> str:
    return "".join(chr(ord(symbol) + 0xFEE0) if "!" <= symbol <= "~" else symbol for symbol in text)


def test_a_hand_scanner_types_through_an_input_method(bo: Page, samples: list[Sample], live_server: LiveServer) -> None:
    """Full-width characters as they come; a composition that its Enter ends; one that a pause ends."""
    scan_by_wedge(bo, full_width(f"{live_server.url.upper()}/S/{samples[0].code}"))
    answer_of(bo, "done", "Bin bags 1")
    keys = bo.context.new_cdp_session(bo)
    code = full_width(str(samples[1].code))
    for length in range(1, len(code) + 1):
        keys.send("Input.imeSetComposition", {"text": code[:length], "selectionStart": length, "selectionEnd": length})
    keys.send("Input.insertText", {"text": code})
    answer_of(bo, "done", "Bin bags 2")
    expect(bo.locator("input[name=text]")).to_have_value("")
    expect(bo.locator("input[name=text]")).to_have_attribute("inputmode", "none")


def test_a_hand_scanner_is_heard_wherever_the_focus_is(bo: Page, samples: list[Sample]) -> None:
    bo.get_by_role("button", name="Mute").focus()
    scan_by_wedge(bo, str(samples[0].code))
    answer_of(bo, "done", "Bin bags 1")
    expect(bo.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "false")
    bo.get_by_role("button", name="Mute").click()
    expect(bo.locator("input[name=text]")).to_be_focused()
    bo.locator("[data-part=panel]").evaluate("panel => panel.append(document.createElement('input'))")
    other = bo.locator("[data-part=panel] input")
    other.fill("12")
    other.focus()
    burst(bo, str(samples[1].code))
    answer_of(bo, "done", "Bin bags 2")
    expect(other).to_have_value("12")
    other.press_sequentially("34")
    other.press("Enter")
    expect(other).to_have_value("1234")
    expect(bo.locator(".scan-row")).to_have_count(2)


def burst(page: Page, text: str) -> None:
    """Keys that are 5 ms apart by their own time, however late they arrive."""
    keys, start = page.context.new_cdp_session(page), page.evaluate("Date.now() / 1000")
    for number, symbol in enumerate([*text, "\r"]):
        name = "Enter" if symbol == "\r" else symbol
        event = {"key": name, "code": name, "text": symbol, "timestamp": start + number * 0.005}
        if symbol == "\r":
            event["windowsVirtualKeyCode"] = 13
        keys.send("Input.dispatchKeyEvent", {"type": "keyDown", **event})
        keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


def test_the_same_code_counts_once_while_it_is_in_sight(bo: Page, samples: list[Sample]) -> None:
    burst(bo, str(samples[0].code))
    burst(bo, str(samples[0].code))
    burst(bo, str(samples[1].code))
    expect(bo.locator(".scan-row", has_text="Bin bags 2")).to_be_visible(timeout=PATIENCE)
    expect(bo.locator(".scan-row")).to_have_count(2)


def test_unknown_codes_are_listed_for_copying_and_counts_stand_at_the_head(bo: Page, samples: list[Sample]) -> None:
    for text in ("6934582710043", str(samples[0].code), "WIFI:S:hall;;"):
        scan_by_wedge(bo, text)
        bo.locator(".scan-row").filter(has_text=text if text != samples[0].code else "Bin bags 1").wait_for()
    expect(bo.locator("[data-part=counts]")).to_contain_text("Scanned: 3")
    expect(bo.locator("[data-part=counts] .count-of.unknown")).to_contain_text("2")
    bo.locator("[data-part=unknown] summary").click()
    expect(bo.locator("[data-unknown=list] li")).to_have_text(["6934582710043", "WIFI:S:hall;;"])
    expect(bo.get_by_role("button", name="Copy all")).to_have_attribute("data-text", "6934582710043\nWIFI:S:hall;;")
    check(bo)
    bo.reload()
    expect(bo.locator(".scan-row")).to_have_count(3)
    expect(bo.locator("[data-part=counts]")).to_contain_text("Scanned: 3")


def not_sent(page: Page, count: int) -> None:
    expect(page.locator(".scan-sync")).to_contain_text(f"Not sent yet: {count}", timeout=PATIENCE)


def go_to_home(page: Page) -> None:
    """The tablet's home, with its modules in force."""
    page.goto("/sites/yiwu/floor")
    expect(page.locator("#unsent-scans[data-mounted]")).to_be_attached(timeout=PATIENCE)


class Line:
    """The way from the tablet to the server: well, cut, losing replies, or to a tablet that has locked meanwhile."""

    state = "well"

    def carry(self, route: Route) -> None:
        if self.state == "well":
            route.continue_()
            return
        if self.state == "locked":
            route.fulfill(status=409, json={"error": {"code": "locked", "message": "The tablet locked."}})
            return
        if self.state == "reply lost":
            route.fetch()
        route.abort()


def test_what_could_not_be_sent_waits_over_a_reload_and_goes_out_once_in_order(
    bo: Page, samples: list[Sample], live_server: LiveServer
) -> None:
    """The first reply is lost after the work was done: its second try gets the first one's answer, not "already"."""
    stand = samples[0].stand
    assert stand is not None
    with writing():
        for sample in samples[:3]:
            sample.move_to(None, None)
        db.session.commit()
    go_to(bo, "/sites/yiwu/floor/place")
    scan_by_wedge(bo, stand.code)
    answer_of(bo, "done", "A-03-2")
    bo.on("dialog", lambda dialog: dialog.accept())
    line = Line()
    bo.route("**/scans", line.carry)
    line.state = "reply lost"
    scan_by_wedge(bo, str(samples[0].code))
    not_sent(bo, 1)
    line.state = "cut"
    scan_by_wedge(bo, str(samples[1].code))
    scan_by_wedge(bo, str(samples[2].code))
    not_sent(bo, 3)
    expect(bo.locator(".scan-row.waiting")).to_have_count(3)
    check(bo)
    go_to_home(bo)
    unsent = bo.locator("#unsent-scans")
    expect(unsent).to_contain_text("Not sent yet: 3")
    expect(unsent.get_by_role("link")).to_have_count(1)
    check(bo)
    unsent.get_by_role("link", name="Place samples 3").click()
    not_sent(bo, 3)
    bo.reload()
    not_sent(bo, 3)
    line.state = "well"
    bo.evaluate("dispatchEvent(new Event('online'))")
    for number in (1, 2, 3):
        expect(bo.locator(".scan-row.done", has_text=f"Bin bags {number}")).to_be_visible(timeout=PATIENCE)
    expect(bo.locator(".scan-sync")).to_be_hidden()
    assert bo.locator(".scan-row .title").all_text_contents()[:3] == ["Bin bags 3", "Bin bags 2", "Bin bags 1"]
    db.session.rollback()
    assert [sample.stand for sample in samples[:3]] == [stand] * 3
    go_to_home(bo)
    expect(unsent).to_be_hidden()


def test_what_a_closed_tab_left_unsent_goes_out_for_the_same_person_alone(
    bo: Page, samples: list[Sample], live_server: LiveServer
) -> None:
    stand = samples[0].stand
    assert stand is not None
    with writing():
        make.user("Ana", Role.MANAGER, samples[0].site)
        samples[0].move_to(None, None)
        db.session.commit()
    go_to(bo, "/sites/yiwu/floor/place")
    scan_by_wedge(bo, stand.code)
    answer_of(bo, "done", "A-03-2")
    line = Line()
    line.state = "cut"
    bo.route("**/scans", line.carry)
    scan_by_wedge(bo, str(samples[0].code))
    not_sent(bo, 1)
    browser = bo.context
    bo.close(run_before_unload=False)

    page = browser.new_page()
    browser.clear_cookies()
    sign_in(page, "ana")
    go_to_home(page)
    expect(page.locator("#unsent-scans")).to_be_hidden()
    go_to(page, "/sites/yiwu/floor/place")
    expect(page.locator(".scan-sync")).to_be_hidden()
    expect(page.locator(".scan-row")).to_have_count(0)
    browser.clear_cookies()
    sign_in(page, "bo")
    go_to_home(page)
    expect(page.locator("#unsent-scans")).to_contain_text("Not sent yet: 1")
    go_to(page, "/sites/yiwu/floor/look")
    expect(page.locator(".scan-row.done", has_text="Bin bags 1")).to_be_visible(timeout=PATIENCE)
    db.session.rollback()
    assert samples[0].stand == stand
    page.reload()
    expect(page.locator(".scan-row.done")).to_have_count(1)
    page.close()


def test_an_answer_is_taken_back_from_the_strip(bo: Page, samples: list[Sample]) -> None:
    with writing():
        samples[0].move_to(None, None)
        db.session.commit()
    stand = samples[1].stand
    assert stand is not None
    go_to(bo, "/sites/yiwu/floor/place")
    scan_by_wedge(bo, stand.code)
    answer_of(bo, "done", "A-03-2")
    scan_by_wedge(bo, str(samples[0].code))
    answer_of(bo, "done", "Bin bags 1")
    done = bo.locator("[data-part=counts] .count-of.done")
    expect(done).to_contain_text("1")  # the stand is no piece
    bo.get_by_role("button", name="Undo").first.click()
    expect(bo.locator(".scan-row.undone")).to_contain_text("Bin bags 1", timeout=PATIENCE)
    expect(done).to_have_count(0)
    db.session.rollback()
    assert samples[0].stand is None
    check(bo)


def test_somebody_signed_out_signs_in_again_and_nothing_is_lost(bo: Page, samples: list[Sample]) -> None:
    bo.context.clear_cookies()
    scan_by_wedge(bo, str(samples[0].code))
    expect(bo.get_by_text("Sign in again: nothing is lost.")).to_be_visible(timeout=PATIENCE)
    scan_by_wedge(bo, str(samples[1].code))
    not_sent(bo, 2)
    bo.get_by_role("button", name="Load the page again").click()
    bo.wait_for_url("**/sign-in**")
    bo.fill("[name=login]", "bo")
    bo.fill("[name=password]", make.PASSWORD)
    bo.click("main button[type=submit]")
    expect(bo.locator(".scan-row.done", has_text="Bin bags 2")).to_be_visible(timeout=PATIENCE)
    expect(bo.locator(".scan-row.done", has_text="Bin bags 1")).to_be_visible()


def test_what_a_locked_tablet_did_not_take_goes_out_after_the_pin(bo: Page, samples: list[Sample]) -> None:
    line = Line()
    bo.route("**/scans", line.carry)
    line.state = "locked"
    scan_by_wedge(bo, str(samples[0].code))
    not_sent(bo, 1)
    line.state = "well"
    bo.get_by_role("button", name="Load the page again").click()
    expect(bo.locator(".scan-row.done", has_text="Bin bags 1")).to_be_visible(timeout=PATIENCE)
    expect(bo.locator(".scan-sync")).to_be_hidden()


LISTEN = """
window.heard = [];
window.AudioContext = class { state = "running"; currentTime = 0; destination = {}; };
const node = class {
  gain = { setValueAtTime() {}, linearRampToValueAtTime() {} };
  constructor(_context, { frequency }) { if (frequency) window.heard.push(frequency); }
  connect(next) { return next; }
  start() {}
  stop() {}
};
window.OscillatorNode = window.GainNode = node;
navigator.vibrate = (pattern) => window.heard.push(pattern.join("-"));
"""


def test_each_outcome_has_its_sound_until_it_is_muted(
    live_server: LiveServer, samples: list[Sample], new_page: NewPage
) -> None:
    page = tablet(new_page, live_server)
    page.add_init_script(LISTEN)
    open_task(page)
    expect(page.locator("[data-part=band]")).to_have_attribute("aria-live", "assertive")
    scan_by_wedge(page, str(samples[0].code))
    answer_of(page, "done", "Bin bags 1")
    assert page.evaluate("heard") == ["30", 1320]
    page.get_by_role("button", name="Mute").click()
    scan_by_wedge(page, "WIFI:S:hall;;")
    answer_of(page, "unknown", "")
    assert page.evaluate("heard.slice(2)") == ["80-60-80"]
    page.reload()
    expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")


def test_the_camera_rests_while_nobody_looks(
    browser: Browser, live_server: LiveServer, samples: list[Sample], tmp_path: Path
) -> None:
    film = camera.film(tmp_path / "one.mjpeg", [camera.seen(printed(samples[:1])[0])])
    with camera.another(browser, *camera.flags(film)) as new_page:
        page = tablet(new_page, live_server)
        open_task(page)
        page.get_by_role("button", name="Open camera").click()
        answer_of(page, "done", "Bin bags 1")
        video = page.locator("[data-camera=video]")
        hide(page, hidden=True)
        assert video.evaluate("video => video.srcObject") is None
        hide(page, hidden=False)
        expect(page.locator("[data-camera=root][data-state=open]")).to_be_attached(timeout=PATIENCE)
        assert video.evaluate("video => video.srcObject.active") is True
        page.goto("/sites/yiwu/floor/place")  # once opened, it is open on the next task's page, too
        expect(page.locator("[data-camera=root][data-state=open]")).to_be_attached(timeout=PATIENCE)


def hide(page: Page, *, hidden: bool) -> None:
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


def test_a_single_field_is_filled_by_the_camera(
    browser: Browser, live_server: LiveServer, samples: list[Sample], tmp_path: Path
) -> None:
    """The tablet's home and the lending form: the key beside the field opens the camera, which closes by its find."""
    film = camera.film(tmp_path / "one.mjpeg", [camera.seen(printed(samples[:1])[0])])
    with camera.another(browser, *camera.flags(film)) as new_page:
        page = tablet(new_page, live_server)
        sign_in(page, "bo")
        page.goto("/sites/yiwu/floor")
        page.get_by_role("button", name="Scan", exact=True).click()
        answer_of(page, "done", "Bin bags 1")
        page.goto("/sites/yiwu/loans/new")
        page.get_by_role("button", name="Scan", exact=True).click()
        expect(page.locator("#pieces")).to_contain_text("Bin bags 1", timeout=PATIENCE)
        expect(page.locator("dialog")).to_be_hidden()


LAMP = """
MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
MediaStreamTrack.prototype.applyConstraints = async function ({ advanced }) { window.lamp = advanced[0].torch; };
"""


def test_lamp_and_camera_are_chosen_and_the_camera_is_remembered(
    browser: Browser, live_server: LiveServer, samples: list[Sample]
) -> None:
    two = "--use-fake-device-for-media-stream=device-count=2"
    with camera.another(browser, two, "--use-fake-ui-for-media-stream") as new_page:
        page = tablet(new_page, live_server)
        page.add_init_script(LAMP)
        open_task(page)
        page.get_by_role("button", name="Open camera").click()
        choice = page.get_by_role("combobox", name="Camera")
        expect(choice.locator("option")).to_have_count(2, timeout=PATIENCE)
        choice.select_option(index=1)
        page.locator("[data-camera=root][data-state=open]").wait_for(timeout=PATIENCE)
        chosen = choice.input_value()
        page.get_by_role("button", name="Lamp").click()
        expect(page.get_by_role("button", name="Lamp")).to_have_attribute("aria-pressed", "true")
        assert page.evaluate("lamp") is True
        check(page)
        page.reload()
        page.locator("[data-camera=root][data-state=open]").wait_for(timeout=PATIENCE)
        expect(choice).to_have_value(chosen)


GOODS = {
    zxingcpp.BarcodeFormat.EAN13: "6934582710047",
    zxingcpp.BarcodeFormat.EAN8: "96385074",
    zxingcpp.BarcodeFormat.UPCA: "036000291452",
    zxingcpp.BarcodeFormat.DataMatrix: "https://id.example.org/01/06934582710047",
}


def barcode(kind: zxingcpp.BarcodeFormat, text: str) -> Image:
    """As it is printed on the goods, with its quiet zone."""
    drawn = memoryview(zxingcpp.create_barcode(text, kind).to_image(scale=4))
    height, width = drawn.shape or (0, 0)
    code = pictures.frombytes("L", (width, height), drawn.tobytes())
    paper = pictures.new("L", (width + 80, height + 80), 255)
    paper.paste(code, (40, 40))
    return paper


def test_the_goods_own_barcodes_are_read_too(
    browser: Browser, live_server: LiveServer, samples: list[Sample], tmp_path: Path
) -> None:
    shots = [camera.seen(barcode(kind, text), camera.Shot(turn=6, width=0.6)) for kind, text in GOODS.items()]
    film = camera.film(tmp_path / "goods.mjpeg", shots)
    with camera.another(browser, *camera.flags(film)) as new_page:
        page = tablet(new_page, live_server)
        open_task(page)
        sent: set[str] = set()
        page.on("request", lambda request: sent.update(parse_qs(request.post_data or "").get("text", [])))
        page.get_by_role("button", name="Open camera").click()
        for _quarter in range(PATIENCE // 250):
            if len(sent) == len(GOODS):
                break
            page.wait_for_timeout(250)
        # A UPC is an EAN that begins with a nought.
        assert {text.lstrip("0") for text in sent} == {text.lstrip("0") for text in GOODS.values()}
