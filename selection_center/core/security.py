"""Cookies, cross-site requests and the headers of every answer."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from selection_center.config import Settings
from selection_center.core.auth import View, public_repeatable
from selection_center.core.front import Application
from selection_center.core.once import SAFE_METHODS

CSP = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
DECODER = "js/modules/scanner-worker.js"
"""The one script that runs WebAssembly, in a worker of its own, which goes by the policy of its own file."""
DECODER_CSP = CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")

HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}

NOT_KEPT = "private, no-store"
"""What belongs to one visitor is kept by nobody on the way."""

csrf = CSRFProtect()


def cookie_name(name: str, settings: Settings) -> str:
    """`__Host-` where the browser keeps Secure cookies: over https and on loopback."""
    return f"__Host-{name}" if settings.secure_cookies else name


def signed(view: View) -> View:
    """A program of others: its message carries a signature that the view checks, instead of a token of ours."""
    marked: Any = csrf.exempt(public_repeatable(view))
    marked.signed = True
    return marked  # type: ignore[no-any-return]


def refuse_other_origins() -> None:
    """A browser says where a form came from; from elsewhere nothing changes here."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(400)
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        abort(400)


def refuse_nul() -> None:
    """No text of ours holds a NUL, and PostgreSQL takes none: such an address leads nowhere."""
    if "\x00" in request.path or any("\x00" in value for _name, values in request.args.lists() for value in values):
        abort(404)


def add_headers(response: Response) -> Response:
    if request.endpoint == "static" and (request.view_args or {}).get("filename") == DECODER:
        response.headers["Content-Security-Policy"] = DECODER_CSP
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = NOT_KEPT
    return response


def number_request() -> None:
    g.request_id = secrets.token_hex(6)


def init_app(app: Application, settings: Settings) -> None:
    app.config.update(
        SESSION_COOKIE_NAME=cookie_name("session", settings),
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # a form filled in before lunch is still good after it
        WTF_CSRF_SSL_STRICT=False,  # refuse_other_origins covers plain http too
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.front = ProxyFix(app.front, x_for=hops, x_proto=hops, x_host=hops)
    app.before_request(number_request)
    app.before_request(refuse_nul)
    app.before_request(refuse_other_origins)
    csrf.init_app(app)
    app.after_request(add_headers)
