"""Orders to a factory by letter: handed over once, whatever the mail server does or whoever dies in between."""

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from selection_center.core.mail import MailServer
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.feed import Feed, outbox
from selection_center.marketplace.connectors.orders import (
    Draft,
    DraftLine,
    Flow,
    Preview,
    PreviewPart,
    Receiver,
    RemoteState,
)
from tests.posting import Postman

LINES = (DraftLine("A-1", "r", 60, 680, "袜子", "红"), DraftLine("A-1", "b", 40, 680, "袜子", "蓝"))
TO = Receiver("王小姐", "13800008888", "稠州北路 1 号", province="浙江省", city="义乌市")
DRAFT = Draft("YW-1024-1", Flow.BULK, LINES, TO, "周三前")
PREVIEW = Preview((PreviewPart(62_000, 0),))


@pytest.fixture
def postman(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postman]:
    with Postman() as made:
        server = MailServer(host="127.0.0.1", port=made.port, sender="orders@example.com", is_loopback=True)
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail=server))
        yield made


@pytest.fixture
def feed(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Feed]:
    monkeypatch.setitem(app.config, "DATA_DIR", tmp_path)
    place = tmp_path / "feeds" / "heyi"
    place.mkdir(parents=True)
    (place / "offers.csv").write_text("商品ID,商品标题,价格\nA-1,袜子,6.80\n", "utf-8")
    return lambda **given: Feed({"source": "heyi", "orders_to": "heyi@example.cn", **given}, lambda _values: None)


def code_of(call: Callable[[], object]) -> tuple[str, bool]:
    with pytest.raises(ConnectorError) as refused:
        call()
    return refused.value.code, refused.value.permanent


def file_of(letter: EmailMessage) -> tuple[str | None, bytes]:
    [file] = letter.iter_attachments()
    assert isinstance(file, EmailMessage)
    content = file.get_payload(decode=True)
    assert isinstance(content, bytes)
    return file.get_filename(), content


def test_an_order_is_a_letter_with_a_file(feed: Callable[..., Feed], postman: Postman, tmp_path: Path) -> None:
    [order] = feed().create_order(DRAFT, PREVIEW)
    assert (order.remote_id, order.said, order.goods_fen) == ("YW-1024-1", "handed_over", 62_000)
    [letter] = postman.letters
    assert (letter["To"], letter["Subject"]) == ("heyi@example.cn", "采购订单 YW-1024-1（大货）")
    body = letter.get_body()
    assert body is not None
    words = body.get_content()
    assert ("1. 袜子 红（A-1 r） × 60，单价 6.80 元" in words, "浙江省义乌市稠州北路 1 号" in words) == (True, True)
    assert ("13800008888" in words, "周三前" in words, "订单号、状态" in words) == (True, True, True)
    name, content = file_of(letter)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert (name, [row[6] for row in rows[1:]]) == ("YW-1024-1.xlsx", [60.0, 40.0])
    assert list((tmp_path / "feeds" / "heyi" / "outbox").glob("YW*")) == []


def test_r13_a_letter_is_sent_once(feed: Callable[..., Feed], postman: Postman) -> None:
    first = feed().create_order(DRAFT, PREVIEW)
    assert feed().create_order(DRAFT, PREVIEW) == first
    assert feed().look_up("YW-1024-1") == first
    assert len(postman.letters) == 1


@pytest.mark.parametrize(
    ("at", "said", "code", "permanent"),
    [
        ("EHLO", "hang up", "no_answer", False),
        ("RCPT", "450 not now", "no_answer", False),
        ("RCPT", "550 nobody", "mail_refused", True),
        ("dot", "552 too large", "mail_refused", True),
    ],
)
def test_r19_what_surely_did_not_leave_may_be_sent_again(
    feed: Callable[..., Feed], postman: Postman, at: str, said: str, code: str, permanent: bool
) -> None:
    postman.faults[at] = said
    assert code_of(lambda: feed().create_order(DRAFT, PREVIEW)) == (code, permanent)
    assert (feed().look_up("YW-1024-1"), postman.letters) == ((), [])
    feed().create_order(DRAFT, PREVIEW)
    assert len(postman.letters) == 1


@pytest.mark.parametrize(("at", "arrived"), [("half", 0), ("dot", 1)])
def test_r19_a_letter_whose_answer_was_lost_is_never_sent_again(
    feed: Callable[..., Feed], postman: Postman, at: str, arrived: int
) -> None:
    postman.faults[at] = "hang up"
    for call in (
        lambda: feed().create_order(DRAFT, PREVIEW),
        lambda: feed().look_up("YW-1024-1"),
        lambda: feed().create_order(DRAFT, PREVIEW),
    ):
        assert code_of(call) == ("handover_unclear", False)
    assert len(postman.letters) == arrived


