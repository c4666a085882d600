"""A confirmed order is handed on once in effect, whatever is lost on the way; the market's own book is the judge."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core import jobs
from selection_center.core.db import db, utcnow, writing
from selection_center.core.job_runs import JobRun, JobState
from selection_center.marketplace import pushing
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.orders import Parcel, RemoteState, Step
from selection_center.marketplace.pushes import CONCLUSIVE_AFTER, Push, PushState
from selection_center.marketplace.syncs import OfferLink
from selection_center.orders.models import Order, OrderState
from tests.marketplace.confirmed_orders import confirmed
from tests.marketplace.parrot import Parrot
from tests.working import clean_up, work_off

NewAccount = Callable[..., Account]


@pytest.fixture
def order_id(order: Order) -> int:
    return order.id


def hand_on(order_id: int, name: str = "") -> None:
    with writing():
        jobs.enqueue("push-order", key=f"push {order_id} {name}", order_id=order_id)
    work_off()
    db.session.expire_all()


def the_push() -> Push:
    return db.session.scalars(sa.select(Push)).one()


def created() -> int:
    return len([call for call in Parrot.calls if call.startswith("create")])


def later(than: timedelta = CONCLUSIVE_AFTER) -> None:
    """So much time goes by."""
    with writing():
        push = the_push()
        assert push.sent_at is not None
        push.sent_at -= than + timedelta(seconds=1)
        db.session.commit()


def test_a_confirmed_order_is_placed_once(order_id: int) -> None:
    hand_on(order_id)
    hand_on(order_id, "again")
    push = the_push()
    assert (push.state, push.reference, push.freight_fen) == (PushState.PLACED, "YW-2847-31", 800)
    assert [row.remote_id for row in push.placed] == [order.remote_id for order in Parrot.orders]
    assert Parrot.calls == ["preview", "create YW-2847-31"]
    assert "90071992547409930" in db.session.get_one(Order, order_id).notes[0].text


def test_the_district_of_the_address_is_told_apart(order_id: int) -> None:
    order = db.session.get_one(Order, order_id)
    order.address = "浙江省杭州市西湖区文一西路 998 号"
    receiver = pushing.receiver_of(order)
    assert (receiver.province, receiver.city, receiver.area, receiver.district_code) == (
        "浙江省", "杭州市", "西湖区", "330106",
    )  # fmt: skip
    order.address = "文一西路 998 号"
    assert pushing.receiver_of(order).district_code == ""


def test_several_orders_there_stay_several(order_id: int) -> None:
    Parrot.creating = ["split"]
    hand_on(order_id)
    assert len(the_push().placed) == 2


@pytest.mark.parametrize("linked", [False, True])
def test_what_no_account_takes_stays_with_people(
    app: Flask, parrot: type[Parrot], an_account: NewAccount, linked: bool
) -> None:
    order = confirmed(an_account() if linked else None)
    if linked:
        parrot.takes_orders = False
    try:
        hand_on(order.id)
    finally:
        parrot.takes_orders = True
    assert db.session.scalars(sa.select(Push)).all() == []


def test_a_higher_price_comes_back_to_people_and_goes_on_when_they_agree(order_id: int) -> None:
    external_id = db.session.scalars(sa.select(OfferLink)).one().listing.external_id
    Parrot.price = {external_id: 1200}
    hand_on(order_id)
    push = the_push()
    assert (push.state, push.problem, push.asked_fen) == (PushState.HELD, "price_rose", 48 * 1200)
    assert created() == 0
    with writing():
        the_push().try_again(48 * 1200)
        db.session.commit()
    hand_on(order_id, "agreed")
    assert the_push().state is PushState.PLACED


def test_a_lower_price_goes_on(order_id: int) -> None:
    Parrot.price = {db.session.scalars(sa.select(OfferLink)).one().listing.external_id: 900}
    hand_on(order_id)
    assert the_push().state is PushState.PLACED


@pytest.mark.parametrize("place", ["preview", "create"])
def test_a_no_is_held_with_the_markets_words(order_id: int, place: str) -> None:
    if place == "preview":
        Parrot.previewing = [ConnectorError("below_moq", "不满足起批量", permanent=True)]
    else:
        Parrot.creating = ["stock_short"]
    hand_on(order_id)
    push = the_push()
    assert push.state is PushState.HELD
    assert push.problem in ("below_moq", "stock_short")
    assert push.said in ("不满足起批量", "words")
    assert Parrot.orders == []


def test_no_answer_to_the_preview_asks_again_later(order_id: int) -> None:
    Parrot.previewing = [ConnectorError("no_answer", permanent=False)]
    hand_on(order_id)
    assert the_push().state is PushState.WAITING
    hand_on(order_id, "later")
    assert the_push().state is PushState.PLACED


def test_a_lost_answer_is_looked_up_and_nothing_is_doubled(order_id: int) -> None:
    Parrot.creating = ["lost"]
    hand_on(order_id)
    assert the_push().state is PushState.PLACED
    assert Parrot.calls == ["preview", "create YW-2847-31", "look up YW-2847-31"]
    assert len(Parrot.orders) == 1


def test_a_look_up_that_comes_too_early_settles_nothing(order_id: int) -> None:
    Parrot.creating, Parrot.hidden = ["lost"], [0]
    hand_on(order_id)
    assert the_push().state is PushState.UNKNOWN
    assert created() == 1, "it is not sent again"
    hand_on(order_id, "later")
    assert the_push().state is PushState.PLACED
    assert len(Parrot.orders) == 1


def test_what_does_not_show_yet_is_looked_for_later_and_its_lane_is_free_meanwhile(order_id: int) -> None:
    Parrot.creating, Parrot.hidden = ["lost"], [0] * 2
    hand_on(order_id)
    for wait in (10, 20):
        run = db.session.scalars(sa.select(JobRun)).one()
        assert (run.state, run.is_put_off) == (JobState.WAITING, True)
        assert run.due_at is not None
        assert wait * 0.7 < (run.due_at - utcnow()).total_seconds() <= wait * 1.25
        assert the_push().state is PushState.UNKNOWN
        with writing():
            db.session.execute(sa.update(JobRun).values(due_at=None))
            db.session.commit()
        work_off()
        db.session.expire_all()
    assert the_push().state is PushState.PLACED
    assert (created(), len(Parrot.orders)) == (1, 1)
    assert db.session.scalars(sa.select(JobRun)).one().state is JobState.DONE


def test_what_surely_never_arrived_is_sent_again(order_id: int) -> None:
    Parrot.creating = ["silent"]
    hand_on(order_id)
    assert the_push().state is PushState.UNKNOWN
    later()
    hand_on(order_id, "later")
    assert the_push().state is PushState.PLACED
    assert (created(), len(Parrot.orders)) == (2, 1)


class Killed(BaseException):
    """As a kill is: nothing in the program catches it."""


@pytest.mark.parametrize("at", ["previewed", "sent", "before the call", "after the call"])
def test_whoever_dies_on_the_way_loses_and_doubles_nothing(
    order_id: int, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    create = Parrot.create_order

    def dies(*given: Any) -> Any:
        if at == "after the call":
            create(*given)
        raise Killed

    with monkeypatch.context() as patched:
        if at in ("previewed", "sent"):
            patched.setattr(pushing, at, dies)
        else:
            patched.setattr(Parrot, "create_order", dies)
        with pytest.raises(Killed):
            hand_on(order_id)
    db.session.rollback()
    hand_on(order_id, "taken over")
    if the_push().state is PushState.UNKNOWN:
        later()
        hand_on(order_id, "later")
    assert the_push().state is PushState.PLACED
    assert len(Parrot.orders) == 1


def test_without_the_look_up_a_lost_answer_doubles_the_order(order_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard taken away: what was sent is taken for not sent."""

    def blind(push: Push, _answer: object) -> None:
        push.become(PushState.WAITING)

    monkeypatch.setattr(pushing, "looked_up", blind)
    Parrot.creating = ["lost"]
    hand_on(order_id)
    assert len(Parrot.orders) == 2


