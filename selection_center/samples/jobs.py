"""What is due with samples every night."""

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from selection_center.core import jobs
from selection_center.core.db import db, utcnow
from selection_center.samples.scans import Scan


@jobs.nightly
def forget_who_scanned() -> None:
    """Scans older than the settings say lose their device; that somebody looked stays a fact."""
    before = utcnow() - timedelta(days=current_app.config["SETTINGS"].forget_after_days)
    db.session.execute(sa.update(Scan).where(Scan.at < before, Scan.device.is_not(None)).values(device=None))
