"""The demo's pure values: the same at every run, and believable."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

import pytest

from selection_center.catalog.pricing import Quote, Wanted, price_offer
from selection_center.demo.offers import offers
from selection_center.demo.story import Story, tell
from selection_center.demo.words import centers, customers, staff

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
"""Half past three in the afternoon in the shops."""

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def story() -> Story:
    return tell(NOW)


def test_it_is_the_same_in_another_process(story: Story) -> None:
    program = f"from selection_center.demo.story import tell; import datetime; print(tell({NOW!r}).digest)"
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.strip() == story.digest


def test_it_has_the_size_of_a_network(story: Story) -> None:
    assert Counter(place.kind for place in story.places) == {"center": 6, "store": 2}
    assert sum(len(center.makers) for center in centers()) == 60
    assert len(story.offers) == 1200
    assert len(story.visits) > 1000
    assert len({visit.site for visit in story.visits}) == 8


def test_offers_show_every_way_to_quote(story: Story) -> None:
    quotes = Counter(offer.quote for offer in story.offers)
    assert min(quotes[quote] for quote in Quote) > 100
    assert sum(offer.lot_size > 1 for offer in story.offers) > 100
    assert sum(any(sku.member_fen for sku in offer.skus) for offer in story.offers) > 400
    assert sum(offer.sample_fen is None for offer in story.offers) > 50
    assert sum(len(offer.skus) >= 6 for offer in story.offers) > 200
    assert sum(offer.tiers_before is not None for offer in story.offers) > 50
    assert {maker.prices for center in centers() for maker in center.makers} == {"public", "phone", "staff"}


def test_titles_are_in_both_languages_and_none_twice(story: Story) -> None:
    titles = [offer.title for offer in story.offers]
    assert all(title.zh and title.en and not has_han(title.en) for title in titles)
    assert all(has_han(title.zh) for title in titles)
    assert len({title.zh for title in titles}) == len(titles)


def has_han(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_every_choice_can_be_ordered_at_its_minimum(story: Story) -> None:
    for offer in story.offers:
        terms = offer.terms()
        for sku in terms.skus:
            line = price_offer(terms, [Wanted(sku.id, 1)]).lines[0]
            least = price_offer(terms, [Wanted(sku.id, line.minimum)]).lines[0]
            assert least.is_orderable, offer.external_id
            assert least.member_fen is None or least.member_fen < (least.marked_fen or 0)


def test_no_offer_carries_the_number_of_a_real_one() -> None:
    assert all(offer.external_id.startswith("99") and len(offer.external_id) == 13 for offer in offers(2026))


def test_nobody_scans_before_the_piece_stood_there_or_after_now(story: Story) -> None:
    for visit in story.visits:
        for scan in visit.scans:
            assert story.pieces[visit.site][scan.piece].stand is not None
            assert scan.at <= NOW
        assert all(scan.at <= order.at <= NOW for order in visit.orders for scan in visit.scans[:1])


@pytest.mark.parametrize("hour", [0, 8, 16])
def test_it_can_be_told_at_any_hour(hour: int) -> None:
    now = datetime(2026, 3, 1, hour, 5, tzinfo=UTC)
    told = tell(now)
    assert sum(len(visit.orders) for visit in told.visits) > 100
    assert all(scan.at <= now for visit in told.visits for scan in visit.scans)


def test_each_person_has_a_login_of_their_own() -> None:
    logins = [person.login for person in staff()]
    assert len(set(logins)) == len(logins)
    assert {"hana", "ana", "bo", "kai", "eve"} <= set(logins)
    assert {person.role for person in staff()} == {"head_office", "manager", "floor_staff", "cashier", "supplier"}
    assert {customer.language for customer in customers()} == {"zh", "en"}
