"""S10 and S16: texts that want to be markup, script or template stay texts, wherever they are shown."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from selection_center.core.db import db, utcnow
from tests import databases
from tests.promises import kept, pages
from tests.promises.town import Town, found
from tests.promises.wire import Wire
from tests.servers import LiveServer
from tests.visitors import Visitor

MARK = "<xss-probe>"
FIRE = "window.fired=1"
TAGS = [
    f"<script>{FIRE}</script>", f"<img src=x onerror={FIRE}>", f"<svg onload={FIRE}>", f"<svg/onload={FIRE}>",
    f"<body onload={FIRE}>", f"<iframe srcdoc='<script>parent.{FIRE}</script>'>", f"<details open ontoggle={FIRE}>",
    f"<video><source onerror={FIRE}></video>",
    f"<input autofocus onfocus={FIRE}>", f"<select autofocus onfocus={FIRE}>",
    f"<marquee onstart={FIRE}>", f"<a href='javascript:{FIRE}'>x</a>", f"<math><mtext><script>{FIRE}</script>",
    f"<style>@import 'x'</style><img src=x onerror={FIRE}>", f"<object data='javascript:{FIRE}'>",
]  # fmt: skip
BREAKS = ['">', "'>", "</textarea>", "</title></script>-->"]
PAYLOADS = [f"{before}{tag}{MARK}" for tag in TAGS for before in BREAKS]
"""Sixty: each way to fire behind each way out of where the text stands. `MARK` shows in the page if any is markup."""

TEMPLATES = ["{{7*7}}", "{{config}}", "{% raw %}", "{0.__class__}", "%(x)s", "%s", "${7*7}", "<%= 7*7 %>"]
LEFT_ALONE = {
    *("code", "token", "share_token", "slug", "adcode", "place_adcode", "letter", "address", "login", "key", "device"),
    *("password_hash", "token_digest", "fingerprint", "file_digest", "source_digest", "layout", "medium", "picture"),
    *("secret", "handle", "link", "reference"),
    *("number", "language", "name_key", "phone", "external_id", "subject_type", "field", "source", "url", "unit"),
}
"""Columns that hold words of the program, not of people; `url` is tried in test_outside.py."""


def test_s10_there_are_sixty() -> None:
    assert len(set(PAYLOADS)) == 60


def unique(column: sa.Column[Any]) -> bool:
    """Alone or with others: two rows may not read the same there."""
    table: Any = column.table
    together = [c for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
    indexes = [index for index in table.indexes if index.unique]
    return bool(column.unique) or any(column.name in those.columns for those in [*together, *indexes])


def write_everywhere(texts: list[str], shift: int = 0) -> int:
    """Puts the texts, in turn, into every text column that people fill. Answers how many columns."""
    written = 0
    with db.engine.begin() as connection:
        for table in kept.tables():
            if table.name in {"operations", "attempts", "audit_entries", "job_runs"}:
                continue
            for column in table.columns:
                longest = getattr(column.type, "length", None)
                is_text = type(column.type) in {sa.String, sa.Text}
                if not is_text or column.name in LEFT_ALONE or unique(column) or (longest or 999) < 40:
                    continue
                if column.name == "blocked_reason":
                    connection.execute(sa.update(table).values(blocked_at=utcnow(), blocked_reason="x"))
                text = next((t for t in (texts[shift % len(texts) :] + texts) if len(t) <= (longest or 999)), None)
                shift += 1
                if text is not None:
                    connection.execute(sa.update(table).values({column.name: text}))
                    written += 1
    return written


def shown(town: Town) -> Iterator[tuple[str, str]]:
    """Every page as head office, a manager and a buyer see it, in both languages."""
    for name, language in (("Hana", "zh"), ("Ana", "en"), ("Dee", "zh"), ("Dee", "en")):
        for path in pages.paths(town):
            answer = town.browser(name).get(f"{path}{'&' if '?' in path else '?'}lang={language}")
            if (answer.mimetype or "").startswith("text/html"):
                yield f"{name}: {path} in {language}", answer.text


@pytest.fixture
def copy(town: Town) -> Iterator[kept.Copy]:
    made = kept.Copy()
    yield made
    made.restore()
    made.close()


@pytest.mark.seeds(12)
def test_s10_no_stored_text_becomes_markup(town: Town, copy: kept.Copy, seed: int) -> None:
    """Each column gets another payload with each seed; no page holds the mark as a tag, and some show it as text."""
    assert write_everywhere(PAYLOADS, seed * 5) > 30
    seen, wrong = 0, []
    for where, page in shown(town):
        seen += "&lt;xss-probe&gt;" in page
        wrong += [where] if MARK in page else []
    assert not wrong, "\n".join(wrong)
    assert seen > 20


def test_s16_template_texts_are_shown_as_written(town: Town, copy: kept.Copy) -> None:
    """`{{7*7}}` is a text like any other: shown so, never computed; nothing breaks on a percent sign."""
    write_everywhere(TEMPLATES)
    seen: set[str] = set()
    for where, page in shown(town):
        plain = page.replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'")
        seen |= {text for text in TEMPLATES if text in plain}
        assert "Something broke here" not in page, where
        assert "<class 'str'>" not in plain, where
        assert "SECRET_KEY" not in page, where
    assert seen == set(TEMPLATES)


@pytest.mark.journey
def test_s10_no_payload_fires_in_a_browser(
    migrated: databases.Databases, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> None:
    """With the content policy switched off, so that escaping alone must hold."""
    with LiveServer(migrated.create(), tmp_path_factory.mktemp("xss")) as server, server.app.app_context():
        server.app.test_client_class = Visitor
        town = found(server.app)
        write_everywhere(PAYLOADS)
        fired = [line for name in ("Hana", "Ana", "Dee") for line in crawl(server, town, name, browser)]
        db.session.remove()
    assert fired == []


def crawl(server: LiveServer, town: Town, name: str, browser: Browser) -> Iterator[str]:
    context = browser.new_context(bypass_csp=True)
    wire = Wire(server, town.people[name])
    cookies: Any = [
        {"name": n, "value": v, "url": server.url.replace("http:", "https:"), "secure": True, "sameSite": "Lax"}
        for n, v in (part.split("=", 1) for part in wire.cookies.split("; "))
    ]
    context.add_cookies(cookies)
    page = context.new_page()
    heard: list[str] = []
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    looked_at = 0
    for path in pages.paths(town):
        if path.startswith(("/static", "/pictures", "/healthz")) or re.search(r"\.(xlsx|pdf|csv)|/file|news", path):
            continue
        answer = page.goto(server.url + path, wait_until="load")
        looked_at += answer is not None and answer.status == 200
        found_there = page.evaluate("[window.fired, document.querySelector('xss-probe') !== null]")
        if found_there != [None, False] or heard:
            yield f"{name}: {path}: {json.dumps(found_there)} {heard}"
    context.close()
    if looked_at < 5:
        yield f"{name}: only {looked_at} pages answered"
