"""A showroom of plain rows to measure on: one site, its samples, each with its own offer."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from selection_center import create_app
from selection_center.catalog.models import Listing, PriceTier, Sku, Supplier
from selection_center.core.codes import new_code
from selection_center.core.db import db, utcnow, writing
from selection_center.samples.models import Placement, Sample
from selection_center.samples.tags import Tag, TagState
from selection_center.sites.models import Bay, City, Site, SiteKind, Stand, Zone
from tests import databases


@dataclass(frozen=True)
class Showroom:
    """`environment` starts the product on it; `codes` are of its samples."""

    database_url: str
    folder: Path
    codes: list[str]

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database_url,
            "DATA_DIR": str(self.folder),
            "SECRET_KEY": databases.SECRET,
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "DEMO": "no",
        }


@contextmanager
def showroom(samples: int) -> Iterator[Showroom]:
    """An SQLite database with so many samples on their stands, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.sqlite'}"
        databases.migrate(url, folder)
        with create_app(databases.settings(url, folder)).app_context(), writing():
            codes = fill(samples)
            db.session.commit()
            db.engine.dispose()
        yield Showroom(url, folder, codes)


def fill(samples: int) -> list[str]:
    site = Site(slug="bench", kind=SiteKind.CENTER, name="义乌选品中心", name_en="Yiwu center", city=city())
    zone = Zone(site=site, letter="A", name="日用", name_en="Daily goods")
    supplier = Supplier(
        name="义乌市禾一日用品有限公司", name_en="Yiwu Heyi Daily Goods", mix_pieces=12, trustpass_years=8
    )
    rack = Bay(zone=zone, number=1)
    stand = Stand(site=site, bay=rack, level=1, address="A-01-1", code=new_code())
    db.session.add_all([site, zone, supplier, rack, stand])
    db.session.flush()
    codes = [new_code() for _ in range(samples)]
    for number, code in enumerate(codes):
        listing = listing_of(number, supplier)
        sample = Sample(site=site, listing=listing, sku=listing.skus[0])
        sample.tags = [Tag(code=code, site=site, state=TagState.BOUND, bound_at=utcnow())]
        sample.placements = [Placement(stand=stand)]
        db.session.add(sample)
        if number % 500 == 499:
            db.session.flush()
    return codes


def city() -> City:
    return db.session.scalar(sa.select(City).filter_by(adcode="330782")) or City(
        adcode="330782", name="义乌市", province="浙江省"
    )


def listing_of(number: int, supplier: Supplier) -> Listing:
    listing = Listing(
        source="1688",
        external_id=str(600_000_000_000 + number),
        url=f"https://detail.1688.com/offer/{600_000_000_000 + number}.html",
        supplier=supplier,
        title=f"加厚平口自动收口垃圾袋 家用免撕 {number}",
        title_en=f"Thick drawstring bin bags {number}",
        attributes=[["材质", "聚乙烯", "Material", "PE"], ["规格", "45 × 50 cm", "Size", "45 × 50 cm"]],
        moq=3,
        carton_pieces=48,
        last_seen_at=utcnow(),
    )
    listing.skus = [Sku(spec=spec, spec_en=spec, position=place) for place, spec in enumerate(("黑", "白", "粉"))]
    listing.tiers = [
        PriceTier(min_quantity=least, price_fen=fen) for least, fen in ((3, 1280), (48, 1150), (200, 1020))
    ]
    return listing
