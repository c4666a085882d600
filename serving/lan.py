"""`--lan`: https on this machine's network address, and a page over plain http that helps devices to trust it.

Camera and service worker need https. A phone cannot trust ours before it has our authority, so the page that
hands the authority out stands on a port of its own, without it.
"""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from string import Template
from threading import Thread
from typing import NamedTuple

from selection_center.config import EVERY_INTERFACE, Settings, in_address
from selection_center.core.codes import qr_svg_path
from serving import CannotStart
from serving.authority import Address, Authority

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class File(NamedTuple):
    kind: str
    content: bytes


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The environment with the network address, its certificate and what QR codes then lead to."""
    plain = Settings.from_environment(env)
    if plain.tls_cert:
        raise CannotStart("--lan brings its own certificate: leave out TLS_CERT and TLS_KEY, or --lan.")
    if plain.port == 65535:
        raise CannotStart("--lan needs the port above PORT too: set PORT to 65534 or less.")
    address = given_address(env.get("HOST", "")) or own_address()
    leaf = authority(plain).certify(address)
    public_url = env.get("PUBLIC_URL") or f"https://{in_address(str(address))}:{plain.port}"
    files = {"TLS_CERT": str(leaf.certificate), "TLS_KEY": str(leaf.key)}
    return {**env, **files, "HOST": str(address), "PUBLIC_URL": public_url}


def authority(settings: Settings) -> Authority:
    return Authority(settings.data_dir / "lan")


def given_address(host: str) -> Address | None:
    if not host or host in EVERY_INTERFACE:
        return None
    try:
        return ip_address(host)
    except ValueError:
        raise CannotStart(f"HOST is {host!r}: with --lan give the network address itself, or leave it out.") from None


def own_address() -> Address:
    """The address that this machine would speak from; asking sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # set aside for documentation: nobody's
        except OSError:
            raise CannotStart("this machine has no network address: join the network, or set HOST.") from None
        return ip_address(probe.getsockname()[0])


@contextmanager
def install_page(settings: Settings) -> Iterator[str]:
    """Serves the page, while in the `with`, at the address that it answers."""
    port = settings.port + 1
    address = f"http://{in_address(settings.host)}:{port}/"
    files = render(settings, authority(settings), address)

    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # seconds, for a device that falls asleep in between

        def do_GET(self) -> None:
            file = files.get(self.path.partition("?")[0])
            if file is None:
                self.send_error(404)
                return
            self.send_response(200)
            for name, value in {**HEADERS, "Content-Type": file.kind, "Content-Length": len(file.content)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(file.content)

        def log_message(self, *_: object) -> None:
            """Says nothing: the last lines of bin/serve stay the last."""

    try:
        server = ThreadingHTTPServer((settings.host, port), Handler)
    except OSError as error:
        raise CannotStart(
            f"port {port}, for the page that helps devices, is taken ({error.strerror}): set PORT."
        ) from None
    Thread(target=server.serve_forever, name="install-page", daemon=True).start()
    yield address
    server.shutdown()
    server.server_close()


def render(settings: Settings, trusted: Authority, address: str) -> dict[str, File]:
    """Path -> file of the whole page."""
    here, there = qr_svg_path(address), qr_svg_path(settings.public_url)
    text = Template((HERE / "install.html").read_text("utf-8")).substitute(
        page=address,
        page_side=here.side,
        page_path=here.d,
        app=settings.public_url,
        app_side=there.side,
        app_path=there.d,
        fingerprint=trusted.fingerprint,
    )
    return {
        "/": File("text/html; charset=utf-8", text.encode()),
        "/install.css": File("text/css; charset=utf-8", (HERE / "install.css").read_bytes()),
        "/selection-center.crt": File("application/x-x509-ca-cert", trusted.certificate_der),
    }
