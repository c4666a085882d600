"""Sites, belts and cities: founding and changing them is for head office."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples.models import RetireReason
from selection_center.sites.models import Belt, City, Site
from tests import factories as make
from tests.sites.ladder import said, submit_twice
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]


@pytest.fixture
def hana(app: Flask) -> User:
    return make.user("Hana", Role.HEAD_OFFICE)


def new_site(**changed: Any) -> dict[str, Any]:
    return {
        "name": "诸暨袜业选品中心",
        "name_en": "Zhuji Socks Center",
        "slug": "zhuji",
        "kind": "center",
        "city_id": str(make.city().id),
        "opening_hours": "9:00–18:00",
    } | changed


def new_belt(**changed: Any) -> dict[str, Any]:
    return {
        "name": "义乌小商品",
        "name_en": "Yiwu small commodities",
        "category": "百货",
        "city_id": str(make.city().id),
        "ten_billion": "",
    } | changed


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))


def test_head_office_founds_a_site_once(visit: Visit, hana: User) -> None:
    first, second = submit_twice(visit(hana), "/sites", new_site())

    assert first.location == second.location == "/sites/zhuji"
    site = db.session.scalars(sa.select(Site)).one()
    assert (site.name, site.slug, site.is_open) == ("诸暨袜业选品中心", "zhuji", True)
    assert verbs() == ["site_founded"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"name": "长" * 61},
        {"slug": "Zhu Ji"},
        {"slug": "new"},
        {"kind": "palace"},
        {"city_id": "999999"},
        {"city_id": "x"},
        {"name": "\x00"},
    ],
)
def test_a_site_with_bad_input_is_not_founded(visit: Visit, hana: User, wrong: dict[str, str]) -> None:
    response = visit(hana).submit("/sites", new_site(**wrong))

    assert response.status_code == 422
    assert db.session.scalar(sa.select(Site)) is None


def test_a_taken_short_name_is_said_at_its_field(visit: Visit, hana: User) -> None:
    make.site("zhuji")
    response = visit(hana).submit("/sites", new_site(name="别的"))

    assert response.status_code == 422
    assert "别的" in response.text


def test_fields_that_are_not_on_the_form_have_no_effect(visit: Visit, hana: User) -> None:
    site = make.site()
    visit(hana).submit("/sites/yiwu", new_site(slug="other", closed_at="2020-01-01", id="7"))

    db.session.refresh(site)
    assert (site.slug, site.name, site.is_open) == ("yiwu", "诸暨袜业选品中心", True)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FLOOR_STAFF, Role.CASHIER])
def test_only_head_office_founds_changes_and_closes(visit: Visit, app: Flask, role: Role) -> None:
    site = make.site()
    visitor = visit(make.user("Ana", role, at=site))

    assert visitor.get("/sites/new").status_code == 403
    for path in ("/sites", "/sites/yiwu", "/sites/yiwu/closing", "/sites/yiwu/reopening", "/sites/yiwu/belts"):
        assert visitor.submit(path, new_site()).status_code == 403
    assert db.session.scalar(sa.select(sa.func.count(Site.id))) == 1


def test_people_of_a_site_see_theirs_and_no_other(visit: Visit, app: Flask) -> None:
    here, there = make.site(), make.site("chenghai", name="澄海玩具选品中心")
    visitor = visit(make.user("Bo", Role.FLOOR_STAFF, at=here))

    listed = visitor.get("/sites").text
    assert here.name in listed
    assert there.name not in listed
    assert visitor.get("/sites/yiwu").status_code == 200
    assert visitor.get("/sites/chenghai").status_code == 404
    assert visitor.get("/sites/missing").status_code == 404


def test_the_list_is_searched_sorted_and_paged(visit: Visit, hana: User) -> None:
    for number in range(60):
        make.site(f"site-{number}", name=f"中心 {number:02d}", name_en=f"Center {number:02d}")
    visitor = visit(hana)

    first, second = visitor.get("/sites").text, visitor.get("/sites?page=2").text
    assert "中心 00" in first
    assert "中心 59" in second
    assert "中心 59" in visitor.get("/sites?sort=-name").text
    found = visitor.get("/sites?q=center%2042").text
    assert "中心 42" in found
    assert "中心 41" not in found
    for odd in ("page=0", "page=-1", "page=x", "page=99999999999999999999", "sort=password", "q=%25"):
        assert visitor.get(f"/sites?{odd}").status_code == 200


def main_part(page: str) -> str:
    """The page without its navigation, which names the site that one works at."""
    return page.split("<main")[1]


def test_a_site_closes_only_when_empty_and_opens_again(visit: Visit, hana: User) -> None:
    site = make.site()
    piece = make.sample(make.listing(title="折叠护眼台灯"), site)
    visitor = visit(hana)

    assert "折叠护眼台灯" in visitor.get("/sites/yiwu/closing").text
    refused = visitor.submit("/sites/yiwu/closing")
    assert refused.status_code == 409
    assert "折叠护眼台灯" in refused.text

    piece.retire(RetireReason.SOLD)
    assert visitor.submit("/sites/yiwu/closing").status_code == 303
    db.session.refresh(site)
    assert not site.is_open
    assert "/sites/yiwu" not in main_part(visitor.get("/sites").text)
    assert site.name in visitor.get("/sites?closed=1").text

    assert visitor.submit("/sites/yiwu/reopening").status_code == 303
    db.session.refresh(site)
    assert site.is_open


def test_a_site_has_many_belts(visit: Visit, hana: User) -> None:
    site = make.site()
    belts = [
        make.add(
            Belt(city=site.city, place_adcode="330782", place="义乌市", name=name, name_en=name_en, category="百货")
        )
        for name, name_en in (("义乌小商品", "Yiwu small commodities"), ("义乌饰品", "Yiwu fashion jewellery"))
    ]
    visitor = visit(hana)
    assert visitor.submit("/sites/yiwu/belts", {"belt": "义乌小商品"}).status_code == 303
    assert visitor.submit("/sites/yiwu/belts", {"belt": "Yiwu fashion jewellery"}).status_code == 303
    assert visitor.submit("/sites/yiwu/belts", {"belt": "Atlantis"}).status_code == 422
    db.session.refresh(site)
    assert set(site.belts) == set(belts)

    assert visitor.submit(f"/sites/yiwu/belts/{belts[0].id}/removal").status_code == 303
    db.session.refresh(site)
    assert site.belts == [belts[1]]


def test_head_office_sets_the_ten_billion_flag(visit: Visit, hana: User) -> None:
    visitor = visit(hana)
    assert visitor.submit("/belts", new_belt()).status_code == 303
    belt = db.session.scalars(sa.select(Belt)).one()
    assert belt.over_ten_billion is None

    for answer, flag in (("yes", True), ("no", False), ("", None)):
        sent = {"name_en": belt.name_en, "category": belt.category, "ten_billion": answer}
        assert visitor.submit(f"/belts/{belt.id}", sent).status_code == 303
        db.session.refresh(belt)
        assert belt.over_ten_billion is flag
        assert belt.name in visitor.get(f"/belts?flag={answer or 'unknown'}").text
    assert visitor.submit(f"/belts/{belt.id}", {"name_en": "", "category": "x"}).status_code == 422
    assert visitor.get("/belts/987654").status_code in {404, 405}
    assert visitor.get("/belts/987654/edit").status_code == 404


def test_one_city_has_a_belt_once(visit: Visit, hana: User) -> None:
    visitor = visit(hana)
    assert visitor.submit("/belts", new_belt()).status_code == 303
    assert visitor.submit("/belts", new_belt()).status_code == 422


def test_staff_read_belts_and_cities_but_do_not_change_them(visit: Visit, app: Flask) -> None:
    visitor = visit(make.user("Ana", Role.MANAGER, at=make.site()))

    assert visitor.get("/belts?q=袜&sort=-category").status_code == 200
    assert "义乌市" in visitor.get("/cities?q=3307").text
    assert visitor.get("/belts/new").status_code == 403
    assert visitor.submit("/belts", new_belt()).status_code == 403


def test_suppliers_have_no_business_here(visit: Visit, app: Flask) -> None:
    visitor = visit(make.user("Eve", Role.SUPPLIER, supplier=make.supplier()))
    for path in ("/sites", "/belts", "/cities", "/audit", "/people"):
        assert visitor.get(path).status_code == 403


def test_a_stranger_is_sent_to_sign_in(client: Visitor) -> None:
    response = client.get("/sites?q=袜")
    assert response.status_code == 302
    assert response.location.startswith("/sign-in?next=/sites")


def test_head_office_adds_and_mends_a_city(visit: Visit, app: Flask) -> None:
    visitor = visit(make.user("Hana", Role.HEAD_OFFICE))
    city = {"adcode": "659012", "name": "新星市", "province": "新疆"}
    assert "659012" in said(visitor, visitor.submit("/cities", city))
    assert visitor.submit("/cities", city).status_code == 422
    for wrong in ({"adcode": "12"}, {"adcode": "65901x"}, {"name": ""}, {"province": "x" * 41}):
        assert visitor.submit("/cities", city | {"adcode": "659099"} | wrong).status_code == 422
    made = db.session.scalars(sa.select(City).filter_by(adcode="659012")).one()
    assert visitor.submit(f"/cities/{made.id}", {"name": "新星", "province": "新疆", "adcode": "1"}).status_code == 303
    db.session.refresh(made)
    assert (made.name, made.adcode) == ("新星", "659012")
    assert visitor.get("/cities/987654/edit").status_code == 404
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, make.site()))
    assert bo.submit("/cities", city).status_code == 403
    assert bo.get(f"/cities/{made.id}/edit").status_code == 403
