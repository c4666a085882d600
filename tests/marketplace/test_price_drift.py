"""Drift of three prices: on the label, ours today, online; side by side, and what staff decide about them."""

import re
import time
from collections.abc import Callable
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.models import Listing, PriceChange, PriceTier, Sku
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.marketplace import price_gaps
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.syncs import OfferLink
from selection_center.printing.models import PrintedItem, PrintRun, PrintState
from selection_center.samples.models import Placement, Sample
from selection_center.sites.models import Site
from tests import factories as make
from tests.printing.test_relabel import listed, print_labels
from tests.visitors import Visitor

PATH = "/sites/yiwu/prices"
AS_HERE = "3:1280 48:1150 200:1020"
DEARER = "3:1300 48:1150 200:1020"


class Story(NamedTuple):
    site: Site
    ana: Visitor
    sample: Sample
    link: OfferLink

    @property
    def listing(self) -> Listing:
        return self.sample.listing

    def shown(self, only: str = "any") -> list[int]:
        page = self.ana.get(f"{PATH}?only={only}&lang=en").text
        return [int(found) for found in re.findall(r'id="beside-(\d+)"', page)]

    def says_online(self, tiers: str) -> None:
        self.link.online = {"tiers": tiers, "skus": {}}
        db.session.commit()

    def decide(self, what: str) -> int:
        """As the page's own form would."""
        seen = re.search(r'name="seen" value="([0-9a-f]+)"', self.ana.get(f"{PATH}?only=any").text)
        answer = self.ana.submit(f"/catalog/{self.listing.id}/{what}", {"seen": seen[1] if seen else ""})
        return answer.status_code


@pytest.fixture
def story(app: Flask, visit: Callable[..., Visitor], an_account: Callable[..., Account]) -> Story:
    """One sample whose label, price here and price online say the same."""
    site = make.site()
    ana = visit(make.user("Ana", Role.MANAGER, site))
    listing = make.listing(make.supplier())
    sample = make.sample(listing, site, make.stand(site))
    online = {"tiers": AS_HERE, "skus": {}}
    link = make.add(OfferLink(listing_id=listing.id, account_id=an_account().id, online=online))
    print_labels(ana, sample)
    return Story(site, ana, sample, link)


def test_what_says_the_same_three_times_is_not_shown(story: Story) -> None:
    assert story.shown() == []
    assert "say the same" in story.ana.get(f"{PATH}?lang=en").text


def test_each_pair_that_differs_has_its_filter(story: Story) -> None:
    story.says_online(DEARER)
    assert (story.shown(), story.shown("online"), story.shown("paper")) == ([story.sample.id], [story.sample.id], [])
    make.reprice(story.listing, 1300)
    db.session.commit()
    assert (story.shown(), story.shown("online"), story.shown("paper")) == ([story.sample.id], [], [story.sample.id])
    page = story.ana.get(f"{PATH}?lang=en").text
    assert ("¥12.80" in page, "¥13.00" in page) == (True, True)


def test_taking_over_makes_it_ours_and_the_label_stale(story: Story) -> None:
    story.says_online(DEARER)
    assert story.decide("online-price") == 303
    assert [(tier.min_quantity, tier.price_fen) for tier in story.listing.tiers] == [(3, 1300), (48, 1150), (200, 1020)]
    fact = db.session.scalars(sa.select(PriceChange).filter_by(field="tiers", source="manual")).one()
    assert (fact.old, fact.new) == (AS_HERE, DEARER)
    assert (story.shown("online"), story.shown("paper")) == ([], [story.sample.id])
    assert listed(story.ana.get("/sites/yiwu/relabel").text) == [story.sample.id]


def test_keeping_ours_is_a_fact_and_holds_until_online_changes_again(story: Story) -> None:
    story.says_online(DEARER)
    assert story.decide("kept-price") == 303
    assert (story.shown(), story.shown("kept")) == ([], [story.sample.id])
    fact = db.session.scalars(sa.select(PriceChange).filter_by(field="kept")).one()
    assert (fact.old, fact.new, fact.user_id is None) == (DEARER, AS_HERE, False)
    assert "Kept ours against online" in story.ana.get(f"/catalog/{story.listing.id}?lang=en").text
    assert story.ana.get(f"/sites/{story.site.slug}/offer-health?kind=price").text.count('id="offer-') == 0
    story.says_online("3:1310 48:1150 200:1020")
    assert story.shown("online") == [story.sample.id]
    story.says_online(DEARER)
    assert story.shown("online") == [], "this one was seen"


