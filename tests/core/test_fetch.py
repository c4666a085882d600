"""S15: what is fetched, and what is not, over real HTTP on this machine."""

import io
import socket
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_address

import httpcore
import pytest
from flask import Flask

from selection_center.core import wire
from selection_center.core.fetch import Door, FetchRefused, fetch
from tests.talking import Talker

HERE = Door(hosts=(), loopback=True)


@pytest.fixture
def talker() -> Iterator[Talker]:
    with Talker() as talking:
        yield talking


def fetched(address: str, door: Door = HERE, **limits: object) -> bytes:
    into = io.BytesIO()
    fetch(address, door, into, **{"kinds": {"text/csv"}, **limits})  # type: ignore[arg-type]
    return into.getvalue()


def refusal(address: str, door: Door = HERE, **limits: object) -> FetchRefused:
    with pytest.raises(FetchRefused) as refused:
        fetched(address, door, **limits)
    return refused.value


def test_s15_a_listed_address_is_fetched(talker: Talker) -> None:
    talker.says(b"a,b\n1,2\n", kind="text/csv; charset=utf-8")
    assert fetched(talker.url + "/feed.csv") == b"a,b\n1,2\n"
    assert talker.heard[0].path == "/feed.csv"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://feeds.example.com/x.csv", "address"),
        ("ftp://feeds.example.com/x.csv", "address"),
        ("file:///etc/passwd", "address"),
        ("https://ana:secret@feeds.example.com/x.csv", "address"),
        ("https://[fd00", "address"),
        ("https:///x.csv", "address"),
        ("https://evil.example.org/x.csv", "host"),
        ("https://feeds.example.com.evil.org/x.csv", "host"),
        ("https://evilfeeds.example.com/x.csv", "host"),
        ("https://evil.org#feeds.example.com", "host"),
        ("https://evil.org\\@feeds.example.com/", "address"),
        ("https://127.0.0.1/x.csv", "host"),
        ("https://2130706433/x.csv", "host"),
        ("https://169.254.169.254/latest/meta-data", "host"),
        ("https://[::1]/x.csv", "host"),
    ],
)
def test_s15_what_is_not_listed_is_refused_unasked(address: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: pytest.fail("resolved what it must not ask"))
    assert refusal(address, Door(("feeds.example.com",))).code == code


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "::127.0.0.1"),
    ],
)
def test_s15_a_listed_name_that_leads_inside_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "resolve", lambda _host, _port: [ip_address("93.184.216.34"), ip_address(address)])
    assert refusal("https://feeds.example.com/x.csv", Door(("example.com",))).code == "private"


def test_s15_public_addresses_pass() -> None:
    Door(("example.com",)).look("example.com", [ip_address("93.184.216.34"), ip_address("2606:2800:220:1::1")])


