"""Scan mode from the server's side: who may, the tablet's home, pages without scripts, and how much one scan costs."""

from collections.abc import Callable

import pytest
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.floor.tasks import TASKS
from selection_center.samples.models import RetireReason, Sample, SampleState
from tests import factories as make
from tests.floor.scanning import JSON, scan
from tests.statements import asked
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
MOST_QUERIES = 12
"""Of one placing: who, where; which tag and stand; two locks and a look under them; the stay's end and beginning;
the audit; the operation's claim and answer."""


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier()), site, make.stand(site))


@pytest.fixture
def bo(visit: Visit, sample: Sample) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, sample.site))


def test_a_scan_is_answered_as_json(bo: Visitor, sample: Sample) -> None:
    answer = scan(bo, "look", sample.code)
    assert set(answer) == {
        *("outcome", "word", "reason", "title", "picture", "code", "href", "plates", "keys", "undo", "context"),
        *("progress", "panel", "counts"),
    }


def test_without_scripts_the_page_shows_the_answer(bo: Visitor, sample: Sample) -> None:
    page = bo.get("/sites/yiwu/floor/look")
    assert 'name="text"' in page.text
    answer = bo.submit("/sites/yiwu/floor/look/scans", {"text": sample.code})
    assert answer.status_code == 303
    shown = bo.get(answer.location)
    assert sample.listing.label in shown.text
    assert "scan-band done" in shown.text


def test_without_scripts_the_context_goes_from_page_to_page(bo: Visitor, sample: Sample) -> None:
    stand = make.stand(sample.site, bay=4)
    chosen = bo.submit("/sites/yiwu/floor/place/scans", {"text": stand.code})
    page = bo.get(chosen.location)
    assert f'name="context-stand" value="{stand.code}"' in page.text
    placed = bo.submit("/sites/yiwu/floor/place/scans", {"text": sample.code, "context-stand": stand.code})
    page = bo.get(placed.location)
    assert "scan-band done" in page.text
    assert f"/samples/{sample.id}/placements/reversal" in page.text
    # The answer is this person's own: to a colleague the same address says nothing.
    assert "scan-band done" in bo.get(placed.location).text


def test_an_answer_is_shown_to_nobody_else(visit: Visit, bo: Visitor, sample: Sample) -> None:
    location = bo.submit("/sites/yiwu/floor/look/scans", {"text": sample.code}).location
    di = visit(make.user("Di", Role.FLOOR_STAFF, sample.site))
    assert sample.listing.label not in di.get(location).text


def test_a_refusal_without_scripts_keeps_the_page(bo: Visitor, sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is retired between the look and the lock is refused by the verb itself."""
    stand = make.stand(sample.site, bay=4)
    monkeypatch.setattr("selection_center.floor.tasks.moving.refusal", lambda _sample, _scan: None)
    sample.retire(RetireReason.LOST)
    fields = {"text": sample.code, "context-stand": stand.code}
    page = bo.submit("/sites/yiwu/floor/place/scans", fields)
    assert page.status_code == 409
    assert "scan-band refused" in page.text
    assert f'name="context-stand" value="{stand.code}"' in page.text
    answer = bo.submit("/sites/yiwu/floor/place/scans", fields, headers=JSON)
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["error"]["code"] == "retired"


def test_home_shows_the_tasks_that_this_person_may_do(visit: Visit, bo: Visitor, sample: Sample) -> None:
    ana = visit(make.user("Ana", Role.MANAGER, sample.site))
    for name, task in TASKS.items():
        link = f'href="/sites/yiwu/floor/{name}"'
        is_here = task.is_at(sample.site)
        assert (link in ana.get("/sites/yiwu/floor").text) == is_here
        assert (link in bo.get("/sites/yiwu/floor").text) == (is_here and task.permission != "retire_samples")
    assert "/sites/yiwu/floor" in bo.get("/sites/yiwu/samples").text


def test_other_sites_and_roles_are_kept_out(visit: Visit, client: Visitor, sample: Sample) -> None:
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    cas = visit(make.user("Cas", Role.CASHIER, sample.site))
    eve = visit(make.user("Eve", Role.SUPPLIER, supplier=sample.listing.supplier))
    for task in ("look", "place", "store", "retire"):
        path = f"/sites/yiwu/floor/{task}"
        for page in (path, f"{path}/panel", "/sites/yiwu/floor"):
            assert client.get(page).status_code == 302
            assert cy.get(page).status_code == 404
            assert cas.get(page).status_code == 403
            assert eve.get(page).status_code == 403
        for person, status in ((client, 403), (cy, 404), (cas, 403), (eve, 403)):
            assert person.submit(f"{path}/scans", {"text": sample.code}).status_code == status
    assert cas.submit("/sites/yiwu/floor/pictures").status_code == 403
    assert cy.submit("/sites/yiwu/floor/pictures").status_code == 404


def test_who_works_elsewhere_too_does_here_only_what_the_role_here_allows(visit: Visit, sample: Sample) -> None:
    both = make.user("Bao", Role.CASHIER, sample.site)
    both.grants.append(make.user("Bea", Role.MANAGER, make.site("chenghai")).grants[0])
    assert visit(both).submit("/sites/yiwu/floor/look/scans", {"text": sample.code}).status_code == 403


def test_no_such_task(bo: Visitor) -> None:
    assert bo.get("/sites/yiwu/floor/fly").status_code == 404
    assert bo.submit("/sites/yiwu/floor/fly/scans", {"text": "x"}).status_code == 404


def test_a_scan_needs_its_operation_id(bo: Visitor, sample: Sample) -> None:
    path, fields = "/sites/yiwu/floor/look/scans", {"text": sample.code or "", "operation_id": ""}
    assert bo.submit(path, fields).status_code == 400


@pytest.mark.parametrize("name", ["slug", "task", "_external", "_anchor", "scan", "lang", ""])
def test_strange_names_in_the_context_do_no_harm(bo: Visitor, sample: Sample, name: str) -> None:
    fields = {"text": sample.code or "", f"context-{name}": "1"}
    answer = bo.submit("/sites/yiwu/floor/look/scans", fields)
    assert answer.status_code == 303
    assert bo.get(answer.location).status_code == 200


def test_one_scan_takes_few_queries(bo: Visitor, sample: Sample) -> None:
    stand = make.stand(sample.site, bay=4)
    bo.get("/sites/yiwu/floor/place")
    db.session.commit()
    code, to = sample.code, stand.code
    db.session.rollback()
    with asked() as sent:
        answer = scan(bo, "place", code, stand=to)
    assert answer["outcome"] == "done"
    assert len(sent) <= MOST_QUERIES, "\n".join(sent)


def test_home_says_what_waits(visit: Visit, bo: Visitor, sample: Sample) -> None:
    assert "库房里" not in bo.get("/sites/yiwu/floor").text
    for _piece in range(2):
        make.sample(sample.listing, sample.site)
    Sample.receive(sample.listing, sample.site, state=SampleState.EXPECTED)
    home = bo.get("/sites/yiwu/floor").text
    assert "库房里 2 件" in home
    assert "待到货 1 件" in home
