"""The demo network, built once for all tests here, which only read it."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from click.testing import Result
from flask import Flask

from selection_center import create_app
from selection_center.core.db import db
from tests import databases


class Network(NamedTuple):
    """The application on the demo's database, and what the command said."""

    app: Flask
    said: Result


@pytest.fixture(scope="session")
def network(migrated: databases.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    app = create_app(databases.settings(migrated.create(), tmp_path_factory.mktemp("demo")))
    yield Network(app, app.test_cli_runner().invoke(args=["demo"]))
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def demo(network: Network) -> Iterator[Flask]:
    """A session on the demo's database."""
    with network.app.app_context():
        yield network.app
        db.session.rollback()
