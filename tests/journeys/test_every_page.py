"""Every page of the demo network that somebody can click their way to: it opens, fits its screen, satisfies axe."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from tests.databases import Databases
from tests.journeys.crawling import Crawl
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]
OF_A_KIND, MOST_PAGES = 1, 32
FULL_OF_A_KIND, FULL_MOST_PAGES = 3, 400
STAFF_WIDTHS, BUYER_WIDTHS = (820, 1280), (360, 390)
LOOKS = [("zh-CN", "light"), ("zh-CN", "dark"), ("en-GB", "light"), ("en-GB", "dark")]
"""Language and colours; a quick run sees each person's pages in one of these."""


class Demo(NamedTuple):
    server: LiveServer
    passwords: dict[str, str]
    scan: str


@pytest.fixture(scope="module")
def demo(migrated: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo network behind the real server. Its tests look, and change nothing but their own lists."""
    with LiveServer(migrated.create(), tmp_path_factory.mktemp("every-page")) as server:
        built = server.app.test_cli_runner().invoke(args=["demo"])
        assert built.exit_code == 0, built.output
        told = json.loads(Path(server.app.config["DATA_DIR"], "demo-sign-ins.json").read_text())
        yield Demo(server, {each["login"]: each["password"] for each in told["sign_ins"]}, told["scan"])


@pytest.fixture
def looks(request: pytest.FixtureRequest) -> list[tuple[str, str]]:
    """In which languages and colours this person's pages are seen."""
    if request.config.getoption("--full"):
        return LOOKS
    return [LOOKS[sum(map(ord, request.node.name)) % len(LOOKS)]]


@pytest.fixture
def crawl(demo: Demo, request: pytest.FixtureRequest) -> Callable[..., Crawl]:
    full = request.config.getoption("--full")
    limits = (FULL_OF_A_KIND, FULL_MOST_PAGES) if full else (OF_A_KIND, MOST_PAGES)

    def begin(page: Page, widths: tuple[int, ...], *starts: str) -> Crawl:
        found = Crawl(demo.server.app, page, *limits, widths if full else widths[-1:])
        found.walk(*starts)
        return found

    return begin


def open_page(new_page: NewPage, demo: Demo, width: int, look: tuple[str, str]) -> Page:
    language, colours = look
    return new_page(width=width, language=language, color_scheme=colours, base_url=demo.server.url)


@pytest.mark.parametrize(
    ("login", "fewest"), [("hana", 32), ("ana", 32), ("bo", 20), ("kai", 20), ("ye", 32), ("eve", 4)]
)
def test_staff_can_go_wherever_a_page_leads(
    demo: Demo, new_page: NewPage, crawl: Callable[..., Crawl], looks: list[tuple[str, str]], login: str, fewest: int
) -> None:
    for look in looks:
        page = open_page(new_page, demo, 820, look)
        sign_in(page, login, demo.passwords[login])
        walked = crawl(page, STAFF_WIDTHS[::-1], f"{demo.server.url}/home", f"{demo.server.url}/account")
        found = "\n".join(walked.problems)
        assert found == ""
        assert walked.kinds.total() >= fewest


def test_buyers_can_go_wherever_a_page_leads(
    demo: Demo, new_page: NewPage, crawl: Callable[..., Crawl], looks: list[tuple[str, str]]
) -> None:
    for look in looks:
        page = open_page(new_page, demo, 390, look)
        page.goto(demo.scan.replace("HTTP://", "http://").replace("/S/", "/s/"))
        page.locator("[data-part=add] button").click()
        page.wait_for_url("**/list")
        page.locator("form[action='/list/share'] button").click()
        page.wait_for_load_state()
        here = demo.server.url
        walked = crawl(page, BUYER_WIDTHS, f"{here}/", demo.scan, f"{here}/list", f"{here}/code", f"{here}/my-orders")
        found = "\n".join(walked.problems)
        assert found == ""
        assert walked.kinds.total() >= 10


def test_refusals_are_pages_too(demo: Demo, new_page: NewPage, looks: list[tuple[str, str]]) -> None:
    phone, tablet = (open_page(new_page, demo, width, looks[0]) for width in (390, 820))
    expect_answers(phone, {"/s/00000000000": 404, "/s/ABC": 404, "/nowhere": 404, "/sign-in": 200})
    sign_in(tablet, "bo", demo.passwords["bo"])
    expect_answers(tablet, {"/people": 403, "/sites/chenghai/samples": 404, "/nowhere": 404})


def expect_answers(page: Page, answers: dict[str, int]) -> None:
    for address, status in answers.items():
        answer = page.goto(address)
        assert answer is not None
        assert (address, answer.status) == (address, status)
        check(page)
