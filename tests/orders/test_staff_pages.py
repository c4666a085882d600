"""Orders as staff handle them: from the list to shipped; other site 404, wrong role 403, bad input 422."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.orders.models import Order, OrderState
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def order(client: Visitor) -> Order:
    site = make.site()
    sample = make.sample(make.listing(make.supplier()), site, make.stand(site))
    client.submit("/list/lines", {"code": sample.code, "sku": sample.listing.skus[0].id, "quantity": 48})
    line = client.get("/checkout").text.split('name="seen-')[1].split('"')[0]
    contact = {"name": "陈女士", "phone": "13800008000", "address": "杭州", "invoice": "none", "consent": "y"}
    client.submit("/checkout", contact | {f"seen-{line}": "1150"})
    return db.session.scalars(sa.select(Order)).one()


def state_of(order: Order) -> OrderState:
    db.session.expire_all()
    return order.state


def test_staff_confirm_ship_and_complete_an_order(app: Flask, visit: Visit, order: Order) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, order.site))
    number = order.number
    assert number in bo.get("/home", follow_redirects=True).text
    assert number in bo.get("/sites/yiwu/orders?q=8000").text
    assert "13800008000" not in bo.get(f"/orders/{number}").text
    bo.submit(f"/orders/{number}/confirmation")
    assert state_of(order) is OrderState.SUBMITTED  # freight is still open
    assert bo.submit(f"/orders/{number}/freight", {"freight": "x"}).status_code == 422
    bo.submit(f"/orders/{number}/freight", {"freight": "18"})
    bo.submit(f"/orders/{number}/confirmation")
    assert state_of(order) is OrderState.CONFIRMED
    assert bo.submit(f"/orders/{number}/cancellation", {"reason": "x"}).status_code == 403
    bo.submit(f"/orders/{number}/shipment", {"carrier": "中通", "tracking_number": "ZT1"})
    bo.submit(f"/orders/{number}/completion")
    assert state_of(order) is OrderState.COMPLETED
    assert order.total_fen == 48 * 1150 + 1800


def test_a_phone_opens_only_with_a_line_in_the_audit(app: Flask, visit: Visit, order: Order) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, order.site))
    assert "13800008000" not in bo.get(f"/orders/{order.number}?phone=open").text
    opened = bo.submit(f"/orders/{order.number}/phone")
    assert "13800008000" in bo.get(opened.headers["Location"]).text


def test_people_elsewhere_do_not_find_the_order(app: Flask, visit: Visit, order: Order) -> None:
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    assert cy.get(f"/orders/{order.number}").status_code == 404
    assert cy.submit(f"/orders/{order.number}/confirmation").status_code == 404
    cash = visit(make.user("Cash", Role.CASHIER, order.site))
    assert cash.get("/sites/yiwu/orders").status_code == 403


def test_a_supplier_sees_own_orders_with_the_buyer_masked(app: Flask, visit: Visit, order: Order) -> None:
    eve = visit(make.user("Eve", Role.SUPPLIER, supplier=order.supplier))
    assert order.number in eve.get("/orders").text
    page = eve.get(f"/orders/{order.number}").text
    assert ("陈女士" in page, "13800008000" in page, "杭州" in page) == (False, False, True)
    assert eve.submit(f"/orders/{order.number}/confirmation").status_code == 403
