"""`flask import-offers`: counts in the last line, refused rows above it, long files in constant memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.imports import OfferImport
from selection_center.catalog.models import Listing
from selection_center.core.db import db
from tests.catalog.tables import HEADER, csv_of, row
from tests.databases import SECRET, Databases, SqliteDatabases

REAL = Path(__file__).parents[3] / "shared" / "data" / "offers-real.csv"
MOST_MEMORY_KB = 260_000
FULL, LONG, SHORT = 100_000, 30_000, 5_000


def run(app: Flask, *arguments: str) -> tuple[int, list[str]]:
    result = app.test_cli_runner().invoke(args=["import-offers", *arguments], env={"LANG": "C.UTF-8"})
    return result.exit_code, result.output.splitlines()


def test_counts_stand_in_the_last_line_and_refused_rows_above(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "offers.csv"
    file.write_bytes(csv_of([row(1), row(2), row(3, price="abc")]))
    status, lines = run(app, str(file), "--supplier", "诸暨袜业有限公司")
    assert status == 0
    assert lines == [
        "row 4: 价格: abc is not a price. Write a sum such as 12.50.",
        "new 2, changed 0, unchanged 0, refused 1",
    ]
    file.write_bytes(csv_of([row(1), row(2, price="11.50")]))
    assert run(app, str(file))[1] == ["new 0, changed 1, unchanged 1, refused 0"]
    found = db.session.scalars(sa.select(Listing).order_by(Listing.id)).first()
    assert found is not None
    assert found.supplier is not None
    assert found.supplier.name == "诸暨袜业有限公司"


@pytest.mark.skipif(not REAL.exists(), reason="offers-real.csv is not beside the repository")
def test_a_real_export_by_command(app: Flask) -> None:
    status, lines = run(app, str(REAL))
    assert (status, lines[-1]) == (0, "new 390, changed 0, unchanged 0, refused 0")
    assert run(app, str(REAL))[1][-1] == "new 0, changed 0, unchanged 390, refused 0"


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x00\x01\x02" * 99, csv_of([], ("a", "b"))])
def test_an_unreadable_file_is_one_line_and_status_1(app: Flask, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "offers.csv"
    file.write_bytes(content)
    status, lines = run(app, str(file))
    assert (status, len(lines)) == (1, 1), lines
    assert str(file) in lines[0]
    status, lines = run(app, str(tmp_path / "nowhere.csv"))
    assert (status, len(lines)) == (1, 1)


def test_a_long_file_takes_no_more_memory_than_a_short_one(
    migrated: Databases, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    many = FULL if pytestconfig.getoption("--full") else LONG
    if not isinstance(migrated, SqliteDatabases):
        pytest.skip("the memory is this process's own on either database")
    short, long = (memory_kb(migrated, tmp_path, count) for count in (SHORT, many))
    assert long < MOST_MEMORY_KB
    assert long < short + 20_000, f"{short} KB for {SHORT} rows, {long} KB for {many}"


def memory_kb(migrated: Databases, tmp_path: Path, count: int) -> int:
    """The most memory that a command of its own held while it imported so many rows, as the kernel counts it.

    Not by getrusage: that counts in what the process was before it became this command, which is this test run.
    """
    file = tmp_path / f"{count}.csv"
    with file.open("wb") as out:
        out.write(csv_of([], HEADER))
        for start in range(0, count, 1000):
            rows = csv_of([row(number) for number in range(start, start + 1000)])
            out.write(rows.decode("utf-8-sig").split("\r\n", 1)[1].encode())
    environment = os.environ | {
        **{"DATABASE_URL": migrated.create(), "DATA_DIR": str(tmp_path), "SECRET_KEY": SECRET, "LANG": "C.UTF-8"},
        "PUBLIC_URL": "https://yp.example.com",
    }
    script = (
        "from pathlib import Path; from selection_center import create_app;"
        f"result = create_app().test_cli_runner().invoke(args=['import-offers', {str(file)!r}]);"
        "import traceback; result.exc_info and result.exit_code and traceback.print_exception(*result.exc_info);"
        "print(result.output.splitlines()[-1]);"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    counts, memory = done.stdout.splitlines()[-2:]
    assert counts == f"new {count}, changed 0, unchanged 0, refused 0"
    return int(memory)


def test_an_import_by_command_stands_among_the_others(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "offers.csv"
    file.write_bytes(csv_of([row(1)]))
    run(app, str(file), "--source", "Feed")
    found = db.session.scalars(sa.select(OfferImport)).one()
    assert (found.filename, found.user_id, found.new_count, found.source) == ("offers.csv", None, 1, "feed")
