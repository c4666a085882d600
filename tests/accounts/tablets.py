"""Tablets of a site for the tests: a browser with a registered device's cookie, and coming in on it by PIN."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from itsdangerous import URLSafeSerializer
from werkzeug.test import TestResponse

from selection_center.accounts.devices import Device
from selection_center.accounts.models import SignIn, User
from selection_center.core.db import db, utcnow
from selection_center.sites.models import Site
from tests.databases import PUBLIC_URL
from tests.visitors import Visitor

PIN = "4071"
_hashes: dict[str, str] = {}


def with_pin(user: User, pin: str = PIN) -> User:
    """This person has a PIN; hashing takes long, so each one is hashed once."""
    if pin not in _hashes:
        user.set_pin(pin)
        _hashes[pin] = user.pin_hash or ""
    user.pin_hash = _hashes[pin]
    db.session.flush()
    return user


def tablet(app: Flask, site: Site, by: User, name: str = "Tablet 1", minutes: int = 5) -> tuple[Visitor, Device]:
    """A browser that holds a registered device's cookie, with nobody on it."""
    device, token = Device.register(site.id, name, minutes, by)
    db.session.flush()
    return holding(app, token), device


def holding(app: Flask, token: str) -> Visitor:
    """A browser whose device cookie holds this token."""
    made = app.test_client()
    assert isinstance(made, Visitor)
    seal = URLSafeSerializer(str(app.secret_key), salt="device")
    made.set_cookie("__Host-device", str(seal.dumps(token)), domain="yp.example.com", secure=True)
    return made


def token_of(visitor: Visitor) -> str:
    """The token in this browser's device cookie, as somebody would copy it."""
    cookie = visitor.get_cookie("__Host-device", domain="yp.example.com")
    assert cookie is not None
    token: str = URLSafeSerializer(str(visitor.application.secret_key), salt="device").loads(cookie.value)
    return token


def come_in(visitor: Visitor, user: User, pin: str = PIN, then: str = "/account") -> TestResponse:
    return visitor.submit(f"/lock/{user.id}", {"pin": pin, "next": then})


def session_token(visitor: Visitor) -> str:
    with visitor.session_transaction(base_url=PUBLIC_URL) as session:
        return str(session.get("sign_in", ""))


def idle(user: User, minutes: float) -> None:
    """Nobody has touched what this person is signed in on for so long."""
    then = utcnow() - timedelta(minutes=minutes)
    db.session.execute(sa.update(SignIn).where(SignIn.user_id == user.id).values(last_seen_at=then))
    db.session.commit()
