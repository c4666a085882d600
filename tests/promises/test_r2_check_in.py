"""R2 over real HTTP: of 64 simultaneous scans of one member's code one makes an entry; the others hear since when.

That this can fail is shown beside it: without the lock and without the index the same card comes in many times.
"""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import SignIn
from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from selection_center.membership import entries, turning
from selection_center.membership.cards import Card
from selection_center.membership.entries import Entry, EntryWay
from tests import factories as make
from tests.membership import making
from tests.promises.town import Person
from tests.promises.wire import Answer, Wire, at_once, is_clean
from tests.servers import LiveServer

SCANS = 64
CARELESS = 12
SECONDS_LEFT = 20
"""Of the step in which a code is scanned, so that a slow machine reads it before it is too old."""


@pytest.fixture(scope="module")
def wires(server: LiveServer) -> list[Wire]:
    """64 tablets at one door, and a member who has paid."""
    site = making.store()
    making.renewed(making.member(site), making.plan(guests=2))
    staff = [make.user(f"Cai{number}", Role.CASHIER, site) for number in range(SCANS)]
    people = [Person(user.name, secrets.token_hex(12), user, SignIn.start(user, "tests")) for user in staff]
    db.session.commit()
    return [Wire(server, person) for person in people]


@pytest.fixture
def card(wires: list[Wire]) -> Iterator[Card]:
    """Nobody is in, and no code was used."""
    db.session.rollback()
    yield db.session.scalars(sa.select(Card)).one()
    db.session.rollback()
    db.session.execute(sa.delete(Entry))
    db.session.execute(sa.update(Card).values(last_step=0))
    db.session.commit()


def early_in_a_step() -> int:
    """The step of now, as soon as enough of it is left."""
    left = turning.STEP_SECONDS - time.time() % turning.STEP_SECONDS
    if left < SECONDS_LEFT:
        time.sleep(left)
    return turning.step_at()


def scan(wire: Wire, text: str, **fields: str) -> Answer:
    return wire.submit("/sites/hangzhou/door/scans", {"text": text, "way": "in"} | fields)


def outcomes(server: LiveServer, wires: list[Wire], answers: list[Answer]) -> Counter[str]:
    """What the pages say to which the scans led: the class of their bands."""
    pages = [wire.get(answer.location).body for wire, answer in zip(wires, answers, strict=True)]
    return Counter(page.split('class="door-band ')[1].split('"')[0] for page in pages)


def entered() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(Entry.id))) or 0


@pytest.mark.seeds(20)
def test_r2_one_code_makes_one_entry(server: LiveServer, wires: list[Wire], card: Card, seed: int) -> None:
    code = turning.code_of(card.handle, card.secret, early_in_a_step() - seed % 2)
    db.session.rollback()
    answers = at_once(SCANS, lambda number: scan(wires[number], code))
    assert Counter(answer.status for answer in answers) == {303: SCANS}, "a second scan is no error"
    assert entered() == 1
    assert outcomes(server, wires, answers) == {"done": 1, "already": SCANS - 1}
    assert is_clean(server)


def test_r2_two_codes_of_one_card_make_one_entry(server: LiveServer, wires: list[Wire], card: Card) -> None:
    """The code turns in the middle of it: half of the tablets saw the one before."""
    now = early_in_a_step()
    codes = [turning.code_of(card.handle, card.secret, step) for step in (now, now - 1)]
    db.session.rollback()
    answers = at_once(SCANS, lambda number: scan(wires[number], codes[number % 2]))
    assert entered() == 1
    assert outcomes(server, wires, answers) == {"done": 1, "already": SCANS - 1}


def test_r2_the_printed_card_checked_at_many_doors_makes_one_entry(
    server: LiveServer, wires: list[Wire], card: Card
) -> None:
    code, digits = card.code, (card.member.phone or "")[-4:]
    db.session.rollback()
    page = wires[0].get(scan(wires[0], code).location).body
    sealed = page.split('name="pass" value="')[1].split('"')[0]
    assert entered() == 0, "a printed card alone opens nothing"
    check = {"pass": sealed, "digits": digits}
    answers = at_once(SCANS, lambda number: wires[number].submit("/sites/hangzhou/door/checks", check))
    assert entered() == 1
    assert outcomes(server, wires, answers) == {"done": 1, "already": SCANS - 1}
    assert is_clean(server)


def test_r2_many_leave_by_one_scan_each_and_one_goes_out(server: LiveServer, wires: list[Wire], card: Card) -> None:
    code = turning.code_of(card.handle, card.secret, turning.step_at())
    db.session.rollback()
    scan(wires[0], code)
    answers = at_once(SCANS, lambda number: scan(wires[number], code, way="out"))
    assert outcomes(server, wires, answers) == {"done": 1, "already": SCANS - 1}
    db.session.rollback()
    assert db.session.scalars(sa.select(Entry)).one().left_at is not None


def careless(app: Flask, monkeypatch: pytest.MonkeyPatch, card_id: int) -> list[bool]:
    """Many doors that only looked whether the card is in, and then let it in: who believes to have been first?"""
    line = threading.Barrier(CARELESS)

    def only_look(card: Card, step: int | None) -> bool:
        is_fresh = step is None or card.last_step < step
        db.session.rollback()
        return is_fresh

    def nobody_inside(_card: Card) -> Any:
        line.wait()
        return None

    def one(number: int) -> bool:
        with app.app_context(), writing():
            card = db.session.get_one(Card, card_id)
            site = card.member.site
            _entry, is_new = Entry.come_in(card, site, EntryWay.PHONE_CARD, by=None, step=100)
            db.session.commit()
            return is_new

    with monkeypatch.context() as patched:
        patched.setattr(entries, "hold", only_look)
        patched.setattr(Entry, "open_of", nobody_inside)
        return at_once(CARELESS, one)


def test_r2_without_the_lock_the_index_still_holds(
    server: LiveServer, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    card_id = card.id
    db.session.rollback()
    assert careless(server.app, monkeypatch, card_id).count(True) == 1
    assert entered() == 1


def test_r2_without_lock_and_index_it_comes_in_many_times(
    server: LiveServer, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    card_id, index = card.id, "uq_entries_one_open"
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP INDEX {index}")
    try:
        assert careless(server.app, monkeypatch, card_id).count(True) > 1
        assert entered() > 1
    finally:
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(sa.delete(Entry))
            connection.exec_driver_sql(f"CREATE UNIQUE INDEX {index} ON entries (card_id, day) WHERE left_at IS NULL")