def test_nobody_decides_about_a_price_that_is_another_one_by_now(story: Story) -> None:
    story.says_online(DEARER)
    page = story.ana.get(PATH).text
    seen = re.findall(r'name="seen" value="([0-9a-f]+)"', page)[0]
    story.says_online("3:1990 48:1150 200:1020")
    assert story.ana.submit(f"/catalog/{story.listing.id}/online-price", {"seen": seen}).status_code in {303, 409}
    assert [tier.price_fen for tier in story.listing.tiers] == [1280, 1150, 1020]


def test_a_single_style_is_taken_over_too(story: Story) -> None:
    story.listing.tiers.clear()
    story.listing.skus[0].spec, story.listing.skus[0].price_fen = "红", 990
    story.link.online = {"tiers": None, "skus": {"红": 1090, "蓝": 5}}
    db.session.commit()
    assert story.decide("online-price") == 303
    assert story.listing.skus[0].price_fen == 1090


def test_a_sample_shows_the_prices_of_its_own_style(story: Story) -> None:
    """One without a style of its own is the first one's."""
    red = story.listing.skus[0]
    red.spec, red.price_fen = "红", 990
    blue = make.add(Sku(listing_id=story.listing.id, spec="蓝", price_fen=1000, position=1))
    stand = make.stand(story.site, "B")
    blue_one, red_one = (make.sample(story.listing, story.site, stand, sku) for sku in (blue, red))
    print_labels(story.ana, blue_one)
    print_labels(story.ana, red_one)
    story.link.online = {"tiers": None, "skus": {"红": 990, "蓝": 1100}}
    db.session.commit()
    assert story.shown("online") == [blue_one.id]
    story.link.online = {"tiers": None, "skus": {"红": 995, "蓝": 1000}}
    story.link.compared_version = None
    db.session.commit()
    assert sorted(story.shown("online")) == sorted([story.sample.id, red_one.id])
    assert story.decide("kept-price") == 303
    assert (story.shown("online"), sorted(story.shown("kept"))) == ([], sorted([story.sample.id, red_one.id]))


def test_what_differs_online_is_made_out_once_and_not_for_each_sample() -> None:
    """Asked for each of twenty thousand it took PostgreSQL two seconds."""
    assert "= samples." not in str(price_gaps.differs(kept=False))


def test_who_may_look_and_who_may_decide(story: Story, visit: Callable[..., Visitor]) -> None:
    story.says_online(DEARER)
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, story.site))
    page = bo.get(f"{PATH}?lang=en").text
    assert ("¥13.00" in page, "Take over" in page) == (True, False)
    assert bo.submit(f"/catalog/{story.listing.id}/kept-price").status_code == 403
    cy = visit(make.user("Cy", Role.FLOOR_STAFF, make.site("chenghai")))
    assert cy.get(PATH).status_code == 404


def test_a_floor_of_three_thousand_labels_is_shown_in_time(story: Story) -> None:
    run = PrintRun(site=story.site, user_id=1, layout="label", medium="L7160", state=PrintState.READY)
    run.user_id = db.session.scalars(sa.select(PrintRun.user_id)).first() or 0
    make.add(run)
    first = 20_000_000
    numbers = range(first, first + 3_000)
    db.session.execute(
        sa.insert(Listing), [{"id": n, "source": "1688", "external_id": str(n), "title": "货"} for n in numbers]
    )
    db.session.execute(sa.insert(story.listing.skus[0].__class__), [{"listing_id": n} for n in numbers])
    db.session.execute(sa.insert(PriceTier), [{"listing_id": n, "min_quantity": 3, "price_fen": 990} for n in numbers])
    db.session.execute(sa.insert(Sample), [{"id": n, "listing_id": n, "site_id": story.site.id} for n in numbers])
    stand_id = db.session.scalars(sa.select(Placement.stand_id)).first()
    db.session.execute(sa.insert(Placement), [{"sample_id": n, "stand_id": stand_id} for n in numbers])
    values = {"price": "¥9.90", "price_fen": 990, "names": ["货"]}
    db.session.execute(
        sa.insert(PrintedItem),
        [{"run_id": run.id, "number": n, "sample_id": n, "code": "", "values": values} for n in numbers],
    )
    db.session.commit()
    began = time.process_time()
    assert story.ana.get(PATH).status_code == 200
    assert time.process_time() - began < 8, "seconds of work"
