"""Two managers at one layout in two browsers: what the second typed stays, and is kept with one key."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.printing.designs import LABEL_MEDIUM
from selection_center.printing.own_layouts import OwnLayout
from tests import factories as make
from tests.journeys.visits import check, sign_in
from tests.servers import LiveServer

pytestmark = pytest.mark.journey


def test_the_second_of_two_managers_chooses(live_server: LiveServer, new_page: Callable[..., Page]) -> None:
    site = make.site()
    for name in ("Ana", "Max"):
        make.user(name, Role.MANAGER, site)
    own = make.add(OwnLayout(site=site, base="label", name="挂牌", design_data=LABEL_MEDIUM.as_data()))
    db.session.commit()
    ana, other = (new_page(width=1280, height=800, base_url=live_server.url) for _manager in range(2))
    for page, login in ((ana, "ana"), (other, "max")):
        sign_in(page, login)
        page.goto(f"/own-layouts/{own.id}?lang=en")
    ana.get_by_label("Name of the layout").fill("Ana's")
    ana.get_by_role("button", name="Keep this layout").click()
    expect(ana.get_by_text("Ana's is kept.")).to_be_visible()
    other.get_by_label("Name of the layout").fill("Max's")
    other.get_by_role("button", name="Keep this layout").click()
    expect(other.get_by_text("Ana changed this meanwhile")).to_be_visible()
    expect(other.get_by_label("Name of the layout")).to_have_value("Max's")
    check(other)
    other.set_viewport_size({"width": 390, "height": 844})
    with other.expect_popup() as theirs:
        other.get_by_role("link", name="See theirs").click()
    expect(theirs.value.get_by_label("Name of the layout")).to_have_value("Ana's")
    other.get_by_role("button", name="Save mine all the same").click()
    expect(other.get_by_text("Max's is kept.")).to_be_visible()
    db.session.rollback()
    assert db.session.get_one(OwnLayout, own.id).name == "Max's"
