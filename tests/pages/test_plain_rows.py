"""Rows that only show: a model's columns and words without the ORM."""

from flask import Flask

from selection_center.core.db import db
from selection_center.pages import scan
from selection_center.pages.plain_rows import columns, cut
from selection_center.sites.models import Site, Stand, Zone
from tests import factories as make


def test_a_plain_row_speaks_the_words_of_its_model(app: Flask) -> None:
    zone = make.stand(make.site()).bay.zone
    row = db.session.execute(columns(Zone).where(Zone.id == zone.id)).one()
    [plain] = cut(row, Zone)
    assert (plain.id, plain.letter, plain.label) == (zone.id, zone.letter, zone.label)
    assert plain not in db.session.identity_map.values()


def test_an_outer_join_without_a_match_is_none(app: Flask) -> None:
    site = make.site()
    query = columns(Site, Stand).outerjoin(Stand, Stand.site_id == Site.id).where(Site.id == site.id)
    found, stand = cut(db.session.execute(query).one(), Site, Stand)
    assert found.slug == site.slug
    assert stand is None


def test_the_scan_page_reads_a_sample_in_the_store_room_without_a_factory(app: Flask) -> None:
    sample = make.sample(make.listing(None), make.site())
    read = scan.sample_of(sample.id)
    assert read is not None
    assert (read.stand, read.listing.supplier) == (None, None)
    assert [sku.id for sku in read.listing.skus] == [sku.id for sku in sample.listing.skus]
