"""HTML to PDF, in a process of its own that knows our fonts and pictures and nothing else, and may not run away."""

import json
import logging
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from flask_babel import gettext as _

from selection_center.core import pictures
from selection_center.core.errors import Refused
from selection_center.core.pdf_setters import Listener as Listener
from selection_center.core.pdf_setters import Told, a_setter

log = logging.getLogger(__name__)

CPU_SECONDS_A_PAGE = 10
LONGEST_CPU_SECONDS = 600
MEMORY_BYTES = 512 * 1024 * 1024
AT_ONCE = threading.BoundedSemaphore(2)
"""Documents set at the same time by one process of ours: each takes a core and its share of memory."""
QUEUE_SECONDS = 20


class Unsure(Exception):
    """What was set differs from what was to be stamped on it: the pages must be laid out instead."""


@dataclass(frozen=True)
class Stamps:
    """Finished pages, and what the document's first sheet must be for them to use its fonts.

    seeds: for each face the glyphs of its line of type on that sheet, four hexadecimal digits each.
    baselines: of these lines, in px from the sheet's top.
    pages: PDF operators in points from the bottom left, with faces as fonts; None takes the next sheet after the first.
    """

    seeds: Mapping[str, str]
    baselines: Mapping[str, float]
    pages: Sequence[str | None]


def render(
    html: str,
    *,
    stylesheets: Sequence[str] = (),
    made: Mapping[str, bytes] | None = None,
    pages: int = 1,
    on_page: Listener | None = None,
    stamps: Stamps | None = None,
) -> bytes:
    """The document as PDF.

    `made`: PNG pictures that the HTML names as "made:NAME.png"; kept pictures are "picture:NAME-card.webp".
    `pages`: how many are expected, ten seconds of CPU each. `on_page` hears the page that is being laid out, twice a
    second; what it raises ends the process. Refuses with `pdf_too_long`, `pdf_too_large`, `missing_characters`,
    `foreign_address` or `pdf_failed`; with `stamps` it may raise Unsure.
    """
    with a_place(), tempfile.TemporaryDirectory(prefix="pdf-") as name:
        work = Path(name)
        (work / "page.html").write_text(html, "utf-8")
        for number, css in enumerate(stylesheets):
            (work / f"{number:02}.css").write_text(css, "utf-8")
        (work / "made").mkdir()
        for file, data in (made or {}).items():
            (work / "made" / file).write_bytes(data)
        if stamps is not None:
            (work / "stamps.json").write_text(json.dumps(asdict(stamps)), "utf-8")
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
    for new in (False, True):
        with a_setter(new=new) as setter:
            told = setter.set(work, pictures.folder(), cpu_seconds, MEMORY_BYTES, on_page)
        if not told.is_unread:
            break
    out = work / "out.pdf"
    if told.status or not out.is_file():
        raise failure(told, cpu_seconds)
    if told.missing:
        raise Refused("missing_characters", missing_words("".join(told.missing)))
    return out.read_bytes()


def failure(told: Told, cpu_seconds: int) -> Refused | Unsure:
    """Why there is no document, in a sentence."""
    trace, status = "".join(told.rest), told.status or 0
    if told.unsure is not None:
        return Unsure(told.unsure)
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
