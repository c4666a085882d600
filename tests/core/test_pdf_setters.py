"""The processes that set documents: at hand for the next one, and no worse for what happened to the last."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from selection_center.core import pdf, pdf_setters
from selection_center.core.errors import Refused
from tests.printing import paper

pytestmark = pytest.mark.once
CSS = "html { font-family: 'Noto Sans SC' }"


@pytest.fixture(autouse=True)
def _none_at_hand() -> Iterator[None]:
    pdf_setters.close_all()
    pdf_setters.IDLE.clear()
    yield
    pdf_setters.close_all()
    pdf_setters.IDLE.clear()


def words(text: str) -> str:
    return paper.words(pdf.render(f"<p>{text}</p>", stylesheets=[CSS])).strip()


def at_hand() -> pdf_setters.Setter:
    (setter,) = pdf_setters.IDLE
    return setter


def test_one_document_after_the_other_is_set_by_the_same_process(app: Flask) -> None:
    assert words("一") == "一"
    first = at_hand()
    assert words("二") == "二"
    assert at_hand() is first


def test_it_says_how_much_memory_the_largest_document_took(app: Flask) -> None:
    pdf.render("<p>eins</p>", stylesheets=[CSS])
    (setter,) = pdf_setters.IDLE
    first = setter.most_kilobytes
    assert first > 10_000
    pdf.render("<p>" + "zwei " * 20_000, stylesheets=[CSS], pages=20)
    assert setter.most_kilobytes > first + 5_000


def test_a_stopped_or_failed_document_leaves_the_next_alone(app: Flask) -> None:
    words("一")
    first = at_hand()
    with pytest.raises(Refused):
        pdf.render('<img src="http://127.0.0.1:9/x.png">', stylesheets=[CSS])

    def stop(page: int) -> None:
        raise KeyError(page)

    with pytest.raises(KeyError):
        pdf.render("<p>x</p>" * 20_000, stylesheets=[CSS], on_page=stop)
    assert words("二") == "二"
    assert at_hand() is first


def test_a_process_that_has_ended_is_replaced(app: Flask) -> None:
    words("一")
    first = at_hand()
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait()
    assert words("二") == "二"
    assert at_hand() is not first


def test_a_process_that_ends_just_as_it_is_asked_is_replaced_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words("一")
    first, tries = at_hand(), tmp_path / "tries"
    say = first.say

    def end_first(asked: list[str | int]) -> None:
        first.process.kill()
        first.process.wait()
        say(asked)

    monkeypatch.setattr(first, "say", end_first)
    assert words("二") == "二"
    assert at_hand() is not first
    at_hand().close()
    never = tmp_path / "never.py"
    never.write_text(f"open({str(tries)!r}, 'a').write('x')")
    monkeypatch.setattr(pdf_setters, "PROCESS", never)
    with pytest.raises(Refused) as refused:
        words("三")
    assert (refused.value.code, tries.read_text()) == ("pdf_failed", "xx")


def test_a_process_that_ends_in_the_middle_fails_that_document_alone(app: Flask) -> None:
    words("一")
    process = at_hand().process
    threading.Timer(0.3, process.kill).start()
    with pytest.raises(Refused) as refused:
        pdf.render("<p>x</p>" * 20_000, stylesheets=[CSS])
    assert refused.value.code in {"pdf_failed", "pdf_too_long"}
    assert words("二") == "二"


def test_two_at_once_are_set_by_two(app: Flask) -> None:
    said: list[str] = []

    def one(text: str) -> None:
        with app.app_context():
            said.append(words(text))

    threads = [threading.Thread(target=one, args=(text,)) for text in "一二三"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == sorted("一二三")
    assert 1 <= len(pdf_setters.IDLE) <= 2


def test_it_knows_no_secret_and_ends_with_its_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "from selection_center.core.pdf_setters import Setter; import os\n"
        "setter = Setter(); pid = setter.process.pid\n"
        "print(pid, open(f'/proc/{pid}/environ').read().replace(chr(0), ' '), flush=True); os._exit(0)"
    )
    environment = os.environ | {"SECRET_KEY": "a-secret-of-ours"}
    owner = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "a-secret-of-ours" not in owner.stdout
    pid = int(owner.stdout.split()[0])
    for _try in range(100):
        if not is_running(pid):
            return
        time.sleep(0.05)
    pytest.fail("it outlived its owner")


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().split()[2] != "Z"
    except FileNotFoundError:
        return False
