"""Bringing offers in (P8). Beside an ORM that goes row by row, and a bare insert of the same parsed rows."""

import csv
import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import openpyxl
import sqlalchemy as sa
import xlsxwriter

from bench._tables import show
from selection_center import create_app
from selection_center.catalog import changes, jobs
from selection_center.catalog.imports import OfferImport
from selection_center.catalog.models import Listing, PriceTier, Sku, Supplier
from selection_center.catalog.offer_import.columns import match
from selection_center.catalog.offer_import.files import COMMAND_LINE, open_table
from selection_center.catalog.offer_import.merging import Merge, merge, said_columns
from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.catalog.offer_import.reader import Reader
from selection_center.catalog.offer_import.rows import read_offers
from selection_center.catalog.offer_import.staging import in_chunks
from selection_center.catalog.offer_import.stored import LISTINGS, SKUS, TIERS
from selection_center.catalog.offer_import.writing import CHANGES, watched
from selection_center.catalog.search import index_listings
from selection_center.core.db import db, utcnow, writing
from tests import databases

LISTED, SLICE, XLSX_ROWS, ROUNDS = 100_000, 1_000, 50_000, 3
QUICK = (6_000, 300, 5_000, 1)
"""The slice is what the ORM goes through: so slow that its time is scaled."""

HEADER = (
    "商品ID",
    "商品标题",
    "价格",
    "阶梯价",
    "起批量",
    "销量",
    "公司名称",
    "诚信通",
    "发货地",
    "服务标签",
    "商品链接",
)
FACTORIES = 200
PER_CHUNK = 500


def main(quick: bool) -> None:
    listed, slice_of, xlsx_rows, rounds = QUICK if quick else (LISTED, SLICE, XLSX_ROWS, ROUNDS)
    with tempfile.TemporaryDirectory(prefix="bench-import-") as name:
        folder = Path(name)
        many, few = write_csv(folder / "many.csv", listed), write_csv(folder / "few.csv", slice_of)
        server = databases.start_postgresql()
        try:
            for kind in (databases.SqliteDatabases, databases.PostgresDatabases):
                report(kind, folder, many, few, listed, slice_of, rounds)
        finally:
            server.cleanup()
        report_xlsx(folder, xlsx_rows, rounds)


# --- what is brought in -------------------------------------------------------------------------------------------


def offer_cells(number: int) -> list[str]:
    """One row as an export gives it: a title of some twenty characters, three tiers, a factory."""
    words = ("加厚", "平口", "自动收口", "垃圾袋", "家用", "免撕", "大号", "厨房", "办公", "批发", "手提", "抽绳")
    title = "".join(words[(number * step) % len(words)] for step in (1, 3, 5, 7)) + f"{number}款"
    fen = 300 + number % 4000
    prices = [f"{one // 100}.{one % 100:02}" for one in (fen, fen - 30, fen - 60)]
    tiers = f"3-47个 ¥{prices[0]}; 48-199个 ¥{prices[1]}; 200个以上 ¥{prices[2]}"
    factory = f"义乌市第{number % FACTORIES}日用品有限公司"
    offer_id = str(600_000_000_000 + number)
    link = f"https://detail.1688.com/offer/{offer_id}.html"
    return [
        offer_id,
        title,
        prices[0],
        tiers,
        "3",
        "已售1000+件",
        factory,
        "8年",
        "浙江/义乌市",
        "48小时发货|混批",
        link,
    ]


def write_csv(file: Path, count: int) -> Path:
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([HEADER, *(offer_cells(number) for number in range(count))])
    return file


def offers(file: io.BufferedReader) -> Iterator[OfferRow]:
    table = open_table(file, COMMAND_LINE)
    reader = Reader(table.header, match(table.header))
    return (read.offer for read in read_offers(table.rows(), reader) if read.offer)


# --- the sides ----------------------------------------------------------------------------------------------------


def by_import(file: io.BufferedReader) -> None:
    """Ours: staged, judged, applied; it can be looked at and taken back."""
    found = OfferImport(filename="many.csv", file_digest="0" * 64)
    db.session.add(found)
    jobs.stage(found, file, lambda done: None, COMMAND_LINE)
    jobs.apply(found, lambda done: None)


def by_orm(file: io.BufferedReader) -> None:
    """What one writes first: look the offer up, make its objects, commit, next."""
    for offer in offers(file):
        supplier = None
        if offer.supplier:
            supplier = Supplier.named(offer.supplier.name) or Supplier(name=offer.supplier.name)
        query = sa.select(Listing).filter_by(source=offer.source, external_id=offer.external_id)
        listing = db.session.scalar(query) or Listing(source=offer.source, external_id=offer.external_id)
        listing.supplier = supplier
        for column, value in said_columns(offer, None).items():
            setattr(listing, column, value)
        listing.skus = [Sku(spec=sku.spec, position=position) for position, sku in enumerate(offer.skus)]
        listing.tiers = [PriceTier(min_quantity=least, price_fen=fen) for least, fen in offer.tiers]
        changes.record_changes(listing, {}, user_id=None, source="bench")
        index_listings([listing.id])
        db.session.commit()


