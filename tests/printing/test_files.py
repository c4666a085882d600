"""Files for label printers of long prints: a job sets each once, for all who ask, and it is kept like the PDF."""

import re
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core import jobs
from selection_center.core.db import db, utcnow
from selection_center.core.jobs import JobRun, JobState
from selection_center.core.permissions import Role
from selection_center.printing import drawing, files
from selection_center.printing.models import FileKind, PrintedItem, Printer, PrintRun, PrintState
from selection_center.sites.models import Site
from tests import factories as make
from tests.printing import label_printers
from tests.printing.test_labels import values
from tests.visitors import Visitor

LABELS = 24
SETTING = {"as": "zpl", "dots": "12", "copies": "2"}


@pytest.fixture
def site(app: Flask) -> Site:
    """Whose prints have no files of other tests' prints that said the same."""
    for file in files.folder().glob("*"):
        file.unlink()
    return make.site()


@pytest.fixture
def ana(visit: Callable[..., Visitor], site: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, site))


def printed(site: Site, count: int) -> PrintRun:
    """A print on a roll that is ready."""
    run = PrintRun(site=site, user=make.user("Bo", Role.FLOOR_STAFF, site), layout="label", medium="40x30", pages=count)
    run.state, run.ready_at = PrintState.READY, utcnow()
    for number in range(1, count + 1):
        said = values(number)
        code = said["code"].replace("-", "")
        run.items.append(PrintedItem(number=number, code=code, values=said, page=number, position=1))
    db.session.add(run)
    db.session.commit()
    return run


def work_of(run: PrintRun) -> list[JobRun]:
    db.session.rollback()
    found = sa.select(JobRun).where(JobRun.key.startswith(f"print-{run.id}-")).order_by(JobRun.id)
    return list(db.session.scalars(found))


def left_in_folder(run: PrintRun) -> list[str]:
    return sorted(file.name for file in files.folder().glob("*") if re.match(rf"{run.id}-|tmp", file.name))


@pytest.fixture
def run(site: Site) -> PrintRun:
    return printed(site, LABELS)


def test_a_request_for_2400_labels_returns_at_once(ana: Visitor, site: Site) -> None:
    run = printed(site, 2400)
    begun = time.process_time()
    answer = ana.submit(f"/prints/{run.id}/file", SETTING)
    assert time.process_time() - begun < 2, "setting them takes ten times as long"
    assert answer.location == f"/prints/{run.id}#label-printer"
    assert [(work.state, work.total) for work in work_of(run)] == [(JobState.WAITING, 2400)]
    assert left_in_folder(run) == []
    page = ana.get(f"/prints/{run.id}?lang=en").text
    assert "0 / 2400" in page
    assert f"/jobs/{work_of(run)[0].id}/cancellation" in page


def test_two_who_ask_at_once_get_one_file(
    visit: Callable[..., Visitor], ana: Visitor, run: PrintRun, work: Callable[[], list[str]]
) -> None:
    gil = visit(make.user("Gil", Role.CASHIER, run.site))
    path = f"/prints/{run.id}/file"
    query = "as=zpl&dots=12&copies=2"
    assert ana.get(f"{path}?{query}").location == f"/prints/{run.id}", "a look makes none"
    for visitor in (ana, gil):
        assert visitor.submit(path, SETTING).location == f"/prints/{run.id}#label-printer"
    assert len(work()) == 1
    (done,) = work_of(run)
    assert (done.state, done.done, done.total) == (JobState.DONE, LABELS, LABELS)
    for visitor in (ana, gil):
        labels = label_printers.zpl(visitor.get(f"{path}?{query}").data)
        assert [(label.copies, label.image.size) for label in labels] == [(2, (480, 360))] * LABELS
        assert query in visitor.get(f"/prints/{run.id}").text.replace("&amp;", "&")
    kept = left_in_folder(run)
    assert ana.submit(path, SETTING).location == f"{path}?{query}"
    assert ana.submit(path, SETTING | {"as": "tspl"}).location == f"/prints/{run.id}#label-printer"
    work()
    assert len(left_in_folder(run)) == len(kept) + 1
    assert len(label_printers.tspl(ana.get(f"{path}?as=tspl&dots=12&copies=2").data, 12)) == LABELS


