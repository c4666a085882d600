"""The till's speed, sixteen tills at once. Sales per second and their p99 beside a bare insert of the same rows: two
processes with eight threads each sell three styles at a time for cash, one transaction a sale, on both databases.
"""

import math
import multiprocessing
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench._tables import ratio, show
from selection_center import create_app
from selection_center.accounts.models import User
from selection_center.core.audit import AuditEntry
from selection_center.core.codes import new_code
from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from selection_center.sites.models import SiteKind
from selection_center.stock.goods_in import GoodsIn
from selection_center.stock.models import StockItem, StockMove
from selection_center.till.models import PayMethod, Sale, SaleLine, SalePayment, Shift, Till
from selection_center.till.money_in import Paid
from selection_center.till.whole_sale import WholeLine, WholeSale, sell_whole
from tests import databases
from tests import factories as make

PROCESSES, THREADS = 2, 8
SECONDS, QUICK_SECONDS = 15, 4
STYLES, LINES = 40, 3
PRICE_FEN, PIECES = 1_280, 90_000
AIM = 1 / 3
PATIENCE = 180
"""Seconds for processes to begin and to end on a busy machine."""
WAYS = ("bare insert", "sale")
Deed = Callable[[], None]


@dataclass(frozen=True)
class Store:
    """`tills` are sixteen with an open shift each; `skus` have more pieces than can be sold. `rows` are of one sale."""

    url: str
    folder: Path
    tills: list[int]
    skus: list[int]
    rows: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Measured:
    per_second: float
    p99_ms: float


def main(quick: bool) -> None:
    seconds = QUICK_SECONDS if quick else SECONDS
    table = []
    for name, kind in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
        with kind() as (url, folder):
            store = fill(url, folder)
            found = {way: measure(store, way, seconds) for way in WAYS}
        bare = found[WAYS[0]]
        for way in WAYS:
            each = found[way]
            of_bare = ratio(each.per_second, bare.per_second)
            table.append([name, way, f"{each.per_second:.0f}", f"{each.p99_ms:.0f} ms", of_bare])
        table.append([name, "aim", f"{bare.per_second * AIM:.0f}", "", f"{AIM:.2f}x"])
    header = ["database", "what", "a second", "p99", "of a bare insert"]
    show(f"{PROCESSES * THREADS} tills at once, {LINES} styles a sale", header, table)


# --- where it happens ----------------------------------------------------------------------------------------------


@contextmanager
def sqlite() -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield databases.SqliteDatabases(Path(name)).create(), Path(name)


@contextmanager
def postgresql() -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        server = databases.start_postgresql()
        server.psql("ALTER SYSTEM RESET ALL")  # tests go without a safe disk, a shop does not
        server.psql("SELECT pg_reload_conf()")
        try:
            yield databases.PostgresDatabases(Path(name)).create(), Path(name)
        finally:
            server.cleanup()


def fill(url: str, folder: Path) -> Store:
    """A store, and one sale whose rows the bare insert writes again and again."""
    with create_app(databases.settings(url, folder)).app_context(), writing():
        site = make.site("bench", SiteKind.STORE)
        cashier = make.user("Cas", Role.CASHIER, site)
        tills = [Till.create(site, str(number)) for number in range(PROCESSES * THREADS)]
        shifts = [Shift.open(till, 0, cashier) for till in tills]
        maker = make.supplier()
        skus = [make.listing(maker, tiers=((1, PRICE_FEN),)).skus[0] for _style in range(STYLES)]
        goods_in = GoodsIn.begin(site, cashier)
        for sku in skus:
            StockItem.at(site, sku)
            goods_in.receive(sku, PIECES, cashier, to_back=False)
        ids = [sku.id for sku in skus]
        sale = sell_whole(whole(ids[:LINES]), shifts[0], cashier)
        db.session.commit()
        store = Store(url, folder, [till.id for till in tills], ids, rows_of(sale))
        db.session.remove()
        db.engine.dispose()
    return store


