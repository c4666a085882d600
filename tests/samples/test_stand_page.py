"""A stand's page: what should be there, what is, and what a running count saw there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.samples.queries import scans_by_day
from selection_center.samples.scans import ScanDay
from selection_center.samples.sightings import Sighting
from selection_center.samples.stand_facts import last_count, strays_at
from selection_center.samples.stocktakes import Stocktake
from selection_center.sites.models import Stand
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]


@pytest.fixture
def stand(app: Flask) -> Stand:
    return make.stand(make.site())


@pytest.fixture
def ana(stand: Stand) -> User:
    return make.user("Ana", Role.MANAGER, stand.site)


def test_what_is_lent_out_belongs_here_but_is_not_here(visit: Visit, ana: User, stand: Stand) -> None:
    make.sample(make.listing(title_en="Folding lamp"), stand.site, stand)
    away = make.sample(make.listing(title_en="Bamboo basket"), stand.site, stand)
    make.overdue(make.loan([away], ana))
    page = visit(ana).get(f"/stands/{stand.id}?lang=en").text
    standing, lent = page.split("Belongs here, lent out")
    assert "Folding lamp" in standing
    assert "Bamboo basket" not in standing.split("Stands here")[1]
    assert "Bamboo basket" in lent
    assert "林小满" in lent
    assert "Overdue" in lent
    cas = visit(make.user("Cas", Role.CASHIER, stand.site)).get(f"/stands/{stand.id}?lang=en").text
    assert "Bamboo basket" in cas
    assert "林小满" not in cas


def test_what_a_running_count_saw_here_is_named_until_it_is_settled(visit: Visit, ana: User, stand: Stand) -> None:
    home = make.stand(stand.site, bay=9)
    stray = make.sample(make.listing(title_en="Bamboo basket"), stand.site, home)
    right = make.sample(make.listing(title_en="Folding lamp"), stand.site, stand)
    count = Stocktake.begin(stand.site, ana.id)
    for piece in (stray, right):
        Sighting.see(count, piece, stand, ana.id)
    db.session.commit()
    assert [seen.sample for seen in strays_at(stand)] == [stray]
    page = visit(ana).get(f"/stands/{stand.id}?lang=en").text
    assert "Seen here, but belongs elsewhere" in page
    assert home.address in page
    assert "last counted" in page
    assert strays_at(home) == []
    stray.place_on(stand)
    assert strays_at(stand) == []
    stray.place_on(home)
    count.close(ana.id)
    assert strays_at(stand) == []


def test_a_cancelled_count_counted_nothing(ana: User, stand: Stand) -> None:
    assert last_count(stand) is None
    count = Stocktake.begin(stand.site, ana.id)
    Sighting.visit(count, stand, ana.id)
    found = last_count(stand)
    assert found is not None
    assert found.user is ana
    count.cancel(ana.id)
    assert last_count(stand) is None


def test_one_tap_places_here_counts_and_prints(visit: Visit, ana: User, stand: Stand) -> None:
    make.sample(make.listing(), stand.site, stand)
    db.session.commit()
    visitor = visit(ana)
    page = visitor.get(f"/stands/{stand.id}").text
    for path in (
        f"/sites/yiwu/floor/place?stand={stand.code}",
        f"/sites/yiwu/print?at={stand.address}",
        f"/sites/yiwu/print?layout=stand&stand={stand.id}",
        f"/sites/yiwu/stocktakes?stand={stand.address}",
    ):
        assert path.replace("&", "&amp;") in page, path
        assert visitor.get(path).status_code == 200
    assert stand.address in visitor.get(f"/sites/yiwu/floor/place?stand={stand.code}").text
    assert visitor.get(f"/s/{stand.code}").location == f"/stands/{stand.id}"


def test_a_closed_stand_advises_no_placing(visit: Visit, ana: User, stand: Stand) -> None:
    stand.close()
    db.session.flush()
    page = visit(ana).get(f"/stands/{stand.id}?lang=en").text
    assert "Nothing can be placed here" in page
    assert "/floor/place" not in page
    assert "where=store-room" not in page
    assert "Print the sign" not in page


def test_stays_that_are_over_have_pages_and_scans_their_days(visit: Visit, ana: User, stand: Stand) -> None:
    for number in range(12):
        piece = make.sample(make.listing(title_en=f"Lamp {number:02d}"), stand.site, stand)
        piece.place_on(None)
    day = {"site_id": stand.site_id, "sample_id": piece.id, "stand_id": stand.id, "last_at": utcnow()}
    make.add(ScanDay(day=today() - timedelta(days=2), scans=5, **day))
    make.add(ScanDay(day=today() - timedelta(days=40), scans=7, **day))
    db.session.flush()
    scans = scans_by_day(ScanDay.stand_id == stand.id)
    assert (sum(scans), scans[-3]) == (5, 5)
    visitor = visit(ana)
    first, second = (visitor.get(f"/stands/{stand.id}?lang=en&page={page}").text for page in (1, 2))
    assert "Lamp 11" in first
    assert "Lamp 01" not in first
    assert "Lamp 01" in second


def test_a_blind_count_tells_nobody_what_it_saw(visit: Visit, ana: User, stand: Stand) -> None:
    stray = make.sample(make.listing(title_en="Bamboo basket"), stand.site, make.stand(stand.site, bay=9))
    count = Stocktake.begin(stand.site, ana.id, blind=True)
    Sighting.see(count, stray, stand, ana.id)
    db.session.commit()
    assert strays_at(stand) == []
    assert "Bamboo basket" not in visit(ana).get(f"/stands/{stand.id}?lang=en").text
