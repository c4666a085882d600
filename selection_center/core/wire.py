"""The wire under every request of ours to the outside: the name is resolved once, looked at and pinned, and no request
lasts longer than its seconds, however slowly the other side drips.

Names are kept for TLS and for the Host header; the connection goes to the address that was looked at, so a name that
resolves to another address a moment later (DNS rebinding) gains nothing.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore
import httpx

Address = IPv4Address | IPv6Address
Look = Callable[[str, list[Address]], None]
"""Is told a host and all addresses it resolves to; raises where one of them may not be asked."""

WRAPPED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"), IPv6Network("::/96"))
"""IPv6 that carries an IPv4 address inside: a private one could hide there."""


def is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and any(address in network for network in WRAPPED):
        return False
    return address.is_global and not address.is_multicast


def resolve(host: str, port: int) -> list[Address]:
    """All addresses of a host. Raises OSError where there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


KEPT_SECONDS = 5.0
"""An idle connection is not used again later: the other side may be about to close it."""


class TimedStream(httpcore.NetworkStream):
    """A connection whose waiting ends when its request's seconds are over."""

    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self.stream, self.left = stream, left

    def _wait(self, timeout: float | None) -> float:
        left = self.left() if timeout is None else min(timeout, self.left())
        if left <= 0:
            raise httpcore.ReadTimeout("the answer takes too long")
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self._wait(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self._wait(timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self.stream.start_tls(ssl_context, server_hostname, self._wait(timeout))
        return TimedStream(secured, self.left)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


class PinningBackend(httpcore.NetworkBackend):
    """Connects to addresses that `look` has passed, within the seconds that `begin` grants."""

    def __init__(self, look: Look) -> None:
        self.look, self.plain, self.until = look, httpcore.SyncBackend(), 0.0

    def begin(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds

    def left(self) -> float:
        return self.until - time.monotonic()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = resolve(host, port)
        except (OSError, ValueError) as error:
            raise httpcore.ConnectError(str(error)) from error
        self.look(host, found)
        for number, address in enumerate(found, 1):
            try:
                stream = self.plain.connect_tcp(str(address), port, timeout, local_address, socket_options)
                return TimedStream(stream, self.left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(found) or self.left() <= 0:
                    raise
        raise httpcore.ConnectError(f"{host} has no address")


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    """Certificates are checked against the roots that httpx brings."""
    return httpx.create_ssl_context(trust_env=False)


class PinnedTransport(httpx.HTTPTransport):
    """httpx over such a wire; nothing of the environment (proxies, certificates) has a say. For one thread."""

    def __init__(self, look: Look, seconds: float) -> None:
        super().__init__(verify=tls(), trust_env=False)
        self.backend, self.seconds = PinningBackend(look), seconds
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls(), max_connections=4, keepalive_expiry=KEPT_SECONDS, network_backend=self.backend
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.backend.begin(self.seconds)
        return super().handle_request(request)
