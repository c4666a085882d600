"""The list of orders: found, filtered, told of news, taken along; and what a masked buyer must not tell."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.audit import AuditEntry
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.orders.models import Order, OrderState, Payment
from selection_center.samples.models import Sample
from tests import factories as make
from tests.buyers import PHONE, newest_order, order_of
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier(), sample_fen=1500), site, make.stand(site))


@pytest.fixture
def order(client: Visitor, sample: Sample) -> Order:
    return order_of(client, sample)


@pytest.fixture
def ana(visit: Visit, sample: Sample) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, sample.site))


@pytest.fixture
def eve(visit: Visit, sample: Sample) -> Visitor:
    return visit(make.user("Eve", Role.SUPPLIER, supplier=sample.listing.supplier))


def rows(page: str) -> list[str]:
    return re.findall(r'class="strong num nowrap" href="/orders/([A-Z0-9-]+)"', page)


def cells(data: bytes) -> list[Any]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_an_order_that_comes_in_is_told_beside_the_rows(
    ana: Visitor, client: Visitor, sample: Sample, order: Order
) -> None:
    page = ana.get("/sites/yiwu/orders?lang=en").text
    address = page.split('data-url="')[1].split('"')[0].replace("&amp;", "&")
    quiet = ana.get(address)
    assert (quiet.status_code, quiet.text.strip()) == (200, "")
    assert ana.get(address, headers={"If-None-Match": quiet.headers["ETag"]}).status_code == 304
    order_of(client, sample)
    told = ana.get(address, headers={"If-None-Match": quiet.headers["ETag"]})
    assert (told.status_code, "1 new order" in told.text) == (200, True)
    order_of(client, sample)
    assert "2 new orders" in ana.get(address).text


def test_a_change_by_somebody_else_is_told_too(ana: Visitor, order: Order) -> None:
    before = int((utcnow() - timedelta(seconds=5)).timestamp() * 1000)
    db.session.execute(sa.update(Order).values(changed_at=utcnow() - timedelta(hours=1)))
    address = f"/sites/yiwu/orders/news?after={order.id}&since={before}&lang=en"
    assert "changed" not in ana.get(address).text
    ana.submit(f"/orders/{order.number}/notes", {"text": "打过电话"})
    assert "1 order changed" in ana.get(address).text


@pytest.mark.parametrize("query", ["after=x&since=y", f"after={'9' * 40}&since={'9' * 40}", "after=-1&since=-1", ""])
def test_odd_news_questions_break_nothing(ana: Visitor, order: Order, query: str) -> None:
    assert ana.get(f"/sites/yiwu/orders/news?{query}").status_code == 200
    assert ana.get(f"/orders/news?{query}").status_code == 200


@pytest.mark.parametrize("words", ["{number}", "陈女士", "8000", PHONE, "禾一"])
def test_staff_find_an_order_by_what_a_caller_says(ana: Visitor, order: Order, words: str) -> None:
    asked = words.format(number=order.number)
    assert rows(ana.get("/sites/yiwu/orders", query_string={"q": asked}).text) == [order.number]
    assert rows(ana.get("/sites/yiwu/orders", query_string={"q": "nobody"}).text) == []


def test_states_kinds_and_due_ones_are_filtered(ana: Visitor, client: Visitor, sample: Sample, order: Order) -> None:
    taken = order_of(client, sample, 1, kind="sample", seen=1500)
    order = db.session.get_one(Order, order.id)
    order.follow_up(today() - timedelta(days=1), None)
    numbers = {"": [taken.number, order.number], "kind=sample": [taken.number], "due=1": [order.number]}
    numbers |= {"state=submitted&sort=oldest": [order.number, taken.number], "state=shipped": []}
    for query, found in numbers.items():
        assert rows(ana.get(f"/sites/yiwu/orders?{query}").text) == found, query
    assert "No order fits this search." in ana.get("/sites/yiwu/orders?state=shipped&lang=en").text


def test_a_supplier_sees_own_orders_and_learns_no_name_or_phone(
    eve: Visitor, client: Visitor, order: Order, sample: Sample
) -> None:
    other = make.sample(make.listing(make.supplier("别家")), sample.site)
    foreign = order_of(client, other)
    page = eve.get("/orders").text
    assert (rows(page), "陈女士" in page, PHONE in page) == ([order.number], False, False)
    for words in ("陈女士", "8000", PHONE):
        assert rows(eve.get("/orders", query_string={"q": words}).text) == []
    assert rows(eve.get("/orders", query_string={"q": order.number}).text) == [order.number]
    for path in ("", "/handover.xlsx"):
        assert eve.get(f"/orders/{foreign.number}{path}").status_code == 404
    told = cells(eve.get(f"/orders/{order.number}/handover.xlsx").data) + cells(eve.get("/orders.xlsx").data)
    assert not {"陈女士", PHONE} & set(map(str, told))
    assert "138****8000" in told


def test_a_member_of_staff_elsewhere_who_is_a_supplier_too_reads_it_masked(
    visit: Visit, order: Order, sample: Sample
) -> None:
    cy = make.user("Cy", Role.MANAGER, make.site("chenghai"))
    cy.add_grant(Role.SUPPLIER, supplier_id=sample.listing.supplier_id)
    page = visit(cy).get(f"/orders/{order.number}").text
    assert ("陈女士" in page, "经过" in page, "查看手机号" in page) == (False, False, False)


def test_a_supplier_ships_and_does_nothing_else(eve: Visitor, ana: Visitor, order: Order) -> None:
    ana.submit(f"/orders/{order.number}/freight", {"agreed": "y"})
    assert ana.submit(f"/orders/{order.number}/confirmation", {"way": " "}).status_code == 422
    ana.submit(f"/orders/{order.number}/confirmation")
    for verb in ("freight", "confirmation", "cancellation", "completion", "notes", "follow-up", "payments", "phone"):
        assert eve.submit(f"/orders/{order.number}/{verb}", {"reason": "x"}).status_code == 403, verb
    assert eve.submit(f"/orders/{order.number}/shipment", {"carrier": ""}).status_code == 422
    eve.submit(f"/orders/{order.number}/shipment", {"carrier": "中通", "tracking_number": "ZT1"})
    assert newest_order().state is OrderState.SHIPPED


def test_the_table_to_take_along_keeps_the_search_and_masks_phones(ana: Visitor, order: Order) -> None:
    found = cells(ana.get("/sites/yiwu/orders.xlsx").data)
    assert {order.number, "138****8000", 552} <= set(found)
    assert PHONE not in found
    assert order.number not in cells(ana.get("/sites/yiwu/orders.xlsx?state=shipped").data)


def test_handover_names_goods_address_and_sums(ana: Visitor, order: Order) -> None:
    ana.submit(f"/orders/{order.number}/freight", {"freight": "18"})
    found = cells(ana.get(f"/orders/{order.number}/handover.xlsx").data)
    assert {order.number, "浙江省杭州市余杭区文一西路 998 号", 48, 11.5, 552, 18, 570} <= set(found)


def test_a_formula_in_an_order_stays_text(ana: Visitor, client: Visitor, sample: Sample, order: Order) -> None:
    order = db.session.get_one(Order, order.id)
    order.name, order.message = "=HYPERLINK(1)", "+1"
    for path in (f"/orders/{order.number}/handover.xlsx", "/orders.xlsx"):
        sheet = openpyxl.load_workbook(io.BytesIO(ana.get(path).data)).worksheets[0]
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds


def test_freight_is_an_amount_or_an_agreement(ana: Visitor, order: Order) -> None:
    for wrong in ({"freight": ""}, {"freight": "12.345"}, {"freight": "-1"}, {"freight": "abc"}):
        assert ana.submit(f"/orders/{order.number}/freight", wrong).status_code == 422, wrong
    ana.submit(f"/orders/{order.number}/confirmation")
    assert newest_order().state is OrderState.SUBMITTED
    ana.submit(f"/orders/{order.number}/freight", {"agreed": "y"})
    ana.submit(f"/orders/{order.number}/confirmation")
    assert (newest_order().state, newest_order().freight_agreed) == (OrderState.CONFIRMED, True)
    assert {"Freight: agreed with the factory", "运费：与工厂商定"} & {note.text for note in newest_order().notes}


def test_payments_add_up_and_a_wrong_one_is_taken_back(ana: Visitor, visit: Visit, order: Order) -> None:
    path = f"/orders/{order.number}/payments"
    for wrong in ({"amount": "0"}, {"amount": ""}, {"amount": "1.234"}, {"amount": "9", "method": "gold"}):
        assert ana.submit(path, {"method": "cash"} | wrong).status_code == 422, wrong
    ana.submit(path, {"amount": "500", "method": "bank", "reference": "R1"})
    ana.submit(path, {"amount": "500", "method": "cash"})
    assert newest_order().paid_fen == 100_000
    wrong_one = max(payment.id for payment in newest_order().payments)
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, newest_order().site))
    assert bo.submit(f"{path}/{wrong_one}/taking-back").status_code == 403
    ana.submit(f"{path}/{wrong_one}/taking-back")
    assert (newest_order().paid_fen, newest_order().open_fen) == (50_000, 5_200)
    verbs = db.session.scalars(sa.select(AuditEntry.verb).where(AuditEntry.verb.like("payment%"))).all()
    assert sorted(verbs) == ["payment_recorded", "payment_recorded", "payment_taken_back"]
    left = db.session.scalars(sa.select(Payment)).one()
    left.at = utcnow() - timedelta(minutes=11)
    assert ana.submit(f"{path}/{left.id}/taking-back").status_code == 409


def test_only_managers_record_payments_and_cancel_what_is_confirmed(visit: Visit, ana: Visitor, order: Order) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, order.site))
    assert bo.submit(f"/orders/{order.number}/payments", {"amount": "1", "method": "cash"}).status_code == 403
    ana.submit(f"/orders/{order.number}/freight", {"agreed": "y"})
    ana.submit(f"/orders/{order.number}/confirmation")
    assert bo.submit(f"/orders/{order.number}/cancellation", {"reason": "x"}).status_code == 403
    assert ana.submit(f"/orders/{order.number}/cancellation", {"reason": ""}).status_code == 422
    ana.submit(f"/orders/{order.number}/cancellation", {"reason": "厂里断货"})
    assert (newest_order().state, newest_order().cancel_reason) == (OrderState.CANCELLED, "厂里断货")


def test_a_follow_up_has_a_day_and_a_person_of_the_floor(ana: Visitor, order: Order) -> None:
    cash = make.user("Cash", Role.CASHIER, order.site)
    bo = make.user("Bo", Role.FLOOR_STAFF, order.site)
    path = f"/orders/{order.number}/follow-up"
    assert ana.submit(path, {"on": "2026-13-01", "cared_by": bo.id}).status_code == 422
    assert ana.submit(path, {"on": "", "cared_by": cash.id}).status_code == 422
    ana.submit(path, {"on": str(today()), "cared_by": bo.id})
    found = newest_order()
    assert (found.is_due, found.cared_by_id) == (True, bo.id)
    assert "Bo" in ana.get("/sites/yiwu/orders").text


def test_people_of_another_site_learn_nothing(visit: Visit, order: Order) -> None:
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    for path in ("orders", "orders/news", "orders.xlsx"):
        assert cy.get(f"/sites/yiwu/{path}").status_code == 404
    assert rows(cy.get("/orders").text) == []
    assert cy.get(f"/orders/{order.number}/handover.xlsx").status_code == 404
    for verb in ("shipment", "completion", "notes", "follow-up", "payments", "phone", "cancellation"):
        assert cy.submit(f"/orders/{order.number}/{verb}", {"reason": "x"}).status_code == 404, verb
