"""Personal data: a scan forgets whose device it was, and stays a scan."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db, utcnow
from selection_center.samples.scans import Scan
from tests import factories as make
from tests.working import clean_up


def test_old_scans_lose_their_device_at_night(app: Flask) -> None:
    site = make.site()
    sample = make.sample(make.listing(), site)
    for days, device in ((1, "young"), (89, "nearly"), (91, "old")):
        make.add(
            Scan(
                at=utcnow() - timedelta(days=days), site_id=site.id, sample_id=sample.id,
                listing_id=sample.listing_id, language="zh", device=device,
            )
        )  # fmt: skip
    db.session.commit()
    clean_up()
    assert list(db.session.scalars(sa.select(Scan.device).order_by(Scan.at.desc()))) == ["young", "nearly", None]
