"""A process that sets documents: run as a file, it waits for one after the other on its standard input, and forks a
child for each, with a closed fetcher, in a house without doors.

Argument: the folder of our fonts. Each line that it reads is a JSON list: the work folder (page.html, *.css, made/, and
stamps.json where pages are stamped), the folder of our pictures, the seconds of CPU and the bytes of memory that the
child may take. The child writes out.pdf into the work folder. On standard error comes one JSON object a line:
{"child": its process id}, {"page": 3}, {"missing": "X"}, {"refused": "an address"}, {"unsure": "what differs"}, and at
last {"ended": its exit status, "kilobytes": its memory at its largest}. It imports nothing of ours, so that it starts
fast and knows no secret. It ends when its input does, and when nothing was asked of it for some minutes.
"""

import json
import logging
import os
import re
import resource
import select
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

import pydyf
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

MADE = re.compile(r"made:([a-z0-9-]{1,64}\.png)")
PICTURE = re.compile(r"picture:([0-9a-f]{24}-(?:full|card|thumb)\.webp)")
NOTDEF = re.compile(r".notdef glyph rendered for Unicode string unsupported by fonts: \"(.+)\" \(U\+")
PAGE = re.compile(r"Step 5 .*Page (\d+)")
CUT = "cut"
"""The id of what lies where a roll of paper is cut: its page ends there."""
SHUT = ("socket.", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "ctypes.dlopen")


IDLE_SECONDS = 300


def say(**what: Any) -> None:
    sys.stderr.write(json.dumps(what) + "\n")
    sys.stderr.flush()


class ClosedFetcher(URLFetcher):
    """Pictures made for this document and our own kept ones; nothing else, by no protocol."""

    def __init__(self, work: Path, pictures: Path) -> None:
        super().__init__(allowed_protocols=())
        self.work, self.pictures = work, pictures

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        for pattern, folder, kind in ((MADE, self.work / "made", "png"), (PICTURE, self.pictures, "webp")):
            found = pattern.fullmatch(url)
            if found and not (folder / found[1]).is_file():
                raise FileNotFoundError(url)  # a picture that has gone leaves its place empty
            if found:
                return URLFetcherResponse(url, (folder / found[1]).read_bytes(), {"Content-Type": f"image/{kind}"})
        say(refused=url[:200])
        raise FatalURLFetchingError(f"not one of ours: {url[:200]}")


class Teller(logging.Handler):
    """Passes on what WeasyPrint logs: the page it lays out, and characters that the font lacks."""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.name == "weasyprint.progress":
            page = PAGE.fullmatch(text)
            if page and page[1]:
                say(page=int(page[1]))
        elif found := NOTDEF.match(text):
            say(missing=found[1])


def listen() -> None:
    for name, level in (("weasyprint", logging.WARNING), ("weasyprint.progress", logging.INFO)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [Teller()], False
        logger.setLevel(level)


def shut_doors(*open_folders: Path) -> None:
    """From here on: no network, no other program, and no file outside these folders and Python's own."""
    roots = tuple(str(folder.resolve()) + "/" for folder in (*open_folders, Path(sys.prefix), Path(sys.base_prefix)))

    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(SHUT):
            raise PermissionError(f"{event} is shut here")
        if event == "open" and isinstance(arguments[0], str | bytes):
            path = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]
            if not str(Path(path).resolve()).startswith(roots) and path != "/dev/null":
                raise PermissionError(f"{path} is none of our files")

    sys.addaudithook(guard)


