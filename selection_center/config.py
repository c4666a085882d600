"""Typed settings from the environment: a bad value stops the start with one line that says what to do."""

import os
import re
import secrets
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selection_center.core.mail import MailServer, is_address

ROOT = Path(__file__).parents[1]
SHORTEST_SECRET = 32
LONGEST_HOST_IN_QR = 39
"""`HTTPS://` + host + `/S/` + 11 symbols fill the 61 of a QR of version 3, level M; longer hosts need version 4."""

POSTGRES = "postgresql+psycopg://"
EVERY_INTERFACE = {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
YES, NO = {"1", "yes", "true", "on"}, {"0", "no", "false", "off"}
HOST_NAME = re.compile(r"(?:[0-9a-z](?:[0-9a-z-]*[0-9a-z])?\.)+[a-z][0-9a-z-]*[0-9a-z]")
NAME_OR_ADDRESS = re.compile(r"[0-9A-Za-z._-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")


class SettingsError(ValueError):
    """A value that cannot be used, in one line that says what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    data_dir: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    """What printed QR codes lead to: scheme and host, no slash at the end."""
    other_hosts: tuple[str, ...] = ()
    tls_cert: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: int = 0
    """How many proxies stand in front, each adding one entry to X-Forwarded-For; 0 reads no such header."""
    demo: bool | None = None
    job_dead_after: int = 60
    """Seconds of silence after which a worker's jobs go to another: longer than every wait for an outside answer."""
    forget_after_days: int = 90
    """Scans lose the device that made them after so many days; how often a stand was scanned stays."""
    phone_cart_hours: int = 12
    """What a member put together by phone and left alone for so many hours is ended: nothing of it was sold."""
    fetch_hosts: tuple[str, ...] = ()
    """Hosts outside that may be asked for feeds and pictures, beside the marketplaces' own; those below them too."""
    fetch_loopback: bool = False
    """May this very machine be asked, over plain http? For a marketplace's stand-in, never in earnest."""
    mail: MailServer | None = None
    """Without one no letter leaves."""
    testing: bool = False

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        given = {name: value.strip() for name, value in env.items() if value.strip()}
        data_dir = Path(given.get("DATA_DIR", ROOT / "instance")).expanduser().absolute()
        host, port = read_host(given.get("HOST", "127.0.0.1")), read_number(given, "PORT", 8000, 1, 65535)
        cert, key = read_certificate(given)
        scheme = "https" if cert else "http"
        return cls(
            data_dir=data_dir,
            database_url=read_database(given.get("DATABASE_URL", default_database(data_dir))),
            secret_key=read_secret(given.get("SECRET_KEY"), data_dir),
            host=host,
            port=port,
            public_url=read_public_url(given.get("PUBLIC_URL") or f"{scheme}://{in_address(host)}:{port}"),
            other_hosts=tuple(given.get("PUBLIC_HOSTS", "").lower().replace(",", " ").split()),
            tls_cert=cert,
            tls_key=key,
            trusted_proxies=read_number(given, "TRUSTED_PROXIES", 0, 0, 9),
            demo=read_switch(given, "DEMO"),
            job_dead_after=read_number(given, "JOB_DEAD_AFTER", 60, 3, 600),
            forget_after_days=read_number(given, "FORGET_AFTER_DAYS", 90, 1, 3650),
            phone_cart_hours=read_number(given, "PHONE_CART_HOURS", 12, 1, 168),
            fetch_hosts=read_hosts(given.get("FETCH_HOSTS", "")),
            fetch_loopback=read_switch(given, "FETCH_LOOPBACK") or False,
            mail=read_mail(given.get("MAIL_URL", ""), given.get("MAIL_FROM", "")),
        )

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def demo_allowed(self) -> bool:
        """May an empty database be filled with the demo? By itself only in the database that is ours by default."""
        return self.database_url == default_database(self.data_dir) if self.demo is None else self.demo

    @property
    def public_hosts(self) -> tuple[str, ...]:
        """Hosts whose addresses are ours: the one that is printed now, and earlier ones that stickers still carry."""
        return (urlsplit(self.public_url).netloc, *self.other_hosts)

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def is_loopback(self) -> bool:
        """Does the printed address lead to this machine alone?"""
        return is_loopback(urlsplit(self.public_url).hostname or "")

    @property
    def secure_cookies(self) -> bool:
        """Browsers keep Secure cookies over https and on loopback, and drop them elsewhere."""
        return self.is_https or self.is_loopback

    @property
    def is_public_url_printable(self) -> bool:
        """Would a phone in the showroom get anywhere with a QR printed now?"""
        return not self.is_loopback

    def warnings(self) -> list[str]:
        """What the operator should know before anything is printed, a sentence each."""
        found = []
        netloc = urlsplit(self.public_url).netloc
        if self.is_loopback:
            found.append(
                f"QR codes printed now lead to {self.public_url}, which no phone can reach:"
                " set PUBLIC_URL, or start with --lan."
            )
        elif not self.is_https:
            found.append(
                f"{self.public_url} is plain http: sign-ins travel in the open, and the camera does not work."
                " Put https in front and set PUBLIC_URL to it, or start with --lan."
            )
        if len(netloc) > LONGEST_HOST_IN_QR:
            found.append(
                f"{netloc} is longer than {LONGEST_HOST_IN_QR} characters:"
                " QR codes get finer modules (version 4), which are harder to scan. Use a shorter host."
            )
        if self.trusted_proxies and not is_loopback(self.host):
            found.append(
                f"TRUSTED_PROXIES is {self.trusted_proxies} and {self.host} is open to the network:"
                " let only the proxy reach this port, or visitors can forge their address."
            )
        return found


def default_database(data_dir: Path) -> str:
    return f"sqlite:///{data_dir / 'selection-center.sqlite'}"


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def in_address(host: str) -> str:
    """The host as an address says it: brackets around IPv6, this machine for "every interface"."""
    if host in EVERY_INTERFACE:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def read_host(host: str) -> str:
    if not NAME_OR_ADDRESS.fullmatch(host):
        raise SettingsError(f"HOST is {host!r}: give an address of this machine such as 127.0.0.1 or 0.0.0.0.")
    return host


def read_hosts(text: str) -> tuple[str, ...]:
    """Names of hosts, in lower case. An address says too little of who answers there."""
    hosts = tuple(text.lower().replace(",", " ").split())
    for host in hosts:
        if not HOST_NAME.fullmatch(host):
            raise SettingsError(f"FETCH_HOSTS names {host!r}: give names of hosts such as feeds.example.com.")
    return hosts


def read_mail(url: str, sender: str) -> MailServer | None:
    """The mail server and the address that letters come from. Never said back whole: it may hold a password."""
    if not url and not sender:
        return None
    if not is_address(sender):
        raise SettingsError("MAIL_URL and MAIL_FROM go together: give the address that letters come from as MAIL_FROM.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    good = parts.scheme in {"smtp", "smtps"} and parts.hostname and NAME_OR_ADDRESS.fullmatch(parts.hostname)
    if not good or parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError("MAIL_URL cannot be read: give smtp://USER:PASSWORD@HOST:587, or smtps:// for port 465.")
    is_tls = parts.scheme == "smtps"
    return MailServer(
        host=str(parts.hostname),
        port=port or (465 if is_tls else 587),
        sender=sender,
        is_tls=is_tls,
        is_loopback=is_loopback(str(parts.hostname)),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def read_number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name, str(default))
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise SettingsError(f"{name} is {text!r}: give a whole number from {least} to {most}.")
    return int(text)


def read_switch(env: Mapping[str, str], name: str) -> bool | None:
    text = env.get(name, "").lower()
    if text and text not in YES | NO:
        raise SettingsError(f"{name} is {text!r}: say yes or no.")
    return text in YES if text else None


def read_database(url: str) -> str:
    """The address as SQLAlchemy wants it. Never said back whole: it may hold a password."""
    scheme, _, rest = url.partition("://")
    if scheme in {"postgresql", "postgres", "postgresql+psycopg"} and rest:
        return POSTGRES + rest
    if scheme == "sqlite" and rest.startswith("/") and rest[1:] not in {"", ":memory:"}:
        return f"sqlite:///{Path(rest[1:]).absolute()}"
    raise SettingsError(
        f"DATABASE_URL begins with {scheme[:20]!r}: give sqlite:////full/path/file.sqlite"
        " or postgresql://user:password@host/database."
    )


def read_public_url(url: str) -> str:
    """Scheme and host, and a port that is not the usual one; in lower case."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    good = parts.scheme in {"http", "https"} and parts.hostname and NAME_OR_ADDRESS.fullmatch(parts.hostname)
    if not good or parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise SettingsError(f"PUBLIC_URL is {url!r}: give scheme and host alone, such as https://yp.example.com.")
    host = in_address(str(parts.hostname))
    usual = port in {None, 443 if parts.scheme == "https" else 80}
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{port}"


def read_certificate(env: Mapping[str, str]) -> tuple[Path, Path] | tuple[None, None]:
    cert, key = env.get("TLS_CERT"), env.get("TLS_KEY")
    if not cert and not key:
        return None, None
    if not cert or not key:
        raise SettingsError("TLS_CERT and TLS_KEY go together: give the files of both.")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password="")
        in_pkcs8 = "BEGIN PRIVATE KEY" in Path(key).read_text("ascii")
    except ssl.SSLError as error:
        raise SettingsError(
            f"TLS_CERT {cert} and TLS_KEY {key} do not work ({error.reason}): give a certificate in PEM"
            " and the key that belongs to it, without a password."
        ) from error
    except OSError as error:
        raise SettingsError(f"TLS_CERT {cert} or TLS_KEY {key} cannot be read: {error.strerror}.") from error
    if not in_pkcs8:
        raise SettingsError(
            f"TLS_KEY {key} is not in PKCS#8: turn it with `openssl pkcs8 -topk8 -nocrypt -in {key} -out NEW`."
        )
    return Path(cert).absolute(), Path(key).absolute()


def read_secret(given: str | None, data_dir: Path) -> str:
    """The given key, or the one kept in the data folder, drawn at the first start."""
    if given is not None and len(given) < SHORTEST_SECRET:
        raise SettingsError(f"SECRET_KEY has {len(given)} characters: give {SHORTEST_SECRET} random ones, or none.")
    return given or kept_secret(data_dir / "secret-key")


def kept_secret(file: Path) -> str:
    try:
        if not file.exists():
            write_secret(file)
        secret = file.read_text("ascii").strip()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read or written ({error.strerror}): set DATA_DIR.") from error
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError(f"{file} is too short to be a key: delete it, and the next start draws a new one.")
    return secret


def write_secret(file: Path) -> None:
    """Draws a key that its owner alone can read. Of several processes that start at once, one draws for all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent)  # mode 0600
    with os.fdopen(descriptor, "w") as draft:
        draft.write(secrets.token_urlsafe(48) + "\n")
    try:
        os.link(name, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(name)
