"""What is due with samples every night."""

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from selection_center.core import jobs
from selection_center.core.db import db, utcnow
from selection_center.samples.loan_items import LoanItem
from selection_center.samples.loans import Loan
from selection_center.samples.scans import Scan


@jobs.nightly(_l("Forget who scanned"))
def forget_who_scanned() -> None:
    """Scans older than the settings say lose their device; that somebody looked stays a fact."""
    before = utcnow() - timedelta(days=current_app.config["SETTINGS"].forget_after_days)
    db.session.execute(sa.update(Scan).where(Scan.at < before, Scan.device.is_not(None)).values(device=None))


@jobs.nightly(_l("Forget who borrowed"))
def forget_who_borrowed() -> None:
    """Loans that ended longer ago than the settings say lose their borrower, unless money of theirs is still held."""
    before = utcnow() - timedelta(days=current_app.config["SETTINGS"].forget_after_days)
    lately = sa.select(LoanItem.loan_id).where(sa.or_(LoanItem.ended_at.is_(None), LoanItem.ended_at >= before))
    for loan in db.session.scalars(sa.select(Loan).where(Loan.forgotten_at.is_(None), Loan.id.not_in(lately))):
        if not loan.deposit_fen:
            loan.forget_borrower()
