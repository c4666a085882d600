"""The code that turns on a phone: S18, and what a scanner may make of it."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from selection_center.core import codes, scanned
from selection_center.core.codes import expected_version
from selection_center.core.db import db
from selection_center.membership import turning
from selection_center.membership.cards import Card, RevokeReason
from selection_center.membership.reading import read_card
from tests.databases import PUBLIC_URL
from tests.membership import making

SECRET = "5f" * 32
HANDLE = "7K3M9QX2AT" + codes.check_symbol("7K3M9QX2AT")
NOW = 59_000_000
steps = st.integers(0, 2**30 - 1)


@given(steps)
def test_what_was_written_is_read(step: int) -> None:
    code = turning.code_of(HANDLE, SECRET, step)
    shown = turning.read(code)
    assert shown is not None
    assert (shown.handle, shown.step) == (HANDLE, step)
    assert turning.is_genuine(shown, SECRET)
    assert not turning.is_genuine(shown, SECRET[::-1])


def test_it_fits_a_small_qr_and_no_keyboard_bends_it() -> None:
    code = turning.code_of(HANDLE, SECRET, NOW)
    assert code.isalnum()
    assert code.isupper()
    assert expected_version(code, "M") == 2
    for typed in (code.lower(), f" {code}\r\n", "".join(chr(ord(c) + 0xFEE0) for c in code), f"]Q1{code}"[3:]):
        assert turning.read(typed) == turning.read(code)
    assert scanned.code_in(code, ["yp.example.com"]) is None, "no code of ours holds a U"


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    turning.read(text)


@given(st.integers(13, 33), st.sampled_from(codes.ALPHABET))
def test_one_symbol_changed_in_step_or_mark_is_not_genuine(place: int, symbol: str) -> None:
    code = turning.code_of(HANDLE, SECRET, NOW)
    changed = code[:place] + symbol + code[place + 1 :]
    shown = turning.read(changed)
    assert shown is not None
    assert turning.is_genuine(shown, SECRET) == (changed == code)


def test_a_day_key_makes_the_codes_of_its_day_alone() -> None:
    day = NOW // turning.STEPS_A_DAY
    keys = turning.keys_from(SECRET, NOW)
    assert list(keys) == [day, day + 1], "a phone goes on for a day without a network"
    first = day * turning.STEPS_A_DAY
    assert turning.mark(bytes.fromhex(keys[day]), first) == turning.code_of(HANDLE, SECRET, first)[-15:]
    assert turning.mark(bytes.fromhex(keys[day + 1]), first) != turning.code_of(HANDLE, SECRET, first)[-15:]


def test_a_code_lasts_a_minute_at_most() -> None:
    """A screenshot older than 60 s is refused, and one from a clock that runs ahead does not last longer."""
    begun = NOW * turning.STEP_SECONDS
    shown = turning.read(turning.code_of(HANDLE, SECRET, turning.step_at(begun)))
    assert shown is not None
    fresh = [second for second in range(-120, 121) if turning.is_fresh(shown, turning.step_at(begun + second))]
    assert fresh == list(range(0, 60))


@pytest.fixture
def card(app: Flask) -> Card:
    return making.member(making.store()).cards[0]


def read(card: Card, text: str) -> object:
    found = read_card(text, card.member.site)
    return found and (found.card, found.way, found.problem)


def test_the_phone_s_code_is_read_and_judged_by_our_clock(card: Card) -> None:
    now = turning.step_at()
    for step in (now, now - 1):
        assert read(card, turning.code_of(card.handle, card.secret, step)) == (card, "turning", None)
    for step in (now - 3, now - 5000, now + 2):
        assert read(card, turning.code_of(card.handle, card.secret, step)) == (card, "turning", "too_old")


def test_a_forged_code_is_nobody_s(card: Card) -> None:
    assert read(card, turning.code_of(card.handle, "00" * 32, turning.step_at())) is None
    assert read(card, turning.code_of(codes.new_code(), card.secret, turning.step_at())) is None


def test_a_printed_card_is_read_bare_and_as_an_address(card: Card) -> None:
    for text in (
        card.code,
        card.shown_code,
        codes.address(card.code, PUBLIC_URL, "M"),
        f"https://yp.example.com/m/{card.code.lower()}",
        f"HTTPS：、、YP。EXAMPLE。COM、M、{card.code}",
    ):
        assert read(card, text) == (card, "printed", None), text
    assert read(card, card.handle) is None, "the turning code's name is no printed code"


def test_a_lost_card_says_so_in_both_ways(card: Card) -> None:
    card.revoked_at, card.revoked_reason = card.issued_at, RevokeReason.LOST
    db.session.flush()
    assert read(card, card.code) == (card, "printed", "revoked")
    assert read(card, turning.code_of(card.handle, card.secret, turning.step_at())) == (card, "turning", "revoked")


@pytest.mark.parametrize(
    "text", ["", "x" * 5000, "7K3M-Q9XT-2WD", "6901234567892", "https://detail.1688.com/offer/1.html"]
)
def test_other_things_are_no_card(card: Card, text: str) -> None:
    assert read_card(text, card.member.site) is None


def test_the_phone_that_lost_the_card_shows_nobody_s_code(card: Card) -> None:
    card.take_on("phone one")
    old = turning.code_of(card.handle, card.secret, turning.step_at())
    card.let_another_phone_in()
    db.session.flush()
    assert read(card, old) is None
    assert card.device is None
