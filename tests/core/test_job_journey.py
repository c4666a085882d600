"""A person watches a job in a browser: it fills its bar, stops when told, and shows what came of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from selection_center.core import jobs
from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from selection_center.sites.models import Site
from tests import factories as make
from tests.browsing import accessibility_problems
from tests.core import counting
from tests.servers import LiveServer

pytestmark = pytest.mark.journey
WORKER_STARTS = 30_000
"""Milliseconds until a worker process takes its first job, on a busy machine."""
NewPage = Callable[..., Page]


@pytest.fixture
def ana(live_server: LiveServer, new_page: NewPage) -> Page:
    """Ana's tablet, signed in."""
    make.user("Ana", Role.MANAGER, make.site())
    db.session.commit()
    counting.make_tables()
    page = new_page(width=1024, height=768, language="en", base_url=live_server.url)
    page.goto("/sign-in")
    page.fill("[name=login]", "ana")
    page.fill("[name=password]", make.PASSWORD)
    page.click("main button[type=submit]")
    return page


def count_to(number: int, **arguments: Any) -> str:
    """Asks for the job that counts; the address of its page."""
    db.session.rollback()
    with writing():
        site_id = db.session.scalars(sa.select(Site.id)).one()
        run = jobs.enqueue("test-count", key="count", site_id=site_id, to=number, total=number, **arguments)
        address = f"/jobs/{run.id}?lang=en"
        db.session.commit()
    return address


def test_it_fills_its_bar_and_shows_the_end_by_itself(ana: Page, live_server: LiveServer) -> None:
    ana.goto(count_to(60, pause_ms=100))
    expect(ana.get_by_text("Waiting for its turn")).to_be_visible()
    assert accessibility_problems(ana) == []
    live_server.start("-m", "tests.core.counting")
    expect(ana.get_by_text("At work")).to_be_visible(timeout=WORKER_STARTS)
    expect(ana.get_by_role("progressbar")).to_have_attribute("value", re.compile(r"[3-9]\d"))
    expect(ana.get_by_text("Done: 60")).to_be_visible(timeout=WORKER_STARTS)
    expect(ana.get_by_role("button", name="Stop")).to_have_count(0)
    assert counting.counted() == list(range(1, 61))


def test_it_stops_when_told(ana: Page, live_server: LiveServer) -> None:
    live_server.start("-m", "tests.core.counting")
    ana.goto(count_to(10_000, pause_ms=100))
    expect(ana.get_by_text("At work")).to_be_visible(timeout=WORKER_STARTS)
    ana.get_by_role("button", name="Stop").click()
    expect(ana.get_by_text("It stops after the step it is at.")).to_be_visible()
    expect(ana.get_by_text("Stopped at")).to_be_visible()
    assert accessibility_problems(ana) == []
