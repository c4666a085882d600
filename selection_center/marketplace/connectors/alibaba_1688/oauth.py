"""Who lets us in: the owner says yes on the platform's page, the code that comes back is turned into tokens, and the
tokens are renewed before they end. What is new is kept before it is used: the platform forgets the old one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from selection_center.core.db import utcnow
from selection_center.marketplace.connectors import ConnectorError, Given, Keep
from selection_center.marketplace.connectors.alibaba_1688.client import GATEWAY, Platform, Read
from selection_center.marketplace.connectors.alibaba_1688.reading import identity, moment, record, text, whole

SIGN_IN = "https://auth.1688.com/oauth/authorize"
BEFORE_THE_END = timedelta(minutes=5)
USUAL_SECONDS = 36_000
CALL = "system.oauth2/getToken"

T = TypeVar("T")


class Tokens:
    """The account's tokens: access_token, refresh_token, token_until (UTC, ISO), member_id, owner."""

    def __init__(self, platform: Platform, given: Given, keep: Keep) -> None:
        self.platform, self.keep = platform, keep
        self.held = dict(given)

    def sign_in_address(self, back_to: str, state: str) -> str:
        asked = {"client_id": self.platform.key, "site": "1688", "redirect_uri": back_to, "state": state}
        own = SIGN_IN if self.platform.address == GATEWAY else f"{self.platform.address}/oauth/authorize"
        return f"{own}?{urlencode(asked)}"

    def exchange(self, code: str, back_to: str) -> str:
        asked = {"grant_type": "authorization_code", "need_refresh_token": "true", "redirect_uri": back_to}
        self._ask("http", {**asked, "code": code})
        return self.owner

    @property
    def owner(self) -> str:
        """Who let us in; before anybody did, the number of our application."""
        return self.held.get("owner") or self.held.get("member_id") or self.platform.key

    def call(self, api: str, values: Mapping[str, Any], read: Read[T]) -> T:
        """A call in the owner's name. A token that is not taken is renewed, once: nothing was done by then."""
        try:
            return self.platform.call(api, {**values, "access_token": self._current()}, read)
        except ConnectorError as error:
            if error.code != "signed_out" or not self.held.get("refresh_token"):
                raise
        self.renew()
        return self.platform.call(api, {**values, "access_token": self.held["access_token"]}, read)

    def _current(self) -> str:
        token, until = self.held.get("access_token", ""), _read_moment(self.held.get("token_until", ""))
        if token and (until is None or until - utcnow() > BEFORE_THE_END):
            return token
        if not self.held.get("refresh_token"):
            raise ConnectorError("signed_out", permanent=True)
        try:
            self.renew()
        except ConnectorError as error:
            if error.permanent or not token or (until and until <= utcnow()):
                raise
        return self.held["access_token"]

    def renew(self) -> None:
        self._ask("param2", {"grant_type": "refresh_token", "refresh_token": self.held["refresh_token"]})

    def _ask(self, protocol: str, asked: Mapping[str, str]) -> None:
        path = f"{protocol}/1/{CALL}/{self.platform.key}"
        fields = {**asked, "client_id": self.platform.key, "client_secret": self.platform.secret}
        try:
            new = self.platform.post(path, fields, CALL, _tokens_in)
        except ConnectorError as error:
            if not error.permanent or error.code == "bad_address":
                raise
            raise ConnectorError("signed_out", error.said, permanent=True) from error
        self.keep(new)
        self.held |= new


def _tokens_in(answer: Any) -> dict[str, str]:
    """What an answer brings, without what it leaves out."""
    said = record(answer)
    token = text(said, "access_token")
    if not token:
        raise ConnectorError("signed_out", text(said, "error_description", "error", "message"), permanent=True)
    seconds = whole(said, "expires_in") or USUAL_SECONDS
    ends = moment(said, "refresh_token_timeout")
    found = {
        "access_token": token,
        "token_until": (utcnow() + timedelta(seconds=seconds)).isoformat(timespec="seconds"),
        "refresh_token": text(said, "refresh_token"),
        "refresh_until": ends.isoformat() if ends else "",
        "member_id": identity(said, "memberId", "aliId"),
        "owner": text(said, "resource_owner"),
    }
    return {name: value for name, value in found.items() if value}


def _read_moment(said: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC)
