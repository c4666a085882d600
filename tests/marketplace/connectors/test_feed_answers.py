"""What a factory writes about its orders: understood in its own words, once each, whatever the files' order."""

import itertools
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from selection_center.core.exports import xlsx_file
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.feed import Feed, answers
from selection_center.marketplace.connectors.orders import (
    Draft,
    DraftLine,
    Flow,
    Preview,
    PreviewPart,
    Receiver,
    RemoteOrder,
    RemoteState,
)
from tests.talking import Talker

HEADER = "订单号,状态,快递公司,快递单号,原因\n"
ACCEPTED, SHIPPED = "YW-1,已接单,,,\n", "YW-1,已发货,中通快递,ZT001,\n"
SECOND, REFUSED = "YW-1,已发货,中通快递,ZT002,\n", "YW-1,拒单,,,红色断货\n"


@pytest.fixture
def place(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(app.config, "DATA_DIR", tmp_path)
    monkeypatch.setattr(answers, "QUIET_SECONDS", 0)
    status = tmp_path / "feeds" / "heyi" / "status"
    status.mkdir(parents=True)
    return status


@pytest.fixture
def feed(place: Path) -> Callable[..., Feed]:
    def made(**given: str) -> Feed:
        return Feed({"source": "heyi", **given}, lambda _values: None)

    for reference in ("YW-1", "YW-2"):
        to = Receiver("王小姐", "13800008888", "稠州北路 1 号")
        draft = Draft(reference, Flow.BULK, (DraftLine("A-1", "", 1, 680),), to)
        made().create_order(draft, Preview((PreviewPart(680, 0),)))
    return made


def told(order: RemoteOrder) -> tuple[RemoteState, str, list[str], str]:
    return order.state, order.said, [parcel.number for parcel in order.parcels], order.reason


def complaint(call: Callable[[], object]) -> str:
    with pytest.raises(ConnectorError) as refused:
        call()
    assert (refused.value.code, refused.value.permanent) == ("bad_status", True)
    return refused.value.said


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (ACCEPTED, (RemoteState.OTHER, "accepted", [], "")),
        (SHIPPED, (RemoteState.SHIPPED, "shipped", ["ZT001"], "")),
        (ACCEPTED + SHIPPED + SECOND, (RemoteState.SHIPPED, "shipped", ["ZT001", "ZT002"], "")),
        (REFUSED, (RemoteState.CANCELLED, "refused", [], "红色断货")),
        (SHIPPED + "YW-1,Delivered,,,\n", (RemoteState.RECEIVED, "received", ["ZT001"], "")),
    ],
)
def test_a_file_says_how_an_order_stands(
    feed: Callable[..., Feed], place: Path, rows: str, expected: tuple[object, ...]
) -> None:
    (place / "1.csv").write_text(HEADER + rows, "utf-8-sig")
    messages, _ = feed().read_messages()
    assert {message.ids for message in messages} == {("YW-1",)}
    assert told(feed().follow("YW-1")) == expected
    assert told(feed().follow("YW-2")) == (RemoteState.OTHER, "handed_over", [], "")


@pytest.mark.parametrize("rows", list(itertools.permutations([ACCEPTED, SHIPPED, SECOND])))
def test_r20_files_in_any_order_and_twice_say_the_same(
    feed: Callable[..., Feed], place: Path, rows: tuple[str, ...]
) -> None:
    cursor, heard = None, []
    for number, row in enumerate((*rows, *rows)):
        (place / f"{number}.csv").write_text(HEADER + row, "utf-8")
        messages, cursor = feed().read_messages(cursor)
        heard += [message.message_id for message in messages]
    state, said, parcels, _reason = told(feed().follow("YW-1"))
    assert (state, said, sorted(parcels)) == (RemoteState.SHIPPED, "shipped", ["ZT001", "ZT002"])
    assert len(set(heard)) == 3


def test_a_file_is_moved_aside_only_once_the_cursor_names_it(feed: Callable[..., Feed], place: Path) -> None:
    """Whoever dies before the cursor is kept hears the same again, under the same number."""
    (place / "1.csv").write_text(HEADER + ACCEPTED, "utf-8")
    first, cursor = feed().read_messages()
    again, same = feed().read_messages()
    assert ([one.message_id for one in first], cursor) == ([one.message_id for one in again], same)
    assert feed().read_messages(cursor) == ((), None)
    assert ([file.name for file in place.glob("*.csv")], len(list((place / "done").glob("*-1.csv")))) == ([], 1)


