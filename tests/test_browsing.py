"""The watch over pages must itself see what it is there for."""

import hashlib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser

from tests.browsing import AXE, Visits, accessibility_problems

pytestmark = [pytest.mark.journey, pytest.mark.once]

PAGE = """<!doctype html><html lang=en><title>t</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'self'">
<main><h1>Page</h1><img src=missing.png alt=Missing><p style="color:#ccc">pale</p>
<script>document.title = 1</script></main>
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def spoilt_page(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "page.html").write_text(PAGE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/page.html"
    server.shutdown()
    server.server_close()


def test_problems_of_a_page_are_noticed(browser: Browser, spoilt_page: str) -> None:
    with Visits(browser) as visits:
        page = visits.new_page()
        page.goto(spoilt_page, wait_until="networkidle")
        found = "\n".join(visits.problems)
    assert "404" in found
    assert "policy violated: script-src-elem" in found
    assert "policy violated: style-src-attr" in found


def test_axe_runs_under_a_strict_policy_and_finds(browser: Browser, tmp_path: Path) -> None:
    with Visits(browser) as visits:
        page = visits.new_page()
        page.set_content("<html lang=en><title>t</title><main><h1>Page</h1><input></main>")
        assert "label" in accessibility_problems(page)[0]
        page.set_content("<html lang=en><title>t</title><main><h1>Page</h1><label>A<input></label></main>")
        assert accessibility_problems(page) == []


def test_axe_is_the_one_that_was_vendored() -> None:
    digest = hashlib.sha256(AXE.read_bytes()).hexdigest()
    assert digest in AXE.with_name("VENDOR.md").read_text()
