"""Scans are written behind the answer: a queue in each web process, flushed every 200 ms in one transaction.

A scan page answers without waiting for the disk. SIGTERM flushes what waits (a granian worker runs no atexit,
but it does run multiprocessing's finalizers); a hard kill loses at most one interval. When a hall scans faster than
that, the queue is written as soon as it is long; when it is full, a page waits for room rather than for a
transaction of its own, which would only keep the others from theirs.
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

from selection_center.core.db import own_transaction, upsert
from selection_center.core.shop_time import today
from selection_center.samples.scans import Scan, ScanDay

log = logging.getLogger(__name__)

INTERVAL_SECONDS = 0.2
LONG_QUEUE = 1000
"""So many are written at once rather than after the interval."""
LONGEST_QUEUE = 5000

Row = dict[str, Any]


class ScanRecorder:
    """One process's waiting scans and the thread that writes them."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.waiting: queue.Queue[Row] = queue.Queue(LONGEST_QUEUE)
        self.held: list[Row] = []
        """What could not be written. Not back in the queue: if it filled up meanwhile, nobody would make room."""
        self.due = threading.Event()
        self.stopping = threading.Event()
        self.writing = threading.Lock()
        self.thread: threading.Thread | None = None
        self.starting = threading.Lock()

    def add(self, row: Row) -> None:
        """Takes one scan; `row` has the columns of Scan."""
        try:
            self.waiting.put(row, timeout=INTERVAL_SECONDS)
        except queue.Full:
            self.write([row])
            return
        if self.thread is None:
            self.start()
        if self.waiting.qsize() >= LONG_QUEUE and not self.held:
            self.due.set()

    def start(self) -> None:
        with self.starting:
            if self.thread is None:
                self.thread = threading.Thread(target=self.run, name="scan-recorder", daemon=True)
                self.thread.start()
                Finalize(self, self.stop, exitpriority=10)

    def run(self) -> None:
        while not self.stopping.is_set():
            self.due.wait(INTERVAL_SECONDS)
            self.due.clear()
            self.flush()

    def stop(self) -> None:
        self.stopping.set()
        self.flush()

    def flush(self) -> None:
        """Writes all that waits; what cannot be written now waits for the next time."""
        with self.writing:
            rows, self.held = self.held, []
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
                self.held = rows

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
    insert = upsert(ScanDay)
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
