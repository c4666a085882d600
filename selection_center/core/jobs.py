"""The door to background jobs. No area has one yet, so nothing is queued: the engine comes with the first batch."""

import signal
import threading

from flask import Flask


def workers_alive() -> int:
    return 0


def queue_counts() -> dict[str, int]:
    return {}


def run_worker(app: Flask) -> None:
    """Holds the worker's place beside the web server until SIGTERM or Ctrl-C; it has nothing to run so far."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stopped.set())
    app.logger.info("worker: no jobs are known yet")
    stopped.wait()
