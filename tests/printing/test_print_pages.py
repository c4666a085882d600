"""The print room's pages: choose, see the sheet, print, take the file, see what was printed."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.suppliers import PriceVisibility
from selection_center.core import codes
from selection_center.core.db import db
from selection_center.core.jobs import JobRun
from selection_center.core.permissions import Role
from selection_center.printing import choosing, files
from selection_center.printing.models import PrintedItem, PrintRun, PrintState
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag
from selection_center.sites.models import Site
from tests import factories as make
from tests.databases import PUBLIC_URL
from tests.printing import paper
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
PRINT = "/sites/yiwu/print"
PRINTS = "/sites/yiwu/prints"


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def sample(site: Site) -> Sample:
    return make.sample(make.listing(make.supplier(), origin="浙江义乌"), site, make.stand(site))


@pytest.fixture
def ana(visit: Visit, site: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, site))


def form(*samples: Sample, **values: object) -> dict[str, object]:
    return {"layout": "label", "medium": "L7160", "language": "zh", "prices": "1",
            "sample": [str(sample.id) for sample in samples]} | values  # fmt: skip


def last_run() -> PrintRun:
    db.session.expire_all()
    return db.session.scalars(sa.select(PrintRun).order_by(PrintRun.id.desc())).first() or pytest.fail(
        "nothing printed"
    )


def file_of(visitor: Visitor, run: PrintRun) -> bytes:
    answer = visitor.get(f"/prints/{run.id}/file")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return bytes(answer.data)


def address_of(sample: Sample) -> str:
    return codes.address(sample.code or "", PUBLIC_URL)


def test_a_page_comes_at_once_with_its_values_kept(ana: Visitor, sample: Sample) -> None:
    assert ana.get(PRINT).status_code == 200
    answer = ana.submit(PRINTS, form(sample, used=["1", "2", "4"]))
    run = last_run()
    assert answer.location == f"/prints/{run.id}"
    assert (run.state, run.pages, run.used) == (PrintState.READY, 1, [1, 2, 4])
    item = run.items[0]
    assert (item.page, item.position) == (1, 3)
    assert item.values["price_fen"] == 1280
    assert item.values["conditions"] == ["3 件起批", "不含税"]
    page = ana.get(answer.location).text
    for said in ("加厚平口自动收口垃圾袋", "¥12.80", "A-03-2", "3 件起批", codes.format_code(sample.code or "")):
        assert said in page
    pdf = file_of(ana, run)
    assert [code.text for code in paper.codes_on(pdf)] == [address_of(sample)]
    said = paper.words(pdf)
    for text in ("加厚平口自动收口垃圾袋", "浙江义乌", "¥12.80", "元/件", "yp.example.com", "A-03-2"):
        assert text in said
    assert files.Draft.of(run).path.is_file()


def test_what_was_printed_stays_though_the_price_changes(ana: Visitor, sample: Sample) -> None:
    ana.submit(PRINTS, form(sample))
    first = last_run()
    sample.listing.tiers[0].price_fen = 1990
    assert "¥12.80" in paper.words(file_of(ana, first))
    ana.submit(f"/prints/{first.id}/repeat")
    assert last_run().id != first.id
    assert "¥19.90" in paper.words(file_of(ana, last_run()))
    history = ana.get(PRINTS).text
    assert f"/prints/{first.id}" in history
    assert f"/prints/{last_run().id}" in history


def test_samples_are_found_by_stand_zone_words_and_a_pasted_list(ana: Visitor, sample: Sample) -> None:
    other = make.sample(
        make.listing(make.supplier("另一家"), title="剑麻锅刷"), sample.site, make.stand(sample.site, "B")
    )
    for query, here, away in (
        ("at=a-03-2", sample, other),
        ("zone=B", other, sample),
        ("q=锅刷", other, sample),
        (f"codes={codes.format_code(other.code or '')}", other, sample),
        (f"codes={address_of(sample)}", sample, other),
        ("codes=B-03-2", other, sample),
        (f"sample={sample.id}", sample, other),
    ):
        page = ana.get(f"{PRINT}?{query}").text
        assert f'value="{here.id}" id="row-' in page, query
        assert f'value="{away.id}" id="row-' not in page, query
    page = ana.get(f"{PRINT}?codes=B-03-2 ZZZZ-ZZZZ").text
    assert "ZZZZ-ZZZZ" in page
    assert "没找到" in page or "不认识" in page


def test_another_paper_keeps_what_is_ticked(ana: Visitor, sample: Sample) -> None:
    other = make.sample(make.listing(make.supplier("另一家")), sample.site)
    db.session.commit()
    page = ana.submit(PRINT, form(other, medium="L7651", used=["1", "5"])).text
    assert f'value="{other.id}" id="row-{other.id}" data-cell="{codes.format_code(other.code or "")}" checked' in page
    assert f'data-cell="{sample.stand.address if sample.stand else ""}" checked' not in page
    assert 'value="L7651" selected' in page
    assert 'name="used" value="5" checked' in page
    assert page.count('class="used"') == 2
    assert db.session.scalar(sa.select(sa.func.count(PrintRun.id))) == 0


def test_nothing_chosen_comes_back(ana: Visitor, sample: Sample) -> None:
    assert ana.submit(PRINTS, form()).status_code == 422
    assert ana.submit(PRINTS, form(sample=["999999", "x", "9" * 30])).status_code == 422


def test_a_batch_goes_by_a_job(ana: Visitor, site: Site, work: Callable[[], None]) -> None:
    offers = [make.listing(make.supplier(f"厂{n}"), title=f"样品{n}") for n in range(3)]
    pieces = [make.sample(offers[n % 3], site, make.stand(site, bay=n + 1)) for n in range(25)]
    answer = ana.submit(PRINTS, form(*pieces, used=[str(number) for number in range(1, 20)], all="1"))
    run = last_run()
    assert run.state is PrintState.WAITING
    waiting = ana.get(answer.location).text
    assert f"/prints/{run.id}/file" not in waiting
    assert ana.get(f"/prints/{run.id}/file").location == f"/prints/{run.id}"
    work()
    run = last_run()
    assert (run.state, run.pages) == (PrintState.READY, 3)
    job = db.session.scalars(sa.select(JobRun).filter_by(key=f"print-{run.id}")).one()
    assert (job.state, job.done, job.total) == ("done", 25, 25)
    pdf = file_of(ana, run)
    read = [code.text for page in range(3) for code in paper.codes_on(pdf, page)]
    assert sorted(read) == sorted(address_of(piece) for piece in pieces)
    assert [len(paper.codes_on(pdf, page)) for page in range(3)] == [2, 21, 2]


def test_a_stopped_batch_prints_nothing(ana: Visitor, site: Site, work: Callable[[], None]) -> None:
    offer = make.listing(make.supplier())
    pieces = [make.sample(offer, site) for _number in range(22)]
    ana.submit(PRINTS, form(*pieces))
    run = last_run()
    job = db.session.scalars(sa.select(JobRun).filter_by(key=f"print-{run.id}")).one()
    ana.submit(f"/jobs/{job.id}/cancellation")
    work()
    assert last_run().state is not PrintState.READY
    assert not files.Draft.of(last_run()).path.exists()
    assert ana.get(f"/prints/{run.id}").status_code == 200


def test_a_character_that_the_font_lacks_is_named_and_the_others_print(ana: Visitor, sample: Sample) -> None:
    odd = make.sample(make.listing(make.supplier("另一家"), title="喜庆\U0001f9e7红包\U00020bb7"), sample.site)
    answer = ana.submit(PRINTS, form(sample, odd))
    run = last_run()
    refused = next(item for item in run.items if item.sample_id == odd.id)
    assert refused.refused is not None
    assert "\U0001f9e7" in refused.refused
    assert "\U00020bb7" in refused.refused
    page = ana.get(answer.location).text
    assert "\U0001f9e7" in page
    assert [code.text for code in paper.codes_on(file_of(ana, run))] == [address_of(sample)]
    only = ana.submit(PRINTS, form(odd))
    assert last_run().state is PrintState.FAILED
    assert f"/prints/{last_run().id}/file" not in ana.get(only.location).text


@pytest.mark.parametrize(("visibility", "shown"), [("public", True), ("phone", False), ("staff", False)])
def test_prices_obey_the_factory_and_the_wish(ana: Visitor, site: Site, visibility: str, shown: bool) -> None:
    maker = make.supplier(price_visibility=PriceVisibility(visibility))
    sample = make.sample(make.listing(maker), site)
    for layout, medium in (("label", "L7160"), ("label", "L7651"), ("sheet", "A4"), ("linesheet", "A4-9")):
        ana.submit(PRINTS, form(sample, layout=layout, medium=medium))
        assert ("12.80" in paper.words(file_of(ana, last_run()))) is shown, layout
        assert ("1280" in str(last_run().items[0].values)) is shown
    without = form(sample)
    del without["prices"]
    ana.submit(PRINTS, without)
    assert "12.80" not in paper.words(file_of(ana, last_run()))


def test_blank_tags_and_stands_print(ana: Visitor, sample: Sample) -> None:
    tags = [make.add(Tag.new(sample.site)) for _number in range(3)]
    assert ana.get(f"{PRINT}?layout=blank").text.count(' name="tag"') == 3
    ana.submit(
        PRINTS, {"layout": "blank", "medium": "L7651", "used": ["1", "2", "3"], "tag": [str(tag.id) for tag in tags]}
    )
    read = {code.text for code in paper.codes_on(file_of(ana, last_run()))}
    assert read == {codes.address(tag.code, PUBLIC_URL) for tag in tags}
    stand = sample.stand
    assert stand is not None
    for medium in ("A6", "A5"):
        ana.submit(PRINTS, {"layout": "stand", "medium": medium, "stand": str(stand.id)})
        pdf = file_of(ana, last_run())
        assert [code.text for code in paper.codes_on(pdf)] == [codes.address(stand.code, PUBLIC_URL)]
        assert "A-03-2" in paper.words(pdf)


def test_other_sites_and_roles_are_kept_out(visit: Visit, ana: Visitor, sample: Sample) -> None:
    ana.submit(PRINTS, form(sample))
    labels = last_run()
    ana.submit(PRINTS, form(sample, layout="sheet", medium="A4"))
    sheets = last_run()
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    for path in (PRINT, PRINTS, f"/prints/{labels.id}", f"/prints/{labels.id}/file"):
        assert cy.get(path).status_code == 404, path
    assert cy.submit(PRINTS, form(sample)).status_code == 404
    assert cy.submit(f"/prints/{labels.id}/repeat").status_code == 404
    assert cy.get("/prints/999999").status_code == 404
    # Foreign ids in a form of one's own are not there.
    assert cy.submit("/sites/chenghai/prints", form(sample)).status_code == 422
    assert cy.get(f"/sites/chenghai/print?sample={sample.id}").text.count("data-cell=") == 0
    gil = visit(make.user("Gil", Role.CASHIER, sample.site))
    assert gil.get(PRINT).status_code == 200
    assert gil.submit(PRINTS, form(sample)).status_code == 303
    assert gil.get(f"/prints/{labels.id}/file").status_code == 200
    assert gil.submit(PRINTS, form(sample, layout="sheet", medium="A4")).status_code == 403
    assert gil.get(f"/prints/{sheets.id}").status_code == 403
    assert gil.get(f"/prints/{sheets.id}/file").status_code == 403
    assert f"/prints/{sheets.id}" not in gil.get(PRINTS).text
    eve = visit(make.user("Eve", Role.SUPPLIER, supplier=sample.listing.supplier))
    assert eve.get(PRINT).status_code == 403
    assert eve.get(f"/prints/{labels.id}/file").status_code == 403


def test_hostile_texts_print_as_written(ana: Visitor, site: Site) -> None:
    title = "{{7*7}} {0.__class__} %(x)s <b>x</b>"
    css = '</style><img src="http://evil.example/x.png">;} p{color:red'
    maker = make.supplier("<script>alert(1)</script>厂")
    sample = make.sample(make.listing(maker, title=title, item_number='"><i>', origin="'>&lt;"), site)
    sample.listing.attributes = [["材质", css, "", ""]]
    for layout, medium in (("label", "L7163"), ("sheet", "A4"), ("linesheet", "A4-9")):
        ana.submit(PRINTS, form(sample, layout=layout, medium=medium))
        said = "".join(paper.words(file_of(ana, last_run())).split())
        assert "{{7*7}}{0.__class__}%(x)s<b>x</b>" in said, layout
        if layout == "sheet":
            assert "http://evil.example/x.png" in said
            assert "<script>alert(1)</script>厂" in said


def test_a_warning_while_the_address_leads_nowhere(ana: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    assert "PUBLIC_URL" not in ana.get(PRINT).text
    for address in ("http://127.0.0.1:8000", "http://yp.example.com"):
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], public_url=address))
        page = ana.get(PRINT).text
        assert "PUBLIC_URL" in page
        assert address in page


def test_the_printed_values_of_a_run_are_one_each(sample: Sample, ana: Visitor) -> None:
    same = form(sample) | {"operation_id": make.operation()}
    assert ana.submit(PRINTS, same).location == ana.submit(PRINTS, same).location
    assert db.session.scalar(sa.select(sa.func.count(PrintedItem.id))) == 1


def test_a_long_list_has_pages_and_ticks_are_kept_while_turning_them(
    ana: Visitor, site: Site, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "SHOWN", 4)
    pieces = [sample, *(make.sample(sample.listing, site, make.stand(site, bay=number)) for number in range(10, 16))]
    first = ana.get(f"{PRINT}?lang=en").text
    assert "1–4 of 7" in first
    assert f'id="row-{pieces[4].id}"' not in first
    turned = ana.submit(f"{PRINT}?lang=en", form(pieces[1], pieces[3], page="2", among="")).text
    assert "5–7 of 7" in turned
    assert f'id="row-{pieces[4].id}"' in turned
    assert "2 more are ticked on other pages." in turned
    assert turned.count('name="kept"') == 2
    assert "5–7 of 7" in ana.get(f"{PRINT}?lang=en&page=99").text
    assert "1–4 of 7" in ana.get(f"{PRINT}?lang=en&page=nonsense").text
    ana.submit(PRINTS, form(pieces[5], kept=[str(pieces[1].id), str(pieces[3].id)], page="2", among=""))
    assert {item.sample_id for item in last_run().items} == {pieces[number].id for number in (1, 3, 5)}
    foreign = make.sample(sample.listing, make.site("chenghai"))
    db.session.commit()
    assert ana.submit(PRINTS, form(kept=[str(foreign.id)])).status_code == 422


def test_a_pasted_list_may_hold_anything(ana: Visitor) -> None:
    for said in ("\x00", "A-03-2\x00", "\u202e" * 20):
        answer = ana.submit("/sites/yiwu/prints", {"codes": said, "all": "1"})
        assert answer.status_code in (303, 409, 422), said
