"""The WSGI application: the platform's door, its authorise page and pictures, and the control of it all."""

from itertools import count
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask.json.provider import DefaultJSONProvider

from gateway import (
    control,
    creations,
    door,
    logistics,
    messages,
    oauth,
    order_views,
    pages,
    pictures,
    previews,
    products,
)
from gateway.door import Pace
from gateway.state import State

NOUNS = (products, previews, creations, order_views, logistics, messages)
"""Being imported, they have put their APIs into the table."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class InOrder(DefaultJSONProvider):
    sort_keys = False
    ensure_ascii = False


def create_app(state: State) -> Flask:
    app = Flask(__name__)
    app.json = InOrder(app)
    app.extensions |= {"gateway": state, "pace": Pace(), "turns": count()}
    app.before_request(refuse_strangers)
    for part in (door, oauth, pictures, control, pages):
        app.register_blueprint(part.blueprint)
    app.jinja_env.filters |= pages.FILTERS
    return app


def refuse_strangers() -> Any:
    """Only this machine by its own name; pages of other sites cannot post here."""
    if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
        abort(403)
    origin = request.headers.get("Origin", "")
    if origin and urlsplit(origin).netloc != request.host:
        abort(403)
    return None
