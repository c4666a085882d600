"""The pages of an import: upload, look, match columns, name a factory, apply, take back."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog import import_views
from selection_center.catalog.imports import ImportState, OfferImport
from selection_center.catalog.models import Listing, Sku, Supplier
from selection_center.catalog.offer_import import kept_files, wording
from selection_center.core.db import db
from selection_center.core.permissions import Role
from tests import factories as make
from tests.catalog.tables import HEADER, ID, csv_of, row
from tests.house.test_translations import catalog
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
Work = Callable[[], list[str]]
WRONG = row(9, price="=1+2")


@pytest.fixture
def ana(app: Flask, visit: Visit) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, make.site()))


def upload(who: Visitor, content: bytes, name: str = "报价.csv") -> Any:
    return who.submit("/imports", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def uploaded(who: Visitor, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> str:
    """The address of the import that this table became."""
    answer = upload(who, csv_of(rows, header))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def newest() -> OfferImport:
    db.session.expire_all()
    return db.session.scalars(sa.select(OfferImport).order_by(OfferImport.id.desc())).first()  # type: ignore[return-value]


def test_an_import_from_the_upload_to_taking_it_back(ana: Visitor, work: Work) -> None:
    assert "No import yet" in ana.get("/imports?lang=en").text
    here = uploaded(ana, row(1), row(2, company="甲厂"), WRONG)
    page = ana.get(here).text
    assert "Apply 2 offers" in page
    assert "1 offer names no factory." in page
    assert "纯棉中筒袜 1" in page
    assert "报价.csv" in page
    wrong = ana.get(f"{here}?show=wrong").text
    assert "价格: =1+2 is not a price. Write a sum such as 12.50." in wrong
    assert db.session.scalar(sa.select(sa.func.count(Listing.id))) == 0
    assert ana.submit(f"{here}/application").status_code == 303
    assert "Applying offers" in ana.get(here).text
    assert ana.submit(f"{here}/application", headers={"Referer": here}).status_code in (303, 409)
    assert len(work()) == 1
    page = ana.get(here).text
    assert "Apply 2" not in page
    assert db.session.scalar(sa.select(sa.func.count(Listing.id))) == 2
    assert f"/catalog/{db.session.scalars(sa.select(Listing.id)).first()}" in page
    assert ana.submit(f"{here}/deletion").status_code == 409
    assert ana.submit(f"{here}/reversal").status_code == 303
    work()
    assert db.session.scalar(sa.select(sa.func.count(Listing.id))) == 0
    assert newest().state is ImportState.TAKEN_BACK
    assert "Taken back." in ana.get(here).text


def test_the_same_file_again_says_so_and_changes_nothing(ana: Visitor, work: Work) -> None:
    here = uploaded(ana, row(1))
    ana.submit(f"{here}/application")
    work()
    again = uploaded(ana, row(1))
    page = ana.get(f"{again}?lang=en").text
    assert "The same file was imported on" in page
    assert "Nothing would change." in page
    assert ana.submit(f"{again}/application").status_code == 409
    assert newest().unchanged_count == 1


def test_columns_can_be_matched_anew(ana: Visitor) -> None:
    here = uploaded(ana, (str(ID), "袜", "12.80"), header=("商品ID", "商品标题", "数字"))
    page = ana.get(f"{here}?lang=en").text
    assert "The table lacks a column: Price / Tiers / Spec price" in page or "The table lacks a column" in page
    twice = ana.submit(f"{here}/columns", {"column-0": "offer_id", "column-1": "title", "column-2": "title"})
    assert twice.status_code == 422
    assert "Two columns say" in twice.text
    chosen = {"column-0": "offer_id", "column-1": "title", "column-2": "price", "column-77": "title", "column-x": "moq"}
    assert ana.submit(f"{here}/columns", chosen).status_code == 303
    assert newest().new_count == 1
    assert "≥1 ¥12.80" in ana.get(here).text


def test_a_factory_is_set_for_rows_without_a_company(ana: Visitor, work: Work) -> None:
    known = make.supplier("诸暨袜业有限公司", name_en="Zhuji Socks")
    here = uploaded(ana, row(1), row(2, company="甲厂"))
    assert "Zhuji Socks" in ana.get(f"{here}/factory?q=zhuji&lang=en").text
    assert "New factory: 新来的厂" in ana.get(f"{here}/factory?q=新来的厂").text
    for bad in ({}, {"supplier": "9" * 30}, {"supplier": "x"}, {"name": "长" * 121}):
        assert ana.submit(f"{here}/factory", bad).status_code == 422
    assert ana.submit(f"{here}/factory", {"name": "新来的厂"}).status_code == 303
    assert "They come in as offers of 新来的厂." in ana.get(here).text
    assert ana.submit(f"{here}/factory", {"supplier": str(known.id)}).status_code == 303
    ana.submit(f"{here}/application")
    work()
    found = db.session.scalars(sa.select(Listing).filter_by(external_id=str(ID + 1))).one()
    assert found.supplier_id == known.id
    assert ana.submit(f"{here}/factory", {"supplier": str(known.id)}).status_code == 409


def test_s12_wrong_rows_come_back_as_text_in_both_kinds(ana: Visitor) -> None:
    here = uploaded(ana, row(1), WRONG)
    csv_text = ana.get(f"{here}/wrong-rows.csv?lang=en").data.decode("utf-8-sig")
    assert "'=1+2" in csv_text
    assert csv_text.splitlines()[0] == "商品ID,商品标题,价格,阶梯价,起批量,公司名称,Row,Why it did not come in"
    sheet = openpyxl.load_workbook(io.BytesIO(ana.get(f"{here}/wrong-rows.xlsx").data)).worksheets[0]
    cells = [cell for line in sheet.iter_rows(min_row=2) for cell in line]
    assert [cell.value for cell in cells[:3]] == [str(ID + 9), "纯棉中筒袜 9", "=1+2"]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}
    assert ana.get(f"{here}/wrong-rows.pdf").status_code == 404


def test_s13_bad_files_are_refused_with_a_sentence_and_nothing_is_kept(ana: Visitor) -> None:
    ana.get("/imports?lang=en")
    for content, sentence in (
        (b"", "The file is empty."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel or WPS file"),
        (b"PK\x03\x04 no package", "damaged"),
        (b"hello", "No row of column names was found."),
        (b"x" * 10_000_001, "larger than 10 MB"),
    ):
        answer = upload(ana, content)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert ana.submit("/imports").status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(OfferImport.id))) == 0


def test_a_long_file_is_read_by_a_job_which_names_what_is_wrong_with_it(
    ana: Visitor, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_views, "READ_AT_ONCE", {"xlsx": 0, "csv": 0})
    here = uploaded(ana, *[row(number) for number in range(700)])
    page = ana.get(f"{here}?lang=en").text
    assert "Reading the file" in page
    assert "Apply" not in page
    work()
    assert "Apply 700 offers" in ana.get(here).text
    assert "page=2" in ana.get(here).text
    broken = str(upload(ana, b"hello").headers["Location"])
    work()
    assert newest().state is ImportState.FAILED
    assert "No row of column names was found." in ana.get(broken).text


def test_a_preview_can_be_thrown_away(ana: Visitor) -> None:
    here = uploaded(ana, row(1))
    assert ana.submit(f"{here}/deletion").status_code == 303
    assert ana.get(here).status_code == 404
    assert ana.submit(f"{here}/reversal").status_code == 404


def test_what_changed_since_the_preview_is_shown_again(ana: Visitor, work: Work) -> None:
    first = uploaded(ana, row(1))
    ana.submit(f"{first}/application")
    work()
    second = uploaded(ana, row(1, price="10"))
    found = db.session.scalars(sa.select(Listing)).one()
    found.headline_fen, found.version = 999, found.version + 1
    ana.submit(f"{second}/application")
    work()
    page = ana.get(f"{second}?show=again&lang=en").text
    assert "1 offer changed here since the preview and was not overwritten." in page
    assert "¥9.99" in page
    ana.submit(f"{second}/application")
    work()
    db.session.expire_all()
    assert db.session.scalars(sa.select(Listing)).one().headline_fen == 1000


def test_other_roles_are_kept_out_and_what_is_missing_is_missing(ana: Visitor, visit: Visit) -> None:
    here = uploaded(ana, row(1))
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, make.site("chenghai")))
    for path in ("/imports", here, f"{here}/factory", f"{here}/wrong-rows.csv", "/imports/template.xlsx"):
        assert bo.get(path).status_code == 403
    for path in (f"{here}/application", f"{here}/reversal", f"{here}/columns", f"{here}/factory", f"{here}/deletion"):
        assert bo.submit(path).status_code == 403
    cy = visit(make.user("Cy", Role.MANAGER, make.site("nantong")))
    assert cy.get(here).status_code == 200, "offers belong to the network"
    assert cy.get("/imports/999").status_code == 404
    assert cy.submit("/imports/999/application").status_code == 404


def test_the_template_is_refused_by_its_examples_alone(ana: Visitor) -> None:
    data = ana.get("/imports/template.xlsx?lang=zh").data
    assert upload(ana, data, "模板.xlsx").status_code == 303
    found = newest()
    assert (found.new_count, found.wrong_count) == (0, 2)


def test_a_title_is_shown_as_it_was_written(ana: Visitor) -> None:
    title = "<script>alert(1)</script>{{7*7}}%(x)s"
    here = uploaded(ana, (str(ID), title, "3", "", "", title))
    page = ana.get(here).text
    assert "<script>alert" not in page
    assert "{{7*7}}%(x)s" in page


def test_every_reason_field_and_value_has_its_chinese() -> None:
    chinese = catalog("zh")
    words = [*wording.SENTENCES.values(), *wording.CHANGED.values(), *wording.VALUES.values()]
    assert [one for one in words if one not in chinese] == []


def test_a_new_factory_is_made_once(ana: Visitor) -> None:
    here = uploaded(ana, row(1))
    for _time in range(2):
        ana.submit(f"{here}/factory", {"name": "新来的厂"})
    assert db.session.scalar(sa.select(sa.func.count(Supplier.id))) == 1


def test_a_long_preview_can_be_searched(ana: Visitor, work: Work) -> None:
    here = uploaded(ana, *[row(number) for number in range(60)])
    for words in ("纯棉中筒袜 42", str(ID + 42), "44"):
        page = ana.get(f"{here}?show=new&q={words}").text
        assert f">{ID + 42}<" in page
        assert f">{ID + 7}<" not in page
    assert "No row fits this search." in ana.get(f"{here}?q=100%25&lang=en").text
    ana.submit(f"{here}/application")
    work()
    again = uploaded(ana, *[row(number) for number in range(60)])
    assert f">{ID + 42}<" in ana.get(f"{again}?show=unchanged&q=中筒袜 42").text


def test_the_kept_file_goes_with_its_last_import(ana: Visitor, work: Work) -> None:
    first, second = uploaded(ana, row(1)), uploaded(ana, row(1))
    for here, is_kept in ((first, True), (second, False)):
        ana.submit(f"{here}/application")
        work()
        assert kept_files.is_kept(newest()) is is_kept


def test_a_preview_is_compared_again_when_the_offers_changed_meanwhile(ana: Visitor, work: Work) -> None:
    first = uploaded(ana, row(1), row(2))
    ana.submit(f"{first}/application")
    work()
    second = uploaded(ana, row(1), row(2))
    assert "changed here since" not in ana.get(f"{second}?lang=en").text
    ana.submit(f"{first}/reversal")
    work()
    page = ana.get(f"{second}?lang=en").text
    assert "2 offers changed here since this preview was made." in page
    assert "Apply" not in page
    ana.submit(f"{second}/comparison")
    assert (newest().new_count, newest().unchanged_count) == (2, 0)
    assert "Apply 2 offers" in ana.get(f"{second}?lang=en").text
    ana.submit(f"{second}/application")
    work()
    assert db.session.scalar(sa.select(sa.func.count(Listing.id))) == 2
    assert ana.submit(f"{second}/comparison").status_code == 409


def test_columns_matched_by_hand_are_known_when_the_file_comes_again(ana: Visitor) -> None:
    header = ("编号甲", *HEADER[1:])
    here = uploaded(ana, row(1), header=header)
    matched = {f"column-{index}": which for index, which in newest().mapping.items()} | {"column-0": "offer_id"}
    ana.submit(f"{here}/columns", matched)
    said = newest().mapping
    assert said["0"] == "offer_id"
    uploaded(ana, row(1), header=header)
    assert newest().mapping == said
    uploaded(ana, row(2), header=header)
    assert "0" not in newest().mapping


def test_barcodes_come_in_and_are_taken_back(ana: Visitor, work: Work) -> None:
    first = uploaded(ana, row(1))
    ana.submit(f"{first}/application")
    work()
    here = uploaded(ana, (*row(1), "6934582710047"), header=(*HEADER, "条码"))
    assert "6934582710047" in ana.get(f"{here}?show=changed").text
    ana.submit(f"{here}/application")
    work()
    assert db.session.scalars(sa.select(Sku.barcode)).all() == ["6934582710047"]
    ana.submit(f"{here}/reversal")
    work()
    db.session.expire_all()
    assert db.session.scalars(sa.select(Sku.barcode)).all() == [""]
