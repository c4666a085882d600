"""Changes on record: which values, how often, and what counts a listing's version up."""

import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.changes import record_changes, snapshot, tiers_of, tiers_text
from selection_center.catalog.models import ListingState, PriceChange, PriceTier, Sku
from selection_center.catalog.pricing import Tier
from selection_center.core.db import db
from selection_center.core.permissions import Role
from tests import factories


def recorded(listing_id: int) -> list[tuple[str, str, str | None, str | None]]:
    rows = db.session.scalars(sa.select(PriceChange).filter_by(listing_id=listing_id).order_by(PriceChange.id))
    return [(row.spec, row.field, row.old, row.new) for row in rows]


def test_every_price_tier_moq_and_state_is_a_row_of_its_own(app: Flask) -> None:
    ana = factories.user("Ana", Role.HEAD_OFFICE)
    bags = factories.listing(specs=("红色", "蓝色"))
    before = snapshot(bags)
    bags.skus[0].price_fen, bags.skus[1].member_fen, bags.sample_fen = 1190, 1100, 500
    bags.tiers = [PriceTier(min_quantity=6, price_fen=1250)]
    bags.moq, bags.state = 6, ListingState.OFF_SHELF
    assert record_changes(bags, before, user_id=ana.id, source="manual")
    assert sorted(recorded(bags.id)) == [
        ("", "moq", "3", "6"),
        ("", "sample_price", None, "500"),
        ("", "state", "on_shelf", "off_shelf"),
        ("", "tiers", "3:1280 48:1150 200:1020", "6:1250"),
        ("红色", "price", None, "1190"),
        ("蓝色", "member_price", None, "1100"),
    ]
    row = db.session.scalars(sa.select(PriceChange).limit(1)).one()
    assert (row.user_id, row.source) == (ana.id, "manual")
    assert bags.version == 2


def test_the_same_values_again_are_no_change(app: Flask) -> None:
    bags = factories.listing()
    before = snapshot(bags)
    bags.moq = 3
    bags.tiers = [PriceTier(min_quantity=tier.min_quantity, price_fen=tier.price_fen) for tier in bags.tiers]
    assert not record_changes(bags, before, user_id=None, source="import 17")
    assert recorded(bags.id) == []
    assert bags.version == 1


def test_a_new_title_counts_the_version_up_without_a_row(app: Flask) -> None:
    bags = factories.listing()
    before = snapshot(bags)
    bags.title = "特厚垃圾袋"
    assert record_changes(bags, before, user_id=None, source="manual")
    assert recorded(bags.id) == []
    assert bags.version == 2


def test_what_no_buyer_sees_changes_nothing(app: Flask) -> None:
    bags = factories.listing()
    before = snapshot(bags)
    bags.source_digest = "0" * 64
    assert not record_changes(bags, before, user_id=None, source="import 17")


def test_a_new_listing_starts_with_its_first_prices_at_version_one(app: Flask) -> None:
    bags = factories.listing(tiers=((2, 990),))
    assert record_changes(bags, {}, user_id=None, source="import 17")
    assert recorded(bags.id) == [
        ("", "moq", None, "2"),
        ("", "state", None, "on_shelf"),
        ("", "tiers", None, "2:990"),
    ]
    assert bags.version == 1


def test_a_choice_that_goes_ends_its_price(app: Flask) -> None:
    bags = factories.listing(specs=("红色", "蓝色"))
    bags.skus[1].price_fen = 1100
    db.session.flush()
    before = snapshot(bags)
    bags.skus.remove(bags.skus[1])
    record_changes(bags, before, user_id=None, source="manual")
    assert recorded(bags.id) == [("蓝色", "price", "1100", None)]


def test_tiers_of_a_choice_are_kept_apart(app: Flask) -> None:
    bags = factories.listing(specs=("红色", "蓝色"))
    before = snapshot(bags)
    red: Sku = bags.skus[0]
    bags.tiers.append(PriceTier(sku_id=red.id, min_quantity=10, price_fen=1100))
    record_changes(bags, before, user_id=None, source="manual")
    assert recorded(bags.id) == [("红色", "tiers", None, "10:1100")]


def test_the_text_of_tiers_reads_back_and_fits_its_column() -> None:
    assert tiers_of(tiers_text([Tier(48, 1150), Tier(3, 1280)])) == [(3, 1280), (48, 1150)]
    many = tiers_text([Tier(step * 1000, 9_999_999 - step) for step in range(1, 200)])
    assert many is not None
    assert len(many) <= 400
    assert len(tiers_of(many)) > 20
    assert tiers_text([]) is None
    assert tiers_of("3 pcs and up") == tiers_of(None) == []
