"""The pages of deliveries: found, announced, listed by typing, pasting and sending a table, closed; who may."""

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.merging import merge
from selection_center.catalog.models import Listing
from selection_center.catalog.search import index_listings
from selection_center.core.db import db
from selection_center.core.exports import Cell, xlsx_file
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.samples import delivery_queries as queries
from selection_center.samples import delivery_receiving as receiving
from selection_center.samples.deliveries import Delivery
from selection_center.samples.models import Sample, SampleState
from selection_center.sites.models import Site
from tests import factories as make
from tests.accounts.tablets import come_in, tablet, with_pin
from tests.promises.pages import FormReader
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
INDEX = "/sites/yiwu/deliveries"


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def listing(site: Site) -> Listing:
    return make.listing(make.supplier(), specs=("红", "金"), item_number="HY-88", title="加厚平口垃圾袋")


@pytest.fixture
def cup(listing: Listing) -> Listing:
    return make.listing(listing.supplier, item_number="HY-90", title="双层玻璃杯", title_en="Glass cup")


@pytest.fixture
def delivery(listing: Listing, site: Site) -> Delivery:
    assert listing.supplier is not None
    return make.delivery(listing.supplier, site)


@pytest.fixture
def here(delivery: Delivery) -> str:
    return f"/deliveries/{delivery.id}"


@pytest.fixture
def bo(visit: Visit, site: Site) -> Visitor:
    browser = visit(make.user("Bo", Role.FLOOR_STAFF, site))
    browser.set_cookie("language", "en", domain="yp.example.com")
    return browser


def listed(delivery: Delivery) -> dict[str, int]:
    """What stands on its list: item number and style, and pieces."""
    db.session.expire_all()
    return {
        f"{line.listing.item_number} {line.sku.spec if line.sku else '*'}".strip(): line.pieces
        for line in delivery.lines
    }


def test_a_delivery_is_announced_for_a_factory_and_a_day(bo: Visitor, listing: Listing, site: Site) -> None:
    supplier = listing.supplier
    assert supplier is not None
    assert "Nothing is announced" in bo.get(INDEX).text
    assert supplier.name_en in bo.get(f"{INDEX}/new?q=heyi").text
    assert "No factory fits" in bo.get(f"{INDEX}/new?q=nobody").text
    page = bo.get(f"{INDEX}/new?supplier={supplier.id}")
    assert str(today() + timedelta(days=3)) in page.text
    day = today() + timedelta(days=5)
    answer = bo.submit(INDEX, {"supplier": supplier.id, "expected_on": day.isoformat(), "note": "顺丰 SF100"})
    assert answer.status_code == 303
    made = db.session.scalars(sa.select(Delivery)).one()
    assert (made.supplier_id, made.expected_on, made.note) == (supplier.id, day, "顺丰 SF100")
    assert answer.location == f"/deliveries/{made.id}/list"