def test_a_file_is_read_once_nobody_writes_to_it(
    feed: Callable[..., Feed], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever time its upload gave it."""
    file = place / "1.csv"
    file.write_text(HEADER + SHIPPED.removesuffix("01,\n"), "utf-8")
    os.utime(file, (0, 0))
    monkeypatch.setattr(answers, "QUIET_SECONDS", 30)
    assert feed().read_messages() == ((), None)
    assert (file.exists(), told(feed().follow("YW-1"))[2]) == (True, [])
    file.write_text(HEADER + SHIPPED, "utf-8")
    later = time.time() + 31
    monkeypatch.setattr(time, "time", lambda: later)
    assert [message.ids for message in feed().read_messages()[0]] == [("YW-1",)]
    assert told(feed().follow("YW-1"))[2] == ["ZT001"]


def test_a_file_that_grows_while_it_is_read_is_left(
    feed: Callable[..., Feed], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, looks = place / "1.csv", []
    file.write_text(HEADER + SHIPPED, "utf-8")
    look = os.fstat

    def growing(descriptor: int) -> os.stat_result:
        looks.append(look(descriptor))
        if len(looks) == 1:
            with file.open("a") as opened:
                opened.write(SECOND)
        return looks[-1]

    monkeypatch.setattr(os, "fstat", growing)
    assert feed().read_messages() == ((), None)
    assert len(looks) == 2


@pytest.mark.parametrize(
    ("rows", "parcels"),
    [
        (["中通快递,ZT0", "中通快递,ZT001"], [["中通快递", "ZT001"]]),
        (["中通快递,ZT", "中通快递,ZT001", "中通快递,ZT002"], [["中通快递", "ZT001"], ["中通快递", "ZT002"]]),
        (["中通,ZT001", "中通快递,ZT001"], [["中通快递", "ZT001"]]),
        (["中通快递,ZT0", "顺丰,ZT001"], [["中通快递", "ZT0"], ["顺丰", "ZT001"]]),
        (["京东,JDV1", "京东,JDV1-1-2-"], [["京东", "JDV1"], ["京东", "JDV1-1-2-"]]),
    ],
)
def test_r20_half_a_number_gives_way_to_the_whole_one(
    feed: Callable[..., Feed], place: Path, rows: list[str], parcels: list[list[str]]
) -> None:
    """In whatever order they are read: the half file may be the one that comes late."""
    for reference, some in (("YW-1", rows), ("YW-2", rows[::-1])):
        cursor = None
        for row in some:
            (place / "1.csv").write_text(HEADER + f"{reference},已发货,{row},\n", "utf-8")
            cursor = feed().read_messages(cursor)[1]
        found = sorted([parcel.carrier, parcel.number] for parcel in feed().follow(reference).parcels)
        assert found == sorted(parcels)


def test_xlsx_and_json_and_english(feed: Callable[..., Feed], place: Path) -> None:
    rows = [["YW-1", "Shipped", "ZTO", "ZT9"]]
    (place / "1.xlsx").write_bytes(xlsx_file("s", ["Order", "Status", "Carrier", "Tracking number"], rows))
    said = [{"order": "YW-2", "status": "rejected", "reason": "no more"}]
    (place / "2.json").write_text(json.dumps(said), "utf-8")
    feed().read_messages()
    assert told(feed().follow("YW-1")) == (RemoteState.SHIPPED, "shipped", ["ZT9"], "")
    assert told(feed().follow("YW-2")) == (RemoteState.CANCELLED, "refused", [], "no more")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER + ACCEPTED + "YW-9,已发货,,,\n", "YW-9 was not handed over to this factory"),
        (HEADER + ACCEPTED + "../../x,已发货,,,\n", "was not handed over"),
        (HEADER + ACCEPTED + "YW-1,也许,,,\n", "row 3"),
        ("别的,东西\n1,2\n", "订单号"),
        ("<html>busy</html>", "1.csv"),
    ],
)
def test_what_cannot_be_understood_is_said_and_the_rest_counts(
    feed: Callable[..., Feed], place: Path, text: str, said: str
) -> None:
    (place / "1.csv").write_text(text, "utf-8")
    cursor = None
    if ACCEPTED in text:
        messages, cursor = feed().read_messages()
        assert ([message.kind for message in messages], feed().follow("YW-1").said) == (["已接单"], "accepted")
    assert said in complaint(lambda: feed().read_messages(cursor))
    (place / "2.csv").write_text(HEADER + "YW-2,已接单,,,\n", "utf-8")
    messages, cursor = feed().read_messages(cursor)  # a wrong one holds up no other
    assert [message.ids for message in messages] == [("YW-2",)]
    assert said in complaint(lambda: feed().read_messages(cursor))
    (place / "1.csv").unlink()
    assert feed().read_messages(cursor) == ((), None)


def test_whoever_answers_has_the_order(feed: Callable[..., Feed], place: Path) -> None:
    """Nobody knew whether the file was taken: the factory's word settles it."""
    mark = place.parent / "outbox" / ".marks" / "YW-1.json"
    mark.write_text(json.dumps(json.loads(mark.read_text()) | {"state": "writing"}))
    (place.parent / "outbox" / "YW-1.xlsx").unlink()
    with pytest.raises(ConnectorError, match="handover_unclear"):
        feed().look_up("YW-1")
    (place / "1.csv").write_text(HEADER + ACCEPTED, "utf-8")
    feed().read_messages()
    assert [order.said for order in feed().look_up("YW-1")] == ["accepted"]


def test_an_order_called_off_may_be_on_its_way_already(feed: Callable[..., Feed], place: Path) -> None:
    feed().cancel_order("YW-1", "x")
    feed().cancel_order("YW-2", "x")
    (place / "1.csv").write_text(HEADER + SHIPPED + "YW-2,已接单,,,\n", "utf-8")
    feed().read_messages()
    assert told(feed().follow("YW-1"))[0] is RemoteState.SHIPPED
    assert told(feed().follow("YW-2"))[:2] == (RemoteState.CANCELLED, "called_off")


def test_s12_a_link_out_of_the_folder_is_not_followed(feed: Callable[..., Feed], place: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text(HEADER + REFUSED, "utf-8")
    os.symlink(tmp_path / "elsewhere.csv", place / "1.csv")
    assert feed().read_messages() == ((), None)


def test_a_file_that_cannot_be_opened_keeps_nobody_from_being_heard(
    feed: Callable[..., Feed], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "1.csv").write_text(HEADER + ACCEPTED, "utf-8")
    (place / "2.csv").write_text(HEADER + SECOND, "utf-8")
    settled = answers._settled

    def closed(file: Path) -> bytes | None:
        if file.name == "1.csv":
            raise PermissionError(13, "Permission denied")
        return settled(file)

    monkeypatch.setattr(answers, "_settled", closed)
    messages, cursor = feed().read_messages(None)
    assert [message.ids for message in messages] == [("YW-1",)]
    assert complaint(lambda: feed().read_messages(cursor)) == "1.csv: Permission denied"


def test_a_file_where_the_folder_for_the_read_ones_belongs_is_complained_of(
    feed: Callable[..., Feed], place: Path
) -> None:
    (place / "1.csv").write_text(HEADER + ACCEPTED, "utf-8")
    (place / "done").write_text("a file")
    _messages, cursor = feed().read_messages(None)
    assert complaint(lambda: feed().read_messages(cursor)).startswith("1.csv: ")


def says(talker: Talker, text: str, status: int = 200) -> None:
    talker.queue.clear()
    talker.says(text, status, kind="text/csv")


def test_a_file_at_an_address(outside: Flask, feed: Callable[..., Feed], talker: Talker) -> None:
    at = feed(status_address=f"{talker.url}/status.csv")
    says(talker, "", 404)
    assert at.read_messages() == ((), None)
    says(talker, HEADER + ACCEPTED)
    messages, cursor = at.read_messages()
    assert [message.kind for message in messages] == ["已接单"]
    assert at.read_messages(cursor)[0] == ()
    says(talker, HEADER + ACCEPTED + SHIPPED)
    messages, cursor = at.read_messages(cursor)
    assert told(at.follow("YW-1")) == (RemoteState.SHIPPED, "shipped", ["ZT001"], "")
    at.given = {"source": "heyi", "status_address": "https://127.0.0.1.example/s.csv"}
    with pytest.raises(ConnectorError, match="bad_address"):
        at.read_messages(cursor)
