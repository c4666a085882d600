"""Money comes in as people write it and goes out as the price tag shows it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selection_center.core.money import LARGEST_FEN, MoneyError, parse_fen, parts, show_fen

sums = st.integers(min_value=0, max_value=LARGEST_FEN)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12", 1200),
        ("12.", 1200),
        (".5", 50),
        ("0", 0),
        ("-0.00", 0),
        ("¥1,234.5", 123450),
        ("¥ 1,234,567.89", 123456789),
        ("1234.50 元", 123450),
        ("¥12.80", 1280),
        ("\N{FULLWIDTH YEN SIGN}１，２３４．５", 123450),
        ("１２.８０\u3000元", 1280),
        (" rmb 7.05 ", 705),
        ("7.05CNY", 705),
        ("+3", 300),
        ("007", 700),
    ],
)
def test_reads_what_people_write(text: str, fen: int) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", "¥", "元", "abc", "$5", "NaN", "inf", "1e3", "0x10", "1_000", "9" * 5000),
        *("1.2.3", "1,23", "12,34.5", "1,2345", ",123", "¥5-", "--5", "-¥-5", "5\x00"),
        *("37²", "½", "3①", "١٢", "12。5"),
    ],
)
def test_refuses_what_is_no_sum(text: str) -> None:
    with pytest.raises(MoneyError) as refused:
        parse_fen(text)
    assert refused.value.code == "not_money"


@pytest.mark.parametrize("text", ["1.234", "12.500", "¥0.001 元", "1,234.560"])
def test_refuses_more_than_two_decimals(text: str) -> None:
    with pytest.raises(ValueError, match="two decimals at most") as refused:
        parse_fen(text)
    assert refused.value.code == "too_many_decimals"  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["-1", "−0.01", "-¥5", "¥-5", "－５元"])
def test_refuses_negative_unless_asked(text: str) -> None:
    with pytest.raises(MoneyError) as refused:
        parse_fen(text)
    assert refused.value.code == "negative"
    assert parse_fen(text, allow_negative=True) < 0


def test_refuses_more_than_a_database_can_multiply() -> None:
    assert parse_fen("999,999,999.99") == LARGEST_FEN
    with pytest.raises(MoneyError, match=r"¥999,999,999\.99 at most") as refused:
        parse_fen("1000000000")
    assert refused.value.code == "too_large"
    assert LARGEST_FEN * 10_000_000 < 2**63


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(12345, "¥123.45"), (0, "¥0.00"), (5, "¥0.05"), (123456789, "¥1,234,567.89"), (-50, "−¥0.50")],
)
def test_shows_with_thousands_and_two_decimals(fen: int, shown: str) -> None:
    assert show_fen(fen) == shown


def test_parts_are_for_setting_in_type() -> None:
    assert parts(123405) == ("", "1,234", "05")
    assert parts(-7).sign == "−"


@given(sums, st.booleans())
def test_what_is_shown_reads_back(fen: int, below_zero: bool) -> None:
    fen = -fen if below_zero else fen
    assert parse_fen(show_fen(fen), allow_negative=True) == fen


@given(st.text(max_size=50))
def test_any_text_is_a_sum_or_a_refusal(text: str) -> None:
    with contextlib.suppress(MoneyError):
        assert 0 <= parse_fen(text) <= LARGEST_FEN
