"""Apps, the codes that a person's "Allow" gives them, and tokens that expire."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from gateway import clock
from gateway.members import Member, find
from gateway.settings import Settings

CODE_SECONDS = 600


@dataclass(frozen=True)
class App:
    app_key: str
    secret: str
    callback_url: str

    def knows(self, secret: str) -> bool:
        return hmac.compare_digest(self.secret.encode(), secret.encode())


@dataclass(frozen=True)
class Token:
    access_token: str
    refresh_token: str
    app_key: str
    member_id: str
    expires_ms: int
    refresh_expires_ms: int


def app(db: Any, app_key: str) -> App | None:
    row = db.execute("select * from apps where app_key = ?", (app_key,)).fetchone()
    return App(**dict(row)) if row else None


def apps(db: Any) -> list[App]:
    return [App(**dict(row)) for row in db.execute("select * from apps order by app_key")]


def save_app(db: Any, app: App) -> None:
    db.execute("insert or replace into apps values (?, ?, ?)", (app.app_key, app.secret, app.callback_url))


def new_code(db: Any, app_key: str, member_id: str, redirect_uri: str) -> str:
    code = secrets.token_hex(16)
    row = (code, app_key, member_id, redirect_uri, clock.now() + CODE_SECONDS * 1000)
    db.execute("insert into codes values (?, ?, ?, ?, ?)", row)
    return code


def spend_code(db: Any, app_key: str, code: str, redirect_uri: str) -> str | None:
    """The member who allowed; a code is good once, for the app and the address it was given to."""
    row = db.execute("delete from codes where code = ? returning *", (code,)).fetchone()
    if row is None or row["app_key"] != app_key or row["redirect_uri"] != redirect_uri:
        return None
    return str(row["member_id"]) if row["expires_ms"] > clock.now() else None


def new_token(db: Any, settings: Settings, app_key: str, member_id: str) -> Token:
    at = clock.now()
    ends = at + settings.token_seconds * 1000, at + settings.refresh_seconds * 1000
    token = Token(secrets.token_hex(18), secrets.token_hex(18), app_key, member_id, *ends)
    db.execute("insert into tokens values (?, ?, ?, ?, ?, ?)", tuple(vars(token).values()))
    return token


def refreshed(db: Any, settings: Settings, app_key: str, refresh_token: str) -> Token | None:
    """A new access token; the old one stays good until its end. None: no such refresh token, or it has ended."""
    asked = "select * from tokens where refresh_token = ? and app_key = ? order by expires_ms desc limit 1"
    row = db.execute(asked, (refresh_token, app_key)).fetchone()
    if row is None or row["refresh_expires_ms"] <= clock.now():
        return None
    if settings.rotate_refresh:
        db.execute("update tokens set refresh_expires_ms = 0 where refresh_token = ?", (refresh_token,))
        return new_token(db, settings, app_key, row["member_id"])
    ends = clock.now() + settings.token_seconds * 1000, row["refresh_expires_ms"]
    token = Token(secrets.token_hex(18), refresh_token, app_key, row["member_id"], *ends)
    db.execute("insert into tokens values (?, ?, ?, ?, ?, ?)", tuple(vars(token).values()))
    return token


def member_of(db: Any, app_key: str, access_token: str) -> Member | None:
    asked = "select member_id from tokens where access_token = ? and app_key = ? and expires_ms > ?"
    row = db.execute(asked, (access_token, app_key, clock.now())).fetchone()
    return find(db, row["member_id"]) if row else None


def apps_of(db: Any, member_id: str) -> list[App]:
    """Those whom this member has allowed, and may still be told."""
    asked = """select distinct apps.* from apps join tokens using (app_key)
               where member_id = ? and refresh_expires_ms > ? order by app_key"""
    return [App(**dict(row)) for row in db.execute(asked, (member_id, clock.now()))]


def end_tokens(db: Any, member_id: str, with_refresh: bool = False) -> int:
    """Ends a member's access tokens now; with the refresh tokens it is as if the member had revoked the app."""
    ended = db.execute("update tokens set expires_ms = 0 where member_id = ? and expires_ms > 0", (member_id,)).rowcount
    if with_refresh:
        db.execute("update tokens set refresh_expires_ms = 0 where member_id = ?", (member_id,))
    return int(ended)
