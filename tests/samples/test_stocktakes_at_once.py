"""Several people and tablets on one count, over real HTTP: nothing counts twice, a manager's word has one effect."""

from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from selection_center.accounts.models import SignIn
from selection_center.core.codes import format_code
from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from selection_center.samples.models import Placement, Sample
from selection_center.samples.sightings import Sighting
from selection_center.samples.stocktake_changes import StocktakeChange
from selection_center.samples.stocktakes import Stocktake
from selection_center.samples.tag_findings import TagFinding
from tests import factories as make
from tests.promises.town import Person
from tests.promises.wire import Wire, at_once
from tests.servers import LiveServer

TABLETS = 8


class Hall:
    """Two stands with ten samples on the first, a running count of the site, and a tablet for each person."""

    def __init__(self, server: LiveServer) -> None:
        self.site = make.site()
        self.here, self.there = make.stand(self.site, level=1), make.stand(self.site, level=2)
        listing = make.listing(make.supplier())
        self.samples = [make.sample(listing, self.site, self.here) for _ in range(10)]
        self.count = Stocktake.begin(self.site, None)
        db.session.flush()
        people = [make.user(f"Bo{n}", Role.MANAGER, self.site) for n in range(TABLETS)]
        self.wires = [
            Wire(server, Person(who.name, f"tablet-{who.name}", who, SignIn.start(who, "tests"))) for who in people
        ]
        db.session.commit()
        self.codes = [format_code(sample.code or "") for sample in self.samples]
        self.path, self.scans = f"/stocktakes/{self.count.id}", "/sites/yiwu/floor/count/scans"
        self.context = {"context-stocktake": str(self.count.id)}
        self.stands = (self.here.code, self.there.code)
        db.session.commit()

    def scan(self, tablet: int, text: str, stand: str) -> int:
        return self.wires[tablet].submit(self.scans, {"text": text, "context-stand": stand, **self.context}).status


@pytest.fixture
def hall(live_server: LiveServer) -> Hall:
    with writing():
        return Hall(live_server)


def how_many(condition: sa.ColumnElement[bool]) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(Sighting.id)).where(condition)) or 0


def test_many_tablets_scan_the_same_samples_and_each_counts_once(hall: Hall) -> None:
    def everything(tablet: int) -> list[int]:
        return [hall.scan(tablet, code, hall.stands[0]) for code in hall.codes[tablet:] + hall.codes[:tablet]]

    statuses = Counter(status for told in at_once(TABLETS, everything) for status in told)
    assert set(statuses) == {303}
    assert how_many(Sighting.sample_id.is_not(None)) == 10  # no second sighting, not even one that ended


def test_seen_at_two_stands_at_once_one_of_them_counts(hall: Hall) -> None:
    at_once(TABLETS, lambda tablet: hall.scan(tablet, hall.codes[0], hall.stands[tablet % 2]))
    one = Sighting.sample_id == hall.samples[0].id
    assert how_many(sa.and_(one, Sighting.ended_at.is_(None))) == 1


def test_one_sticker_seen_by_many_is_one_finding(hall: Hall) -> None:
    at_once(TABLETS, lambda tablet: hall.scan(tablet, "https://pay.example.net/x", hall.stands[0]))
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(TagFinding.id))) == 1


def test_counting_and_closing_at_once_leave_nothing_counted_after_the_end(hall: Hall) -> None:
    def work(tablet: int) -> int:
        if tablet == 0:
            return hall.wires[0].submit(f"{hall.path}/closing", {}).status
        return hall.scan(tablet, hall.codes[tablet], hall.stands[0])

    assert set(at_once(TABLETS, work)) <= {302, 303}  # whoever came too late is led to the count's own page: 302
    db.session.rollback()
    closed_at = db.session.scalar(sa.select(Stocktake.closed_at))
    assert closed_at is not None
    assert how_many(Sighting.at > closed_at) == 0


def test_two_managers_and_many_presses_apply_once(hall: Hall, live_server: LiveServer) -> None:
    for code in hall.codes[:5]:
        hall.scan(0, code, hall.stands[1])
    assert hall.wires[0].submit(f"{hall.path}/closing", {}).status == 303
    form = {f"choice-{sample.id}": "placed" for sample in hall.samples[:5]}
    form |= {f"choice-{sample.id}": "lost" for sample in hall.samples[5:8]}
    db.session.rollback()
    answers = at_once(
        TABLETS, lambda tablet: hall.wires[tablet].submit(f"{hall.path}/application", form, page=hall.path)
    )
    assert {answer.status for answer in answers} == {303}
    assert Counter("kind=changes" in answer.location for answer in answers) == {True: 1, False: TABLETS - 1}
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(StocktakeChange.id))) == 8
    moved = sa.select(sa.func.count(Placement.id)).where(Placement.stand_id == hall.there.id)
    assert db.session.scalar(moved) == 5
    assert db.session.scalar(sa.select(sa.func.count(Sample.id)).where(Sample.retired_at.is_not(None))) == 3
    log = Path(live_server.log).read_text()
    assert "deadlock" not in log
    assert "locked" not in log
