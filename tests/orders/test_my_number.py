"""Leaving a number to see prices: asked for where it opens something, and for no more than it needs."""

import pytest
from flask import Flask

from selection_center.accounts.buyers import Buyer
from selection_center.catalog.suppliers import PriceVisibility
from selection_center.core.db import db
from selection_center.samples.models import Sample
from tests import factories as make
from tests.buyers import put_on_list
from tests.visitors import Visitor

PHONE = {"phone": "13800138000", "consent": "y"}


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier(price_visibility=PriceVisibility.PHONE)), site, make.stand(site))


def test_a_number_alone_opens_the_price_of_the_sample_that_it_was_left_for(client: Visitor, sample: Sample) -> None:
    page = f"/s/{sample.code}"
    assert f"/my-number?code={sample.code}" in client.get(page).text
    answer = client.submit(f"/my-number?code={sample.code}", PHONE)
    assert answer.headers["Location"].lower() == page.lower()
    said = client.get(page).text
    assert ('<span class="f">.80' in said, "/my-number" in said) == (True, False)
    assert "13800138000" in client.get("/my-number").text


def test_nothing_is_kept_without_the_tick_or_with_a_number_that_nobody_can_call(
    client: Visitor, sample: Sample
) -> None:
    for wrong in (PHONE | {"phone": "1380"}, PHONE | {"phone": ""}, {"phone": PHONE["phone"]}):
        answer = client.submit("/my-number", wrong)
        assert (answer.status_code, db.session.query(Buyer).count()) == (422, 0)
    assert client.submit("/my-number?code=nonsense", PHONE).headers["Location"] == "/list"


def test_no_number_is_asked_for_where_it_would_open_nothing(client: Visitor, sample: Sample) -> None:
    assert sample.listing.supplier is not None
    sample.listing.supplier.price_visibility = PriceVisibility.STAFF
    put_on_list(client, sample)
    page = client.get("/list").text
    assert "这家工厂的价格请到前台问" in page
    assert not any(words in page for words in ("/my-number", "留下手机号", "/checkout"))
    assert client.get("/checkout").headers["Location"] == "/list"


def test_a_list_below_its_minimum_leads_to_no_form_that_cannot_be_sent(client: Visitor, sample: Sample) -> None:
    assert sample.listing.supplier is not None
    sample.listing.supplier.price_visibility = PriceVisibility.PUBLIC
    put_on_list(client, sample, 2)
    assert 'href="/checkout"' not in client.get("/list").text
    assert client.get("/checkout").status_code == 302
