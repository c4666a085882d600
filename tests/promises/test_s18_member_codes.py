"""S18 over real HTTP: a phone's code turns, opens one door once, and is worth nothing a minute later; a printed card
needs a second check. Each is also shown failing with its guard taken away.
"""

import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import SignIn
from selection_center.core.db import db
from selection_center.membership import door, entries, turning
from selection_center.membership.cards import Card, CardPhoto
from selection_center.membership.entries import Entry, EntryWay
from selection_center.membership.members import PHOTO_CONSENT_VERSION
from selection_center.sites.models import Site
from tests.membership import making
from tests.promises.town import Person
from tests.promises.wire import Wire, at_once
from tests.servers import LiveServer

MINUTE = 2
"""In steps of 30 s."""


@pytest.fixture(scope="module")
def tablet(server: LiveServer) -> Wire:
    site = making.store()
    making.renewed(making.member(site, phone="13800008000"), making.plan())
    cai = making.cashier(site)
    person = Person(cai.name, secrets.token_hex(12), cai, SignIn.start(cai, "tests"))
    db.session.commit()
    return Wire(server, person)


@pytest.fixture
def card(tablet: Wire) -> Iterator[Card]:
    db.session.rollback()
    yield db.session.scalars(sa.select(Card)).one()
    db.session.rollback()
    for table in (Entry, CardPhoto):
        db.session.execute(sa.delete(table))
    db.session.execute(sa.update(Card).values(last_step=0))
    db.session.commit()


def shown(tablet: Wire, text: str) -> tuple[str, str]:
    """The band's class and its words, for a scan of this text."""
    answer = tablet.submit("/sites/hangzhou/door/scans", {"text": text, "way": "in"})
    return band(tablet.get(answer.location).body)


def band(page: str) -> tuple[str, str]:
    found = re.search(r'class="door-band (\w+)".*?<p class="word">(.*?)</p><p class="reason">(.*?)</p>', page, re.S)
    assert found is not None, page[-3000:]
    return found[1], f"{found[2]} {found[3]}"


def sealed(page: str) -> str:
    return page.split('name="pass" value="')[1].split('"')[0]


def entered() -> list[EntryWay]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Entry.way).order_by(Entry.id)))


def code(card: Card, ago: int = 0) -> str:
    return turning.code_of(card.handle, card.secret, turning.step_at() - ago)


def test_s18_a_screenshot_older_than_a_minute_is_refused(tablet: Wire, card: Card) -> None:
    for ago in (MINUTE, MINUTE + 1, 10, turning.STEPS_A_DAY, -2):
        outcome, words = shown(tablet, code(card, ago))
        assert outcome == "refused"
        assert "截屏" in words
    assert entered() == []


def test_s18_a_forged_code_is_not_known(tablet: Wire, card: Card) -> None:
    good = code(card)
    for text in (
        turning.code_of(card.handle, "0" * 64, turning.step_at()),
        good[:-1] + ("1" if good[-1] != "1" else "2"),
    ):
        assert shown(tablet, text)[0] == "unknown"
    assert entered() == []


def test_s18_one_use_per_entry(tablet: Wire, card: Card) -> None:
    used = code(card)
    assert shown(tablet, used)[0] == "done"
    assert shown(tablet, used)[0] == "already"
    tablet.submit("/sites/hangzhou/door/scans", {"text": used, "way": "out"})
    outcome, _words = shown(tablet, used)
    assert outcome == "refused", "whoever got a picture of it does not come in by it after the holder has left"
    assert entered() == [EntryWay.PHONE_CARD]


def test_s18_a_used_code_opens_no_second_store(server: LiveServer, tablet: Wire, card: Card) -> None:
    """Two people at two stores with one picture of the code, at the same moment: one comes in."""
    other = making.store("suzhou")
    dan = making.cashier(other, "Dan")
    there = Wire(server, Person("Dan", secrets.token_hex(12), dan, SignIn.start(dan, "tests")))
    db.session.commit()
    text = code(card)
    db.session.rollback()

    def scan(number: int) -> str:
        wire, slug = (tablet, "hangzhou") if number % 2 else (there, "suzhou")
        answer = wire.submit(f"/sites/{slug}/door/scans", {"text": text, "way": "in"})
        return band(wire.get(answer.location).body)[0]

    outcomes = at_once(16, scan)
    assert len(entered()) == 1
    assert outcomes.count("done") == 1
    assert set(outcomes) == {"done", "already", "refused"}


