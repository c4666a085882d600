"""A stand's address is understood however it is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selection_center.sites.models import stand_address, typed_address

letters = st.from_regex(r"[A-Z0-9]{1,4}", fullmatch=True)


@given(letters, st.integers(1, 999), st.integers(1, 20))
def test_every_address_reads_back(letter: str, bay: int, level: int) -> None:
    address = stand_address(letter, bay, level)
    assert typed_address(address) == address
    assert typed_address(f" {address.lower()}\n".replace("-", " ")) == address


@pytest.mark.parametrize("typed", ["A-03-2", "a-3-2", "A 03 2", "A03-2", "Ａ０３－２", "A–03–2", "a.3.2", "A_03_2"])
def test_people_type_it_in_many_ways(typed: str) -> None:
    assert typed_address(typed) == "A-03-2"


@pytest.mark.parametrize("text", ["", "A-03", "A-03-2-1", "ABCDE-03-2", "A032", "12-3", "A-0300-2", "甲-03-2", "3.14"])
def test_anything_else_is_none(text: str) -> None:
    assert typed_address(text) is None


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_none(text: str) -> None:
    found = typed_address(text)
    assert found is None or typed_address(found) == found
