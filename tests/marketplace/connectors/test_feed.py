"""A factory's feed: a table or JSON at an address or in a folder, read into offers page by page."""

import io
import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from flask import Flask

from selection_center.core.db import utcnow
from selection_center.marketplace.connectors import ConnectorError, OfferPage
from selection_center.marketplace.connectors.feed import Feed, connector
from selection_center.marketplace.connectors.feed.json_rows import as_text
from tests.talking import Talker

CSV = "商品ID,商品标题,规格,规格ID,价格,阶梯价,起批量,库存\n"
SOCKS = "A-1,袜子,红,r,6.80,10:6.80|100:6.20,10,500\nA-1,袜子,蓝,b,6.80,10:6.80|100:6.20,10,400\n"
HATS = "A-2,帽子,,,25,,2,30\n"


@pytest.fixture
def place(app: Flask) -> Path:
    place = Path(app.config["DATA_DIR"]) / "feeds" / "heyi"
    place.mkdir(parents=True, exist_ok=True)
    for left in place.rglob("*"):
        if left.is_file() or left.is_symlink():
            left.unlink()
    return place


@pytest.fixture
def feed(outside: Flask, place: Path) -> Iterator[Callable[..., Feed]]:
    made: list[Feed] = []

    def make(**given: str) -> Feed:
        made.append(Feed({"source": "heyi", **given}, lambda _values: None))
        return made[-1]

    yield make
    for one in made:
        one.close()


def everything(of: Feed, cursor: str | None = None) -> list[OfferPage]:
    pages = []
    while True:
        pages.append(of.fetch_listings(cursor))
        cursor = pages[-1].cursor
        if cursor is None:
            return pages


