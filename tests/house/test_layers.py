"""The rules of the house that can be read off the source."""

import ast
import re
from pathlib import Path

import pytest

from selection_center import AREAS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "selection_center"
ORDER = [*AREAS, "demo"]
SOURCES = sorted(path for path in PACKAGE.rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def imported(path: Path) -> set[str]:
    """Areas that a module imports at its top level or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = (
            [node.module] if isinstance(node, ast.ImportFrom) and node.module
            else [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else []
        )  # fmt: skip
        found |= {name.split(".")[1] for name in names if name.startswith("selection_center.")}
        if isinstance(node, ast.ImportFrom) and node.module == "selection_center":
            found |= {alias.name for alias in node.names}
    return found & set(ORDER)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [p for p in SOURCES if p.parent != PACKAGE], ids=name)
def test_an_area_imports_only_from_its_left(path: Path) -> None:
    area = path.relative_to(PACKAGE).parts[0]
    assert area in ORDER, f"{area} is not in AREAS"
    right_of_it = set(ORDER[ORDER.index(area) + 1 :])
    assert not imported(path) & right_of_it


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name not in {"views.py", "cli.py"}], ids=name)
def test_commit_is_written_only_at_the_edge(path: Path) -> None:
    edges = {"core/once.py", "core/jobs.py", "core/job_attempts.py", "core/job_schedules.py", "jobs.py"}
    if (
        path.name == "jobs.py"
        or path.name.endswith(("_views.py", "_command.py", "_jobs.py"))
        or name(path).removeprefix("selection_center/") in edges
    ):
        return
    assert not re.search(r"\bsession\.commit\(\)", path.read_text())


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_models_and_operations_know_no_request(path: Path) -> None:
    if path.name in {"models.py", "operations.py"}:
        assert not re.search(r"from flask import .*\b(request|g|session)\b", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    if "print" in path.relative_to(ROOT / "templates").parts:
        return  # paper has no script, and no policy either
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_posting_form_carries_its_tokens(path: Path) -> None:
    for form in re.findall(r"<form\b[^>]*method=.?post.*?</form>", path.read_text(), re.S | re.I):
        assert "tokens()" in form or {"csrf_token", "operation_id"} <= set(re.findall(r"\w+", form)), form[:120]
