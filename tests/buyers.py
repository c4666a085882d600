"""What buyers do on their phones, for tests that need a list or an order to begin with."""

import re
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from selection_center.core.db import db
from selection_center.orders.models import Order
from selection_center.samples.models import Sample
from selection_center.selections.models import SelectionLine, SelectionList
from tests.visitors import Visitor

PHONE = "13800008000"
CONTACT = {
    "name": "陈女士",
    "phone": PHONE,
    "address": "浙江省杭州市余杭区文一西路 998 号",
    "invoice": "none",
    "consent": "y",
}


def put_on_list(dee: Visitor, sample: Sample, quantity: int | str = 48, **fields: Any) -> TestResponse:
    form = {"code": sample.code, "sku": sample.listing.skus[0].id, "quantity": quantity}
    return dee.submit("/list/lines", form | fields)


def seen(page: str) -> dict[str, str]:
    """The prices that a checkout page shows, as its form sends them."""
    return dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', page))


def check_out(dee: Visitor, **changes: Any) -> TestResponse:
    return dee.submit("/checkout", CONTACT | seen(dee.get("/checkout").text) | changes)


def order_of(dee: Visitor, sample: Sample, quantity: int = 48, **fields: Any) -> Order:
    """Lists and orders one SKU; the newest order."""
    put_on_list(dee, sample, quantity, **fields)
    answer = check_out(dee)
    assert answer.status_code == 303
    return newest_order()


def newest_order() -> Order:
    db.session.expire_all()
    return db.session.scalars(sa.select(Order).order_by(Order.id.desc())).first() or missing()


def missing() -> Any:
    raise AssertionError("there is no order")


def orders() -> list[Order]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Order).order_by(Order.id)))


def the_list() -> SelectionList:
    db.session.expire_all()
    return db.session.scalars(sa.select(SelectionList)).one()


def the_line() -> SelectionLine:
    db.session.expire_all()
    return db.session.scalars(sa.select(SelectionLine)).one()
