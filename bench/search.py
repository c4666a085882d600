"""Search over 100,000 offers beside LIKE on the same rows: `python -m bench.search [--quick]`.

Each row is one kind of word, searched for as the catalog page does: the 30 newest offers, over all or within a site
(one in twelve offers stands there). The rival looks through the same normalised text with LIKE '%word%', in the same
process, its runs taking turns with ours. On PostgreSQL as the tests start it.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench._showroom import city
from bench._tables import show
from selection_center import create_app
from selection_center.catalog.models import Listing, Supplier
from selection_center.catalog.search import SAMPLES, TEXTS, index_all, search
from selection_center.core.db import db, utcnow, writing
from selection_center.core.paging import like
from selection_center.samples.models import Sample
from selection_center.sites.models import Site, SiteKind
from tests import databases

OFFERS, QUICK_OFFERS = 100_000, 10_000
WORDS_EACH, QUICK_WORDS_EACH = 60, 15
SITES = 12
NEWEST = 30
GOODS = (
    "垃圾袋 收纳箱 棉袜 毛巾 水杯 果篮 雨伞 台灯 抱枕 地垫 拖鞋 围裙 餐盘 砧板 刀具 牙刷 梳子 镜子 挂钩 衣架 "
    "积木 拼图 风筝 气球 玩偶 陀螺 彩泥 画笔 书包 文具盒 汉服 马面裙 发簪 团扇 吊灯 壁灯 射灯 灯带 被套 床单 "
    "枕套 窗帘 桌布 蚊帐 保温壶 饭盒 茶具 花瓶 相框 蜡烛"
)
KINDS = (
    "加厚 平口 自动收口 家用 免撕 纯棉 中筒 儿童 男女通用 春秋款 卡通 提花 折叠 透明 大号 小号 迷你 便携 防水 "
    "防滑 静音 可爱 北欧风 国潮 简约 复古 轻奢 网红 批发 厂家直销 新款 跨境 外贸 一次性 食品级 硅胶 不锈钢 "
    "玻璃 陶瓷 竹编 手工 刺绣 印花 渐变 荧光 夜光 磁吸 充电 无线 智能"
)
ENGLISH = "thick cotton kids folding clear large mini waterproof silent nordic retro new silicone glass bamboo led"


# --- the offers -------------------------------------------------------------------------------------------------


def fill(offers: int) -> None:
    dice, yiwu = random.Random(2026), city()
    sites = [
        Site(
            slug=f"bench-{number}",
            kind=SiteKind.CENTER,
            name=f"选品中心{number}",
            name_en=f"Center {number}",
            city=yiwu,
        )
        for number in range(SITES)
    ]
    suppliers = [
        Supplier(name=f"义乌市{dice.choice(KINDS.split())}{dice.choice(GOODS.split())}厂{number}")
        for number in range(400)
    ]
    db.session.add_all([*sites, *suppliers])
    db.session.flush()
    for start in range(1, offers + 1, 5000):
        numbers = range(start, min(start + 5000, offers + 1))
        db.session.execute(sa.insert(Listing), [offer(number, dice, suppliers) for number in numbers])
        here = [{"site_id": dice.choice(sites).id, "listing_id": number} for number in numbers]
        db.session.execute(sa.insert(Sample), [{**row, "kind": "sample", "state": "here"} for row in here])


def offer(number: int, dice: random.Random, suppliers: list[Supplier]) -> dict[str, Any]:
    kinds = dice.sample(KINDS.split(), dice.randint(2, 6))
    return {
        "id": number,
        "source": "1688",
        "external_id": str(600_000_000_000 + number * 7),
        "supplier_id": dice.choice(suppliers).id,
        "title": "".join(kinds[:2]) + dice.choice(GOODS.split()) + " " + "".join(kinds[2:]) + str(dice.randint(1, 999)),
        "title_en": " ".join(dice.sample(ENGLISH.split(), 4)),
        "created_at": utcnow(),
    }


def words(length: int, how_many: int) -> list[str]:
    """So many different pieces of that length out of the titles, common and rare as they come."""
    dice = random.Random(length)
    titles = db.session.scalars(sa.select(Listing.title).where(Listing.id % 97 == 0)).all()
    found: dict[str, None] = {}
    while len(found) < how_many:
        title = dice.choice(titles)
        start = dice.randrange(max(len(title) - length, 1))
        piece = title[start : start + length]
        if len(piece) == length and " " not in piece:
            found[piece] = None
    return list(found)


# --- the two ways -----------------------------------------------------------------------------------------------


def newest(query: sa.Select[Any]) -> list[int]:
    found = query.subquery("found")
    ids = sa.select(Listing.id).join(found, found.c.listing_id == Listing.id)
    return list(db.session.scalars(ids.order_by(found.c.listing_id.desc()).limit(NEWEST)))


def ours(word: str, site_id: int | None) -> list[int]:
    return newest(search(word, site_id=site_id))


def rival(word: str, site_id: int | None) -> list[int]:
    query = sa.select(TEXTS.c.listing_id).where(TEXTS.c.text.like(like(word), escape="\\"))
    if site_id is not None:
        here = sa.select(SAMPLES.c.listing_id).where(SAMPLES.c.site_id == site_id, SAMPLES.c.state != "retired")
        query = query.where(TEXTS.c.listing_id.in_(here))
    return list(db.session.scalars(query.order_by(TEXTS.c.listing_id.desc()).limit(NEWEST)))


def measure(which: list[str], site_id: int | None) -> tuple[list[float], list[float]]:
    """ms of each word, ours and the rival's by turns; a first round warms both."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(2):
        for word in which:
            answers = [timed(way, word, site_id) for way in (ours, rival)]
            if answers[0][1] != answers[1][1]:
                raise RuntimeError(f"{word!r} finds other offers than LIKE does")
            if turn:
                for kept, (took, _ids) in zip(times, answers, strict=True):
                    kept.append(took)
    return times


