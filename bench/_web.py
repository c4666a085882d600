"""Web servers under load: granian as `bin/serve` runs it, and wrk on the same machine."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from selection_center.config import ROOT
from tests.servers import answers, free_port

CONNECTIONS = 16
PERSON = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) MicroMessenger/8.0.49"
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Load:
    """What one run of wrk saw. Latencies in ms."""

    per_second: float
    p50: float
    p99: float
    errors: int


@contextmanager
def served(target: str, environment: Mapping[str, str], workers: int = 2) -> Iterator[str]:
    """The address of a WSGI application (`module:name`) behind granian with that many workers."""
    port = free_port()
    log = tempfile.NamedTemporaryFile("w+b", prefix="bench-", suffix=".log")  # noqa: SIM115 - lives as long as the server
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", str(workers), "--blocking-threads", "8", "--workers-kill-timeout", "10"),
            *("--log-level", "error", target),
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=log,
        stderr=log,
    )
    try:
        until = time.monotonic() + 60
        while not answers(f"http://127.0.0.1:{port}/"):
            if process.poll() is not None or time.monotonic() > until:
                log.seek(0)
                raise RuntimeError(f"{target} does not start:\n{log.read().decode()}")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def load(url: str, seconds: int, *, headers: Mapping[str, str] | None = None, paths: Sequence[str] = ()) -> Load:
    """wrk with 16 connections; `paths` are asked for one after the other, else the path of `url` alone."""
    said = {"User-Agent": PERSON, "Accept": "text/html", "Accept-Language": "zh-CN", **(headers or {})}
    arguments = [word for name, value in said.items() for word in ("-H", f"{name}: {value}")]
    with tempfile.TemporaryDirectory() as folder:
        if paths:
            script = Path(folder) / "paths.lua"
            script.write_text(walk(paths))
            arguments += ["-s", str(script)]
        command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--latency", *arguments, url]
        said_by_wrk = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return read(said_by_wrk)


def walk(paths: Sequence[str]) -> str:
    """A script of wrk that asks for each path once, then begins again."""
    listed = ",".join(f'"{path}"' for path in paths)
    return (
        f"local paths = {{{listed}}}\nlocal at = 0\n"
        "request = function()\n  at = at % #paths + 1\n  return wrk.format('GET', paths[at])\nend\n"
    )


def read(text: str) -> Load:
    per_second = re.search(r"Requests/sec:\s+([\d.]+)", text)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    lost = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    if per_second is None:
        raise RuntimeError(f"wrk said nothing that can be read:\n{text}")
    errors = int(wrong[1]) if wrong else 0
    return Load(
        float(per_second[1]), percentile(text, "50%"), percentile(text, "99%"),
        errors + (sum(map(int, lost.groups())) if lost else 0),
    )  # fmt: skip


def percentile(text: str, name: str) -> float:
    found = re.search(rf"{name}\s+([\d.]+)(us|ms|s)", text)
    return float(found[1]) * UNITS[found[2]] if found else 0.0
