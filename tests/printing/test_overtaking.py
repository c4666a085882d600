"""Two managers at one layout, paper or printer: the second save is told of the first, and nothing typed is lost."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.printing.models import Printer
from selection_center.printing.own_layouts import OwnLayout
from selection_center.printing.own_media import OwnMedium
from selection_center.sites.models import Site
from tests import factories as make
from tests.printing.test_own_layouts import SENT, print_by
from tests.printing.test_papers import OWN
from tests.promises.wire import at_once
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
OVER = re.compile(r'<button type="submit"[^>]* name="seen" value="([0-9a-f]{16})" form="([\w-]+)"')
MANY = 6


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(visit: Visit, site: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, site))


@pytest.fixture
def max_(visit: Visit, site: Site) -> Visitor:
    return visit(make.user("Max", Role.MANAGER, site))


def seen_at(page: str) -> str:
    return str(re.findall(r'<input type="hidden" name="seen" value="([0-9a-f]{16})">', page)[0])


def over(page: str) -> str:
    """What the key of a form that came back says; the key goes with a form of the page."""
    [(mark, form)] = OVER.findall(page)
    assert f'id="{form}"' in page
    return str(mark)


LAYOUT, PAPER, PRINTER = "/own-layouts/1", "/own-papers/1", "/printers/1"
ROLLER = {"name": "前台", "right": "3", "down": "0", "kind": "zpl", "dots": "12"}
FIRST: dict[str, tuple[str, dict[str, Any], str]] = {
    LAYOUT: ("/sites/yiwu/layouts", SENT, LAYOUT),
    PAPER: ("/sites/yiwu/papers", OWN, PAPER),
    PRINTER: ("/sites/yiwu/printers", ROLLER, "/sites/yiwu/papers"),
}
"""By what is changed: how it comes to be, and the page with its form."""


def names() -> Iterator[str]:
    for kind in (OwnLayout, OwnMedium, Printer):
        yield from db.session.scalars(sa.select(kind.name))


@pytest.mark.parametrize("changed", FIRST)
def test_a_save_from_a_form_that_was_overtaken_says_by_whom_and_keeps_what_was_typed(
    ana: Visitor, max_: Visitor, changed: str
) -> None:
    begun, sent, page = FIRST[changed]
    assert ana.submit(begun, sent).status_code == 303
    opened = seen_at(max_.get(page).text)
    assert ana.submit(changed, sent | {"name": "Anas", "seen": opened}).status_code == 303
    mine = sent | {"name": "Max <b>his</b>", "seen": opened}
    back = max_.submit(f"{changed}?lang=en", mine)
    assert back.status_code == 409
    assert re.search(r"Ana changed this meanwhile, \d+ \w+ \d\d:\d\d\.", back.text)
    assert "Max &lt;b&gt;his&lt;/b&gt;" in back.text
    assert "Ana 已在" in max_.submit(f"{changed}?lang=zh", mine).text
    assert seen_at(back.text) == opened, "the usual key is refused again"
    assert f'href="{page}' in back.text
    assert list(names()) == ["Anas"]
    assert max_.submit(changed, mine | {"seen": [opened, over(back.text)]}).status_code == 303
    assert list(names()) == ["Max <b>his</b>"]


@pytest.mark.parametrize("changed", FIRST)
def test_a_third_change_is_told_too_and_a_form_without_a_mark_is_overtaken(
    ana: Visitor, max_: Visitor, changed: str
) -> None:
    begun, sent, _page = FIRST[changed]
    ana.submit(begun, sent)
    back = max_.submit(changed, sent | {"name": "Max"})
    assert back.status_code == 409
    known = over(back.text)
    assert ana.submit(changed, sent | {"name": "Anas", "seen": known}).status_code == 303
    again = max_.submit(changed, sent | {"name": "Max", "seen": known})
    assert (again.status_code, over(again.text) != known, list(names())) == (409, True, ["Anas"])
    wrong = max_.submit(changed, sent | {"name": "", "seen": "x"})
    assert (wrong.status_code, bool(over(wrong.text))) == (422, True)


@pytest.mark.parametrize("changed", FIRST)
def test_of_many_at_once_one_is_kept(visit: Visit, site: Site, ana: Visitor, changed: str) -> None:
    begun, sent, page = FIRST[changed]
    ana.submit(begun, sent)
    seen = seen_at(ana.get(page).text)
    managers = [visit(make.user(f"M{number}", Role.MANAGER, site)) for number in range(MANY)]
    db.session.commit()
    answers = at_once(
        MANY, lambda number: managers[number].submit(changed, sent | {"name": f"n{number}", "seen": seen})
    )
    assert sorted(answer.status_code for answer in answers) == [303, *[409] * (MANY - 1)]
    winner = next(number for number, answer in enumerate(answers) if answer.status_code == 303)
    assert list(names()) == [f"n{winner}"]


def test_what_took_the_place_of_a_printed_one_is_what_was_changed(ana: Visitor, max_: Visitor, site: Site) -> None:
    sample = make.sample(make.listing(make.supplier()), site, make.stand(site))
    db.session.commit()
    ana.submit("/sites/yiwu/layouts", SENT)
    opened = seen_at(max_.get(LAYOUT).text)
    print_by(ana, db.session.get_one(OwnLayout, 1), sample)
    ana.submit(LAYOUT, SENT | {"text": "换季新品", "seen": opened})
    back = max_.submit(f"{LAYOUT}?lang=en", SENT | {"text": "清仓", "seen": opened})
    assert (back.status_code, "Ana changed this" in back.text, 'value="清仓"' in back.text) == (409, True, True)
    assert 'action="/own-layouts/2"' in back.text
    assert max_.submit("/own-layouts/2", SENT | {"text": "清仓", "seen": over(back.text)}).status_code == 303
    shown = db.session.scalars(sa.select(OwnLayout).filter_by(hidden_at=None)).one()
    assert (shown.id, [piece.text for piece in shown.design.pieces if piece.text]) == (2, ["清仓"])


@pytest.mark.parametrize("changed", [LAYOUT, PAPER])
def test_what_was_taken_away_meanwhile_can_be_made_anew(ana: Visitor, max_: Visitor, changed: str) -> None:
    begun, sent, page = FIRST[changed]
    ana.submit(begun, sent)
    opened = seen_at(max_.get(page).text)
    assert ana.submit(f"{changed}/removal").status_code == 303
    back = max_.submit(f"{changed}?lang=en", sent | {"name": "Max", "seen": opened})
    assert (back.status_code, "Ana took this away" in back.text, f'action="{begun}"' in back.text) == (409, True, True)
    assert max_.submit(begun, sent | {"name": "Max", "seen": over(back.text)}).status_code == 303
    assert list(names()) == [sent["name"], "Max"]
