"""An offer unlinked from what is sold online: what that touches is said first, and all of it can be taken back."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import User
from selection_center.catalog.models import Listing
from selection_center.core import audit, jobs
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.pushes import Push, PushState
from selection_center.marketplace.syncs import OfferLink
from selection_center.orders.models import Order
from tests import factories as make
from tests.marketplace.parrot import Parrot
from tests.marketplace.test_syncing import offer, pages, sync
from tests.visitors import Visitor
from tests.working import work_off

Visit = Callable[..., Visitor]


@pytest.fixture
def ana(order: Order, visit: Visit) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, order.site))


@pytest.fixture
def listing(order: Order) -> Listing:
    return db.session.get_one(Listing, order.lines[0].listing_id)


@pytest.fixture
def was(listing: Listing) -> tuple[str, str, str]:
    """Its source, number and address before."""
    listing.url = "https://detail.1688.com/offer/600000000001.html"
    link = db.session.scalars(sa.select(OfferLink)).one()
    link.online, link.pictures_from = {"tiers": "3:1150"}, {"offer": ["https://pictures.example/1.jpg"]}
    db.session.commit()
    return called(listing)


def called(listing: Listing) -> tuple[str, str, str]:
    db.session.expire_all()
    return listing.source, listing.external_id, listing.url


def links() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(OfferLink)) or 0


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(audit.AuditEntry.verb).order_by(audit.AuditEntry.id)))


def test_what_it_touches_is_said_first(ana: Visitor, listing: Listing, was: tuple[str, str, str]) -> None:
    page = f"/catalog/{listing.id}/unlinking"
    assert f'href="{page}"' in ana.get(f"/catalog/{listing.id}").text
    text = ana.get(f"{page}?lang=en").text
    assert ("What it touches" in text, "What ends" in text, "禾一 1688" in text) == (True, True, True)
    assert [text.split(name, 1)[1].count("1", 0, 120) > 0 for name in ("Samples<", "Open orders<")] == [True, True]
    assert "涉及" in ana.get(f"{page}?lang=zh").text
    assert called(listing) == was, "a look changes nothing"


def test_a_samples_page_says_that_the_link_is_the_offers(
    ana: Visitor, order: Order, listing: Listing, visit: Visit
) -> None:
    [line] = order.lines
    page = f"/samples/{line.sample_id}"
    said = "all its samples share it"
    text = ana.get(f"{page}?lang=en").text
    assert (said in text, f'href="/catalog/{listing.id}/unlinking"' in text) == (True, True)
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, order.site))
    assert said not in bo.get(f"{page}?lang=en").text
    ana.submit(f"/catalog/{listing.id}/unlinking")
    assert said not in ana.get(f"{page}?lang=en").text


def test_unlinked_and_taken_back(
    ana: Visitor, listing: Listing, was: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Parrot, "follows_offers", True)
    Parrot.followed = {was[1]}
    title, page = listing.title, f"/catalog/{listing.id}/unlinking"
    assert ana.submit(page).status_code == 303
    work_off()
    assert (called(listing)[0], called(listing)[2], listing.title, links()) == ("manual", "", title, 0)
    assert Parrot.followed == set()
    assert f'action="{page}/return"' in ana.get(page).text
    assert f'href="{page}"' in ana.get(f"/catalog/{listing.id}").text
    assert ana.submit(page).status_code == 409
    assert ana.submit(f"{page}/return").status_code == 303
    work_off()
    assert called(listing) == was
    link = db.session.scalars(sa.select(OfferLink)).one()
    assert (link.online, link.pictures_from["offer"]) == ({"tiers": "3:1150"}, ["https://pictures.example/1.jpg"])
    assert Parrot.followed == {was[1]}
    assert f"one {was[1]}" in Parrot.calls, "it is read again from there"
    assert ana.submit(f"{page}/return").status_code == 409
    assert [verb for verb in verbs() if "link" in verb] == ["listing_unlinked", "listing_linked_again"]


def test_what_came_in_anew_is_not_taken_back(ana: Visitor, listing: Listing, was: tuple[str, str, str]) -> None:
    page = f"/catalog/{listing.id}/unlinking"
    ana.submit(page)
    make.listing(make.supplier("others"), source=was[0], external_id=was[1])
    db.session.commit()
    assert ana.submit(f"{page}/return").status_code == 409
    assert called(listing)[0] == "manual"


def test_the_next_fetch_brings_it_in_anew(ana: Visitor, app: Flask, an_account: Callable[..., Account]) -> None:
    account = db.session.scalars(sa.select(Account)).one()
    Parrot.pages = pages(offer(1))
    sync(account.id)
    first = db.session.scalars(sa.select(Listing).order_by(Listing.id.desc()).limit(1)).one()
    ana.submit(f"/catalog/{first.id}/unlinking")
    sync(account.id)
    newest = db.session.scalars(sa.select(Listing).order_by(Listing.id.desc()).limit(1)).one()
    assert (newest is not first, called(first)[0], called(newest)[0]) == (True, "manual", "1688")


def test_one_that_was_linked_otherwise_since_is_left_alone(
    ana: Visitor, listing: Listing, was: tuple[str, str, str]
) -> None:
    page = f"/catalog/{listing.id}/unlinking"
    ana.submit(page)
    ana.submit(f"/catalog/{listing.id}/link", {"address": "600000000777"})
    assert ana.submit(f"{page}/return").status_code == 409
    assert called(listing)[1] == "600000000777"


def test_its_orders_wait_for_people(ana: Visitor, listing: Listing, order: Order, was: tuple[str, str, str]) -> None:
    account = db.session.scalars(sa.select(Account)).one()
    Push.begin(order, account)
    ana.submit(f"/catalog/{listing.id}/unlinking")
    jobs.enqueue("push-order", key=f"push-{order.number} 1", order_id=order.id)
    work_off()
    db.session.expire_all()
    push = db.session.scalars(sa.select(Push)).one()
    assert (push.state, push.problem, Parrot.orders) == (PushState.HELD, "offer_unlinked", [])
    assert "No account keeps this offer fresh" in ana.get(f"/orders/{order.number}/push?lang=en").text


def test_who_may_not(order: Order, listing: Listing, visit: Visit) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, order.site))
    assert bo.get(f"/catalog/{listing.id}/unlinking").status_code == 403
    assert bo.submit(f"/catalog/{listing.id}/unlinking").status_code == 403
    assert links() == 1
    assert db.session.scalars(sa.select(User.name)).all() == ["Bo"]