def timed(way: Callable[[str, int | None], list[int]], word: str, site_id: int | None) -> tuple[float, list[int]]:
    db.session.rollback()
    start = time.perf_counter()
    ids = way(word, site_id)
    return (time.perf_counter() - start) * 1000, ids


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]


# --- the table --------------------------------------------------------------------------------------------------


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "SQLite":
        yield databases.SqliteDatabases(folder).create()
        return
    server = databases.start_postgresql()
    try:
        yield databases.PostgresDatabases(folder).create()
    finally:
        server.cleanup()


def row(label: str, which: list[str], site_id: int | None) -> list[str]:
    mine, theirs = measure(which, site_id)
    figures = [statistics.median(mine), p95(mine), statistics.median(theirs), p95(theirs)]
    faster = statistics.median(theirs) / max(statistics.median(mine), 0.001)
    return [label, *(f"{figure:.1f}" for figure in figures), f"{faster:.1f}x"]


def rows(how_many: int) -> list[list[str]]:
    site = db.session.scalars(sa.select(Site.id).order_by(Site.id)).first()
    found = []
    for place, site_id in (("all", None), ("a site", site)):
        for length in (2, 3, 4):
            found.append(row(f"{length} characters, {place}", words(length, how_many), site_id))
        found.append(row(f"no hit, {place}", ["鲲鹏", "袋垃圾", "龘靐齉齾"] * 5, site_id))
    return found


def run(kind: str, offers: int, how_many: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name, database(kind, Path(name)) as url:
        app = create_app(databases.settings(url, Path(name)))
        with app.app_context(), writing():
            fill(offers)
            start = time.perf_counter()
            index_all()
            db.session.commit()
            took = time.perf_counter() - start
            vacuum(kind)
            title = f"Search, {offers:,} offers on {kind} (ms; all indexed in {took:.1f} s)"
            header = ["the 30 newest", "p50", "p95", "LIKE p50", "LIKE p95", "faster"]
            show(title, header, rows(how_many))
            db.session.rollback()
            db.engine.dispose()


def vacuum(kind: str) -> None:
    """What PostgreSQL does by itself within a minute of a large import: statistics, and no pending list."""
    if kind != "SQLite":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_OFFERS:,} offers and fewer words")
    quick = parser.parse_args().quick
    for kind in ("SQLite", "PostgreSQL"):
        run(kind, QUICK_OFFERS if quick else OFFERS, QUICK_WORDS_EACH if quick else WORDS_EACH)


if __name__ == "__main__":
    main()
