"""The buyer's list: changed on its own device, read by its link, found by nobody else."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.suppliers import PriceVisibility
from selection_center.core.db import db, utcnow
from selection_center.samples.models import Sample
from selection_center.selections.models import LONGEST_LIST, LineKind, SelectionLine
from tests import factories as make
from tests.buyers import check_out, order_of, orders, put_on_list, the_line, the_list
from tests.conftest import new_visitor
from tests.visitors import Visitor


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    by = make.supplier(mix_pieces=10)
    listing = make.listing(by, specs=("红", "金"), carton_pieces=60, carton_gross_g=14200, sample_fen=1500)
    return make.sample(listing, site, make.stand(site))


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "", "10000000", "三", "9" * 40, "\x00"])
def test_a_quantity_that_is_none_is_told_and_changes_nothing(client: Visitor, sample: Sample, quantity: str) -> None:
    put_on_list(client, sample)
    answer = client.submit(f"/list/lines/{the_line().id}/quantity", {"quantity": quantity})
    assert answer.status_code == 422
    assert the_line().quantity == 48


def test_more_of_the_same_goes_onto_its_line(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample, 12)
    put_on_list(client, sample, 36)
    assert the_line().quantity == 48


def test_the_next_rung_is_one_tap_away(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample, 40)
    page = client.get("/list?lang=en").text
    assert "Add 8 pcs to pay ¥11.50 each" in page
    client.submit(f"/list/lines/{the_line().id}/quantity", {"quantity": "48"})
    assert "¥11.50 / pcs" in client.get("/list?lang=en").text


def test_totals_name_cartons_and_weight(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample, 130)
    page = client.get("/list?lang=en").text
    assert "2 cartons + 10 loose" in page
    assert "30.8 kg" in page


def test_what_is_missing_for_a_mixed_batch_is_said_while_building(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample, 2)
    page = client.get("/list?lang=en").text
    assert "Not yet: below the minimum" in page
    assert "8 pcs short" in page
    other = make.sample(make.listing(sample.listing.supplier, title="另一款"), sample.site)
    put_on_list(client, other, 8)
    assert "Can be ordered" in client.get("/list?lang=en").text


def test_a_removed_line_comes_back_as_it_was(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    line_id = the_line().id
    client.submit(f"/list/lines/{line_id}/note", {"note": "要红绳"})
    client.submit(f"/list/lines/{line_id}/removal")
    page = client.get("/list?lang=en").text
    assert ("Removed:" in page, "Nothing on the list yet" in page) == (True, True)
    client.submit(f"/list/lines/{line_id}/restoration")
    assert (the_line().is_open, the_line().quantity, the_line().note) == (True, 48, "要红绳")


def test_a_removal_is_final_after_ten_minutes(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    client.submit(f"/list/lines/{the_line().id}/removal")
    the_line().removed_at = utcnow() - timedelta(minutes=11)
    assert "Removed:" not in client.get("/list?lang=en").text
    assert client.submit(f"/list/lines/{the_line().id}/restoration").status_code == 409
    assert not the_line().is_open


def test_a_line_taken_back_joins_what_was_added_since(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample, 12)
    removed = the_line().id
    client.submit(f"/list/lines/{removed}/removal")
    put_on_list(client, sample, 36)
    client.submit(f"/list/lines/{removed}/restoration")
    assert the_line().quantity == 48


def test_a_line_changes_its_style_and_no_other_listings(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    gold = sample.listing.skus[1].id
    client.submit(f"/list/lines/{the_line().id}/style", {"sku": gold})
    assert the_line().sku_id == gold
    foreign = make.listing(make.supplier("别家")).skus[0].id
    assert client.submit(f"/list/lines/{the_line().id}/style", {"sku": foreign}).status_code == 404
    assert client.submit(f"/list/lines/{the_line().id}/style", {"sku": "x"}).status_code == 422


def test_ordered_lines_stay_with_their_order_and_can_be_ordered_again(client: Visitor, sample: Sample) -> None:
    order = order_of(client, sample)
    page = client.get("/list").text
    assert (order.number in page, "已下单" in page) == (True, True)
    ordered = the_line().id
    assert client.submit(f"/list/lines/{ordered}/removal").status_code == 409
    client.submit(f"/list/lines/{ordered}/again")
    lines = the_list().lines
    assert [(line.is_open, line.quantity) for line in lines] == [(False, 48), (True, 48)]
    assert client.submit(f"/list/lines/{lines[1].id}/again").status_code == 409


@pytest.mark.parametrize("verb", ["quantity", "note", "removal", "restoration", "style", "again"])
def test_a_line_of_another_device_is_not_there(app: Flask, client: Visitor, sample: Sample, verb: str) -> None:
    put_on_list(client, sample)
    mallory = new_visitor(app)
    put_on_list(mallory, make.sample(sample.listing, sample.site))
    first = db.session.scalars(sa.select(SelectionLine.id).order_by(SelectionLine.id)).first()
    answer = mallory.submit(f"/list/lines/{first}/{verb}", {"quantity": "1", "note": "x", "sku": "1"})
    assert answer.status_code == 404


def test_a_share_link_is_random_read_only_and_withdrawn(app: Flask, client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    client.submit("/list/share")
    link = re.search(r"/l/[\w-]+", client.get("/list").text)
    assert link is not None
    page = new_visitor(app).get(link[0]).text
    assert ("垃圾袋" in page, 'method="post"' in page, the_list().code in page) == (True, False, False)
    client.submit("/list/share/withdrawal")
    assert new_visitor(app).get(link[0]).status_code == 404


def test_prices_for_who_left_a_phone_are_hidden_until_then(app: Flask, client: Visitor, sample: Sample) -> None:
    assert sample.listing.supplier is not None
    sample.listing.supplier.price_visibility = PriceVisibility.PHONE
    put_on_list(client, sample)
    page = client.get("/list").text
    assert ("11.50" in page, 'href="/my-number"' in page, 'href="/checkout"' in page) == (False, True, False)
    check_out(client)
    assert orders() == []  # a price is seen before it is ordered
    client.submit("/my-number", {"phone": "13800138000", "consent": "y"})
    assert "11.50" in client.get("/list").text
    check_out(client)
    assert [order.goods_fen for order in orders()] == [48 * 1150]


def test_prices_for_staff_never_reach_list_workbook_or_link(app: Flask, client: Visitor, sample: Sample) -> None:
    assert sample.listing.supplier is not None
    sample.listing.supplier.price_visibility = PriceVisibility.STAFF
    put_on_list(client, sample)
    client.submit("/list/share")
    check_out(client)
    link = f"/l/{the_list().share_token}"
    pages = [client.get("/list").text, client.get("/checkout").text, new_visitor(app).get(link).text]
    assert not any(price in page for page in pages for price in ("11.50", "552", "12.80"))
    book = openpyxl.load_workbook(io.BytesIO(client.get("/list/selection.xlsx").data))
    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert not {11.5, 552, 12.8} & {cell for cell in cells if isinstance(cell, int | float)}
    assert orders() == []


def test_a_name_that_is_a_formula_stays_text(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    client.submit(f"/list/lines/{the_line().id}/note", {"note": "=1+1"})
    book = openpyxl.load_workbook(io.BytesIO(client.get("/list/selection.xlsx").data))
    noted = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in noted] == ["s"]


def test_a_list_has_an_end(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    selection = the_list()
    for _ in range(LONGEST_LIST - 1):
        piece = make.sample(make.listing(sample.listing.supplier), sample.site)
        selection.add(piece, piece.listing.skus[0], 1, LineKind.BULK, seen_fen=None)
    assert len(selection.open_lines) == LONGEST_LIST
    assert put_on_list(client, make.sample(make.listing(None), sample.site)).status_code == 409


def test_the_list_shows_its_code_for_the_desk_and_opens_at_home(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    code = the_list().code
    assert the_list().shown_code in client.get("/list").text
    assert client.get(f"/s/{code}").headers["Location"] == "/list"


def test_the_lists_code_tells_a_stranger_nothing(app: Flask, client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    assert new_visitor(app).get(f"/s/{the_list().code}").status_code == 404
