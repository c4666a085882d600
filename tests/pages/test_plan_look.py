"""The plan in three ways: what stands there, scans, and what is wrong."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from selection_center.accounts.models import User
from selection_center.catalog.models import ListingState
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.pages.plan_look import Cell, Look, Mark
from selection_center.samples.scans import ScanDay
from selection_center.samples.tags import TagState
from selection_center.sites.models import Site, Stand
from tests import factories as make
from tests.statements import asked
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def floor(site: Site) -> dict[str, Stand]:
    """One stand for each thing that a cell can say."""
    ana, by = make.user("Ana", Role.MANAGER, site), make.supplier()
    names = ("plain", "two", "lent", "overdue", "off shelf", "no tag", "vacant")
    stands = {name: make.stand(site, bay=number) for number, name in enumerate(names, 1)}
    pieces = {name: make.sample(make.listing(by), site, stand) for name, stand in stands.items() if name != "vacant"}
    make.sample(make.listing(by), site, stands["two"])
    make.loan([pieces["lent"]], ana, phone="13900000001")
    make.overdue(make.loan([pieces["overdue"]], ana, phone="13900000002"))
    pieces["off shelf"].listing.state = ListingState.OFF_SHELF
    pieces["no tag"].tags[0].state = TagState.REVOKED
    pieces["no tag"].tags[0].revoked_at = utcnow()
    day = {"site_id": site.id, "day": today(), "last_at": utcnow()}
    make.add(ScanDay(sample_id=pieces["plain"].id, stand_id=stands["plain"].id, scans=9, **day))
    db.session.flush()
    return stands


def cells(site: Site, view: str, floor: dict[str, Stand]) -> dict[str, Cell]:
    with current_app.test_request_context("/?lang=en"):
        look = Look.of(site, view)
        return {name: look.cell(stand) for name, stand in floor.items()}


def test_cells_count_what_stands_there_and_mark_what_is_to_be_known(site: Site, floor: dict[str, Stand]) -> None:
    seen = cells(site, "stands", floor)
    assert {name: (cell.css, cell.text, cell.marks) for name, cell in seen.items()} == {
        "plain": ("taken", "1", ()),
        "two": ("taken", "2", ()),
        "lent": ("taken", "1", (Mark.LENT,)),
        "overdue": ("taken", "1", (Mark.OVERDUE,)),
        "off shelf": ("taken", "1", (Mark.OFF_SHELF,)),
        "no tag": ("taken", "1", (Mark.NO_TAG,)),
        "vacant": ("vacant", "", ()),
    }
    assert seen["overdue"].words == "Thick drawstring bin bags · 1 sample · Loan overdue"
    assert seen["vacant"].words == "vacant"


def test_scans_are_said_in_colour_and_number(site: Site, floor: dict[str, Stand]) -> None:
    seen = cells(site, "scans", floor)
    assert (seen["plain"].css, seen["plain"].text) == ("h2", "9")
    assert (seen["two"].css, seen["two"].text) == ("h0", "0")
    assert seen["vacant"].css == "vacant"


def test_problems_alone_stand_out(site: Site, floor: dict[str, Stand]) -> None:
    seen = cells(site, "problems", floor)
    assert {name: (cell.css, cell.text) for name, cell in seen.items()} == {
        "plain": ("quiet", ""),
        "two": ("quiet", ""),
        "lent": ("quiet", ""),
        "overdue": ("bad", "1"),
        "off shelf": ("warn", "1"),
        "no tag": ("warn", "1"),
        "vacant": ("vacant", ""),
    }
    found = Look.of(site, "problems").problems(list(floor.values()))
    assert [(one.stand, one.mark) for one in found] == [
        (floor["overdue"], Mark.OVERDUE),
        (floor["off shelf"], Mark.OFF_SHELF),
        (floor["no tag"], Mark.NO_TAG),
    ]


@pytest.mark.parametrize("view", ["stands", "scans", "problems", "nonsense", ""])
def test_the_site_and_each_zone_open_in_every_view(
    visit: Visit, site: Site, floor: dict[str, Stand], view: str
) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, site))
    zone = floor["plain"].bay.zone_id
    other = make.stand(site, "B")
    for path, drawn in ((f"/sites/yiwu/plan?view={view}", True), (f"/zones/{zone}?view={view}", False)):
        page = bo.get(path)
        assert page.status_code == 200
        assert f'id="stand-{floor["plain"].address}"' in page.text
        assert (f'id="stand-{other.address}"' in page.text) is drawn
        assert 'data-module="plan-look"' in page.text


def test_a_larger_floor_takes_no_more_statements(visit: Visit, site: Site, floor: dict[str, Stand]) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, site))
    assert "plain" in floor
    bo.get("/sites/yiwu/plan")
    few = statements(lambda: bo.get("/sites/yiwu/plan"))
    for number in range(20, 40):
        make.sample(make.listing(), site, make.stand(site, bay=number))
    db.session.commit()
    assert statements(lambda: bo.get("/sites/yiwu/plan")) <= few


def statements(deed: Callable[[], Any]) -> int:
    """How many the deed sends to the database."""
    with asked() as sent:
        deed()
    return len(sent)


def test_another_sites_loans_mark_nothing_here(site: Site, floor: dict[str, Stand]) -> None:
    elsewhere = make.site("chenghai")
    assert Look.of(elsewhere, "stands").standing == {}
    assert sum(map(len, Look.of(site, "stands").standing.values())) == 7
    assert db.session.scalar(sa.select(sa.func.count(Stand.id)).filter_by(site_id=site.id)) == 7
