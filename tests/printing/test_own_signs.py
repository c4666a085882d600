"""Stand signs and blank tags of a site's own: made in the editor as any layout, printed from the room."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core import codes
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.printing.own_layouts import OwnLayout
from selection_center.samples.tags import Tag
from tests import factories as make
from tests.databases import PUBLIC_URL
from tests.printing import paper
from tests.visitors import Visitor

SENT = {"name": "门口", "text": "欢迎光临", "qr": "1", "level": "Q", "side": "0", "distance": "hand", "language": "zh"}
SHOWN = {
    "stand": ["stand", "names", "site", "text"],
    "blank": ["code", "host", "site", "text"],
}


@pytest.mark.parametrize("base", SHOWN)
@pytest.mark.parametrize("medium", ["100x150", "60x40", "L7165"])
def test_a_site_makes_its_own(app: Flask, visit: Callable[..., Visitor], base: str, medium: str) -> None:
    site = make.site()
    ana = visit(make.user("Ana", Role.MANAGER, site))
    stand, tag = make.stand(site), Tag.new(site)
    db.session.add(tag)
    db.session.commit()
    assert ana.get(f"/sites/yiwu/layouts/new?base={base}").status_code == 200
    sent = SENT | {"base": base, "show": SHOWN[base], "medium": medium, "bold": "text"}
    assert ana.submit("/sites/yiwu/layouts", sent).status_code == 303
    own = db.session.scalars(sa.select(OwnLayout)).one()
    printed = {"stand": ("stand", stand.id, stand.code), "blank": ("tag", tag.id, tag.code)}[base]
    subject, number, code = printed
    answer = ana.submit("/sites/yiwu/prints", {"layout": own.key, "medium": medium, subject: str(number)})
    assert answer.status_code == 303
    pdf = ana.get(f"{answer.location}/file").data
    words = paper.words(pdf).replace("\r\n", "")
    for said in ("欢迎光临", site.label, *([stand.address] if base == "stand" else [])):
        assert said in words, words
    assert paper.read_by_both(paper.raster(pdf)) == [codes.address(code, PUBLIC_URL)]
