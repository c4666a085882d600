"""The lowest price of the last seven days, from what was recorded."""

from datetime import timedelta

from flask import Flask

from selection_center.catalog.models import Listing, PriceChange, PriceTier
from selection_center.catalog.price_history import lowest_lately, said
from selection_center.core.db import db, utcnow
from tests import factories


def change(of: Listing, field: str, old: str | None, new: str, days_ago: float) -> None:
    at = utcnow() - timedelta(days=days_ago)
    factories.add(PriceChange(listing_id=of.id, field=field, old=old, new=new, at=at, source="manual"))


def test_without_changes_it_is_the_price_of_now(app: Flask) -> None:
    assert lowest_lately(factories.listing()) == 1280


def test_without_a_price_there_is_none(app: Flask) -> None:
    assert lowest_lately(factories.listing(tiers=())) is None


def test_a_price_that_held_within_the_week_counts(app: Flask) -> None:
    bags = factories.listing()
    change(bags, "tiers", "3:1200 48:1100", "3:1280 48:1150", days_ago=6)
    change(bags, "tiers", "3:900", "3:1200 48:1100", days_ago=8)
    assert lowest_lately(bags) == 1200


def test_the_price_of_now_counts_when_it_fell(app: Flask) -> None:
    bags = factories.listing()
    change(bags, "tiers", "3:1500", "3:1280", days_ago=1)
    bags.tiers = [PriceTier(min_quantity=3, price_fen=1190)]
    db.session.flush()
    assert lowest_lately(bags) == 1190


def test_member_and_sample_prices_do_not_count(app: Flask) -> None:
    bags = factories.listing()
    change(bags, "member_price", "100", "1200", days_ago=1)
    change(bags, "sample_price", "100", "1200", days_ago=1)
    assert lowest_lately(bags) == 1280


def test_values_are_said_in_words(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert said("price", "1280") == "¥12.80"
        assert said("tiers", "3:1280 48:1150") == "3+ ¥12.80 · 48+ ¥11.50"
        assert said("state", "off_shelf") == "off the shelf"
        assert said("moq", "3") == "3"
        assert said("tiers", "in a shape of its own") == "in a shape of its own"
        assert said("price", None) == "—"
