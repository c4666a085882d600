"""Who may let whom in: teams of sites, one person's account, and head office's list of all."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import Grant, SignIn, User
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.once import Operation
from selection_center.core.permissions import Role
from selection_center.sites.models import Site
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]
LI = {"name": "李娜", "login": "Li.Na", "role": "floor_staff"}


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(site: Site) -> User:
    return make.user("Ana", Role.MANAGER, at=site)


@pytest.fixture
def bo(site: Site) -> User:
    return make.user("Bo", Role.FLOOR_STAFF, at=site)


@pytest.fixture
def hana(app: Flask) -> User:
    return make.user("Hana", Role.HEAD_OFFICE)


def user_named(login: str) -> User:
    return db.session.scalars(sa.select(User).filter_by(login=login)).one()


def drawn_password(text: str) -> str:
    found = re.search(r"[0-9a-z]{4}(-[0-9a-z]{4}){3}", text)
    assert found is not None
    return found[0]


def test_a_manager_adds_a_colleague_whose_password_shows_once(visit: Visit, ana: User, site: Site) -> None:
    visitor = visit(ana)
    same = LI | {"operation_id": make.operation()}
    first, second = (visitor.submit("/sites/yiwu/team", same) for _ in range(2))
    li = user_named("li.na")

    assert first.location == second.location == f"/people/{li.id}"
    assert [(grant.role, grant.site_id) for grant in li.grants] == [(Role.FLOOR_STAFF, site.id)]
    page = visitor.get(first.location).text
    assert li.has_password(drawn_password(page))
    assert drawn_password(page) not in visitor.get(first.location).text
    assert drawn_password(page) not in str(db.session.scalars(sa.select(Operation.result)).all())
    assert drawn_password(page) not in str(db.session.scalars(sa.select(AuditEntry.detail)).all())
    assert "李娜" in visitor.get("/sites/yiwu/team").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"login": "李娜"},
        {"login": ""},
        {"login": "x" * 121},
        {"role": "head_office"},
        {"role": "supplier"},
        {"role": ""},
    ],
)
def test_bad_colleagues_are_not_added(visit: Visit, ana: User, wrong: dict[str, str]) -> None:
    assert visit(ana).submit("/sites/yiwu/team", LI | wrong).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(User.id))) == 1


def test_a_taken_account_name_is_said_at_its_field(visit: Visit, ana: User, bo: User) -> None:
    assert visit(ana).submit("/sites/yiwu/team", LI | {"login": "BO"}).status_code == 422


def test_extra_fields_give_no_extra_rights(visit: Visit, ana: User, site: Site) -> None:
    other = make.site("chenghai")
    sent = LI | {"site_id": str(other.id), "is_admin": "1", "supplier": "x", "password_hash": "x"}
    visit(ana).submit("/sites/yiwu/team", sent)
    assert [grant.site_id for grant in user_named("li.na").grants] == [site.id]


@pytest.mark.parametrize("role", [Role.FLOOR_STAFF, Role.CASHIER])
def test_only_those_who_look_after_staff_see_the_team(visit: Visit, site: Site, bo: User, role: Role) -> None:
    visitor = visit(make.user("Cashy", role, at=site))
    assert visitor.get("/sites/yiwu/team").status_code == 403
    assert visitor.submit("/sites/yiwu/team", LI).status_code == 403
    assert visitor.get(f"/people/{bo.id}").status_code == 403
    assert visitor.submit(f"/people/{bo.id}/disabling").status_code == 403


def person_paths(person: User) -> list[str]:
    grant = person.grants[0].id
    return [
        f"/people/{person.id}/{verb}"
        for verb in ("disabling", "enabling", "signing-out", "password", f"roles/{grant}", f"roles/{grant}/removal")
    ]


def test_people_of_other_sites_are_not_there(visit: Visit, ana: User) -> None:
    cy = make.user("Cy", Role.FLOOR_STAFF, at=make.site("chenghai"))
    visitor = visit(ana)
    assert visitor.get("/sites/chenghai/team").status_code == 404
    assert visitor.submit("/sites/chenghai/team", LI).status_code == 404
    assert visitor.get(f"/people/{cy.id}").status_code == 404
    for path in person_paths(cy):
        assert visitor.submit(path, {"role": "cashier"}).status_code == 404, path
    assert visitor.get("/people/987654").status_code == 404


def test_a_disabled_person_is_out_at_the_next_request(visit: Visit, ana: User, bo: User) -> None:
    manager, staff = visit(ana), visit(bo)
    assert staff.get("/sites/yiwu").status_code == 200

    assert manager.submit(f"/people/{bo.id}/disabling").status_code == 303
    assert staff.get("/sites/yiwu").status_code == 302
    assert visit(bo).get("/sites/yiwu").status_code == 302
    assert "/disabling" not in manager.get(f"/people/{bo.id}").text

    assert manager.submit(f"/people/{bo.id}/enabling").status_code == 303
    assert staff.get("/sites/yiwu").status_code == 302
    assert visit(bo).get("/sites/yiwu").status_code == 200


def test_signing_somebody_out_ends_every_device(visit: Visit, ana: User, bo: User) -> None:
    phone, tablet, manager = visit(bo), visit(bo), visit(ana)
    assert manager.submit(f"/people/{bo.id}/signing-out").status_code == 303
    assert phone.get("/account").status_code == tablet.get("/account").status_code == 302
    assert manager.get("/account").status_code == 200


def test_a_new_password_is_drawn_and_ends_the_old_one(visit: Visit, ana: User, bo: User) -> None:
    manager, staff = visit(ana), visit(bo)
    response = manager.submit(f"/people/{bo.id}/password")
    password = drawn_password(manager.get(response.location).text)

    db.session.refresh(bo)
    assert bo.has_password(password)
    assert not bo.has_password(make.PASSWORD)
    assert staff.get("/account").status_code == 302


def test_a_manager_changes_and_takes_roles_at_the_own_site(visit: Visit, ana: User, bo: User) -> None:
    visitor, grant = visit(ana), bo.grants[0].id
    assert visitor.submit(f"/people/{bo.id}/roles/{grant}", {"role": "cashier"}).status_code == 303
    assert visitor.submit(f"/people/{bo.id}/roles/{grant}", {"role": "head_office"}).status_code == 422
    db.session.refresh(bo)
    assert [found.role for found in bo.grants] == [Role.CASHIER]

    response = visitor.submit(f"/people/{bo.id}/roles/{grant}/removal")
    assert visitor.get(response.location).status_code == 200
    db.session.refresh(bo)
    assert bo.grants == []


def test_who_also_works_elsewhere_is_managed_by_head_office(visit: Visit, ana: User, bo: User, hana: User) -> None:
    other = make.site("chenghai")
    bo.add_grant(Role.CASHIER, site_id=other.id)
    visitor = visit(ana)
    for verb in ("disabling", "password", "signing-out"):
        assert visitor.submit(f"/people/{bo.id}/{verb}").status_code == 409
    foreign = next(grant for grant in bo.grants if grant.site_id == other.id)
    assert visitor.submit(f"/people/{bo.id}/roles/{foreign.id}", {"role": "manager"}).status_code == 403

    assert visit(hana).submit(f"/people/{bo.id}/disabling").status_code == 303


def test_a_manager_has_no_power_over_head_office(visit: Visit, ana: User, hana: User, site: Site) -> None:
    visitor = visit(ana)
    assert visitor.submit(f"/people/{hana.id}/password").status_code == 404
    hana.add_grant(Role.FLOOR_STAFF, site_id=site.id)
    assert visitor.submit(f"/people/{hana.id}/password").status_code == 409
    db.session.refresh(hana)
    assert hana.has_password(make.PASSWORD)


def test_nobody_changes_their_own_rights(visit: Visit, ana: User) -> None:
    visitor, grant = visit(ana), ana.grants[0].id
    assert visitor.submit(f"/people/{ana.id}/roles/{grant}", {"role": "cashier"}).status_code == 409
    assert visitor.submit(f"/people/{ana.id}/roles/{grant}/removal").status_code == 409
    assert visitor.submit(f"/people/{ana.id}/disabling").status_code == 409


def test_the_last_account_of_head_office_stays(visit: Visit, hana: User) -> None:
    second = make.user("Second", Role.HEAD_OFFICE)
    visitor = visit(hana)
    assert visitor.submit(f"/people/{second.id}/disabling").status_code == 303
    second_visitor_grant = second.grants[0].id
    assert visitor.submit(f"/people/{second.id}/roles/{second_visitor_grant}/removal").status_code == 303
    assert visitor.submit(f"/people/{hana.id}/disabling").status_code == 409
    db.session.refresh(hana)
    assert hana.is_active


def test_head_office_adds_people_of_every_role(visit: Visit, hana: User, site: Site) -> None:
    maker = make.supplier(name="义乌市禾一日用品有限公司")
    visitor = visit(hana)
    for login, sent in {
        "ho": {"role": "head_office"},
        "mg": {"role": "manager", "site_id": str(site.id)},
        "su": {"role": "supplier", "supplier": maker.name, "site_id": str(site.id)},
    }.items():
        assert visitor.submit("/people", {"name": login, "login": f"{login}.new", **sent}).status_code == 303
    found = {user.login: user.grants[0] for user in db.session.scalars(sa.select(User)) if user.login.endswith(".new")}
    assert {login: (g.role, g.site_id, g.supplier_id) for login, g in found.items()} == {
        "ho.new": (Role.HEAD_OFFICE, None, None),
        "mg.new": (Role.MANAGER, site.id, None),
        "su.new": (Role.SUPPLIER, None, maker.id),
    }
    page = visitor.get("/people?role=supplier").text
    assert "su.new" in page
    assert "mg.new" not in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "manager"},
        {"role": "manager", "site_id": "987654"},
        {"role": "supplier"},
        {"role": "supplier", "supplier": "没有这家"},
        {"role": "emperor"},
    ],
)
def test_a_role_needs_its_place(visit: Visit, hana: User, wrong: dict[str, str]) -> None:
    assert visit(hana).submit("/people", {"name": "X", "login": "x.y", **wrong}).status_code == 422


def test_head_office_gives_a_second_role_once(visit: Visit, hana: User, bo: User) -> None:
    other = make.site("chenghai")
    visitor, sent = visit(hana), {"role": "cashier", "site_id": str(other.id)}
    assert visitor.submit(f"/people/{bo.id}/roles", sent).status_code == 303
    assert visitor.submit(f"/people/{bo.id}/roles", sent).status_code == 409
    assert visitor.submit(f"/people/{bo.id}/roles", {"role": "cashier"}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Grant.id)).filter_by(user_id=bo.id)) == 2


def test_managers_do_not_see_the_list_of_all(visit: Visit, ana: User, bo: User) -> None:
    visitor = visit(ana)
    assert visitor.get("/people").status_code == 403
    assert visitor.submit("/people", LI).status_code == 403
    assert visitor.submit(f"/people/{bo.id}/roles", {"role": "head_office"}).status_code == 403


def test_a_persons_devices_are_told_by_name(visit: Visit, ana: User, bo: User) -> None:
    agent = "Mozilla/5.0 (Linux; Android 14; SM) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36 MicroMessenger/8"
    SignIn.start(bo, agent)
    assert "WeChat, Android" in visit(ana).get(f"/people/{bo.id}").text
