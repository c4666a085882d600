"""Part-used sheets: any cell may be gone, what is left is remembered and filled first, what failed gives back."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core import jobs
from selection_center.core.db import db
from selection_center.core.jobs import JobRun
from selection_center.core.permissions import Role
from selection_center.printing.begun_sheets import begun_at
from selection_center.printing.models import BegunSheet, PrintedItem, PrintRun, PrintState
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from tests import factories as make
from tests.printing import paper
from tests.printing.test_print_pages import PRINT, PRINTS, file_of, form, last_run
from tests.promises.wire import at_once
from tests.statements import asked
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(visit: Visit, site: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, site))


@pytest.fixture
def samples(site: Site) -> list[Sample]:
    offer = make.listing(make.supplier())
    return [make.sample(offer, site, make.stand(site, bay=number)) for number in range(1, 31)]


def places(run: PrintRun) -> list[tuple[int | None, int | None]]:
    return [(item.page, item.position) for item in run.items]


def left(site: Site) -> list[tuple[str, int]]:
    db.session.expire_all()
    return [(known.sheet.name, known.left) for known in begun_at(site)]


def test_what_a_print_leaves_is_offered_and_filled_first(ana: Visitor, site: Site, samples: list[Sample]) -> None:
    ana.submit(PRINTS, form(*samples[:3], used=["2", "5", "6"], rest_name="2 号纸盒"))
    assert places(last_run()) == [(1, 1), (1, 3), (1, 4)]
    assert left(site) == [("2 号纸盒", 15)]
    page = ana.get(f"{PRINT}?lang=en").text
    assert "L7160 / J8160 in 2 号纸盒, 15 left" in page
    assert page.count('checked disabled aria-label="Cell') == 6
    sheet = db.session.scalars(sa.select(BegunSheet)).one()
    ana.submit(PRINTS, form(*samples[:2], sheet=str(sheet.id)))
    assert places(last_run()) == [(1, 7), (1, 8)]
    assert left(site) == [("2 号纸盒", 13)]
    pdf = file_of(ana, last_run())
    assert len(paper.codes_on(pdf)) == 2
    said = ana.get(f"/prints/{last_run().id}?lang=en").text
    assert "Put in first: the begun sheet from 2 号纸盒. Cells 1–6 are gone." in said
    assert "13 cells of the last sheet" in said


def test_many_begun_sheets_take_as_few_queries_as_one(site: Site) -> None:
    user = make.user("Bo", Role.MANAGER, site)
    taken: list[int] = []
    for count in (1, 10):
        for number in range(len(begun_at(site)), count):
            sheet = make.add(BegunSheet(site=site, medium="L7160", used=[1]))
            made = {"layout": "label", "medium": "L7160", "used": [1], "state": PrintState.READY, "pages": 1}
            run = make.add(PrintRun(site=site, user=user, sheet=sheet, **made))
            make.add(PrintedItem(run=run, number=1, code="", page=1, position=2 + number, values={}))
        db.session.commit()
        with asked() as sent:
            assert [known.left for known in begun_at(site)] == [19] * count
        taken.append(len(sent))
    assert taken[0] == taken[1]


def test_a_full_sheet_is_forgotten_and_the_next_ones_rest_is_kept(
    ana: Visitor, site: Site, samples: list[Sample], work: Callable[[], None]
) -> None:
    ana.submit(PRINTS, form(*samples[:20], rest_name="架上"))
    sheet = db.session.scalars(sa.select(BegunSheet)).one()
    assert left(site) == [("架上", 1)]
    ana.submit(PRINTS, form(*samples[:3], sheet=str(sheet.id), rest_name="架上"))
    assert left(site) == []
    work()
    assert places(last_run()) == [(1, 21), (2, 1), (2, 2)]
    assert left(site) == [("架上", 19)]
    assert sheet.ended_at is not None


def test_a_stopped_print_gives_its_cells_back(
    ana: Visitor, site: Site, samples: list[Sample], work: Callable[[], None]
) -> None:
    ana.submit(PRINTS, form(*samples[:10]))
    sheet = db.session.scalars(sa.select(BegunSheet)).one()
    ana.submit(PRINTS, form(*samples[:15], sheet=str(sheet.id)))
    assert left(site) == [], "reserved while it waits"
    refused = ana.submit(PRINTS, form(samples[0], sheet=str(sheet.id)))
    assert refused.status_code == 303
    assert places(last_run()) == [(1, 1)], "a sheet without cells is not there: a new one"
    waiting = db.session.scalars(sa.select(PrintRun).filter_by(state=PrintState.WAITING)).one()
    job = db.session.scalars(sa.select(JobRun).filter_by(key=f"print-{waiting.id}")).one()
    ana.submit(f"/jobs/{job.id}/cancellation")
    work()
    assert left(site) == [("", 11), ("", 20)]


def test_a_failed_print_gives_its_cells_back(ana: Visitor, site: Site, samples: list[Sample]) -> None:
    ana.submit(PRINTS, form(samples[0]))
    sheet = db.session.scalars(sa.select(BegunSheet)).one()
    odd = make.sample(make.listing(make.supplier("另一家"), title="\U0001f9e7"), site)
    ana.submit(PRINTS, form(odd, sheet=str(sheet.id)))
    assert last_run().state is PrintState.FAILED
    assert left(site) == [("", 20)]


def test_refused_items_take_no_cell(ana: Visitor, site: Site, samples: list[Sample]) -> None:
    odd = make.sample(make.listing(make.supplier("另一家"), title="\U0001f9e7"), site)
    ana.submit(PRINTS, form(odd, *samples[:2]))
    assert left(site) == [("", 19)]


def test_a_sheet_is_named_thrown_away_and_nobody_elses(
    visit: Visit, ana: Visitor, site: Site, samples: list[Sample]
) -> None:
    ana.submit(PRINTS, form(samples[0]))
    sheet = db.session.scalars(sa.select(BegunSheet)).one()
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    assert cy.submit(f"/begun-sheets/{sheet.id}/end").status_code == 404
    foreign = make.sample(samples[0].listing, db.session.scalars(sa.select(Site).filter_by(slug="chenghai")).one())
    cy.submit("/sites/chenghai/prints", form(foreign, sheet=str(sheet.id)))
    assert (last_run().sheet_id, places(last_run())) == (None, [(1, 1)])
    ana.submit(f"/begun-sheets/{sheet.id}/name", {"name": "抽屉"})
    assert left(site) == [("抽屉", 20)]
    assert ana.submit(f"/begun-sheets/{sheet.id}/end").status_code == 303
    assert left(site) == []


def test_all_cells_gone_is_refused(ana: Visitor, samples: list[Sample]) -> None:
    answer = ana.submit(PRINTS, form(samples[0], used=[str(number) for number in range(1, 22)]))
    assert answer.status_code == 409
    assert db.session.scalar(sa.select(sa.func.count(PrintRun.id))) == 0


def test_a_label_printer_leaves_nothing(ana: Visitor, site: Site, samples: list[Sample]) -> None:
    ana.submit(PRINTS, form(samples[0], medium="50x30", used=["1"]))
    assert (last_run().state, last_run().used) == (PrintState.READY, [])
    assert left(site) == []


def test_nobody_prints_on_a_cell_that_another_one_takes_at_the_same_moment(
    visit: Visit, site: Site, samples: list[Sample]
) -> None:
    people = 6
    begun = make.add(BegunSheet(site=site, medium="L7160", name="", used=list(range(1, 22 - people))))
    visitors = [visit(make.user(f"Ana-{number}", Role.MANAGER, site)) for number in range(people)]
    sent = [form(samples[number], sheet=str(begun.id)) for number in range(people)]
    db.session.commit()
    answers = at_once(people, lambda number: visitors[number].submit(PRINTS, sent[number]).status_code)
    assert answers == [303] * people
    db.session.rollback()
    db.session.expire_all()
    taken = [places(run) for run in db.session.scalars(sa.select(PrintRun))]
    assert sorted(taken) == [[(1, position)] for position in range(22 - people, 22)]
    assert left(site) == []


def test_a_stopped_print_that_is_tried_again_takes_what_is_left_by_then(
    ana: Visitor, samples: list[Sample], work: Callable[[], None]
) -> None:
    ana.submit(PRINTS, form(*samples[:10]))
    sheet = db.session.scalars(sa.select(BegunSheet)).one()
    ana.submit(PRINTS, form(*samples[:15], sheet=str(sheet.id)))
    stopped = last_run()
    job = db.session.scalars(sa.select(JobRun).filter_by(key=f"print-{stopped.id}")).one()
    ana.submit(f"/jobs/{job.id}/cancellation")
    work()
    ana.submit(PRINTS, form(*samples[:2], sheet=str(sheet.id)))
    assert places(last_run()) == [(1, 11), (1, 12)]
    jobs.retry(job)
    db.session.commit()
    work()
    db.session.expire_all()
    assert places(stopped)[:2] == [(1, 13), (1, 14)]
    assert places(stopped)[8:10] == [(1, 21), (2, 1)]
