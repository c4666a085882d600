"""Scanning as a tablet does it, and what comes back."""

from typing import Any

from selection_center.core.codes import address
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag
from selection_center.sites.models import Stand
from tests.databases import PUBLIC_URL
from tests.visitors import Visitor

JSON = {"Accept": "application/json"}


def scan(by: Visitor, task: str, text: str | None, slug: str = "yiwu", **context: str) -> Any:
    """The answer to one scan; `context` is what the page knows from before."""
    fields = {"text": text or ""} | {f"context-{name}": value for name, value in context.items()}
    answer = by.submit(f"/sites/{slug}/floor/{task}/scans", fields, headers=JSON)
    assert answer.status_code == 200, answer.text
    return answer.json


def press(by: Visitor, key: Any) -> Any:
    """Presses a key of an answer: what it says, or the page that it leads to."""
    if key["method"] == "get":
        page = by.get(key["url"], query_string=key["fields"])
        assert page.status_code == 200, page.status
        return page
    answer = by.submit(key["url"], key["fields"], headers=JSON)
    assert answer.status_code == 200, answer.text
    assert set(answer.json or {}) == {"message", "location"}
    return answer.json


def tag_of(sample: Sample) -> Tag:
    assert sample.tag is not None
    return sample.tag


def stand_of(sample: Sample) -> Stand:
    assert sample.stand is not None
    return sample.stand


def as_printed(code: str | None) -> str:
    """What the QR on a label says."""
    assert code is not None
    return address(code, PUBLIC_URL)
