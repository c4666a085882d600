"""Whatever is scanned in any task, with whatever the page says that it knows: nothing breaks, and it is answered."""

from collections.abc import Callable

import pytest
from flask import Flask

from selection_center.core.permissions import Role
from selection_center.floor.tasks import TASKS
from selection_center.samples.models import Sample
from tests import factories as make
from tests.floor.scanning import JSON
from tests.visitors import Visitor

NASTY = [
    *("", " ", "\x00", "a\x00b", "\r\nX: y", "-1", "0", "1e309", "NaN", "9" * 400, str(2**63), "１２３", "٣", "²"),
    *("true", "null", "[]", "{}", "😀" * 200, "\u202eabc\u202c", "e\u0301" * 300, "\u200b\u200d\ufeff", "x" * 20_000),
    *("'; DROP TABLE samples; --", "%", "_", "\\", "%s%n%d", "{{7*7}}", "{0.__class__}", "%(x)s", "../../etc/passwd"),
    *(
        "<script>alert(1)</script>",
        "https://[bad",
        "http://",
        "//",
        "HTTPS://YP.EXAMPLE.COM/S/",
        "(01)",
        "]Q1",
        "A-0-0",
    ),
]
CONTEXT = ("stand", "reason", "delivery", "line", "stocktake", "loan", "samples", "list", "visit", "blank")


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier()), site, make.stand(site))


@pytest.fixture
def ana(visit: Callable[..., Visitor], sample: Sample) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, sample.site))


@pytest.mark.parametrize("task", TASKS)
def test_any_text_is_answered(ana: Visitor, sample: Sample, task: str) -> None:
    path = f"/sites/yiwu/floor/{task}/scans"
    for number, text in enumerate(NASTY):
        fields = {"text": text} | {f"context-{name}": text for name in CONTEXT[number % 3 :: 3]}
        answer = ana.submit(path, fields, headers=JSON)
        assert answer.status_code in {200, 404, 409}, (text[:40], answer.status_code)
        said = answer.json or {}
        assert said.get("word") or said["error"]["message"]


@pytest.mark.parametrize("task", TASKS)
def test_any_context_is_answered(ana: Visitor, sample: Sample, task: str) -> None:
    """A good sample, and a context that says anything; the page itself, too."""
    path = f"/sites/yiwu/floor/{task}"
    for number, text in enumerate(NASTY):
        fields = {f"context-{name}": text for name in CONTEXT}
        answer = ana.submit(f"{path}/scans", fields | {"text": sample.code or ""}, headers=JSON)
        assert answer.status_code in {200, 404, 409}, (text[:40], answer.status_code)
        name = CONTEXT[number % len(CONTEXT)]
        for page in (path, f"{path}/panel"):
            assert ana.get(page, query_string={name: text[:2_000]}).status_code in {200, 302, 404, 409}, (
                name,
                text[:40],
            )
