"""Tablets of a site: registering, naming, shutting out; and what a copied cookie is worth."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.devices import Device, device_names
from selection_center.accounts.models import SignIn, User, token_digest
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.sites.models import Site
from tests import factories as make
from tests.accounts.tablets import come_in, holding, tablet, token_of, with_pin
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]
PAGE = "/sites/yiwu/devices"
NEW = {"name": "Tablet 1", "idle_minutes": "5"}


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(site: Site) -> User:
    return make.user("Ana", Role.MANAGER, site)


@pytest.fixture
def bo(site: Site) -> User:
    return with_pin(make.user("Bo", Role.FLOOR_STAFF, site))


def only_device() -> Device:
    return db.session.scalars(sa.select(Device)).one()


# --- registering ------------------------------------------------------------------------------------------------


def test_the_tablet_in_hand_is_registered_by_one_tap(visit: Visit, ana: User, bo: User) -> None:
    hers = visit(ana)
    page = hers.get(PAGE).text
    assert 'value="平板 1"' in page  # nothing to type
    assert hers.submit(PAGE, NEW).status_code == 303

    device = only_device()
    assert (device.name, device.idle_minutes, device.registered_by_id) == ("Tablet 1", 5, ana.id)
    assert device.token_digest == token_digest(token_of(hers))
    assert db.session.scalars(sa.select(SignIn)).one().tablet_id == device.id
    assert "这台是 Tablet 1" in hers.get(PAGE).text
    assert 'value="平板 1"' in visit(ana).get(PAGE).text  # another device is not registered by that
    hers.submit("/lock")
    assert come_in(hers, bo).location == "/account"


def test_registering_draws_a_new_token(visit: Visit, ana: User, app: Flask) -> None:
    """A cookie that somebody copied, or put there, before the tablet was registered opens nothing."""
    hers = visit(ana)
    hers.get(PAGE)
    before = token_of(hers)
    hers.submit(PAGE, NEW)
    assert token_of(hers) != before
    assert holding(app, before).get("/lock").location == "/sign-in"
    assert holding(app, token_of(hers)).get("/lock").status_code == 200


def test_no_token_stands_in_the_database(visit: Visit, ana: User) -> None:
    hers = visit(ana)
    hers.submit(PAGE, NEW)
    kept = db.session.execute(sa.select(Device.__table__)).mappings().one()
    assert token_of(hers) not in map(str, kept.values())


def test_a_tablet_moves_to_another_site_by_registering_it_there(app: Flask, ana: User, bo: User) -> None:
    other = make.site("chenghai")
    hana = make.user("Hana", Role.HEAD_OFFICE)
    there, old = tablet(app, other, hana, "Old")
    there.sign_in(hana)
    assert there.submit(PAGE, NEW).status_code == 303
    db.session.refresh(old)
    assert not old.is_open
    assert there.get(PAGE).status_code == 200  # who registered it stays in
    assert there.get("/lock").text.count("Bo") == 1


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 61}, {"idle_minutes": "0"}, {"idle_minutes": "60"}, {"idle_minutes": "x"}]
)
def test_a_tablet_needs_a_name_and_a_limit(visit: Visit, ana: User, wrong: dict[str, str]) -> None:
    hers = visit(ana)
    assert hers.submit(PAGE, NEW | wrong).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Device.id))) == 0


def test_two_tablets_of_a_site_have_two_names(app: Flask, visit: Visit, site: Site, ana: User) -> None:
    _first, device = tablet(app, site, ana, "Tablet 1")
    assert visit(ana).submit(PAGE, NEW).status_code == 409
    assert visit(ana).submit(PAGE, NEW | {"name": "Tablet 2"}).status_code == 303
    assert visit(ana).submit(f"/devices/{device.id}", NEW | {"name": "Tablet 2"}).status_code == 409
    device.revoke()
    assert visit(ana).submit(PAGE, NEW).status_code == 303  # a revoked one's name is free


def test_only_managers_of_the_site_look_after_its_tablets(
    app: Flask, visit: Visit, site: Site, ana: User, bo: User
) -> None:
    cyd = make.user("Cyd", Role.MANAGER, make.site("chenghai"))
    _browser, device = tablet(app, site, ana)
    for visitor, status in ((visit(bo), 403), (visit(cyd), 404)):
        assert visitor.get(PAGE).status_code == status
        assert visitor.submit(PAGE, NEW).status_code == status
        assert visitor.get(f"/devices/{device.id}").status_code == status
        assert visitor.submit(f"/devices/{device.id}", NEW).status_code == status
        assert visitor.submit(f"/devices/{device.id}/revocation").status_code == status
    assert visit(make.user("Hana", Role.HEAD_OFFICE)).get(PAGE).status_code == 200


# --- the list ---------------------------------------------------------------------------------------------------


def test_the_list_says_who_is_on_which_tablet(app: Flask, visit: Visit, site: Site, ana: User, bo: User) -> None:
    first, _device = tablet(app, site, ana, "Door")
    tablet(app, site, ana, "Desk")
    come_in(first, bo)
    rows = visit(ana).get(PAGE).text.split("<tr>")
    assert next("Bo" in row for row in rows if "Door" in row)
    assert next("锁定" in row for row in rows if ">Desk<" in row)


def test_name_and_limit_change(app: Flask, visit: Visit, site: Site, ana: User) -> None:
    _browser, device = tablet(app, site, ana)
    hers = visit(ana)
    assert hers.get(f"/devices/{device.id}").status_code == 200
    assert hers.submit(f"/devices/{device.id}", {"name": "Door", "idle_minutes": "2"}).location == PAGE
    assert hers.submit(f"/devices/{device.id}", {"name": "", "idle_minutes": "2"}).status_code == 422
    db.session.refresh(device)
    assert (device.name, device.idle_minutes) == ("Door", 2)


# --- shutting out -----------------------------------------------------------------------------------------------


def test_s4_a_revoked_tablet_is_out_at_the_next_request(
    app: Flask, visit: Visit, site: Site, ana: User, bo: User
) -> None:
    lost, device = tablet(app, site, ana)
    come_in(lost, bo)
    assert lost.get("/account").status_code == 200
    assert visit(ana).submit(f"/devices/{device.id}/revocation").location == PAGE

    assert lost.get("/account").location == "/sign-in?next=/account"
    assert lost.submit("/account/name", {"name": "X"}).status_code == 403
    assert "Tablet 1" not in visit(ana).get(PAGE).text.split('id="main"')[1].split("<aside")[0]
    assert visit(ana).get(f"/devices/{device.id}").status_code == 404


def test_s4_a_password_session_on_it_is_out_too(app: Flask, visit: Visit, site: Site, ana: User, bo: User) -> None:
    lost, device = tablet(app, site, ana)
    assert lost.submit("/sign-in", {"login": "bo", "password": make.PASSWORD}).status_code == 303
    elsewhere = visit(bo)
    visit(ana).submit(f"/devices/{device.id}/revocation")
    assert lost.get("/account").status_code == 302
    assert elsewhere.get("/account").status_code == 200  # on another device nothing happened


def test_a_stolen_cookie_of_a_revoked_tablet_opens_nothing(
    app: Flask, visit: Visit, site: Site, ana: User, bo: User
) -> None:
    browser, device = tablet(app, site, ana)
    stolen = token_of(browser)
    visit(ana).submit(f"/devices/{device.id}/revocation")
    thief = holding(app, stolen)
    assert thief.get("/lock").location == "/sign-in"
    assert thief.get(f"/lock/{bo.id}").status_code == 404
    assert come_in(thief, bo).status_code == 404

    browser.sign_in(ana)  # the tablet was found again, and is registered again: the copy stays worthless
    assert browser.submit(PAGE, NEW).status_code == 303
    assert come_in(thief, bo).status_code == 404


def test_s6_a_session_of_a_tablet_carried_to_another_browser_is_none(
    app: Flask, client: Visitor, site: Site, ana: User, bo: User
) -> None:
    browser, _device = tablet(app, site, ana)
    come_in(browser, bo)
    cookie = browser.get_cookie("__Host-session", domain="yp.example.com")
    assert cookie is not None
    client.set_cookie("__Host-session", cookie.value, domain="yp.example.com", secure=True)
    assert client.get("/account").status_code == 302
    assert browser.get("/account").status_code == 200


# --- the audit --------------------------------------------------------------------------------------------------


def test_the_audit_tells_the_tablet_and_keeps_its_token_to_itself(
    app: Flask, visit: Visit, site: Site, ana: User, bo: User
) -> None:
    browser, device = tablet(app, site, ana, "Door tablet")
    come_in(browser, bo)
    assert browser.submit("/account/name", {"name": "李博"}).status_code == 303
    token = token_of(browser)
    entries = db.session.scalars(sa.select(AuditEntry).filter_by(user_id=bo.id)).all()
    assert [(entry.verb, entry.device) for entry in entries] == [("came_in_by_pin", token), ("name_changed", token)]

    page = visit(ana).get(f"/audit?person={bo.id}").text
    assert "Door tablet" in page
    assert token not in page
    device.revoke()
    assert device_names([token, None, "nobody's"]) == {token: "Door tablet"}  # the past keeps its name


def test_what_happens_to_tablets_is_on_record(visit: Visit, ana: User) -> None:
    hers = visit(ana)
    hers.submit(PAGE, NEW)
    device = only_device()
    hers.submit(f"/devices/{device.id}", {"name": "Door", "idle_minutes": "15"})
    hers.submit(f"/devices/{device.id}/revocation")
    verbs = db.session.scalars(sa.select(AuditEntry.verb).filter_by(subject_type="devices").order_by(AuditEntry.id))
    assert verbs.all() == ["device_registered", "device_changed", "device_revoked"]
