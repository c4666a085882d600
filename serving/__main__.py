"""`bin/serve`: settings, database, worker, web server, and then a watch over them until told to stop."""

import errno
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from threading import Event

from selection_center.config import Settings, SettingsError
from serving import CannotStart, lan, stand_in, welcome
from serving.children import Child, Watch

WEB_WORKERS = max(2, min(os.cpu_count() or 2, 8))
WEB_THREADS = 8
"""Per worker, as many as the pool of database connections serves without waiting."""
WEB_STOP_SECONDS = 10
"""granian forgets a SIGTERM that reaches a worker while it starts, and would wait for it for ever."""


def main(words: list[str]) -> int:
    os.umask(0o077)  # what we keep is our user's alone
    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    try:
        serve(words, stopping)
    except (SettingsError, CannotStart) as reason:
        print(f"bin/serve: {reason}", file=sys.stderr)
        return 1
    return 0


def serve(words: list[str], stopping: Event) -> None:
    env = dict(os.environ)
    if "--demo" in words or "--no-demo" in words:
        env["DEMO"] = "no" if "--no-demo" in words else "yes"
    if "--lan" in words:
        env = lan.environment(env)
    settings = Settings.from_environment(env)
    refuse_taken_port(settings.host, settings.port)
    gateway = stand_in.prepared(settings) if "--with-gateway" in words else None
    told = environment(settings) | (gateway.environment if gateway else {})
    prepare_database(told)
    with ExitStack() as running:
        page = running.enter_context(lan.install_page(settings)) if "--lan" in words else None
        watch = running.enter_context(Watch(stopping))
        if gateway:
            watch.keep(stand_in.child(settings, gateway, told))
        watch.keep(worker(told))
        watch.keep(web(settings, told))
        watch.wait_until_ready(settings)
        if not stopping.is_set():
            welcome.show(settings, page, gateway.url if gateway else None)
        watch.until_stopped()


def environment(settings: Settings) -> dict[str, str]:
    """The settings for a child, spelt out: whatever was relative or drawn is the same for all."""
    said = {
        "HOST": settings.host,
        "PORT": settings.port,
        "DATA_DIR": settings.data_dir,
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "PUBLIC_URL": settings.public_url,
        "PUBLIC_HOSTS": ",".join(settings.other_hosts),
        "TLS_CERT": settings.tls_cert or "",
        "TLS_KEY": settings.tls_key or "",
        "TRUSTED_PROXIES": settings.trusted_proxies,
        "DEMO": "yes" if settings.demo_allowed else "no",
    }
    return {**os.environ, **{name: str(value) for name, value in said.items()}}


def refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(f"port {port} is for root alone: set PORT to 1024 or more.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotStart(f"port {port} is taken: stop what listens there, or set PORT.") from None
            raise CannotStart(f"HOST {host} is no address of this machine ({error.strerror}): set HOST.") from None


def prepare_database(env: dict[str, str]) -> None:
    """Migrations and demo, in a process of their own, which says by itself what went wrong."""
    done = subprocess.run([sys.executable, "-m", "serving.database"], env=env, check=False)
    if done.returncode:
        sys.exit(1)


def worker(env: dict[str, str]) -> Child:
    return Child("job worker", [sys.executable, "-m", "serving.work"], env)


def web(settings: Settings, env: dict[str, str]) -> Child:
    arguments = {
        "--interface": "wsgi",
        "--host": settings.host,
        "--port": settings.port,
        "--workers": WEB_WORKERS,
        "--blocking-threads": WEB_THREADS,
        "--workers-kill-timeout": WEB_STOP_SECONDS,
        "--log-level": "error",
    }
    if settings.tls_cert and settings.tls_key:
        arguments |= {
            "--ssl-certificate": settings.tls_cert,
            "--ssl-keyfile": settings.tls_key,
            "--ssl-protocol-min": "tls1.2",
        }
    command = [sys.executable, "-m", "granian", *(str(word) for pair in arguments.items() for word in pair)]
    return Child("web server", [*command, "--respawn-failed-workers", "wsgi:app"], env)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
