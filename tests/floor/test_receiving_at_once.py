"""Several tablets receive at one moment: each piece comes once, each tag hangs once, nothing comes that nobody sent."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples import delivery_queries as queries
from selection_center.samples.deliveries import Delivery
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.samples.tags import Tag, TagState
from tests import factories as make
from tests.floor.scanning import JSON, scan
from tests.promises.wire import at_once
from tests.visitors import Visitor

TABLETS = 6


@pytest.fixture
def delivery(app: Flask) -> Delivery:
    listing = make.listing(make.supplier())
    assert listing.supplier is not None
    return make.delivery(listing.supplier, make.site(), (listing, 2))


@pytest.fixture
def tablets(visit: Callable[..., Visitor], delivery: Delivery) -> list[Visitor]:
    return [visit(make.user(f"Ana-{number}", Role.MANAGER, delivery.site)) for number in range(TABLETS)]


def afresh() -> None:
    db.session.rollback()
    db.session.expire_all()


def received() -> int:
    return db.session.scalar(sa.select(sa.func.count(AuditEntry.id)).filter_by(verb="sample_received")) or 0


def test_one_of_many_receives_a_piece(delivery: Delivery, tablets: list[Visitor]) -> None:
    code = db.session.scalars(delivery.samples()).all()[0].code
    known = {"delivery": str(delivery.id)}
    db.session.commit()
    answers = at_once(TABLETS, lambda number: scan(tablets[number], "receive", code, **known))
    assert Counter(answer["outcome"] for answer in answers) == {"done": 1, "already": TABLETS - 1}
    afresh()
    assert received() == 1
    assert len(db.session.scalars(sa.select(Placement)).all()) == 1
    assert queries.counts_of(delivery).received == 1


def test_the_last_piece_takes_one_of_many_blank_tags(delivery: Delivery, tablets: list[Visitor]) -> None:
    line = delivery.lines[0]
    first = db.session.scalars(delivery.samples()).all()[0]
    first.place_on(None)
    tags = [make.add(Tag.new(delivery.site)) for _tablet in tablets]
    codes, known = [tag.code for tag in tags], {"delivery": str(delivery.id), "line": str(line.id)}
    db.session.commit()
    answers = at_once(TABLETS, lambda number: scan(tablets[number], "receive", codes[number], **known))
    assert Counter(answer["outcome"] for answer in answers) == {"done": 1, "wrong": TABLETS - 1}
    afresh()
    assert Counter(tag.state for tag in tags) == {TagState.BOUND: 1, TagState.BLANK: TABLETS - 1}
    assert queries.counts_of(delivery) == queries.Counts(listed=2, received=2)
    assert received() == 1


def test_one_blank_tag_hangs_on_one_piece(delivery: Delivery, tablets: list[Visitor]) -> None:
    tag = make.add(Tag.new(delivery.site))
    code, known = tag.code, {"delivery": str(delivery.id), "line": str(delivery.lines[0].id)}
    db.session.commit()
    answers = at_once(TABLETS, lambda number: scan(tablets[number], "receive", code, **known))
    assert Counter(answer["outcome"] for answer in answers) == {"done": 1, "already": TABLETS - 1}
    afresh()
    assert queries.counts_of(delivery).received == 1
    assert received() == 1


def test_a_printed_tag_and_a_blank_one_are_two_pieces(delivery: Delivery, tablets: list[Visitor]) -> None:
    """The blank one would stand for the very piece whose printed tag is scanned at that moment."""
    last = db.session.scalars(delivery.samples()).all()[-1]
    tag = make.add(Tag.new(delivery.site))
    codes, known = [last.code, tag.code], {"delivery": str(delivery.id), "line": str(delivery.lines[0].id)}
    db.session.commit()
    answers = at_once(2, lambda number: scan(tablets[number], "receive", codes[number], **known))
    assert [answer["outcome"] for answer in answers] == ["done", "done"]
    afresh()
    assert queries.counts_of(delivery) == queries.Counts(listed=2, received=2)
    assert {tag.state for tag in db.session.scalars(sa.select(Tag).where(Tag.code.in_(codes)))} == {TagState.BOUND}


def test_placing_and_receiving_a_piece_at_once_is_one_arrival(delivery: Delivery, tablets: list[Visitor]) -> None:
    sample, stand = db.session.scalars(delivery.samples()).all()[-1], make.stand(delivery.site)
    tag = make.add(Tag.new(delivery.site))
    code, blank, at = sample.code, tag.code, stand.code
    known = {"delivery": str(delivery.id), "line": str(delivery.lines[0].id)}
    db.session.commit()
    at_once(
        2,
        lambda number: (
            scan(tablets[0], "place", code, stand=at) if number else scan(tablets[1], "receive", blank, **known)
        ),
    )
    afresh()
    counts = queries.counts_of(delivery)
    assert (counts.listed, counts.received + counts.missing) == (2, 2)
    open_stays = sa.select(sa.func.count(Placement.id)).where(Placement.ended_at.is_(None))
    assert db.session.scalar(open_stays) == counts.received


def test_closing_and_receiving_at_once_agree(delivery: Delivery, tablets: list[Visitor]) -> None:
    """What came before the closing is here; what came after was given up, and the tablet says so."""
    code, page = db.session.scalars(delivery.samples()).all()[0].code, f"/deliveries/{delivery.id}/closing"
    known = {"delivery": str(delivery.id)}
    db.session.commit()

    def act(number: int) -> Any:
        if number:
            return tablets[0].submit(page, {"missing": "give_up"}, headers=JSON).json
        return scan(tablets[1], "receive", code, **known)

    scanned, _closed = at_once(2, act)
    afresh()
    sample = db.session.scalars(delivery.samples()).all()[0]
    assert (sample.state is SampleState.HERE) == (scanned["outcome"] == "done")
    counts = queries.counts_of(delivery)
    assert (counts.missing, counts.received + counts.given_up) == (0, 2)


def test_a_piece_is_taken_back_once(delivery: Delivery, tablets: list[Visitor]) -> None:
    sample = db.session.scalars(delivery.samples()).all()[0]
    sample.place_on(None)
    page = f"/samples/{sample.id}/receipt/reversal"
    db.session.commit()
    answers = at_once(TABLETS, lambda number: tablets[number].submit(page, headers=JSON).status_code)
    assert Counter(answers) == {200: 1, 409: TABLETS - 1}
    afresh()
    assert db.session.get_one(Sample, sample.id).state is SampleState.EXPECTED
    assert db.session.scalars(sa.select(Placement)).all() == []


def add_at_once(delivery: Delivery, tablets: list[Visitor]) -> tuple[int, int]:
    """Each tablet puts three more pieces on the line: how many the list says, and how many samples there are."""
    page, offer = f"/deliveries/{delivery.id}/lines", delivery.lines[0].listing
    fields = {"offer": offer.id, "style": offer.skus[0].id, "pieces": "3"}
    db.session.commit()
    at_once(TABLETS, lambda number: tablets[number].submit(page, fields, headers=JSON).status_code)
    afresh()
    return delivery.lines[0].pieces, len(db.session.scalars(delivery.samples()).all())


def test_lists_written_at_once_add_up(delivery: Delivery, tablets: list[Visitor]) -> None:
    assert add_at_once(delivery, tablets) == (2 + 3 * TABLETS, 2 + 3 * TABLETS)


def test_lists_written_at_once_would_overtake_without_the_lock(
    delivery: Delivery, tablets: list[Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    monkeypatch.setattr(Delivery, "hold", lambda _delivery: None)
    for _try in range(5):
        before = delivery.lines[0].pieces
        pieces, samples = add_at_once(delivery, tablets)
        if pieces != samples or pieces != before + 3 * TABLETS:
            return
    pytest.fail("five times in a row nothing overtook")
