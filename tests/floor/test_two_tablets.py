"""Several tablets at one moment: a sample moves once, leaves once, and everybody hears what is so."""

from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples.models import Placement, Sample
from tests import factories as make
from tests.floor.scanning import JSON, scan
from tests.promises.wire import at_once
from tests.visitors import Visitor

TABLETS = 6


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier()), site, make.stand(site))


@pytest.fixture
def tablets(visit: Callable[..., Visitor], sample: Sample) -> list[Visitor]:
    return [visit(make.user(f"Ana-{number}", Role.MANAGER, sample.site)) for number in range(TABLETS)]


def entries(verb: str) -> list[AuditEntry]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(AuditEntry).filter_by(verb=verb).order_by(AuditEntry.id)))


def test_one_of_many_moves_it(sample: Sample, tablets: list[Visitor]) -> None:
    stand = make.stand(sample.site, bay=4)
    db.session.commit()
    code, to = sample.code, stand.code
    db.session.rollback()
    answers = at_once(TABLETS, lambda number: scan(tablets[number], "place", code, stand=to))
    assert Counter(answer["outcome"] for answer in answers) == {"done": 1, "already": TABLETS - 1}
    assert len(entries("sample_placed")) == 1
    assert len(db.session.scalars(sa.select(Placement).filter_by(sample_id=sample.id, stand_id=stand.id)).all()) == 1


def test_at_two_places_the_last_one_counts_and_knows_where_it_was(sample: Sample, tablets: list[Visitor]) -> None:
    stands = [make.stand(sample.site, bay=4), make.stand(sample.site, bay=5)]
    db.session.commit()
    code, to = sample.code, [stand.code for stand in stands]
    db.session.rollback()
    answers = at_once(2, lambda number: scan(tablets[number], "place", code, stand=to[number]))
    assert [answer["outcome"] for answer in answers] == ["done", "done"]
    first, second = entries("sample_placed")
    assert first.detail["before"] == "A-03-2"
    assert second.detail["before"] == first.detail["stand"]
    assert sample.stand is not None
    assert sample.stand.address == second.detail["stand"]


def test_one_of_many_retires_it(sample: Sample, tablets: list[Visitor]) -> None:
    db.session.commit()
    code = sample.code
    db.session.rollback()
    answers = at_once(TABLETS, lambda number: scan(tablets[number], "retire", code, reason="sold"))
    assert Counter(answer["outcome"] for answer in answers) == {"done": 1, "already": TABLETS - 1}
    assert len(entries("sample_retired")) == 1


def test_one_scan_sent_many_times_at_once_is_done_once(sample: Sample, tablets: list[Visitor]) -> None:
    stand = make.stand(sample.site, bay=4)
    db.session.commit()
    fields = {"text": sample.code, "context-stand": stand.code, "operation_id": make.operation()}
    db.session.rollback()
    token = {"csrf_token": tablets[0].csrf_token()}
    cookies = {
        name: tablets[0].get_cookie(name, domain="yp.example.com") for name in ("__Host-session", "__Host-device")
    }
    for tablet in tablets[1:]:  # six requests of one browser
        for name, cookie in cookies.items():
            if cookie is not None:
                tablet.set_cookie(name, cookie.value, domain="yp.example.com", secure=True)
    answers = at_once(
        TABLETS,
        lambda number: tablets[number].post("/sites/yiwu/floor/place/scans", data=fields | token, headers=JSON).json,
    )
    assert {str(answer) for answer in answers} == {str(answers[0])}
    assert answers[0] is not None
    assert answers[0]["outcome"] == "done"
    assert len(entries("sample_placed")) == 1