def test_a_short_one_comes_at_once(ana: Visitor, site: Site) -> None:
    run = printed(site, files.PAGES_AT_ONCE[FileKind.ZPL])
    answer = ana.submit(f"/prints/{run.id}/file", SETTING)
    assert answer.location == f"/prints/{run.id}/file?as=zpl&dots=12&copies=2"
    assert len(label_printers.zpl(ana.get(answer.location).data)) == 20
    assert work_of(run) == []


def test_only_its_people_may_ask(visit: Callable[..., Visitor], run: PrintRun) -> None:
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    assert cy.submit(f"/prints/{run.id}/file", SETTING).status_code == 404
    eve = visit(make.user("Eve", Role.SUPPLIER, supplier=make.supplier()))
    assert eve.submit(f"/prints/{run.id}/file", SETTING).status_code == 403
    assert work_of(run) == []


def test_a_worker_that_dies_does_not_lose_it(ana: Visitor, run: PrintRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a kill leaves: a job that still runs, and no file. Whoever takes it over sets it from the first label on."""
    ana.submit(f"/prints/{run.id}/file", SETTING)
    key = work_of(run)[0].key

    def killed(page: int) -> None:
        raise SystemExit(page)

    monkeypatch.setattr(drawing, "HEARD_EACH", 8)
    with monkeypatch.context() as patched:
        patched.setattr(JobRun, "advance", lambda _self, page: killed(page))
        with pytest.raises(SystemExit):
            jobs.perform(key)
    assert (work_of(run)[0].state, left_in_folder(run)) == (JobState.RUNNING, [])
    jobs.perform(key)
    assert (work_of(run)[0].state, len(left_in_folder(run))) == (JobState.DONE, 1)
    assert len(label_printers.zpl(ana.get(f"/prints/{run.id}/file?as=zpl&dots=12&copies=2").data)) == LABELS


def test_one_that_is_stopped_can_be_asked_for_again(
    ana: Visitor, run: PrintRun, work: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana.submit(f"/prints/{run.id}/file", SETTING)
    monkeypatch.setattr(drawing, "HEARD_EACH", 8)
    heard: list[int] = []

    def stop(self: JobRun, page: int, _total: int | None = None) -> None:
        heard.append(page)
        if page == 16:
            raise jobs.Cancelled(self.key)

    with monkeypatch.context() as patched:
        patched.setattr(JobRun, "advance", stop)
        work()
    assert (heard, work_of(run)[0].state, left_in_folder(run)) == ([8, 16], JobState.CANCELLED, [])
    ana.submit(f"/prints/{run.id}/file", SETTING)
    work()
    assert [one.state for one in work_of(run)] == [JobState.DONE]
    (files.folder() / left_in_folder(run)[0]).unlink()
    ana.submit(f"/prints/{run.id}/file", SETTING)
    work()
    assert ([one.turn for one in work_of(run)], len(left_in_folder(run))) == ([3], 1), "a lost file is set anew"


def test_what_was_set_for_a_printer_that_changed_is_not_offered(
    ana: Visitor, run: PrintRun, work: Callable[[], list[str]]
) -> None:
    ana.submit("/sites/yiwu/printers", {"name": "前台", "right": "0", "down": "0", "kind": "zpl", "dots": "8"})
    run.printer_id = 1
    ana.submit(f"/prints/{run.id}/file", SETTING)
    work()
    assert 'id="file-' in ana.get(f"/prints/{run.id}").text
    darker = {"name": "前台", "right": "0", "down": "0", "kind": "zpl", "dots": "8", "darkness": "9"}
    assert ana.submit("/printers/1", darker | {"seen": db.session.get_one(Printer, 1).mark}).status_code == 303
    assert 'id="file-' not in ana.get(f"/prints/{run.id}").text
    ana.submit(f"/prints/{run.id}/file", SETTING)
    work()
    (label, *_others) = label_printers.zpl(ana.get(f"/prints/{run.id}/file?as=zpl&dots=12&copies=2").data)
    assert label.said["SD"] == "18"
