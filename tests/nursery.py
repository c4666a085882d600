"""Python processes that begin at once: forked from one that has the product at hand, instead of importing it each.

    with Nursery() as nursery:
        child = nursery.start(("-m", "serving.work"), environment, log)

What is forked is what `python -m serving.work` would be: a process of its own with its own environment, arguments and
log, at the head of a group of its own, which is ended like any other. One nursery serves a whole test run's process.
`python -m tests.nursery` is the process that forks; it ends, with all its children, when its standard input does.
"""

import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from selection_center import import_where_there_is
from selection_center.config import ROOT
from tests import compiled

AT_HAND = ("granian.cli", "granian.server", "gateway.server", "selection_center.core.job_engine")
LOOK_SECONDS = 0.02
"""Between two looks whether a child has ended."""


class Child:
    """What `subprocess.Popen` is to its caller, as far as tests need it."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self.nursery, self.pid = nursery, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status, below zero for a signal; None while it lives."""
        if self.returncode is None:
            self.returncode = self.nursery.ask(ended=self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        until = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            time.sleep(LOOK_SECONDS)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:  # until it was asked after, its number is not given to another
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that forks, seen from the tests."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self.asking = threading.Lock()

    def ask(self, **request: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.asking:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

    def start(self, words: tuple[str, ...], environment: Mapping[str, str], log: Path) -> Child:
        """`words`: what would stand behind `python`: -m, a module, its arguments."""
        flag, module, *arguments = words
        assert flag == "-m"
        return Child(self, self.ask(module=module, arguments=arguments, environment={**environment}, log=str(log)))

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@cache
def nursery() -> Nursery:
    """This process's own; begun when it is first asked for, and closed at the end of the test run."""
    return Nursery()


def close() -> None:
    if nursery.cache_info().currsize:
        nursery().close()
        nursery.cache_clear()


def main() -> None:
    """Forks a child for each line that asks for one, and tells its number; or tells what a child ended with."""
    get_ready()
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    children: set[int] = set()
    for line in requests:
        request = json.loads(line)
        if pid := request.get("ended"):
            answer = ended(pid)
            children -= {pid} if answer is not None else set()
        elif (answer := os.fork()) == 0:
            become(request, requests, answers)
            return
        else:
            children.add(answer)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()
    for pid in children:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def get_ready() -> None:
    """Imports what its children will ask for, and makes nothing of it."""
    compiled.share()
    for module in AT_HAND:
        import_module(module)
    for kind in ("models", "jobs", "forms", "views"):
        import_where_there_is(kind)


def ended(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def become(request: Mapping[str, Any], *ours: BinaryIO) -> None:
    """In the child: this module, run as `python -m` runs it."""
    os.setsid()
    for file in ours:
        file.close()
    os.environ.clear()
    os.environ.update(request["environment"])
    nothing, log = os.open(os.devnull, os.O_RDONLY), os.open(request["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for given, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(given, standard)
    os.close(nothing)
    os.close(log)
    sys.argv = [request["module"], *request["arguments"]]
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
