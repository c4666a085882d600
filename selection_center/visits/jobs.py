"""What is due with visits every night."""

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from selection_center.core import jobs
from selection_center.core.db import db, utcnow
from selection_center.visits.models import Visit


@jobs.nightly(_l("End visits that nobody said goodbye to"))
def end_visits() -> None:
    """Visits that nobody said goodbye to ended when their center closed."""
    open_ones = sa.select(Visit).where(Visit.left_at.is_(None)).options(joinedload(Visit.site))
    for visit in db.session.scalars(open_ones.with_for_update(of=Visit)):
        if visit.closes_at <= utcnow():
            visit.close()


@jobs.nightly(_l("Forget visitors"))
def forget_visitors() -> None:
    """Visits older than the settings say lose their person."""
    before = utcnow() - timedelta(days=current_app.config["SETTINGS"].forget_after_days)
    old = sa.select(Visit).where(Visit.arrived_at < before, Visit.name.is_not(None))
    for visit in db.session.scalars(old.options(joinedload(Visit.buyer)).with_for_update(of=Visit)):
        visit.forget()
