"""Following the links that pages offer, a few of each kind, and looking at every page that they lead to."""

from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from playwright.sync_api import Error, Page
from werkzeug.exceptions import HTTPException

from tests.journeys.visits import faults

HREFS = """
Array.from(document.querySelectorAll("a[href]"), (link) => new URL(link.getAttribute("href"), location).href)
"""


@dataclass
class Crawl:
    """One person's walk. `kinds` says how often each kind of page was seen: its endpoint and what its query names."""

    app: Flask
    page: Page
    of_a_kind: int
    most: int
    widths: tuple[int, ...]
    kinds: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def walk(self, *starts: str) -> None:
        """From these addresses on; each problem is a line of `problems`."""
        waiting, known = deque((start, "the start") for start in starts), set(starts)
        while waiting and self.kinds.total() < self.most:
            address, source = next((each for each in waiting if self.is_new(each[0])), waiting[0])
            waiting.remove((address, source))
            kind = self.kind(address)
            if self.kinds[kind] >= self.of_a_kind:
                continue
            self.kinds[kind] += 1
            for found in self.visit(address, source):
                if found not in known and self.kind(found):
                    known.add(found)
                    waiting.append((found, address))

    def is_new(self, address: str) -> bool:
        """Not even seen with another query: such pages come first."""
        endpoint = self.kind(address).partition(" ")[0]
        return not any(kind.partition(" ")[0] == endpoint for kind in self.kinds)

    def kind(self, address: str) -> str:
        """Empty for what leads out of here, or only changes the language."""
        parts = urlsplit(address)
        here = urlsplit(self.page.url)
        query = dict(parse_qsl(parts.query))
        if parts.netloc not in ("", here.netloc) or "lang" in query:
            return ""
        try:
            endpoint, _values = self.app.url_map.bind("").match(parts.path or "/", "GET")
        except HTTPException:
            return parts.path  # nothing answers there: to be visited, and told
        return " ".join([endpoint, *sorted(query)])

    def visit(self, address: str, source: str) -> list[str]:
        """Opens, judges, and answers the addresses that the page offers; of a file that it can be had."""
        try:
            answer = self.page.goto(address)
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            answer = None
        status = answer.status if answer else self.page.request.get(address).status
        if status >= 400:
            self.problems.append(f"{source} leads to {address}: {status}")
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            return []
        for width in self.widths:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.problems += faults(self.page)
        return [str(href).partition("#")[0] for href in self.page.evaluate(HREFS)]
