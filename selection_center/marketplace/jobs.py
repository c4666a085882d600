"""Background jobs of the marketplace link: outside calls, with nothing of ours open meanwhile."""

from selection_center.core import jobs
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.marketplace import syncing
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import ConnectorError, OfferPage
from selection_center.marketplace.lines import line_to
from selection_center.marketplace.syncs import Sync
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


@jobs.job("sync-account")
def sync_account(run: jobs.JobRun, sync_id: int) -> None:
    """All offers of an account; goes on where an earlier run of it stopped."""
    sync = db.session.get_one(Sync, sync_id)
    calls, cursor, has_pages = line_to(sync.account), sync.cursor, sync.pages_at is None
    db.session.commit()
    try:
        with calls as line:
            for pages in syncing.batches(line, cursor) if has_pages else ():
                written(run, sync_id, pages)
            for listing_id, external_id in left_over(sync_id):
                offer = line.fetch_one(external_id)
                syncing.write_one(db.session.get_one(Sync, sync_id), listing_id, offer)
                db.session.commit()
    except ConnectorError as error:
        raise Refused(error.code, sentence(error)) from error
    db.session.get_one(Sync, sync_id).ended_at = utcnow()
    db.session.commit()


def written(run: jobs.JobRun, sync_id: int, pages: list[OfferPage]) -> None:
    sync = db.session.get_one(Sync, sync_id)
    syncing.write_batch(sync, pages)
    seen, total = sync.seen_count, sync.total
    db.session.commit()
    run.advance(seen, total)


def left_over(sync_id: int) -> list[tuple[int, str]]:
    found = syncing.not_named(db.session.get_one(Sync, sync_id))
    db.session.commit()
    return found
