"""For the tests of one file, in a database of its own: the town of tests/promises/town.py, or a server over HTTP."""

from collections.abc import Iterator

import pytest

from selection_center import create_app
from selection_center.core.db import db
from tests import databases
from tests.promises.town import Town, found
from tests.servers import LiveServer
from tests.visitors import Visitor


@pytest.fixture(scope="module")
def town(migrated: databases.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    app = create_app(databases.settings(migrated.create(), tmp_path_factory.mktemp("town")))
    app.test_client_class = Visitor
    app.config["PROPAGATE_EXCEPTIONS"] = False  # what breaks answers 500, as on a server
    with app.app_context():
        yield found(app)
        db.session.rollback()
        app.extensions["scan_recorder"].flush()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def server(migrated: databases.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(migrated.create(), tmp_path_factory.mktemp("server")) as running, running.app.app_context():
        yield running
        db.session.remove()
