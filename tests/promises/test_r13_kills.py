"""R13: kill -9 of web and worker loses and doubles no order, here or at the marketplace, whose own log is the judge.

Three hundred orders are confirmed over real HTTP while the web server is killed, and handed on by workers that are
killed at twelve points or more; the marketplace drops one reply in five after creating the order.
That this can fail is shown beside it: without the look-up the same lost replies double orders.
"""

import os
import random
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from selection_center.accounts.models import SignIn
from selection_center.core.db import db
from selection_center.core.job_runs import OPEN, JobRun
from selection_center.core.permissions import Role
from selection_center.marketplace.pushes import Push, PushState
from selection_center.orders.models import Order, OrderState
from tests import databases
from tests import factories as make
from tests.processes import Process
from tests.promises.market import CREATE, Market, account_at, is_plain, order_of, stall
from tests.promises.town import Person
from tests.promises.wire import Wire
from tests.servers import LiveServer

ORDERS, BLIND_ORDERS = 300, 40
KILLS, WEB_KILLS = 12, 3
LOST = 0.2
DEAD_AFTER = "3"
CALLS_PER_MINUTE = 1500
LONGEST = 300
"""Seconds within which all of it is over, on a machine that is busy with other tests too."""
ACCOUNTS = 2
"""Of which each keeps a pace of its own."""
ROUNDS = 25


@dataclass
class Shop:
    """The product with its web server and workers, and the marketplace that it orders from."""

    server: LiveServer
    market: Market
    wire: Wire
    numbers: list[str]
    acknowledged: set[str] = field(default_factory=set)

    def work(self, *words: str) -> Process:
        return self.server.start("-m", "tests.promises.hasty_work", *words)

    def confirm_all(self) -> None:
        """Each until it is acknowledged, as a browser would that sends the same form again."""
        for number in self.numbers:
            operation, until = secrets.token_urlsafe(18), time.monotonic() + LONGEST
            while number not in self.acknowledged and time.monotonic() < until:
                try:
                    answer = self.wire.submit(f"/orders/{number}/confirmation", {}, operation)
                except OSError:
                    time.sleep(0.05)
                    continue
                if answer.status == 303:
                    self.acknowledged.add(number)

    def placed(self) -> int:
        with self.server.app.app_context():
            return db.session.scalar(sa.select(sa.func.count(Push.id)).filter_by(state=PushState.PLACED)) or 0

    def open_runs(self) -> int:
        with self.server.app.app_context():
            return db.session.scalar(sa.select(sa.func.count(JobRun.id)).where(JobRun.state.in_(OPEN))) or 0

    def look_at_what_is_open(self) -> None:
        """As staff do: the page offers a look for what nobody works at any more."""
        unsettled = (PushState.WAITING, PushState.SENDING, PushState.UNKNOWN)
        with self.server.app.app_context():
            left = db.session.scalars(sa.select(Push.reference).where(Push.state.in_(unsettled))).all()
        for number in left:
            assert self.wire.submit(f"/orders/{number}/push/look-ups", {}).status == 303


@contextmanager
def shop(migrated: databases.Databases, folder: Path, orders: int) -> Iterator[Shop]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("FETCH_LOOPBACK", "yes")
        patched.setenv("JOB_DEAD_AFTER", DEAD_AFTER)
        server = LiveServer(migrated.create(), folder, workers=1)
    with server, server.app.app_context():
        market = Market.beside(server, folder)
        market.post("settings", split="never", success_text="never")
        accounts, site = [account_at(market, CALLS_PER_MINUTE) for _ in range(ACCOUNTS)], make.site()
        offers = market.offers(is_plain)[: 2 * ACCOUNTS]
        stalls = [stall(market, accounts[place % ACCOUNTS], site, offer) for place, offer in enumerate(offers)]
        numbers = [f"YW-{1000 + number}-13" for number in range(orders)]
        for place, number in enumerate(numbers):
            order_of(stalls[place % len(stalls)], number, state=OrderState.SUBMITTED)
        bo = make.user("Bo", Role.FLOOR_STAFF, site)
        person = Person("Bo", secrets.token_hex(12), bo, SignIn.start(bo, "tests"))
        db.session.commit()
        yield Shop(server, market, Wire(server, person), numbers)
        db.session.remove()


