"""HTML to PDF, in a process of its own that knows our fonts and pictures and nothing else, and may not run away."""

import json
import logging
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask_babel import gettext as _

from selection_center.core import pictures
from selection_center.core.errors import Refused
from selection_center.core.fonts import FOLDER as FONTS

log = logging.getLogger(__name__)

CPU_SECONDS_A_PAGE = 10
LONGEST_CPU_SECONDS = 600
MEMORY_BYTES = 512 * 1024 * 1024
STARTING_SECONDS = 30
"""Of the clock, beside the CPU's: the machine may be busy with other things."""
PROCESS = Path(__file__).with_name("pdf_process.py")
BEAT_SECONDS = 0.5
AT_ONCE = threading.BoundedSemaphore(2)
"""Documents set at the same time by one process of ours: each takes a core and its share of memory."""
QUEUE_SECONDS = 20

Listener = Callable[[int], None]


def render(
    html: str,
    *,
    stylesheets: Sequence[str] = (),
    made: Mapping[str, bytes] | None = None,
    pages: int = 1,
    on_page: Listener | None = None,
) -> bytes:
    """The document as PDF.

    `made`: PNG pictures that the HTML names as "made:NAME.png"; kept pictures are "picture:NAME-card.webp".
    `pages`: how many are expected, ten seconds of CPU each. `on_page` hears the page that is being laid out, twice a
    second; what it raises ends the process. Refuses with `pdf_too_long`, `pdf_too_large`, `missing_characters`,
    `foreign_address` or `pdf_failed`.
    """
    with a_place(), tempfile.TemporaryDirectory(prefix="pdf-") as name:
        work = Path(name)
        (work / "page.html").write_text(html, "utf-8")
        for number, css in enumerate(stylesheets):
            (work / f"{number:02}.css").write_text(css, "utf-8")
        (work / "made").mkdir()
        for file, data in (made or {}).items():
            (work / "made" / file).write_bytes(data)
        return set_in_process(work, min(CPU_SECONDS_A_PAGE * max(pages, 1), LONGEST_CPU_SECONDS), on_page)


@contextmanager
def a_place() -> Iterator[None]:
    if not AT_ONCE.acquire(timeout=QUEUE_SECONDS):
        raise Refused("pdf_busy", _("Many documents are being set now. Try again in a minute."))
    try:
        yield
    finally:
        AT_ONCE.release()


def set_in_process(work: Path, cpu_seconds: int, on_page: Listener | None) -> bytes:
    process = start(work, cpu_seconds)
    told = Told(process)
    try:
        wait(process, time.monotonic() + STARTING_SECONDS + 3 * cpu_seconds, lambda: on_page and on_page(told.page))
    finally:
        process.kill()
        process.wait()
        told.join()
        if process.stderr is not None:
            process.stderr.close()
    out = work / "out.pdf"
    if process.returncode != 0 or not out.is_file():
        raise failure(process.returncode, told, cpu_seconds)
    if told.missing:
        raise Refused("missing_characters", missing_words("".join(told.missing)))
    return out.read_bytes()


def start(work: Path, cpu_seconds: int) -> "subprocess.Popen[str]":
    told = [work, FONTS, pictures.folder(), cpu_seconds, MEMORY_BYTES]
    return subprocess.Popen(
        [sys.executable, "-I", str(PROCESS), *map(str, told)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=work,
        env={
            "FONTCONFIG_FILE": str(FONTS / "fonts.conf"),
            "XDG_CACHE_HOME": str(work),
            "HOME": str(work),
            "TMPDIR": str(work),
            "LANG": "C.UTF-8",
        },
    )


def wait(process: "subprocess.Popen[str]", until: float, beat: Callable[[], object]) -> None:
    while True:
        try:
            process.wait(BEAT_SECONDS)
            return
        except subprocess.TimeoutExpired:
            beat()
            if time.monotonic() > until:
                process.send_signal(signal.SIGXCPU)
                process.wait(5)
                return


class Told(threading.Thread):
    """What the process says while it works."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        super().__init__(daemon=True)
        self.process = process
        self.page = 0
        self.missing: list[str] = []
        self.refused: str | None = None
        self.rest: list[str] = []
        self.start()

    def run(self) -> None:
        for line in self.process.stderr or ():
            try:
                said = json.loads(line)
            except ValueError:
                self.rest = [*self.rest[-20:], line]
                continue
            self.page = said.get("page", self.page)
            self.refused = said.get("refused", self.refused)
            if (character := said.get("missing")) and character not in self.missing:
                self.missing.append(character)


def failure(status: int, told: Told, cpu_seconds: int) -> Refused:
    """Why there is no document, in a sentence."""
    trace = "".join(told.rest)
    if told.refused is not None:
        sentence = _("The page asks for %(address)s, which is none of our pictures.", address=told.refused)
        return Refused("foreign_address", sentence)
    if -status in (signal.SIGXCPU, signal.SIGKILL):
        sentence = _("Setting this took more than %(count)s seconds and was stopped. Print fewer.", count=cpu_seconds)
        return Refused("pdf_too_long", sentence)
    if "MemoryError" in trace or -status in (signal.SIGABRT, signal.SIGSEGV, signal.SIGTRAP):
        return Refused("pdf_too_large", _("Setting this took more than 512 MB and was stopped. Print fewer."))
    log.error("a document was not set (status %s): %s", status, trace)
    return Refused("pdf_failed", _("This could not be set. It has been noted; try again, or print fewer at a time."))


def missing_words(characters: str) -> str:
    return str(_("The font lacks %(characters)s.", characters=" ".join(characters)))
