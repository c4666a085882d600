"""My account, and signing in."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts import attempts
from selection_center.accounts.models import ABSOLUTE_LIMIT, IDLE_LIMIT, SignIn, User
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]
NEW = "four plain words here"


@pytest.fixture
def bo(app: Flask) -> User:
    return make.user("Bo", Role.FLOOR_STAFF, at=make.site())


def passwords(**changed: str) -> dict[str, str]:
    return {"current": make.PASSWORD, "new": NEW, "again": NEW} | changed


def test_a_new_password_ends_every_other_device(visit: Visit, bo: User) -> None:
    phone, tablet = visit(bo), visit(bo)
    assert phone.submit("/account/password", passwords()).status_code == 303

    db.session.refresh(bo)
    assert bo.has_password(NEW)
    assert phone.get("/account").status_code == 200
    assert tablet.get("/account").status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"current": "not it at all"},
        {"new": "short", "again": "short"},
        {"again": "four other words here"},
        {"new": "", "again": ""},
        {"new": "x" * 201, "again": "x" * 201},
        {"current": "   "},
    ],
)
def test_a_bad_new_password_is_refused(visit: Visit, bo: User, wrong: dict[str, str]) -> None:
    response = visit(bo).submit("/account/password", passwords(**wrong))
    assert response.status_code == 422
    assert NEW not in response.text
    db.session.refresh(bo)
    assert bo.has_password(make.PASSWORD)


def test_guessing_the_password_of_an_open_session_is_limited(visit: Visit, bo: User) -> None:
    key = attempts.key("password", str(bo.id))
    db.session.commit()  # the count is a writer of its own
    attempts.count([key] * 10)
    assert visit(bo).submit("/account/password", passwords()).status_code == 429


def test_the_name_changes_and_nothing_else(visit: Visit, bo: User) -> None:
    visitor = visit(bo)
    assert visitor.submit("/account/name", {"name": "李博", "login": "boss", "role": "head_office"}).status_code == 303
    assert visitor.submit("/account/name", {"name": " "}).status_code == 422
    db.session.refresh(bo)
    assert (bo.name, bo.login, bo.grants[0].role) == ("李博", "bo", Role.FLOOR_STAFF)


def test_one_device_is_signed_out_and_only_ones_own(visit: Visit, bo: User) -> None:
    phone, tablet = visit(bo), visit(bo)
    cy = make.user("Cy", Role.FLOOR_STAFF, at=make.site("chenghai"))
    visit(cy)
    mine = db.session.scalars(sa.select(SignIn).filter_by(user_id=bo.id).order_by(SignIn.id)).all()
    foreign = db.session.scalars(sa.select(SignIn).filter_by(user_id=cy.id)).one()

    assert phone.submit(f"/account/devices/{mine[1].id}/ending").status_code == 303
    assert tablet.get("/account").status_code == 302
    assert phone.submit(f"/account/devices/{foreign.id}/ending").status_code == 404


def test_suppliers_have_an_account_page_too(visit: Visit, app: Flask) -> None:
    eve = make.user("Eve", Role.SUPPLIER, supplier=make.supplier())
    assert visit(eve).get("/account").status_code == 200


def test_a_stranger_has_none(client: Visitor, app: Flask) -> None:
    assert client.get("/account").status_code == 302
    assert client.submit("/account/name", {"name": "X"}).status_code == 403


# --- signing in -------------------------------------------------------------------------------------------------


def test_signing_in_leads_to_the_page_that_was_asked_for(client: Visitor, bo: User) -> None:
    page = client.get("/sign-in?next=/sites/yiwu/plan").text
    assert 'value="/sites/yiwu/plan"' in page
    sent = {"login": " BO ", "password": make.PASSWORD, "next": "/sites/yiwu/plan"}
    response = client.submit("/sign-in", sent)
    assert response.location == "/sites/yiwu/plan"
    assert client.get(response.location).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_signing_in_leads_nowhere_else(client: Visitor, bo: User, elsewhere: str) -> None:
    response = client.submit("/sign-in", {"login": "bo", "password": make.PASSWORD, "next": elsewhere})
    assert response.status_code == 303
    assert "evil" not in response.location


@pytest.mark.parametrize(
    "wrong",
    [{"login": "nobody"}, {"password": "wrong"}, {"login": "   "}, {"password": "  "}, {"login": "x" * 500}],
)
def test_a_wrong_sign_in_says_the_same_for_all(client: Visitor, bo: User, wrong: dict[str, str]) -> None:
    response = client.submit("/sign-in", {"login": "bo", "password": make.PASSWORD} | wrong)
    assert response.status_code == 422
    assert make.PASSWORD not in response.text


def test_ten_failures_close_the_account_for_a_while(client: Visitor, bo: User) -> None:
    db.session.commit()  # the count is a writer of its own
    attempts.count([attempts.key("account", "bo")] * 10)
    response = client.submit("/sign-in", {"login": "bo", "password": make.PASSWORD})
    assert response.status_code == 429


def test_signing_out_ends_the_session_on_the_server(visit: Visit, bo: User) -> None:
    visitor = visit(bo)
    assert visitor.submit("/sign-out").status_code == 303
    assert visitor.get("/account").status_code == 302
    assert db.session.scalars(sa.select(SignIn)).one().ended_at is not None


@pytest.mark.parametrize(
    ("column", "limit"),
    [(SignIn.last_seen_at, IDLE_LIMIT), (SignIn.created_at, ABSOLUTE_LIMIT)],
    ids=["idle", "absolute"],
)
def test_s6_a_session_ends_idle_and_ends_at_last(
    visit: Visit, bo: User, column: sa.orm.InstrumentedAttribute[datetime], limit: timedelta
) -> None:
    visitor, minute = visit(bo), timedelta(minutes=1)
    session = db.session.scalars(sa.select(SignIn)).one()
    for age, status in [(limit - minute, 200), (limit, 302)]:
        setattr(session, column.key, utcnow() - age)
        assert visitor.get("/account").status_code == status


def test_s6_use_keeps_a_session_from_going_idle(visit: Visit, bo: User) -> None:
    visitor = visit(bo)
    session = db.session.scalars(sa.select(SignIn)).one()
    session.last_seen_at = utcnow() - timedelta(hours=11)
    visitor.get("/account")
    db.session.refresh(session)
    assert utcnow() - session.last_seen_at < timedelta(minutes=1)


def test_signing_in_is_on_record_under_the_own_name(client: Visitor, bo: User) -> None:
    client.submit("/sign-in", {"login": "bo", "password": make.PASSWORD})
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(verb="signed_in")).one()
    assert (entry.actor, entry.user_id) == (bo.name, bo.id)
