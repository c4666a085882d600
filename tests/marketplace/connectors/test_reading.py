"""Money, moments and ids out of the platform's JSON."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from selection_center.core.shop_time import SHOP_TIME
from selection_center.marketplace.connectors.alibaba_1688 import reading
from selection_center.marketplace.connectors.alibaba_1688.reading import Unreadable, parsed


def at(said: object) -> datetime | None:
    return reading.moment({"at": said}, "at")


@given(some.integers(0, 99_999_999_999))
def test_every_sum_in_yuan_is_its_fen(fen: int) -> None:
    """As a decimal, as a float's own spelling, and as a text."""
    exact = f"{fen // 100}.{fen % 100:02}"
    for written in (exact, repr(fen / 100) if fen < 10**13 else exact, f'"{exact}"'):
        assert reading.yuan(parsed(f'{{"price": {written}}}'.encode()), "price") == fen


@pytest.mark.parametrize(
    ("written", "fen"), [("6.1499999999999995", 615), ("0.30000000000000004", 30), ("-39.89", -3989)]
)
def test_dust_of_binary_counting_is_wiped(written: str, fen: int) -> None:
    assert reading.yuan(parsed(f'{{"x": {written}}}'.encode()), "x") == fen


@pytest.mark.parametrize("written", ["0.125", "1.001", "true", '"many"', "[1]", "1e400", '"NaN"', '"Infinity"'])
def test_what_is_no_sum_in_yuan_is_refused(written: str) -> None:
    with pytest.raises(Unreadable):
        reading.yuan(parsed(f'{{"x": {written}}}'.encode()), "x")


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": 1', b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b"1" * 5_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        reading.record(parsed(body))


def test_no_float_is_made() -> None:
    said = parsed(b'{"a": 0.1, "b": 1e3}')
    assert [type(value) for value in said.values()] == [Decimal, Decimal]


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("20180614101942000+0800", "2018-06-14T02:19:42+00:00"),
        ("20170913231916000-0700", "2017-09-14T06:19:16+00:00"),
        ("20180614101942123+0800", "2018-06-14T02:19:42.123000+00:00"),
        ("20180614101942000", "2018-06-14T02:19:42+00:00"),
        ("2018-07-24 21:55:33", "2018-07-24T13:55:33+00:00"),
        ("2018-07-24T13:55:33Z", "2018-07-24T13:55:33+00:00"),
        (1527679458000, "2018-05-30T11:24:18+00:00"),
    ],
)
def test_moments_are_read_with_their_offsets(said: object, iso: str) -> None:
    found = at(said)
    assert found is not None
    assert found.isoformat() == iso


@given(
    some.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
    some.integers(-14 * 60, 14 * 60),
)
def test_a_moment_is_the_same_at_every_offset(naive: datetime, minutes: int) -> None:
    moment = naive.replace(microsecond=0, tzinfo=SHOP_TIME)
    there = moment.astimezone(UTC) + timedelta(minutes=minutes)
    sign, rest = ("-" if minutes < 0 else "+"), abs(minutes)
    assert at(f"{there:%Y%m%d%H%M%S}000{sign}{rest // 60:02}{rest % 60:02}") == moment


@pytest.mark.parametrize("said", ["yesterday", "20181314101942000+0800", "99999999999999999+0800", 10**20, True, [1]])
def test_what_is_no_moment_is_refused(said: object) -> None:
    with pytest.raises(Unreadable):
        at(said)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("58218860983545944", "58218860983545944"),
        ('"58218860983545941"', "58218860983545941"),
        ("1.0E+12", "1000000000000"),
        ("null", ""),
        ('" "', ""),
    ],
)
def test_ids_are_texts_with_all_their_digits(written: str, number: str) -> None:
    assert reading.identity(parsed(f'{{"id": {written}}}'.encode()), "id") == number


@pytest.mark.parametrize("written", ["1.5", "true", "{}", '"' + "9" * 65 + '"'])
def test_what_is_no_id_is_refused(written: str) -> None:
    with pytest.raises(Unreadable):
        reading.identity(parsed(f'{{"id": {written}}}'.encode()), "id")


@pytest.mark.parametrize(("said", "truth"), [(True, True), ("true", True), ("False", False), (None, None), ("", None)])
def test_truth_comes_as_a_word_too(said: object, truth: bool | None) -> None:
    assert reading.truth({"success": said}, "success") is truth
