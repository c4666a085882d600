"""Processes that set documents: each has WeasyPrint at hand and forks a child for one document, whose limits, doors
and end are that child's alone. What they are and obey is in pdf_process.py.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from selection_center.core.fonts import FOLDER as FONTS

PROCESS = Path(__file__).with_name("pdf_process.py")
STARTING_SECONDS = 30
"""Of the clock, beside the CPU's: the machine may be busy with other things."""
BEAT_SECONDS = 0.5
ENDING_SECONDS = 5

Listener = Callable[[int], None]


class Told:
    """What one document's child has said. `status`: its exit status, below zero for a signal; None while it works.
    `is_unread`: the process ended before it had a child, as one does that waited for long just when it is asked."""

    def __init__(self) -> None:
        self.page = 0
        self.missing: list[str] = []
        self.refused: str | None = None
        self.unsure: str | None = None
        self.rest: list[str] = []
        self.child: int | None = None
        self.status: int | None = None
        self.is_unread = False
        self.kilobytes = 0

    def hear(self, line: str) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            self.rest = [*self.rest[-20:], line]
            return
        self.page = said.get("page", self.page)
        self.refused = said.get("refused", self.refused)
        self.unsure = said.get("unsure", self.unsure)
        self.child = said.get("child", self.child)
        self.status = said.get("ended", self.status)
        self.kilobytes = said.get("kilobytes", self.kilobytes)
        if (character := said.get("missing")) and character not in self.missing:
            self.missing.append(character)


class Setter:
    """One such process. For one thread at a time."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.most_kilobytes = 0
        """Of memory that any of its children took."""
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(PROCESS), str(FONTS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"FONTCONFIG_FILE": str(FONTS / "fonts.conf"), "LANG": "C.UTF-8"},
        )
        self.heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.ear = threading.Thread(target=self.listen, daemon=True)
        self.ear.start()

    def listen(self) -> None:
        for line in self.process.stderr or ():
            self.heard.put(line)
        self.heard.put(None)

    @property
    def is_usable(self) -> bool:
        return self.owner == os.getpid() and self.process.poll() is None

    def set(
        self, work: Path, pictures: Path, cpu_seconds: int, memory_bytes: int, on_page: Listener | None = None
    ) -> Told:
        """`work/out.pdf` from what lies in `work`. What `on_page` raises ends the child."""
        told, until = Told(), time.monotonic() + STARTING_SECONDS + 3 * cpu_seconds
        with suppress(BrokenPipeError):  # it has ended, which `hear` is told
            self.say([str(work), str(pictures), cpu_seconds, memory_bytes])
        try:
            for _beat in self.beats(told, until):
                if on_page is not None:
                    on_page(told.page)
        finally:
            self.end(told, signal.SIGKILL)
            self.most_kilobytes = max(self.most_kilobytes, told.kilobytes)
        return told

    def say(self, asked: list[str | int]) -> None:
        if self.process.stdin is None:
            raise BrokenPipeError
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()

    def beats(self, told: Told, until: float) -> Iterator[None]:
        """Twice a second while the child works; until then, what it says is heard."""
        beat = time.monotonic() + BEAT_SECONDS
        while told.status is None:
            if time.monotonic() >= until:
                self.end(told, signal.SIGXCPU)
                return
            self.hear(told, beat - time.monotonic())
            if time.monotonic() >= beat:
                beat += BEAT_SECONDS
                yield

    def hear(self, told: Told, seconds: float) -> None:
        with suppress(queue.Empty):
            line = self.heard.get(timeout=max(seconds, 0.001))
            if line is None:
                told.status, told.is_unread = self.process.wait(), told.child is None
            else:
                told.hear(line)

    def end(self, told: Told, by: signal.Signals) -> None:
        """The child's end, if it still works; the whole process's, if that is not said soon."""
        if told.status is not None:
            return
        if told.child is not None:
            with suppress(ProcessLookupError):
                os.kill(told.child, by)
        until = time.monotonic() + ENDING_SECONDS
        while told.status is None and time.monotonic() < until:
            self.hear(told, until - time.monotonic())
        if told.status is None:
            told.status = -by
            self.close()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.ear.join()
        for pipe in (self.process.stdin, self.process.stderr):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()


IDLE: list[Setter] = []


@contextmanager
def a_setter(*, new: bool = False) -> Iterator[Setter]:
    """One that is idle, or a new one."""
    setter = None
    with suppress(IndexError):  # none is idle any more
        while setter is None and not new:
            setter = usable(IDLE.pop())
    setter = setter or Setter()
    try:
        yield setter
    finally:
        if usable(setter):
            IDLE.append(setter)


def usable(setter: Setter) -> Setter | None:
    """It, unless it has ended or came along with a fork."""
    if setter.is_usable:
        return setter
    if setter.owner == os.getpid():
        setter.close()
    return None


@atexit.register
def close_all() -> None:
    for setter in IDLE:
        if setter.owner == os.getpid():
            setter.close()
