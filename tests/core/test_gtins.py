"""Barcodes' numbers: bare, as GS1 writes them, and in links; a wrong check digit is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selection_center.core.gtins import check_digit, find, parse, spellings

EAN = "6934582710047"
KEPT = "06934582710047"
numbers = st.sampled_from([7, 11, 12, 13]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n))


@pytest.mark.parametrize(
    "number", ["4006381333931", "9780306406157", "036000291452", "96385074", "73513537", "00012345600012", EAN]
)
def test_numbers_in_the_trade_are_right(number: str) -> None:
    assert parse(number) == number.zfill(14)


@given(numbers.filter(lambda digits: digits.strip("0")))
def test_every_single_wrong_digit_is_caught(digits: str) -> None:
    whole = digits + check_digit(digits)
    assert parse(whole) == whole.zfill(14)
    for place in range(len(whole)):
        for wrong in "0123456789".replace(whole[place], ""):
            assert parse(whole[:place] + wrong + whole[place + 1 :]) is None


@pytest.mark.parametrize(
    "text",
    [
        EAN,
        "6 934582 710047",
        "6-934582-710047",
        "６９３４５８２７１００４７",
        KEPT,
        f"(01){KEPT}",
        f"(01) {KEPT} (10)AB-1 (17)270101",
        f"01{KEPT}",
        f"\x1d01{KEPT}10AB-1",
        f"01{KEPT}17270101",
        f"https://id.gs1.org/01/{KEPT}",
        f"https://id.gs1.org/01/{KEPT}/10/AB-1?17=270101",
        f"HTTPS://ID.GS1.ORG/01/{KEPT}#x",
        f"https://brand.example.com/gtin/{EAN}/lot/7",
        f"http://brand.example.com/shop/01/{EAN}",
    ],
)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert find(text) == KEPT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "00000000",
        "6934582710043",
        "816731226821",
        f"(01){KEPT[:-1]}3",
        f"{EAN}0",
        f"x{EAN}",
        f"https://brand.example.com/02/{KEPT}",
        f"https://brand.example.com/01/{KEPT}9",
        f"/01/{KEPT}",
        "٦٩٣٤٥٨٢٧١٠٠٤٧",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert find(text) is None


@given(st.text(max_size=200))
def test_any_text_has_a_number_or_none(text: str) -> None:
    found = find(text)
    assert found is None or (len(found) == 14 and parse(found) == found)


def test_a_catalog_may_have_written_it_in_several_ways() -> None:
    assert set(spellings(KEPT)) == {KEPT, EAN}
    assert set(spellings("00036000291452")) == {"00036000291452", "0036000291452", "036000291452"}
    assert set(spellings("00000096385074")) >= {"96385074", "0000096385074"}


def test_a_carton_leads_to_the_piece_in_it() -> None:
    carton = "1" + EAN[:12]
    carton += check_digit(carton)
    assert EAN in spellings(carton)
