"""What the record says of prints: papers and layouts by their names."""

from flask import Flask

from selection_center.core import i18n
from selection_center.sites import audit_words
from tests import factories as make
from tests.promises import town


def test_papers_and_layouts_stand_by_their_names(app: Flask) -> None:
    site = make.site()
    paper, layout = town.papers(site)[0], town.layouts(site)["own_layout_id"]
    with i18n.speaking("zh"):
        said = audit_words.details({"layout": f"own-{layout}", "medium": paper.key})
        built_in = audit_words.details({"layout": "price", "medium": "of a later version"})
    assert [value for _name, value in said] == ["挂牌", "货架条"]
    assert [value for _name, value in built_in] == ["价签", "of a later version"]
