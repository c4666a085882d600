"""Many bays moved at once; what somebody else moved meanwhile is said, not undone."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from selection_center.sites.arrangement import Arrangement, Spot
from selection_center.sites.models import Bay, Site
from tests import factories as make
from tests.promises.wire import at_once
from tests.sites.ladder import submit_twice
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]
PATH = "/sites/yiwu/plan/arrangement"


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def bays(site: Site) -> list[Bay]:
    return [make.stand(site, bay=number).bay for number in (1, 2)]


@pytest.fixture
def ana(site: Site, visit: Visit) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, at=site))


def moved(bay: Bay, to: str, was: str | None = None) -> dict[str, str]:
    return {f"bay-{bay.id}": to, f"was-{bay.id}": was or str(Spot.of(bay))}


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("10 20 60 8", (10, 20, 60, 8)),
        ("0 0 1 1", (0, 0, 1, 1)),
        ("0 0 0 1", None),
        ("0 0 1 0", None),
        ("5001 0 1 1", None),
        ("-1 0 1 1", None),
        ("1 2 3", None),
        ("1 2 3 4 5", None),
        ("1.5 2 3 4", None),
        ("٣ 2 3 4", None),
        ("", None),
    ],
)
def test_spots_are_read_as_they_are_written(text: str, spot: tuple[int, ...] | None) -> None:
    read = Spot.read(text)
    assert read == spot
    assert read is None or str(read) == text


def test_bays_are_moved_once_and_each_is_on_record(ana: Visitor, bays: list[Bay]) -> None:
    page = ana.get(PATH)
    assert page.status_code == 200
    assert f'name="bay-{bays[0].id}"' in page.text
    still = moved(bays[1], str(Spot.of(bays[1])))
    submit_twice(ana, PATH, moved(bays[0], "40 50 70 9") | still)
    db.session.expire_all()
    assert Spot.of(bays[0]) == (40, 50, 70, 9)
    entries = db.session.scalars(sa.select(AuditEntry).filter_by(verb="bay_placed")).all()
    assert [(entry.subject_id, entry.detail["x"]) for entry in entries] == [(bays[0].id, 40)]


def test_what_somebody_else_moved_is_said_and_nothing_is_saved(visit: Visit, ana: Visitor, bays: list[Bay]) -> None:
    was = str(Spot.of(bays[0]))
    hana = visit(make.user("Hana", Role.HEAD_OFFICE))
    hana.submit(PATH, moved(bays[0], "5 5 30 6"))
    answer = ana.submit(f"{PATH}?lang=en", moved(bays[0], "40 50 70 9", was) | moved(bays[1], "0 90 20 6"))
    assert answer.status_code == 409
    assert "Hana moved A-01 at" in answer.text
    assert 'class="stands-now" x="5"' in answer.text
    assert f'name="bay-{bays[0].id}" value="40 50 70 9"' in answer.text
    assert f'name="was-{bays[0].id}" value="5 5 30 6"' in answer.text
    db.session.expire_all()
    assert Spot.of(bays[0]) == (5, 5, 30, 6)
    assert Spot.of(bays[1]) == (0, 0, 20, 6)

    ana.submit(PATH, moved(bays[0], "40 50 70 9") | moved(bays[1], "0 90 20 6"))  # the second time, knowing it
    db.session.expire_all()
    assert Spot.of(bays[0]) == (40, 50, 70, 9)


def test_other_bays_and_the_same_move_are_no_conflict(visit: Visit, ana: Visitor, bays: list[Bay]) -> None:
    was = [str(Spot.of(bay)) for bay in bays]
    visit(make.user("Hana", Role.HEAD_OFFICE)).submit(PATH, moved(bays[0], "5 5 30 6"))
    answer = ana.submit(PATH, moved(bays[0], "5 5 30 6", was[0]) | moved(bays[1], "0 90 20 6", was[1]))
    assert answer.status_code == 303
    db.session.expire_all()
    assert [Spot.of(bay) for bay in bays] == [(5, 5, 30, 6), (0, 90, 20, 6)]


def test_two_at_once_on_one_bay_one_is_told(app: Flask, site: Site, bays: list[Bay]) -> None:
    bay_id, site_id, was = bays[0].id, site.id, str(Spot.of(bays[0]))
    db.session.commit()

    def draw(index: int) -> bool:
        with app.app_context(), writing():
            form = {f"bay-{bay_id}": f"{10 + index} 0 20 6", f"was-{bay_id}": was}
            drawn = Arrangement.sent(db.session.get_one(Site, site_id), form)
            if not drawn.overtaken:
                drawn.apply()
            db.session.commit()
            return not drawn.overtaken

    assert sorted(at_once(2, draw)) == [False, True]


@pytest.mark.parametrize("wrong", ["", "nowhere", "1 2 3", "0 0 0 0", "9999 0 1 1", "1 2 3 4\x00"])
def test_what_is_no_place_is_not_kept(ana: Visitor, bays: list[Bay], wrong: str) -> None:
    assert ana.submit(PATH, moved(bays[0], wrong)).status_code == 422
    assert ana.submit(PATH, moved(bays[0], "1 2 3 4", was=wrong or "x")).status_code == 422
    db.session.expire_all()
    assert Spot.of(bays[0]) == (0, 0, 20, 6)


def test_bays_of_another_site_stay_where_they_are(ana: Visitor, bays: list[Bay]) -> None:
    foreign = make.stand(make.site("chenghai")).bay
    assert ana.submit(PATH, moved(foreign, "40 50 70 9")).status_code == 303
    db.session.expire_all()
    assert Spot.of(foreign) == (0, 0, 20, 6)
    assert ana.get("/sites/chenghai/plan/arrangement").status_code == 404
    assert ana.submit("/sites/chenghai/plan/arrangement", moved(foreign, "40 50 70 9")).status_code == 404


def test_staff_do_not_arrange(visit: Visit, site: Site, bays: list[Bay]) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, at=site))
    assert bo.get(PATH).status_code == 403
    assert bo.submit(PATH, moved(bays[0], "1 2 3 4")).status_code == 403
    assert PATH not in bo.get("/sites/yiwu/plan").text


def test_a_floor_without_bays_says_so(ana: Visitor, site: Site) -> None:
    page = ana.get(PATH)
    assert page.status_code == 200
    assert '<svg class="plan drawing"' not in page.text
