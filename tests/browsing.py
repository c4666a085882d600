"""Debian's Chromium: what its pages complained about, and what axe finds on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
WCAG_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI} ${event.sourceFile ?? ""}`));
"""


@contextmanager
def chromium(*more_flags: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *more_flags])
        yield browser
        browser.close()


class Visits:
    """Pages opened for one test, and the problems that any of them had."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.problems: list[str] = []
        self.contexts: list[BrowserContext] = []

    def __enter__(self) -> "Visits":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        for context in self.contexts:
            context.close()

    def new_page(self, *, width: int = 390, height: int = 844, language: str = "zh-CN", **options: Any) -> Page:
        """A page in a profile of its own; `options` go to Playwright's `new_context`."""
        viewport = {"width": width, "height": height}
        context = self.browser.new_context(viewport=viewport, locale=language, **options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        context.add_init_script(REPORT_VIOLATIONS)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self.note(page, message.type, message.text))
        page.on("response", lambda response: self.check(page, response))
        return page

    def note(self, page: Page, kind: str, text: str) -> None:
        # Chromium also logs each answer of 400 and more; `check` judges those by what was asked for.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.problems.append(f"{page.url}: {text}")

    def check(self, page: Page, response: Response) -> None:
        """A page may refuse (409, 422); a file that it needs may not be missing, and nothing may break."""
        part_of_page = response.request.resource_type in {"script", "stylesheet", "image", "font", "manifest"}
        if response.status >= (400 if part_of_page else 500):
            self.problems.append(f"{page.url}: {response.status} for {response.url}")


def accessibility_problems(page: Page) -> list[str]:
    """What axe finds against WCAG AA on the page as it stands now: the rule and the elements, a line each."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", WCAG_AA)
    return [
        f"{page.url}: {violation['id']}: {', '.join(str(node['target']) for node in violation['nodes'])}"
        for violation in found["violations"]
    ]
