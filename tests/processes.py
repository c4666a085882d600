"""Processes of the product that a test starts, each at the head of a group of its own, and ends again."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from selection_center.config import ROOT
from tests.nursery import nursery

STOP_SECONDS = 30


class Process(Protocol):
    """What a test asks of one; `subprocess.Popen` says more about each."""

    pid: int

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


class Processes:
    """What was started in `environment` is ended with the `with`; a failed test shows the end of the log."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment, self.log = environment, log
        self.processes: list[Process] = []

    def start(self, *words: str) -> Process:
        """One more process, such as `-m serving.work`, which has the product at hand already."""
        return self.keep(nursery().start(words, {**self.environment, "PYTHONPATH": str(ROOT)}, self.log))

    def start_anew(self, *words: str) -> Process:
        """One more process from its very beginning, for a test of just that."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env={**self.environment, "PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.keep(process)

    def keep(self, process: Process) -> Process:
        self.processes.append(process)
        return process

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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.stop()
        if kind is not None:
            print(self.log.read_text()[-4000:])
