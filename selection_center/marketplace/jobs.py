"""Background jobs of the marketplace link: outside calls, with nothing of ours open meanwhile."""

from selection_center.core import jobs
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.lines import line_to
from selection_center.marketplace.wording import sentence


@jobs.job("check-account")
def check_account(_run: jobs.JobRun, account_id: int) -> None:
    calls = line_to(db.session.get_one(Account, account_id))
    db.session.commit()
    try:
        with calls as line:
            who = line.check()
    except ConnectorError as error:
        raise Refused(error.code, sentence(error)) from error
    account = db.session.get_one(Account, account_id)
    account.checked_at, account.checked_as = utcnow(), who[:120]
    db.session.commit()
