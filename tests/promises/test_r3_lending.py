"""R3 over real HTTP: of 64 staff who lend one sample at the same moment one does, and the others hear who has it.

That this can fail is shown beside it: without the lock and without the index the same sample goes out many times.
"""

import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import SignIn, User
from selection_center.core.db import db, writing
from selection_center.core.errors import Refused
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.samples import loans
from selection_center.samples.deposits import DepositEntry, DepositKind, DepositMethod
from selection_center.samples.loan_items import LoanItem
from selection_center.samples.loans import Loan
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from tests import factories as make
from tests.promises.town import Person
from tests.promises.wire import Answer, Wire, at_once, is_clean
from tests.servers import LiveServer

STAFF = 64
CARELESS = 12
SAMPLES = 6


@pytest.fixture(scope="module")
def wires(server: LiveServer) -> list[Wire]:
    """64 people at their tablets."""
    site = make.site()
    listing = make.listing(make.supplier())
    for _piece in range(SAMPLES):
        make.sample(listing, site)
    staff = [make.user(f"Bo{number}", Role.FLOOR_STAFF, site) for number in range(STAFF)]
    people = [Person(user.name, secrets.token_hex(12), user, SignIn.start(user, "tests")) for user in staff]
    db.session.commit()
    return [Wire(server, person) for person in people]


@pytest.fixture
def samples(wires: list[Wire]) -> Iterator[list[Sample]]:
    yield list(db.session.scalars(sa.select(Sample).order_by(Sample.id)))
    db.session.rollback()
    for table in (DepositEntry, LoanItem, Loan):
        db.session.execute(sa.delete(table))
    db.session.commit()


def form(number: int, chosen: list[int]) -> dict[str, Any]:
    """What the number-th person writes, for a borrower of their own."""
    return {
        "sample": chosen, "kind": "livestreamer", "name": f"主播{number:02}号", "phone": f"1390000{number:04}",
        "consent": "y", "purpose": "直播", "due_on": today().isoformat(), "signed_name": f"主播{number:02}号",
        "deposit_method": "cash", **{f"piece-{sample}-condition": "fine" for sample in chosen},
    }  # fmt: skip


def lend(wire: Wire, number: int, chosen: list[int]) -> Answer:
    return wire.submit("/sites/yiwu/loans", form(number, chosen), page="/sites/yiwu/loans/new")


def open_items() -> Counter[int]:
    db.session.rollback()
    return Counter(db.session.scalars(sa.select(LoanItem.sample_id).where(LoanItem.ended_at.is_(None))))


@pytest.mark.seeds(20)
def test_r3_one_sample_is_lent_once(server: LiveServer, wires: list[Wire], samples: list[Sample], seed: int) -> None:
    wanted = samples[seed % SAMPLES].id
    db.session.rollback()
    answers = at_once(STAFF, lambda number: lend(wires[number], number, [wanted]))
    assert Counter(answer.status for answer in answers) == {303: 1, 409: STAFF - 1}
    assert open_items() == {wanted: 1}
    winner = db.session.scalars(sa.select(Loan.name)).one()
    assert all(winner in answer.body for answer in answers if answer.status == 409), "the others hear who has it"
    assert db.session.scalar(sa.select(sa.func.count(Loan.id))) == 1


def test_r3_whole_hand_overs_that_overlap_are_whole_or_not_at_all(
    server: LiveServer, wires: list[Wire], samples: list[Sample]
) -> None:
    """Three of six samples each, named in any order: no deadlock, no sample twice, no hand-over in part."""
    ids = [sample.id for sample in samples]
    db.session.rollback()

    def three(number: int) -> list[int]:
        turned = ids[number % SAMPLES :] + ids[: number % SAMPLES]
        return turned[:3] if number % 2 else turned[2::-1]

    answers = at_once(STAFF, lambda number: lend(wires[number], number, three(number)))
    assert {answer.status for answer in answers} == {303, 409}
    assert set(open_items().values()) == {1}
    sizes = sa.select(sa.func.count()).select_from(LoanItem).group_by(LoanItem.loan_id)
    assert set(db.session.scalars(sizes)) == {3}
    assert is_clean(server)


def test_a_deposit_goes_back_once(server: LiveServer, wires: list[Wire], samples: list[Sample]) -> None:
    """Everybody gives the whole deposit back at the same moment: one does, and what is held is never below zero."""
    by = db.session.scalars(sa.select(User)).first()
    assert by is not None
    loan = make.loan(samples[:1], by)
    loan.enter_deposit(DepositKind.TAKEN, 20_000, DepositMethod.CASH, by)
    db.session.commit()
    address, back = f"/loans/{loan.id}/deposit-entries", {"kind": "given_back", "amount": "200", "method": "cash"}
    db.session.rollback()
    answers = at_once(STAFF, lambda number: wires[number].submit(address, back))
    assert Counter(answer.status for answer in answers) == {303: 1, 422: STAFF - 1}
    entries = db.session.scalars(sa.select(DepositEntry).order_by(DepositEntry.id)).all()
    assert [entry.signed_fen for entry in entries] == [20_000, -20_000]


def careless(app: Flask, monkeypatch: pytest.MonkeyPatch, sample_id: int) -> list[bool]:
    """Many lend the sample who only looked whether it is there, and then lent it: who believes to have it?"""
    line = threading.Barrier(CARELESS)

    def only_look(sample: Sample, site: Site) -> None:
        why = loans.why_not(sample, site)
        db.session.rollback()
        line.wait()
        if why is not None:
            raise Refused(*why)

    def one(number: int) -> bool:
        with app.app_context(), writing():
            sample = db.session.get_one(Sample, sample_id)
            user = db.session.scalars(sa.select(User).filter_by(name=f"Bo{number}")).one()
            phone = f"1380000{number:04}"
            try:
                make.loan([sample], user, phone=phone, due_on=today() + timedelta(days=1))
            except Refused:
                db.session.rollback()
                return False
            db.session.commit()
            return True

    with monkeypatch.context() as patched:
        patched.setattr(loans, "claim", only_look)
        return at_once(CARELESS, one)


def test_r3_without_the_lock_the_index_still_holds(
    server: LiveServer, samples: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = samples[0].id
    db.session.rollback()
    assert careless(server.app, monkeypatch, wanted).count(True) == 1
    assert open_items() == {wanted: 1}


def test_r3_without_lock_and_index_it_goes_out_many_times(
    server: LiveServer, samples: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, index = samples[0].id, "uq_loan_items_one_open"
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP INDEX {index}")
    try:
        assert careless(server.app, monkeypatch, wanted).count(True) > 1
        assert open_items()[wanted] > 1
    finally:
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(sa.delete(LoanItem))
            connection.exec_driver_sql(f"CREATE UNIQUE INDEX {index} ON loan_items (sample_id) WHERE ended_at IS NULL")
