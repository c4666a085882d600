"""Placing and storing by scanning: the stand once, then any number of samples; everything can be taken back."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.audit import AuditEntry
from selection_center.core.codes import new_code
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.samples.models import Placement, RetireReason, Sample, SampleState
from selection_center.samples.tags import Tag
from selection_center.sites.models import Stand
from tests import factories as make
from tests.floor.scanning import as_printed, press, scan, stand_of, tag_of
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier()), site, make.stand(site))


@pytest.fixture
def stand(sample: Sample) -> Stand:
    return make.stand(sample.site, bay=4)


@pytest.fixture
def bo(visit: Visit, sample: Sample) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, sample.site))


def where(sample: Sample) -> str | None:
    db.session.expire_all()
    return sample.stand.address if sample.stand else None


def test_a_stand_and_then_samples(bo: Visitor, sample: Sample, stand: Stand) -> None:
    pieces = [make.sample(sample.listing, sample.site) for _ in range(3)]
    chosen = scan(bo, "place", as_printed(stand.code))
    assert chosen["outcome"] == "done"
    assert chosen["place"] == "A-04-2"
    assert not chosen["counts"]  # where they go is no piece
    assert chosen["context"] == {"stand": stand.code}
    for piece in pieces:
        answer = scan(bo, "place", as_printed(piece.code), **chosen["context"])
        assert (answer["outcome"], answer["word"], answer["counts"]) == ("done", "上架了", True)
        assert answer["plates"] == [{"address": "A-04-2", "kind": "at"}]
    assert [where(piece) for piece in pieces] == ["A-04-2"] * 3
    entries = db.session.scalars(sa.select(AuditEntry).filter_by(verb="sample_placed").order_by(AuditEntry.id)).all()
    assert entries[-1].detail == {"stand": "A-04-2", "before": None}


def test_another_stand_changes_the_place(bo: Visitor, sample: Sample, stand: Stand) -> None:
    first = scan(bo, "place", "A-03-2")["context"]
    assert scan(bo, "place", sample.code, **first)["outcome"] == "already"
    again = scan(bo, "place", as_printed(stand_of(sample).code), **first)
    assert again["outcome"] == "already"
    second = scan(bo, "place", stand.code, **first)["context"]
    answer = scan(bo, "place", sample.code, **second)
    assert (answer["outcome"], answer["word"]) == ("done", "挪好了")
    assert "A-03-2" in answer["reason"]
    assert where(sample) == "A-04-2"


def test_a_placing_is_taken_back_by_its_key(bo: Visitor, sample: Sample, stand: Stand) -> None:
    answer = scan(bo, "place", sample.code, stand=stand.code)
    assert where(sample) == "A-04-2"
    assert press(bo, answer["undo"])["message"] == "已回到 A-03-2。"
    assert where(sample) == "A-03-2"


def test_scanning_twice_is_no_error_and_no_second_stay(bo: Visitor, sample: Sample, stand: Stand) -> None:
    assert scan(bo, "place", sample.code, stand=stand.code)["outcome"] == "done"
    stays = db.session.scalar(sa.select(sa.func.count(Placement.id)))
    answer = scan(bo, "place", sample.code, stand=stand.code)
    assert answer["outcome"] == "already"
    assert answer["undo"] is None
    assert db.session.scalar(sa.select(sa.func.count(Placement.id))) == stays


def test_without_a_stand_it_asks_for_one(bo: Visitor, sample: Sample) -> None:
    for context in ({}, {"stand": "gone"}, {"stand": new_code()}, {"stand": ""}):
        answer = scan(bo, "place", sample.code, **context)
        assert (answer["outcome"], answer["word"]) == ("refused", "先扫展位")
    assert where(sample) == "A-03-2"


def test_a_closed_stand_takes_nothing(bo: Visitor, sample: Sample, stand: Stand) -> None:
    stand.closed_at = utcnow()
    answer = scan(bo, "place", as_printed(stand.code))
    assert answer["outcome"] == "refused"
    assert answer["context"] == {}
    assert scan(bo, "place", sample.code, stand=stand.code)["outcome"] == "refused"


def test_an_expected_sample_has_come_when_it_is_placed(bo: Visitor, sample: Sample, stand: Stand) -> None:
    expected = Sample.receive(sample.listing, sample.site, state=SampleState.EXPECTED, expected_on=utcnow())
    answer = scan(bo, "place", expected.code, stand=stand.code)
    assert answer["outcome"] == "done"
    assert where(expected) == "A-04-2"
    assert expected.is_here
    verbs = sa.select(AuditEntry.verb).filter_by(subject_type="samples", subject_id=expected.id)
    assert db.session.scalars(verbs).all() == ["sample_received"]
    assert press(bo, answer["undo"])["message"] == "又算待到货。"
    assert where(expected) is None
    assert expected.state is SampleState.EXPECTED


def test_a_blank_tag_is_bound_first(bo: Visitor, sample: Sample, stand: Stand) -> None:
    blank = make.add(Tag.new(sample.site))
    answer = scan(bo, "place", as_printed(blank.code), stand=stand.code)
    assert (answer["outcome"], answer["word"]) == ("refused", "空白标签")
    assert blank.shown in press(bo, answer["keys"][0]).text


def test_a_revoked_tag_leads_to_its_sample(bo: Visitor, sample: Sample, stand: Stand) -> None:
    old = tag_of(sample)
    make.add(Tag.new(sample.site)).bind(sample)
    answer = scan(bo, "place", old.code, stand=stand.code)
    assert answer["outcome"] == "refused"
    assert answer["href"] == f"/samples/{sample.id}"
    assert where(sample) == "A-03-2"


def test_what_is_retired_stays_retired_until_it_is_taken_back(
    visit: Visit, bo: Visitor, sample: Sample, stand: Stand
) -> None:
    sample.retire(RetireReason.LOST)
    answer = scan(bo, "place", sample.code, stand=stand.code)
    assert answer["outcome"] == "refused"
    assert answer["keys"] == []  # taking it back is for a manager
    ana = visit(make.user("Ana", Role.MANAGER, sample.site))
    answer = scan(ana, "place", sample.code, stand=stand.code)
    press(ana, answer["keys"][0])
    assert where(sample) == "A-03-2"
    assert scan(ana, "place", sample.code, stand=stand.code)["outcome"] == "done"


def test_another_sites_sample_and_stand_are_unknown(bo: Visitor, sample: Sample, stand: Stand) -> None:
    other = make.site("chenghai")
    theirs, their_stand = make.sample(sample.listing, other), make.stand(other)
    unknown = scan(bo, "place", as_printed(new_code()), stand=stand.code)
    for code in (theirs.code, their_stand.code):
        answer = scan(bo, "place", as_printed(code), stand=stand.code)
        assert answer["outcome"] == "unknown"
        assert {**answer, "title": ""} == {**unknown, "title": ""}
    assert scan(bo, "place", sample.code, stand=their_stand.code)["outcome"] == "refused"
    assert where(sample) == "A-03-2"
    assert where(theirs) is None


@pytest.mark.parametrize(
    ("text", "outcome", "word"),
    [
        ("6934582710047", "refused", "不是我们的标签"),
        ("https://qr.1688.com/s/AbCd12", "unknown", "不认识"),
        ("https://detail.1688.com/offer/816731226821.html", "refused", "不是我们的标签"),
        ("🐼", "unknown", "不认识"),
        ("", "unknown", "不认识"),
        ("x" * 2_000, "unknown", "不认识"),
        ("'; DROP TABLE samples; --", "unknown", "不认识"),
        ("nul\x00in it", "unknown", "不认识"),
    ],
)
def test_whatever_else_is_scanned_is_answered(bo: Visitor, stand: Stand, text: str, outcome: str, word: str) -> None:
    make.listing(external_id="816731226821")
    answer = scan(bo, "place", text, stand=stand.code)
    assert (answer["outcome"], answer["word"]) == (outcome, word)
    assert answer["reason"]


def test_storing_needs_no_stand_and_can_be_taken_back(bo: Visitor, sample: Sample) -> None:
    answer = scan(bo, "store", sample.code)
    assert (answer["outcome"], answer["word"]) == ("done", "入库了")
    assert where(sample) is None
    assert scan(bo, "store", sample.code)["outcome"] == "already"
    press(bo, answer["undo"])
    assert where(sample) == "A-03-2"
    assert scan(bo, "store", stand_of(sample).code)["word"] == "这是展位"


def test_the_page_begins_where_its_address_says(bo: Visitor, sample: Sample, stand: Stand) -> None:
    page = bo.get(f"/sites/yiwu/floor/place?stand={stand.code}")
    assert "A-04-2" in page.text
    assert f'name="context-stand" value="{stand.code}"' in page.text
    assert "context-stand" not in bo.get(f"/sites/yiwu/floor/place?stand={new_code()}").text


def test_the_same_scan_sent_again_is_answered_as_before(bo: Visitor, sample: Sample, stand: Stand) -> None:
    fields = {"text": sample.code, "context-stand": stand.code, "operation_id": make.operation()}
    path, headers = "/sites/yiwu/floor/place/scans", {"Accept": "application/json"}
    first = bo.submit(path, fields, headers=headers)
    again = bo.submit(path, fields, headers=headers)
    assert first.json is not None
    assert first.json["outcome"] == "done"
    assert again.json == first.json
    assert bo.submit(path, fields | {"text": stand.code}, headers=headers).status_code == 422


def test_an_old_line_of_the_strip_takes_no_later_placing_back(bo: Visitor, sample: Sample, stand: Stand) -> None:
    third = make.stand(sample.site, bay=5)
    first = scan(bo, "place", sample.code, stand=stand.code)
    second = scan(bo, "place", sample.code, stand=third.code)
    answer = bo.submit(first["undo"]["url"], first["undo"]["fields"], headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["error"]["code"] == "moved_since"
    assert where(sample) == "A-05-2"
    press(bo, second["undo"])
    assert where(sample) == "A-04-2"
