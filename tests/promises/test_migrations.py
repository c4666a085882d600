"""R18: from nothing to now, each step down and up again with what was kept, and models that equal the migrations."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.schema import CreateTable

from selection_center import create_app
from selection_center.config import ROOT
from selection_center.core.db import db
from selection_center.orders.models import Order
from tests import databases
from tests.promises import kept
from tests.promises.town import found

REVISIONS = [s.revision for s in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()]
"""From the newest to the first."""


@pytest.fixture
def furnished(migrated: databases.Databases, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own that holds a town."""
    app = create_app(databases.settings(migrated.create(), tmp_path))
    with app.app_context():
        found(app)
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_r18_there_is_one_newest_revision_and_each_has_a_way_down() -> None:
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        assert revision.module.downgrade is not None


def counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        return {
            name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()
            for name in names
            if name in db.metadata.tables
        }


def test_r18_one_step_down_and_up_loses_nothing(furnished: Flask) -> None:
    """Every revision after the first, each time with what the older tables held."""
    full = {name: number for name, number in kept.rows().items() if number}
    for revision in REVISIONS[:-1]:
        db.session.remove()
        db.engine.dispose()
        flask_migrate.downgrade(revision="-1")
        older = counts()
        assert older["orders"] == len(full["orders"]), revision
        flask_migrate.upgrade(revision="head")
        again = counts()
        lost = {name: (n, again[name]) for name, n in older.items() if again.get(name) != n}
        assert not lost, f"{revision}: {lost}"
        flask_migrate.downgrade(revision=f"{revision}")
        flask_migrate.downgrade(revision="-1")
    db.engine.dispose()
    flask_migrate.upgrade(revision="head")
    assert counts()["orders"] == len(full["orders"])


def test_r18_down_to_nothing_and_up_again(furnished: Flask) -> None:
    db.session.remove()
    db.engine.dispose()
    flask_migrate.downgrade(revision="base")
    left = set(sa.inspect(db.engine).get_table_names()) & set(db.metadata.tables)
    assert left == set()
    flask_migrate.upgrade()
    assert set(db.metadata.tables) <= set(sa.inspect(db.engine).get_table_names())


def test_r18_models_equal_migrations(app: Flask) -> None:
    """Tables, columns, types, nullability, indexes and uniqueness, as Alembic compares them."""

    def is_ours(_object: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
        return not (kind == "table" and reflected and name not in db.metadata.tables)

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_ours})
        assert compare_metadata(context, db.metadata) == []


def literals(condition: str) -> set[tuple[str, str]]:
    """The words and numbers that a CHECK allows or compares with: each database writes the rest in its own way."""
    return set(re.findall(r"'([^']*)'|\b(\d+)\b", condition))


def meant(table: sa.Table) -> dict[str, set[tuple[str, str]]]:
    """By name, the CHECK constraints as the models would make them."""
    made = str(CreateTable(table).compile(dialect=db.engine.dialect))
    found = re.findall(r"CONSTRAINT \"?(\w+)\"? CHECK (.*?),? ?$", made, re.M)
    return {name: literals(condition) for name, condition in found}


def test_r18_checks_of_models_equal_those_of_migrations(app: Flask) -> None:
    """Alembic does not see CHECK constraints: they are compared by name and by the words that they allow."""
    wrong = []
    for table in kept.tables():
        reflected = sa.inspect(db.engine).get_check_constraints(table.name)
        there = {str(check["name"]): literals(check["sqltext"]) for check in reflected}
        if there != meant(table):
            wrong.append(f"{table.name}: {there} in the database, {meant(table)} in the models")
    assert not wrong, "\n".join(wrong)
    assert meant(db.metadata.tables[Order.__tablename__])["ck_orders_orderkind"] == {("bulk", ""), ("sample", "")}
