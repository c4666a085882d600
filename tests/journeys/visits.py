"""A person at a page: signing in, and what every page on the way has to be."""

from playwright.sync_api import Page

from tests import factories as make
from tests.browsing import accessibility_problems

SIDEWAYS = "document.scrollingElement.scrollWidth - innerWidth"
"""Pixels that a page's body is wider than the screen."""
HIDDEN_TABS = "[...document.querySelectorAll('main nav.tabs')].some((tabs) => tabs.scrollWidth > tabs.clientWidth)"
"""Rows of tabs of which some lie beyond the edge: a phone swipes there, on a tablet nobody knows that they are."""
SQUEEZED = """
[...document.querySelectorAll(".line-row.between .btn")].filter((key) => {
  const words = document.createRange();
  words.selectNodeContents(key);
  return new Set([...words.getClientRects()].map((line) => Math.round(line.top))).size > 2;
}).map((key) => key.textContent.trim())
"""
"""Keys of a row whose words stand on three lines and more, as Chinese lets itself be broken anywhere."""
TALLEST = 8000
WORKER_STARTS = 60_000
"""Milliseconds until a worker process has started and done a job, on a busy machine."""


def sign_in(page: Page, login: str, password: str = make.PASSWORD) -> None:
    """Through the form, in the page's language."""
    page.goto("/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands now, by axe and by its width; a line each.

    Seen at its whole height: where somebody has scrolled to, the dock lies over a part that is only waiting.
    """
    page.emulate_media(reduced_motion="reduce")  # what is still moving has other colours
    size = page.viewport_size or {"width": 390, "height": 844}
    whole = page.evaluate("Math.ceil(document.scrollingElement.scrollHeight)")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(whole, TALLEST))})
    found = accessibility_problems(page)
    if (wider := page.evaluate(SIDEWAYS)) > 0:
        found.append(f"{page.url}: {wider} px wider than {size['width']}")
    if size["width"] >= 768 and page.evaluate(HIDDEN_TABS):
        found.append(f"{page.url}: tabs are hidden beyond the edge at {size['width']} px")
    found += [f"{page.url}: squeezed: {words}" for words in page.evaluate(SQUEEZED)]
    page.set_viewport_size(size)
    return found


def check(page: Page) -> None:
    found = faults(page)
    assert not found, "\n".join(found)