class Killed(BaseException):
    """What no handler of ours catches, as a kill -9 does not."""


def test_r13_killed_after_the_letter_left_it_is_not_sent_again(
    feed: Callable[..., Feed], postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(*_rest: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "_write", dying)
        with pytest.raises(Killed):
            feed().create_order(DRAFT, PREVIEW)
    assert code_of(lambda: feed().create_order(DRAFT, PREVIEW)) == ("handover_unclear", False)
    assert len(postman.letters) == 1


def test_people_say_that_it_arrived(feed: Callable[..., Feed], postman: Postman) -> None:
    postman.faults["dot"] = "hang up"
    code_of(lambda: feed().create_order(DRAFT, PREVIEW))
    feed().settle("YW-1024-1", arrived=True)
    assert [order.said for order in feed().look_up("YW-1024-1")] == ["accepted"]
    feed().settle("YW-1024-1", arrived=False)  # said too late
    assert len(feed().create_order(DRAFT, PREVIEW)) == len(postman.letters) == 1


def test_people_say_that_it_did_not_arrive(feed: Callable[..., Feed], postman: Postman) -> None:
    postman.faults["half"] = "hang up"
    code_of(lambda: feed().create_order(DRAFT, PREVIEW))
    for _ in range(2):
        feed().settle("YW-1024-1", arrived=False)
    assert feed().look_up("YW-1024-1") == ()
    feed().create_order(DRAFT, PREVIEW)
    assert len(postman.letters) == 1


def test_a_reminder_is_the_same_letter_under_the_same_number(feed: Callable[..., Feed], postman: Postman) -> None:
    feed().remind(DRAFT)  # nothing was handed over yet
    feed().create_order(DRAFT, PREVIEW)
    feed().remind(DRAFT)
    first, second = postman.letters
    assert second["Subject"] == f"再次发送：{first['Subject']}"
    assert second["Message-ID"] != first["Message-ID"]
    text = second.get_body(("plain",))
    assert text is not None
    assert "不要重复生产" in text.get_content()
    files = [next(letter.iter_attachments()).get_filename() for letter in (first, second)]
    assert files == ["YW-1024-1.xlsx"] * 2
    assert [order.said for order in feed().look_up("YW-1024-1")] == ["handed_over"]
    feed().settle("YW-1024-1", arrived=True)
    feed().remind(DRAFT)
    assert len(postman.letters) == 2


def test_an_order_is_called_off_by_a_second_letter(feed: Callable[..., Feed], postman: Postman) -> None:
    feed().create_order(DRAFT, PREVIEW)
    postman.faults["RCPT"] = "450 not now"
    assert code_of(lambda: feed().cancel_order("YW-1024-1", "改主意了")) == ("no_answer", False)
    for _ in range(2):
        feed().cancel_order("YW-1024-1", "改主意了")
    assert [letter["Subject"] for letter in postman.letters] == ["采购订单 YW-1024-1（大货）", "取消订单 YW-1024-1"]
    assert file_of(postman.letters[1])[0] == "YW-1024-1-cancelled.xlsx"
    assert feed().follow("YW-1024-1").state is RemoteState.CANCELLED


def test_a_check_asks_the_mail_server_and_sends_nothing(feed: Callable[..., Feed], postman: Postman) -> None:
    with closing(feed()) as asked:
        assert asked.check() == "heyi (csv)"
        postman.faults["NOOP"] = "554 not you"
        assert code_of(asked.check) == ("mail_refused", True)
    assert postman.letters == []


def test_without_a_mail_server_nothing_is_marked(feed: Callable[..., Feed]) -> None:
    assert code_of(lambda: feed().create_order(DRAFT, PREVIEW)) == ("no_mail", True)
    assert feed().look_up("YW-1024-1") == ()


@pytest.mark.parametrize(
    "to",
    [
        "a@x.cn, b@x.cn",
        "a@x.cn; b@x.cn",
        "a@x.cn；b@x.cn",
        "heyi＠example.cn",
        "张三@example.cn",
        "a@例子.中国",
        "noat",
    ],
)
def test_what_is_not_one_plain_address_is_refused_before_anything_leaves(
    feed: Callable[..., Feed], postman: Postman, to: str
) -> None:
    line = feed(orders_to=to)
    assert code_of(line.check) == ("bad_letter", True)
    assert code_of(lambda: line.create_order(DRAFT, PREVIEW)) == ("bad_letter", True)
    assert postman.letters == []
