"""The page of an order at the marketplace: what people decide, and what they may not."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.pushes import Push, PushState
from selection_center.marketplace.syncs import OfferLink
from selection_center.orders.models import Order, OrderState
from tests import factories as make
from tests.marketplace.confirmed_orders import confirmed
from tests.marketplace.parrot import Parrot
from tests.visitors import Visitor
from tests.working import work_off

NewAccount = Callable[..., Account]
Visit = Callable[..., Visitor]


@pytest.fixture
def order(app: Flask, an_account: NewAccount) -> Order:
    made = confirmed(an_account(calls_per_minute=6000))
    made.state = OrderState.SUBMITTED
    db.session.commit()
    return made


@pytest.fixture
def bo(order: Order, visit: Visit) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, order.site))


def the_push() -> Push:
    db.session.expire_all()
    return db.session.scalars(sa.select(Push)).one()


def dearer() -> None:
    Parrot.price = {db.session.scalars(sa.select(OfferLink)).one().listing.external_id: 1200}


def test_confirming_hands_it_on_and_the_page_tells_it(order: Order, bo: Visitor) -> None:
    page = f"/orders/{order.number}/push"
    assert "可以接这张订单" in bo.get(f"{page}?lang=zh").text
    assert bo.submit(f"/orders/{order.number}/confirmation").status_code == 303
    work_off()
    assert Parrot.orders[0].remote_id in bo.get(page).text
    told = bo.get(f"/orders/{order.number}?lang=en").text.partition("What happened")[2]
    assert [Parrot.orders[0].remote_id in told, "From the marketplace, by itself" in told] == [True, True]
    assert order.number in bo.get(f"/sites/{order.site.slug}/pushes").text
    assert bo.submit(f"{page}/look-ups").status_code == 303
    work_off()
    assert len(Parrot.orders) == 1


@pytest.mark.parametrize(("refund", "said"), [("WAIT_SELLER_AGREE", "has to agree"), ("somethingnew", "somethingnew")])
def test_a_refund_is_said_in_words(order: Order, bo: Visitor, refund: str, said: str) -> None:
    bo.submit(f"/orders/{order.number}/confirmation")
    work_off()
    placed = the_push().placed[0]
    placed.refund, placed.refund_fen = refund, 1250
    db.session.commit()
    page = bo.get(f"/orders/{order.number}/push?lang=en").text
    assert (said in page, "12.50" in page) == (True, True)


def test_a_higher_price_is_agreed_to_as_it_was_shown(order: Order, bo: Visitor) -> None:
    dearer()
    page = f"/orders/{order.number}/push"
    bo.submit(f"/orders/{order.number}/confirmation")
    work_off()
    assert "576" in bo.get(page).text
    assert bo.submit(page, {"agreed_fen": "1"}).status_code == 409
    assert bo.submit(page).status_code == 303, "asked again at the old sum"
    work_off()
    assert the_push().state is PushState.HELD
    assert bo.submit(page, {"agreed_fen": str(48 * 1200)}).status_code == 303
    work_off()
    assert the_push().state is PushState.PLACED


def test_what_may_have_arrived_is_sent_again_by_nobodys_word(order: Order, bo: Visitor) -> None:
    Parrot.creating, Parrot.hidden = ["lost"], [0] * 9
    bo.submit(f"/orders/{order.number}/confirmation")
    work_off()
    assert the_push().state is PushState.UNKNOWN
    page = f"/orders/{order.number}/push"
    assert "十分钟" in bo.get(f"{page}?lang=zh").text
    assert bo.submit(page).status_code == 409
    assert bo.submit(f"{page}/dropping").status_code == 409
    Parrot.hidden = []
    bo.submit(f"{page}/look-ups")
    work_off()
    assert the_push().state is PushState.PLACED
    assert len(Parrot.orders) == 1


def test_people_take_care_of_it_otherwise_and_may_think_again(order: Order, bo: Visitor) -> None:
    dearer()
    bo.submit(f"/orders/{order.number}/confirmation")
    work_off()
    page = f"/orders/{order.number}/push"
    assert bo.submit(f"{page}/dropping").status_code == 303
    assert the_push().state is PushState.DROPPED
    Parrot.price = {}
    assert bo.submit(page).status_code == 303
    work_off()
    assert the_push().state is PushState.PLACED


def test_an_order_without_an_account_says_so(order: Order, bo: Visitor) -> None:
    db.session.execute(sa.delete(OfferLink))
    db.session.commit()
    page = f"/orders/{order.number}/push"
    assert "没有账号" in bo.get(f"{page}?lang=zh").text
    assert bo.submit(page).status_code == 409
    assert bo.submit(f"{page}/look-ups").status_code == 409


def test_another_sites_people_and_suppliers_do_not_find_it(order: Order, visit: Visit) -> None:
    for person in (
        make.user("Cy", Role.FLOOR_STAFF, make.site("chenghai")),
        make.user("Eve", Role.SUPPLIER, supplier=order.supplier),
    ):
        assert visit(person).get(f"/orders/{order.number}/push").status_code in (403, 404)
