"""Many at one moment: phones that open one code, and staff who add while a phone takes the list over."""

import secrets
from collections import Counter
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from selection_center.accounts.models import SignIn
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.selections import visiting
from selection_center.selections.models import LineKind, SelectionList
from selection_center.visits.models import Visit as Stay
from selection_center.visits.models import VisitCare
from tests import factories as make
from tests.promises.town import Person
from tests.promises.wire import Wire, at_once
from tests.servers import LiveServer

ROUNDS, PHONES = 3, 6


def staff(server: LiveServer, name: str, at: Any) -> Wire:
    user = make.user(name, Role.FLOOR_STAFF, at)
    token = SignIn.start(user, "tests")
    db.session.commit()
    return Wire(server, Person(name, secrets.token_hex(12), user, token))


def phone(server: LiveServer) -> Wire:
    return Wire(server, Person("Dee", secrets.token_hex(12)))


def open_lists(stay: Stay) -> list[SelectionList]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(SelectionList).filter_by(closed_at=None, buyer_id=stay.buyer_id)))


def test_of_many_phones_one_gets_the_list(live_server: LiveServer) -> None:
    site = make.site()
    sample = make.sample(make.listing(make.supplier()), site)
    bo = make.user("Bo", Role.FLOOR_STAFF, site)
    for _round in range(ROUNDS):
        stay = make.visitor(site, bo)
        visiting.list_of(stay).add(sample, sample.listing.skus[0], 48, LineKind.BULK, seen_fen=None)
        path = f"/v/{stay.code}/phone"
        db.session.commit()
        phones = [phone(live_server) for _ in range(PHONES)]
        answers = at_once(PHONES, lambda i: phones[i].submit(path, {}))  # noqa: B023
        assert {answer.status for answer in answers} == {303}
        (selection,) = open_lists(stay)
        assert [line.quantity for line in selection.open_lines] == [48]
        seen = ["加厚" in wire.get("/list").body for wire in phones]
        assert Counter(seen) == {True: 1, False: PHONES - 1}


def test_nothing_is_lost_while_a_phone_takes_the_list_over(live_server: LiveServer) -> None:
    site = make.site()
    by = make.supplier()
    samples = [make.sample(make.listing(by, title=f"货-{number}"), site) for number in range(PHONES)]
    bo = staff(live_server, "Bo", site)
    registrar = make.user("Ana", Role.MANAGER, site)
    first = {"code": samples[0].code, "sku": samples[0].listing.skus[0].id, "quantity": 3}
    codes = [sample.code for sample in samples]
    for _round in range(ROUNDS):
        stay, dee = make.visitor(site, registrar), phone(live_server)
        path, context = f"/v/{stay.code}/phone", {"context-visit": stay.code}
        db.session.commit()
        assert dee.submit("/list/lines", first).status == 303

        def deed(index: int) -> int:
            if index == 0:
                return dee.submit(path, {}).status  # noqa: B023
            return bo.submit("/sites/yiwu/floor/collect/scans", {"text": codes[index]} | context).status  # noqa: B023

        assert set(at_once(PHONES, deed)) == {303}
        (selection,) = open_lists(stay)
        assert sorted(line.listing.title for line in selection.open_lines) == [f"货-{n}" for n in range(PHONES)]
        page = dee.get("/list").body
        assert all(f"货-{number}" in page for number in range(PHONES))


def test_colleagues_who_take_over_at_once_each_stand_in_the_history_once(live_server: LiveServer) -> None:
    site = make.site()
    stay = make.visitor(site, make.user("Ana", Role.MANAGER, site))
    people = [staff(live_server, f"Bo-{number}", site) for number in range(3)]
    path = f"/visits/{stay.id}/care"
    db.session.commit()
    answers = at_once(6, lambda i: people[i % 3].submit(path, {}))
    assert {answer.status for answer in answers} == {303}
    db.session.rollback()
    db.session.expire_all()
    carers = list(db.session.scalars(sa.select(VisitCare.user_id).filter_by(visit_id=stay.id).order_by(VisitCare.id)))
    assert carers[-1] == stay.cared_by_id
    assert all(one != other for one, other in pairwise(carers))
