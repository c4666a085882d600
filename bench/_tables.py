"""Results as a table that a terminal and a README can show."""

from collections.abc import Sequence


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A Markdown table; the first column is left-aligned, the others right."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    print(f"\n{title}\n")
    print(line(header, widths))
    print(
        "|" + "|".join(f"{'-' * (width + 1)}{'-' if column == 0 else ':'}" for column, width in enumerate(widths)) + "|"
    )
    for row in rows:
        print(line(row, widths))
    print(flush=True)


def line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.ljust(width) if column == 0 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(padded)} |"


def ratio(ours: float, rival: float) -> str:
    return f"{ours / rival:.2f}x" if rival else "-"