def a_workbook(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def test_a_csv_in_the_folder(feed: Callable[..., Feed], place: Path) -> None:
    (place / "offers.csv").write_text(CSV + SOCKS + HATS, "utf-8-sig")
    [page] = everything(feed())
    socks, hat = page.offers
    assert (socks.source, socks.external_id, socks.quote, socks.tiers) == (
        "heyi", "A-1", "by_offer", ((10, 680), (100, 620)),
    )  # fmt: skip
    assert [(sku.spec, sku.source_id, sku.stock) for sku in socks.skus] == [("红", "r", 500), ("蓝", "b", 400)]
    assert (hat.title, hat.tiers) == ("帽子", ((2, 2500),))


def test_the_same_offers_in_xlsx_and_json(feed: Callable[..., Feed], place: Path) -> None:
    (place / "offers.csv").write_text(CSV + SOCKS, "gb18030")
    [[by_csv]] = [page.offers for page in everything(feed())]
    rows = [line.split(",") for line in (CSV + SOCKS).strip().split("\n")]
    (place / "offers.csv").unlink()
    (place / "offers.xlsx").write_bytes(a_workbook(rows))
    [[by_xlsx]] = [page.offers for page in everything(feed())]
    (place / "offers.xlsx").unlink()
    tiers = [{"startQuantity": 10, "price": 6.80}, {"startQuantity": 100, "price": "6.20"}]
    skus = [{"id": "r", "spec": "红", "stock": 500}, {"id": "b", "spec": "蓝", "stock": 400}]
    offer = {"id": "A-1", "title": "袜子", "price": 6.8, "tiers": tiers, "moq": 10, "skus": skus}
    (place / "offers.json").write_text(json.dumps({"data": {"items": [offer]}}), "utf-8")
    [[by_json]] = [page.offers for page in everything(feed())]
    assert by_csv == by_xlsx == by_json


def test_a_json_with_prices_of_specs_attributes_and_pictures(feed: Callable[..., Feed], place: Path) -> None:
    offer = {
        **{"offerId": "A-3", "name": "包", "unit": "个", "onShelf": False, "images": ["https://x.cn/1.jpg", "https://x.cn/2.jpg"]},
        "attributes": [{"name": "材质", "value": "棉"}, {"name": "风格", "value": "韩版"}],
        "variants": [{"color": "红", "price": 12.5, "barcode": "6901234567892"}, {"color": "蓝", "price": 13}],
    }  # fmt: skip
    (place / "x.json").write_text(json.dumps([offer], ensure_ascii=False), "utf-8")
    [[found]] = [page.offers for page in everything(feed())]
    assert (found.quote, found.unit, found.on_shelf) == ("per_sku", "个", False)
    assert [(sku.spec, sku.price_fen, sku.barcode) for sku in found.skus] == [
        ("红", 1250, "6901234567892"), ("蓝", 1300, ""),
    ]  # fmt: skip
    assert found.attributes == (("材质", "棉"), ("风格", "韩版"))
    assert found.pictures == ("https://x.cn/1.jpg", "https://x.cn/2.jpg")


def test_pages_survive_a_kill_and_read_the_file_they_began_with(
    feed: Callable[..., Feed], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "PER_PAGE", 4)
    file = place / "offers.csv"
    file.write_text(CSV + "".join(f"B-{n},帽子 {n},,,25,,2,30\n" for n in range(11)), "utf-8")
    first = feed().fetch_listings()
    file.write_text(CSV + HATS, "utf-8")  # a new feed comes while the old one is read
    rest = everything(feed(), first.cursor)  # by another process, after the first one died
    ids = [offer.external_id for page in (first, *rest) for offer in page.offers]
    assert ids == [f"B-{n}" for n in range(11)]
    assert [len(page.offers) for page in (first, *rest)] == [4, 4, 3]
    assert [offer.external_id for page in everything(feed()) for offer in page.offers] == ["A-2"]


def test_looking_at_one_offer_between_two_pages_loses_none(
    feed: Callable[..., Feed], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "PER_PAGE", 2)
    (place / "offers.csv").write_text(CSV + "".join(f"B-{n},帽子,,,25,,2,30\n" for n in range(5)), "utf-8")
    of, cursor, ids = feed(), None, []
    for _ in range(3):
        page = of.fetch_listings(cursor)
        one = of.fetch_one("B-0")
        assert one is not None
        ids += [offer.external_id for offer in page.offers]
        cursor = page.cursor
    assert (ids, cursor) == ([f"B-{n}" for n in range(5)], None)


def test_a_cursor_whose_file_is_gone_begins_anew(feed: Callable[..., Feed], place: Path) -> None:
    (place / "offers.csv").write_text(CSV + HATS, "utf-8")
    for cursor in ("0" * 64 + ":3", "nonsense", "../../etc/passwd:1", ""):
        assert [offer.external_id for offer in feed().fetch_listings(cursor).offers] == ["A-2"]


def test_offers_whose_rows_lie_scattered_come_once_and_whole(
    feed: Callable[..., Feed], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "PER_PAGE", 2)
    red, blue = SOCKS.strip().split("\n")
    (place / "offers.csv").write_text(CSV + red + "\n" + HATS + blue + "\n" + "A-9,伞,,,9,,1,1\n", "utf-8")
    offers = [offer for page in everything(feed()) for offer in page.offers]
    assert [(offer.external_id, len(offer.skus)) for offer in offers] == [("A-2", 1), ("A-9", 1), ("A-1", 2)]


def test_wrong_rows_are_named_and_stop_nothing(feed: Callable[..., Feed], place: Path) -> None:
    wrong = "A-7,伞,,,many,,1,1\n,没有编号,,,3,,1,1\n"
    (place / "offers.csv").write_text(CSV + wrong + HATS, "utf-8")
    [page] = everything(feed())
    assert [offer.external_id for offer in page.offers] == ["A-2"]
    assert [external_id for external_id, _ in page.refused] == ["A-7", ""]
    assert page.refused[0][1].startswith("row 2, 价格: many")
    with pytest.raises(ConnectorError) as refused:
        feed().fetch_one("A-7")
    assert (refused.value.code, refused.value.permanent) == ("unreadable", True)


def test_a_feed_speaks_of_no_other_sources_offers(feed: Callable[..., Feed], place: Path) -> None:
    (place / "offers.csv").write_text("商品ID,商品标题,价格,来源\n600000000001,袜子,1,1688\nA-2,帽子,2,\n", "utf-8")
    [page] = everything(feed())
    assert [offer.external_id for offer in page.offers] == ["A-2"]
    assert [external_id for external_id, _ in page.refused] == ["600000000001"]
    assert "1688" in page.refused[0][1]


def test_an_offer_that_is_gone_from_the_feed_is_none(feed: Callable[..., Feed], place: Path) -> None:
    (place / "offers.csv").write_text(CSV + HATS, "utf-8")
    assert feed().fetch_one("A-1") is None


def test_of_several_tables_the_newest_counts(feed: Callable[..., Feed], place: Path) -> None:
    (place / "old.csv").write_text(CSV + SOCKS, "utf-8")
    (place / "new.csv").write_text(CSV + HATS, "utf-8")
    os.utime(place / "old.csv", (1, 1))
    assert [offer.external_id for offer in feed().fetch_listings().offers] == ["A-2"]


def test_a_folder_that_did_not_change_is_not_read(feed: Callable[..., Feed], place: Path) -> None:
    (place / "offers.csv").write_text(CSV + HATS, "utf-8")
    page = feed().fetch_listings(changed_since=utcnow() + timedelta(minutes=1))
    assert (page.offers, page.cursor) == ((), None)
    assert len(feed().fetch_listings(changed_since=utcnow() - timedelta(hours=1)).offers) == 1


def test_s15_links_and_names_do_not_lead_out_of_the_folder(
    feed: Callable[..., Feed], place: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(CSV + HATS, "utf-8")
    (place / "offers.csv").symlink_to(secret)
    for source in ("heyi", "../heyi", "heyi/..", "", "HEYI", "a" * 25, ".kept"):
        with pytest.raises(ConnectorError) as refused:
            feed(source=source).fetch_listings()
        assert (refused.value.code, refused.value.permanent) == ("bad_feed", True)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"%PDF-1.7", b"<html><table>", b"PK\x03\x04 broken", b"{", b"{}", b"[1, 2]", b'{"items": "none"}'),
        *(b"[" * 3000, b"title,other\nx,y\n", "商品标题,价格\n袜子,1\n".encode(), b"\xff\xfe\x00"),
    ],
)
def test_r19_what_is_no_feed_says_so_for_good(feed: Callable[..., Feed], place: Path, content: bytes) -> None:
    (place / "offers.csv").write_bytes(content)
    for call in (lambda: feed().fetch_listings(), lambda: feed().check(), lambda: feed().fetch_one("A-1")):
        with pytest.raises(ConnectorError) as refused:
            call()
        assert (refused.value.code, refused.value.permanent) == ("bad_feed", True)


