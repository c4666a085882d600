"""The relabel list of a center: the labels that hang there, whose values are no longer so, in walking order."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from tests import factories as make
from tests.printing import paper
from tests.visitors import Visitor

PATH = "/sites/yiwu/relabel?lang=en"


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def bo(site: Site, visit: Callable[[Any], Visitor]) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, site))


def hung(site: Site, title: str, letter: str, bay: int) -> Sample:
    return make.sample(make.listing(make.supplier(f"{title}厂"), title=title), site, make.stand(site, letter, bay))


def print_labels(by: Visitor, *samples: Sample, **how: str) -> bytes:
    """The file; sent in the order given."""
    ids = [str(sample.id) for sample in samples]
    sent = {"layout": "label", "medium": "L7160", "language": "zh", "prices": "1", "sample": ids} | how
    answer = by.submit("/sites/yiwu/prints", sent)
    assert answer.status_code == 303
    return bytes(by.get(f"{answer.location}/file").data)


def listed(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'id="row-(\d+)"', page)]


def sent_on(page: str) -> dict[str, Any]:
    """What the page's own form would send on to the print room."""
    form = page[page.index('id="relabel"') :]
    names = re.findall(r'type="(?:hidden|checkbox)" name="(layout|medium|language|prices|among)" value="([^"]*)"', form)
    return dict(names) | {"sample": [str(found) for found in listed(form)]}


def test_exactly_the_stale_labels_in_walking_order(site: Site, bo: Visitor) -> None:
    far, near, middle = hung(site, "远", "B", 1), hung(site, "近", "A", 2), hung(site, "中", "A", 10)
    fine, never = hung(site, "好", "A", 1), hung(site, "未印", "A", 4)
    print_labels(bo, far, near, middle, fine)
    assert "Every label says what is so." in bo.get(PATH).text
    for sample in (far, middle, near):
        make.reprice(sample.listing, 1390)
    db.session.commit()
    page = bo.get(PATH).text
    assert listed(page) == [near.id, middle.id, far.id]
    assert never.listing.title not in page
    assert ("¥12.80" in page, "¥13.90" in page) == (True, True)


def test_the_reprint_comes_out_in_the_order_in_which_one_walks(site: Site, bo: Visitor) -> None:
    far, near, middle = hung(site, "远", "B", 1), hung(site, "近", "A", 2), hung(site, "中", "A", 10)
    print_labels(bo, far, near, middle)
    for sample in (far, middle, near):
        make.reprice(sample.listing, 1390)
    db.session.commit()
    form = sent_on(bo.get(PATH).text)
    assert bo.submit("/sites/yiwu/print", form).status_code == 200
    answer = bo.submit("/sites/yiwu/prints", form | {"sample": form["sample"][::-1]})
    codes = [code.text.rpartition("/")[2] for code in paper.codes_on(bo.get(f"{answer.location}/file").data, dpi=300)]
    assert codes == [near.code, middle.code, far.code], "on the paper, row by row"
    assert "Every label says what is so." in bo.get(PATH).text


def test_each_paper_comes_back_as_it_hangs(site: Site, bo: Visitor) -> None:
    """Another sheet, another language or no price is another print."""
    plain, told = hung(site, "无价", "A", 1), hung(site, "有价", "A", 2)
    print_labels(bo, plain, medium="L7163", language="both", prices="")
    print_labels(bo, told)
    for sample in (plain, told):
        sample.listing.title = f"新{sample.listing.title}"
        make.reprice(sample.listing, 1390)
    db.session.commit()
    page = bo.get(PATH).text
    assert page.count("Choose paper and print") == 2
    first = sent_on(page[: page.index('id="relabel-2"')])
    assert first == {
        "layout": "label", "medium": "L7163", "language": "both", "among": str(plain.id), "sample": [str(plain.id)],
    }  # fmt: skip


def test_a_label_that_tells_no_price_is_not_stale_for_a_price(site: Site, bo: Visitor) -> None:
    sample = hung(site, "无价", "A", 1)
    print_labels(bo, sample, prices="")
    make.reprice(sample.listing, 1390)
    db.session.commit()
    assert listed(bo.get(PATH).text) == []
