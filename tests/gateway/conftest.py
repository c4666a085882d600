"""A gateway of its own for each test, over real HTTP, and a caller of it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from gateway.server import Gateway
from tests.gateway.calling import Caller
from tests.gateway.shelves import Shelf


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.once)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    with Gateway(tmp_path / "gateway.sqlite") as running:
        yield running


@pytest.fixture
def caller(gateway: Gateway) -> Iterator[Caller]:
    found = Caller(gateway.url)
    yield found
    found.http.close()


@pytest.fixture
def shelf(gateway: Gateway) -> Shelf:
    return Shelf(gateway.state)


class Inbox:
    """Where pushed messages arrive; `status` is what it answers."""

    def __init__(self) -> None:
        self.status, self.got = 204, list[dict[str, str]]()
        inbox = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                inbox.got.append(dict(parse_qsl(body, keep_blank_values=True)))
                self.send_response(inbox.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.url = f"http://127.0.0.1:{self.server.server_port}/messages"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def inbox(caller: Caller) -> Iterator[Inbox]:
    found = Inbox()
    caller.control("apps", app_key=caller.key, callback_url=found.url)
    yield found
    found.server.shutdown()
    found.server.server_close()
