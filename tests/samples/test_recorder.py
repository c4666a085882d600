"""Scans behind the answer: when they are written, and what happens to those that cannot be."""

import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.samples import recorder
from selection_center.samples.recorder import Row, ScanRecorder


class Noted(ScanRecorder):
    """Notes what it would write; can be out of order, or slow."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.written: list[list[Row]] = []
        self.is_broken = False

    def write(self, rows: list[Row]) -> None:
        if self.is_broken:
            raise sa.exc.OperationalError("INSERT", {}, Exception("disk full"))
        self.written.append(rows)


def scans(count: int) -> list[dict[str, Any]]:
    return [{"sample_id": number} for number in range(count)]


def test_a_long_queue_is_written_before_its_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "INTERVAL_SECONDS", 60)
    monkeypatch.setattr(recorder, "LONG_QUEUE", 3)
    noted = Noted(app)
    for scan in scans(3):
        noted.add(scan)
    until = time.monotonic() + 10
    while not noted.written and time.monotonic() < until:
        time.sleep(0.01)
    assert noted.written == [scans(3)]
    noted.stopping.set()
    noted.due.set()


def test_a_full_queue_waits_for_room_rather_than_for_a_transaction(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "LONGEST_QUEUE", 2)
    monkeypatch.setattr(recorder, "INTERVAL_SECONDS", 10)
    noted = Noted(app)
    noted.thread = threading.current_thread()  # nobody else writes
    for scan in scans(2):
        noted.add(scan)
    third = threading.Thread(target=noted.add, args=[{"sample_id": 2}])
    third.start()
    noted.flush()
    third.join(10)
    noted.flush()
    assert noted.written in ([scans(2), [{"sample_id": 2}]], [scans(3)])


def test_what_cannot_be_written_waits_for_the_next_time_in_order(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "LONGEST_QUEUE", 4)
    noted = Noted(app)
    noted.thread = threading.current_thread()
    noted.is_broken = True
    for scan in scans(4)[:2]:
        noted.add(scan)
    noted.flush()
    for scan in scans(4)[2:]:
        noted.add(scan)
    noted.flush()
    assert noted.written == []
    noted.is_broken = False
    noted.flush()
    assert noted.written == [scans(4)]
