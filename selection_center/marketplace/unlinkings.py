"""An offer that is not online any more as far as we are concerned: its link taken off, and put back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.changes import record_changes, snapshot
from selection_center.catalog.models import SOURCE_MANUAL, Listing
from selection_center.catalog.search import index_listings
from selection_center.core import audit
from selection_center.core.codes import new_code
from selection_center.core.db import Model, db, utcnow
from selection_center.core.errors import Refused
from selection_center.marketplace import follow_jobs, runs
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.syncs import OfferLink
from selection_center.orders.models import OPEN_STATES, Order, OrderLine
from selection_center.samples.models import Sample, SampleState
from selection_center.selections.models import SelectionLine, SelectionList


class Unlinking(Model):
    """One offer that somebody unlinked (解除关联), and all that it takes to link it again."""

    __tablename__ = "unlinkings"

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    undone_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(sa.String(24))
    external_id: Mapped[str] = mapped_column(sa.String(64))
    url: Mapped[str] = mapped_column(sa.String(500))
    left_as: Mapped[str] = mapped_column(sa.String(64))
    """The number of its own that it got instead: as long as it has that, nobody has linked it otherwise."""
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("marketplace_accounts.id"))
    """Which account kept it fresh."""
    online: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    pictures_from: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    """As at the account's link to it."""

    account: Mapped[Account | None] = relationship()
    user: Mapped[User] = relationship()


class Touched(NamedTuple):
    samples: int
    lists: int
    orders: int


def touched_by(listing: Listing) -> Touched:
    """How many samples, open lists and open orders show this offer."""
    samples = sa.select(sa.func.count()).select_from(Sample).filter_by(listing_id=listing.id)
    lists = sa.select(sa.func.count(SelectionLine.list_id.distinct())).join(SelectionList)
    lists = lists.where(
        SelectionLine.listing_id == listing.id, SelectionLine.is_open, SelectionList.closed_at.is_(None)
    )
    orders = sa.select(sa.func.count(Order.id.distinct())).join(OrderLine, OrderLine.order_id == Order.id)
    orders = orders.where(OrderLine.listing_id == listing.id, Order.state.in_(OPEN_STATES))
    still = (samples.where(Sample.state != SampleState.RETIRED), lists.where(SelectionList.closed_at.is_(None)), orders)
    return Touched(*(db.session.scalars(query).one() for query in still))


def last_of(listing: Listing) -> Unlinking | None:
    """The one that can be taken back: nobody has linked the offer since."""
    query = sa.select(Unlinking).filter_by(listing_id=listing.id, undone_at=None).order_by(Unlinking.id.desc())
    last = db.session.scalars(query.limit(1)).first()
    return last if last is not None and listing.external_id == last.left_as else None


def unlink(listing: Listing, user_id: int) -> Unlinking:
    """From here on it is an offer of our own, with everything that it shows. The listing's row is held."""
    if listing.source == SOURCE_MANUAL:
        raise Refused("not_linked", _("This offer is not linked to anything online."))
    made = Unlinking(listing_id=listing.id, user_id=user_id, left_as=new_code())
    made.source, made.external_id, made.url = listing.source, listing.external_id, listing.url
    made.online, made.pictures_from = {}, {}
    link = OfferLink.of(listing.id)
    if link is not None:
        made.account, made.online, made.pictures_from = link.account, link.online, link.pictures_from
        db.session.delete(link)
    call(listing, SOURCE_MANUAL, made.left_as, "", user_id)
    audit.record("listing_unlinked", listing, name=listing.title, number=made.external_id)
    db.session.add(made)
    tell_account(made)
    return made


def link_again(made: Unlinking, listing: Listing, user_id: int) -> None:
    """As it was, then read again from there. Refuses where the offer came in anew meanwhile."""
    taken = db.session.scalar(sa.select(Listing).filter_by(source=made.source, external_id=made.external_id))
    if taken is not None:
        sentence = _(
            "Offer %(id)s came into the catalog anew meanwhile. Link this one to it, and its samples show that one.",
            id=made.external_id,
        )
        raise Refused("in_catalog", sentence)
    call(listing, made.source, made.external_id, made.url, user_id)
    audit.record("listing_linked_again", listing, name=listing.title, number=made.external_id)
    made.undone_at = utcnow()
    if made.account is None:
        return
    kept = {"online": made.online, "pictures_from": made.pictures_from}
    db.session.add(OfferLink(listing_id=listing.id, account_id=made.account.id, **kept))
    tell_account(made)
    name = f"refresh {made.account.id} unlinking {made.id}"
    runs.ask_again("refresh-offers", name, user_id=user_id, account_id=made.account.id, ids=made.external_id)


def call(listing: Listing, source: str, external_id: str, url: str, user_id: int) -> None:
    """By what it is known from here on; the search finds it so too."""
    before = snapshot(listing)
    listing.source, listing.external_id, listing.url = source, external_id, url
    record_changes(listing, before, user_id=user_id, source="manual")
    index_listings([listing.id])


def tell_account(made: Unlinking) -> None:
    """Its messages are asked for while the account keeps it fresh, and else no more."""
    db.session.flush()
    if made.account is not None:
        follow_jobs.ask_to_follow(made.account, made.external_id)
