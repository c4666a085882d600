"""An order to a factory without an API, through the product's own jobs: by letter, and the answer by a file."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from selection_center.catalog.models import Listing
from selection_center.core import jobs
from selection_center.core.db import db, utcnow
from selection_center.core.mail import MailServer
from selection_center.core.permissions import Role
from selection_center.marketplace import message_jobs, order_jobs, runs, unlinkings
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.feed import answers
from selection_center.marketplace.connectors.messages import Message, Subject
from selection_center.marketplace.connectors.orders import RemoteState
from selection_center.marketplace.inbox import InboxMessage
from selection_center.marketplace.pushes import MOST_LOOKS, Push, PushState
from selection_center.orders.models import Order, OrderState
from tests import factories as make
from tests.marketplace.confirmed_orders import confirmed
from tests.marketplace.parrot import Parrot
from tests.posting import Postman
from tests.visitors import Visitor
from tests.working import work_off

Visit = Callable[..., Visitor]
HEADER = "订单号,状态,快递公司,快递单号,原因\n"


@pytest.fixture
def postman(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postman]:
    with Postman() as made:
        server = MailServer(host="127.0.0.1", port=made.port, sender="orders@example.com", is_loopback=True)
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail=server))
        yield made


@pytest.fixture
def status(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(app.config, "DATA_DIR", tmp_path)
    monkeypatch.setattr(answers, "QUIET_SECONDS", 0)
    folder = tmp_path / "feeds" / "heyi" / "status"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def order(status: Path, postman: Postman) -> Order:
    """Confirmed, and the feed has its offer at the agreed price."""
    given = {"source": "heyi", "orders_to": "heyi@example.cn"}
    account = make.add(Account(connector="feed", name="禾一", given=given, checked_at=utcnow(), calls_per_minute=6000))
    order = confirmed(account)
    [line] = order.lines
    listing = db.session.get_one(Listing, line.listing_id)
    listing.source, listing.skus[0].source_id = "heyi", ""
    db.session.commit()
    text = f"商品ID,商品标题,价格\n{listing.external_id},{line.title},11.50\n"
    (status.parent / "offers.csv").write_text(text, "utf-8")
    return order


@pytest.fixture
def bo(order: Order, visit: Visit) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, order.site))


def push_it(order: Order) -> Push:
    jobs.enqueue("push-order", key=f"push-{order.number} 1", order_id=order.id)
    work_off()
    db.session.expire_all()
    return db.session.query(Push).one()


def listen() -> None:
    message_jobs.look_for_messages()
    work_off()
    db.session.expire_all()


def test_accepted_then_shipped(order: Order, postman: Postman, status: Path) -> None:
    push = push_it(order)
    assert (push.state, push.problem, len(postman.letters)) == (PushState.PLACED, "", 1)
    (status / "1.csv").write_text(HEADER + f"{order.number},已接单,,,\n", "utf-8")
    listen()
    assert [(row.state, row.said) for row in push.placed] == [(RemoteState.OTHER, "accepted")]
    (status / "2.csv").write_text(HEADER + f"{order.number},已发货,中通快递,ZT001,\n", "utf-8")
    listen()
    assert (order.state, order.carrier, order.tracking_number) == (OrderState.SHIPPED, "中通快递", "ZT001")
    notes = len(order.notes)
    (status / "3.csv").write_text(HEADER + f"{order.number},已发货,中通快递,ZT001,\n", "utf-8")
    listen()
    listen()
    assert (len(order.notes), [file.name for file in status.glob("*.csv")]) == (notes, [])


def test_who_looks_has_the_factorys_words_read_at_once(order: Order, status: Path, bo: Visitor) -> None:
    push = push_it(order)
    (status / "1.csv").write_text(HEADER + f"{order.number},已接单,,,\n", "utf-8")
    assert bo.submit(f"/orders/{order.number}/push/look-ups").status_code == 303
    work_off()
    db.session.expire_all()
    assert [(row.state, row.said) for row in push.placed] == [(RemoteState.OTHER, "accepted")]


def test_a_number_read_from_half_a_file_is_put_right_by_the_whole_one(order: Order, status: Path) -> None:
    push_it(order)
    (status / "1.csv").write_text(HEADER + f"{order.number},已发货,中通快递,ZT0", "utf-8")
    listen()
    assert (order.state, order.tracking_number) == (OrderState.SHIPPED, "ZT0")
    (status / "1.csv").write_text(HEADER + f"{order.number},已发货,中通快递,ZT001,\n", "utf-8")
    listen()
    assert (order.carrier, order.tracking_number) == ("中通快递", "ZT001")
    assert "禾一: 中通快递 ZT001" in [note.text for note in order.notes]


def test_a_number_that_staff_wrote_stays(order: Order, status: Path) -> None:
    push_it(order)
    order.become(OrderState.SHIPPED, by=None)
    order.carrier, order.tracking_number = "顺丰", "SF1"
    db.session.commit()
    for number in ("ZT0", "ZT001"):
        (status / "1.csv").write_text(HEADER + f"{order.number},已发货,中通快递,{number},\n", "utf-8")
        listen()
    assert (order.carrier, order.tracking_number) == ("顺丰", "SF1")


def test_a_refusal_comes_back_to_staff_and_buyer_once(order: Order, status: Path, bo: Visitor, client: Visitor) -> None:
    push = push_it(order)
    (status / "1.csv").write_text(HEADER + f"{order.number},拒单,,,红色断货\n", "utf-8")
    listen()
    assert (push.problem, push.said, push.wants_people) == ("closed_there", "红色断货", True)
    assert [note.text for note in order.notes].count(f"禾一: {order.number} 红色断货") == 1
    page = bo.get(f"/orders/{order.number}/push?lang=en").text
    assert ("The factory does not send it" in page, "红色断货" in page, "refused by the factory" in page) == (True,) * 3
    assert "The factory cannot send it" in client.get(f"/o/{order.token}?lang=en").text
    bo.submit(f"/orders/{order.number}/push/sightings")
    listen()
    order_jobs.follow_orders()
    runs.ask_again("follow-order", f"follow-{order.number}", push_id=push.id)
    work_off()
    db.session.expire_all()
    assert (push.problem, [note.text for note in order.notes].count(f"禾一: {order.number} 红色断货")) == ("", 1)


def test_a_refusal_without_a_reason_says_so_in_every_language(order: Order, status: Path, bo: Visitor) -> None:
    push_it(order)
    (status / "1.csv").write_text(HEADER + f"{order.number},拒单,,,\n", "utf-8")
    listen()
    assert "这边仍未结：没有说明原因" in bo.get(f"/orders/{order.number}/push?lang=zh").text
    assert f"禾一: {order.number}" in [note.text for note in order.notes]


def test_what_was_refused_and_is_sent_after_all_asks_nobody_to_order_it_otherwise(
    order: Order, status: Path, bo: Visitor
) -> None:
    push = push_it(order)
    for number, row in enumerate(("拒单,,,没货", "已发货,顺丰,SF1,")):
        (status / f"{number}.csv").write_text(HEADER + f"{order.number},{row}\n", "utf-8")
        listen()
    assert (order.state, push.problem, push.said, push.wants_people) == (OrderState.SHIPPED, "", "", False)


def test_two_answers_about_one_letter_are_not_both_noted(order: Order, postman: Postman, bo: Visitor) -> None:
    postman.faults["dot"] = "hang up"
    push = push_it(order)
    address = f"/orders/{order.number}/push/arrival"
    assert bo.submit(address, {"arrived": "no"}).status_code == 303
    assert bo.submit(address, {"arrived": "yes"}).status_code == 409
    work_off()
    db.session.expire_all()
    assert push.state is PushState.PLACED


def test_many_files_that_cannot_be_understood_keep_nobody_from_being_heard(order: Order, status: Path) -> None:
    push = push_it(order)
    for number in range(25):
        (status / f"a{number:02}.csv").write_text(f"no status {number}\n", "utf-8")
    (status / ".half.csv").write_text(HEADER + f"{order.number},已发货,顺丰,SF12,\n", "utf-8")
    (status / "folder.csv").mkdir()
    (status / "b.csv").write_text(HEADER + f"{order.number},已接单,,,\n", "utf-8")
    listen()
    assert [(row.state, row.said) for row in push.placed] == [(RemoteState.OTHER, "accepted")]


@pytest.mark.parametrize(("fault", "arrived", "letters"), [("dot", "yes", 1), ("half", "no", 1)])
def test_people_settle_a_letter_of_which_nobody_knows(
    order: Order, postman: Postman, bo: Visitor, fault: str, arrived: str, letters: int
) -> None:
    postman.faults[fault] = "hang up"
    push = push_it(order)
    assert (push.state, push.problem) == (PushState.UNKNOWN, "handover_unclear")
    page = bo.get(f"/orders/{order.number}/push?lang=en").text
    assert ("The factory has the order" in page, "sent anew" in page) == (True, False)
    assert bo.submit(f"/orders/{order.number}/push/arrival", {"arrived": "perhaps"}).status_code == 422
    assert bo.submit(f"/orders/{order.number}/push/arrival", {"arrived": arrived}).status_code == 303
    work_off()
    db.session.expire_all()
    assert (push.state, push.problem, len(postman.letters)) == (PushState.PLACED, "", letters)
    assert bo.submit(f"/orders/{order.number}/push/arrival", {"arrived": "no"}).status_code == 409
    work_off()
    assert len(postman.letters) == letters


def test_a_refusal_settles_a_letter_of_which_nobody_knows(order: Order, postman: Postman, status: Path) -> None:
    postman.faults["dot"] = "hang up"
    push = push_it(order)
    (status / "1.csv").write_text(HEADER + f"{order.number},拒单,,,断货\n", "utf-8")
    listen()
    assert (push.state, push.problem, push.said) == (PushState.PLACED, "closed_there", "断货")
    assert (len(postman.letters), order.state) == (1, OrderState.CONFIRMED)


def test_word_of_an_order_of_which_nobody_knows_has_it_looked_up(order: Order, postman: Postman, status: Path) -> None:
    """Until then nothing is asked in vain: people alone could tell."""
    postman.faults["dot"] = "hang up"
    push = push_it(order)
    runs_before = db.session.query(jobs.JobRun).count()
    order_jobs.settle_orders()
    assert (push.problem, db.session.query(jobs.JobRun).count()) == ("handover_unclear", runs_before)
    assert not [run for run in db.session.query(jobs.JobRun) if run.is_open]
    (status / "1.csv").write_text(HEADER + f"{order.number},已接单,,,\n", "utf-8")
    listen()
    assert (push.state, push.problem, len(postman.letters)) == (PushState.PLACED, "", 1)


# --- a factory that never says that it has the order -----------------------------------------------------------------


def after(push: Push, **time: float) -> None:
    """So much later, with whatever comes up by itself done."""
    past = timedelta(**time)
    push.sent_at = push.sent_at - past if push.sent_at else None
    push.look_at = push.look_at - past if push.look_at else None
    db.session.commit()
    order_jobs.follow_orders()
    work_off()
    db.session.expire_all()


def looks() -> int:
    return db.session.query(jobs.JobRun).filter_by(name="follow-order").count()


@pytest.fixture
def silent(order: Order) -> Push:
    """Handed over three days ago, and not a word since."""
    push = push_it(order)
    after(push, days=3)
    return push


def test_silence_is_looked_at_ever_later_and_then_asked_about(order: Order, bo: Visitor) -> None:
    push = push_it(order)
    for hour in range(1, 72):
        after(push, hours=1)
        assert push.problem == "", hour
    assert looks() == 7  # after 1, 2, 4, 8, 16 and 32 hours, and then daily
    after(push, hours=1)
    assert (push.problem, push.wants_people, push.look_at, looks()) == ("not_confirmed", True, None, 7)
    after(push, days=30)
    assert looks() == 7
    page = bo.get(f"/orders/{order.number}/push?lang=en").text
    assert "The factory has not confirmed it" in page
    assert "It was handed over 33 days ago" in page
    assert ("The factory has the order" in page, "hand it over again" in page, "put right" in page) == (
        True,
        True,
        False,
    )
    assert "厂家还没有确认接单" in bo.get(f"/orders/{order.number}/push?lang=zh").text
    assert "至今没有回音" in bo.get(f"/sites/{order.site.slug}/pushes?lang=zh").text


def test_whoever_confirms_by_phone_ends_the_question(silent: Push, bo: Visitor, postman: Postman) -> None:
    assert bo.submit(f"/orders/{silent.reference}/push/arrival", {"arrived": "yes"}).status_code == 303
    work_off()
    db.session.expire_all()
    assert (silent.problem, silent.is_unconfirmed, len(postman.letters)) == ("", False, 1)
    after(silent, days=9)
    assert silent.problem == ""
    assert "accepted, to be sent" in bo.get(f"/orders/{silent.reference}/push?lang=en").text
    assert bo.submit(f"/orders/{silent.reference}/push/arrival", {"arrived": "yes"}).status_code == 409


def test_what_the_factory_does_not_have_is_sent_again_under_its_number(
    silent: Push, bo: Visitor, postman: Postman
) -> None:
    assert bo.submit(f"/orders/{silent.reference}/push/arrival", {"arrived": "no"}).status_code == 303
    work_off()
    db.session.expire_all()
    first, second = postman.letters
    assert second["Subject"] == f"再次发送：{first['Subject']}"
    assert [part.get_filename() for part in second.iter_attachments()] == [f"{silent.reference}.xlsx"]
    assert (silent.state, silent.problem, len(silent.placed), silent.days_silent) == (PushState.PLACED, "", 1, 0)
    after(silent, days=3)
    assert silent.problem == "not_confirmed"


def test_a_word_from_the_factory_ends_the_question(silent: Push, status: Path) -> None:
    (status / "1.csv").write_text(HEADER + f"{silent.reference},已接单,,,\n", "utf-8")
    listen()
    assert (silent.problem, silent.looks, silent.look_at is None) == ("", 0, False)


def test_people_may_wait_one_more_day(silent: Push, bo: Visitor) -> None:
    assert "Wait one more day" in bo.get(f"/orders/{silent.reference}/push?lang=en").text
    assert bo.submit(f"/orders/{silent.reference}/push/sightings").status_code == 303
    db.session.expire_all()
    after(silent, hours=23)
    assert silent.problem == ""
    after(silent, hours=1)
    assert silent.problem == "not_confirmed"


def test_an_order_that_is_cancelled_after_silence_is_cancelled_there(
    silent: Push, bo: Visitor, visit: Visit, postman: Postman
) -> None:
    assert "#cancel" not in bo.get(f"/orders/{silent.reference}/push").text  # a manager's
    ana = visit(make.user("Ana", Role.MANAGER, silent.order.site))
    assert f"/orders/{silent.reference}#cancel" in ana.get(f"/orders/{silent.reference}/push").text
    assert ana.submit(f"/orders/{silent.reference}/cancellation", {"reason": "厂家没有回音"}).status_code == 303
    assert ana.submit(f"/orders/{silent.reference}/push/cancellation").status_code == 303
    work_off()
    db.session.expire_all()
    assert (silent.placed[0].state, silent.problem, silent.wants_people) == (RemoteState.CANCELLED, "", False)
    assert "取消订单" in postman.letters[-1]["Subject"]


def test_what_is_silent_for_months_is_not_looked_at_for_ever(order: Order) -> None:
    push = push_it(order)
    order.become(OrderState.SHIPPED, by=None)  # by hand; the factory's feed says nothing
    for _ in range(MOST_LOOKS + 5):
        after(push, days=1)
    assert (looks(), push.look_at, push.problem) == (MOST_LOOKS + 1, None, "")


def test_what_cannot_be_understood_stands_at_the_account(order: Order, status: Path) -> None:
    push_it(order)
    (status / "1.csv").write_text(HEADER + "YW-0,已发货,,,\n", "utf-8")
    listen()
    account = db.session.query(Account).one()
    assert (account.failure, "YW-0" in account.failure_said) == ("bad_status", True)
    assert db.session.query(jobs.JobRun).filter_by(state=jobs.JobState.FAILED).count() == 0


def test_messages_that_a_push_missed_are_read_once(
    app: Flask, an_account: Callable[..., Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And how far goes in with them: a refusal leaves the cursor where it was."""
    account = an_account(checked_at=utcnow(), calls_per_minute=6000)
    told = Message("m1", Subject.ORDER, "ORDER", ("1",), utcnow())
    asked: list[str | None] = []

    def read(_self: Parrot, cursor: str | None = None) -> tuple[tuple[Message, ...], str | None]:
        asked.append(cursor)
        if len(asked) == 2:
            raise ConnectorError("no_permission", permanent=True)
        return (told,), f"after {len(asked)}"

    monkeypatch.setattr(Parrot, "read_messages", read)
    listen()
    assert asked == []  # this one keeps none
    monkeypatch.setattr(Parrot, "keeps_messages", True)
    for _ in range(3):
        listen()
    assert (asked, account.message_cursor) == ([None, "after 1", "after 1"], "after 3")
    assert db.session.query(InboxMessage).count() == 1


