"""Scans are written behind the answer: a queue in each web process, flushed every 200 ms in one transaction.

A scan page answers without waiting for the disk. SIGTERM flushes what waits (a granian worker runs no atexit,
but it does run multiprocessing's finalizers); a hard kill loses at most one interval. When the queue is full,
the scan is written inline.
"""

import logging
import queue
import threading
from collections import Counter
from datetime import datetime
from multiprocessing.util import Finalize
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.dialects import postgresql, sqlite

from selection_center.core.db import own_transaction
from selection_center.core.shop_time import today
from selection_center.samples.scans import Scan, ScanDay

log = logging.getLogger(__name__)

INTERVAL_SECONDS = 0.2
LONGEST_QUEUE = 2000

Row = dict[str, Any]


class ScanRecorder:
    """One process's waiting scans and the thread that writes them."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.waiting: queue.Queue[Row] = queue.Queue(LONGEST_QUEUE)
        self.stopping = threading.Event()
        self.writing = threading.Lock()
        self.thread: threading.Thread | None = None
        self.starting = threading.Lock()

    def add(self, row: Row) -> None:
        """Takes one scan; `row` has the columns of Scan."""
        try:
            self.waiting.put_nowait(row)
        except queue.Full:
            self.write([row])
            return
        if self.thread is None:
            self.start()

    def start(self) -> None:
        with self.starting:
            if self.thread is None:
                self.thread = threading.Thread(target=self.run, name="scan-recorder", daemon=True)
                self.thread.start()
                Finalize(self, self.stop, exitpriority=10)

    def run(self) -> None:
        while not self.stopping.wait(INTERVAL_SECONDS):
            self.flush()

    def stop(self) -> None:
        self.stopping.set()
        self.flush()

    def flush(self) -> None:
        """Writes all that waits; what cannot be written now waits for the next time."""
        with self.writing:
            rows: list[Row] = []
            while len(rows) < LONGEST_QUEUE:
                try:
                    rows.append(self.waiting.get_nowait())
                except queue.Empty:
                    break
            if not rows:
                return
            try:
                self.write(rows)
            except sa.exc.SQLAlchemyError:
                log.exception("%d scans wait for the next try", len(rows))
                for row in rows:
                    self.waiting.put(row)

    def write(self, rows: list[Row]) -> None:
        with self.app.app_context(), own_transaction() as connection:
            connection.execute(sa.insert(Scan), rows)
            count_days(connection, rows)


def count_days(connection: sa.Connection, rows: list[Row]) -> None:
    """Counts the scans up in their day's row per sample and stand."""
    counted: Counter[tuple[Any, ...]] = Counter()
    last: dict[tuple[Any, ...], datetime] = {}
    for row in rows:
        if row.get("by_staff"):
            continue
        key = (row["site_id"], row["sample_id"], row["stand_id"] or 0, today(row["at"]))
        counted[key] += 1
        last[key] = row["at"]
    if not counted:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert: Any = dialect.insert(ScanDay)
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["sample_id", "stand_id", "day"],
            set_={"scans": ScanDay.scans + insert.excluded.scans, "last_at": insert.excluded.last_at},
        ),
        [
            {
                "site_id": site,
                "sample_id": sample,
                "stand_id": stand,
                "day": day,
                "scans": n,
                "last_at": last[key],
            }
            for key, n in sorted(counted.items())
            for site, sample, stand, day in [key]
        ],
    )


def recorder() -> ScanRecorder:
    """This process's recorder."""
    found: ScanRecorder = current_app.extensions["scan_recorder"]
    return found


def init_app(app: Flask) -> None:
    app.extensions["scan_recorder"] = ScanRecorder(app)
