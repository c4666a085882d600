"""The home and the rooms of a member store: each role finds its own work there, and a center shows nothing of it."""

from collections.abc import Callable

import pytest
from flask import Flask

from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.membership.models import Application
from selection_center.pages.store_work import Sold, StoreWork
from selection_center.sites.models import Site
from selection_center.till.sales import Channel, Sale, SaleState
from selection_center.till.shifts import Shift, Till
from tests import factories as make
from tests.membership import making
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
ROOMS = {
    "tills": {Role.MANAGER, Role.CASHIER},
    "shifts": {Role.MANAGER, Role.CASHIER},
    "door": {Role.HEAD_OFFICE, Role.MANAGER, Role.FLOOR_STAFF, Role.CASHIER},
    "members": {Role.HEAD_OFFICE, Role.MANAGER, Role.CASHIER},
    "stock": {Role.HEAD_OFFICE, Role.MANAGER, Role.FLOOR_STAFF},
}


@pytest.fixture
def site(app: Flask) -> Site:
    return making.store()


@pytest.mark.parametrize("role", [Role.HEAD_OFFICE, Role.MANAGER, Role.FLOOR_STAFF, Role.CASHIER])
def test_each_role_finds_its_rooms_and_they_open(visit: Visit, site: Site, role: Role) -> None:
    who = visit(make.user("Ana", role, None if role is Role.HEAD_OFFICE else site))
    page = who.get("/sites/hangzhou/home").text
    for room, roles in ROOMS.items():
        href = f"/sites/hangzhou/{room}"
        assert (f'href="{href}"' in page) is (role in roles), room
        assert who.get(href).status_code == (200 if role in roles else 403), room
    assert 'id="store"' in page


def test_a_center_has_none_of_these_rooms(visit: Visit, app: Flask) -> None:
    center = make.site()
    page = visit(make.user("Ana", Role.MANAGER, center)).get("/sites/yiwu/home").text
    assert 'id="store"' not in page
    for room in ROOMS:
        assert f'href="/sites/yiwu/{room}"' not in page, room


def test_the_home_counts_what_waits(visit: Visit, site: Site) -> None:
    till = make.add(Till(site=site, name="1 号台"))
    cai = making.cashier(site)
    shift = Shift.open(till, 50_000, cai)
    now = utcnow()
    make.add(Sale(site=site, state=SaleState.PAID, paid_at=now, total_fen=12_345, shift=shift, number="HZ-1-1"))
    make.add(Sale(site=site, state=SaleState.VOID, total_fen=99_999))
    make.add(Sale(site=site, state=SaleState.HELD))
    make.add(Sale(site=site, channel=Channel.PHONE))
    joined = making.member(site)
    making.ended(joined, making.plan(), days_ago=2)
    Application.write(site, making.plan("季卡"), "device", name="李四", phone="13600006000", language="zh")
    db.session.commit()
    work = StoreWork.at(site)
    assert work.sold == Sold(1, 12_345)
    assert (work.held, work.on_phones, work.wishes, work.ending, len(work.open_shifts)) == (1, 1, 1, 1, 1)
    elsewhere = StoreWork.at(making.store("ningbo", name="宁波会员店"))
    assert (elsewhere.sold, elsewhere.held, elsewhere.wishes, elsewhere.ending) == (Sold(0, 0), 0, 0, 0)
    page = visit(cai).get("/sites/hangzhou/home?lang=en").text
    for said in ("123<", "1 person wants to join", "1 membership ends: remind", "1 sale on a phone", "1 sale on hold"):
        assert said in page, said
    assert f"/shifts/{shift.id}" in page
