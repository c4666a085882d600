"""Which offers lie on lists that fall short of a factory's rule: chosen by the database as pricing would choose."""

import random
from collections import defaultdict
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.buyers import Buyer
from selection_center.catalog.models import Listing, PriceTier
from selection_center.catalog.pricing import Problem, Quote, Wanted, price_supplier
from selection_center.catalog.terms import mix_rule, offer_terms
from selection_center.core import codes
from selection_center.core.db import db
from selection_center.marketplace import mixed_batches
from selection_center.samples.models import Sample
from selection_center.selections.models import SelectionLine, SelectionList
from selection_center.sites.models import Site
from tests import factories as make

RULES = ((30, None), (0, 50_000), (20, 30_000), (None, None))


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def shelf(site: Site) -> list[Sample]:
    """Of each rule and each way to quote one sample; the minimum is here the offer's own, there a style's."""
    stand, samples = make.stand(site), []
    for pieces, fen in RULES:
        factory = make.supplier(f"{pieces} {fen}", mix_pieces=pieces, mix_fen=fen)
        for number, quote in enumerate(Quote):
            listing = make.listing(factory, ((3, 1280), (48, 1100)), ("红", "蓝"), quote=quote, moq=number + 2)
            listing.skus[0].price_fen = listing.skus[1].price_fen = 900
            listing.tiers.append(PriceTier(sku_id=listing.skus[1].id, min_quantity=9, price_fen=1200))
            samples += [make.sample(listing, site, stand, sku) for sku in listing.skus]
    db.session.commit()
    return samples


def a_list(*lines: tuple[Sample, int]) -> None:
    buyer = make.add(Buyer(device=codes.new_code()))
    made = make.add(SelectionList(buyer_id=buyer.id, code=codes.new_code()))
    for sample, quantity in lines:
        of = {"listing_id": sample.listing_id, "sku_id": sample.sku_id, "sample_id": sample.id}
        make.add(SelectionLine(list_id=made.id, quantity=quantity, **of))


def priced_one_by_one() -> set[int]:
    """The offers that pricing calls short, every line of every list looked at."""
    groups: dict[tuple[int, int | None], list[SelectionLine]] = defaultdict(list)
    for line in db.session.scalars(sa.select(SelectionLine).order_by(SelectionLine.id)):
        groups[line.list_id, line.listing.supplier_id].append(line)
    found = set()
    for lines in groups.values():
        rule = mix_rule(lines[0].listing.supplier)
        offers = {line.listing_id: offer_terms(line.listing) for line in lines}
        priced = price_supplier(offers.values(), [Wanted(line.sku_id, line.quantity) for line in lines], rule)
        if rule.pieces or rule.fen:
            pairs = zip(lines, priced.lines, strict=True)
            found |= {line.listing_id for line, price in pairs if Problem.BELOW_MOQ in price.problems}
    return found


@pytest.mark.parametrize("draw", range(12))
def test_the_database_and_pricing_choose_alike(site: Site, shelf: list[Sample], draw: int) -> None:
    dice = random.Random(draw)
    for _list in range(3):
        a_list(*((sample, dice.choice((1, 2, 3, 8, 9, 30))) for sample in dice.sample(shelf, dice.randint(1, 4))))
    db.session.commit()
    db.session.expire_all()
    assert set(mixed_batches.below_rule(site)) == priced_one_by_one()


def test_of_many_lists_only_as_many_are_priced_as_tell_something_new(
    site: Site, shelf: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def counting(*given: Any) -> Any:
        calls.append(1)
        return price_supplier(*given)

    monkeypatch.setattr(mixed_batches, "price_supplier", counting)
    short = shelf[0]
    for number in range(40):
        a_list((short, 1 + number % 2), (shelf[2], 1 + 39 * (number % 2)))  # of every second the pieces make a batch
    db.session.commit()
    assert list(mixed_batches.below_rule(site)) == [short.listing_id, shelf[2].listing_id]
    assert len(calls) == 1


def test_the_newest_list_says_what_is_short(site: Site, shelf: list[Sample]) -> None:
    red, blue = shelf[4], shelf[5]  # tiers of each style: 4 of the one, 9 of the other
    a_list((red, 1))
    a_list((blue, 1))
    db.session.commit()
    listing = db.session.get_one(Listing, red.listing_id)
    moq = {listing.skus[0].id: 4, listing.skus[1].id: 9}
    assert mixed_batches.below_rule(site) == {listing.id: f"30 None {moq[blue.sku_id or 0]}"}
