"""Fetching an account's offers from a marketplace. Listings per second from the local stand-in over real HTTP, beside
reading and parsing the same pages without writing; a first run, where all is new, and a second, where nothing changed.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from bench._tables import ratio, show
from bench.till import postgresql, sqlite
from gateway.seeds.people import BUYERS
from gateway.server import DEFAULT_APP
from selection_center import create_app
from selection_center.core import jobs
from selection_center.core.db import db, writing
from selection_center.marketplace import syncing
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.lines import line_to
from selection_center.marketplace.syncs import Sync
from tests import databases
from tests import factories as make

OFFERS, QUICK_OFFERS = 100_000, 2_000
AIM = 0.5


def main(quick: bool) -> None:
    table = []
    with (
        tempfile.TemporaryDirectory(prefix="bench-sync-") as name,
        stand_in(Path(name), QUICK_OFFERS if quick else OFFERS) as url,
    ):
        for label, kind in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
            with kind() as (database, folder):
                table += measured(label, database, folder, url)
    header = ["database", "what", "listings", "a second", "of reading alone"]
    show("offers of a marketplace account", header, table)
    print(f"This process held {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most.")


@contextmanager
def stand_in(folder: Path, offers: int) -> Iterator[str]:
    """A gateway in a process of its own, with so many offers."""
    command = [sys.executable, "-m", "gateway", "--state", str(folder / "gateway.sqlite"), "--seed", str(offers)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(20)


def measured(label: str, database: str, folder: Path, url: str) -> list[list[str]]:
    app = create_app(replace(databases.settings(database, folder), fetch_loopback=True))
    with app.app_context(), writing():
        account_id = connected(url)
        read, seen = timed(lambda: reading(account_id))
        first, _all = timed(lambda: syncing_all(account_id))
        again, _same = timed(lambda: syncing_all(account_id))
        db.session.remove()
        db.engine.dispose()
    rows = [("reading alone", read), ("first run, all new", first), ("second run, nothing changed", again)]
    return [[label, what, str(seen), f"{seen / took:.0f}", ratio(seen / took, seen / read)] for what, took in rows] + [
        [label, "aim", "", f"{seen / read * AIM:.0f}", f"{AIM:.2f}x"]
    ]


def connected(url: str) -> int:
    """An account there, with a token that its owner gave; as fast as it can."""
    token = httpx.post(f"{url}/control/tokens", json={"member_id": BUYERS[0].member_id}).json()
    given = {"app_key": DEFAULT_APP.app_key, "address": url}
    account = Account(connector="1688", name="bench", given=given, calls_per_minute=6000)
    names = ("access_token", "refresh_token")
    account.write_secrets({"app_secret": DEFAULT_APP.secret, **{name: token[name] for name in names}})
    make.add(account)
    db.session.commit()
    return account.id


def timed(deed: Callable[[], int]) -> tuple[float, int]:
    begun = time.perf_counter()
    count = deed()
    return time.perf_counter() - begun, count


def reading(account_id: int) -> int:
    """The rival: the same pages through the same line, parsed and let go."""
    calls = line_to(db.session.get_one(Account, account_id))
    db.session.commit()
    with calls as line:
        return sum(len(page.offers) + len(page.refused) for pages in syncing.batches(line, None) for page in pages)


def syncing_all(account_id: int) -> int:
    """The product's own job, in this process."""
    sync = Sync.begin(db.session.get_one(Account, account_id))
    key = f"sync {sync.id} bench"
    jobs.enqueue("sync-account", key=key, sync_id=sync.id)
    sync_id = sync.id
    db.session.commit()
    jobs.perform(key)
    db.session.expire_all()
    done = db.session.get_one(Sync, sync_id)
    if done.ended_at is None:
        raise RuntimeError("the sync did not come to its end")
    seen = done.seen_count
    db.session.commit()
    return seen


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
