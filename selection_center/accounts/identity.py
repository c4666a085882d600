"""Who is asking: a signed-in person by the session's token, and a device by its cookie."""

import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, g, request, session
from flask_login import AnonymousUserMixin, LoginManager, current_user
from itsdangerous import BadSignature, URLSafeSerializer

from selection_center.accounts.devices import Device
from selection_center.accounts.models import SEEN_EVERY, SignIn, User, Way, token_digest
from selection_center.config import Settings
from selection_center.core.audit import Actor
from selection_center.core.db import own_transaction, utcnow
from selection_center.core.permissions import Permission
from selection_center.core.security import cookie_name

DEVICE_SECONDS = 400 * 24 * 3600
TOUCHED_EVERY = timedelta(seconds=10)
"""How exactly a tablet counts its idle minutes."""
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


def sign_in(user: User, way: Way = Way.PASSWORD) -> None:
    """A new session: what the browser held before is gone, and whoever was on this device is out."""
    sign_out()
    session["sign_in"] = SignIn.start(user, request.user_agent.string, way, Device.of(g.device))
    g.actor = Actor(name=user.name, user_id=user.id, device=g.device)


def hold(token: str) -> None:
    """This browser is another device from here on: the answer gives it a cookie with this token."""
    g.device, g.device_is_new = token, True
    g.pop("tablet", None)
    g.actor = Actor(name=current_user.name, user_id=current_user.id, device=token)


def this_tablet() -> Device | None:
    """The registered device that asks; looked up once for each request."""
    if "tablet" not in g:
        g.tablet = Device.of(g.device)
    found: Device | None = g.tablet
    return found


def sign_out() -> None:
    found = SignIn.begun_with(session.get("sign_in", ""))
    if found is not None and found.ended_at is None:
        found.end()
    session.clear()


def load_user(_request: Any) -> User | None:
    token = session.get("sign_in")
    found = SignIn.begun_with(token) if token else None
    if found is None or not is_at_its_tablet(found):
        return None
    if not found.lasts:
        g.is_locked = found.is_locked
        return None
    if found.tablet is not None:
        g.tablet = found.tablet
    if needs_touch(found):
        touch(found)
    if found.way is Way.PIN:
        found.user.only_site = found.tablet.site_id
    return found.user


def is_at_its_tablet(found: SignIn) -> bool:
    """A session of a tablet is good there alone: its cookie carried elsewhere opens nothing."""
    return found.tablet is None or found.tablet.token_digest == token_digest(g.get("device", ""))


def needs_touch(found: SignIn) -> bool:
    """On a tablet only what somebody did counts, and not what a page asks for by itself."""
    if found.tablet is None:
        return utcnow() - found.last_seen_at > SEEN_EVERY
    return not asks_by_itself() and utcnow() - found.last_seen_at > TOUCHED_EVERY


def asks_by_itself() -> bool:
    """Does a page ask, and no person? Where a browser does not say (without https), who opens a page wants HTML."""
    if request.method != "GET":
        return False
    mode = request.headers.get("Sec-Fetch-Mode")
    return mode != "navigate" if mode else "text/html" not in request.headers.get("Accept", "")


def touch(found: SignIn) -> None:
    """The tablet of this session was seen with it."""
    now, tablet_id = utcnow(), found.tablet_id
    if request.method != "GET":
        found.last_seen_at = now
        if found.tablet is not None:
            found.tablet.last_seen_at = now
        return
    with own_transaction() as connection:
        connection.execute(sa.update(SignIn).where(SignIn.id == found.id).values(last_seen_at=now))
        if tablet_id is not None:
            connection.execute(sa.update(Device).where(Device.id == tablet_id).values(last_seen_at=now))


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
