"""The till's sums: pure arithmetic in whole fen, without a database and without words."""

from __future__ import annotations

from collections.abc import Sequence


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """`total` cut in proportion to the weights, each part at most its weight, to the last fen.

    By the largest remainder; of equal ones the first. Raises ValueError where it is more than all of them.
    """
    whole = sum(weights)
    if not 0 <= total <= whole:
        raise ValueError(f"{total} cannot be shared among {whole}")
    if not total:
        return [0] * len(weights)
    cut = [divmod(total * weight, whole) for weight in weights]
    parts = [part for part, _rest in cut]
    by_remainder = sorted(range(len(cut)), key=lambda index: -cut[index][1])
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def tax_in(total_fen: int, permille: int) -> int:
    """The tax that is included in this sum, half a fen up."""
    return (2 * total_fen * permille + 1000 + permille) // (2 * (1000 + permille))


def part_of(total: int, pieces: int, of_pieces: int, gone_pieces: int = 0, gone: int = 0) -> int:
    """What so many more pieces of a line are worth when some are gone; the last piece takes the rest."""
    if not 0 < pieces <= of_pieces - gone_pieces:
        raise ValueError(f"{pieces} of {of_pieces - gone_pieces}")
    return total * (gone_pieces + pieces) // of_pieces - gone


def within_permille(fen: int, of_fen: int, permille: int) -> bool:
    return fen * 1000 <= of_fen * permille
