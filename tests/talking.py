"""A real HTTP server on this machine that says what it is told, well or badly, and remembers what it heard."""

import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

Say = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Heard:
    method: str
    path: str
    headers: Message
    body: bytes = b""
    fields: dict[str, str] = field(default_factory=dict)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    talker: "Talker"

    def handle_error(self, *_rest: Any) -> None:
        """Whoever hangs up early is part of the test."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        self.server.talker.answer(self, Heard(self.command, self.path, self.headers, body, fields))

    do_GET = do_POST

    def log_message(self, *_rest: Any) -> None:
        pass


class Talker:
    """`says` and its kin tell what comes next; the last thing told goes on."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.queue: list[Say] = []
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.talker = self
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "Talker":
        self.thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler: Handler, heard: Heard) -> None:
        self.heard.append(heard)
        say = self.queue.pop(0) if len(self.queue) > 1 else self.queue[0]
        say(handler)

    def says(
        self, body: bytes | str | dict[str, Any] | list[Any], status: int = 200, kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        data = (
            body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        )

        def say(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(data)

        self.queue.append(say)

    def drips(self, chunks: list[bytes], pause: float, kind: str = "text/csv") -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode()
        self.raw([head, *chunks], pause)

    def raw(self, pieces: list[bytes], pause: float = 0.0) -> None:
        """Exactly these bytes, then the end of the connection."""

        def say(handler: BaseHTTPRequestHandler) -> None:
            handler.close_connection = True
            for piece in pieces:
                handler.wfile.write(piece)
                handler.wfile.flush()
                time.sleep(pause)

        self.queue.append(say)

    def hangs_up(self) -> None:
        """Takes the request and closes without a word."""

        def say(handler: BaseHTTPRequestHandler) -> None:
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)

        self.queue.append(say)
