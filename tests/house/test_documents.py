"""Links of the documents lead somewhere, and vendored files are those that VENDOR.md names."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
VENDORED = sorted(path.parent for path in [*(ROOT / "static").rglob("VENDOR.md"), *(ROOT / "tests").rglob("VENDOR.md")])


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.once
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_of_documents_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", document.read_text(), flags=re.S)
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)[^)]*\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, part = target.partition("#")
        file = (document.parent / name) if name else document
        if not file.exists():
            wrong.append(target)
        elif part and file.suffix == ".md":
            headings = {anchor(heading) for heading in re.findall(r"^#+ (.*)$", file.read_text(), re.M)}
            wrong += [target] if part not in headings else []
    assert wrong == []


@pytest.mark.once
@pytest.mark.parametrize("folder", VENDORED, ids=lambda path: str(path.relative_to(ROOT)))
def test_vendored_files_are_the_pinned_ones(folder: Path) -> None:
    """Each file that VENDOR.md lists with a SHA-256 of its own is there and has it; a package has a checksum too."""
    text = (folder / "VENDOR.md").read_text()
    assert re.search(r"\b[0-9a-f]{64}\b", text), "VENDOR.md names no checksum"
    for name, digest in re.findall(r"^\| `([^`]+)` \| `?([0-9a-f]{64})`? \|", text, re.M):
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
