"""Calls to the gateway, signed: one form there, one JSON back, or a ConnectorError. The address is configurable, so
that a stand-in can be asked.
"""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx

from selection_center.catalog.offer_import.lines import PICTURE_HOST
from selection_center.core.fetch import Door, FetchRefused, body_of
from selection_center.core.shop_time import SHOP_TIME
from selection_center.marketplace.connectors import ConnectorError, Gate, Given
from selection_center.marketplace.connectors.alibaba_1688.reading import Unreadable, parsed, text
from selection_center.marketplace.connectors.alibaba_1688.refusals import from_gateway
from selection_center.marketplace.connectors.alibaba_1688.signing import SIGNATURE, signature

GATEWAY = "https://gw.open.1688.com"
HOSTS = ("1688.com", "alibaba.com")
SECONDS = 30.0
"""For one call, from the first byte to the last."""
LARGEST_ANSWER = 16 * 1024 * 1024
NO_TOKENS = ("invalid_client", "invalid_grant", "invalid_token", "unauthorized_client")
"""How OAuth says no."""
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "Accept": "application/json"}

T = TypeVar("T")
Read = Callable[[Any], T]
"""Makes of a call's JSON what is wanted; raises Unreadable or ConnectorError."""


def in_form(value: Any) -> str:
    """A value as the gateway's forms write it: objects and lists as one JSON text, moments in China's time."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(SHOP_TIME).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


class Platform:
    """One application at the gateway."""

    def __init__(self, given: Given, gate: Gate) -> None:
        self.address = (given.get("address") or GATEWAY).rstrip("/")
        self.key, self.secret, self.gate = given.get("app_key", ""), given.get("app_secret", ""), gate
        self.door = Door.to(*HOSTS)
        self.client = self.door.client(SECONDS, FORM)

    @property
    def pictures(self) -> str:
        """What stands before relative addresses of pictures; a stand-in serves them itself."""
        own = any(self.address.endswith(f".{host}") for host in HOSTS)
        return PICTURE_HOST if own else f"{self.address}/"

    def close(self) -> None:
        self.client.close()

    def call(self, api: str, values: Mapping[str, Any], read: Read[T]) -> T:
        """`api` as in "com.alibaba.trade:alibaba.trade.cancel-1"; what is None is left out."""
        namespace, _, rest = api.partition(":")
        method, _, version = rest.rpartition("-")
        path = f"param2/{version}/{namespace}/{method}/{self.key}"
        fields = {name: in_form(value) for name, value in values.items() if value is not None}
        fields["_aop_timestamp"] = str(time.time_ns() // 1_000_000)
        fields[SIGNATURE] = signature(path, fields, self.secret)
        return self.post(path, fields, method, read)

    def post(self, path: str, fields: Mapping[str, str], name: str, read: Read[T]) -> T:
        """A call as it is; within the gate, so that what is not readable counts as a failure too."""
        with self.gate(name):
            try:
                return read(self._answer(f"{self.address}/openapi/{path}", fields))
            except Unreadable as error:
                raise ConnectorError("no_answer", str(error), permanent=False) from error

    def _answer(self, url: str, fields: Mapping[str, str]) -> Any:
        try:
            self.door.check(url)
            with self.client.stream("POST", url, data=dict(fields)) as response:
                body = b"".join(body_of(response, LARGEST_ANSWER))
        except FetchRefused as refused:
            final = refused.code in {"address", "host", "private"}
            raise ConnectorError("bad_address" if final else "no_answer", str(refused), permanent=final) from refused
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ConnectorError("no_answer", type(error).__name__, permanent=False) from error
        return _opened(response, body)


def _opened(response: httpx.Response, body: bytes) -> Any:
    """The JSON of an answer that went through; a ConnectorError for one that did not."""
    status, wait = response.status_code, _wait(response.headers.get("Retry-After", ""))
    if status == 429:
        raise ConnectorError("too_often", "429", permanent=False, wait=wait)
    if status >= 500:
        raise ConnectorError("no_answer", str(status), permanent=False, wait=wait)
    try:
        said = parsed(body)
    except Unreadable:
        if status == 401:
            raise ConnectorError("signed_out", "401", permanent=True) from None
        raise
    told = said if isinstance(said, dict) else {}
    if told.get("error") in NO_TOKENS:
        raise ConnectorError("signed_out", text(told, "error_description") or str(status), permanent=True)
    if told.get("error_code") is not None:
        raise from_gateway(told, wait)
    if status == 401:
        raise ConnectorError("signed_out", str(status), permanent=True)
    if status != 200:
        raise Unreadable(f"status {status}")
    return said


def _wait(said: str) -> float | None:
    """Retry-After in seconds, where the gateway says it in either of its forms."""
    if said.isascii() and said.isdigit():
        return min(float(said), 3600.0)
    try:
        at = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    return min(max((at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0), 3600.0)
