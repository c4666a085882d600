"""Pictures of fetched offers, brought in through the one guarded way and encoded anew: only where they changed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from selection_center.catalog.models import Listing
from selection_center.core import pictures
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.fetch import Door, FetchRefused, fetch
from selection_center.marketplace.syncs import OfferLink

HOSTS = ("alicdn.com",)
KINDS = ("image/jpeg", "image/png", "image/webp")
MOST = 6
"""Of an offer: what a phone shows before somebody loses interest."""
AT_ONCE = 50


class Wanted(NamedTuple):
    """An offer whose pictures there are others than here. `asked_at`: when they were seen to be."""

    link_id: int
    listing_id: int
    addresses: tuple[str, ...]
    asked_at: datetime


def wanted(account_id: int, after_id: int) -> list[Wanted]:
    """The next offers of the account that want their pictures."""
    query = (
        sa.select(OfferLink.id, Listing.id, Listing.picture_urls, OfferLink.pictures_wanted_at)
        .join(Listing, Listing.id == OfferLink.listing_id)
        .where(OfferLink.account_id == account_id, OfferLink.pictures_wanted_at.is_not(None), OfferLink.id > after_id)
    )
    rows = db.session.execute(query.order_by(OfferLink.id).limit(AT_ONCE))
    return [Wanted(link_id, listing_id, tuple(urls[:MOST]), at) for link_id, listing_id, urls, at in rows if at]


def brought(addresses: Sequence[str]) -> tuple[list[str], bool]:
    """Names of the kept ones in their order, and whether it is worth asking again for those that did not come."""
    door, names, again = Door.to(*HOSTS), [], False
    for address in addresses:
        into = io.BytesIO()
        try:
            fetch(address, door, into, kinds=KINDS, most_bytes=pictures.LARGEST_BYTES)
            names.append(pictures.keep(into.getvalue()))
        except FetchRefused as refused:
            again = again or not refused.is_final
        except Refused:
            continue  # no picture, whatever its address said
    return list(dict.fromkeys(names)), again


def hang(want: Wanted, names: list[str], *, again: bool) -> None:
    """Puts them on the offer; what came meanwhile from people stays behind them."""
    listing = db.session.get_one(Listing, want.listing_id, with_for_update={"of": Listing})
    if names and names != listing.pictures[: len(names)]:
        listing.pictures = [*names, *(kept for kept in listing.pictures if kept not in names)][: MOST * 2]
        listing.version, listing.updated_at = listing.version + 1, utcnow()
    if not again:
        same = sa.and_(OfferLink.id == want.link_id, OfferLink.pictures_wanted_at == want.asked_at)
        db.session.execute(sa.update(OfferLink).where(same).values(pictures_wanted_at=None))
