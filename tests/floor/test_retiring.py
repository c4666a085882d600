"""Retiring by scanning: the reason once, then any number of samples; for managers, and for ten minutes not final."""

from collections.abc import Callable

import pytest
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples.models import RetireReason, Sample
from tests import factories as make
from tests.floor.scanning import press, scan, tag_of
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier()), site, make.stand(site))


@pytest.fixture
def ana(visit: Visit, sample: Sample) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, sample.site))


def test_many_leave_for_one_reason(ana: Visitor, sample: Sample) -> None:
    pieces = [sample, *(make.sample(sample.listing, sample.site) for _ in range(2))]
    for piece in pieces:
        answer = scan(ana, "retire", piece.code, reason="sold")
        assert (answer["outcome"], answer["word"]) == ("done", "已退场")
        assert answer["code"] == tag_of(piece).shown
    db.session.expire_all()
    assert {piece.retired_reason for piece in pieces} == {RetireReason.SOLD}
    again = scan(ana, "retire", sample.code, reason="lost")
    assert again["outcome"] == "already"
    assert "已售出" in again["reason"]


def test_it_is_taken_back_by_its_key(ana: Visitor, sample: Sample) -> None:
    press(ana, scan(ana, "retire", sample.code, reason="damaged")["undo"])
    db.session.expire_all()
    assert sample.is_here
    assert sample.stand is not None


@pytest.mark.parametrize("reason", ["", "stolen", "SOLD"])
def test_without_a_reason_nothing_leaves(ana: Visitor, sample: Sample, reason: str) -> None:
    answer = scan(ana, "retire", sample.code, reason=reason)
    assert (answer["outcome"], answer["word"]) == ("refused", "先选原因")
    db.session.expire_all()
    assert sample.is_here


def test_reasons_are_chosen_on_the_page(ana: Visitor, sample: Sample) -> None:
    page = ana.get("/sites/yiwu/floor/retire")
    for reason in RetireReason.SOLD, RetireReason.RETURNED, RetireReason.LOST, RetireReason.DAMAGED:
        assert f"/sites/yiwu/floor/retire?reason={reason.value}" in page.text
    chosen = ana.get("/sites/yiwu/floor/retire?reason=lost")
    assert 'name="context-reason" value="lost"' in chosen.text
    assert chosen.text.count('aria-current="true"') == 1
    assert 'id="reason-lost"' in ana.get("/sites/yiwu/floor/retire/panel?reason=lost").text


def test_a_stand_is_no_sample(ana: Visitor, sample: Sample) -> None:
    assert sample.stand is not None
    answer = scan(ana, "retire", sample.stand.code, reason="lost")
    assert (answer["outcome"], answer["word"]) == ("refused", "这是展位")


def test_floor_staff_and_others_are_kept_out(visit: Visit, client: Visitor, sample: Sample) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, sample.site))
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    path, fields = "/sites/yiwu/floor/retire/scans", {"text": sample.code or "", "context-reason": "lost"}
    assert bo.submit(path, fields).status_code == 403
    assert bo.get("/sites/yiwu/floor/retire").status_code == 403
    assert cy.submit(path, fields).status_code == 404
    assert client.submit(path, fields).status_code == 403
    assert "/floor/retire" not in bo.get("/sites/yiwu/floor").text
    db.session.expire_all()
    assert sample.is_here
