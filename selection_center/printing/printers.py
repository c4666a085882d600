"""The printers of a site."""

from __future__ import annotations

import sqlalchemy as sa

from selection_center.accounts.models import User
from selection_center.core.db import db
from selection_center.printing.models import Printer, PrintRun
from selection_center.sites.models import Site


def printers_at(site: Site) -> list[Printer]:
    return list(db.session.scalars(sa.select(Printer).filter_by(site_id=site.id).order_by(Printer.name)))


def usual_printer(site: Site, user: User) -> int | None:
    """The one that this person chose here last."""
    query = sa.select(PrintRun.printer_id).filter_by(site_id=site.id, user_id=user.id)
    return db.session.scalar(query.order_by(PrintRun.id.desc()).limit(1))
