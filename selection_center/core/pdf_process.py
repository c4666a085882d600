"""The process that sets one document: run as a file, with a closed fetcher, in a house without doors.

Arguments: the work folder (page.html, *.css, made/), the folder of our fonts, the folder of our pictures, then the
seconds of CPU and the bytes of memory that it may take.
It writes out.pdf there, and on its standard error one JSON object a line: {"page": 3}, {"missing": "X"},
{"refused": "an address"}. It imports nothing of ours, so that it starts fast and knows no secret.
"""

import json
import logging
import re
import resource
import sys
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

MADE = re.compile(r"made:([a-z0-9-]{1,64}\.png)")
PICTURE = re.compile(r"picture:([0-9a-f]{24}-(?:full|card|thumb)\.webp)")
NOTDEF = re.compile(r".notdef glyph rendered for Unicode string unsupported by fonts: \"(.+)\" \(U\+")
PAGE = re.compile(r"Step 5 .*Page (\d+)")
SHUT = ("socket.", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "ctypes.dlopen")


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


def main(work: Path, fonts: Path, pictures: Path) -> None:
    fetcher, configuration = ClosedFetcher(work, pictures), FontConfiguration()
    listen()
    shut_doors(work, fonts, pictures)
    sheets = [
        CSS(string=file.read_text(), url_fetcher=fetcher, font_config=configuration)
        for file in sorted(work.glob("*.css"))
    ]
    page = HTML(string=(work / "page.html").read_text(), url_fetcher=fetcher)
    page.write_pdf(work / "out.pdf", stylesheets=sheets, font_config=configuration)


if __name__ == "__main__":
    limit(*map(int, sys.argv[4:6]))
    main(*map(Path, sys.argv[1:4]))
