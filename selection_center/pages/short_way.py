"""The scan page's short way: what one visitor was just shown, the next one gets without Flask and without SQL.

A hall looks at one stand: the same page goes to many phones within seconds, and differs between them only in its
tokens. So it is put together right here, in front of the application. Whatever is not as plain as that (a query, a new
device, somebody signed in, a list begun, a message that waits) takes the long way, which also brings pages here.
"""

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction
from werkzeug.datastructures import EnvironHeaders, Headers, LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie

from selection_center.config import Settings
from selection_center.core import i18n, security
from selection_center.core.db import db
from selection_center.core.front import Application
from selection_center.core.kept_pages import Kept, put_in
from selection_center.core.once import SAFE_METHODS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SECONDS = 3
"""How long another process may go on showing what somebody has just changed; a change here is seen at once."""
MOST_PAGES = 500
PLAIN = {"csrf_token"}
"""All that the session of a visitor holds whom nothing sets apart: no sign-in, no message, no form ever sent."""
HAS_SENT = "has_sent"
"""In the session of a device that sent a form, and so may have a list, or whose holder is known as a buyer or a member:
its pages say how much is on the list, and what a member pays."""

Record = Callable[[Headers, str, str], None]
"""Notes a look: the request's headers, the device, the language."""


@dataclass(frozen=True)
class Shown:
    """A page as kept, how to note that one more visitor looks at it, and until when it may be shown again."""

    kept: Kept
    record: Record
    until: float


class ShortWay:
    """WSGI in front of the application."""

    def __init__(self, app: Application, settings: Settings) -> None:
        self.application = app.front
        self.pages: dict[tuple[str, str], Shown] = {}
        self.device_cookie = security.cookie_name("device", settings)
        self.session_cookie = security.cookie_name("session", settings)
        self.devices = URLSafeSerializer(settings.secret_key, salt="device")
        self.sessions: Any = SecureCookieSessionInterface().get_signing_serializer(app)
        self.session_seconds = int(app.permanent_session_lifetime.total_seconds())
        self.csrf = URLSafeTimedSerializer(settings.secret_key, salt="wtf-csrf-token")

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = self.body(environ) if self.pages and is_plain(environ) else None
        if body is None:
            return self.application(environ, start_response)
        start_response("200 OK", headers(len(body)))
        return [body]

    def body(self, environ: dict[str, Any]) -> bytes | None:
        """The page for this visitor; None for the long way."""
        cookies = parse_cookie(environ.get("HTTP_COOKIE"))
        language = cookies.get(i18n.COOKIE)
        if language not in i18n.LANGUAGES:
            language = preferred(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        shown = self.pages.get((environ["PATH_INFO"][len("/s/") :], language))
        if shown is None or shown.until < time.monotonic():
            return None
        try:
            device = self.devices.loads(cookies.get(self.device_cookie, ""))
            said = self.sessions.loads(cookies.get(self.session_cookie, ""), max_age=self.session_seconds)
        except BadSignature:
            return None
        if said.keys() != PLAIN:
            return None
        shown.record(EnvironHeaders(environ), device, language)
        return put_in(shown.kept, str(self.csrf.dumps(said["csrf_token"])), "").encode()

    def show(self, code: str, kept: Kept, record: Record) -> None:
        """Brings a page here that was just shown to a visitor whom nothing sets apart."""
        if g.device_is_new or session.keys() != PLAIN:
            return
        if len(self.pages) >= MOST_PAGES:
            self.pages.clear()
        self.pages[code, i18n.language()] = Shown(kept, record, time.monotonic() + SECONDS)


def is_plain(environ: dict[str, Any]) -> bool:
    path: str = environ["PATH_INFO"]
    return environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING") and path[:3] in {"/s/", "/S/"}


@lru_cache(maxsize=256)
def preferred(accept_language: str) -> str:
    """As core.i18n chooses for somebody who never chose."""
    return parse_accept_header(accept_language, LanguageAccept).best_match(i18n.LANGUAGES, default="zh")


def headers(length: int) -> list[tuple[str, str]]:
    """As every page of ours carries them."""
    return [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(length)),
        *security.HEADERS.items(),
        ("X-Request-Id", secrets.token_hex(6)),
        ("Cache-Control", security.NOT_KEPT),
        ("Vary", "Cookie"),
    ]


def remember_senders(response: Response) -> Response:
    if request.method not in SAFE_METHODS:
        session[HAS_SENT] = True
    return response


def short_way() -> ShortWay:
    found: ShortWay = current_app.extensions["short_way"]
    return found


def init_app(app: Application, settings: Settings) -> None:
    app.after_request(remember_senders)
    way = ShortWay(app, settings)
    app.extensions["short_way"] = way
    app.front = way
    forget_after_writes(way.pages)


def forget_after_writes(pages: dict[Any, Shown]) -> None:
    """Empties the pages at each commit of something written in this process."""

    def begin(session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None:
            session.info["has_written"] = False

    def note_statement(statement: ORMExecuteState) -> None:
        if not statement.is_select:
            statement.session.info["has_written"] = True

    def note_flush(session: Session, _flush: Any) -> None:
        session.info["has_written"] = True

    def forget(session: Session) -> None:
        if session.info.get("has_written"):
            pages.clear()

    for name, listener in (
        ("after_transaction_create", begin),
        ("do_orm_execute", note_statement),
        ("after_flush", note_flush),
        ("after_commit", forget),
    ):
        event.listen(db.session, name, listener)
