"""Scan mode from the server's side: pages, answers as JSON and as pages, and once for each operation id."""

from collections.abc import Callable

import pytest
from flask import Flask

from selection_center.core.permissions import Role
from selection_center.samples.models import Sample
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
JSON = {"Accept": "application/json"}


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier()), site, make.stand(site))


@pytest.fixture
def bo(visit: Visit, sample: Sample) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, sample.site))


def test_a_scan_is_answered_as_json(bo: Visitor, sample: Sample) -> None:
    answer = bo.submit("/sites/yiwu/floor/look/scans", {"text": sample.code}, headers=JSON)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["outcome"] == "done"
    assert answer.json["href"] == f"/samples/{sample.id}"
    assert answer.json["plates"] == [{"address": "A-03-2", "kind": "at"}]


def test_without_scripts_the_page_shows_the_answer(bo: Visitor, sample: Sample) -> None:
    page = bo.get("/sites/yiwu/floor/look")
    assert 'name="text"' in page.text
    answer = bo.submit("/sites/yiwu/floor/look/scans", {"text": sample.code})
    assert answer.status_code == 303
    shown = bo.get(answer.location)
    assert sample.listing.label in shown.text
    assert "scan-band done" in shown.text