def cancel(push: Push, visit: Visit) -> None:
    ana = visit(make.user("Ana", Role.MANAGER, push.order.site))
    answer = ana.submit(f"/orders/{push.reference}/cancellation", {"reason": "厂家没有回音"})
    assert answer.status_code == 303


def unlink(push: Push, visit: Visit) -> None:
    listing = db.session.get_one(Listing, push.order.lines[0].listing_id)
    unlinkings.unlink(listing, make.user("Ana", Role.MANAGER, push.order.site).id)
    db.session.commit()


@pytest.mark.parametrize("change", [cancel, unlink])
def test_what_is_not_as_it_was_is_not_sent_again(
    silent: Push, bo: Visitor, visit: Visit, postman: Postman, change: Callable[[Push, Visit], None]
) -> None:
    change(silent, visit)
    work_off()
    said = bo.submit(f"/orders/{silent.reference}/push/arrival", {"arrived": "no"})
    assert said.status_code == 409
    jobs.enqueue("settle-order", key="settle 1", push_id=silent.id, arrived="no")
    work_off()
    db.session.expire_all()
    again = [letter for letter in postman.letters if str(letter["Subject"]).startswith("再次发送")]
    assert (again, silent.problem) == ([], "not_confirmed")
    offered = "hand it over again" in bo.get(f"/orders/{silent.reference}/push?lang=en").text
    assert offered is (silent.order.state is OrderState.CONFIRMED)


def test_signs_that_no_text_has_keep_no_word_from_being_heard(order: Order, status: Path) -> None:
    push = push_it(order)
    said = [{"订单号": order.number, "状态": "拒单", "原因": "\ud800没\u0000货"}, {"订单号": 1, "状态": "拒单"}]
    (status / "1.json").write_text(json.dumps(said), "ascii")
    listen()
    assert (push.problem, push.said) == ("closed_there", "没货")
