"""R4 over real HTTP: 32 renewals at the same moment. Of one payment reference they make one period; of 32 references
32 periods that follow on each other without a gap and without an overlap.

That this can fail is shown beside it: without the lock the constraints let one through; without both a payment counts
many times and periods lie upon each other.
"""

import itertools
import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import SignIn
from selection_center.core.db import db, writing
from selection_center.core.errors import Refused
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan
from selection_center.membership.renewals import FeeMethod, Renewal
from selection_center.sites.models import Site
from tests import factories as make
from tests.membership import making
from tests.promises.town import Person
from tests.promises.wire import Answer, Wire, at_once, is_clean
from tests.servers import LiveServer

DESKS = 32
CARELESS = 12
CONSTRAINTS = {
    "uq_renewals_reference": "CREATE UNIQUE INDEX uq_renewals_reference ON renewals (reference)",
    "uq_renewals_one_after": "CREATE UNIQUE INDEX uq_renewals_one_after ON renewals (after_id)"
    " WHERE cancelled_at IS NULL",
    "uq_renewals_one_start": "CREATE UNIQUE INDEX uq_renewals_one_start ON renewals (member_id, starts_on)"
    " WHERE cancelled_at IS NULL",
}


@pytest.fixture(scope="module")
def wires(server: LiveServer) -> list[Wire]:
    """32 people at their desks."""
    store = making.store()
    making.plan("年卡")
    making.plan("月卡", 3_900, months=1)
    staff = [make.user(f"Cai{number}", Role.CASHIER, store) for number in range(DESKS)]
    people = [Person(user.name, secrets.token_hex(12), user, SignIn.start(user, "tests")) for user in staff]
    db.session.commit()
    return [Wire(server, person) for person in people]


@pytest.fixture
def member(wires: list[Wire]) -> Iterator[Member]:
    store = db.session.scalars(sa.select(Site)).one()
    joined = making.member(store)
    db.session.commit()
    yield joined
    db.session.rollback()
    db.session.execute(sa.delete(Renewal))
    db.session.commit()


def plans() -> list[Plan]:
    return list(db.session.scalars(sa.select(Plan).order_by(Plan.id)))


def renew(wire: Wire, member_id: int, plan_id: int, reference: str) -> Answer:
    form = {"plan": plan_id, "method": "wechat", "reference": reference}
    return wire.submit(f"/members/{member_id}/renewals", form, page=f"/members/{member_id}")


def periods(member_id: int) -> list[Renewal]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Renewal).filter_by(member_id=member_id).order_by(Renewal.starts_on)))


def gaps(found: list[Renewal]) -> list[int]:
    """Days between each period and the next: 1 where they follow, 0 and less where they lie upon each other."""
    return [(after.starts_on - before.ends_on).days for before, after in itertools.pairwise(found)]


@pytest.mark.seeds(20)
def test_r4_one_payment_makes_one_period(server: LiveServer, wires: list[Wire], member: Member, seed: int) -> None:
    member_id, plan_id = member.id, plans()[0].id
    db.session.rollback()
    answers = at_once(DESKS, lambda number: renew(wires[number], member_id, plan_id, f"4200 00{seed:02} 2611"))
    assert Counter(answer.status for answer in answers) == {303: DESKS}, "who pays twice hears what was paid for"
    found = periods(member_id)
    assert [(each.starts_on, each.reference) for each in found] == [(today(), f"420000{seed:02}2611")]
    assert is_clean(server)


