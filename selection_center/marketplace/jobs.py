"""Background jobs of the marketplace link: outside calls, with nothing of ours open meanwhile."""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from selection_center.core import jobs
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.marketplace import inbox, offer_pictures, pushing, runs, syncing
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import Connector, ConnectorError, OfferPage
from selection_center.marketplace.connectors.orders import Draft
from selection_center.marketplace.lines import line_to
from selection_center.marketplace.pushes import Push, PushState
from selection_center.marketplace.syncs import Sync
from selection_center.marketplace.wording import sentence
from selection_center.orders.models import Order

T = TypeVar("T")


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


@jobs.job("sign-in-account")
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
    sync = db.session.get_one(Sync, sync_id)
    sync.ended_at = utcnow()
    runs.ask_again("fetch-pictures", f"pictures {sync.account_id}", account_id=sync.account_id)
    db.session.commit()


@jobs.job("fetch-pictures")
def fetch_pictures(run: jobs.JobRun, account_id: int) -> None:
    """Of all offers of the account that want them; what did not come is asked for at the next run."""
    done, last = 0, 0
    while wanted := offer_pictures.wanted(account_id, last):
        db.session.commit()
        for want in wanted:
            names, again = offer_pictures.brought(want.addresses)
            offer_pictures.hang(want, names, again=again)
            db.session.commit()
        done, last = done + len(wanted), wanted[-1].link_id
        run.advance(done)


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


@jobs.job("refresh-offers")
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
            offer = asked(partial(line.fetch_one, external_id))
            if isinstance(offer, ConnectorError):
                raise Refused(offer.code, sentence(offer)) from offer
            if offer is None:
                syncing.write_gone(listing_id, source)
            else:
                syncing.write_offers(db.session.get_one(Account, account_id), source, [offer])
            db.session.commit()


# --- orders ----------------------------------------------------------------------------------------------------------

LOOKS = (1, 2, 4, 8, 15, 30)
"""Seconds before each look for an order whose answer was lost; then people are told, and it is looked for at night."""
ENDED = (PushState.PLACED, PushState.HELD, PushState.DROPPED)


@jobs.job("push-order")
def push_order(_run: jobs.JobRun, order_id: int) -> None:
    """Hands a confirmed order on to the account that its goods come from; nothing to do where there is none."""
    push = pushing.push_of(db.session.get_one(Order, order_id))
    if push is None or push.state in ENDED:
        db.session.commit()
        return
    push_id, calls = push.id, line_to(push.account)
    db.session.commit()
    waits = iter(LOOKS)
    with calls as line:
        while (state := step(line, push_id)) not in ENDED:
            if state is PushState.UNKNOWN:
                wait = next(waits, None)
                if wait is None:
                    return
                time.sleep(wait)


def step(line: Connector, push_id: int) -> PushState:
    """What is to be done next about it, and what came of that."""
    push = db.session.get_one(Push, push_id)
    draft, was_sent = pushing.draft_of(push), push.state is not PushState.WAITING
    db.session.commit()
    if was_sent:
        found = asked(lambda: line.look_up(draft.reference))
        pushing.looked_up(db.session.get_one(Push, push_id), found)
    else:
        send(line, push_id, draft)
    state = db.session.get_one(Push, push_id).state
    db.session.commit()
    return state


def send(line: Connector, push_id: int, draft: Draft) -> None:
    """Asks for the price, and orders where that is as agreed."""
    preview = asked(lambda: line.preview_order(draft))
    may_send = pushing.previewed(db.session.get_one(Push, push_id), preview)
    db.session.commit()
    if isinstance(preview, ConnectorError):
        if not preview.permanent:
            raise Refused(preview.code, sentence(preview)) from preview
    elif may_send:
        made = asked(lambda: line.create_order(draft, preview))
        pushing.sent(db.session.get_one(Push, push_id), made)


def asked(question: Callable[[], T]) -> T | ConnectorError:
    try:
        return question()
    except ConnectorError as error:
        return error


@jobs.job("follow-order")
def follow_order(_run: jobs.JobRun, push_id: int) -> None:
    """How its orders stand there now."""
    push = db.session.get_one(Push, push_id)
    numbers, calls = [row.remote_id for row in push.placed], line_to(push.account)
    db.session.commit()
    with calls as line:
        for number in numbers:
            found = asked(partial(line.follow, number))
            if isinstance(found, ConnectorError):
                raise Refused(found.code, sentence(found)) from found
            pushing.followed(db.session.get_one(Push, push_id), found)
            db.session.commit()


@jobs.nightly
def look_after_orders() -> None:
    """What is neither placed nor in people's hands is looked for; what is placed and not done is followed."""
    for push in db.session.scalars(pushing.unsettled()):
        runs.ask_again("push-order", f"push-{push.reference}", order_id=push.order_id)
    for push in db.session.scalars(pushing.under_way()):
        runs.ask_again("follow-order", f"follow-{push.reference}", push_id=push.id)


jobs.nightly(inbox.forget)