def limit(cpu_seconds: int, memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Stamper:
    """Puts pages of finished operators before, between and after the sheets that were set, without the first of these.

    That one holds a line of type for each face. Its operators must be the ones that we would write, glyph by glyph
    and at our baseline: then its fonts, of which nobody promised us the names, are what the pages ask for.
    """

    FONT = re.compile(rb"/(\w+) [\d.]+ Tf")
    PLACE = re.compile(rb"1 0 0 -1 [-\d.]+ ([-\d.]+) Tm")
    SHOWN = re.compile(rb"\[(<.*>)-?0?\] TJ")
    WITHIN_PX = 0.02

    def __init__(self, stamps: dict[str, Any]) -> None:
        self.stamps = stamps

    def __call__(self, document: Any, pdf: pydyf.PDF) -> None:
        first, *laid_out = pdf.pages["Kids"][::3]
        sheet = pdf.objects[first]
        set_type = pdf.objects[number_of(sheet["Contents"])]
        fonts = pdf.objects[number_of(pdf.objects[number_of(sheet["Resources"])]["Font"])]
        for face, font in zip(self.stamps["seeds"], self.compared(set_type.stream), strict=True):
            fonts[face] = fonts[font]
        set_type.stream.clear()
        pdf.pages["Kids"].clear()
        pdf.pages["Count"] = 0
        for operators in self.stamps["pages"]:
            if operators is None:
                pdf.pages["Kids"].extend([laid_out.pop(0), 0, "R"])
                pdf.pages["Count"] += 1
                continue
            stream = pydyf.Stream([operators], compress=True)
            pdf.add_object(stream)
            pdf.add_page(pydyf.Dictionary(sheet | {"Contents": stream.reference}))

    def compared(self, operators: list[bytes]) -> list[str]:
        """The font's name of each line; ends the process when one is not as expected."""
        drawn, font, place = [], "", 0.0
        for operator in operators:
            if found := self.FONT.fullmatch(operator):
                font = found[1].decode()
            elif found := self.PLACE.fullmatch(operator):
                place = float(found[1])
            elif found := self.SHOWN.fullmatch(operator):
                drawn.append((font, place, re.sub(rb">-?0?<", b"", found[1])[1:-1].decode()))
        wanted = [(self.stamps["baselines"][face], glyphs) for face, glyphs in self.stamps["seeds"].items()]
        if len(drawn) != len(wanted) or len({font for font, _place, _glyphs in drawn}) != len(wanted):
            give_up(f"{len(drawn)} lines of type for {len(wanted)}")
        for (font, place, glyphs), (baseline, expected) in zip(drawn, wanted, strict=True):
            if glyphs != expected or abs(place - baseline) > self.WITHIN_PX:
                give_up(f"{font} draws {glyphs[:80]} at {place}, not {expected[:80]} at {baseline}")
        return [font for font, _place, _glyphs in drawn]


def number_of(reference: bytes) -> int:
    return int(reference.split()[0])


def give_up(what: str) -> None:
    say(unsure=what)
    raise SystemExit(3)


def set_document(work: Path, fonts: Path, pictures: Path) -> None:
    fetcher, configuration = ClosedFetcher(work, pictures), FontConfiguration()
    listen()
    shut_doors(work, fonts, pictures)
    sheets = [
        CSS(string=file.read_text(), url_fetcher=fetcher, font_config=configuration)
        for file in sorted(work.glob("*.css"))
    ]
    page = HTML(string=(work / "page.html").read_text(), url_fetcher=fetcher)
    stamps = work / "stamps.json"
    finisher = Stamper(json.loads(stamps.read_text())) if stamps.is_file() else None
    document = page.render(font_config=configuration, stylesheets=sheets)
    for set_page in document.pages:
        if CUT in set_page.anchors:
            set_page.height = set_page.anchors[CUT][1]
    document.write_pdf(work / "out.pdf", finisher=finisher)


def in_child(fonts: Path, work: str, pictures: str, cpu_seconds: int, memory_bytes: int) -> NoReturn:
    status = 1
    try:
        os.environ.update(XDG_CACHE_HOME=work, HOME=work, TMPDIR=work)
        os.chdir(work)
        limit(cpu_seconds, memory_bytes)
        set_document(Path(work), fonts, Path(pictures))
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def main(fonts: Path) -> None:
    while select.select([sys.stdin], [], [], IDLE_SECONDS)[0] and (line := sys.stdin.readline()):
        child = os.fork()
        if not child:
            in_child(fonts, *json.loads(line))
        say(child=child)
        _child, status, used = os.wait4(child, 0)
        say(ended=os.waitstatus_to_exitcode(status), kilobytes=used.ru_maxrss)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