def test_s15_the_address_that_was_looked_at_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves to somewhere inside at the second look (rebinding) is never looked up a second time."""
    answers = iter([[ip_address("93.184.216.34")], [ip_address("127.0.0.1")]])
    monkeypatch.setattr(wire, "resolve", lambda _host, _port: next(answers))
    asked: list[str] = []

    def connect(_self: object, host: str, *_rest: object) -> httpcore.NetworkStream:
        asked.append(host)
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    assert refusal("https://feeds.example.com/x.csv", Door(("example.com",))).code == "no_answer"
    assert asked == ["93.184.216.34"]


def test_s15_without_the_setting_this_machine_is_not_asked(talker: Talker) -> None:
    assert refusal(talker.url, Door(hosts=("localhost",))).code == "address"
    assert talker.heard == []


def test_s15_loopback_by_a_listed_name_needs_the_setting(talker: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "resolve", lambda _host, _port: [ip_address("127.0.0.1")])
    assert refusal("https://feeds.example.com/x.csv", Door(("example.com",))).code == "private"


def test_s15_a_redirect_is_not_followed(talker: Talker) -> None:
    talker.says(b"", status=302, headers={"Location": talker.url + "/elsewhere"})
    assert refusal(talker.url + "/feed.csv").code == "redirect"
    assert [heard.path for heard in talker.heard] == ["/feed.csv"]


@pytest.mark.parametrize(
    ("status", "code", "final"), [(404, "gone", True), (410, "gone", True), (500, "status", False)]
)
def test_a_bad_status_says_whether_to_try_again(talker: Talker, status: int, code: str, final: bool) -> None:
    talker.says(b"a,b", status=status, kind="text/csv")
    refused = refusal(talker.url)
    assert (refused.code, refused.is_final) == (code, final)


def test_another_kind_is_refused(talker: Talker) -> None:
    talker.says(b"<html>", kind="text/html")
    assert refusal(talker.url).code == "kind"


def test_packed_answers_are_not_unpacked(talker: Talker) -> None:
    talker.says(b"\x1f\x8b", kind="text/csv", headers={"Content-Encoding": "gzip"})
    assert refusal(talker.url).code == "kind"
    assert talker.heard[0].headers["Accept-Encoding"] == "identity"


def test_a_size_that_is_announced_is_refused_before_it_is_read(talker: Talker) -> None:
    talker.says(b"x" * 2000, kind="text/csv")
    assert refusal(talker.url, most_bytes=1000).code == "too_large"


def test_a_size_that_is_not_announced_is_refused_while_it_comes(talker: Talker) -> None:
    talker.drips([b"x" * 600, b"x" * 600, b"x" * 600], pause=0.01)
    assert refusal(talker.url, most_bytes=1000).code == "too_large"


def test_an_answer_that_drips_is_given_up_in_time(talker: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each drop comes well within the pause that is allowed; only the whole takes too long."""
    monkeypatch.setattr(Door.client, "__defaults__", (0.5, None))
    talker.drips([b"x"] * 100, pause=0.1)
    begun = time.monotonic()
    assert refusal(talker.url).code == "no_answer"
    assert time.monotonic() - begun < 2


def test_headers_that_drip_are_given_up_in_time(talker: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Door.client, "__defaults__", (0.5, None))
    talker.raw([b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 50], pause=0.1)
    begun = time.monotonic()
    assert refusal(talker.url).code == "no_answer"
    assert time.monotonic() - begun < 2


def test_silence_is_given_up_in_time(talker: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    """The seconds of the whole request count before those of a pause."""
    monkeypatch.setattr(Door.client, "__defaults__", (0.5, None))
    talker.queue.append(lambda _handler: time.sleep(3))
    begun = time.monotonic()
    assert refusal(talker.url).code == "no_answer"
    assert time.monotonic() - begun < 2


def test_nobody_there_is_no_answer(talker: Talker) -> None:
    url = talker.url
    talker.stop()
    assert refusal(url).code == "no_answer"


def test_an_unchanged_answer_says_so(talker: Talker) -> None:
    talker.says(b"", status=304)
    into = io.BytesIO()
    assert fetch(talker.url, HERE, into, kinds={"text/csv"}, headers={"If-Modified-Since": "x"}).unchanged
    assert talker.heard[0].headers["If-Modified-Since"] == "x"


def test_the_operator_says_which_hosts(app: Flask) -> None:
    door = Door.to("alicdn.com")
    door.check("https://cbu01.alicdn.com/img/a.jpg")
    assert not door.loopback
    with pytest.raises(FetchRefused):
        door.check("https://example.com/a.jpg")


def test_threads_are_left_alone(talker: Talker) -> None:
    """Each fetch has a wire of its own: two at once do not share their seconds."""
    talker.drips([b"a"] * 5, pause=0.05)
    found: list[bytes] = []
    both = [threading.Thread(target=lambda: found.append(fetched(talker.url))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert found == [b"aaaaa", b"aaaaa"]
