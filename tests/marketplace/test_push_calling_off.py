"""An order that is cancelled here: before it was sent it never is, and afterwards it is cancelled there, once."""

from collections.abc import Callable

import pytest

from selection_center.core import jobs
from selection_center.core.db import db, utcnow, writing
from selection_center.core.permissions import Role
from selection_center.marketplace import pushing
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.orders import Preview, PreviewPart, RemoteState
from selection_center.marketplace.pushes import PushState
from selection_center.orders.models import Order, OrderState
from tests import factories as make
from tests.marketplace.parrot import Parrot
from tests.marketplace.test_pushing import hand_on, the_push
from tests.visitors import Visitor
from tests.working import work_off

Visit = Callable[..., Visitor]


@pytest.fixture
def ana(order: Order, visit: Visit) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, order.site))


def cancel_here(order: Order, ana: Visitor) -> None:
    assert ana.submit(f"/orders/{order.number}/cancellation", {"reason": "不要了"}).status_code == 303


def call_off(order: Order, ana: Visitor) -> int:
    return int(ana.submit(f"/orders/{order.number}/push/cancellation").status_code)


def cancellations() -> list[str]:
    return [call for call in Parrot.calls if call.startswith("cancel")]


def page_of(order: Order, ana: Visitor) -> str:
    return str(ana.get(f"/orders/{order.number}/push?lang=en").text)


def test_what_is_cancelled_after_it_was_placed_is_cancelled_there_once(order: Order, ana: Visitor) -> None:
    hand_on(order.id)
    assert call_off(order, ana) == 409, "it is not cancelled here"
    cancel_here(order, ana)
    assert "Cancelled here, not at the marketplace" in page_of(order, ana)
    assert "Cancelled here, not at the marketplace" not in ana.get(f"/sites/{order.site.slug}/pushes").text
    assert call_off(order, ana) == 303
    assert call_off(order, ana) == 303, "twice before anything was done is once"
    work_off()
    number = Parrot.orders[0].remote_id
    assert cancellations() == [f"cancel {number}: 不要了"]
    assert the_push().placed[0].state is RemoteState.CANCELLED
    assert call_off(order, ana) == 409
    assert not the_push().wants_people
    assert "Cancel it at the marketplace too" not in page_of(order, ana)


def test_a_lost_answer_to_it_is_looked_at_and_not_asked_again(order: Order, ana: Visitor) -> None:
    hand_on(order.id)
    cancel_here(order, ana)
    Parrot.cancelling = ["lost"]
    call_off(order, ana)
    work_off()
    assert len(cancellations()) == 1
    assert the_push().placed[0].state is RemoteState.CANCELLED


def test_no_answer_leaves_it_asked_for_and_the_next_try_does_it(order: Order, ana: Visitor) -> None:
    hand_on(order.id)
    cancel_here(order, ana)
    Parrot.cancelling = [ConnectorError("no_answer", permanent=False)]
    call_off(order, ana)
    work_off()
    assert the_push().placed[0].is_being_called_off
    assert db.session.scalars(pushing.calling_off()).one().id == the_push().id
    with writing():
        jobs.enqueue("call-off-order", key="again", push_id=the_push().id)
        db.session.commit()
    work_off()
    assert the_push().placed[0].state is RemoteState.CANCELLED
    assert db.session.scalars(pushing.calling_off()).all() == []


def test_a_no_of_the_marketplace_is_told_in_its_words(order: Order, ana: Visitor) -> None:
    hand_on(order.id)
    cancel_here(order, ana)
    Parrot.cancelling = [ConnectorError("refused", "订单状态错误", permanent=True)]
    call_off(order, ana)
    work_off()
    db.session.expire_all()
    page = page_of(order, ana)
    assert "订单状态错误" in page
    assert the_push().wants_people, "it goes on there"
    assert call_off(order, ana) == 409
    assert len(cancellations()) == 1


def test_an_order_that_is_cancelled_before_it_is_sent_never_is(order: Order, ana: Visitor) -> None:
    with writing():
        pushing.push_of(db.session.get_one(Order, order.id))
        db.session.commit()
    cancel_here(order, ana)
    hand_on(order.id)
    assert (the_push().state, the_push().problem) == (PushState.HELD, "order_moved_on")
    assert Parrot.calls == []
    assert "Try again" not in page_of(order, ana)


def test_cancelled_while_the_price_was_asked_it_is_not_sent(order: Order) -> None:
    """The order is looked at once more, its row held, in the transaction that says: send it."""
    with writing():
        push = pushing.push_of(db.session.get_one(Order, order.id))
        assert push is not None
        db.session.commit()
        push.order.state, push.order.changed_at = OrderState.CANCELLED, utcnow()
        db.session.commit()
        assert not pushing.previewed(push, Preview((PreviewPart(push.agreed_fen, 0),)))
        db.session.commit()
    assert (the_push().state, the_push().problem) == (PushState.HELD, "order_moved_on")
    assert the_push().sent_at is None
