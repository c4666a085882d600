"""Everything the gateway remembers: one SQLite file, one connection, one transaction at a time."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from pysqlite3 import dbapi2 as sqlite  # Debian's own SQLite can corrupt a WAL

from gateway.settings import Settings, changed, dumped

SCHEMA = Path(__file__).with_name("schema.sql")


class State:
    """Calls are told apart by the lock, not by the database, so that what the log says has one order."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.connection: Any = sqlite.connect(file, isolation_level=None, check_same_thread=False)
        self.connection.row_factory = sqlite.Row
        self.connection.executescript(
            "pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -16000;"
        )
        self.connection.executescript(SCHEMA.read_text("utf-8"))
        self.lock = threading.RLock()
        self.depth = 0
        self.stopping = threading.Event()
        self.news = threading.Event()
        """Set when a message may be due."""
        self.memory: dict[str, Any] = {}
        """What calls remember for the next ones, and could find again."""
        self.settings = changed(Settings(), self.kept())
        self.set()
        self.chance = Random(self.settings.chance_seed)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """A cursor-like connection; an exception takes everything back. Within another one it is a part of it."""
        with self.lock:
            if self.depth:
                yield self.connection
                return
            self.connection.execute("begin immediate")
            self.depth = 1
            try:
                yield self.connection
                self.connection.execute("commit")
            except BaseException:
                self.connection.execute("rollback")
                raise
            finally:
                self.depth = 0

    def kept(self) -> dict[str, Any]:
        names = {name for name, _ in dumped(Settings())}
        rows = self.connection.execute("select name, value from settings")
        return {row["name"]: json.loads(row["value"]) for row in rows if row["name"] in names}

    def set(self, **given: Any) -> Settings:
        """ValueError when a name or a value is wrong."""
        with self.transaction() as db:
            self.settings = changed(self.settings, given)
            db.executemany("insert or replace into settings values (?, ?)", dumped(self.settings))
            if "chance_seed" in given:
                self.chance = Random(self.settings.chance_seed)
        return self.settings

    def close(self) -> None:
        self.stopping.set()
        self.news.set()
        with self.lock:
            self.connection.close()