def kill(process: Process) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Killed:
    """Kills the web server at random moments, and starts it again."""

    def __init__(self, shop: Shop, chance: random.Random) -> None:
        self.shop, self.chance, self.times = shop, chance, 0

    def run(self) -> None:
        while self.times < WEB_KILLS and len(self.shop.acknowledged) < len(self.shop.numbers):
            time.sleep(self.chance.uniform(0.3, 1.5))
            if len(self.shop.acknowledged) < len(self.shop.numbers):
                self.times += 1
                self.shop.server.kill_web()


def kill_workers(shop: Shop, chance: random.Random) -> list[int]:
    """Kills one of two workers at twelve moments of their work; how much was placed at each."""
    points: list[int] = []
    workers, until = [shop.work(), shop.work()], time.monotonic() + LONGEST
    while len(points) < KILLS and time.monotonic() < until:
        before = shop.placed()
        while shop.placed() == before < len(shop.numbers) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(chance.uniform(0.0, 1.0))
        if shop.placed() == len(shop.numbers):
            break
        points.append(shop.placed())
        kill(workers.pop(chance.randrange(2)))
        workers.append(shop.work())
    return points


@pytest.mark.seeds(ROUNDS)
def test_r13_kills_lose_and_double_no_order(migrated: databases.Databases, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with shop(migrated, tmp_path, ORDERS) as here:
        here.market.fault("lost", CREATE, times=None, probability=LOST)
        web = Killed(here, chance)
        threads = [threading.Thread(target=here.confirm_all), threading.Thread(target=web.run)]
        for thread in threads:
            thread.start()
        points = kill_workers(here, chance)
        for thread in threads:
            thread.join(LONGEST)
        finish(here)
        assert len(points) >= KILLS, points
        assert web.times == WEB_KILLS
        assert here.acknowledged == set(here.numbers)
        nothing_is_lost(here)
        here.market.well()
        verdict = here.market.verdict()
        assert verdict["doubled"] == []
        assert (verdict["references"], verdict["creations"], verdict["orders"]) == (ORDERS, ORDERS, ORDERS)
        is_whole(here)


def finish(here: Shop) -> None:
    until = time.monotonic() + LONGEST
    while here.placed() < len(here.numbers) and time.monotonic() < until:
        if not here.open_runs():
            here.look_at_what_is_open()
        time.sleep(0.5)


def nothing_is_lost(here: Shop) -> None:
    """Every acknowledged order is here with its job, and stands there under the number that we keep."""
    db.session.rollback()
    db.session.expire_all()
    states = Counter(db.session.scalars(sa.select(Order.state)))
    assert states == {OrderState.CONFIRMED: ORDERS}
    keys = set(db.session.scalars(sa.select(JobRun.key).where(JobRun.key.endswith(" 1"))))
    assert {f"push-{number} 1" for number in here.numbers} <= keys
    pushes = db.session.scalars(sa.select(Push)).all()
    assert Counter(push.state for push in pushes) == {PushState.PLACED: ORDERS}
    assert {push.problem for push in pushes} == {""}
    ours = {push.reference: [row.remote_id for row in push.placed] for push in pushes}
    theirs = here.market.get("log/counts")["references"]
    assert ours == {reference: found["order_ids"] for reference, found in theirs.items() if found["creations"]}


def is_whole(here: Shop) -> None:
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(sa.text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        assert db.session.execute(sa.text("PRAGMA foreign_key_check")).all() == []
    db.session.rollback()


def test_r13_without_the_look_up_lost_replies_double_orders(migrated: databases.Databases, tmp_path: Path) -> None:
    """The guard taken away: what was sent is taken for not sent."""
    with shop(migrated, tmp_path, BLIND_ORDERS) as here:
        here.market.fault("lost", CREATE, times=None, probability=LOST)
        here.confirm_all()
        here.work("--blind")
        finish(here)
        verdict = here.market.verdict()
        assert verdict["references"] == BLIND_ORDERS
        assert verdict["doubled"]
        assert verdict["creations"] > BLIND_ORDERS
