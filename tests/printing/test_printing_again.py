"""Print runs that are kept: what jammed again as it was, what differs from today, files for thirty days."""

import os
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.printing import files
from selection_center.printing.models import PrintRun, PrintState
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from tests import factories as make
from tests.printing import paper
from tests.printing.test_print_pages import PRINTS, file_of, form, last_run
from tests.printing.test_relabel import PATH, hung, print_labels
from tests.visitors import Visitor


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(visit: Callable[..., Visitor], site: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, site))


@pytest.fixture
def samples(site: Site) -> list[Sample]:
    return [hung(site, title, "A", number) for number, title in enumerate(("甲", "乙", "丙"), 1)]


def test_what_jammed_comes_out_as_it_was(ana: Visitor, samples: list[Sample]) -> None:
    ana.submit(PRINTS, form(*samples))
    run = last_run()
    samples[1].listing.tiers[0].price_fen = 1990
    db.session.commit()
    page = ana.get(f"/prints/{run.id}?lang=en").text
    assert "1 of these says today something else" in page
    assert "¥19.90" in page
    ana.submit(f"/prints/{run.id}/repeat", {"what": "ticked", "item": ["2", "3", "99"]})
    again = last_run()
    assert [item.sample_id for item in again.items] == [samples[1].id, samples[2].id]
    assert [item.values for item in again.items] == [
        item.values for item in db.session.get_one(PrintRun, run.id).items[1:]
    ]
    assert "¥19.90" not in paper.words(file_of(ana, again))
    ana.submit(f"/prints/{run.id}/repeat", {"what": "all"})
    assert [item.values["price"] for item in last_run().items] == ["¥12.80"] * 3
    ana.submit(f"/prints/{run.id}/repeat", {"what": "today"})
    assert [item.values["price"] for item in last_run().items] == ["¥12.80", "¥19.90", "¥12.80"]
    count = db.session.scalar(sa.select(sa.func.count(PrintRun.id)))
    assert ana.submit(f"/prints/{run.id}/repeat", {"what": "ticked"}).status_code == 409
    assert db.session.scalar(sa.select(sa.func.count(PrintRun.id))) == count


def test_a_batch_that_jammed_is_set_by_its_job_as_it_was(ana: Visitor, site: Site, work: Callable[[], None]) -> None:
    offer = make.listing(make.supplier())
    pieces = [make.sample(offer, site, make.stand(site, bay=number)) for number in range(1, 25)]
    ana.submit(PRINTS, form(*pieces))
    work()
    first = last_run()
    offer.tiers[0].price_fen = 1990
    db.session.commit()
    ana.submit(f"/prints/{first.id}/repeat", {"what": "all"})
    work()
    assert (last_run().state, {item.values["price"] for item in last_run().items}) == (PrintState.READY, {"¥12.80"})


def test_files_go_after_thirty_days_and_the_values_stay(ana: Visitor, samples: list[Sample]) -> None:
    ana.submit(PRINTS, form(samples[0]))
    old = last_run()
    file_of(ana, old)
    ana.submit(PRINTS, form(samples[1]))
    young = last_run()
    file_of(ana, young)
    gone, kept = files.Draft.of(old).path, files.Draft.of(young).path
    draft = gone.parent / "tmpabc123"
    draft.write_bytes(b"")
    for file in (gone, kept, draft):
        os.utime(file, (time.time() - 3 * 86400,) * 2)
    db.session.execute(
        sa.update(PrintRun).filter_by(id=old.id).values(ready_at=utcnow() - timedelta(days=30, minutes=1))
    )
    db.session.commit()
    files.delete_old_files()
    assert [file.exists() for file in (gone, kept, draft)] == [False, True, False]
    page = ana.get(f"/prints/{old.id}?lang=en").text
    assert "The file was deleted after 30 days." in page
    assert 'href="#print-again"' in page
    assert "¥12.80" in page
    assert ana.get(f"/prints/{old.id}/file").location == f"/prints/{old.id}"
    assert not gone.exists()
    assert ana.submit(f"/prints/{old.id}/repeat", {"what": "all"}).status_code == 303
    assert file_of(ana, last_run()).startswith(b"%PDF")


def test_a_file_that_is_lost_is_said_to_be_and_set_anew(
    ana: Visitor, site: Site, work: Callable[[], list[str]]
) -> None:
    offer = make.listing(make.supplier())
    pieces = [make.sample(offer, site, make.stand(site, bay=number)) for number in range(1, 25)]
    ana.submit(PRINTS, form(*pieces))
    work()
    run = last_run()
    show, words = f"/prints/{run.id}", "Its file is not there any more."
    assert words not in ana.get(f"{show}?lang=en").text
    files.Draft.of(run).path.unlink()
    page = ana.get(ana.get(f"{show}/file?lang=en").location).text
    assert words in page
    assert f'href="{show}/file"' not in page, "no way back to where one came from"
    assert ana.submit(f"{show}/file", {"as": "pdf"}).location == show
    assert words not in ana.get(show).text, "it is being set"
    work()
    assert f'href="{show}/file"' in ana.get(show).text
    assert paper.page_count(file_of(ana, run)) == 2
    assert db.session.scalar(sa.select(sa.func.count(PrintRun.id))) == 1
    files.Draft.of(run).path.unlink()
    assert words in ana.get(show).text, "and once more"
    ana.submit(f"{show}/file", {"as": "pdf"})
    work()
    assert file_of(ana, run).startswith(b"%PDF")


def test_one_button_prints_exactly_what_is_stale_as_one_walks(ana: Visitor, site: Site) -> None:
    far, near, fine = hung(site, "远", "B", 1), hung(site, "近", "A", 2), hung(site, "好", "A", 1)
    other = hung(site, "另", "A", 3)
    print_labels(ana, far, near, fine)
    print_labels(ana, other, medium="50x30", language="en")
    for sample in (far, near, other):
        make.reprice(sample.listing, 1390)
    db.session.commit()
    assert "Print all 3 now" in ana.get(PATH).text
    before = last_run().id
    assert ana.submit("/sites/yiwu/relabel").location == "/sites/yiwu/prints"
    runs = db.session.scalars(sa.select(PrintRun).where(PrintRun.id > before).order_by(PrintRun.medium.desc())).all()
    assert [(run.medium, run.language) for run in runs] == [("L7160", "zh"), ("50x30", "en")]
    assert [[item.sample_id for item in run.items] for run in runs] == [[near.id, far.id], [other.id]]
    assert "Every label says what is so." in ana.get(PATH).text
    assert runs[0].sheet is not None, "the sheet that the first print began"
    assert ana.submit("/sites/yiwu/relabel").status_code == 409
