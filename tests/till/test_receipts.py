"""Receipts: on paper, as PDF and by a private address, and the wish for an invoice."""

import io

import pytest
from pypdf import PdfReader

from selection_center.core.db import db
from selection_center.membership import points
from selection_center.orders.models import InvoiceWish
from selection_center.till import paying
from selection_center.till.models import PayMethod
from selection_center.till.money_in import Paid
from tests.printing import paper
from tests.till.making import BAGS_FEN, Shop
from tests.till.test_till_page import pay, rung_up, scan, the_sale, turned
from tests.visitors import Visitor


def test_the_customer_reads_the_receipt_and_asks_for_an_invoice(cas: Visitor, store: Shop, client: Visitor) -> None:
    card = store.member(phone="13800008123")
    scan(cas, store, turned(card))
    sale = rung_up(cas, store)
    address = f"/r/{sale.token}"
    assert client.get(address).status_code == 404  # not paid yet
    pay(cas, sale, tendered="20")
    shown = client.get(address).text
    assert "¥12.80" in shown
    assert "陈女士" not in shown
    assert "0000" + "8123" not in shown
    wish = {"invoice": "normal", "invoice_title": "杭州某公司", "invoice_email": "a@example.com"}
    assert client.submit(f"{address}/invoice", {"invoice": "normal"}).status_code == 422
    assert client.submit(f"{address}/invoice", wish | {"invoice_email": "x"}).status_code == 422
    assert client.submit(f"{address}/invoice", wish).status_code == 303
    assert (the_sale().invoice, the_sale().invoice_title) == (InvoiceWish.NORMAL, "杭州某公司")
    assert client.get("/r/" + "n" * 24).status_code == 404


@pytest.mark.parametrize("width", [58, 80])
def test_a_receipt_is_one_page_as_wide_as_its_roll(cas: Visitor, store: Shop, width: int) -> None:
    for number in range(12):
        title = "很长的名字" * (1 + number % 7)
        fields = {"title": title, "price": "12.80", "quantity": "2"}
        assert cas.submit(f"/tills/{store.till.id}/typed-lines", fields).status_code == 303
    sale = the_sale()
    pay(cas, sale, tendered="500")
    pdf = cas.get(f"/sales/{sale.id}/receipt.pdf?width={width}").data
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 1
    assert round(float(pages[0].mediabox.width) / 72 * 25.4) == width
    image = paper.raster(pdf, dpi=254)
    inked = image.point(lambda shade: 255 if shade < 128 else 0).getbbox()
    assert inked is not None
    assert 20 <= image.height - inked[3] <= 60, "tenths of a millimetre below the last line, where the roll is cut"


def test_points_are_counted_and_our_own_mark_of_them_is_nobodys_business(
    cas: Visitor, store: Shop, client: Visitor
) -> None:
    card = store.member()
    points.earn(card.member_id, 400, "earlier", None)
    sale = store.sale((store.goods(), 1))
    sale.set_member(card)
    paying.sell(sale, store.shift, [Paid(PayMethod.POINTS, 400), Paid(PayMethod.CASH, BAGS_FEN - 400)], store.cas)
    db.session.commit()
    mark = next(payment.reference for payment in sale.payments if payment.method is PayMethod.POINTS)
    pdf = PdfReader(io.BytesIO(cas.get(f"/sales/{sale.id}/receipt.pdf?lang=en").data)).pages[0].extract_text()
    pages = (client.get(f"/r/{sale.token}?lang=en"), cas.get(f"/sales/{sale.id}/receipt"), cas.get(f"/sales/{sale.id}"))
    for text in (pdf, *(page.text for page in pages)):
        assert "400 points" in text or "400 分" in text
        assert mark not in text
        assert (sale.number or "no number") in text
