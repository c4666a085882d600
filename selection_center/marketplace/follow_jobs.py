"""Offers followed at their marketplace, for messages of their stock come only then: each once, samples on stands first.

A handful a job, which asks for the next handful behind whatever waits of the account: a hundred thousand offers at the
account's pace take a day, and hold up nothing meanwhile.
"""

from functools import partial

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from selection_center.catalog.models import Listing
from selection_center.core import jobs
from selection_center.core.db import db, table_of, utcnow
from selection_center.core.once import new_operation_id
from selection_center.marketplace import runs, syncing
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.asking import asked, refusal
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.registry import CONNECTORS
from selection_center.marketplace.lanes import OF_ACCOUNT
from selection_center.marketplace.lines import line_to
from selection_center.marketplace.syncs import OfferLink
from selection_center.samples.models import Sample, SampleState

LINKS = table_of(OfferLink)
AT_ONCE = 200
ACCOUNT_SHUT = frozenset({"signed_out", "bad_signature", "too_often", "no_permission"})
"""Refusals that mean the account, whatever offer was asked for."""


def ask_to_follow(account: Account, external_id: str) -> None:
    if CONNECTORS[account.connector].follows_offers:
        key = f"follow-offer {external_id} {new_operation_id()[:8]}"
        jobs.enqueue("follow-offer", key=key, account_id=account.id, external_id=external_id)


@jobs.job("follow-offer", _l("Ask for messages of an offer's stock"), lanes=OF_ACCOUNT)
def follow_offer(_run: jobs.JobRun, account_id: int, external_id: str) -> None:
    """Follows it there while the account keeps it fresh here, and else no more; a "no" to that is an end too."""
    listing_id = syncing.linked(account_id, external_id)
    calls = line_to(db.session.get_one(Account, account_id))
    db.session.commit()
    with calls as line:
        said = asked(partial(line.unfollow_offer if listing_id is None else line.follow_offer, external_id))
    if isinstance(said, ConnectorError):
        if listing_id is not None or not said.permanent:
            raise refusal(said)
    elif listing_id is not None:
        note(account_id, listing_id)
        db.session.commit()


def ask_to_follow_all(account: Account) -> None:
    """Whatever of the account is not followed yet."""
    if CONNECTORS[account.connector].follows_offers and wanted(account.id, 1):
        runs.ask_again("follow-offers", f"follow-offers {account.id}", account_id=account.id)


@jobs.job("follow-offers", _l("Ask for messages of new offers' stock"), lanes=OF_ACCOUNT)
def follow_offers(run: jobs.JobRun, account_id: int) -> None:
    """An offer that is refused for good is not asked for again; silence, or an account that is shut, ends the run."""
    some, calls = wanted(account_id, AT_ONCE), line_to(db.session.get_one(Account, account_id))
    db.session.commit()
    with calls as line:
        for done, (listing_id, external_id) in enumerate(some, 1):
            said = asked(partial(line.follow_offer, external_id))
            if isinstance(said, ConnectorError) and (not said.permanent or said.code in ACCOUNT_SHUT):
                raise refusal(said)
            note(account_id, listing_id)
            db.session.commit()
            run.advance(done, len(some))
    if len(some) == AT_ONCE:
        key = f"follow-offers {account_id} {new_operation_id()[:8]}"
        jobs.enqueue("follow-offers", key=key, account_id=account_id)
    db.session.commit()


def wanted(account_id: int, count: int) -> list[tuple[int, str]]:
    """(listing, the source's id) of offers to be followed; those of which a sample stands somewhere first."""
    stands = sa.exists().where(Sample.listing_id == LINKS.c.listing_id, Sample.state != SampleState.RETIRED)
    query = (
        sa.select(LINKS.c.listing_id, Listing.external_id)
        .join(Listing, Listing.id == LINKS.c.listing_id)
        .where(LINKS.c.account_id == account_id, LINKS.c.followed_at.is_(None), LINKS.c.gone_at.is_(None))
    )
    rows = db.session.execute(query.order_by(sa.case((stands, 0), else_=1), LINKS.c.id).limit(count))
    return [(listing_id, external_id) for listing_id, external_id in rows]


def note(account_id: int, listing_id: int) -> None:
    here = sa.and_(LINKS.c.listing_id == listing_id, LINKS.c.account_id == account_id)
    db.session.execute(sa.update(LINKS).where(here).values(followed_at=utcnow()))