def by_bare_insert(file: io.BufferedReader) -> None:
    """No look at what is there, nothing kept of the import: rows of an empty database, 500 to a statement."""
    suppliers: dict[str, int] = {}
    number = 0
    for chunk in in_chunks(offers(file), PER_CHUNK):
        rows = BareRows()
        for offer in chunk:
            number += 1
            name = offer.supplier.name if offer.supplier else ""
            if name not in suppliers:
                supplier = Supplier(name=name)
                db.session.add(supplier)
                db.session.flush()
                suppliers[name] = supplier.id
            rows.add(number, offer, merge(offer, None), suppliers[name])
        rows.insert()
        index_listings(range(number - len(chunk) + 1, number + 1))
        db.session.commit()


class BareRows:
    def __init__(self) -> None:
        self.now = utcnow()
        self.of: dict[sa.Table, list[dict[str, object]]] = {LISTINGS: [], SKUS: [], TIERS: [], CHANGES: []}

    def add(self, id: int, offer: OfferRow, merged: Merge, supplier_id: int) -> None:
        own = {"id": id, "source": offer.source, "external_id": offer.external_id, "supplier_id": supplier_id}
        self.of[LISTINGS].append(merged.columns | own)
        self.of[SKUS] += [{"listing_id": id, "spec": spec} | said for spec, said in merged.skus.items()]
        tiers = merged.tiers or {}
        self.of[TIERS] += [
            {"listing_id": id, "min_quantity": least, "price_fen": fen} for (_, least), fen in tiers.items()
        ]
        record = watched(merged.columns, merged.skus, tiers)
        self.of[CHANGES] += [
            {"listing_id": id, "spec": spec, "field": field, "new": text, "source": "bench"}
            for (spec, field), text in record.items()
            if text is not None
        ]

    def insert(self) -> None:
        for table, rows in self.of.items():
            db.session.connection().execute(sa.insert(table), rows)


Side = Callable[[io.BufferedReader], None]


@dataclass(frozen=True)
class Timed:
    name: str
    side: Side
    file: Path
    count: int


@contextmanager
def on(url: str, folder: Path) -> Iterator[None]:
    app = create_app(databases.settings(url, folder))
    with app.app_context(), writing():
        yield
        db.session.rollback()
        db.engine.dispose()


def seconds(url: str, folder: Path, timed: Timed) -> float:
    with on(url, folder), timed.file.open("rb") as file:
        start = time.perf_counter()
        timed.side(file)
        took = time.perf_counter() - start
        listed = db.session.scalar(sa.select(sa.func.count(Listing.id)))
        if listed != timed.count:
            raise RuntimeError(f"{timed.name} listed {listed} of {timed.count}")
    return took


def report(
    kind: type[databases.SqliteDatabases] | type[databases.PostgresDatabases],
    folder: Path,
    many: Path,
    few: Path,
    listed: int,
    slice_of: int,
    rounds: int,
) -> None:
    place = folder / kind.__name__
    place.mkdir()
    made = kind(place)
    sides = [
        Timed("ours: staged, judged, applied", by_import, many, listed),
        Timed("bare insert of parsed rows", by_bare_insert, many, listed),
        Timed("ORM, row by row", by_orm, few, slice_of),
    ]
    found: dict[str, list[float]] = {side.name: [] for side in sides}
    for _round in range(rounds):
        for side in sides:  # in turn, so that a slow minute of the machine hits all
            found[side.name].append(seconds(made.create(), folder, side))
    ours = median(found[sides[0].name]) / listed
    rows = []
    for side in sides:
        each = median(found[side.name]) / side.count
        rows.append([side.name, f"{side.count:,}", f"{each * listed:,.1f}", f"{1 / each:,.0f}", f"{each / ours:.2f}x"])
    title = f"{listed:,} listings into {'SQLite' if kind is databases.SqliteDatabases else 'PostgreSQL'}"
    show(title, ["side", "measured on", "s for all", "listings/s", "time to ours"], rows)


# --- reading XLSX -------------------------------------------------------------------------------------------------


def report_xlsx(folder: Path, count: int, rounds: int) -> None:
    file = folder / "many.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet()
        for number, cells in enumerate([HEADER, *(offer_cells(number) for number in range(count))]):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell)
    found: dict[str, list[float]] = {"ours (calamine)": [], "openpyxl, read-only": []}
    for _round in range(rounds):
        for name, read in zip(found, (read_with_calamine, read_with_openpyxl), strict=True):
            start = time.perf_counter()
            if read(file) != count:
                raise RuntimeError(f"{name} lost rows")
            found[name].append(time.perf_counter() - start)
    ours = median(found["ours (calamine)"])
    rows = [[name, f"{median(took):.2f}", f"{median(took) / ours:.1f}x"] for name, took in found.items()]
    show(f"XLSX of {count:,} rows as text, checked for bombs on our side", ["side", "s", "time to ours"], rows)


def read_with_calamine(file: Path) -> int:
    with file.open("rb") as opened:
        return sum(1 for _row in open_table(opened, COMMAND_LINE).rows())


def read_with_openpyxl(file: Path) -> int:
    workbook = openpyxl.load_workbook(file, read_only=True)
    count = sum(1 for _row in workbook.worksheets[0].iter_rows(values_only=True)) - 1
    workbook.close()
    return count


if __name__ == "__main__":
    main(quick="--quick" in sys.argv[1:])
