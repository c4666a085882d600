"""S11: what a document may reach, how long it may take, and what it says when it cannot be set."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from selection_center.core import fonts, pdf
from selection_center.core.errors import Refused
from tests.printing import paper

pytestmark = pytest.mark.once
CSS = "html { font-family: 'Noto Sans SC' }"


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web server nearby, and what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "html",
    [
        '<img src="{url}/a.png">',
        '<p style="background: url({url}/b.png)">x</p>',
        '<link rel="stylesheet" href="{url}/c.css">',
        '<style>@import "{url}/d.css"</style>',
        "<style>@font-face {{ font-family: x; src: url({url}/e.ttf) }} p {{ font-family: x }}</style>",
        '<object data="{url}/f.svg"></object>',
        '<link rel="attachment" href="{url}/h">',
        '<img src="file:///etc/hostname">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<img src="picture:../../../../etc/hostname">',
        '<img src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>">',
        '<img src="ftp://127.0.0.1/x.png">',
    ],
)
def test_nothing_but_our_own_is_fetched(app: Flask, listener: tuple[str, list[str]], html: str) -> None:
    url, asked = listener
    with pytest.raises(Refused) as refused:
        pdf.render(html.format(url=url) + "<p>text</p>", stylesheets=[CSS])
    assert refused.value.code == "foreign_address"
    assert asked == []


def test_pictures_inside_drawings_stay_out(app: Flask, listener: tuple[str, list[str]]) -> None:
    url, asked = listener
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/g.png" width="9" height="9"/></svg>'
    assert b"%PDF" in pdf.render(f"{drawing}<p>text</p>", stylesheets=[CSS])
    assert asked == []


def test_a_stylesheet_of_ours_has_no_way_out_either(app: Flask, listener: tuple[str, list[str]]) -> None:
    url, asked = listener
    with pytest.raises(Refused) as refused:
        pdf.render("<p>x", stylesheets=[f'@import "{url}/x.css";'])
    assert refused.value.code == "foreign_address"
    assert asked == []


def test_what_takes_too_long_or_too_much_is_stopped(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "CPU_SECONDS_A_PAGE", 2)
    with pytest.raises(Refused) as refused:
        pdf.render("<table><tr>" + "<td>x" * 20_000, stylesheets=[CSS])
    assert refused.value.code == "pdf_too_long"
    monkeypatch.setattr(pdf, "CPU_SECONDS_A_PAGE", 30)
    monkeypatch.setattr(pdf, "MEMORY_BYTES", 220 * 1024 * 1024)
    with pytest.raises(Refused) as refused:
        pdf.render("<p>x</p>" * 60_000, stylesheets=[CSS])
    assert refused.value.code == "pdf_too_large"


def test_a_stop_ends_the_process(app: Flask) -> None:
    def stop(page: int) -> None:
        raise KeyError(page)

    with pytest.raises(KeyError):
        pdf.render("<p>x</p>" * 20_000, stylesheets=[CSS], on_page=stop)
    assert b"%PDF" in pdf.render("<p>又好了</p>", stylesheets=[CSS])


def test_missing_characters_are_named(app: Flask) -> None:
    with pytest.raises(Refused) as refused:
        pdf.render("<p>好\U0001f9e7的\U00020bb7</p>", stylesheets=[CSS])
    assert refused.value.code == "missing_characters"
    assert "\U0001f9e7" in refused.value.sentence
    assert "\U00020bb7" in refused.value.sentence
    said = paper.words(pdf.render(fonts.settable("<p>好\U0001f9e7的</p>"), stylesheets=[CSS]))
    assert "好〓的" in said


def test_a_kept_picture_is_set_and_one_that_has_gone_is_not_missed(app: Flask, tmp_path: Path) -> None:
    from PIL import Image

    from selection_center.core import pictures

    pictures.folder().mkdir(parents=True, exist_ok=True)
    name = "0123456789abcdef01234567"
    Image.new("RGB", (60, 60), (0, 0, 0)).save(pictures.path(name, "card"), "WEBP")
    set_here = pdf.render(f'<img src="picture:{name}-card.webp" width="200" height="200">', stylesheets=[CSS])
    darkest: Any = paper.raster(set_here).getextrema()[0]
    assert darkest < 40
    gone = pdf.render(f'<p>x</p><img src="picture:{"f" * 24}-card.webp">', stylesheets=[CSS])
    assert paper.page_count(gone) == 1
