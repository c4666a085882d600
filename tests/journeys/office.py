"""What Ana does at her desk: a table of offers becomes samples on a stand and a sheet of labels. In English."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.visits import WORKER_STARTS, check
from tests.printing.paper import codes_on

PLACE = "A-03-2"


def bring_in(ana: Page, table: Path, factory: str) -> int:
    """Uploads a table, gives the offers without a company to this factory, applies; how many offers came in."""
    ana.goto("/imports?lang=en")
    check(ana)
    ana.set_input_files("[name=file]", table)
    ana.get_by_role("button", name="Upload and look").click()
    expect(ana.locator("h1")).to_contain_text(table.name)
    check(ana)
    ana.get_by_role("link", name="Set a factory for them").click()
    ana.fill("[name=q]", factory)
    ana.press("[name=q]", "Enter")
    check(ana)
    ana.get_by_role("button", name="Make and set it").click()
    expect(ana.get_by_text(f"They come in as offers of {factory}.")).to_be_visible()
    check(ana)
    key = ana.get_by_role("button", name=re.compile(r"Apply \d+ offers?"))
    count = int(re.sub(r"\D", "", key.inner_text()))
    key.click()
    expect(ana.locator("h1")).to_contain_text("Applied", timeout=WORKER_STARTS)  # the page follows the job by itself
    check(ana)
    return count


def make_samples(ana: Page, words: str, hits: int, offer: str, pieces: int) -> None:
    """Finds an offer among `hits` by words of its Chinese title, and puts pieces of it on a stand."""
    ana.goto("/catalog")
    ana.fill("[name=q]", words)
    ana.press("[name=q]", "Enter")
    expect(ana.locator("tbody tr")).to_have_count(hits)
    check(ana)
    ana.locator("tbody tr", has_text=offer).locator("a").first.click()
    check(ana)
    ana.get_by_role("link", name="Make a sample").click()
    ana.fill("[name=pieces]", str(pieces))
    ana.fill("[name=stand]", PLACE)
    check(ana)
    ana.get_by_role("button", name="Make samples").click()
    expect(ana.locator("main")).to_contain_text(PLACE)
    check(ana)


def print_labels(ana: Page) -> list[str]:
    """Prints all samples on one sheet, downloads it, and reads the codes from its pixels."""
    ana.goto("/sites/yiwu/samples")
    ana.get_by_role("link", name="Print labels").click()
    ana.locator("thead input[type=checkbox]").check()
    check(ana)
    ana.locator("#print button.act").click()
    ana.wait_for_url("**/prints/*", timeout=30_000)  # the first print of a server starts its press
    check(ana)
    with ana.expect_download() as download:
        ana.get_by_role("link", name="Download the PDF").click()
    return [code.text for code in codes_on(download.value.path().read_bytes(), dpi=300)]
