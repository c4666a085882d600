"""A phone that carries a member's card."""

from urllib.parse import urlsplit

from flask import Flask
from itsdangerous import URLSafeSerializer

from selection_center.core.db import db
from selection_center.core.security import cookie_name
from selection_center.membership.cards import Card
from tests.databases import PUBLIC_URL
from tests.visitors import Visitor


def device_of(app: Flask, visitor: Visitor) -> str:
    """The token by which we know this browser; it gets one on its first page."""
    visitor.get("/code")
    name = cookie_name("device", app.config["SETTINGS"])
    cookie = visitor.get_cookie(name, domain=str(urlsplit(PUBLIC_URL).hostname))
    assert cookie is not None
    return str(URLSafeSerializer(str(app.secret_key), salt="device").loads(cookie.value))


def carry(app: Flask, visitor: Visitor, card: Card) -> Visitor:
    card.device = device_of(app, visitor)
    db.session.commit()
    return visitor
