"""Recording scans behind the answer (P6). Beside an insert inside the request, and what a stop and a kill lose."""

import http.client
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench._showroom import Showroom, showroom
from bench._tables import ratio, show
from bench._web import PERSON
from selection_center import create_app
from selection_center.config import Settings
from selection_center.core.db import db, own_transaction, utcnow
from selection_center.samples.models import Sample
from selection_center.samples.recorder import ScanRecorder, count_days
from selection_center.samples.scans import Scan
from selection_center.samples.tags import Tag
from tests.servers import LiveServer

SCANS, ROUNDS = 20_000, 3
QUICK = (3_000, 1)
SAMPLES = 400
INLINE = "inline insert"
PACE_SECONDS = 0.004
ENDS = {"stopped (SIGTERM)": signal.SIGTERM, "killed (SIGKILL)": signal.SIGKILL}


def main(quick: bool) -> None:
    scans, rounds = QUICK if quick else (SCANS, ROUNDS)
    with showroom(SAMPLES) as room:
        # Losses first: each counts in a copy of a room where nobody scanned yet.
        report_losses({name: [loss(room, how) for _round in range(rounds)] for name, how in ENDS.items()})
        report_costs(costs_of(room, scans, rounds), scans)


# --- what one scan costs ------------------------------------------------------------------------------------------


def costs_of(room: Showroom, scans: int, rounds: int) -> dict[str, list[float]]:
    app = create_app(Settings.from_environment({**os.environ, **room.environment}))
    with app.app_context():
        rows = rows_of(scans)
        db.session.rollback()
        ways: dict[str, Callable[[list[dict[str, Any]]], None]] = {
            INLINE: inline,
            "queue with a 200 ms flusher": partial(queued, app),
        }
        found: dict[str, list[float]] = {}
        for _round in range(rounds):
            for name, way in ways.items():
                found.setdefault(name, []).append(cost(way, rows))
        db.engine.dispose()
    return found


def rows_of(count: int) -> list[dict[str, Any]]:
    pieces = list(db.session.execute(sa.select(Sample.id, Sample.site_id, Sample.listing_id)))
    return [
        {
            "at": utcnow(), "site_id": site, "sample_id": sample, "stand_id": 1, "listing_id": listing,
            "supplier_id": 1, "language": "zh", "device": f"device-{number % 97}", "agent": "wechat", "by_staff": False,
        }
        for number in range(count)
        for sample, site, listing in [pieces[number % len(pieces)]]
    ]  # fmt: skip


def cost(way: Callable[[list[dict[str, Any]]], None], rows: list[dict[str, Any]]) -> float:
    """Microseconds of CPU for one scan, all threads of the process counted."""
    before = time.process_time()
    way(rows)
    return (time.process_time() - before) / len(rows) * 1e6


def inline(rows: list[dict[str, Any]]) -> None:
    """Each scan in a transaction of its own, with its day's count, before the page is answered."""
    for row in rows:
        with own_transaction() as connection:
            connection.execute(sa.insert(Scan), [row])
            count_days(connection, [row])


def queued(app: Flask, rows: list[dict[str, Any]]) -> None:
    """As the scan page does it, at the pace of a busy hall: 2,000 scans a second and process."""
    recorder = ScanRecorder(app)
    for number, row in enumerate(rows):
        recorder.add(row)
        if number % 100 == 99:
            time.sleep(0.05)
    recorder.stop()


def report_costs(costs: dict[str, list[float]], scans: int) -> None:
    plain = median(costs[INLINE])
    rows = [
        [name, f"{median(found):.0f}", ratio(median(found), plain) if name != INLINE else "", aim]
        for (name, found), aim in zip(costs.items(), ("", "0.35x"), strict=True)
    ]
    show(f"CPU of recording one scan, in µs ({scans:,} scans)", ["way", "µs", "of its rival", "aim"], rows)


# --- what a stop loses ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Loss:
    """Scans answered before the server ended, those of them not recorded, and the oldest one's age then, in ms."""

    answered: int
    lost: int
    oldest_ms: float


def loss(room: Showroom, how: signal.Signals) -> Loss:
    """Scans every sample once at a steady pace, ends the server in the middle of it, and looks what is there."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        file = Path(name) / "copy.sqlite"
        shutil.copyfile(room.database_url.removeprefix("sqlite:///"), file)
        with LiveServer(f"sqlite:///{file}", Path(name)) as server:
            answered = scan(server, room.codes)
            ended = time.monotonic()
            os.killpg(server.processes[0].pid, how)
            server.processes[0].wait(30)
            with server.app.app_context():
                kept = set(db.session.scalars(sa.select(Tag.code).join(Scan, Scan.sample_id == Tag.sample_id)))
                db.session.rollback()
    missing = [at for code, at in answered.items() if code not in kept]
    return Loss(len(answered), len(missing), max((ended - at for at in missing), default=0.0) * 1000)


def scan(server: LiveServer, codes: list[str]) -> dict[str, float]:
    """By code, when its page was answered."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    headers = {"User-Agent": PERSON, "Accept": "text/html"}
    answered = {}
    for code in codes:
        connection.request("GET", f"/s/{code}", headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        answered[code] = time.monotonic()
        time.sleep(PACE_SECONDS)
    return answered


def report_losses(losses: dict[str, list[Loss]]) -> None:
    rows = [
        [
            name,
            str(sum(found.answered for found in runs)),
            str(sum(found.lost for found in runs)),
            f"{max(found.oldest_ms for found in runs):.0f}",
            aim,
        ]
        for (name, runs), aim in zip(losses.items(), ("0 lost", "200 ms and one write"), strict=True)
    ]
    show("Scans that a stop loses", ["end", "answered", "lost", "oldest lost, ms", "aim"], rows)


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
