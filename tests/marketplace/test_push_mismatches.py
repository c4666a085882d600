"""What came out at the marketplace otherwise than asked for, and what cannot be sent, comes to people in words."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from selection_center.core import jobs
from selection_center.core.db import db, own_transaction, utcnow, writing
from selection_center.core.permissions import Role
from selection_center.marketplace import pushing
from selection_center.marketplace.connectors.orders import LeftOut
from selection_center.marketplace.pushes import Push, PushState
from selection_center.marketplace.syncs import OfferLink
from selection_center.orders.models import Order
from tests import factories as make
from tests.marketplace.parrot import Parrot
from tests.marketplace.test_pushing import created, hand_on, later, the_push
from tests.visitors import Visitor
from tests.working import work_off

Visit = Callable[..., Visitor]


@pytest.fixture
def bo(order: Order, visit: Visit) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, order.site))


def page_of(order: Order, bo: Visitor) -> str:
    return str(bo.get(f"/orders/{order.number}/push?lang=en").text)


def test_what_was_left_out_is_named_until_somebody_put_it_right(order: Order, bo: Visitor) -> None:
    listing = db.session.scalars(sa.select(OfferLink)).one().listing
    Parrot.left_out = [LeftOut(listing.external_id, "", "库存不足")]
    title = listing.title
    hand_on(order.id)
    assert (the_push().state, the_push().problem) == (PushState.PLACED, "left_out")
    assert the_push().left_out == [[title, "库存不足"]]
    page = page_of(order, bo)
    assert "did not take all of it" in page
    assert "库存不足" in page
    assert "did not take all of it" in bo.get(f"/sites/{order.site.slug}/pushes?lang=en").text
    assert bo.submit(f"/orders/{order.number}/push/sightings").status_code == 303
    assert not the_push().wants_people
    assert "库存不足" in page_of(order, bo), "it stays to be read"
    assert bo.submit(f"/orders/{order.number}/push/sightings").status_code == 409


def test_a_split_of_which_a_part_does_not_show_is_not_called_placed(order: Order, bo: Visitor) -> None:
    Parrot.preview_parts, Parrot.creating = 2, ["lost"]
    hidden: list[int] = []
    look_up = Parrot.look_up

    def first_alone(self: Parrot, reference: str) -> tuple[object, ...]:
        hidden.append(1)
        return look_up(self, reference)[:1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Parrot, "look_up", first_alone)
        hand_on(order.id)
        assert (the_push().state, the_push().problem) == (PushState.UNKNOWN, "parts_missing")
        assert len(the_push().placed) == 1
        assert "shows 1 under our reference" in page_of(order, bo)
        later()
        hand_on(order.id, "ten minutes later")
        assert (the_push().state, the_push().problem) == (PushState.PLACED, "parts_missing")
        assert "was to make 2 orders" in page_of(order, bo)
    assert created() == 1, "what was found in part is never sent again"
    bo.submit(f"/orders/{order.number}/push/look-ups")
    hand_on(order.id, "nothing to do")
    assert (len(the_push().placed), the_push().problem) == (2, "")
    assert not the_push().wants_people


def test_a_creation_that_makes_fewer_than_the_preview_said_is_told(order: Order, bo: Visitor) -> None:
    Parrot.preview_parts = 3
    Parrot.creating = ["split"]
    hand_on(order.id)
    assert (the_push().state, the_push().problem) == (PushState.PLACED, "parts_missing")


def test_another_sum_than_the_previews_is_told(order: Order, bo: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The price rose between preview and creation: it is ordered, and unpaid."""
    create = Parrot.create_order

    def dearer(self: Parrot, *given: object) -> tuple[object, ...]:
        return tuple(replace(one, total_fen=60_800, freight_fen=800) for one in create(self, *given))  # type: ignore[arg-type]

    monkeypatch.setattr(Parrot, "create_order", dearer)
    hand_on(order.id)
    assert (the_push().state, the_push().problem) == (PushState.PLACED, "other_sum")
    page = page_of(order, bo)
    assert "600" in page
    assert "552" in page


@pytest.mark.parametrize("gone", ["style", "offer"])
def test_what_is_gone_holds_the_order_before_anybody_is_asked(order: Order, bo: Visitor, gone: str) -> None:
    link = db.session.scalars(sa.select(OfferLink)).one()
    if gone == "style":
        link.listing.skus[0].gone_at = utcnow()
    else:
        link.gone_at = utcnow()
    title = link.listing.title
    db.session.commit()
    hand_on(order.id)
    assert (the_push().state, the_push().problem) == (PushState.HELD, f"{gone}_gone")
    assert title in page_of(order, bo)
    assert Parrot.calls == []
    link = db.session.scalars(sa.select(OfferLink)).one()
    link.gone_at = link.listing.skus[0].gone_at = None
    db.session.commit()
    bo.submit(f"/orders/{order.number}/push")
    hand_on(order.id, "it is back")
    assert the_push().state is PushState.PLACED


def test_two_who_begin_at_once_begin_one(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looked before the first had written."""
    with writing():
        first = pushing.push_of(order)
        assert first is not None
        first_id = first.id
        db.session.commit()
    with writing():
        begun, is_new = Push.begin(db.session.get_one(Order, order.id), first.account)
        assert (begun.id, is_new) == (first_id, False)
        begun.said = "still good for writing"
        db.session.commit()
    assert the_push().said == "still good for writing"


def test_a_job_that_failed_is_told_on_the_page(order: Order, bo: Visitor) -> None:
    with own_transaction() as connection:
        connection.execute(sa.text("UPDATE marketplace_accounts SET paused_at = created_at"))
    with writing():
        jobs.enqueue("push-order", key=f"push-{order.number} 1", order_id=order.id)
        db.session.commit()
    work_off()
    assert the_push().state is PushState.WAITING, "it goes on when the account does"
    assert 'data-state="failed"' in page_of(order, bo)
