"""What is due with members every night."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from selection_center.core import jobs
from selection_center.core.db import db, utcnow
from selection_center.membership import points
from selection_center.membership.applications import LAST_DAYS, Application


@jobs.nightly(_l("Points that expire"))
def expire_points() -> None:
    """What was earned more than a year ago and never spent."""
    for member_id in db.session.scalars(points.with_expired()).all():
        points.expire(member_id)


@jobs.nightly(_l("Forget settled wishes to join"))
def forget_applications() -> None:
    """Wishes that are settled or that nothing came of; the members that they made keep what they said."""
    before = utcnow() - timedelta(days=LAST_DAYS)
    db.session.execute(sa.delete(Application).where(Application.at < before))
