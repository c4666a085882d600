"""The one guarded way to ask an address: a listed host, over https, to a public address, without redirects, within
limits of size, time and kind. Whoever fetches anything outside goes through here.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Self
from urllib.parse import urlsplit

import httpx
from flask import current_app

from selection_center.core.wire import Address, PinnedTransport, is_public

CONNECT_SECONDS, PAUSE_SECONDS, TOTAL_SECONDS = 5.0, 20.0, 60.0
LARGEST_BYTES = 8 * 1024 * 1024
HEADERS = {"User-Agent": "selection-center", "Accept-Encoding": "identity"}


class FetchRefused(Exception):
    """What was not fetched. `code`: address, host, private, redirect, gone, status, kind, too_large or no_answer.

    `is_final`: asking again would not help. `said`: for logs and for staff.
    """

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(f"{code}: {said}")
        self.code, self.said = code, said

    @property
    def is_final(self) -> bool:
        return self.code not in {"status", "no_answer"}


@dataclass(frozen=True, slots=True)
class Door:
    """Which hosts may be asked: these and those below them. `loopback`: also this very machine, over plain http."""

    hosts: tuple[str, ...]
    loopback: bool = False

    @classmethod
    def to(cls, *hosts: str) -> Self:
        """To these hosts and to what the operator lists in FETCH_HOSTS."""
        settings = current_app.config["SETTINGS"]
        return cls((*hosts, *settings.fetch_hosts), settings.fetch_loopback)

    def check(self, address: str) -> None:
        """Refuses by its looks alone an address that may not be asked."""
        try:
            parts = urlsplit(address)
            host, _port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError:
            raise FetchRefused("address", address) from None
        if not host or parts.username is not None or parts.password is not None:
            raise FetchRefused("address", address)
        if self.loopback and host in {"127.0.0.1", "localhost", "::1"} and parts.scheme in {"http", "https"}:
            return
        if parts.scheme != "https":
            raise FetchRefused("address", address)
        if not any(host == name or host.endswith(f".{name}") for name in self.hosts):
            raise FetchRefused("host", host)

    def look(self, host: str, found: list[Address]) -> None:
        """Refuses a host of which even one address is not public."""
        for address in found:
            if not (is_public(address) or (self.loopback and address.is_loopback)):
                raise FetchRefused("private", f"{host} is {address}")

    def client(self, seconds: float = TOTAL_SECONDS, headers: Mapping[str, str] | None = None) -> httpx.Client:
        """For one thread; each address is to be checked before it is asked. `seconds`: for a whole request."""
        return httpx.Client(
            transport=PinnedTransport(self.look, seconds),
            timeout=httpx.Timeout(PAUSE_SECONDS, connect=CONNECT_SECONDS),
            headers={**HEADERS, **(headers or {})},
            follow_redirects=False,
            trust_env=False,
        )


@dataclass(frozen=True, slots=True)
class Fetched:
    kind: str
    """The content type without its parameters, lower case."""
    size: int
    unchanged: bool = False


def body_of(response: httpx.Response, most_bytes: int) -> Iterator[bytes]:
    """The body as it comes, unpacked by nobody; refuses one that is too large as soon as that is known."""
    announced = response.headers.get("Content-Length", "0")
    size = int(announced) if announced.isascii() and announced.isdigit() else 0
    if size > most_bytes:
        raise FetchRefused("too_large", f"{size} bytes")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FetchRefused("kind", "packed, though asked not to be")
    size = 0
    for chunk in response.iter_raw():
        size += len(chunk)
        if size > most_bytes:
            raise FetchRefused("too_large", f"more than {most_bytes} bytes")
        yield chunk


def fetch(
    address: str,
    door: Door,
    into: BinaryIO,
    *,
    kinds: Collection[str],
    most_bytes: int = LARGEST_BYTES,
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """Writes what the address answers into a file. `kinds`: content types that are taken. Raises FetchRefused.

    `headers` may ask whether it changed (If-Modified-Since); `unchanged` then says that it did not.
    """
    door.check(address)
    try:
        with door.client(headers=headers) as client, client.stream("GET", address) as response:
            if response.status_code == 304:
                return Fetched("", 0, unchanged=True)
            _check_answer(response)
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if kind not in kinds:
                raise FetchRefused("kind", kind or "none said")
            return Fetched(kind, sum(map(into.write, body_of(response, most_bytes))))
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise FetchRefused("no_answer", type(error).__name__) from error


def _check_answer(response: httpx.Response) -> None:
    if response.is_redirect or 300 <= response.status_code < 400:
        raise FetchRefused("redirect", response.headers.get("Location", "")[:200])
    if response.status_code in {404, 410}:
        raise FetchRefused("gone", str(response.status_code))
    if response.status_code != 200:
        raise FetchRefused("status", str(response.status_code))
