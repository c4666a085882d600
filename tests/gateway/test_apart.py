"""The product and its stand-in were read from the same documentation by two readers: neither may lean on the other."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
    return found


@pytest.mark.parametrize(("package", "other"), [("gateway", "selection_center"), ("selection_center", "gateway")])
def test_neither_knows_the_other(package: str, other: str) -> None:
    sources = list((ROOT / package).rglob("*.py"))
    assert len(sources) > 20
    assert [str(path) for path in sources if other in imported(path)] == []


def test_the_stand_in_needs_nothing_but_its_libraries() -> None:
    used = set().union(*(imported(path) for path in (ROOT / "gateway").rglob("*.py")))
    assert used & {"serving", "tests", "bench", "sqlalchemy"} == set()
