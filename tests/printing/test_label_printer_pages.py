"""Labels for printers without a driver, from the print room: who gets them, in which dots, and set as whose printer."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.printing import files
from selection_center.printing.models import FileKind, Printer, PrintRun
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from tests import factories as make
from tests.printing import label_printers, paper
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
ZEBRA = {
    "name": "前台",
    "right": "10",
    "down": "-5",
    "kind": "zpl",
    "dots": "12",
    "speed": "4",
    "darkness": "10",
    "gap": "30",
}


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(visit: Visit, site: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, site))


def samples(site: Site, count: int) -> list[Sample]:
    listing, stand = make.listing(make.supplier(), title='加厚垃圾袋 ^XZ~JA"'), make.stand(site)
    return [make.sample(listing, site, stand) for _ in range(count)]


def printed(ana: Visitor, chosen: list[Sample], **more: Any) -> str:
    sent = {"layout": "label", "medium": "50x30", "sample": [str(one.id) for one in chosen], "prices": "1"}
    answer = ana.submit("/sites/yiwu/prints", sent | more)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_run_on_a_roll_can_be_had_in_either_language(ana: Visitor, site: Site) -> None:
    (sample,) = samples(site, 1)
    run = printed(ana, [sample])
    wanted = f"HTTPS://YP.EXAMPLE.COM/S/{sample.code}"
    zebra = ana.get(f"{run}/file?as=zpl&copies=3")
    assert (zebra.mimetype, zebra.headers["Content-Disposition"].endswith(".zpl")) == ("application/octet-stream", True)
    (label,) = label_printers.zpl(zebra.data)
    assert (label.image.size, label.copies, paper.read_by_both(label.image)) == ((400, 240), 3, [wanted])
    (label,) = label_printers.tspl(ana.get(f"{run}/file?as=tspl&dots=12").data, 12)
    assert (label.image.size, label.copies, paper.read_by_both(label.image)) == ((600, 360), 1, [wanted])
    assert ana.get(f"{run}/file?as=tspl&dots=99&copies=-4").data == ana.get(f"{run}/file?as=tspl").data
    assert ana.get(f"{run}/file?as=svg").data.startswith(b"%PDF")


def test_a_sheet_of_labels_is_for_no_label_printer(ana: Visitor, site: Site) -> None:
    run = printed(ana, samples(site, 1), medium="L7160", **{"as": "zpl"})
    assert db.session.scalars(sa.select(PrintRun)).one().file_kind == "pdf"
    assert ana.get(f"{run}/file?as=zpl").status_code == 404


def test_only_its_people_get_it(visit: Visit, ana: Visitor, site: Site) -> None:
    run = printed(ana, samples(site, 1))
    make.site("chenghai")
    cy = visit(make.user("Cy", Role.MANAGER, db.session.scalars(sa.select(Site).filter_by(slug="chenghai")).one()))
    assert cy.get(f"{run}/file?as=zpl").status_code == 404
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, site))
    assert bo.get(f"{run}/file?as=zpl").status_code == 200


def test_a_printer_says_what_it_takes(ana: Visitor, site: Site) -> None:
    assert ana.submit("/sites/yiwu/printers", ZEBRA).status_code == 303
    (sample,) = samples(site, 1)
    run = printed(ana, [sample], printer="1")
    assert db.session.scalars(sa.select(PrintRun)).one().file_kind == "zpl"
    (label,) = label_printers.zpl(ana.get(f"{run}/file?as=zpl").data)
    assert (label.image.size, label.said["SD"], label.said["PR"]) == ((600, 360), "20", "4")
    straight = printed(ana, [sample], printer="")
    (other,) = label_printers.zpl(ana.get(f"{straight}/file?as=zpl&dots=12").data)
    (x, y, *_qr), (plain_x, plain_y, *_same) = label.codes[0], other.codes[0]
    assert (x - plain_x, y - plain_y) == (12, -6)
    (label,) = label_printers.tspl(ana.get(f"{run}/file?as=tspl").data, 12)
    assert (label.said["GAP"], label.said["DENSITY"], label.said["SPEED"]) == ("3 mm,0 mm", "10", "4")
    printed(ana, [sample], printer="1", **{"as": "tspl"})
    again = ana.submit(f"{run}/repeat", {"what": "all"})
    kinds = [one.file_kind for one in db.session.scalars(sa.select(PrintRun).order_by(PrintRun.id))]
    assert (again.status_code, kinds) == (303, ["zpl", "pdf", "tspl", "zpl"])


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "exe"}, {"dots": "9"}, {"speed": "99"}, {"darkness": "16"}, {"gap": "101"}, {"gap": "x"}, {"dots": ""}],
)
def test_what_no_printer_does_is_refused(ana: Visitor, site: Site, wrong: dict[str, str]) -> None:
    assert ana.submit("/sites/yiwu/printers", ZEBRA | wrong).status_code == 422
    assert db.session.scalars(sa.select(Printer)).all() == []


def test_many_labels_are_set_by_the_job_in_the_language_that_was_asked_for(
    ana: Visitor, site: Site, work: Callable[[], list[str]]
) -> None:
    chosen = samples(site, 12)
    run = printed(ana, chosen, **{"as": "tspl"})
    work()
    paths = [files.Draft.of(db.session.scalars(sa.select(PrintRun)).one(), kind).path for kind in FileKind]
    assert [file.is_file() for file in paths] == [True, False, True]
    labels = label_printers.tspl(ana.get(f"{run}/file?as=tspl").data, 8)
    assert sorted(label.codes[0][4][-11:] for label in labels) == sorted(one.code or "" for one in chosen)
    assert len(label_printers.zpl(ana.get(f"{run}/file?as=zpl").data)) == 12
    old = time.time() - 40 * 24 * 3600
    for file in paths:
        os.utime(file, (old, old))
    db.session.execute(sa.update(PrintRun).values(ready_at=utcnow() - timedelta(days=40)))
    db.session.commit()
    files.delete_old_files()
    assert [file.is_file() for file in paths] == [False, False, False]


def test_the_pages_offer_it_where_the_paper_is_a_roll(ana: Visitor, site: Site) -> None:
    chosen = samples(site, 1)
    assert 'name="as"' in ana.get("/sites/yiwu/print?medium=50x30").text
    assert 'name="as"' not in ana.get("/sites/yiwu/print?medium=L7160").text
    assert 'id="label-printer"' not in ana.get(printed(ana, chosen, medium="L7160")).text
    page = ana.get(f"{printed(ana, chosen)}?lang=en").text
    assert "For a label printer without a driver" in page
    assert "copy /b FILE" in page
    ana.submit("/sites/yiwu/printers", ZEBRA)
    page = ana.get(printed(ana, chosen, printer="1")).text
    assert '<option value="12" selected>300 dpi</option>' in page
    assert 'open id="label-printer"' in page


def test_a_printer_that_is_changed_shows_what_it_was(ana: Visitor, site: Site) -> None:
    ana.submit("/sites/yiwu/printers", ZEBRA)
    seen = db.session.get_one(Printer, 1).mark
    other = ZEBRA | {"kind": "tspl", "speed": "0", "gap": "", "seen": seen}
    assert ana.submit("/printers/1", other).status_code == 303
    kept = db.session.scalars(sa.select(Printer)).one()
    assert (kept.file_kind, kept.dots_per_mm, kept.speed, kept.darkness, kept.gap_tenths) == ("tspl", 12, None, 10, 20)
    page = ana.get("/sites/yiwu/papers").text
    assert '<option selected value="tspl">' in page
    assert '<option selected value="10">10</option>' in page
    wrong = ana.submit("/printers/1?lang=en", ZEBRA | {"gap": "101"})
    assert (wrong.status_code, "At most 100 tenths" in wrong.text) == (422, True)