@pytest.mark.parametrize("day", ["", "tomorrow", "0001-01-01", "9999-12-31"])
def test_a_day_that_makes_no_sense_stays_in_the_form(bo: Visitor, listing: Listing, day: str) -> None:
    answer = bo.submit(INDEX, {"supplier": listing.supplier_id, "expected_on": day, "note": "by Li"})
    assert answer.status_code == 422
    assert 'value="by Li"' in answer.text
    assert bo.submit(INDEX, {"supplier": "987654", "expected_on": str(today())}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == 0


def test_open_deliveries_come_first_and_can_be_searched(bo: Visitor, listing: Listing, site: Site) -> None:
    assert listing.supplier is not None
    other = make.supplier("澄海玩具厂", name_en="Chenghai Toys")
    make.delivery(listing.supplier, site, (listing, 1), in_days=9)
    late = make.delivery(other, site, (make.listing(other, title="积木"), 2), in_days=-1, note="货拉拉")
    done = make.delivery(other, site, (make.listing(other), 1), in_days=-30)
    done.close(give_up=True)
    page = bo.get(INDEX).text
    assert page.index(f"/deliveries/{late.id}") < page.index(f"/deliveries/{done.id}")
    assert page.count("Late") == 2  # its tab and its badge
    assert f"/deliveries/{late.id}" in bo.get(f"{INDEX}?show=overdue").text
    assert f"/deliveries/{done.id}" not in bo.get(f"{INDEX}?show=open").text
    for words in ("chenghai", "货拉拉", "积木"):
        found = bo.get(f"{INDEX}?q={words}").text
        assert f"/deliveries/{late.id}" in found
        assert "Heyi" not in found
    assert "No delivery fits" in bo.get(f"{INDEX}?q=100%25").text
    assert bo.get(f"{INDEX}?show=nonsense&page=77").status_code == 200


# --- the list ---------------------------------------------------------------------------------------------------


def test_offers_are_searched_and_added(
    bo: Visitor, delivery: Delivery, here: str, listing: Listing, cup: Listing
) -> None:
    index_listings([listing.id, cup.id])
    page = bo.get(f"{here}/list?q=HY-90").text
    assert "Glass cup" in page
    assert "HY-88" not in page
    gold = listing.skus[1]
    add = {"offer": listing.id, "style": gold.id, "pieces": "3"}
    assert bo.submit(f"{here}/lines", add).status_code == 303
    assert bo.submit(f"{here}/lines", add).status_code == 303
    assert bo.submit(f"{here}/lines", {"offer": cup.id, "style": "", "pieces": "2"}).status_code == 303
    assert listed(delivery) == {"HY-88 金": 6, "HY-90 *": 2}
    assert db.session.scalar(sa.select(sa.func.count(Sample.id))) == 8
    states = {sample.state for sample in db.session.scalars(sa.select(Sample).filter_by(sku_id=gold.id))}
    assert states == {SampleState.EXPECTED}


@pytest.mark.parametrize(
    "wrong", [{"pieces": "0"}, {"pieces": "-1"}, {"pieces": "999999"}, {"pieces": "many"}, {"style": "77"}]
)
def test_a_line_that_makes_no_sense_is_not_added(
    bo: Visitor, delivery: Delivery, here: str, listing: Listing, wrong: dict[str, str]
) -> None:
    answer = bo.submit(f"{here}/lines", {"offer": listing.id, "style": "", "pieces": "1"} | wrong)
    assert answer.status_code == 422
    assert listed(delivery) == {}
    assert bo.submit(f"{here}/lines", {}).status_code == 422


def test_another_factorys_offer_is_not_added(bo: Visitor, delivery: Delivery, here: str) -> None:
    foreign = make.listing(make.supplier("澄海玩具厂"))
    assert bo.submit(f"{here}/lines", {"offer": foreign.id, "style": "", "pieces": "1"}).status_code == 422
    assert listed(delivery) == {}


def test_pieces_are_changed_and_lines_taken_off(bo: Visitor, delivery: Delivery, here: str, cup: Listing) -> None:
    delivery.add_all([(cup, cup.skus[0], 4)])
    line = f"{here}/lines/{delivery.lines[0].id}"
    assert bo.submit(line, {"pieces": "2"}).status_code == 303
    assert listed(delivery) == {"HY-90": 2}
    assert bo.submit(line, {"pieces": "x"}).status_code == 422
    assert bo.submit(line, {"pieces": "0"}).status_code == 303
    assert listed(delivery) == {}
    assert bo.submit(line, {"pieces": "1"}).status_code == 404


def test_the_list_stays_once_something_has_come(bo: Visitor, delivery: Delivery, here: str, cup: Listing) -> None:
    delivery.add_all([(cup, cup.skus[0], 2)])
    receiving.receive(db.session.scalars(delivery.samples()).all()[0], None, None)
    assert bo.get(f"{here}/list").location == here
    assert bo.submit(f"{here}/lines", {"offer": cup.id, "style": "", "pieces": "1"}).status_code == 409
    assert bo.submit(f"{here}/lines/{delivery.lines[0].id}", {"pieces": "1"}).status_code == 409
    assert listed(delivery) == {"HY-90": 2}


# --- pasted -----------------------------------------------------------------------------------------------------


def test_a_pasted_list_is_shown_before_it_is_written(
    bo: Visitor, delivery: Delivery, here: str, listing: Listing, cup: Listing
) -> None:
    text = "\n".join((
        f"{listing.external_id} 2",
        f"https://detail.1688.com/offer/{cup.external_id}.html?spm=a26\t１件",
        "HY-90, 2",
        f"{listing.external_id}\t金\t3",
        "加厚平口垃圾袋 红 x4",
        "glass cup 1 pcs",
    ))  # fmt: skip
    page = bo.submit(f"{here}/list", {"text": text})
    assert page.status_code == 200
    assert "cannot be read" not in page.text
    assert listed(delivery) == {}
    fields = fields_of(page.text)
    assert fields["pieces"] == ["2", "4", "3", "4"]
    assert bo.submit(f"{here}/lines", fields).status_code == 303
    assert listed(delivery) == {"HY-88 *": 2, "HY-90": 4, "HY-88 金": 3, "HY-88 红": 4}


def fields_of(page: str) -> dict[str, list[str]]:
    """What the form of the lines that were read sends."""
    reader = FormReader("")
    reader.feed(page)
    form = next(form for form in reader.forms if form.action.endswith("/lines"))
    return {name: [field.value for field in form.fields if field.name == name] for name in ("offer", "style", "pieces")}


def test_a_pasted_list_with_everything_wrong_in_it_loses_nothing(
    bo: Visitor, delivery: Delivery, here: str, listing: Listing, cup: Listing
) -> None:
    foreign = make.listing(make.supplier("澄海玩具厂", name_en="Chenghai Toys"))
    orphan = make.listing(None)
    make.listing(listing.supplier, item_number="TWICE", title="同款一")
    make.listing(listing.supplier, item_number="TWICE", title="同款二")
    wrong = {
        "600000000001 2": "is not in the catalog",
        f"{foreign.external_id} 2": "belongs to Chenghai Toys",
        f"{orphan.external_id} 2": "has no factory yet",
        "https://qr.1688.com/s/AbC 2": "short link",
        "TWICE 2": "2 offers are called so",
        "没有这个 2": "No offer of this factory is called so",
        f"{listing.external_id}\t蓝\t2": "has no style 蓝",
        f"{cup.external_id}\t蓝\t2": "one style only",
        f"{cup.external_id}": "Write the pieces behind the offer",
        f"{cup.external_id} many": "many is no number of pieces",
        f"{cup.external_id} 1.5": "1.5 is no number of pieces",
        f"{cup.external_id} -1": "-1 is no number of pieces",
        f"{cup.external_id} 0": "from 1 to 200 pieces",
        f"{cup.external_id} 201": "from 1 to 200 pieces",
        f"{cup.external_id} 99999999999": "from 1 to 200 pieces",
        "1.05731E+12 2": "Excel has cut the number",
        "<script>alert(1)</script> 2": "No offer of this factory is called so",
        "3": "Write the pieces behind the offer",
    }
    lines = ["", f"{cup.external_id} 2", *wrong, "   "]
    page = bo.submit(f"{here}/list", {"text": "\n".join(lines)})
    assert page.status_code == 200
    assert f"{len(wrong)} lines cannot be read" in page.text
    rows = [" ".join(row.split()) for row in cells(page.text)]
    for number, (text, reason) in enumerate(wrong.items(), 3):
        assert any(row.startswith(f"{number} ") and reason in row for row in rows), (text, reason)
    left = page.text.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    assert left.count("\n") == len(wrong) - 1
    assert "<script>" not in page.text.partition("<main")[2].partition("</main>")[0]
    fields = fields_of(page.text)
    assert fields["pieces"] == ["2"]
    again = bo.submit(f"{here}/list", fields | {"text": "HY-90 3\nHY-77 1"})  # one is mended, one is not
    assert fields_of(again.text)["pieces"] == ["5"]
    assert "1 line cannot be read" in again.text
    assert bo.submit(f"{here}/lines", fields_of(again.text)).status_code == 303
    assert listed(delivery) == {"HY-90": 5}


def cells(page: str) -> list[str]:
    """The texts of a page's table rows."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)
    return [html.unescape(re.sub(r"<[^>]+>", " ", row)) for row in rows]


def test_nothing_pasted_is_said_so(bo: Visitor, here: str) -> None:
    assert bo.submit(f"{here}/list", {"text": "  "}).status_code == 422
    assert bo.submit(f"{here}/list", {"text": "x" * 50_000}).status_code == 422


# --- a table ----------------------------------------------------------------------------------------------------


def upload(bo: Visitor, here: str, data: bytes, name: str) -> str:
    answer = bo.submit(f"{here}/list", {"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")
    assert answer.status_code in (200, 422)
    return str(answer.text)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_table_is_read_by_its_columns(
    bo: Visitor, delivery: Delivery, here: str, listing: Listing, cup: Listing, kind: str
) -> None:
    header = ["商品ID", "商品标题", "规格", "送样件数"]
    rows: list[list[Cell]] = [
        [listing.external_id, "", "金", "2"],
        [cup.external_id, "", "", "3件"],
        ["", "双层玻璃杯", "", 1],
        ["1.05731E+12", "", "", 1],
        [listing.external_id, "", "蓝", 1],
        [cup.external_id, "", "", "viele"],
        ["", "", "", 4],
        [listing.external_id, "", "红", ""],
    ]
    data = xlsx_file("样品", header, rows) if kind == "xlsx" else csv_of(header, rows)
    page = upload(bo, here, data, f"送样.{kind}")
    shown = [" ".join(row.split()) for row in cells(page)]
    for number, column, reason in (
        (5, "商品ID", "Excel has cut the number to 1.05731E+12"),
        (6, "规格", "has no style 蓝"),
        (7, "送样件数", "viele is no number of pieces"),
        (8, "商品ID", "names no offer"),
    ):
        assert any(row.startswith(f"{number} ") and column in row and reason in row for row in shown), (number, shown)
    assert "1 row without pieces was left out" in page
    assert listed(delivery) == {}
    assert bo.submit(f"{here}/lines", fields_of(page)).status_code == 303
    assert listed(delivery) == {"HY-88 金": 2, "HY-90": 4}


def csv_of(header: list[str], rows: list[list[Cell]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode("gb18030")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty"),
        (b"%PDF-1.7 nothing", "not a table"),
        (b"PK\x03\x04broken", "damaged"),
        ("商品ID,商品标题\n600000000001,x\n".encode(), "No column says how many pieces"),
        ("件数,备注栏\n3,x\n".encode(), "No column says which offer"),
        ("商品ID,件数\n".encode() + b"600000000001,1\n" * 2_001, "more than 2000 rows"),
        (b"a" * 10_000_001, "larger than 10 MB"),
    ],
)  # fmt: skip
def test_s13_a_table_that_cannot_be_taken_is_refused_whole(bo: Visitor, here: str, data: bytes, reason: str) -> None:
    page = upload(bo, here, data, "list.csv")
    assert reason in page
    assert 'id="file-error"' in page


def test_the_factorys_own_table_comes_back_filled_in(bo: Visitor, delivery: Delivery, here: str, cup: Listing) -> None:
    sheet = bo.get(f"{here}/template.xlsx")
    assert sheet.status_code == 200
    page = upload(bo, here, sheet.data, "template.xlsx")
    assert "3 rows without pieces were left out" in page
    assert "Nothing could be read" in page


def test_s12_texts_stay_texts_in_the_exported_list(bo: Visitor, delivery: Delivery, here: str) -> None:
    evil = make.listing(delivery.supplier, title='=HYPERLINK("http://x")', title_en="=1+1", item_number="@SUM(1)")
    delivery.add_all([(evil, None, 2)])
    rows = list(csv.reader(io.StringIO(bo.get(f"{here}/list.csv").data.decode("utf-8-sig"))))
    assert rows[1][1:3] == ["'=1+1", "'@SUM(1)"]
    assert rows[1][4:] == ["2", "0", "2", "0", "0"]
    assert bo.get(f"{here}/list.xlsx").data.startswith(b"PK")


# --- its page and its end ---------------------------------------------------------------------------------------


def test_its_page_says_what_came_and_leads_on(bo: Visitor, delivery: Delivery, here: str, cup: Listing) -> None:
    assert "Nothing on its list yet" in bo.get(here).text
    delivery.add_all([(cup, cup.skus[0], 3)])
    samples = db.session.scalars(delivery.samples()).all()
    receiving.receive(samples[0], None, None)
    page = bo.get(here).text
    assert "2 missing" in page
    assert f"/sites/yiwu/floor/receive?delivery={delivery.id}" in page
    labels = f"/sites/yiwu/print?among={','.join(str(sample.id) for sample in samples)}"
    assert labels in page
    assert bo.get(labels).text.count("checked") >= 3
    assert 'href="/sites/yiwu/floor/place"' not in page
    for sample in samples[1:]:
        receiving.receive(sample, None, None)
    assert 'href="/sites/yiwu/floor/place"' in bo.get(here).text


def test_its_history_says_who_took_in_what_when_and_by_which_tablet(
    app: Flask, delivery: Delivery, here: str, cup: Listing
) -> None:
    ana = make.user("Ana", Role.MANAGER, delivery.site)
    bo = with_pin(make.user("Bo", Role.FLOOR_STAFF, delivery.site))
    held, _device = tablet(app, delivery.site, ana, "Tablet 4")
    come_in(held, bo)
    delivery.add_all([(cup, cup.skus[0], 3)])
    first, second, third = db.session.scalars(delivery.samples()).all()
    stand = make.stand(delivery.site)
    receive = {"text": first.code or "", "context-delivery": str(delivery.id), "context-stand": stand.code}
    held.submit("/sites/yiwu/floor/receive/scans", receive)
    held.submit(f"/samples/{second.id}/receipt", {})
    held.submit(f"/samples/{second.id}/receipt/reversal", {})
    held.submit("/sites/yiwu/floor/place/scans", {"text": third.code or "", "context-stand": stand.code})
    lines = [" ".join(line.split()) for line in history_of(held.get(here, query_string={"lang": "en"}).text)]
    assert ["A-03-2" in line for line in lines] == [True, False, False, True]
    assert [line.split("Glass cup")[0].strip() for line in lines] == [
        "Received", "Receipt taken back", "Received", "Received",
    ]  # fmt: skip
    assert all(line.endswith("Bo Tablet 4") for line in lines)


def test_a_surplus_piece_that_was_taken_back_stays_in_the_history(
    bo: Visitor, delivery: Delivery, here: str, cup: Listing
) -> None:
    delivery.add_all([(cup, cup.skus[0], 1)])
    receiving.receive(db.session.scalars(delivery.samples()).one(), None, None)
    extra = make.listing(delivery.supplier, title_en="Teapot")
    assert bo.submit(f"{here}/surplus", {"offer": str(extra.id)}).status_code == 303
    surplus = db.session.scalars(sa.select(Sample).filter_by(listing_id=extra.id)).one()
    bo.submit(f"/samples/{surplus.id}/receipt/reversal")
    db.session.expire_all()
    assert surplus.delivery_line is None
    lines = history_of(bo.get(here, query_string={"lang": "en"}).text)
    assert [line.split("Teapot")[0].strip() for line in lines if "Teapot" in line] == ["Receipt taken back", "Received"]
    other = make.delivery(delivery.supplier, delivery.site)
    assert "Teapot" not in bo.get(f"/deliveries/{other.id}", query_string={"lang": "en"}).text.split('id="history"')[1]


def history_of(page: str) -> list[str]:
    """What its lines say, without the time."""
    entries = re.findall(r"<li><time.*?</time>(.*?)</li>", page.split('id="history"')[1], re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", " ", entry)) for entry in entries]


def test_day_and_note_change(bo: Visitor, delivery: Delivery, here: str) -> None:
    assert bo.get(f"{here}/announcement").status_code == 200
    assert bo.submit(f"{here}/announcement", {"expected_on": "x", "note": ""}).status_code == 422
    day = today() + timedelta(days=20)
    assert bo.submit(f"{here}/announcement", {"expected_on": str(day), "note": "自提"}).status_code == 303
    db.session.expire_all()
    assert (delivery.expected_on, delivery.note) == (day, "自提")


def test_closing_and_opening_again(bo: Visitor, visit: Visit, delivery: Delivery, here: str, cup: Listing) -> None:
    delivery.add_all([(cup, cup.skus[0], 2)])
    assert '<select id="missing"' not in bo.get(here).text
    assert bo.submit(f"{here}/closing", {"missing": "give_up"}).status_code == 403
    assert bo.submit(f"{here}/closing", {"missing": "burn"}).status_code == 422
    ana = visit(make.user("Ana", Role.MANAGER, delivery.site))
    assert '<select id="missing"' in ana.get(here).text
    assert "give_up" in ana.get(here).text
    assert ana.submit(f"{here}/closing", {"missing": "give_up"}).status_code == 303
    db.session.expire_all()
    assert queries.counts_of(delivery).given_up == 2
    assert "Undo the closing" in bo.get(here).text
    assert ana.submit(f"{here}/closing/reversal").status_code == 303
    db.session.expire_all()
    assert queries.counts_of(delivery).missing == 2
    assert bo.submit(f"{here}/closing/reversal").status_code == 409
    assert bo.submit(f"{here}/closing", {"missing": "keep"}).status_code == 303
    assert bo.submit(f"{here}/announcement", {"expected_on": str(today()), "note": ""}).status_code == 409


def test_an_announcement_without_a_list_is_thrown_away(
    bo: Visitor, delivery: Delivery, here: str, cup: Listing
) -> None:
    delivery.add_all([(cup, cup.skus[0], 1)])
    assert bo.submit(f"{here}/deletion").status_code == 409
    delivery.lines[0].set_pieces(0)
    assert bo.submit(f"{here}/deletion").location == INDEX
    assert bo.get(here).status_code == 404


def test_the_sites_home_leads_to_deliveries_and_marks_late_ones(
    bo: Visitor, delivery: Delivery, here: str, cup: Listing
) -> None:
    assert "No delivery is announced." in bo.get("/sites/yiwu/home").text
    delivery.add_all([(cup, cup.skus[0], 2)])
    page = bo.get("/sites/yiwu/home").text
    assert f'href="{here}"' in page
    assert "overdue" not in page
    delivery.expected_on = today() - timedelta(days=1)
    page = bo.get("/sites/yiwu/home").text
    assert "1 delivery is overdue" in page
    assert f'href="{INDEX}?show=overdue"' in page
    Sample.receive(cup, delivery.site, state=SampleState.EXPECTED)
    assert "1 sample more is expected, without a delivery" in bo.get("/sites/yiwu/home").text


def test_a_merged_factorys_deliveries_go_over(delivery: Delivery) -> None:
    gone, stays = delivery.supplier, make.supplier("澄海玩具厂")
    merge(gone, stays)
    db.session.expire_all()
    assert delivery.supplier is stays


# --- receiving without scanning ---------------------------------------------------------------------------------


def test_a_receipt_is_made_and_taken_back_by_its_address(
    bo: Visitor, delivery: Delivery, here: str, cup: Listing
) -> None:
    delivery.add_all([(cup, cup.skus[0], 1)])
    sample = db.session.scalars(delivery.samples()).one()
    stand = make.stand(delivery.site)
    address = f"/samples/{sample.id}/receipt"
    assert bo.submit(address, {"stand": "x"}).status_code == 422
    assert bo.submit(address, {"stand": "987654"}).status_code == 404
    assert bo.submit(address, {"stand": str(stand.id)}).status_code == 303
    db.session.expire_all()
    assert (sample.state, sample.stand) == (SampleState.HERE, stand)
    assert bo.submit(address).status_code == 303
    answer = bo.submit(f"{address}/reversal", headers={"Accept": "application/json"})
    assert (answer.json or {})["message"] == "It is expected again."
    db.session.expire_all()
    assert sample.state is SampleState.EXPECTED


def test_a_piece_is_taken_in_by_hand_and_taken_back(bo: Visitor, delivery: Delivery, here: str, cup: Listing) -> None:
    delivery.add_all([(cup, cup.skus[0], 1)])
    line = f"{here}/lines/{delivery.lines[0].id}/receipts"
    answer = bo.submit(line)
    assert answer.status_code == 303
    sample = db.session.scalars(delivery.samples()).one()
    assert sample.is_here
    reversal = f"/samples/{sample.id}/receipt/reversal"
    page = bo.get(answer.location).text
    assert f'action="{reversal}"' in page
    assert f'action="{line}"' not in page
    assert bo.submit(line).status_code == 409
    assert bo.submit(reversal).status_code == 303
    db.session.expire_all()
    assert queries.counts_of(delivery).missing == 1
    assert reversal not in bo.get(answer.location).text
    assert bo.submit(f"{here}/lines/987654/receipts").status_code == 404


def test_surplus_is_taken_in_by_its_address(bo: Visitor, delivery: Delivery, here: str, cup: Listing) -> None:
    foreign = make.listing(make.supplier("澄海玩具厂"))
    for wrong in ({}, {"offer": foreign.id}, {"offer": cup.id, "style": 987}, {"offer": cup.id, "tag": "nonsense"}):
        assert bo.submit(f"{here}/surplus", wrong).status_code == 422
    assert bo.submit(f"{here}/surplus", {"offer": cup.id, "style": cup.skus[0].id}).status_code == 303
    assert queries.counts_of(delivery).surplus == 1


# --- who may ----------------------------------------------------------------------------------------------------


def test_other_sites_and_roles_are_kept_out(visit: Visit, delivery: Delivery, here: str, cup: Listing) -> None:
    delivery.add_all([(cup, cup.skus[0], 1)])
    sample = db.session.scalars(delivery.samples()).one()
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    eve = visit(make.user("Eve", Role.SUPPLIER, supplier=delivery.supplier))
    cas = visit(make.user("Cas", Role.CASHIER, delivery.site))
    line = f"{here}/lines/{delivery.lines[0].id}"
    gets = (
        INDEX,
        f"{INDEX}/new",
        here,
        f"{here}/list",
        f"{here}/announcement",
        f"{here}/list.csv",
        f"{here}/template.xlsx",
    )
    posts = (
        INDEX, f"{here}/list", f"{here}/lines", line, f"{line}/receipts", f"{here}/announcement", f"{here}/closing",
        f"{here}/closing/reversal", f"{here}/deletion", f"{here}/surplus", f"/samples/{sample.id}/receipt",
        f"/samples/{sample.id}/receipt/reversal",
    )  # fmt: skip
    for browser, status in ((cy, 404), (eve, 403), (cas, 403)):
        assert {address: browser.get(address).status_code for address in gets} == dict.fromkeys(gets, status)
        assert {address: browser.submit(address).status_code for address in posts} == dict.fromkeys(posts, status)


def test_what_a_manager_gave_up_floor_staff_do_not_bring_back(
    bo: Visitor, visit: Visit, site: Site, listing: Listing
) -> None:
    assert listing.supplier is not None
    ana = visit(make.user("Ana", Role.MANAGER, site))
    delivery = make.delivery(listing.supplier, site, (listing, 2))
    ana.submit(f"/deliveries/{delivery.id}/closing", {"missing": "give_up"})
    bo.submit(f"/deliveries/{delivery.id}/closing/reversal")
    db.session.expire_all()
    assert delivery.is_open
    assert not list(db.session.scalars(delivery.samples(Sample.state == SampleState.EXPECTED)))
