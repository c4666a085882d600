"""Every route says who may use it, in kebab-case, with typed parameters."""

import re

from flask import Flask

from selection_center.core.auth import declared


def test_every_view_declares_its_rights(app: Flask) -> None:
    undeclared = [rule.rule for rule in app.url_map.iter_rules() if not declared(app.view_functions[rule.endpoint])]
    assert undeclared == []


def test_every_parameter_has_a_type(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        for parameter in re.findall(r"<([^>]+)>", rule.rule):
            assert ":" in parameter or rule.endpoint == "static", rule.rule


def test_addresses_are_kebab_case(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        fixed = re.sub(r"<[^>]+>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9/.\-]*|/[SVM]/.*", fixed), rule.rule
