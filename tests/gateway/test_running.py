"""`python -m gateway` as a process: it remembers through a kill, and stops when asked."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.gateway.calling import Caller, line

ROOT = Path(__file__).parents[2]


@contextmanager
def running(file: Path, *words: str, **env: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "gateway", "--state", str(file), *words]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found is not None
        yield process, found[0]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_remembers_through_a_kill(tmp_path: Path) -> None:
    file, made = tmp_path / "gateway.sqlite", []
    for number in range(2):
        with running(file) as (process, url):
            caller = Caller(url)
            offer = next(one for one in caller.offers() if one["quote_type"] == 1 and one["skus"][0]["price"])
            quantity = max(offer["minimum"], offer["lot"])
            made.append(caller.create(line(offer, quantity), outOrderId=f"SO-{number}")["result"]["orderId"])
            listed = [order["order_id"] for order in caller.look("orders")["orders"]]
            assert listed == made[::-1]
            process.send_signal(signal.SIGKILL)
            process.wait()


def test_it_stops_when_asked_even_while_a_call_hangs(tmp_path: Path) -> None:
    with running(tmp_path / "gateway.sqlite") as (process, url):
        caller = Caller(url)
        caller.fault("hang", "*", seconds=60)
        path, fields = caller.fields("system", "currentTime", {}, None)
        with pytest.raises(Exception, match="timed out"):
            caller.http.post(path, data=fields, timeout=0.3)
        began = time.monotonic()
        process.terminate()
        assert process.wait(10) == 0
        assert time.monotonic() - began < 8


def test_key_and_secret_come_from_the_environment(tmp_path: Path) -> None:
    with running(tmp_path / "gateway.sqlite", GATEWAY_KEY="42", GATEWAY_SECRET="s") as (_, url):
        caller = Caller(url, key="42", secret="s")
        assert caller.ask("system", "currentTime", token=None).status_code == 200
