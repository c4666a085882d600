"""The real application as processes on a free loopback port."""

import os
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from selection_center import create_app
from selection_center.config import Settings
from selection_center.core.db import db
from tests.databases import SECRET
from tests.processes import Processes

START_SECONDS = 60
LOOK_SECONDS = 0.02
"""Between two looks whether it answers."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


class LiveServer(Processes):
    """granian with worker processes over `database_url`; `app` is the same application in this process.

    `start` begins one more process of the application beside the server, such as `-m serving.work`.
    """

    def __init__(self, database_url: str, folder: Path, workers: int = 2) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.workers = workers
        environment = {
            **os.environ,
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url,
            "SECRET_KEY": SECRET,
            "PUBLIC_URL": self.url,
            "DEMO": "no",
        }
        super().__init__(environment, folder / "server.log")
        self.app = create_app(Settings.from_environment(environment))

    @property
    def web_command(self) -> tuple[str, ...]:
        return (
            *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", str(self.workers), "--blocking-threads", "8"),
            *("--workers-kill-timeout", "5", "--log-level", "error", "wsgi:app"),
        )

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not answers(f"{self.url}/healthz"):
            if self.processes[0].poll() is not None or time.monotonic() > until:
                self.stop()
                raise AssertionError(f"the server does not start:\n{self.log.read_text()}")
            time.sleep(LOOK_SECONDS)

    def kill_web(self) -> None:
        """As a machine does that loses its power; then it starts again."""
        os.killpg(self.processes[0].pid, signal.SIGKILL)
        self.processes[0].wait()
        self.processes[0] = self.start(*self.web_command)
        self.processes.pop()
        self.wait_until_it_answers()

    def __enter__(self) -> Self:
        self.start(*self.web_command)
        self.wait_until_it_answers()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        super().__exit__(kind, error, at)
        with self.app.app_context():
            db.engine.dispose()
