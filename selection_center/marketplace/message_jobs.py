"""Background jobs that ask for the messages that marketplaces keep: what a push missed, what a factory wrote."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from selection_center.core import jobs
from selection_center.core.db import db
from selection_center.marketplace import inbox, runs
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.asking import asked, refusal
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.registry import CONNECTORS
from selection_center.marketplace.lanes import OF_ACCOUNT
from selection_center.marketplace.lines import line_to


@jobs.job("read-messages", _l("Read a marketplace's messages"), lanes=OF_ACCOUNT)
def read_messages(_run: jobs.JobRun, account_id: int) -> None:
    """Messages and how far they were read go in together. A refusal for good stands at the account, where it is seen:
    the next round asks again.
    """
    account = db.session.get_one(Account, account_id)
    cursor, calls = account.message_cursor, line_to(account)
    db.session.commit()
    with calls as line:
        said = asked(lambda: line.read_messages(cursor))
    if isinstance(said, ConnectorError):
        if said.permanent:
            return
        raise refusal(said)
    account = db.session.get_one(Account, account_id)
    messages, account.message_cursor = said
    for message in messages:
        inbox.receive(account, message)
    db.session.commit()


def ask_to_read(account_id: int, user_id: int | None = None) -> None:
    """Now, instead of at the next round."""
    runs.ask_again("read-messages", f"messages {account_id}", user_id=user_id, account_id=account_id)


@jobs.scheduled(_l("Read the messages of marketplaces"), every=timedelta(minutes=15))
def look_for_messages() -> None:
    """Of accounts at work that are known there."""
    kinds = [name for name, kind in CONNECTORS.items() if kind.keeps_messages]
    at_work = sa.and_(Account.paused_at.is_(None), Account.checked_at.is_not(None), Account.connector.in_(kinds))
    for account_id in db.session.scalars(sa.select(Account.id).where(at_work).order_by(Account.id)):
        ask_to_read(account_id)
