"""Background jobs that sign in at marketplaces and fetch offers; outside calls, with nothing of ours open meanwhile."""

from datetime import timedelta
from functools import partial

from flask_babel import lazy_gettext as _l

from selection_center.core import jobs
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.marketplace import follow_jobs, runs, syncing
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.asking import answered, asked, refusal
from selection_center.marketplace.connectors import Connector, ConnectorError, OfferPage
from selection_center.marketplace.lanes import OF_ACCOUNT, OF_SYNC
from selection_center.marketplace.lines import line_to
from selection_center.marketplace.syncs import Sync
from selection_center.marketplace.wording import sentence

ACCOUNT_SHUT = frozenset({"signed_out", "bad_signature", "too_often"})
"""Refusals that mean the account, whatever offer was asked for."""


@jobs.job("check-account", _l("Check an account"), lanes=OF_ACCOUNT)
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


@jobs.job("sign-in-account", _l("Sign in at a marketplace"), lanes=OF_ACCOUNT)
def sign_in_account(_run: jobs.JobRun, account_id: int, back_to: str) -> None:
    """The code that its owner brought back becomes tokens; a code works once."""
    account = db.session.get_one(Account, account_id)
    code, calls = account.opened().get("code", ""), line_to(account)
    db.session.commit()
    with calls as line:
        who = asked(lambda: line.sign_in(code, back_to))
    if isinstance(who, ConnectorError):
        raise Refused(who.code, sentence(who)) from who
    account = db.session.get_one(Account, account_id)
    account.checked_at, account.checked_as = utcnow(), who[:120]
    db.session.commit()


def ask_to_fetch(account: Account, user_id: int | None = None) -> Sync:
    """Begins a run through all its offers, or goes on with the one that stopped."""
    sync = Sync.open_of(account.id) or Sync.begin(account)
    runs.ask_again("sync-account", sync.source, user_id=user_id, total=sync.total, sync_id=sync.id)
    return sync


@jobs.scheduled(_l("Fetch offers that are due"), every=timedelta(minutes=15))
def fetch_due() -> None:
    for account in Sync.due():
        ask_to_fetch(account)


@jobs.job("sync-account", _l("Fetch offers"), lanes=OF_SYNC)
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
                asked_for(line, sync_id, listing_id, external_id)
    except ConnectorError as error:
        raise refusal(error) from error
    sync = db.session.get_one(Sync, sync_id)
    sync.ended_at = utcnow()
    runs.ask_again("fetch-pictures", f"pictures {sync.account_id}", account_id=sync.account_id)
    follow_jobs.ask_to_follow_all(sync.account)
    db.session.commit()


def written(run: jobs.JobRun, sync_id: int, pages: list[OfferPage]) -> None:
    sync = db.session.get_one(Sync, sync_id)
    syncing.write_batch(sync, pages)
    seen, total = sync.seen_count, sync.total
    db.session.commit()
    run.advance(seen, total)


def left_over(sync_id: int) -> list[tuple[int, str]]:
    """What no page named, without what was refused before the run was stopped."""
    sync = db.session.get_one(Sync, sync_id)
    refused = {external_id for external_id, _why in sync.refused}
    found = [pair for pair in syncing.not_named(sync) if pair[1] not in refused]
    db.session.commit()
    return found


def asked_for(line: Connector, sync_id: int, listing_id: int, external_id: str) -> None:
    """An offer that is refused for good is noted and passed by; silence, or an account that is shut, ends the run."""
    said = asked(partial(line.fetch_one, external_id))
    sync = db.session.get_one(Sync, sync_id)
    if not isinstance(said, ConnectorError):
        syncing.write_one(sync, listing_id, said)
    elif said.permanent and said.code not in ACCOUNT_SHUT:
        sync.note_refused(((external_id, sentence(said)),))
    else:
        raise said
    db.session.commit()


@jobs.job("refresh-offers", _l("Read offers again"), lanes=OF_ACCOUNT)
def refresh_offers(_run: jobs.JobRun, account_id: int, ids: str) -> None:
    """Single offers that a message named, as they are now. One that we do not keep fresh is none of ours."""
    account = db.session.get_one(Account, account_id)
    ours = {external_id: syncing.linked(account_id, external_id) for external_id in ids.split(",")}
    calls, source = line_to(account), f"message {account_id}"
    db.session.commit()
    with calls as line:
        for external_id, listing_id in ours.items():
            if listing_id is None:
                continue
            offer = answered(partial(line.fetch_one, external_id))
            if offer is None:
                syncing.write_gone(listing_id, source)
            else:
                syncing.write_offers(db.session.get_one(Account, account_id), source, [offer])
            db.session.commit()
