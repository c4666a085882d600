"""What a marketplace says of an offer that staff linked by hand: its title, prices, styles and pictures."""

from dataclasses import replace

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from selection_center.catalog.models import Listing, Supplier
from selection_center.catalog.offer_import.offers import OfferRow, SupplierRow
from selection_center.catalog.suppliers import name_key
from selection_center.core import jobs
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.marketplace import follow_jobs, offer_pictures, picture_jobs, syncing
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.asking import asked, refusal
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.lines import line_to
from selection_center.marketplace.syncs import OfferLink

STEPS = 2
"""The offer, then its pictures."""


@jobs.job("fetch-linked-offer", _l("Fetch a linked offer"))
def fetch_linked_offer(run: jobs.JobRun, listing_id: int, external_id: str, former_id: str = "") -> None:
    """`former_id`: the offer that it was linked to before."""
    listing = db.session.get_one(Listing, listing_id)
    if former_id and (link := OfferLink.of(listing_id)) is not None:
        link.followed_at = None
        follow_jobs.ask_to_follow(link.account, former_id)
    if listing.external_id != external_id:
        return  # linked to another one meanwhile
    account_ids = accounts_for(listing)
    db.session.commit()
    run.advance(0, STEPS)
    account_id, offer = fetched(account_ids, external_id)
    listing = db.session.get_one(Listing, listing_id, with_for_update={"of": Listing})
    if listing.external_id == external_id:
        offer = of_its_factory(offer, listing.supplier)
        account = db.session.get_one(Account, account_id)
        syncing.write_offers(account, f"link {listing_id}", [offer])
        follow_jobs.ask_to_follow(account, external_id)
    db.session.commit()
    run.advance(1)
    bring_pictures(listing_id)
    run.advance(STEPS)


def accounts_for(listing: Listing) -> list[int]:
    """Accounts at its marketplace that may be asked, those of its own factory first."""
    own = sa.case((Account.supplier_id == listing.supplier_id, 0), (Account.supplier_id.is_(None), 1), else_=2)
    query = sa.select(Account.id).where(Account.connector == listing.source, Account.paused_at.is_(None))
    return list(db.session.scalars(query.order_by(own, Account.id)))


def fetched(account_ids: list[int], external_id: str) -> tuple[int, OfferRow]:
    """The first account that can fetch it, and the offer. Refuses, in words, where none can."""
    refused, is_unknown = None, False
    for account_id in account_ids:
        said = ask(account_id, external_id)
        if isinstance(said, OfferRow):
            return account_id, said
        if said is None:
            is_unknown = True
        elif not said.permanent:
            raise refusal(said)
        else:
            refused = refused or said
    if is_unknown:
        sentence = _("The marketplace does not know offer %(id)s. Look at its number again.", id=external_id)
        raise Refused("not_there", sentence)
    if refused is not None:
        raise refusal(refused)
    raise Refused("no_account", _("No account of ours can fetch this offer. It is linked by its number alone."))


def ask(account_id: int, external_id: str) -> OfferRow | ConnectorError | None:
    calls = line_to(db.session.get_one(Account, account_id))
    db.session.commit()
    with calls as line:
        return asked(lambda: line.fetch_one(external_id))


def of_its_factory(offer: OfferRow, supplier: Supplier | None) -> OfferRow:
    """The offer as it may be written. Refuses one of another factory than the listing's."""
    if supplier is None or offer.supplier is None:
        return offer
    same = is_same(offer.supplier, supplier, offer.source)
    if same is False:
        raise Refused(
            "other_factory",
            _(
                "This offer is %(theirs)s's there, and %(ours)s's here: nothing was taken over. Link the right one.",
                theirs=offer.supplier.name or offer.supplier.source_id,
                ours=supplier.label,
            ),
        )
    return offer if same else replace(offer, supplier=None)


def is_same(said: SupplierRow, ours: Supplier, source: str) -> bool | None:
    """By the marketplace's id where both have one, else by the name; None where neither can be compared."""
    if said.source_id and ours.source_id and ours.source == source:
        return said.source_id == ours.source_id
    return name_key(said.name) == ours.name_key if said.name else None


def bring_pictures(listing_id: int) -> None:
    """Those that did not come are asked for again with the account's other pictures."""
    link = OfferLink.of(listing_id)
    if link is None or link.pictures_wanted_at is None:
        return
    want = offer_pictures.wanted_of(link)
    db.session.commit()
    picture_jobs.bring(want)
