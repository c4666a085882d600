"""S11 and S16: texts that want to be markup, styles, addresses or templates are printed as written, on every paper."""

import socket
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from selection_center.core.db import db
from selection_center.printing.layouts import LAYOUTS, Subject
from selection_center.printing.media import MEDIA
from selection_center.printing.models import PrintRun, PrintState
from tests.printing import paper
from tests.promises import addresses, kept
from tests.promises.test_hostile_texts import write_everywhere
from tests.promises.town import Town

WRITTEN = "{{7*7}}"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as heard:
        heard.bind(("127.0.0.1", 0))
        heard.listen()
        heard.setblocking(False)
        yield heard


def payloads(port: int) -> list[str]:
    """Each as short as the columns: pictures, styles and links of others, files, objects, and templates."""
    there = f"http://127.0.0.1:{port}"
    return [
        f"{WRITTEN}<img src={there}/x>", f"</p><style>@import '{there}'</style>", f"<link rel=stylesheet href={there}>",
        '"><img src=file:///etc/passwd>', "</style><style>*{display:none}", f"<object data={there}/o></object>",
        f"<p style=\"background:url({there})\">", "{0.__class__} %(x)s %s ${7*7}", f"<base href={there}/>",
        "<svg><image href=file:///etc/hosts>", "<a rel=attachment href=file:///etc/passwd>", "\u202eabc\u200b😀",
    ]  # fmt: skip


@pytest.fixture
def copy(town: Town) -> Iterator[kept.Copy]:
    made = kept.Copy()
    yield made
    made.restore()
    made.close()


def papers(town: Town) -> list[str]:
    """The address of every document that is asked for by GET."""
    found = []
    for rule in addresses.rules(town.app):
        if "GET" in (rule.methods or ()) and rule.rule.endswith(".pdf"):
            found.append(addresses.address(rule, addresses.kind_of(rule), town.here))
    return found


def test_s11_every_paper_prints_hostile_texts_as_written(town: Town, copy: kept.Copy, listener: socket.socket) -> None:
    assert write_everywhere(payloads(listener.getsockname()[1])) > 30
    asked, wrong, seen = papers(town), [], 0
    assert len(asked) > 15
    for number, path in enumerate(asked):
        language = ("zh", "en", "both")[number % 3]
        answer = town.browser("Hana").get(f"{path}{'&' if '?' in path else '?'}language={language}")
        if answer.status_code >= 500 or (answer.status_code == 200 and answer.mimetype != "application/pdf"):
            wrong.append(f"{path} -> {answer.status_code}")
        elif answer.status_code == 200:
            said = "".join(paper.words(answer.data, page) for page in range(paper.page_count(answer.data)))
            seen += any(text in "".join(said.split()) for text in (WRITTEN, "<style>", "{0.__class__}", "<object"))
            wrong += [f"{path} computed"] if "49<img" in said else []
    assert wrong == []
    assert seen >= 6
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_s11_every_layout_prints_hostile_texts_or_says_why_not(
    town: Town, copy: kept.Copy, listener: socket.socket
) -> None:
    write_everywhere(payloads(listener.getsockname()[1]))
    names = {Subject.SAMPLE: ("sample", "sample_id"), Subject.STAND: ("stand", "stand_id")}
    for layout in LAYOUTS.values():
        if layout.subject not in names or layout.stores_only:
            continue
        medium = layout.among(MEDIA.values())[0]
        name, value = names[layout.subject]
        sent = {"layout": layout.key, "medium": medium.key, name: str(town.here.values[value]), "prices": "1"}
        answer = town.browser("Ana").submit(f"/sites/{town.here.values['slug']}/prints", sent | {"language": "both"})
        assert answer.status_code in {303, 409, 422}, layout.key
    db.session.expire_all()
    runs = db.session.scalars(sa.select(PrintRun).order_by(PrintRun.id.desc()).limit(len(LAYOUTS))).all()
    assert any(run.state is PrintState.READY for run in runs)
    for run in runs:
        assert run.state is not PrintState.FAILED or run.failure, run.layout
    with pytest.raises(BlockingIOError):
        listener.accept()
