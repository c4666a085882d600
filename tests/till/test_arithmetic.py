"""The till's sums: shares, included tax, parts of a line. Whatever the numbers, no fen comes or goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selection_center.till.arithmetic import part_of, shares, tax_in, within_permille

FEN = st.integers(0, 10**9)


@given(st.lists(FEN, min_size=1, max_size=20), st.data())
def test_shares_sum_to_the_whole_and_none_is_above_its_weight(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    parts = shares(total, weights)
    assert sum(parts) == total
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
    whole = sum(weights) or 1
    assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))


def test_shares_go_by_the_largest_remainder() -> None:
    assert shares(2, [1, 1, 1]) == [1, 1, 0]
    assert shares(10, [300, 500, 250]) == [3, 5, 2]
    with pytest.raises(ValueError, match="cannot be shared"):
        shares(4, [1, 2])


@given(FEN, st.integers(0, 999))
def test_included_tax_is_exact_to_half_a_fen(total: int, permille: int) -> None:
    tax = tax_in(total, permille)
    assert abs(2 * (tax * (1000 + permille) - total * permille)) <= 1000 + permille
    assert 0 <= tax <= total


def test_tax_of_thirteen_per_cent() -> None:
    assert tax_in(11_300, 130) == 1_300
    assert tax_in(0, 130) == 0
    assert tax_in(1_280, 0) == 0


@given(st.integers(0, 10**9), st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_parts_of_a_line_sum_to_the_line(total: int, steps: list[int]) -> None:
    """However its pieces come back, the last one takes the rest."""
    pieces, gone, back = sum(steps), 0, 0
    for step in steps:
        part = part_of(total, step, pieces, gone, back)
        assert part >= 0
        gone, back = gone + step, back + part
    assert back == total
    with pytest.raises(ValueError, match="of 0"):
        part_of(total, 1, pieces, gone, back)


def test_a_right_in_thousandths() -> None:
    assert within_permille(100, 1_000, 100)
    assert not within_permille(101, 1_000, 100)