def test_an_order_that_moved_on_is_not_sent(order_id: int) -> None:
    with writing():
        order = db.session.get_one(Order, order_id)
        pushing.push_of(order)
        order.state = OrderState.CANCELLED
        db.session.commit()
    hand_on(order_id)
    assert (the_push().state, the_push().problem) == (PushState.HELD, "order_moved_on")
    assert Parrot.orders == []


def an_hour_later() -> None:
    the_push().look_at = utcnow()
    db.session.commit()
    clean_up()
    work_off()
    db.session.expire_all()


def test_its_parcel_and_state_flow_back(order_id: int) -> None:
    hand_on(order_id)
    way = (Step(utcnow(), "已揽收"),)
    Parrot.orders[0] = replace(
        Parrot.orders[0], state=RemoteState.SHIPPED, said="waitbuyerreceive", changed_at=utcnow(),
        parcels=(Parcel("中通", "7312", "TRANSPORT", way),),
    )  # fmt: skip
    an_hour_later()
    order = db.session.get_one(Order, order_id)
    assert (order.state, order.carrier, order.tracking_number) == (OrderState.SHIPPED, "中通", "7312")
    placed = the_push().placed[0]
    assert placed.parcels[0]["steps"][0][1] == "已揽收"
    old = replace(Parrot.orders[0], state=RemoteState.PAID, changed_at=utcnow() - timedelta(days=1))
    placed.tell(old)
    assert placed.state is RemoteState.SHIPPED, "older news changes nothing"


def test_a_state_that_we_do_not_know_is_kept_as_it_was_said(order_id: int) -> None:
    hand_on(order_id)
    Parrot.orders[0] = replace(Parrot.orders[0], state=RemoteState.OTHER, said="waitbuyerconfirmaction")
    an_hour_later()
    assert (the_push().placed[0].state, the_push().placed[0].said) == (RemoteState.OTHER, "waitbuyerconfirmaction")
