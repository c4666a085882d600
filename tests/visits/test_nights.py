"""What the nights do with visits: those that nobody ended end at closing time, and the person is forgotten."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from selection_center.accounts.buyers import Buyer
from selection_center.accounts.models import User
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.core.shop_time import SHOP_TIME, start_of_day
from selection_center.selections import visiting
from selection_center.sites.models import Site
from selection_center.visits import queries
from selection_center.visits.closing import closes_at
from selection_center.visits.models import Leaving
from tests import factories as make
from tests.buyers import PHONE
from tests.working import clean_up


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site(opening_hours="09:00–17:30")


@pytest.fixture
def bo(site: Site) -> User:
    return make.user("Bo", Role.FLOOR_STAFF, site)


@pytest.mark.parametrize(
    ("hours", "arrived", "closed"),
    [
        ("09:00–17:30", "21 10:00", "21 17:30"),
        ("9：00-18：00", "21 10:00", "21 18:00"),
        ("Mon–Fri 9:00–12:00, 13:00–20:00", "21 10:00", "21 20:00"),
        ("09:00–17:30", "21 17:30", "22 00:00"),
        ("09:00–17:30", "21 19:00", "22 00:00"),
        ("09:00–24:00", "21 10:00", "22 00:00"),
        ("09:00–99:99", "21 10:00", "22 00:00"),
        ("每天", "21 10:00", "22 00:00"),
        ("", "21 23:59", "22 00:00"),
        ("周一至周五 09:00–18:00，周六 10:00–16:00", "21 16:30", "21 18:00"),
        ("18:00–02:00", "21 20:00", "22 00:00"),
        ("18:00–02:00", "21 10:00", "22 00:00"),
    ],
)
def test_closing_time_is_read_off_the_opening_hours(site: Site, hours: str, arrived: str, closed: str) -> None:
    site.opening_hours = hours
    at, until = (
        datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHOP_TIME) for text in (arrived, closed)
    )
    assert closes_at(site.opening_hours, at) == until


def test_visits_that_nobody_ended_ended_at_closing_time(site: Site, bo: User) -> None:
    forgotten, said, fresh = (make.visitor(site, bo, name=name) for name in ("一", "二", "三"))
    yesterday = (utcnow().astimezone(SHOP_TIME) - timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)
    forgotten.arrived_at = said.arrived_at = yesterday
    said.left_at, said.left_how = yesterday + timedelta(hours=1), Leaving.GOODBYE
    db.session.commit()
    clean_up()
    db.session.expire_all()
    assert (forgotten.left_at, forgotten.left_how) == (yesterday.replace(hour=17, minute=30), Leaving.CLOSING)
    assert (said.left_at, said.left_how) == (yesterday + timedelta(hours=1), Leaving.GOODBYE)
    assert (fresh.left_at is None) == (fresh.closes_at > utcnow())


def test_after_closing_time_only_who_came_later_is_here(site: Site, bo: User) -> None:
    site.opening_hours = "00:00–00:01"
    early, late = make.visitor(site, bo, name="早"), make.visitor(site, bo, name="晚")
    early.arrived_at = start_of_day()
    db.session.flush()
    here = [visit.name for visit in (early, late) if visit.is_here]
    with current_app.test_request_context():
        found = [visit.name for visit in queries.search(site, queries.Filters()).items]
    assert here == found == ["晚"]


def test_old_visits_lose_their_person_and_stay_visits(site: Site, bo: User) -> None:
    said = {"phone": PHONE, "company": "晴天小店", "looking_for": "花瓶"}
    young, old = make.visitor(site, bo, **said), make.visitor(site, bo, **said)
    selection = visiting.bind(old, "dees phone")
    old.arrived_at = utcnow() - timedelta(days=91)
    young.arrived_at = utcnow() - timedelta(days=89)
    db.session.commit()
    assert selection.buyer.has_left_phone
    clean_up()
    db.session.expire_all()
    assert (old.name, old.company, old.looking_for, old.phone, old.buyer_id) == (None, "", "", None, None)
    assert (old.consent_version, old.consent_at) == (None, None)
    assert (old.kind, old.cared_by.name, old.is_forgotten) == ("shop", "Bo", True)
    assert (young.name, young.phone, young.company) == ("陈女士", PHONE, "晴天小店")
    assert not selection.buyer.has_left_phone


def test_a_consent_given_with_an_order_outlives_the_visit(site: Site, bo: User) -> None:
    old = make.visitor(site, bo, phone=PHONE)
    buyer = visiting.bind(old, "dees phone").buyer
    buyer.leave_contact("陈女士", PHONE)
    old.arrived_at = utcnow() - timedelta(days=91)
    db.session.commit()
    clean_up()
    kept = db.session.scalars(sa.select(Buyer).execution_options(populate_existing=True)).one()
    assert (kept.phone, kept.consent_version) == (PHONE, "2026-11")
