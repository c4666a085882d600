"""An import from the file to the listings and back: staged, judged, applied in chunks, resumed, taken back."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog import jobs as import_jobs
from selection_center.catalog.imports import ImportRow, ImportState, OfferImport, RowVerdict
from selection_center.catalog.models import Listing, ListingState, PriceChange, Supplier
from selection_center.catalog.offer_import import applying, taking_back
from selection_center.catalog.offer_import import writing as chunk_writing
from selection_center.catalog.search import index_listings, search
from selection_center.core import jobs
from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from tests import factories as make
from tests.catalog.tables import HEADER, ID, csv_of, row

REAL = Path(__file__).parents[3] / "shared" / "data" / "offers-real.csv"
Work = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def as_writer(app: Flask) -> Any:
    with writing():
        yield


def staged(
    *rows: tuple[str, ...], content: bytes | None = None, header: tuple[str, ...] = HEADER, **values: Any
) -> OfferImport:
    found = make.add(OfferImport(**({"filename": "offers.csv", "file_digest": "0" * 64} | values)))
    import_jobs.stage(found, io.BytesIO(content or csv_of(rows, header)), lambda done: None)
    return found


def applied(*rows: tuple[str, ...], **values: Any) -> OfferImport:
    found = staged(*rows, **values)
    import_jobs.apply(found, lambda done: None)
    return found


def counts(found: OfferImport) -> tuple[int, int, int, int]:
    return found.new_count, found.changed_count, found.unchanged_count, found.wrong_count


def listing(number: int) -> Listing:
    db.session.expire_all()
    return db.session.scalars(sa.select(Listing).filter_by(external_id=str(ID + number))).one()


def only_row(found: OfferImport) -> ImportRow:
    return db.session.scalars(sa.select(ImportRow).filter_by(import_id=found.id)).one()


def everything() -> dict[str, list[Any]]:
    """What stands in the catalog, but for when an offer was last seen."""
    tables = ("listings", "skus", "price_tiers", "price_changes", "suppliers")
    left_out = {"last_seen_at"}
    return {
        name: [
            {key: value for key, value in found.items() if key not in left_out}
            for found in db.session.execute(sa.select(db.metadata.tables[name]).order_by(sa.text("id"))).mappings()
        ]
        for name in tables
    }


def test_nothing_is_written_until_it_is_applied(app: Flask) -> None:
    found = staged(row(1), row(2, price="abc"))
    assert counts(found) == (1, 0, 0, 1)
    assert found.state is ImportState.STAGED
    assert db.session.scalar(sa.select(sa.func.count(Listing.id))) == 0
    import_jobs.apply(found, lambda done: None)
    assert listing(1).title == "纯棉中筒袜 1"
    assert listing(1).last_seen_at is not None
    assert (found.state, applying.count_waiting(found.id)) == (ImportState.APPLIED, 0)


@pytest.mark.skipif(not REAL.exists(), reason="offers-real.csv is not beside the repository")
def test_a_real_export_comes_in_whole_and_changes_nothing_the_second_time(app: Flask) -> None:
    found = applied(content=REAL.read_bytes())
    assert sum(counts(found)) == found.rows_total == 390
    refused = db.session.scalars(sa.select(ImportRow).filter_by(import_id=found.id, verdict=RowVerdict.WRONG)).all()
    assert all(one.problems for one in refused)
    assert db.session.scalar(sa.select(sa.func.count(Listing.id))) == found.new_count
    before = everything()
    again = applied(content=REAL.read_bytes())
    assert counts(again) == (0, 0, found.new_count, found.wrong_count)
    assert everything() == before


def test_what_a_row_says_is_what_the_listing_says(app: Flask) -> None:
    applied(
        row(1, price="30.40", tiers="1-199个 ¥37.00; 1000个以上 ¥35.00", moq="2", company="义乌市禾一日用品有限公司")
    )
    found = listing(1)
    assert [(tier.min_quantity, tier.price_fen) for tier in found.tiers] == [(1, 3700), (1000, 3500)]
    assert (found.headline_fen, found.moq, found.unit, found.unit_en, found.version) == (3040, 2, "个", "pcs", 1)
    assert [sku.spec for sku in found.skus] == [""]
    assert found.supplier is not None
    assert found.supplier.name == "义乌市禾一日用品有限公司"
    recorded = db.session.scalars(sa.select(PriceChange).filter_by(listing_id=found.id)).all()
    assert {(one.field, one.old, one.new) for one in recorded} == {
        ("price", None, "3040"),
        ("moq", None, "2"),
        ("state", None, "on_shelf"),
        ("tiers", None, "1:3700 1000:3500"),
    }
    assert [one.listing_id for one in db.session.execute(search("筒袜 禾一"))] == [found.id]


def test_a_changed_price_is_shown_and_put_on_record(app: Flask) -> None:
    applied(row(1), row(2))
    second = staged(row(1, price="11.50"), row(2), row(3))
    assert counts(second) == (1, 1, 1, 0)
    changed = db.session.scalars(sa.select(ImportRow).filter_by(verdict=RowVerdict.CHANGED)).one()
    assert changed.changes == [["headline_fen", "¥12.80", "¥11.50", ""], ["tiers", "≥1 ¥12.80", "≥1 ¥11.50", ""]]
    import_jobs.apply(second, lambda done: None)
    assert listing(1).version == 2
    recorded = db.session.scalars(
        sa.select(PriceChange).filter_by(source=f"import {second.id}", listing_id=listing(1).id)
    )
    assert [(one.field, one.old, one.new) for one in recorded] == [
        ("price", "1280", "1150"),
        ("tiers", "1:1280", "1:1150"),
    ]
    assert listing(2).version == 1


def test_what_the_file_does_not_say_changes_nothing(app: Flask) -> None:
    owner = make.supplier("诸暨袜业有限公司")
    make.listing(
        owner, ((1, 1280),), external_id=str(ID + 1), title="纯棉中筒袜 1", origin="浙江", headline_fen=1280, unit="双",
        url=f"https://detail.1688.com/offer/{ID + 1}.html",
    )  # fmt: skip
    found = staged(row(1))
    assert counts(found) == (0, 0, 1, 0)


def test_rows_of_one_offer_may_stand_anywhere_and_contradictions_are_refused(app: Flask) -> None:
    header = ("商品ID", "商品标题", "规格", "价格")
    rows = [(str(ID + n), "袜", "红", "3") for n in range(600)]
    found = applied(*rows, (str(ID), "袜", "蓝", "4"), (str(ID + 1), "袜", "红", "5"), header=header)
    assert counts(found) == (600, 0, 0, 1)
    assert {sku.spec: sku.price_fen for sku in listing(0).skus} == {"红": 300, "蓝": 400}
    wrong = db.session.scalars(sa.select(ImportRow).filter_by(verdict=RowVerdict.WRONG)).one()
    assert (wrong.number, wrong.problems[0]["code"]) == (603, "sku_repeated")


def test_suppliers_match_by_the_sources_id_else_by_exact_normalised_name(app: Flask) -> None:
    known = make.supplier("诸暨(禾一)袜业有限公司")
    header = (*HEADER, "供应商ID")
    applied(
        (*row(1, company="诸暨（禾一） 袜业有限公司"), "b2b-1"),
        (*row(2, company="改了名的公司"), "b2b-1"),
        header=header,
    )
    assert {listing(1).supplier_id, listing(2).supplier_id} == {known.id}
    applied((*row(3, company="诸暨(禾一)袜业有限公司"), "b2b-2"), header=header)
    assert listing(3).supplier_id != known.id, "another id is another company, whatever its name"
    assert db.session.scalar(sa.select(sa.func.count(Supplier.id))) == 2


def test_a_supplier_can_be_set_for_rows_without_a_company(app: Flask) -> None:
    named = make.supplier("诸暨袜业有限公司")
    applied(row(1))
    assert listing(1).supplier_id is None
    found = applied(row(1), row(2, company="甲厂"), row(3), supplier_id=named.id)
    assert counts(found) == (2, 1, 0, 0)
    assert listing(1).supplier_id == listing(3).supplier_id == named.id
    assert listing(2).supplier_id != named.id


def test_a_short_table_says_nothing_about_specs(app: Flask) -> None:
    kept = make.listing(
        None, ((1, 1280),), ("红", "蓝"), external_id=str(ID + 1), title="纯棉中筒袜 1", headline_fen=1280
    )
    applied(row(1, price="9.90"))
    assert {sku.spec for sku in listing(1).skus} == {"红", "蓝"}
    assert listing(1).id == kept.id


def test_tiers_of_specs_belong_to_their_skus(app: Flask) -> None:
    header = ("商品ID", "商品标题", "规格", "阶梯价", "状态")
    offers = [(str(ID), "袜", "红", "1:5;10:4", "在售"), (str(ID), "袜", "蓝", "1:6;10:5", "在售")]
    applied(*offers, header=header)
    assert {sku.spec: [tier.price_fen for tier in sku.tiers] for sku in listing(0).skus} == {
        "红": [500, 400],
        "蓝": [600, 500],
    }
    before = everything()
    assert counts(applied(*offers, header=header)) == (0, 0, 1, 0)
    assert everything() == before
    applied((*offers[0][:4], "下架"), (*offers[1][:3], "1:6;10:5.5", "下架"), header=header)
    assert listing(0).state is ListingState.OFF_SHELF
    assert {sku.spec: [tier.price_fen for tier in sku.tiers] for sku in listing(0).skus} == {
        "红": [500, 400],
        "蓝": [600, 550],
    }


class Killed(BaseException):
    """As a kill is: nothing in the program catches it."""


def test_an_import_that_was_killed_goes_on_where_it_stopped(
    app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = staged(*[row(number) for number in range(1200)])
    jobs.enqueue("apply-import", key="import-1-apply", import_id=found.id, total=1200)
    db.session.commit()
    index, calls = index_listings, []

    def dies_in_the_second_chunk(ids: list[int]) -> None:
        calls.append(len(ids))
        if len(calls) == 2:
            raise Killed
        index(ids)

    monkeypatch.setattr(chunk_writing, "index_listings", dies_in_the_second_chunk)
    with pytest.raises(Killed):
        jobs.perform("import-1-apply")
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Listing.id))) == 500, "the second chunk is absent as a whole"
    db.session.commit()
    jobs.perform("import-1-apply")
    db.session.expire_all()
    run = db.session.scalars(sa.select(jobs.JobRun)).one()
    assert (run.state, run.done, run.total, run.attempts) == (jobs.JobState.DONE, 1200, 1200, 2)
    assert calls == [500, 500, 500, 200]
    assert db.session.scalar(sa.select(sa.func.count(Listing.id))) == 1200
    assert db.session.scalar(sa.select(sa.func.count(PriceChange.id))) == 4 * 1200
    assert found.state is ImportState.APPLIED


def test_an_import_can_be_stopped_between_two_chunks(app: Flask) -> None:
    found = staged(*[row(number) for number in range(600)])
    run = jobs.enqueue("apply-import", key="import-1-apply", import_id=found.id, total=600)
    db.session.commit()

    def stop(done: int) -> None:
        raise jobs.Cancelled(run.key)

    with pytest.raises(jobs.Cancelled):
        import_jobs.apply(found, stop)
    db.session.rollback()
    assert applying.count_waiting(found.id) == 100
    import_jobs.apply(found, lambda done: None)
    assert applying.count_waiting(found.id) == 0


def test_what_changed_since_the_preview_is_shown_again_and_not_overwritten(app: Flask) -> None:
    applied(row(1), row(2))
    found = staged(row(1, price="10"), row(2, price="10"), row(3, price="10"))
    by_hand = listing(1)
    by_hand.headline_fen, by_hand.version = 999, by_hand.version + 1
    make.listing(None, ((1, 500),), external_id=str(ID + 3), title="手写的", headline_fen=500)
    import_jobs.apply(found, lambda done: None)
    assert listing(1).headline_fen == 999
    assert listing(3).title == "手写的"
    assert listing(2).headline_fen == 1000
    assert applying.count_waiting(found.id) == 2
    again = db.session.scalars(sa.select(ImportRow).filter_by(import_id=found.id, applied_version=None)).all()
    assert [[note["code"] for note in one.notes] for one in again] == [["changed_since"]] * 2
    assert ["headline_fen", "¥9.99", "¥10.00", ""] in again[0].changes
    found.cursor = 0
    import_jobs.apply(found, lambda done: None)
    assert (listing(1).headline_fen, listing(3).headline_fen) == (1000, 1000)


def taken_back(found: OfferImport) -> OfferImport:
    found.cursor = 0
    for _done in taking_back.take_back(found, None):
        db.session.commit()
    db.session.commit()
    return found


def test_taking_back_leaves_what_stood_before(app: Flask) -> None:
    header = ("商品ID", "商品标题", "规格", "价格", "公司名称")
    applied((str(ID), "袜", "红", "3", "甲厂"), header=header)
    before = everything()
    second = applied(
        (str(ID), "新袜", "红", "4", "甲厂"),
        (str(ID), "新袜", "蓝", "5", "甲厂"),
        (str(ID + 1), "帽", "", "6", "甲厂"),
        header=header,
    )
    assert len(listing(0).skus) == 2
    assert taken_back(second).state is ImportState.TAKEN_BACK
    after = everything()
    for name in ("skus", "suppliers"):
        assert after[name] == before[name]
    clean = {"version", "updated_at"}
    assert [{k: v for k, v in one.items() if k not in clean} for one in after["listings"]] == [
        {k: v for k, v in one.items() if k not in clean} for one in before["listings"]
    ]
    assert [(tier.min_quantity, tier.price_fen) for tier in listing(0).tiers] == [(1, 300)]
    assert db.session.scalars(search("帽")).all() == []
    assert db.session.scalars(search("新袜")).all() == []
    last = db.session.scalars(sa.select(PriceChange).order_by(PriceChange.id.desc())).first()
    assert last is not None
    assert last.source == f"import {second.id} taken back"


def test_what_was_touched_or_is_used_since_is_named_and_stays(app: Flask) -> None:
    found = applied(row(1), row(2), row(3))
    changed = listing(1)
    changed.title, changed.version = "改过的", 2
    db.session.flush()
    make.sample(listing(2), make.site())
    taken_back(found)
    rows = db.session.scalars(sa.select(ImportRow).filter_by(import_id=found.id).order_by(ImportRow.number)).all()
    assert [[note["code"] for note in one.notes] for one in rows] == [["changed_later"], ["in_use"], []]
    assert taking_back.count_applied(found.id) == 2
    assert {one.external_id for one in db.session.scalars(sa.select(Listing))} == {str(ID + 1), str(ID + 2)}


def test_the_work_goes_through_the_queue(app: Flask, work: Work) -> None:
    ana = make.user("Ana", Role.HEAD_OFFICE)
    found = staged(row(1))
    jobs.enqueue("apply-import", key="a", import_id=found.id, user_id=ana.id)
    assert work() == ["a"]
    assert listing(1).version == 1
    db.session.expire_all()
    found.cursor = 0
    jobs.enqueue("take-back-import", key="b", import_id=found.id, user_id=ana.id)
    assert work() == ["b"]
    assert db.session.scalar(sa.select(sa.func.count(Listing.id))) == 0
