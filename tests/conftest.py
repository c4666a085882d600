"""What every test can ask for: the application on a migrated database, its visitors, a real server, a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from selection_center import create_app, import_where_there_is
from selection_center.core.db import db
from tests import browsing, compiled, databases, nursery
from tests.servers import LiveServer
from tests.visitors import Visitor
from tests.working import work_off

import_where_there_is("models")  # before the tests: they import what puts queries together as it is read

QUICK_EXAMPLES, FULL_EXAMPLES = 100, 2000
"""Of property tests that do not name a number of their own."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=["sqlite", "postgresql"], default="sqlite", help="the database under the tests")
    parser.addoption("--full", action="store_true", help="every seed, and the long fuzz")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "once: touches no database of ours, so one run of the two tries it")
    config.addinivalue_line("markers", "seeds(number): takes `seed`; one of them in a quick run, all with --full")
    # Ordinary runs draw the same examples each time, so a red run is red again; --full draws new ones.
    full = config.getoption("--full")
    hypothesis.settings.register_profile("quick", deadline=None, derandomize=True, max_examples=QUICK_EXAMPLES)
    hypothesis.settings.register_profile("full", deadline=None, max_examples=FULL_EXAMPLES)
    hypothesis.settings.load_profile("full" if full else "quick")
    if not hasattr(config, "workerinput"):
        config.add_cleanup(compiled.begin().cleanup)
        if config.getoption("--db") == "postgresql":
            config.add_cleanup(databases.start_postgresql().cleanup)
    compiled.share()


def pytest_unconfigure() -> None:
    nursery.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("seeds")
        number = marker.args[0] if marker and metafunc.config.getoption("--full") else 1
        metafunc.parametrize("seed", range(number))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):  # whatever opens a browser is a journey
            item.add_marker(pytest.mark.journey)
    if config.getoption("--db") == "postgresql":
        config.hook.pytest_deselected(items=[item for item in items if not touches_the_database(item)])
        items[:] = [item for item in items if touches_the_database(item)]


def touches_the_database(item: pytest.Item) -> bool:
    """Whoever asks for neither a database nor which kind it is does the same again in the second run."""
    asked = {"migrated", "pytestconfig", "request"}.intersection(getattr(item, "fixturenames", ()))
    return bool(asked) and not item.get_closest_marker("once")


@pytest.fixture(scope="session")
def migrated(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> databases.Databases:
    """Where migrated databases come from, of the kind that --db says."""
    kind = databases.SqliteDatabases if pytestconfig.getoption("--db") == "sqlite" else databases.PostgresDatabases
    return kind(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def application(migrated: databases.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(databases.settings(migrated.create(), tmp_path_factory.mktemp("data")))
    app.test_client_class = Visitor
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(application: Flask, migrated: databases.Databases) -> Iterator[Flask]:
    """The application on an empty database, with a session for the test itself."""
    with application.app_context():
        migrated.refresh(db.engine)
        yield application
        db.session.rollback()
        application.extensions["scan_recorder"].flush()


@pytest.fixture
def client(app: Flask) -> Visitor:
    """A visitor who never came before; `client.sign_in(user)` signs in."""
    return new_visitor(app)


@pytest.fixture
def visit(app: Flask) -> Callable[[Any], Visitor]:
    """`visit(user)` answers a browser of its own in which this person is signed in."""
    return lambda user: new_visitor(app).sign_in(user)


@pytest.fixture
def work(app: Flask) -> Callable[[], list[str]]:
    """`work()` performs all jobs that wait, in this process, also those asked for by jobs. Answers their keys."""
    return work_off


def new_visitor(app: Flask) -> Visitor:
    made = app.test_client()
    assert isinstance(made, Visitor)
    return made


@pytest.fixture
def live_server(migrated: databases.Databases, tmp_path: Path) -> Iterator[LiveServer]:
    """The application behind granian with two worker processes, on a database of its own.

    The test holds an app context on the same database: make rows with the factories, commit, then visit `url`.
    """
    with LiveServer(migrated.create(), tmp_path) as server, server.app.app_context():
        yield server
        db.session.rollback()


expect.set_options(timeout=20_000)
"""Milliseconds for what a page shows by itself: a machine that other tests use too is slow."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with browsing.chromium() as found:
        yield found


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`new_page(width=390, height=844, language="zh-CN")`: a page in a browser profile of its own.

    The test fails at its end when any page had an error on its console, a violated policy or a missing file.
    """
    with browsing.Visits(browser) as visits:
        yield visits.new_page
        assert visits.problems == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A phone's page."""
    return new_page()
