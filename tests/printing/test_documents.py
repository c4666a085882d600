"""A buyer's list and an order for its factory, on paper."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.suppliers import PriceVisibility
from selection_center.core import codes
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.orders.models import Order, OrderKind, OrderLine
from selection_center.samples.models import Sample
from selection_center.selections.models import SelectionList
from tests import factories as make
from tests.databases import PUBLIC_URL
from tests.printing import paper
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
HOSTILE = "{{7*7}} {0.__class__} %(x)s"


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier(), title=f"垃圾袋 {HOSTILE}"), site, make.stand(site))


def put_on_list(dee: Visitor, sample: Sample, quantity: int = 48) -> SelectionList:
    form = {"code": sample.code, "sku": sample.listing.skus[0].id, "quantity": quantity, "kind": "bulk"}
    assert dee.submit("/list/lines", form).status_code == 303
    db.session.expire_all()
    return db.session.scalars(sa.select(SelectionList)).one()


def words_of(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return "".join(paper.words(answer.data).split())


def test_a_list_goes_home_on_paper(client: Visitor, sample: Sample) -> None:
    assert client.get("/list/selection.pdf").status_code == 404
    mine = put_on_list(client, sample)
    client.submit("/list/details", {"name": "春季补货", "note": f"{HOSTILE} 😀"})
    said = words_of(client, "/list/selection.pdf")
    for text in ("春季补货", "垃圾袋", "A-03-2", "48件", "¥11.50", "¥552.00", codes.format_code(mine.code)):
        assert text in said, text
    assert HOSTILE.replace(" ", "") + "〓" in said
    pdf = client.get("/list/selection.pdf").data
    assert [code.text for code in paper.codes_on(pdf)] == [codes.address(mine.code, PUBLIC_URL)]
    assert "/list/selection.pdf" in client.get("/list").text
    assert "Selectionlist" in words_of(client, "/list/selection.pdf?lang=en") or "春季补货" in said


def test_a_shared_list_is_read_without_the_code_that_opens_it(client: Visitor, app: Flask, sample: Sample) -> None:
    mine = put_on_list(client, sample)
    client.submit("/list/details", {"name": "春季补货", "note": "给导购的话"})
    client.submit("/list/share")
    db.session.expire_all()
    stranger = app.test_client()
    assert isinstance(stranger, Visitor)
    path = f"/l/{mine.share_token}/selection.pdf"
    said = words_of(stranger, path)
    assert "垃圾袋" in said
    assert "给导购的话" not in said
    assert codes.format_code(mine.code) not in said
    assert path in stranger.get(f"/l/{mine.share_token}").text
    client.submit("/list/share/withdrawal")
    assert stranger.get(path).status_code == 404


def test_prices_of_the_list_obey_the_factory(client: Visitor, sample: Sample) -> None:
    assert sample.listing.supplier is not None
    sample.listing.supplier.price_visibility = PriceVisibility.STAFF
    put_on_list(client, sample)
    said = words_of(client, "/list/selection.pdf")
    assert "垃圾袋" in said
    assert "11.50" not in said
    assert "552.00" not in said


@pytest.fixture
def order(client: Visitor, sample: Sample) -> Order:
    mine = put_on_list(client, sample)
    made = Order(
        number="YW-2847-31", token="t" * 24, site=sample.site, supplier=sample.listing.supplier, buyer=mine.buyer,
        kind=OrderKind.BULK, name="迪伊采购", phone="13812348000", company="迪伊百货",
        address="杭州市西湖区文三路 1 号", message=HOSTILE,
        consent_version="2026-11", goods_fen=55200, freight_agreed=True,
    )  # fmt: skip
    made.lines = [
        OrderLine(
            listing_id=sample.listing_id, sku_id=sample.listing.skus[0].id, sample_id=sample.id,
            title=sample.listing.title, unit="件", unit_en="pcs", quantity=48, unit_fen=1150, total_fen=55200,
        )
    ]  # fmt: skip
    return make.add(made)


def test_an_order_is_handed_over_with_its_buyer_masked(visit: Visit, order: Order) -> None:
    path = f"/orders/{order.number}/handover.pdf"
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, order.site))
    said = words_of(bo, path)
    for text in ("YW-2847-31", "迪伊采购", "杭州市西湖区文三路", "48件", "¥11.50", "¥552.00", HOSTILE.replace(" ", "")):
        assert text in said, text
    assert path in bo.get(f"/orders/{order.number}").text
    eve = visit(make.user("Eve", Role.SUPPLIER, supplier=order.supplier))
    masked = words_of(eve, path)
    assert "迪**" in masked
    assert "迪伊" not in masked
    for words in (said, masked):
        assert "13812348000" not in words
        assert "138****8000" in words


def test_other_sites_factories_and_roles_get_no_handover(visit: Visit, client: Visitor, order: Order) -> None:
    path = f"/orders/{order.number}/handover.pdf"
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    assert cy.get(path).status_code == 404
    fay = visit(make.user("Fay", Role.SUPPLIER, supplier=make.supplier("别家")))
    assert fay.get(path).status_code == 404
    assert visit(make.user("Gil", Role.CASHIER, order.site)).get(path).status_code == 403
    assert client.get(path).status_code == 302
    assert cy.get("/orders/XX-0000-00/handover.pdf").status_code == 404


def test_a_long_list_takes_several_pages(client: Visitor, sample: Sample) -> None:
    for number in range(30):
        more = make.sample(make.listing(sample.listing.supplier, title=f"样品 {number}"), sample.site)
        put_on_list(client, more, 3)
    pdf = client.get("/list/selection.pdf").data
    assert paper.page_count(pdf) >= 2
    assert "样品29" in "".join("".join(paper.words(pdf, page) for page in range(paper.page_count(pdf))).split())
