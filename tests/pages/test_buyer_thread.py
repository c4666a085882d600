"""The buyer's thread: scan, list, order, follow, cancel; each page in both languages."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from selection_center.catalog.models import Listing
from selection_center.core.db import db
from selection_center.orders.models import Order, OrderState
from selection_center.samples.models import Sample
from tests import factories as make
from tests.conftest import new_visitor
from tests.visitors import Visitor

CONTACT = {
    "name": "陈女士",
    "phone": "13800008000",
    "address": "浙江省杭州市余杭区文一西路 998 号",
    "invoice": "none",
    "consent": "y",
}


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    piece = make.sample(make.listing(make.supplier(), specs=("红", "金")), site, make.stand(site))
    db.session.commit()
    return piece


def put_on_list(dee: Visitor, sample: Sample, quantity: str = "48", **fields: str) -> TestResponse:
    form = {"code": sample.code or "", "sku": str(sample.listing.skus[0].id), "quantity": quantity}
    return dee.submit("/list/lines", form | fields)


def seen(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', page))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_scan_shows_price_ladder_rules_and_place(client: Visitor, sample: Sample, language: str) -> None:
    page = client.get(f"/s/{sample.code}?lang={language}").text
    assert "A-03-2" in page
    assert ("加厚平口自动收口垃圾袋" if language == "zh" else "Thick drawstring bin bags") in page
    assert all(price in page for price in ("12", ".80", "11", ".50", "10", ".20"))


def test_the_price_follows_the_quantity(client: Visitor, sample: Sample) -> None:
    page = client.get(f"/s/{sample.code}/price?quantity=36&lang=en").text
    assert "36 pcs × ¥12.80" in page
    assert "Add 12 pcs to pay ¥11.50 each" in page
    assert "MOQ 3 pcs" in client.get(f"/s/{sample.code}/price?quantity=2&lang=en").text


def test_codes_that_lead_nowhere_say_in_which_way(client: Visitor) -> None:
    visitor = client
    answers = {"ABC": "eleven characters", "7K3M9XT2WDU": "No code holds a U", "00000000001": "typing mistake"}
    for code, words in answers.items():
        answer = visitor.get(f"/s/{code}?lang=en")
        assert (answer.status_code, words in answer.text) == (404, True), code
    assert "Not known" in visitor.get("/s/00000000000?lang=en").text


def test_a_list_becomes_an_order_that_can_be_followed_and_cancelled(client: Visitor, sample: Sample) -> None:
    dee = client
    assert put_on_list(dee, sample).status_code == 303
    assert "552" in dee.get("/list").text
    checkout = dee.get("/checkout?lang=en").text
    answer = dee.submit("/checkout", CONTACT | seen(checkout))
    order = db.session.scalars(sa.select(Order)).one()
    assert answer.headers["Location"] == f"/o/{order.token}"
    assert (order.goods_fen, order.state, order.phone) == (48 * 1150, OrderState.SUBMITTED, "13800008000")
    page = dee.get(f"/o/{order.token}").text
    assert order.number in page
    assert "138****8000" in page
    assert "13800008000" not in page
    assert order.number in dee.get("/my-orders").text
    dee.submit(f"/o/{order.token}/cancellation", {"reason": "改主意了"})
    db.session.expire_all()
    assert order.state is OrderState.CANCELLED
    assert "改主意了" in dee.get(f"/o/{order.token}").text


def test_an_order_without_a_phone_stays_in_the_form(client: Visitor, sample: Sample) -> None:
    dee = client
    put_on_list(dee, sample)
    answer = dee.submit("/checkout", CONTACT | seen(dee.get("/checkout").text) | {"phone": "12"})
    assert answer.status_code == 422
    assert "陈女士" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Order.id))) == 0


def test_a_risen_price_is_shown_before_it_is_ordered(client: Visitor, sample: Sample) -> None:
    dee = client
    put_on_list(dee, sample)
    before = seen(dee.get("/checkout").text)
    db.session.get_one(Listing, sample.listing_id).tiers[1].price_fen = 1200
    db.session.commit()
    answer = dee.submit("/checkout", CONTACT | before)
    assert answer.status_code == 409
    assert "¥11.50 → ¥12.00" in answer.text
    assert dee.submit("/checkout", CONTACT | seen(answer.text)).status_code == 303


def test_below_the_minimum_the_list_advises_and_nothing_is_ordered(client: Visitor, sample: Sample) -> None:
    dee = client
    put_on_list(dee, sample, "2")
    assert "MOQ 3 pcs" in dee.get("/list?lang=en").text
    dee.submit("/checkout", CONTACT | seen(dee.get("/checkout").text))
    assert db.session.scalar(sa.select(sa.func.count(Order.id))) == 0


def test_a_shared_list_is_read_only_and_can_be_withdrawn(app: Flask, client: Visitor, sample: Sample) -> None:
    dee = client
    put_on_list(dee, sample)
    dee.submit("/list/share", {})
    link = re.search(r"/l/[\w-]+", dee.get("/list").text)
    assert link is not None
    page = new_visitor(app).get(link[0])
    assert (page.status_code, "48" in page.text, "/list/lines" in page.text) == (200, True, False)
    dee.submit("/list/share/withdrawal", {})
    assert new_visitor(app).get(link[0]).status_code == 404


def test_the_list_goes_home_as_a_workbook(client: Visitor, sample: Sample) -> None:
    dee = client
    put_on_list(dee, sample)
    assert dee.get("/list/selection.xlsx").data[:2] == b"PK"


def test_a_retired_sample_offers_similar_ones(client: Visitor, sample: Sample) -> None:
    other = make.sample(
        make.listing(sample.listing.supplier, title="另一款"), sample.site, make.stand(sample.site, bay=4)
    )
    sample.listing.state = type(sample.listing.state).OFF_SHELF
    db.session.commit()
    page = client.get(f"/s/{sample.code}").text
    assert "另一款" in page
    assert other.code is not None
    assert other.code in page
