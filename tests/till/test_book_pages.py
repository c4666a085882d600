"""The books: sales and their search, one sale, goods that come back, the day as page, PDF and workbook."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.core.shop_time import start_of_day, today
from selection_center.sites.models import SiteKind
from selection_center.till import paying, reports
from selection_center.till.models import GoesTo, PayMethod, Refund, Sale
from selection_center.till.money_in import Paid
from tests import factories as make
from tests.printing import paper
from tests.till import making, selling
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def shop(app: Flask) -> making.Shop:
    return making.shop("store")


@pytest.fixture
def cas(visit: Visit, shop: making.Shop) -> Visitor:
    return visit(shop.cas)


@pytest.fixture
def ana(visit: Visit, shop: making.Shop) -> Visitor:
    return visit(shop.ana)


def bought(shop: making.Shop, pieces: int = 3, *paid: Paid, name: str = "bags") -> Sale:
    """So many bags at 12.80, paid in cash unless told."""
    sale = shop.sale((shop.goods(name), pieces))
    ways = paid or (Paid(PayMethod.CASH, making.BAGS_FEN * pieces),)
    return paying.sell(sale, shop.shift, ways, shop.cas)


def the_refund() -> Refund:
    db.session.expire_all()
    return db.session.scalars(sa.select(Refund)).one()


def form(sale: Sale, pieces: int, **values: Any) -> dict[str, Any]:
    return {
        f"back-{sale.lines[0].id}": str(pieces), f"goes-{sale.lines[0].id}": "stock", "reason": "破损",
        "way": "as_paid", "shift": str(sale.shift_id),
    } | values  # fmt: skip


# --- sales -----------------------------------------------------------------------------------------------------------


def test_sales_are_found_by_what_people_know(cas: Visitor, shop: making.Shop) -> None:
    card = shop.member(name="陈女士", phone="13800008123")
    bags = bought(shop)
    cups = shop.sale((shop.goods("cups"), 1))
    cups.set_member(card)
    paying.sell(cups, shop.shift, [Paid(PayMethod.WECHAT, making.BAGS_FEN, reference="42001234")], shop.cas)
    refund = selling.refunded(bags, shop.shift, 100)
    held = shop.sale((shop.goods("hats"), 1))
    held.put_on_hold("蓝衣服")
    bags.number, cups.number, refund.number = "S-5566-01", "S-5566-02", "S-5566-R3"  # drawn ones may hold any digits
    db.session.commit()
    for query, found in (
        ("", {bags, cups}), (f"q={bags.number}", {bags}), ("q=cup", {cups}), ("q=8123", {cups}), ("q=812", set()),
        ("q=42001234", {cups}), (f"q={refund.number}", {bags}), ("method=wechat", {cups}), ("where=refunded", {bags}),
        ("where=waiting", {held}), ("where=void", set()), (f"till={shop.till.id}", {bags, cups}), ("till=9", set()),
        (f"shift={shop.shift.id}", {bags, cups}), ("shift=987", set()), ("from=2199-01-01", set()),
        (f"from={today()}&to={today()}", {bags, cups}), ("to=2001-01-01", set()),
        ("method=x&where=x&from=x&sort=x", {bags, cups}),
        ("q=%25", set()), ("q=陈女", {cups}),
    ):  # fmt: skip
        page = cas.get(f"/sites/store/sales?{query}").text
        shown = {sale for sale in (bags, cups, held) if f'href="/sales/{sale.id}"' in page}
        assert shown == found, query


def test_the_page_of_one_sale(cas: Visitor, shop: making.Shop) -> None:
    sale = bought(shop, 3, Paid(PayMethod.CASH, 1_000, 5_000), Paid(PayMethod.WECHAT, 2_840, reference="4200771"))
    page = cas.get(f"/sales/{sale.id}?lang=en").text
    for words in (sale.number, "bags", "¥50.00 given, ¥40.00 change", "4200771", "Goods come back", "Tax included"):
        assert str(words) in page
    assert f'href="/shifts/{shop.shift.id}"' in page


def test_the_search_as_a_workbook_names_no_member(cas: Visitor, shop: making.Shop) -> None:
    sale = bought(shop)
    answer = cas.get("/sites/store/sales.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0].values)
    assert len(rows) == 2
    assert rows[1][0] == sale.number
    assert rows[1][6] == 38.4
    assert db.session.scalars(sa.select(AuditEntry).filter_by(verb="sales_exported")).one().detail == {"count": 1}


def test_other_stores_and_other_roles(visit: Visit, shop: making.Shop) -> None:
    sale = bought(shop)
    refund = selling.refunded(sale, shop.shift, 100)
    away = visit(make.user("Cy", Role.CASHIER, make.site("elsewhere", SiteKind.STORE)))
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, shop.site))
    for page in (
        "/sites/store/sales", "/sites/store/sales.xlsx", f"/sales/{sale.id}", f"/sales/{sale.id}/refunds/new",
        f"/refunds/{refund.id}", "/sites/store/day-report", "/sites/store/day-report.pdf",
        "/sites/store/day-report.xlsx",
    ):  # fmt: skip
        assert (away.get(page).status_code, bo.get(page).status_code) in {(404, 403), (403, 403)}, page


# --- goods that come back --------------------------------------------------------------------------------------------


def test_one_line_comes_back_against_the_receipt(cas: Visitor, shop: making.Shop) -> None:
    sale = bought(shop, 3)
    line = sale.lines[0]
    page = cas.get(f"/sales/{sale.id}/refunds/new?back-{line.id}=2&lang=en").text
    assert "Give back ¥25.60" in page
    answer = cas.submit(f"/sales/{sale.id}/refunds", form(sale, 2, seen="2560"))
    refund = the_refund()
    assert answer.location == f"/refunds/{refund.id}"
    assert (refund.total_fen, refund.payments[0].method, refund.lines[0].goes_to) == (
        2_560,
        PayMethod.CASH,
        GoesTo.STOCK,
    )
    assert shop.left() == 19
    assert shop.shift.expected()[PayMethod.CASH] == 50_000 + 1_280
    said = cas.get(f"/refunds/{refund.id}?lang=en").text
    assert "破损" in said
    assert "Back to stock" in said
    assert refund.number in cas.get(f"/sales/{sale.id}").text


def test_what_is_unfit_goes_to_waste(cas: Visitor, shop: making.Shop) -> None:
    sale = bought(shop, 1)
    cas.submit(f"/sales/{sale.id}/refunds", form(sale, 1) | {f"goes-{sale.lines[0].id}": "waste"})
    assert the_refund().lines[0].goes_to is GoesTo.WASTE
    assert shop.left() == 19
    assert "Everything of this sale has come back." in cas.get(f"/sales/{sale.id}/refunds/new?lang=en").text


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"reason": ""}, 422), ({"reason": "x" * 201}, 422), ({"shift": "987654"}, 422), ({"way": "x"}, 422),
        ({"seen": "1"}, 422), ({"way": "cash"}, 303),
    ],
)  # fmt: skip
def test_a_refund_that_is_not_whole_says_what_is_missing(
    cas: Visitor, shop: making.Shop, values: dict[str, str], status: int
) -> None:
    sale = bought(shop, 2)
    assert cas.submit(f"/sales/{sale.id}/refunds", form(sale, 1) | values).status_code == status
    db.session.expire_all()
    assert len(sale.refunds) == (status == 303)


def test_nothing_chosen_gives_nothing_back(cas: Visitor, shop: making.Shop) -> None:
    sale = bought(shop, 2)
    for pieces in (0, -1):
        answer = cas.submit(f"/sales/{sale.id}/refunds?lang=en", form(sale, pieces))
        assert answer.status_code == 422
        assert "Choose what comes back." in answer.text
    page = cas.get(f"/sales/{sale.id}/refunds/new?back-{sale.lines[0].id}=99&lang=en").text
    assert "Give back ¥25.60" in page, "no more than was bought"


def test_by_hand_the_number_of_the_refund_is_asked_for(cas: Visitor, shop: making.Shop) -> None:
    sale = bought(shop, 1, Paid(PayMethod.WECHAT, 1_280, reference="4200771"))
    page = cas.get(f"/sales/{sale.id}/refunds/new?back-{sale.lines[0].id}=1&lang=en").text
    assert "Number of the WeChat refund" in page
    numberless = cas.submit(f"/sales/{sale.id}/refunds?lang=en", form(sale, 1))
    assert numberless.status_code == 422
    assert "Write the number of the payment." in numberless.text
    cas.submit(f"/sales/{sale.id}/refunds", form(sale, 1, wechat="5030099"))
    payment = the_refund().payments[0]
    assert (payment.method, payment.reference, payment.amount_fen) == (PayMethod.WECHAT, "5030099", 1_280)


def test_cash_instead_is_a_managers(cas: Visitor, ana: Visitor, shop: making.Shop) -> None:
    sale = bought(shop, 1, Paid(PayMethod.WECHAT, 1_280, reference="4200771"))
    assert cas.submit(f"/sales/{sale.id}/refunds", form(sale, 1, way="cash")).status_code == 422
    assert ana.submit(f"/sales/{sale.id}/refunds", form(sale, 1, way="cash")).status_code == 303
    assert the_refund().payments[0].method is PayMethod.CASH


def test_above_the_limit_a_manager_types_the_pin(cas: Visitor, shop: making.Shop) -> None:
    shop.ana.set_pin("7294")
    sale = bought(shop, 20)
    wordless = cas.submit(f"/sales/{sale.id}/refunds?lang=en", form(sale, 20))
    assert wordless.status_code == 422
    assert "manager&#39;s PIN" in wordless.text
    wrong = cas.submit(f"/sales/{sale.id}/refunds?lang=en", form(sale, 20, manager=str(shop.ana.id), pin="9999"))
    assert wrong.status_code == 422
    assert "This is not the manager" in wrong.text
    assert (
        cas.submit(f"/sales/{sale.id}/refunds", form(sale, 20, manager=str(shop.ana.id), pin="7294")).status_code == 303
    )
    refund = the_refund()
    assert (refund.by.name, refund.approved_by) == (shop.cas.name, shop.ana)


def test_without_a_shift_of_ones_own_nothing_goes_out(visit: Visit, shop: making.Shop) -> None:
    sale = bought(shop, 1)
    li = visit(make.user("Li", Role.CASHIER, shop.site))
    page = li.get(f"/sales/{sale.id}/refunds/new?back-{sale.lines[0].id}=1&lang=en").text
    assert "No shift of yours is open. Open one first." in page
    assert li.submit(f"/sales/{sale.id}/refunds", form(sale, 1)).status_code == 422


# --- the day ---------------------------------------------------------------------------------------------------------


def test_a_day_sums_what_was_sold_and_what_came_back(shop: making.Shop) -> None:
    yesterday = start_of_day() - timedelta(minutes=1)
    selling.paid(shop.shift, 99_900, at=yesterday)
    first = bought(shop, 3)
    selling.paid(shop.shift, 0, wechat=1_000)
    selling.refunded(first, shop.shift, 1_280)
    shop.shift.move_cash(-500, "买水", shop.cas)
    report = reports.of_day(shop.site, today())
    assert (report.sales, report.total_fen, report.refunded_fen, report.net_fen) == (2, 4_840, 1_280, 3_560)
    assert {row.method: row.left_fen for row in report.methods if row.left_fen} == {
        PayMethod.CASH: 2_560, PayMethod.WECHAT: 1_000,
    }  # fmt: skip
    assert sum(row.fen for row in report.kinds) == report.total_fen == sum(row.fen for row in report.taxes)
    assert sum(count for _hour, count, _fen in report.hours) == 2
    assert [move.amount_fen for move in report.moves] == [-500]
    assert reports.of_day(shop.site, today() - timedelta(days=1)).total_fen == 99_900
    assert reports.of_shift(shop.shift).total_fen == 104_740


def test_members_save_and_discounts_are_told_apart(shop: making.Shop) -> None:
    sku = shop.goods(member_fen=making.BAGS_MEMBER_FEN)
    sale = shop.sale((sku, 2))
    sale.set_member(shop.member())
    sale.lines[0].discount(100, "压坏", shop.cas, None)
    paying.sell(sale, shop.shift, [Paid(PayMethod.CASH, 2_200)], shop.cas)
    report = reports.of_day(shop.site, today())
    assert (report.marked_fen, report.member_saved_fen, report.discount_fen) == (2_560, 260, 100)
    assert (report.total_fen, report.by_members) == (2_200, 1)


def test_the_workbook_names_an_open_shift_and_members_by_their_numbers(ana: Visitor, shop: making.Shop) -> None:
    card, cups = shop.member(), shop.sale((shop.goods("cups"), 1))
    cups.set_member(card)
    paying.sell(cups, shop.shift, [Paid(PayMethod.CARD, making.BAGS_FEN, reference="1")], shop.cas)
    book = openpyxl.load_workbook(io.BytesIO(ana.get("/sites/store/day-report.xlsx?lang=en").data))
    assert [row[:2] for row in list(book["Shifts"].values)[1:]] == [(shop.till.name, shop.cas.name)]
    assert [row[4] for row in list(book["Sales"].values)[1:]] == [card.member.number]
    assert book["Sums"]["B9"].number_format == "#,##0.00"


def test_the_day_as_page_pdf_and_workbook(ana: Visitor, shop: making.Shop) -> None:
    bought(shop, 3)
    shop.shift.move_cash(-500, "=2+2", shop.cas)
    shop.shift.close({PayMethod.CASH: 53_000}, {}, "少了", shop.ana)
    page = ana.get("/sites/store/day-report?lang=en").text
    assert "¥3.40 missing" in page
    pdf = ana.get("/sites/store/day-report.pdf").data
    assert pdf.startswith(b"%PDF")
    assert paper.page_count(pdf) >= 1
    book = openpyxl.load_workbook(io.BytesIO(ana.get("/sites/store/day-report.xlsx?lang=en").data))
    sums = {row[0]: row[1] for row in book["Sums"].values}
    assert (sums["Sales"], sums["Sold"], sums["Cash"]) == (1, 38.4, 38.4)
    cash = next(row for row in list(book["Shifts"].values)[1:] if row[4] == "Cash")
    assert cash[5:9] == (533.4, 530, -3.4, "少了")
    assert list(book["Cash in and out"].values)[1][3] == "=2+2", "text stays text"
    assert book["Cash in and out"]["D2"].data_type == "s"
    shift = f"/shifts/{shop.shift.id}"
    assert ana.get(f"{shift}/report.pdf").data.startswith(b"%PDF")
    assert ana.get(f"{shift}/report.xlsx").status_code == 200


def test_head_office_reads_the_days_of_every_store_and_no_more(visit: Visit, shop: making.Shop) -> None:
    bought(shop, 3)
    hana = visit(make.user("Hana", Role.HEAD_OFFICE))
    assert "/sites/store/day-report" in hana.get("/sites/store").text
    page = hana.get("/sites/store/day-report?lang=en").text
    assert "¥38.40" in page
    for address in (
        f"/shifts/{shop.shift.id}",
        "/sites/store/sales",
        "/sites/store/shifts",
        "/sites/store/tills/settings",
    ):
        assert f'href="{address}"' not in page, "nothing leads where head office may not go"
        assert hana.get(address).status_code == 403
    for address in ("/sites/store/day-report.pdf", "/sites/store/day-report.xlsx"):
        assert hana.get(address).status_code == 200


@pytest.mark.parametrize("query", ["day=x", "day=2199-12-31", "day=0001-01-01", "day=2001-01-01", ""])
def test_an_empty_day_is_a_day(ana: Visitor, shop: making.Shop, query: str) -> None:
    for page in ("day-report", "day-report.pdf", "day-report.xlsx"):
        assert ana.get(f"/sites/store/{page}?{query}").status_code == 200
    assert "Nothing was sold on this day." in ana.get(f"/sites/store/day-report?lang=en&{query}").text


def test_a_page_asks_the_database_little(cas: Visitor, shop: making.Shop) -> None:
    """As many questions for thirty sales as for three."""
    sku = shop.goods(pieces=200)

    def asked() -> int:
        statements: list[str] = []
        engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        assert cas.get("/sites/store/sales").status_code == 200
        return len(statements)

    def sell(number: int) -> None:
        for _sale in range(number):
            paying.sell(shop.sale((sku, 1)), shop.shift, [Paid(PayMethod.CASH, making.BAGS_FEN)], shop.cas)

    sell(3)
    few = asked()
    sell(27)
    assert asked() <= few + 1
