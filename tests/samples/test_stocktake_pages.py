"""The pages of a count: beginning one, its numbers, its end, a manager's word, and the report."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook

from selection_center.core.audit import AuditEntry
from selection_center.core.codes import new_code
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.samples.models import Placement, Sample
from selection_center.samples.sightings import Sighting, SightingKind
from selection_center.samples.stocktake_changes import StocktakeChange
from selection_center.samples.stocktakes import Stocktake
from selection_center.samples.tag_findings import TagFinding
from selection_center.samples.tags import Tag
from selection_center.sites.models import Site, Stand
from tests import factories as make
from tests.printing import paper
from tests.statements import asked
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
HOSTILE = "=cmd|'/c calc'!A1"


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def stand(site: Site) -> Stand:
    return make.stand(site, level=1)


@pytest.fixture
def other(site: Site, stand: Stand) -> Stand:
    return make.stand(site, level=2)


@pytest.fixture
def samples(site: Site, stand: Stand, other: Stand) -> list[Sample]:
    """Three on the first stand, one on the other."""
    listing = make.listing(make.supplier(), title="垃圾袋")
    return [make.sample(listing, site, on) for on in (stand, stand, stand, other)]


@pytest.fixture
def bo(visit: Visit, site: Site) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, site))


@pytest.fixture
def ana(visit: Visit, site: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, site))


def begun(bo: Visitor, **form: Any) -> Stocktake:
    assert bo.submit("/sites/yiwu/stocktakes", {"scope": "site"} | form).status_code == 303
    db.session.expire_all()
    return db.session.scalars(sa.select(Stocktake).order_by(Stocktake.id.desc())).first() or pytest.fail("no count")


def see(count: Stocktake, sample: Sample, at: Stand, kind: SightingKind = SightingKind.SCANNED) -> Sighting:
    return Sighting.see(count, sample, at, None, kind)[0]


def test_a_count_begins_with_a_scope_and_leads_to_scanning(bo: Visitor, samples: list[Sample], stand: Stand) -> None:
    page = bo.get("/sites/yiwu/stocktakes?lang=en").text
    assert "Nothing is being counted now" in page
    assert bo.submit("/sites/yiwu/stocktakes", {"scope": "stand", "stand": "Z-99-9"}).status_code == 422
    assert bo.submit("/sites/yiwu/stocktakes", {"scope": "zone", "zone": "987654"}).status_code == 422
    assert bo.submit("/sites/yiwu/stocktakes", {"scope": "moon"}).status_code == 422
    zone = stand.bay.zone_id
    answer = bo.submit("/sites/yiwu/stocktakes", {"scope": "zone", "zone": str(zone), "blind": "y"})
    count = db.session.scalars(sa.select(Stocktake)).one()
    assert answer.location == f"/sites/yiwu/floor/count?stocktake={count.id}"
    assert (count.zone_id, count.stand_id, count.is_blind) == (zone, None, True)
    assert "Zone A" in bo.get("/sites/yiwu/stocktakes?lang=en").text
    refused = bo.submit("/sites/yiwu/stocktakes", {"scope": "stand", "stand": stand.address})
    assert refused.status_code == 409


def test_a_stands_own_page_offers_to_count_it(bo: Visitor, samples: list[Sample], stand: Stand) -> None:
    page = bo.get(f"/sites/yiwu/stocktakes?stand={stand.address}").text
    assert f'value="{stand.address}"' in page
    count = begun(bo, scope="stand", stand=stand.address)
    assert count.stand_id == stand.id


def test_the_count_shows_its_numbers_and_they_follow(
    bo: Visitor, samples: list[Sample], stand: Stand, other: Stand
) -> None:
    count = begun(bo)
    path = f"/stocktakes/{count.id}"
    assert "0 / 4" in bo.get(path).text
    numbers = bo.get(f"{path}/totals")
    assert bo.get(f"{path}/totals", headers={"If-None-Match": numbers.headers["ETag"]}).status_code == 304
    see(count, samples[0], stand)
    see(count, samples[1], other)
    assert "2 / 4" in bo.get(f"{path}/totals", headers={"If-None-Match": numbers.headers["ETag"]}).text
    assert samples[1].tag is not None
    assert samples[1].tag.shown in bo.get(f"{path}?kind=wrong_place").text
    for kind in ("missing", "unexpected", "seen", "moved", "lent", "unknown", "stickers", "stands", "changes", "x"):
        assert bo.get(f"{path}?kind={kind}&page=2").status_code == 200, kind


def test_a_torn_label_is_ticked_by_hand(bo: Visitor, samples: list[Sample], stand: Stand, app: Flask) -> None:
    count = begun(bo)
    form = {"sample": str(samples[0].id), "stand": stand.code}
    for wrong in ({"sample": "x"}, {"sample": "987654"}, {"stand": "Z-99-9"}, {"stand": ""}):
        assert bo.submit(f"/stocktakes/{count.id}/sightings", form | wrong).status_code == 409
    answer = bo.submit(f"/stocktakes/{count.id}/sightings", form)
    assert answer.location == f"/sites/yiwu/floor/count?stocktake={count.id}&stand={stand.code}"
    sighting = db.session.scalars(sa.select(Sighting)).one()
    assert (sighting.kind, sighting.sample_id) == (SightingKind.TICKED, samples[0].id)
    assert "Ticked by hand" in bo.get(f"/stocktakes/{count.id}?kind=seen&lang=en").text
    elsewhere = make.sample(samples[0].listing, make.site("chenghai"))
    assert bo.submit(f"/stocktakes/{count.id}/sightings", form | {"sample": str(elsewhere.id)}).status_code == 409


def test_what_was_seen_can_be_taken_back_put_back_and_moved(
    bo: Visitor, samples: list[Sample], stand: Stand, other: Stand
) -> None:
    count = begun(bo)
    wrong, moved, mistaken = see(count, samples[0], other), see(count, samples[1], other), see(count, samples[2], stand)
    assert bo.submit(f"/sightings/{mistaken.id}/reversal").status_code == 303
    assert bo.submit(f"/sightings/{mistaken.id}/reversal").status_code == 409
    assert bo.submit(f"/sightings/{wrong.id}/return").status_code == 303
    assert bo.submit(f"/sightings/{moved.id}/placement").status_code == 303
    db.session.expire_all()
    assert samples[1].stand is other
    assert "2 / 4" in bo.get(f"/stocktakes/{count.id}").text
    counting = sa.select(Sighting.kind).filter_by(sample_id=samples[0].id, ended_at=None)
    assert db.session.scalars(counting).one() is SightingKind.PUT_BACK


def test_floor_staff_close_and_reopen_and_a_manager_applies_once(
    bo: Visitor, ana: Visitor, samples: list[Sample], stand: Stand, other: Stand
) -> None:
    count = begun(bo)
    path = f"/stocktakes/{count.id}"
    wrong, lost, stays = samples[0], samples[1], samples[2]
    see(count, wrong, other)
    assert bo.get(f"{path}/differences").status_code == 409
    assert bo.submit(f"{path}/closing").location == f"{path}/differences"
    assert bo.submit(f"{path}/closing").status_code == 409
    assert bo.submit(f"{path}/closing/reversal").status_code == 303
    assert bo.submit(f"{path}/closing").status_code == 303
    seen_by_bo = bo.get(f"{path}/differences?lang=en").text
    assert "A manager applies it" in seen_by_bo
    assert "<select" not in seen_by_bo
    assert bo.submit(f"{path}/application").status_code == 403
    page = ana.get(f"{path}/differences?lang=en").text
    assert f'name="choice-{wrong.id}"' in page
    assert "1 stand was not looked at" in page
    form = {f"choice-{wrong.id}": "placed", f"choice-{lost.id}": "lost"}
    assert ana.submit(f"{path}/application", form | {f"choice-{wrong.id}": "lost"}).status_code == 422
    answer = ana.submit(f"{path}/application", form)
    assert answer.location == f"{path}?kind=changes"
    db.session.expire_all()
    assert wrong.stand is other
    assert lost.is_retired
    assert stays.stand is stand
    assert ana.submit(f"{path}/application", form).status_code == 409
    assert ana.submit(f"{path}/closing/reversal").status_code == 409
    assert ana.submit(f"{path}/cancellation").status_code == 409
    assert "Retired as lost" in ana.get(f"{path}?kind=changes&lang=en").text
    assert ana.get(f"{path}?kind=missing").text.count("/samples/") >= 3  # the report stays what it was
    assert ana.get(f"{path}/differences?lang=en").status_code == 200
    verbs = set(db.session.scalars(sa.select(AuditEntry.verb)))
    assert {"stocktake_begun", "stocktake_closed", "stocktake_reopened", "stocktake_applied", "sample_retired"} <= verbs


def test_a_whole_kind_can_be_settled_alike(bo: Visitor, ana: Visitor, samples: list[Sample], other: Stand) -> None:
    count = begun(bo)
    see(count, samples[0], other)
    count.close(None)
    form = {"all-missing": "store_room", "all-wrong_place": "stays", f"choice-{samples[0].id}": "placed"}
    assert ana.submit(f"/stocktakes/{count.id}/application", form).status_code == 303
    db.session.expire_all()
    assert [sample.stand for sample in samples[1:]] == [None, None, None]
    assert len(db.session.scalars(sa.select(StocktakeChange)).all()) == 3


def test_a_cancelled_count_changes_nothing(bo: Visitor, samples: list[Sample], stand: Stand) -> None:
    count = begun(bo)
    see(count, samples[0], stand)
    assert bo.submit(f"/stocktakes/{count.id}/cancellation").location == "/sites/yiwu/stocktakes"
    assert bo.submit(f"/stocktakes/{count.id}/closing").status_code == 409
    page = bo.get("/sites/yiwu/stocktakes?state=done&lang=en").text
    assert "Cancelled" in page
    assert bo.get(f"/stocktakes/{count.id}").status_code == 200


def test_a_blind_count_tells_floor_staff_nothing_until_it_is_closed(
    bo: Visitor, ana: Visitor, samples: list[Sample], stand: Stand
) -> None:
    count = begun(bo, blind="y")
    path = f"/stocktakes/{count.id}"
    see(count, samples[0], stand)
    for page in (path, f"{path}?kind=missing", f"{path}/totals"):
        text = bo.get(f"{page}{'&' if '?' in page else '?'}lang=en").text
        assert "/ 4" not in text
        assert "Missing" not in text
        assert "垃圾袋" not in text
    assert bo.get(f"{path}/report.pdf").status_code == 409
    assert bo.get(f"{path}/report.xlsx").status_code == 409
    assert "1 / 4" in ana.get(path).text
    count.close(None)
    assert "1 / 4" in bo.get(path).text


def test_the_report_on_paper_and_as_a_table(bo: Visitor, samples: list[Sample], stand: Stand, other: Stand) -> None:
    count = begun(bo)
    path = f"/stocktakes/{count.id}"
    see(count, samples[0], other)
    see(count, samples[1], stand)
    Sighting.note_unknown(count, HOSTILE, stand, None)
    TagFinding.report(count.site, stand, "https://evil.example/pay", None, count)
    count.close(None)
    pdf = bo.get(f"{path}/report.pdf?lang=en")
    assert pdf.mimetype == "application/pdf"
    said = "".join(paper.words(pdf.data).split())
    for text in (
        "Thickdrawstring",
        "A-03-1",
        "A-03-2",
        "Inthewrongplace(1)",
        "Missing(2)",
        HOSTILE.replace(" ", ""),
        "evil.example",
        "1/1",
    ):
        assert text in said, text
    book = load_workbook(io.BytesIO(bo.get(f"{path}/report.xlsx?lang=en").data))
    facts = {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert (facts["Should be there"], facts["Missing"], facts["In the wrong place"], facts["Unknown codes"]) == (
        4,
        2,
        1,
        1,
    )
    rows = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == ["In the wrong place", "Missing", "Missing", "Seen"]
    assert rows[0][6:8] == ("A-03-1", "A-03-2")
    cell = book.worksheets[2]["B2"]
    assert (cell.value, cell.data_type) == (HOSTILE, "s")


def test_other_sites_and_roles_are_kept_out(
    visit: Visit, bo: Visitor, site: Site, samples: list[Sample], stand: Stand
) -> None:
    count = begun(bo)
    sighting = see(count, samples[0], stand)
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    cas = visit(make.user("Cas", Role.CASHIER, site))
    path = f"/stocktakes/{count.id}"
    pages = (
        "/sites/yiwu/stocktakes",
        path,
        f"{path}/totals",
        f"{path}/differences",
        f"{path}/report.pdf",
        f"{path}/report.xlsx",
    )
    forms = ("/sites/yiwu/stocktakes", f"{path}/closing", f"{path}/closing/reversal", f"{path}/cancellation",
             f"{path}/application", f"{path}/sightings", f"/sightings/{sighting.id}/reversal",
             f"/sightings/{sighting.id}/return", f"/sightings/{sighting.id}/placement")  # fmt: skip
    for page in pages:
        assert (cy.get(page).status_code, cas.get(page).status_code) == (404, 403), page
    for form in forms:
        assert (cy.submit(form).status_code, cas.submit(form).status_code) == (404, 403), form


def test_three_thousand_samples_take_few_queries_and_are_paged(bo: Visitor, ana: Visitor, site: Site) -> None:
    fill(site, 3000, 50)
    count = begun(bo)
    path = f"/stocktakes/{count.id}"
    db.session.commit()
    for page, most in ((path, 40), (f"{path}?kind=missing", 40), (f"{path}/totals", 30)):
        with asked() as sent:
            assert bo.get(page).status_code == 200
        assert len(sent) <= most, (page, len(sent))
    assert "1–50 of 3000" in bo.get(f"{path}?kind=missing&lang=en").text
    bo.submit(f"{path}/closing")
    with asked() as sent:
        assert ana.submit(f"{path}/application", {"all-missing": "lost"}).status_code == 303
    assert sum(not statement.startswith("INSERT") for statement in sent) < 60
    assert db.session.scalar(sa.select(sa.func.count(Sample.id)).where(Sample.retired_at.is_not(None))) == 3000
    pdf = bo.get(f"{path}/report.pdf?lang=en")
    assert pdf.status_code == 200
    assert "and 2600 more" in " ".join(paper.words(pdf.data, paper.page_count(pdf.data) - 1).split())


def test_differences_are_paged_and_choices_go_along(bo: Visitor, ana: Visitor, site: Site) -> None:
    fill(site, 120, 40)
    count = begun(bo)
    path = f"/stocktakes/{count.id}"
    bo.submit(f"{path}/closing")
    ids = [int(id) for id in db.session.scalars(sa.select(Sample.id).order_by(Sample.id))]
    first = ana.get(f"{path}/differences?lang=en").text
    assert "1–50 of 120" in first
    assert first.count('<select name="choice-') == 50
    assert f'name="choice-{ids[60]}"' not in first
    turned = ana.submit(f"{path}/differences?page=2&lang=en", {f"choice-{ids[0]}": "lost"})
    assert turned.status_code == 200
    assert f'<input type="hidden" name="choice-{ids[0]}" value="lost">' in turned.text
    assert f'<select name="choice-{ids[60]}"' in turned.text
    assert ana.submit(f"{path}/differences?page=2", {f"choice-{ids[0]}": "placed"}).status_code == 422
    assert bo.submit(f"{path}/differences?page=2").status_code == 403
    form = {f"choice-{ids[0]}": "lost", f"choice-{ids[60]}": "lost"}
    assert ana.submit(f"{path}/application", form).status_code == 303
    retired = db.session.scalars(sa.select(Sample.id).where(Sample.retired_at.is_not(None)).order_by(Sample.id))
    assert list(retired) == [ids[0], ids[60]]
    assert "51–100 of 120" in bo.get(f"{path}/differences?page=2&lang=en").text


def fill(site: Site, many: int, each: int) -> None:
    """So many samples, so many to a stand, without a query for each."""
    listing = make.listing(make.supplier())
    stands = [make.stand(site, letter="B", bay=1 + number // 5, level=1 + number % 5) for number in range(many // each)]
    ids = list(
        db.session.scalars(
            sa.insert(Sample).returning(Sample.id),
            [{"site_id": site.id, "listing_id": listing.id, "created_at": utcnow()} for _ in range(many)],
        )
    )
    tags = [
        {"code": new_code(), "site_id": site.id, "sample_id": id, "state": "bound", "created_at": utcnow()}
        for id in ids
    ]
    db.session.execute(sa.insert(Tag), tags)
    placed = [{"sample_id": id, "stand_id": stands[i // each].id, "placed_at": utcnow()} for i, id in enumerate(ids)]
    db.session.execute(sa.insert(Placement), placed)
    db.session.commit()


def test_a_blind_count_is_opened_again_by_a_manager_alone(
    bo: Visitor, ana: Visitor, site: Site, samples: list[Sample]
) -> None:
    count = Stocktake.begin(site, None, blind=True)
    db.session.commit()
    assert bo.submit(f"/stocktakes/{count.id}/closing").status_code == 303
    again = f"/stocktakes/{count.id}/closing/reversal"
    for page in (f"/stocktakes/{count.id}", f"/stocktakes/{count.id}/differences"):
        assert again not in bo.get(page).text
        assert again in ana.get(page).text
    assert bo.submit(again).status_code == 403
    assert ana.submit(again).status_code == 303
