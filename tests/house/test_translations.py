"""Chinese is complete: every text of code and templates stands in a catalog."""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def extracted() -> dict[str, str]:
    """Every message id of the product and one place where it stands."""
    found: dict[str, str] = {}
    for folder, methods in (
        ("selection_center", [("**.py", "python")]),
        ("templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
    ):
        for file, line, message, *_ in extract_from_dir(
            ROOT / folder, methods, keywords=KEYWORDS, options_map={"**.html": {"silent": "false"}}
        ):
            ids = message if isinstance(message, tuple) else (message,)
            found.setdefault(str(ids[0]), f"{folder}/{file}:{line}")
    return found | dict(in_f_strings())


def in_f_strings() -> Iterator[tuple[str, str]]:
    """Babel does not look into f-strings."""
    for file in (ROOT / "selection_center").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            for part in ast.walk(node) if isinstance(node, ast.JoinedStr) else ():
                if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in KEYWORDS:
                    assert isinstance(part.args[0], ast.Constant)
                    yield str(part.args[0].value), f"{file.relative_to(ROOT)}:{part.lineno}"


def catalog(language: str) -> dict[str, str]:
    merged: dict[str, str] = {}
    for file in (ROOT / "selection_center/translations" / language / "LC_MESSAGES").glob("*.po"):
        for message in read_po(BytesIO(file.read_bytes())):
            ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
            texts = message.string if isinstance(message.string, list | tuple) else (message.string,)
            if ids[0] and texts and texts[0] and not message.fuzzy:
                merged[ids[0]] = texts[0]
    return merged


def test_words_in_f_strings_are_found() -> None:
    assert "Blind count" in dict(in_f_strings())


def test_every_text_has_its_chinese() -> None:
    chinese = catalog("zh")
    missing = {message: place for message, place in extracted().items() if message and message not in chinese}
    assert missing == {}


def test_placeholders_are_the_same_in_both_languages() -> None:
    for message, text in catalog("zh").items():
        assert set(re.findall(r"%\(\w+\)s", message)) == set(re.findall(r"%\(\w+\)s", text)), message
