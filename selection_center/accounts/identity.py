"""Who is asking: a signed-in person by the session's token, and a device by its cookie."""

import secrets
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, g, request, session
from flask_login import AnonymousUserMixin, LoginManager, current_user
from itsdangerous import BadSignature, URLSafeSerializer

from selection_center.accounts.models import SEEN_EVERY, SignIn, User
from selection_center.config import Settings
from selection_center.core.audit import Actor
from selection_center.core.db import own_transaction, utcnow
from selection_center.core.permissions import Permission
from selection_center.core.security import cookie_name

DEVICE_SECONDS = 400 * 24 * 3600
login_manager = LoginManager()


class Anonymous(AnonymousUserMixin):
    """A visitor: no permission, no site."""

    id = None

    def can(self, permission: Permission, **_where: Any) -> bool:
        return False

    def site_ids(self, permission: Permission) -> set[int]:
        return set()

    def supplier_ids(self, permission: Permission) -> set[int]:
        return set()

    is_head_office = False


def sign_in(user: User) -> None:
    """A new session: what the browser held before is gone."""
    session.clear()
    session["sign_in"] = SignIn.start(user, request.user_agent.string)
    g.actor = Actor(name=user.name, user_id=user.id, device=g.device)


def sign_out() -> None:
    found = SignIn.of(session.get("sign_in", ""))
    if found is not None:
        found.end()
    session.clear()


def load_user(_request: Any) -> User | None:
    token = session.get("sign_in")
    found = SignIn.of(token) if token else None
    if found is None:
        return None
    if utcnow() - found.last_seen_at > SEEN_EVERY:
        touch(found)
    return found.user


def touch(found: SignIn) -> None:
    if request.method == "GET":
        with own_transaction() as connection:
            connection.execute(sa.update(SignIn).where(SignIn.id == found.id).values(last_seen_at=utcnow()))
    else:
        found.last_seen_at = utcnow()


def init_app(app: Flask, settings: Settings) -> None:
    device_cookie = cookie_name("device", settings)
    seal = URLSafeSerializer(settings.secret_key, salt="device")
    login_manager.init_app(app)
    login_manager.anonymous_user = Anonymous
    login_manager.session_protection = None  # the token in the session is checked on the server at each request
    login_manager.request_loader(load_user)

    def identify() -> None:
        g.device_is_new = False
        try:
            g.device = seal.loads(request.cookies.get(device_cookie, ""))
        except BadSignature:
            g.device, g.device_is_new = secrets.token_urlsafe(16), True
        g.actor = Actor(name="buyer", device=g.device)
        g.actor_key = f"device {g.device}"
        if "sign_in" in session and current_user.is_authenticated:
            g.actor = Actor(name=current_user.name, user_id=current_user.id, device=g.device)
            g.actor_key = f"user {current_user.id}"

    def keep_device(response: Response) -> Response:
        if g.get("device_is_new") and not request.path.startswith(("/static/", "/pictures/", "/healthz")):
            response.set_cookie(
                device_cookie,
                str(seal.dumps(g.device)),
                max_age=DEVICE_SECONDS,
                secure=settings.secure_cookies,
                httponly=True,
                samesite="Lax",
            )
        return response

    app.before_request(identify)
    app.after_request(keep_device)
