"""Arranging the floor: the pages of zones, bays and stands, and the plan."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.sites.models import Bay, Site, Stand, Zone
from tests import factories as make
from tests.sites.ladder import said, submit_twice
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]

ZONE = {"letter": "b", "name": "服饰玩具", "name_en": "Clothes and toys", "position": "1"}
BAY = {"number": "1", "levels": "3", "x": "10", "y": "20", "width": "60", "height": "10"}


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(site: Site, visit: Visit) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, at=site))


def test_a_manager_builds_a_zone_with_a_bay_once(ana: Visitor, site: Site) -> None:
    first, second = submit_twice(ana, "/sites/yiwu/zones", ZONE)
    zone = db.session.scalars(sa.select(Zone)).one()
    assert first.location == second.location == f"/zones/{zone.id}"
    assert (zone.letter, zone.site_id) == ("B", site.id)

    submit_twice(ana, f"/zones/{zone.id}/bays", BAY)
    bay = db.session.scalars(sa.select(Bay)).one()
    assert (bay.x, bay.y, bay.width, bay.height) == (10, 20, 60, 10)
    assert [stand.address for stand in bay.stands] == ["B-01-1", "B-01-2", "B-01-3"]

    plan = ana.get("/sites/yiwu/plan").text
    assert "<svg" in plan
    assert "服饰玩具" in plan
    for stand in bay.stands:
        assert f"/stands/{stand.id}" in plan


def test_an_empty_plan_says_what_to_do(ana: Visitor, site: Site) -> None:
    page = ana.get("/sites/yiwu/plan")
    assert page.status_code == 200
    assert "/sites/yiwu/zones/new" in page.text


@pytest.mark.parametrize(
    "wrong",
    [{"letter": ""}, {"letter": "A-1"}, {"letter": "ABCDE"}, {"name": ""}, {"position": "-1"}, {"position": "9" * 30}],
)
def test_bad_zones_are_not_kept(ana: Visitor, wrong: dict[str, str]) -> None:
    assert ana.submit("/sites/yiwu/zones", ZONE | wrong).status_code == 422
    assert db.session.scalar(sa.select(Zone)) is None


def test_a_letter_is_used_once_in_a_site(ana: Visitor, site: Site) -> None:
    assert ana.submit("/sites/yiwu/zones", ZONE).status_code == 303
    assert ana.submit("/sites/yiwu/zones", ZONE).status_code == 422


@pytest.mark.parametrize(
    "wrong", [{"number": "0"}, {"levels": "21"}, {"levels": ""}, {"x": "1.5"}, {"width": "0"}, {"y": "5001"}]
)
def test_bad_bays_are_not_kept(ana: Visitor, site: Site, wrong: dict[str, str]) -> None:
    zone = make.add(Zone(site=site, letter="A", name="日用"))
    assert ana.submit(f"/zones/{zone.id}/bays", BAY | wrong).status_code == 422
    assert db.session.scalar(sa.select(Bay)) is None


def test_a_bay_number_is_used_once_in_a_zone(ana: Visitor, site: Site) -> None:
    bay = make.stand(site, bay=1).bay
    assert ana.submit(f"/zones/{bay.zone_id}/bays", BAY).status_code == 422


def test_a_bay_is_placed_and_grows(ana: Visitor, site: Site) -> None:
    bay = make.stand(site, level=1).bay
    sent = {"x": "5", "y": "6", "width": "70", "height": "12"}
    assert ana.submit(f"/bays/{bay.id}", sent | {"zone_id": "99", "number": "44"}).status_code == 303
    assert ana.submit(f"/bays/{bay.id}", sent | {"width": "-3"}).status_code == 422
    submit_twice(ana, f"/bays/{bay.id}/levels", {"count": "2"})
    assert ana.submit(f"/bays/{bay.id}/levels", {"count": "50"}).status_code == 422

    db.session.refresh(bay)
    assert (bay.x, bay.width, bay.number) == (5, 70, 3)
    assert [stand.level for stand in bay.stands] == [1, 2, 3]


def test_every_page_of_the_floor_opens(ana: Visitor, site: Site) -> None:
    stand = make.stand(site)
    make.sample(make.listing(title="折叠护眼台灯"), site, on=stand)
    bay, zone = stand.bay_id, stand.bay.zone_id
    for path in (
        "/sites/yiwu/zones/new",
        f"/zones/{zone}",
        f"/zones/{zone}/edit",
        f"/zones/{zone}/address",
        f"/zones/{zone}/closing",
        f"/zones/{zone}/bays/new",
        f"/bays/{bay}",
        f"/bays/{bay}/edit",
        f"/bays/{bay}/address",
        f"/bays/{bay}/closing",
        f"/stands/{stand.id}/address",
    ):
        assert ana.get(path).status_code == 200, path
    page = ana.get(f"/stands/{stand.id}").text
    assert "A-03-2" in page
    assert "折叠护眼台灯" in page
    assert "<svg" in page
    assert "折叠护眼台灯" in ana.get(f"/stands/{stand.id}/closing").text


def test_closing_names_what_stands_there_or_moves_it(ana: Visitor, site: Site) -> None:
    stand, other = make.stand(site, level=1), make.stand(site, level=2)
    piece = make.sample(make.listing(title="折叠护眼台灯"), site, on=stand)
    path = f"/stands/{stand.id}/closing"

    refused = ana.submit(path, {"samples": "stays"})
    assert refused.status_code == 409
    assert "折叠护眼台灯" in refused.text
    assert ana.submit(path, {"samples": "other_stand", "stand": "Z-99-9"}).status_code == 422
    assert ana.submit(path, {"samples": "elsewhere"}).status_code == 422
    submit_twice(ana, path, {"samples": "other_stand", "stand": "a-03-2"})

    db.session.expire_all()
    assert not stand.is_open
    assert piece.stand is other
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.verb, entry.subject_type, entry.site_id) == ("place_closed", "stands", site.id)
    assert entry.detail == {"address": "A-03-1", "samples": 1, "to": "A-03-2"}


def test_a_closed_bay_leaves_the_plan_and_its_stands_open_again(ana: Visitor, site: Site) -> None:
    stand = make.stand(site)
    assert ana.submit(f"/bays/{stand.bay_id}/closing", {"samples": "stays"}).status_code == 303
    assert f"/stands/{stand.id}" not in ana.get("/sites/yiwu/plan").text
    assert ana.get(f"/stands/{stand.id}").status_code == 200

    assert ana.submit(f"/stands/{stand.id}/reopening").status_code == 303
    db.session.expire_all()
    assert stand.is_open


def test_a_stand_of_another_site_is_no_place_to_go(ana: Visitor, site: Site) -> None:
    stand, foreign = make.stand(site), make.stand(make.site("chenghai"), "F", 1, 1)
    make.sample(make.listing(), site, on=stand)
    response = ana.submit(f"/stands/{stand.id}/closing", {"samples": "other_stand", "stand": foreign.address})
    assert response.status_code == 422


def test_moving_takes_samples_along_only_when_told(ana: Visitor, site: Site) -> None:
    stand = make.stand(site, "A", 3, 2)
    make.sample(make.listing(), site, on=stand)
    target = make.stand(site, "B", 1, 1).bay
    path, sent = f"/stands/{stand.id}/address", {"bay_id": str(target.id), "level": "2"}

    assert ana.submit(path, sent).status_code == 409
    assert ana.submit(path, sent | {"level": "1", "along": "y"}).status_code == 409
    assert ana.submit(path, sent | {"bay_id": "987654"}).status_code == 422
    assert "B-01-2" in said(ana, ana.submit(path, sent | {"along": "y"}))
    db.session.refresh(stand)
    assert stand.address == "B-01-2"


def test_a_zone_gets_another_letter_and_a_bay_another_zone(ana: Visitor, site: Site) -> None:
    stand, other = make.stand(site, "A", 3, 2), make.stand(site, "B", 3, 2)
    zone, bay = stand.bay.zone_id, stand.bay_id
    assert ana.submit(f"/zones/{zone}/address", {"letter": "b"}).status_code == 409
    assert ana.submit(f"/zones/{zone}/address", {"letter": "?"}).status_code == 422
    assert ana.submit(f"/zones/{zone}/address", {"letter": "c"}).status_code == 303
    sent = {"zone_id": str(other.bay.zone_id), "number": "3"}
    assert ana.submit(f"/bays/{bay}/address", sent).status_code == 409
    assert ana.submit(f"/bays/{bay}/address", sent | {"number": "4"}).status_code == 303
    db.session.refresh(stand)
    assert stand.address == "B-04-2"


def floor_paths(stand: Stand) -> list[tuple[str, dict[str, Any]]]:
    zone, bay = stand.bay.zone_id, stand.bay_id
    return [
        (f"/sites/{stand.site.slug}/zones", ZONE),
        (f"/zones/{zone}", ZONE),
        (f"/zones/{zone}/bays", BAY),
        (f"/zones/{zone}/address", {"letter": "X"}),
        (f"/zones/{zone}/closing", {"samples": "stays"}),
        (f"/bays/{bay}", BAY),
        (f"/bays/{bay}/levels", {"count": "1"}),
        (f"/bays/{bay}/address", {"zone_id": str(zone), "number": "9"}),
        (f"/bays/{bay}/closing", {"samples": "stays"}),
        (f"/stands/{stand.id}/address", {"bay_id": str(bay), "level": "9"}),
        (f"/stands/{stand.id}/closing", {"samples": "stays"}),
        (f"/stands/{stand.id}/reopening", {}),
    ]


def test_another_sites_floor_is_not_there(ana: Visitor) -> None:
    foreign = make.stand(make.site("chenghai"))
    for path, sent in floor_paths(foreign):
        assert ana.submit(path, sent).status_code == 404, path
    for path in ("/sites/chenghai/plan", f"/stands/{foreign.id}", f"/bays/{foreign.bay_id}", "/stands/987654"):
        assert ana.get(path).status_code == 404, path


@pytest.mark.parametrize("role", [Role.FLOOR_STAFF, Role.CASHIER])
def test_staff_see_the_floor_but_do_not_rebuild_it(visit: Visit, site: Site, role: Role) -> None:
    stand = make.stand(site)
    visitor = visit(make.user("Bo", role, at=site))
    for path in ("/sites/yiwu/plan", f"/stands/{stand.id}", f"/bays/{stand.bay_id}", f"/zones/{stand.bay.zone_id}"):
        page = visitor.get(path)
        assert page.status_code == 200
        assert "/closing" not in page.text
    for path, sent in floor_paths(stand):
        assert visitor.submit(path, sent).status_code == 403, path


def test_the_plan_says_which_stands_are_vacant(ana: Visitor, site: Site) -> None:
    taken, vacant = make.stand(site, level=1), make.stand(site, level=2)
    make.sample(make.listing(), site, on=taken)
    page = ana.get("/sites/yiwu/plan?lang=en").text
    assert f'aria-label="{vacant.address}, vacant"' in page
    assert f'aria-label="{taken.address}, Thick drawstring bin bags · 1 sample"' in page
    assert '1/2<span class="visually-hidden"> taken</span>' in page


def test_closing_offers_only_what_can_be_done(ana: Visitor, site: Site) -> None:
    full, vacant = make.stand(site, level=1), make.stand(site, level=2)
    make.sample(make.listing(), site, on=full)
    asked = ana.get(f"/stands/{full.id}/closing").text
    assert 'value="stays"' not in asked
    assert '<input checked id="samples-0" name="samples" type="radio" value="store_room">' in asked
    assert '<input type="hidden" name="samples" value="stays">' in ana.get(f"/stands/{vacant.id}/closing").text
