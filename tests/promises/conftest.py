"""The town of tests/promises/town.py, built once for the tests of one file, in a database of its own."""

from collections.abc import Iterator

import pytest

from selection_center import create_app
from selection_center.core.db import db
from tests import databases
from tests.promises.town import Town, found
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
