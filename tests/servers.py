"""The real application as processes on a free loopback port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

from selection_center import create_app
from selection_center.config import ROOT, Settings
from selection_center.core.db import db
from tests.databases import SECRET

START_SECONDS = 60
STOP_SECONDS = 20


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


class LiveServer:
    """granian with worker processes over `database_url`; `app` is the same application in this process."""

    def __init__(self, database_url: str, folder: Path, workers: int = 2) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.workers = workers
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url,
            "SECRET_KEY": SECRET,
            "PUBLIC_URL": self.url,
            "DEMO": "no",
        }
        self.app = create_app(Settings.from_environment(self.environment))
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """One more process of the application beside the server, such as `-m flask work`; ended with it."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

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
            time.sleep(0.1)

    def kill_web(self) -> None:
        """As a machine does that loses its power; then it starts again."""
        os.killpg(self.processes[0].pid, signal.SIGKILL)
        self.processes[0].wait()
        self.processes[0] = self.start(*self.web_command)
        self.processes.pop()
        self.wait_until_it_answers()

    def __enter__(self) -> "LiveServer":
        self.start(*self.web_command)
        self.wait_until_it_answers()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.stop()
        with self.app.app_context():
            db.engine.dispose()
        if kind is not None:
            print(self.log.read_text()[-4000:])

    def stop(self) -> None:
        """Ends what was started, gently, then not."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
