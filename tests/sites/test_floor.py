"""Zones, bays and stands: making them, closing them, giving them other addresses."""

import pytest
from flask import Flask

from selection_center.core import codes
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Role
from selection_center.samples import stands
from selection_center.samples.models import RetireReason
from selection_center.samples.stands import WhatStandsThere
from selection_center.sites import plan
from selection_center.sites.models import Bay, Site, Stand, Zone
from tests import factories as make


def zone_of(site: Site, letter: str = "A") -> Zone:
    zone: Zone = make.add(Zone(site=site, letter=letter, name="日用"))
    return zone


def test_a_bay_makes_its_stands_each_with_a_code_of_its_own(app: Flask) -> None:
    bay = zone_of(make.site()).add_bay(3, levels=4, x=0, y=0, width=60, height=10)

    assert [stand.address for stand in bay.stands] == ["A-03-1", "A-03-2", "A-03-3", "A-03-4"]
    assert len({codes.parse(stand.code) for stand in bay.stands}) == 4


def test_levels_grow_upwards_to_the_highest(app: Flask) -> None:
    bay = zone_of(make.site()).add_bay(1, levels=2)
    bay.add_levels(3)

    assert [stand.level for stand in bay.stands] == [1, 2, 3, 4, 5]
    with pytest.raises(Refused, match="20"):
        bay.add_levels(16)


def test_closing_what_holds_samples_is_refused_with_what_stands_there(app: Flask) -> None:
    site = make.site()
    stand = make.stand(site)
    make.sample(make.listing(title="折叠护眼台灯", title_en="Folding desk lamp"), site, on=stand)

    with pytest.raises(Refused, match="折叠护眼台灯"):
        stands.close(stand, WhatStandsThere.STAYS)
    assert stand.is_open


def test_closing_moves_the_samples_in_the_same_step(app: Flask) -> None:
    site = make.site()
    stand, other = make.stand(site, level=1), make.stand(site, level=2)
    piece = make.sample(make.listing(), site, on=stand)

    assert stands.close(stand, WhatStandsThere.OTHER_STAND, other) == 1
    assert piece.stand is other
    assert not stand.is_open

    assert stands.close(other, WhatStandsThere.STORE_ROOM) == 1
    assert piece.placement is not None
    assert piece.stand is None


def test_samples_do_not_go_to_a_stand_that_closes_with_the_bay(app: Flask) -> None:
    site = make.site()
    lower, upper = make.stand(site, level=1), make.stand(site, level=2)
    make.sample(make.listing(), site, on=lower)

    with pytest.raises(Refused, match="A-03-2"):
        stands.close(lower.bay, WhatStandsThere.OTHER_STAND, upper)


def test_a_closed_stand_is_opened_again_with_its_code(app: Flask) -> None:
    stand = make.stand(make.site())
    code = stand.code
    stands.close(stand, WhatStandsThere.STAYS)
    stand.reopen()

    assert stand.is_open
    assert stand.code == code
    with pytest.raises(Refused):
        stand.reopen()


def test_a_renamed_zone_renames_every_stand_in_it(app: Flask) -> None:
    site = make.site()
    first, second = make.stand(site, level=1), make.stand(site, bay=4, level=1)
    piece = make.sample(make.listing(), site, on=first)

    with pytest.raises(Refused):
        stands.rename_zone(first.bay.zone, "D", WhatStandsThere.STAYS)
    db.session.expire_all()
    assert stands.rename_zone(first.bay.zone, "D", WhatStandsThere.ALONG) == 1
    assert (first.address, second.address) == ("D-03-1", "D-04-1")
    assert piece.stand is first


def test_a_moved_bay_and_a_moved_stand_follow(app: Flask) -> None:
    site = make.site()
    stand = make.stand(site, "A", 3, 2)
    taken = make.stand(site, "B", 1, 1)

    stands.move_bay(stand.bay, taken.bay.zone, 7, WhatStandsThere.STAYS)
    assert stand.address == "B-07-2"
    stands.move_stand(stand, taken.bay, 5, WhatStandsThere.STAYS)
    assert stand.address == "B-01-5"
    with pytest.raises(Refused, match="B-01-1"):
        stands.move_stand(stand, taken.bay, 1, WhatStandsThere.STAYS)


def test_the_plan_cuts_a_rack_across_its_longer_side(app: Flask) -> None:
    zone = zone_of(make.site())
    lying = zone.add_bay(1, levels=3, x=10, y=20, width=60, height=10)
    standing = zone.add_bay(2, levels=2, x=90, y=20, width=10, height=60)

    assert [(cell.x, cell.width) for cell in plan.cells(lying)] == [(10, 20), (30, 20), (50, 20)]
    assert [(cell.y, cell.height) for cell in plan.cells(standing)] == [(20, 30), (50, 30)]


def test_the_plan_holds_open_bays_alone(app: Flask) -> None:
    site = make.site()
    zone = zone_of(site)
    assert plan.draw([zone]) is None
    kept = zone.add_bay(1, levels=1, x=0, y=0, width=60, height=10)
    closed = zone.add_bay(2, levels=1, x=500, y=500, width=60, height=10)
    stands.close(closed, WhatStandsThere.STAYS)

    drawn = plan.draw([zone])
    assert drawn is not None
    assert [rack.bay for rack in drawn.regions[0].racks] == [kept]
    assert drawn.width < 200


def test_new_bays_are_suggested_below_the_last_and_new_zones_beside_all(app: Flask) -> None:
    site = make.site()
    first, second = zone_of(site, "A"), zone_of(site, "B")
    first.add_bay(1, levels=1, x=0, y=0, width=60, height=10)

    assert plan.next_place(first) == {"x": 0, "y": 18, "width": 60, "height": 10}
    assert plan.next_place(second)["x"] == 80
    assert plan.next_letter(site.zones) == "C"


def test_a_site_closes_when_nothing_stands_there(app: Flask) -> None:
    site = make.site()
    piece = make.sample(make.listing(), site)
    with pytest.raises(Refused):
        stands.close_site(site)
    piece.retire(RetireReason.SOLD)
    db.session.flush()
    stands.close_site(site)
    assert not site.is_open


def test_a_stand_is_found_by_its_address_while_open(app: Flask) -> None:
    stand = make.stand(make.site())
    assert Stand.at(stand.site_id, " a-03-2 ") is stand
    stand.close()
    db.session.flush()
    assert Stand.at(stand.site_id, "A-03-2") is None


def test_bays_reach_through_their_zone(app: Flask) -> None:
    mine, other = make.site(), make.site("chenghai")
    ana = make.user("Ana", Role.MANAGER, at=mine)
    here, there = make.stand(mine), make.stand(other)
    found = db.session.scalars(Bay.reachable_by(ana)).all()
    assert here.bay in found
    assert there.bay not in found
