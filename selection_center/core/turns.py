"""Writers of one SQLite file take turns: those of a process in line, the processes at random.

SQLite itself lets a waiting writer sleep for up to 100 ms and then ask again, whoever else came meanwhile: under load
some of them wait for seconds. Here one thread of each process asks, every few milliseconds; the others stand in line.
"""

import random
import threading
import time
from typing import Any

import pysqlite3
import sqlalchemy as sa
from sqlalchemy import event

ASK_EVERY_SECONDS = 0.002
MARK = "has_turn"


class Turns:
    """Whose turn it is to write in this process: from BEGIN to the end of the transaction, however it ends."""

    def __init__(self, engine: sa.Engine, patience: float) -> None:
        self.line = threading.Lock()
        self.patience = patience
        event.listen(engine, "commit", lambda connection: self.end(connection.info))
        event.listen(engine, "rollback", lambda connection: self.end(connection.info))
        event.listen(engine, "checkin", lambda _connection, record: self.end(record.info))

    def begin(self, connection: sa.Connection) -> None:
        """BEGIN IMMEDIATE as soon as this connection may write. Raises OperationalError when patience is at its end."""
        until = time.monotonic() + self.patience
        connection.info[MARK] = self.line.acquire(timeout=self.patience)
        file: Any = connection.connection.dbapi_connection
        file.execute("PRAGMA busy_timeout=0")
        try:
            while time.monotonic() < until:
                if begun(file):
                    return
                time.sleep(random.uniform(0, 2 * ASK_EVERY_SECONDS))  # noqa: S311 - nothing to guess
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            file.execute(f"PRAGMA busy_timeout={int(self.patience * 1000)}")

    def end(self, info: dict[Any, Any]) -> None:
        if info.pop(MARK, False):
            self.line.release()


def begun(file: Any) -> bool:
    try:
        file.execute("BEGIN IMMEDIATE")
    except pysqlite3.dbapi2.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return True
