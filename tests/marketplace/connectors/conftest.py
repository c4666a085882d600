"""A server that says what it is told, and a connector that asks it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from selection_center.marketplace.connectors.alibaba_1688 import Alibaba1688
from tests.talking import Talker

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "1688-samples"
"""Answers as the platform's documentation shows them; they are not ours to keep in the project."""
GIVEN = {"app_key": "1000000", "app_secret": "test123", "access_token": "token-1", "refresh_token": "again-1"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Connectors know no table."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.once)


@pytest.fixture
def sample() -> Callable[[str], Any]:
    def read(name: str) -> Any:
        file = SAMPLES / f"{name}.json"
        if not file.exists():
            pytest.skip(f"{file} is not here")
        return json.loads(file.read_text("utf-8"))["body"]

    return read


@pytest.fixture
def outside(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """This machine may be asked, as where the operator sets FETCH_LOOPBACK."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], fetch_loopback=True))
    return app


@pytest.fixture
def talker() -> Iterator[Talker]:
    with Talker() as talking:
        yield talking


@dataclass
class Link:
    """A connector, and what became of it."""

    connector: Alibaba1688
    kept: list[dict[str, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


@pytest.fixture
def link_to(outside: Flask) -> Iterator[Callable[..., Link]]:
    made: list[Link] = []

    def link(address: str, **given: str) -> Link:
        @contextmanager
        def gate(call: str) -> Iterator[None]:
            found.calls.append(call)
            yield

        found = Link(None)  # type: ignore[arg-type]
        found.connector = Alibaba1688(
            {**GIVEN, "address": address, **given}, lambda values: found.kept.append(dict(values)), gate
        )
        made.append(found)
        return found

    yield link
    for one in made:
        one.connector.close()


@pytest.fixture
def link(link_to: Callable[..., Link], talker: Talker) -> Link:
    return link_to(talker.url)