def rows_of(sale: Sale) -> dict[str, list[dict[str, Any]]]:
    """By table, what the sale wrote."""
    subjects = [f"sale_line {line.id}" for line in sale.lines]
    chosen: dict[type[Any], Any] = {
        Sale: Sale.id == sale.id,
        SaleLine: SaleLine.sale_id == sale.id,
        SalePayment: SalePayment.sale_id == sale.id,
        StockMove: StockMove.subject.in_(subjects),
        AuditEntry: sa.and_(AuditEntry.verb == "sale_paid", AuditEntry.subject_id == sale.id),
    }
    found = {}
    for model, condition in chosen.items():
        table = sa.inspect(model).local_table
        rows = db.session.execute(sa.select(table).where(condition)).mappings()
        found[model.__tablename__] = [{name: value for name, value in row.items() if name != "id"} for row in rows]
    return found


# --- what is measured ----------------------------------------------------------------------------------------------


def whole(skus: list[int]) -> WholeSale:
    lines = tuple(WholeLine(quantity=1, sku_id=sku_id) for sku_id in skus)
    return WholeSale(lines=lines, payments=(Paid(PayMethod.CASH, PRICE_FEN * len(lines)),))


def selling(store: Store, till_id: int, number: int) -> Deed:
    """The product's own verb, and the commit."""
    wanted = whole([store.skus[(number * LINES + place) % STYLES] for place in range(LINES)])

    def sell() -> None:
        shift = Shift.held_at(till_id)
        if shift is None:
            raise LookupError(f"no shift is open at till {till_id}")
        sell_whole(wanted, shift, db.session.get_one(User, shift.opened_by_id))
        db.session.commit()

    return sell


def inserting(store: Store) -> Deed:
    """The same rows by plain INSERTs, one for each table, and the commit: nothing read, locked or reckoned."""
    tables = {name: db.metadata.tables[name] for name in store.rows}
    sale = store.rows["sales"][0]
    rest = [name for name in tables if name != "sales"]

    def insert() -> None:
        fresh = sale | {"code": new_code(), "token": secrets.token_urlsafe(18), "number": secrets.token_hex(6)}
        kept = sa.insert(tables["sales"]).values(fresh).returning(tables["sales"].c.id)
        sale_id = db.session.execute(kept).scalar_one()
        for name in rest:
            rows = [row | ({"sale_id": sale_id} if "sale_id" in row else {}) for row in store.rows[name]]
            if name == "stock_moves":
                rows = [row | {"subject": f"bench {sale_id} {place}"} for place, row in enumerate(rows)]
            db.session.execute(sa.insert(tables[name]), rows)
        db.session.commit()

    return insert


def measure(store: Store, way: str, seconds: float) -> Measured:
    """All tills at once, in processes of their own as behind the web server."""
    context = multiprocessing.get_context("spawn")
    line, told = context.Barrier(PROCESSES, timeout=PATIENCE), context.Queue()
    workers = [
        context.Process(target=work, args=(store, way, seconds, number, line, told), daemon=True)
        for number in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    took = sorted(one for _worker in workers for one in told.get(timeout=seconds + PATIENCE))
    for worker in workers:
        worker.join(PATIENCE)
    return Measured(len(took) / seconds, took[math.ceil(len(took) * 0.99) - 1] * 1000)


def work(store: Store, way: str, seconds: float, number: int, line: Any, told: Any) -> None:
    """One process: eight tills until the time is up."""
    app = create_app(databases.settings(store.url, store.folder))
    took: list[float] = []
    ready = threading.Barrier(THREADS + 1)

    def till(place: int) -> None:
        with app.app_context(), writing():
            deed = selling(store, store.tills[place], place) if way == "sale" else inserting(store)
            deed()
            ready.wait()
            ready.wait()
            until = time.monotonic() + seconds
            while (begun := time.monotonic()) < until:
                deed()
                took.append(time.monotonic() - begun)

    threads = [threading.Thread(target=till, args=(number * THREADS + place,)) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    ready.wait()
    line.wait()
    ready.wait()
    for thread in threads:
        thread.join()
    told.put(took)


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
