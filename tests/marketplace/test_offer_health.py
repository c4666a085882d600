"""What is wrong between shelf and screen, as a queue of work for the people of a site."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.models import Listing, ListingState, PriceChange, PriceTier, Sku
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.marketplace import compare_jobs, drift, price_gaps
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.handlings import Handling, How
from selection_center.marketplace.health import KINDS, UNSEEN_DAYS, Queue
from selection_center.marketplace.health_rows import described
from selection_center.marketplace.syncs import OfferLink
from selection_center.samples.models import Sample
from selection_center.selections.models import SelectionLine
from selection_center.sites.models import Site
from tests import factories as make
from tests.buyers import put_on_list
from tests.printing.test_relabel import print_labels
from tests.statements import asked
from tests.visitors import Visitor

NewAccount = Callable[..., Account]
Visit = Callable[..., Visitor]
AS_HERE = {"tiers": "3:1280 48:1150 200:1020", "skus": {}}


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def linked(site: Site, an_account: NewAccount) -> Callable[..., tuple[Listing, OfferLink]]:
    account = an_account()

    def made(name: str, bay: int) -> tuple[Listing, OfferLink]:
        listing = make.listing(make.supplier(f"{name}厂"), title=name)
        make.sample(listing, site, make.stand(site, bay=bay))
        link = make.add(OfferLink(listing_id=listing.id, account_id=account.id, online=AS_HERE))
        return listing, link

    return made


def kinds_of(site: Site) -> dict[str, list[int]]:
    """By kind, the offers that wait for somebody, in walking order."""
    compare_jobs.look_again(site)
    queue = Queue(site)
    return {kind: ids for kind in KINDS if (ids := list(db.session.scalars(queue.listing_ids(kind))))}


def test_what_is_online_as_it_stands_here_is_no_work(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]]
) -> None:
    linked("毛巾", 1)
    assert kinds_of(site) == {}


def test_each_trouble_by_its_kind(site: Site, linked: Callable[..., tuple[Listing, OfferLink]]) -> None:
    (gone, gone_link), (off, _off), (short, _short) = linked("拖把", 1), linked("水桶", 2), linked("脸盆", 3)
    (style, _style), (dear, dear_link), (old, old_link) = linked("衣架", 4), linked("香皂", 5), linked("牙刷", 6)
    gone_link.gone_at = utcnow()
    gone.state = off.state = ListingState.OFF_SHELF
    short.skus[0].stock = 0
    style.skus[0].gone_at = utcnow()
    dear_link.online = {"tiers": "3:1300 48:1150 200:1020", "skus": {}}
    old_link.seen_at = utcnow() - timedelta(days=UNSEEN_DAYS, hours=1)
    assert kinds_of(site) == {
        "gone": [gone.id], "off_shelf": [off.id], "style_gone": [style.id], "sold_out": [short.id],
        "price": [dear.id], "unseen": [old.id],
    }  # fmt: skip


def test_in_walking_order_and_only_what_stands_at_the_site(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]]
) -> None:
    far, near = linked("远", 9)[0], linked("近", 2)[0]
    elsewhere = make.listing(title="别处")
    make.sample(elsewhere, make.site("chenghai"))
    for listing in (far, near, elsewhere):
        listing.state = ListingState.OFF_SHELF
    assert kinds_of(site)["off_shelf"] == [near.id, far.id]
    far.skus[0].gone_at = utcnow()
    assert list(db.session.scalars(Queue(site).listing_ids())) == [near.id, far.id], "whatever is wrong with them"


def test_the_page_says_what_it_touches(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]], visit: Visit
) -> None:
    off, _link = linked("水桶", 2)
    off.state = ListingState.OFF_SHELF
    fine = linked("毛巾", 3)[0]
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, site))
    page = bo.get(f"/sites/{site.slug}/offer-health?lang=zh").text
    assert "水桶" in page
    assert "线上已下架" in page
    assert "A-02-2" in page
    assert fine.title not in page
    assert "水桶" not in bo.get(f"/sites/{site.slug}/offer-health?kind=gone").text
    assert "水桶" in bo.get(f"/sites/{site.slug}/offer-health?kind=nonsense&page=x").text


def test_a_label_that_still_says_what_is_so_is_not_told_as_stale(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]], visit: Visit
) -> None:
    off, _link = linked("水桶", 2)
    ana = visit(make.user("Ana", Role.MANAGER, site))
    print_labels(ana, db.session.scalars(sa.select(Sample)).one())
    off.state, off.version = ListingState.OFF_SHELF, off.version + 1
    page = ana.get(f"/sites/{site.slug}/offer-health?lang=en").text
    assert "1 printed label" in page
    assert "is stale" not in page


def test_another_sites_people_do_not_find_it(site: Site, visit: Visit) -> None:
    cy = visit(make.user("Cy", Role.FLOOR_STAFF, make.site("chenghai")))
    assert cy.get(f"/sites/{site.slug}/offer-health").status_code == 404
    cas = visit(make.user("Cas", Role.CASHIER, site))
    assert cas.get(f"/sites/{site.slug}/offer-health").status_code == 403


def test_the_prices_of_another_sites_offers_are_not_read(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]], an_account: NewAccount
) -> None:
    linked("毛巾", 1)
    for number in range(3):
        far = make.listing(title=f"别处{number}")
        make.sample(far, make.site(f"far-{number}"))
        online = {"tiers": "1:1", "skus": {}}
        make.add(OfferLink(listing_id=far.id, account_id=an_account().id, online=online))
    db.session.flush()
    assert drift.gaps(price_gaps.at_site(site)) == {}
    compare_jobs.look_again(site)
    with asked() as sent:
        compare_jobs.look_again(site)
        Queue(site).counts()
    told = [statement for statement in sent if "offer_links" in statement or "price" in statement]
    assert all("samples" in statement for statement in told), "each looks at this site's samples alone"


def test_three_thousand_samples_take_no_more_statements_than_three(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]], visit: Visit
) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, site))
    for number in range(3):
        linked(f"货{number}", number + 1)[0].state = ListingState.OFF_SHELF
    db.session.commit()
    path = f"/sites/{site.slug}/offer-health"
    bo.get(path)
    with asked() as few:
        assert bo.get(path).status_code == 200
    many(site, 3_000)
    bo.get(path)
    began = time.process_time()
    with asked() as sent:
        assert bo.get(path).status_code == 200
    assert len(sent) <= len(few)
    assert time.process_time() - began < 3, "seconds of work"


def many(site: Site, count: int) -> None:
    """So many offers more that stand here and are off the shelf, written past the ORM."""
    first = 10_000_000
    numbers = range(first, first + count)
    common = {"source": "1688", "title": "货", "state": ListingState.OFF_SHELF}
    db.session.execute(sa.insert(Listing), [{"id": n, "external_id": str(n)} | common for n in numbers])
    db.session.execute(sa.insert(Sku), [{"listing_id": n} for n in numbers])
    tiers = [{"listing_id": n, "min_quantity": least, "price_fen": 990} for n in numbers for least in (3, 48, 200)]
    db.session.execute(sa.insert(PriceTier), tiers)
    db.session.execute(sa.insert(Sample), [{"listing_id": n, "site_id": site.id} for n in numbers])
    account_id = db.session.scalars(sa.select(Account.id)).first()
    online = {"tiers": "3:990 48:990 200:980", "skus": {}}
    db.session.execute(
        sa.insert(OfferLink), [{"listing_id": n, "account_id": account_id, "online": online} for n in numbers]
    )
    db.session.commit()


def test_the_price_of_a_style_that_drifts_is_found(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]]
) -> None:
    """An offer that is quoted for each style has no tiers."""
    listing, link = linked("彩笔", 1)
    listing.tiers.clear()
    listing.skus[0].spec, listing.skus[0].price_fen = "红", 990
    link.online = {"tiers": None, "skus": {"红": 990}}
    assert kinds_of(site) == {}
    link.online = {"tiers": None, "skus": {"红": 1090}}
    assert kinds_of(site) == {"price": [listing.id]}


def test_how_long_unseen_is_too_long_is_a_choice_on_the_page(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]], visit: Visit
) -> None:
    old, link = linked("牙刷", 1)
    link.seen_at = utcnow() - timedelta(days=4)
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, site))
    path = f"/sites/{site.slug}/offer-health"
    assert [old.title in bo.get(f"{path}?days={days}").text for days in (3, 7, 30)] == [True, False, False]
    assert old.title not in bo.get(f"{path}?days=-1").text


def test_a_price_that_changed_online_is_news_for_a_week(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]]
) -> None:
    listing, by_hand = linked("毛巾", 1)[0], linked("拖把", 2)[0]
    common = {"field": "tiers", "old": "3:990", "new": "3:1280"}
    fact = make.add(PriceChange(listing_id=listing.id, source="sync 4", **common))
    make.add(PriceChange(listing_id=by_hand.id, source="manual", **common))
    assert kinds_of(site) == {"price_changed": [listing.id]}
    fact.at = utcnow() - timedelta(days=8)
    assert kinds_of(site) == {}


def test_lists_that_reach_neither_the_minimum_nor_the_mixed_batch(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]], client: Visitor
) -> None:
    listing, _link = linked("毛巾", 1)
    assert listing.supplier is not None
    listing.supplier.mix_pieces, listing.supplier.mix_fen = 2, None
    put_on_list(client, db.session.scalars(sa.select(Sample)).one(), quantity=2)
    assert kinds_of(site) == {}, "the mixed batch is reached"
    listing.supplier.mix_pieces = 30
    assert kinds_of(site) == {"below_mix": [listing.id]}
    db.session.execute(sa.update(SelectionLine).values(quantity=3))
    db.session.expire_all()
    assert kinds_of(site) == {}, "the minimum is reached"


def test_what_is_handled_leaves_the_queue_until_it_changes(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]], visit: Visit
) -> None:
    off, _link = linked("水桶", 2)
    off.state = ListingState.OFF_SHELF
    db.session.commit()
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, site))
    path = f"/sites/{site.slug}/offer-health"
    assert handle(bo, path, "ignored") == 303
    assert off.title not in bo.get(path).text
    shown = bo.get(f"{path}?kind=handled&lang=zh").text
    assert (off.title in shown, "已忽略至再变" in shown, "Bo" in shown) == (True, True, True)
    make.add(PriceChange(listing_id=off.id, source="sync 9", field="state", old="on_shelf", new="off_shelf"))
    db.session.commit()
    assert off.title in bo.get(path).text, "it came back, and went off again"
    assert handle(bo, path, "done") == 303
    assert off.title not in bo.get(path).text
    assert handle(bo, f"{path}?kind=handled", "reopened") == 303
    assert off.title in bo.get(path).text
    kept = db.session.scalars(sa.select(Handling.how).order_by(Handling.id)).all()
    assert kept == [How.IGNORED, How.DONE, How.REOPENED]


def handle(by: Visitor, path: str, how: str) -> int:
    """As the first row's own form would."""
    page = by.get(path).text
    listing = re.search(r'name="listing" value="(\d+)"', page)
    sent = {"listing": listing[1] if listing else "", "seen": re.findall(r'name="seen" value="([^"]*)"', page)}
    return by.submit(f"{path.partition('?')[0]}/handlings", sent | {"how": how}).status_code


