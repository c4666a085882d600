"""A person's browser over real HTTP, and many of them at one moment."""

import http.client
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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

    def ask(self, method: str, path: str, body: str | None, page: str = "/") -> Answer:
        connection = http.client.HTTPConnection(self.host, timeout=SECONDS)
        headers = {"Cookie": self.cookies, "Referer": f"http://{self.host}{page}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
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
