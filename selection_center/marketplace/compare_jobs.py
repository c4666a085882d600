"""Holding prices here against those online, and what is printed against both, as far as nobody did yet."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from selection_center.core import jobs
from selection_center.core.db import db, writing
from selection_center.marketplace.price_gaps import compare, unseen
from selection_center.printing import compare_jobs
from selection_center.sites.models import Site


def look_again(site: Site) -> None:
    """In short transactions of its own; ends the one that is open when there is anything to do."""
    while found := unseen(site):
        db.session.commit()
        with writing():
            compare(found)
            db.session.commit()


@jobs.scheduled(_l("Compare labels and prices"), timedelta(minutes=2))
def compare_labels_and_prices() -> None:
    """At every site; pages do a little of it themselves."""
    for site in db.session.scalars(sa.select(Site).order_by(Site.id)).all():
        look_again(site)
        compare_jobs.look_again(site)
