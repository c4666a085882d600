"""The reception: a walk-in registered in seconds, cared for, handed over, and sent off; each page climbs the ladder."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import User
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.sites.models import Site
from selection_center.visits.models import BuyerKind, Leaving
from selection_center.visits.models import Visit as Stay
from tests import factories as make
from tests.buyers import PHONE
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
ENOUGH = {"name": "陈女士", "kind": "livestreamer", "language": "zh"}


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def bo(visit: Visit, site: Site) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, site))


def the_stay() -> Stay:
    db.session.expire_all()
    return db.session.scalars(sa.select(Stay)).one()


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))


def test_name_and_kind_are_enough(bo: Visitor, site: Site) -> None:
    assert "register" in bo.get("/sites/yiwu/visits").text
    answer = bo.submit("/sites/yiwu/visits", ENOUGH)
    stay = the_stay()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/visits/{stay.id}")
    assert (stay.name, stay.kind, stay.phone, stay.consent_at) == ("陈女士", BuyerKind.LIVESTREAMER, None, None)
    assert (stay.registered_by.name, stay.cared_by.name, [care.user.name for care in stay.cares]) == (
        "Bo",
        "Bo",
        ["Bo"],
    )
    page = bo.get(f"/visits/{stay.id}").text
    assert (stay.shown_code in page, "陈女士" in page) == (True, True)
    assert verbs() == ["visitor_registered"]
    assert "陈女士" not in str(db.session.scalars(sa.select(AuditEntry.detail)).one())


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"kind": ""},
        {"kind": "thief"},
        {"language": "fr"},
        {"phone": "12345", "consent": "y"},
        {"phone": PHONE},
        {"name": "x" * 81},
        {"looking_for": "x" * 201},
    ],
)
def test_bad_input_is_told_and_nobody_is_registered(bo: Visitor, wrong: dict[str, str]) -> None:
    answer = bo.submit("/sites/yiwu/visits", ENOUGH | wrong)
    assert (answer.status_code, 'class="error"' in answer.text) == (422, True)
    assert db.session.scalars(sa.select(Stay)).all() == []


def test_a_number_is_kept_under_the_consent_and_stays_masked_until_opened(bo: Visitor) -> None:
    bo.submit("/sites/yiwu/visits", ENOUGH | {"phone": "138 0000 8000", "consent": "y"})
    stay = the_stay()
    assert (stay.phone, stay.consent_version, stay.consent_at is not None) == (PHONE, "2026-11", True)
    address = f"/visits/{stay.id}"
    for path in (address, f"{address}?phone=open", "/sites/yiwu/visits"):
        assert PHONE not in bo.get(path).text, path
    assert "138****8000" in bo.get(address).text
    opened = bo.submit(f"{address}/phone")
    assert PHONE in bo.get(opened.headers["Location"]).text
    assert verbs() == ["visitor_registered", "phone_opened"]


def test_a_colleague_of_the_site_takes_over_and_the_history_says_so(bo: Visitor, visit: Visit, site: Site) -> None:
    bo.submit("/sites/yiwu/visits", ENOUGH)
    address = f"/visits/{the_stay().id}"
    ana = visit(make.user("Ana", Role.MANAGER, site))
    assert "Bo" in ana.get(address).text
    assert ana.submit(f"{address}/care").status_code == 303
    assert ana.submit(f"{address}/care").status_code == 303
    assert (the_stay().cared_by.name, [care.user.name for care in the_stay().cares]) == ("Ana", ["Bo", "Ana"])
    assert verbs().count("visit_taken_over") == 1
    assert "接手" in bo.get(address).text


def test_goodbye_ends_the_visit_and_can_be_taken_back_for_ten_minutes(bo: Visitor) -> None:
    bo.submit("/sites/yiwu/visits", ENOUGH)
    address = f"/visits/{the_stay().id}"
    assert bo.submit(f"{address}/goodbye").status_code == 303
    assert (the_stay().left_how, the_stay().is_here) == (Leaving.GOODBYE, False)
    assert "陈女士" not in bo.get("/sites/yiwu/visits?where=here").text
    assert "陈女士" in bo.get("/sites/yiwu/visits?where=today").text
    assert bo.submit(f"{address}/goodbye", headers={"Accept": "application/json"}).status_code == 409
    bo.submit(f"{address}/return")
    assert (the_stay().left_at, the_stay().left_how) == (None, None)
    stay = the_stay()
    stay.left_at, stay.left_how = utcnow() - timedelta(minutes=11), Leaving.GOODBYE
    assert bo.submit(f"{address}/return", headers={"Accept": "application/json"}).status_code == 409
    assert the_stay().left_at is not None


def test_visitors_are_found_by_what_is_known_of_them(bo: Visitor, site: Site) -> None:
    by = stay_by()
    chen = make.visitor(site, by, company="晴天小店", looking_for="垃圾袋", phone=PHONE)
    make.visitor(site, by, name="Lena", kind=BuyerKind.WHOLESALER)
    for words in ("陈女", "晴天", "垃圾", chen.code, chen.shown_code.lower(), PHONE, "8000"):
        page = bo.get("/sites/yiwu/visits", query_string={"q": words}).text
        assert ("陈女士" in page, "Lena" in page) == (True, False), words
    assert "陈女士" not in bo.get("/sites/yiwu/visits?q=%25").text
    assert "陈女士" not in bo.get("/sites/yiwu/visits?kind=wholesaler").text
    page = bo.get("/sites/yiwu/visits?where=all&sort=name").text
    assert page.index("Lena") < page.index("陈女士")


def stay_by() -> User:
    return make.user("Cas", Role.FLOOR_STAFF, db.session.scalars(sa.select(Site)).first())


def test_the_list_of_visits_has_pages(bo: Visitor, site: Site) -> None:
    by = stay_by()
    for number in range(31):
        make.visitor(site, by, name=f"buyer-{number:02}")
    first, second = bo.get("/sites/yiwu/visits").text, bo.get("/sites/yiwu/visits?page=2").text
    assert ("buyer-30" in first, "buyer-00" in first, "buyer-00" in second) == (True, False, True)


def test_who_came_before_is_told_by_the_number(bo: Visitor, site: Site) -> None:
    by = stay_by()
    before = make.visitor(site, by, phone=PHONE, looking_for="花瓶")
    make.visitor(site, by, name="另一位", phone="13900009000")
    elsewhere = make.site("chenghai")
    make.visitor(elsewhere, by, name="别处", phone=PHONE)
    bo.submit("/sites/yiwu/visits", ENOUGH | {"phone": PHONE, "consent": "y"})
    newest = db.session.scalars(sa.select(Stay).order_by(Stay.id.desc())).first()
    assert newest is not None
    page = bo.get(f"/visits/{newest.id}?lang=en").text
    assert ("Visit no. 2" in page, f"/visits/{before.id}" in page) == (True, True)
    assert ("另一位" in page, "别处" in page) == (False, False)
    assert "Visit no." not in bo.get(f"/visits/{before.id}?lang=en").text


def test_yesterdays_visitors_are_not_here_also_before_the_night_has_said_so(bo: Visitor, site: Site) -> None:
    stay = make.visitor(site, stay_by())
    stay.arrived_at = utcnow() - timedelta(hours=25)
    assert "陈女士" not in bo.get("/sites/yiwu/visits").text
    assert "陈女士" in bo.get("/sites/yiwu/visits?where=all").text
    assert (stay.is_here, stay.left_at) == (False, None)


def test_people_of_another_site_find_nobody(bo: Visitor, visit: Visit) -> None:
    bo.submit("/sites/yiwu/visits", ENOUGH)
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    address = f"/visits/{the_stay().id}"
    assert [cy.get(path).status_code for path in (address, f"{address}/state", "/sites/yiwu/visits")] == [404] * 3
    for path in ("care", "goodbye", "return", "phone", "list", "other-phone"):
        assert cy.submit(f"{address}/{path}").status_code == 404, path
    assert cy.submit("/sites/yiwu/visits", ENOUGH).status_code == 404
    assert cy.get("/visits/987654").status_code == 404


@pytest.mark.parametrize("role", [Role.CASHIER, Role.SUPPLIER])
def test_roles_without_orders_are_refused(bo: Visitor, visit: Visit, site: Site, role: Role) -> None:
    bo.submit("/sites/yiwu/visits", ENOUGH)
    own = {"supplier": make.supplier()} if role is Role.SUPPLIER else {"at": site}
    person = visit(make.user("Kay", role, **own))
    assert [person.get(path).status_code for path in ("/sites/yiwu/visits", f"/visits/{the_stay().id}")] == [403, 403]
    assert person.submit("/sites/yiwu/visits", ENOUGH).status_code == 403
    assert person.submit(f"/visits/{the_stay().id}/care").status_code == 403


def test_an_empty_reception_says_so(bo: Visitor) -> None:
    assert "Nobody is registered as here now" in bo.get("/sites/yiwu/visits?lang=en").text
    assert "No visit fits this search" in bo.get("/sites/yiwu/visits?lang=en&q=zzz").text