def test_a_feed_at_an_address(feed: Callable[..., Feed], talker: Talker) -> None:
    talker.says((CSV + HATS).encode(), kind="text/csv")
    of = feed(address=talker.url + "/offers.csv")
    assert of.check() == "heyi (csv)"
    assert [offer.external_id for offer in of.fetch_listings().offers] == ["A-2"]


def test_an_address_is_asked_whether_it_changed(feed: Callable[..., Feed], talker: Talker) -> None:
    talker.says(b"", status=304)
    page = feed(address=talker.url).fetch_listings(changed_since=utcnow())
    assert (page.offers, page.cursor) == ((), None)
    assert talker.heard[0].headers["If-Modified-Since"].endswith("GMT")


@pytest.mark.parametrize(
    ("status", "kind", "code", "permanent"),
    [
        (500, "text/csv", "no_answer", False), (429, "text/csv", "no_answer", False),
        (404, "text/csv", "bad_feed", True), (302, "text/csv", "bad_feed", True), (200, "text/html", "bad_feed", True),
    ],
)  # fmt: skip
def test_r19_an_address_that_fails(
    feed: Callable[..., Feed], talker: Talker, status: int, kind: str, code: str, permanent: bool
) -> None:
    talker.says(b"x", status=status, kind=kind)
    with pytest.raises(ConnectorError) as refused:
        feed(address=talker.url).fetch_listings()
    assert (refused.value.code, refused.value.permanent) == (code, permanent)


def test_s15_an_address_must_be_on_a_host_that_the_operator_lists(feed: Callable[..., Feed]) -> None:
    with pytest.raises(ConnectorError) as refused:
        feed(address="https://feeds.example.org/x.csv").fetch_listings()
    assert (refused.value.code, refused.value.permanent) == ("bad_address", True)


def test_nothing_half_taken_is_left_behind(feed: Callable[..., Feed], talker: Talker, place: Path) -> None:
    talker.raw([b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 100\r\n\r\nabc"])
    with pytest.raises(ConnectorError, match="no_answer"):
        feed(address=talker.url).fetch_listings()
    assert [file.name for file in (place / ".kept").iterdir()] == []


def test_a_long_feed_is_read_in_constant_memory(feed: Callable[..., Feed], place: Path) -> None:
    import tracemalloc

    def peak(count: int) -> int:
        with (place / "offers.csv").open("w", encoding="utf-8") as file:
            file.write(CSV)
            file.writelines(f"C-{n},帽子 {n},,,25,,2,30\n" for n in range(count))
        of, cursor, found = feed(), None, 0
        tracemalloc.start()
        while True:
            page = of.fetch_listings(cursor)
            found, cursor = found + len(page.offers), page.cursor
            if cursor is None:
                break
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found == count
        return most

    assert peak(6000) < peak(1000) + 2_500_000  # the ids alone, some 100 bytes each


def test_a_number_of_a_billion_digits_is_not_written_out() -> None:
    assert as_text(Decimal("1e1000000000")) == "1E+1000000000"
    assert as_text(Decimal("1.5e3")) == "1500"