@pytest.mark.seeds(20)
def test_r4_32_payments_make_32_periods_in_a_row(
    server: LiveServer, wires: list[Wire], member: Member, seed: int
) -> None:
    """Of two plans of different length, after a period that runs already."""
    ids, member_id = [plan.id for plan in plans()], member.id
    making.renewed(member, plans()[1])
    db.session.commit()
    answers = at_once(
        DESKS, lambda number: renew(wires[number], member_id, ids[(number + seed) % 2], f"A{seed}B{number}")
    )
    assert Counter(answer.status for answer in answers) == {303: DESKS}
    found = periods(member_id)
    assert len(found) == DESKS + 1
    assert gaps(found) == [1] * DESKS
    assert [each.after_id for each in found] == [None, *(each.id for each in found[:-1])]
    assert Counter(each.plan_id for each in found) == {ids[0]: DESKS // 2, ids[1]: DESKS // 2 + 1}
    assert all(each.ends_on == each.plan.last_day(each.starts_on) for each in found)


def test_r4_one_payment_for_32_members_counts_for_one(server: LiveServer, wires: list[Wire], member: Member) -> None:
    """No lock is shared here: the payment's own uniqueness holds."""
    store, plan_id = member.site, plans()[0].id
    ids = [making.member(store).id for _each in range(DESKS)]
    db.session.commit()
    answers = at_once(DESKS, lambda number: renew(wires[number], ids[number], plan_id, "SAME"))
    assert Counter(answer.status for answer in answers) == {303: 1, 422: DESKS - 1}
    assert db.session.scalar(sa.select(sa.func.count(Renewal.id)).filter_by(reference="SAME")) == 1


def careless(app: Flask, monkeypatch: pytest.MonkeyPatch, member_id: int, reference: Any) -> list[bool]:
    """Many renew who only looked what is there, all of them before any wrote: who believes to have done it?"""
    line = threading.Barrier(CARELESS)
    looked = Renewal.newest_of

    def only_look(of: int) -> Renewal | None:
        newest = looked(of)
        db.session.rollback()
        line.wait()
        return newest and db.session.merge(newest)

    def one(number: int) -> bool:
        with app.app_context(), writing():
            member, plan = db.session.get_one(Member, member_id), plans()[0]
            try:
                Renewal.begin(member, plan, method=FeeMethod.WECHAT, reference=reference(number), by=None)
            except Refused:
                db.session.rollback()
                return False
            db.session.commit()
            return True

    with monkeypatch.context() as patched:
        patched.setattr(Member, "hold", lambda self: None)
        patched.setattr(Renewal, "newest_of", only_look)
        return at_once(CARELESS, one)


@pytest.mark.parametrize("reference", [lambda number: "ONE", lambda number: f"N{number}"], ids=["one", "many"])
def test_r4_without_the_lock_the_constraints_still_hold(
    server: LiveServer, member: Member, monkeypatch: pytest.MonkeyPatch, reference: Any
) -> None:
    member_id = member.id
    making.renewed(member, plans()[1])
    db.session.commit()
    assert careless(server.app, monkeypatch, member_id, reference).count(True) == 1
    found = periods(member_id)
    assert gaps(found) == [1]


@contextmanager
def without_constraints() -> Iterator[None]:
    """Their rows go with them, so that they can come back."""
    with db.engine.begin() as connection:
        for name in CONSTRAINTS:
            connection.exec_driver_sql(f"DROP INDEX {name}")
    try:
        yield
    finally:
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(sa.delete(Renewal))
            for sentence in CONSTRAINTS.values():
                connection.exec_driver_sql(sentence)


def test_r4_without_lock_and_constraints_periods_lie_upon_each_other(
    server: LiveServer, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    member_id = member.id
    making.renewed(member, plans()[1])
    db.session.commit()
    with without_constraints():
        assert careless(server.app, monkeypatch, member_id, lambda number: f"N{number}").count(True) > 1
        assert min(gaps(periods(member_id))) < 1


def test_r4_without_lock_and_constraints_one_payment_counts_many_times(
    server: LiveServer, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    member_id = member.id
    db.session.rollback()
    with without_constraints():
        careless(server.app, monkeypatch, member_id, lambda number: "ONE")
        assert Counter(each.reference for each in periods(member_id))["ONE"] > 1
