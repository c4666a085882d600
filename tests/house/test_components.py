"""A component that is imported without the page's context is made once for all visitors: it asks only inside macros."""

import re

import pytest
from flask import Flask
from jinja2 import nodes

from selection_center.config import ROOT

TEMPLATES = ROOT / "templates"
IMPORT = re.compile(r"""{%-? (?:from|import) "(components/[a-z_]+\.html)" [^%]*%}""")
ASKED = {"_", "gettext", "ngettext", "language", "in_language", "csrf_token", "operation_id", "request", "g", "url_for"}
"""Names whose value differs between visitors, languages or requests."""


def shared() -> list[str]:
    texts = (file.read_text() for file in TEMPLATES.rglob("*.html"))
    return sorted({found[1] for text in texts for found in IMPORT.finditer(text) if "with context" not in found[0]})


@pytest.mark.parametrize("name", shared())
def test_a_shared_component_asks_only_inside_macros(app: Flask, name: str) -> None:
    tree = app.jinja_env.parse((TEMPLATES / name).read_text())
    outside = [node for node in tree.body if not isinstance(node, nodes.Macro)]
    names = {found.name for node in outside for found in node.find_all(nodes.Name)}
    assert not names & ASKED


def test_the_components_of_the_scan_page_are_shared() -> None:
    assert "components/offer_parts.html" in shared()
