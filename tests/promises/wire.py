"""A person's browser over real HTTP, and many of them at one moment."""

import http.client
import json
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from tests.promises.town import Person
from tests.servers import LiveServer

T = TypeVar("T")
SECONDS = 60


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: str


@dataclass(frozen=True)
class Told:
    """What a program was answered, and after how many seconds."""

    status: int
    answer: dict[str, Any]
    seconds: float


class Wire:
    """Sends as this person; the cookies stay as they are, so that many threads may use it."""

    def __init__(self, server: LiveServer, person: Person) -> None:
        app = server.app
        self.host = urlsplit(server.url).netloc
        raw = secrets.token_hex(20)
        session: Any = SecureCookieSessionInterface().get_signing_serializer(app)
        kept = {"csrf_token": raw, "has_sent": True} | ({"sign_in": person.token} if person.token else {})
        device = URLSafeSerializer(str(app.secret_key), salt="device").dumps(person.device)
        self.cookies = f"__Host-session={session.dumps(kept)}; __Host-device={device!s}"
        self.csrf = str(URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(raw))

    def get(self, path: str) -> Answer:
        return self.ask("GET", path, None)

    def submit(self, path: str, values: dict[str, Any], operation: str | None = None, page: str = "/") -> Answer:
        tokens = {"csrf_token": self.csrf, "operation_id": operation or secrets.token_urlsafe(18)}
        return self.ask("POST", path, urlencode(values | tokens, doseq=True), page)

    def tell(self, path: str, message: Any, operation: str | None = None) -> Told:
        """The message as a program sends it; one in words goes as it is."""
        body, begun = message if isinstance(message, str) else json.dumps(message), time.monotonic()
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-CSRFToken": self.csrf,
            "Idempotency-Key": operation or secrets.token_urlsafe(18),
        }
        answer = self.send("POST", path, body, headers)
        return Told(answer.status, json.loads(answer.body), time.monotonic() - begun)

    def ask(self, method: str, path: str, body: str | None, page: str = "/") -> Answer:
        headers = {"Referer": f"http://{self.host}{page}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.send(method, path, body, headers)

    def send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection(self.host, timeout=SECONDS)
        try:
            connection.request(method, path, body, headers | {"Cookie": self.cookies})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers.get("Location", ""), answer.read().decode("utf-8", "replace"))
        finally:
            connection.close()


def at_once(number: int, deed: Callable[[int], T]) -> list[T]:
    """The same deed by so many threads, begun together."""
    line = threading.Barrier(number)

    def one(index: int) -> T:
        line.wait()
        return deed(index)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def is_clean(server: LiveServer) -> bool:
    """Nothing broke, and nobody heard of a lock."""
    log = Path(server.log).read_text()
    return "deadlock" not in log and "database is locked" not in log and "Traceback" not in log
