"""Answers that are text go out packed; files under /static that carry their digest stay in the browser for good.

Pages hold a token each, so they are packed per answer at a quick level; a static file is packed once.
"""

import gzip
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Response, request

from selection_center.core.front import Application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PACKED = (
    "text/html",
    "text/css",
    "text/javascript",
    "application/javascript",
    "image/svg+xml",
    "application/json",
    "application/wasm",
)
SMALLEST = 600
QUICK, BEST = 4, 9
MOST_FILES = 300
ONE_YEAR = 365 * 24 * 3600


class Compression:
    """WSGI in front of the application."""

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application
        self.files: dict[str, bytes] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" and environ["REQUEST_METHOD"] != "POST":
            return self.application(environ, start_response)
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], None]:
            said[:] = [status, headers]
            return lambda _chunk: None

        chunks = self.application(environ, start)
        status, headers = said
        names = {name.lower(): value for name, value in headers}
        if not status.startswith("200") or not names.get("content-type", "").startswith(PACKED):
            start_response(status, headers)
            return chunks
        body = joined(chunks)
        headers = [(name, value) for name, value in headers if name.lower() not in {"vary", "content-length"}]
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") and len(body) >= SMALLEST:
            body = self.pack(body, names.get("etag") if environ["PATH_INFO"].startswith("/static/") else None)
            headers.append(("Content-Encoding", "gzip"))
            headers = [(name, weak(value) if name.lower() == "etag" else value) for name, value in headers]
        vary = ", ".join(filter(None, (names.get("vary"), "Accept-Encoding")))
        start_response(status, [*headers, ("Vary", vary), ("Content-Length", str(len(body)))])
        return [body]

    def pack(self, body: bytes, etag: str | None) -> bytes:
        if etag is None:
            return gzip.compress(body, QUICK, mtime=0)
        if etag not in self.files:
            if len(self.files) >= MOST_FILES:
                self.files.clear()
            self.files[etag] = gzip.compress(body, BEST, mtime=0)
        return self.files[etag]


def joined(chunks: Any) -> bytes:
    try:
        return b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()


def weak(etag: str) -> str:
    """The same file in another coating."""
    return etag if etag.startswith("W/") else f"W/{etag}"


def keep_static(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code in (200, 304):
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response


def init_app(app: Application) -> None:
    """Last of all: what stands in front of the application before is packed, too."""
    app.after_request(keep_static)
    app.front = Compression(app.front)