def test_s18_a_printed_card_asks_for_the_last_four_digits(tablet: Wire, card: Card) -> None:
    answer = tablet.submit("/sites/hangzhou/door/scans", {"text": card.code, "way": "in"})
    page = tablet.get(answer.location).body
    assert band(page)[0] == "wrong"
    assert 'name="digits"' in page
    assert "8000" not in page, "the page does not tell what it asks for"
    checks = "/sites/hangzhou/door/checks"
    for wrong in ({"digits": "8001"}, {"digits": ""}, {"digits": "13800008000"}, {"seen": "yes"}):
        assert tablet.submit(checks, {"pass": sealed(page)} | wrong).status == 422
    assert tablet.submit(checks, {"pass": sealed(page)[:-2], "digits": "8000"}).status == 404
    assert tablet.submit(checks, {"digits": "8000", "pass": str(card.id)}).status == 404
    assert entered() == []
    tablet.submit(checks, {"pass": sealed(page), "digits": "8000"})
    assert entered() == [EntryWay.PRINTED_DIGITS]


def test_s18_digits_are_not_tried_through(tablet: Wire, card: Card) -> None:
    answer = tablet.submit("/sites/hangzhou/door/scans", {"text": card.code, "way": "in"})
    seal = sealed(tablet.get(answer.location).body)
    tries = [tablet.submit("/sites/hangzhou/door/checks", {"pass": seal, "digits": f"{n:04}"}) for n in range(8)]
    assert [each.status for each in tries].count(422) <= 5
    assert tries[-1].status != 422
    tablet.submit("/sites/hangzhou/door/checks", {"pass": seal, "digits": "8000"})
    assert entered() == [], "not even by the right ones, for ten minutes"


def test_s18_a_printed_card_with_a_photo_asks_for_a_look(tablet: Wire, card: Card) -> None:
    db.session.add(
        CardPhoto(card_id=card.id, data=b"RIFF", consent_version=PHOTO_CONSENT_VERSION, taken_by_id=making_by(card))
    )
    db.session.commit()
    answer = tablet.submit("/sites/hangzhou/door/scans", {"text": card.code, "way": "in"})
    page = tablet.get(answer.location).body
    assert "door-photo" in page
    assert 'name="digits"' not in page
    assert entered() == []
    assert tablet.submit("/sites/hangzhou/door/checks", {"pass": sealed(page)}).status == 422
    tablet.submit("/sites/hangzhou/door/checks", {"pass": sealed(page), "seen": "yes"})
    assert entered() == [EntryWay.PRINTED_PHOTO]


def making_by(card: Card) -> int:
    return db.session.scalars(sa.select(SignIn.user_id).limit(1)).one()


# --- with the guards taken away ----------------------------------------------------------------------------------


def at_door(app: Flask, card: Card, text: str) -> str:
    """The door's answer in this process, where a guard can be missing."""
    with app.test_request_context():
        site = db.session.scalars(sa.select(Site).filter_by(id=card.member.site_id)).one()
        return door.scanned(text, site, None).outcome


def test_s18_without_the_clock_a_screenshot_opens(
    server: LiveServer, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at_door(server.app, card, code(card, 10)) == "refused"
    monkeypatch.setattr(turning, "is_fresh", lambda _shown, _now: True)
    assert at_door(server.app, card, code(card, 10)) == "done"


def test_s18_without_the_key_a_forged_code_opens(
    server: LiveServer, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = turning.code_of(card.handle, "0" * 64, turning.step_at())
    assert at_door(server.app, card, forged) == "unknown"
    monkeypatch.setattr(turning, "is_genuine", lambda _shown, _secret: True)
    assert at_door(server.app, card, forged) == "done"


def test_s18_without_the_count_of_steps_a_code_opens_twice(
    server: LiveServer, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = code(card)

    def twice() -> list[str]:
        outcomes = []
        for _time in range(2):
            outcomes.append(at_door(server.app, card, text))
            for entry in db.session.scalars(sa.select(Entry).filter_by(left_at=None)):
                entry.leave()
        return outcomes

    assert twice() == ["done", "refused"]
    monkeypatch.setattr(entries, "hold", lambda _card, _step: True)
    assert twice() == ["done", "done"]


def test_s18_without_the_second_check_a_printed_card_opens(
    server: LiveServer, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at_door(server.app, card, card.code) == "wrong"
    real = door.welcome

    def trusting(shown: Any, site: Site, by: Any, *, is_checked: bool) -> Any:
        return real(shown, site, by, is_checked=True)

    monkeypatch.setattr(door, "welcome", trusting)
    assert at_door(server.app, card, card.code) == "done"