@pytest.mark.parametrize("sent", [
    {}, {"how": "done"}, {"how": "burnt", "listing": "1"}, {"how": "done", "listing": "987654", "seen": "gone:1"},
    {"how": "done", "listing": "-1"},
])  # fmt: skip
def test_what_no_row_has_is_not_handled(site: Site, visit: Visit, sent: dict[str, str]) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, site))
    assert bo.submit(f"/sites/{site.slug}/offer-health/handlings", sent).status_code == 422


def test_another_sites_handling_changes_nothing_here(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]], visit: Visit
) -> None:
    off, _link = linked("水桶", 2)
    off.state = ListingState.OFF_SHELF
    there = make.site("chenghai")
    make.sample(off, there)
    db.session.commit()
    cy = visit(make.user("Cy", Role.FLOOR_STAFF, there))
    assert handle(cy, f"/sites/{there.slug}/offer-health", "done") == 303
    assert kinds_of(there) == {}
    assert kinds_of(site) == {"off_shelf": [off.id]}


def test_lines_that_were_taken_off_a_list_are_not_counted(
    site: Site, linked: Callable[..., tuple[Listing, OfferLink]], client: Visitor
) -> None:
    off, _link = linked("水桶", 2)
    put_on_list(client, db.session.scalars(sa.select(Sample)).one(), quantity=3)
    off.state = ListingState.OFF_SHELF
    db.session.flush()
    queue = Queue(site)
    assert described(queue, [off.id])[0].list_lines == 1
    db.session.execute(sa.update(SelectionLine).values(removed_at=utcnow()))
    assert described(queue, [off.id])[0].list_lines == 0
