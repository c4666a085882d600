"""Child processes: started, watched, started again when they die, and stopped, exactly those."""

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event
from types import TracebackType

from selection_center.config import EVERY_INTERFACE, ROOT, Settings
from serving import CannotStart

START_SECONDS = 90
GRACE_SECONDS = 30
"""Longer than the 20 s in which a worker lets its running jobs finish."""
LOOK_SECONDS = 0.2
ANSWER_SECONDS = 5
LONGEST_PAUSE_SECONDS = 30
SETTLED_SECONDS = 60


class Child:
    """One process and its own children, as one process group."""

    def __init__(self, name: str, command: list[str], env: dict[str, str]) -> None:
        self.name, self.command, self.env = name, command, env
        self.process: subprocess.Popen[bytes]
        self.deaths = 0
        self.started_at = self.died_at = 0.0

    def start(self) -> None:
        # Should we be killed outright, the kernel asks the child to stop.
        setpriv = shutil.which("setpriv")
        tied = [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
        self.process = subprocess.Popen([*tied, *self.command], cwd=ROOT, env=self.env, start_new_session=True)
        self.started_at = time.monotonic()

    @property
    def has_died(self) -> bool:
        return self.process.poll() is not None

    @property
    def may_start_again(self) -> bool:
        """At once after the first death, then after pauses that double while it dies young."""
        pause = min((1 << (self.deaths - 1)) - 1, LONGEST_PAUSE_SECONDS)
        return time.monotonic() >= self.died_at + pause

    def bury(self) -> None:
        """Notes the death, and ends what the dead process left running."""
        self.died_at = time.monotonic()
        self.deaths = 1 if self.died_at - self.started_at > SETTLED_SECONDS else self.deaths + 1
        self.signal_group(signal.SIGKILL)

    def ask_to_stop(self) -> None:
        if not self.has_died:
            self.process.terminate()

    def stop(self, until: float) -> None:
        """Waits for the end until that moment of the monotonic clock, then ends it."""
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"The {self.name} does not stop, and is ended.", file=sys.stderr, flush=True)
        self.signal_group(signal.SIGKILL)
        self.process.wait()

    def signal_group(self, number: int) -> None:
        with suppress(ProcessLookupError):  # nobody is left in it
            os.killpg(self.process.pid, number)


class Watch:
    """Keeps children running until `stopping` is set; leaving the `with` stops them all."""

    def __init__(self, stopping: Event) -> None:
        self.stopping = stopping
        self.children: list[Child] = []
        self.dead: list[Child] = []

    def __enter__(self) -> "Watch":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        alive = [child for child in self.children if child not in self.dead]
        for child in alive:
            child.ask_to_stop()
        until = time.monotonic() + GRACE_SECONDS
        for child in alive:
            child.stop(until)

    def keep(self, child: Child) -> None:
        child.start()
        self.children.append(child)

    def look(self) -> None:
        """Buries who died, and starts again who may."""
        for child in self.children:
            if child not in self.dead and child.has_died:
                child.bury()
                self.dead.append(child)
                print(f"The {child.name} died ({child.process.returncode}).", file=sys.stderr, flush=True)
        for child in [child for child in self.dead if child.may_start_again]:
            print(f"The {child.name} is started again.", file=sys.stderr, flush=True)
            self.dead.remove(child)
            child.start()

    def wait_until_ready(self, settings: Settings) -> None:
        """Until the whole answers as healthy, or a first start fails."""
        until = time.monotonic() + START_SECONDS
        while not self.stopping.wait(LOOK_SECONDS) and not is_healthy(settings):
            for child in self.children:
                if child.has_died:
                    raise CannotStart(f"the {child.name} does not start, for the reason above.")
            if time.monotonic() > until:
                raise CannotStart(f"nothing healthy answers within {START_SECONDS} seconds: see what is said above.")

    def until_stopped(self) -> None:
        while not self.stopping.wait(LOOK_SECONDS):
            self.look()


def is_healthy(settings: Settings) -> bool:
    """Does /healthz answer 200, with a living worker? Our own server: its certificate is not in question."""
    host, port = settings.host if settings.host not in EVERY_INTERFACE else "127.0.0.1", settings.port
    asked: HTTPConnection = HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    if settings.tls_cert:
        unchecked = ssl.create_default_context()
        unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
        asked = HTTPSConnection(host, port, timeout=ANSWER_SECONDS, context=unchecked)
    with closing(asked):
        try:
            asked.request("GET", "/healthz")
            answer = asked.getresponse()
            return answer.status == 200 and json.loads(answer.read())["workers"] > 0
        except (OSError, HTTPException, ValueError):  # refused, hanging, or cut off
            return False
