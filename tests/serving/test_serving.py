"""bin/serve as an operator meets it: it comes up, mends itself, goes down whole, and says in one line what is wrong."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from selection_center.config import ROOT
from tests.databases import SECRET, Databases
from tests.processes import Process, Processes
from tests.servers import free_port

START_SECONDS = 90
SECOND_START_SECONDS = 30
"""What a busy machine may take; a quiet one needs some five."""
SETTINGS = (
    *("HOST", "PORT", "DATA_DIR", "DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "PUBLIC_HOSTS"),
    *("TLS_CERT", "TLS_KEY", "TRUSTED_PROXIES", "DEMO", "JOB_DEAD_AFTER"),
)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Only these settings, whatever the test run itself was started with."""
    inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return inherited | {"DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT)} | settings


class Served(Processes):
    """bin/serve's own process and what it starts."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.port = free_port()
        settings = {"PORT": str(self.port), "DATABASE_URL": database_url, "SECRET_KEY": SECRET}
        super().__init__(environment(folder, **settings), folder / "serve.log")

    def serve(self, *words: str) -> Process:
        """Starts it, and waits for its last line."""
        before = self.said().count("Sign-in ")
        process = self.start_anew("-m", "serving", "--no-demo", *words)
        until(lambda: self.said().count("Sign-in ") > before or process.poll() is not None, START_SECONDS)
        assert process.poll() is None, self.said()
        return process

    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def health(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def is_healthy(self) -> bool:
        try:
            return bool(self.health()["ok"])
        except OSError:
            return False


@pytest.fixture
def served(migrated: Databases, tmp_path: Path) -> Iterator[Served]:
    with Served(migrated.create(), tmp_path) as found:
        yield found


def until(what: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    """Processes that this one started, oldest first."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def family(pid: int) -> list[int]:
    """All who descend from it."""
    return [one for child in children(pid) for one in (child, *family(child))]


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_it_comes_up_mends_itself_and_goes_down_whole(served: Served) -> None:
    process = served.serve()
    health = served.health()
    assert health["ok"]
    assert health["workers"] == 1
    assert health["queue"] == {"waiting": 0, "running": 0, "failed": 0}
    assert f"Address   http://127.0.0.1:{served.port}" in served.said()

    worker, web = children(process.pid)
    os.kill(worker, signal.SIGKILL)
    until(lambda: "The job worker is started again." in served.said())
    until(lambda: len(children(process.pid)) == 2 and worker not in children(process.pid))
    assert served.is_healthy()

    os.kill(web, signal.SIGKILL)
    until(lambda: "The web server is started again." in served.said())
    until(served.is_healthy, START_SECONDS)

    everyone = family(process.pid)
    process.terminate()
    assert process.wait(40) == 0
    assert not [pid for pid in everyone if lives(pid)]
    assert port_is_free(served.port)


def test_the_marketplaces_stand_in_is_started_watched_and_stopped(served: Served, tmp_path: Path) -> None:
    process = served.serve("--with-gateway")
    found = re.search(r"^Gateway   (http://127\.0\.0\.1:\d+) ", served.said(), re.M)
    assert found is not None, served.said()
    url = found[1]

    def orders() -> Any:
        with urllib.request.urlopen(f"{url}/control/verdict", timeout=10) as answer:
            return json.load(answer)["orders"]

    assert orders() == 0
    stand_in, worker, _web = children(process.pid)
    told = dict(pair.split("=", 1) for pair in Path(f"/proc/{worker}/environ").read_text().split("\0") if "=" in pair)
    keys = json.loads((tmp_path / "data" / "gateway" / "keys.json").read_text())
    assert (told["GATEWAY_URL"], told["GATEWAY_KEY"], told["GATEWAY_SECRET"]) == (url, keys["app_key"], keys["secret"])
    assert keys["secret"] not in Path(f"/proc/{stand_in}/cmdline").read_text()
    assert keys["secret"] not in served.said()

    os.kill(stand_in, signal.SIGKILL)
    until(lambda: "The marketplace's stand-in is started again." in served.said())
    until(lambda: not port_is_free(int(url.rpartition(":")[2])))
    assert orders() == 0
    everyone = family(process.pid)
    process.terminate()
    assert process.wait(40) == 0
    assert not [pid for pid in everyone if lives(pid)]

    served.serve("--with-gateway")
    assert served.said().count(f"Gateway   {url} ") == 2  # at the same place, with the same keys
    assert json.loads((tmp_path / "data" / "gateway" / "keys.json").read_text()) == keys


def test_a_second_start_takes_seconds(served: Served) -> None:
    process = served.serve()
    process.terminate()
    assert process.wait(40) == 0
    began = time.monotonic()
    served.serve()
    assert time.monotonic() - began < SECOND_START_SECONDS
    assert served.health()["workers"] == 1


@pytest.mark.once
@pytest.mark.skipif(not shutil.which("setpriv"), reason="the kernel's help is asked for by setpriv")
def test_when_it_is_killed_nothing_of_it_stays(served: Served) -> None:
    process = served.serve()
    everyone = family(process.pid)
    assert len(everyone) >= 3
    process.kill()
    process.wait()
    until(lambda: not [pid for pid in everyone if lives(pid)], 40)
    assert port_is_free(served.port)


def one_line(folder: Path, *command: str, **settings: str) -> str:
    """What it says when it cannot start: one line, exit status 1."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment(folder, **settings), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.once
@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"PORT": "eighty"}, "a whole number from 1 to 65535"),
        ({"PORT": "70000"}, "a whole number from 1 to 65535"),
        ({"HOST": "not an address"}, "give an address of this machine"),
        ({"HOST": "192.0.2.1"}, "no address of this machine"),
        ({"DATABASE_URL": "mysql://x/y"}, "sqlite:////full/path/file.sqlite"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite"}, "check DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/none"}, "check DATABASE_URL"),
        ({"SECRET_KEY": "short"}, "give 32 random ones"),
        ({"PUBLIC_URL": "yp.example.com"}, "scheme and host"),
        ({"TRUSTED_PROXIES": "many"}, "a whole number from 0 to 9"),
        ({"TLS_CERT": "/nowhere.pem"}, "go together"),
        ({"DEMO": "perhaps"}, "say yes or no"),
        ({"JOB_DEAD_AFTER": "1"}, "a whole number from 3 to 600"),
        ({"DATA_DIR": "/proc/nowhere"}, "set DATA_DIR"),
    ],
)
def test_a_bad_value_gives_one_line_that_says_what_to_do(settings: dict[str, str], advice: str, tmp_path: Path) -> None:
    said = one_line(tmp_path, sys.executable, "-m", "serving", **({"PORT": str(free_port())} | settings))
    assert said.startswith("bin/serve: ")
    assert advice in said
    assert "secret@" not in said


@pytest.mark.once
def test_a_taken_port_is_said_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = one_line(tmp_path, sys.executable, "-m", "serving", PORT=str(port))
    assert said == f"bin/serve: port {port} is taken: stop what listens there, or set PORT."


@pytest.mark.once
def test_a_worker_without_a_database_says_what_comes_first(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert "start bin/serve on it first" in one_line(tmp_path, sys.executable, "-m", "serving.work")
    assert "bin/work: PORT is 'x'" in one_line(tmp_path, sys.executable, "-m", "serving.work", PORT="x")


@pytest.mark.once
def test_words_that_are_not_known(tmp_path: Path) -> None:
    assert one_line(tmp_path, "bin/serve", "--nodemo") == "bin/serve: --nodemo is not known here: see bin/serve --help."
    both = "bin/serve: choose one of --demo and --no-demo."
    assert one_line(tmp_path, "bin/serve", "--demo", "--no-demo") == both
    assert one_line(tmp_path, "bin/serve", "--no-demo", "--lan", "--demo") == both
    assert one_line(tmp_path, "bin/work", "now").startswith("bin/work: takes no words")


@pytest.mark.once
def test_help_names_every_setting(tmp_path: Path) -> None:
    said = subprocess.run(
        ["bin/serve", "--help"], cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, check=True
    ).stdout
    for name in {*SETTINGS, "--lan", "--demo", "--no-demo", "--with-gateway"} - {"DEMO"}:
        assert re.search(rf"(^|[\s,]){name}\b", said), name
