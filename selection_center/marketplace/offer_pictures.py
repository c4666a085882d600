"""Pictures of fetched offers and styles, through the one guarded way and encoded anew: only where they changed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

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
MOST_STYLES = 60
AT_ONCE = 50


class Wanted(NamedTuple):
    """An offer whose pictures there may be others than here. `asked_at`: when they were seen to be."""

    link_id: int
    listing_id: int
    addresses: tuple[str, ...]
    """Of the offer; none where those here came from there."""
    styles: dict[str, str]
    """By style, addresses of what did not come from there yet."""
    asked_at: datetime


def wanted(account_id: int, after_id: int) -> list[Wanted]:
    """The next offers of the account that want their pictures."""
    query = (
        sa.select(OfferLink)
        .where(OfferLink.account_id == account_id, OfferLink.pictures_wanted_at.is_not(None), OfferLink.id > after_id)
        .options(joinedload(OfferLink.listing))
    )
    return [wanted_of(link) for link in db.session.scalars(query.order_by(OfferLink.id).limit(AT_ONCE))]


def wanted_of(link: OfferLink) -> Wanted:
    """What of the offer's pictures is to be fetched."""
    listing, known = link.listing, link.pictures_from or {}
    addresses = listing.picture_urls[:MOST]
    is_known = bool(listing.pictures) and known.get("offer") == addresses
    styles = dict(list((link.online.get("pictures") or {}).items())[:MOST_STYLES])
    new = {spec: address for spec, address in styles.items() if (known.get("styles") or {}).get(spec) != address}
    return Wanted(link.id, listing.id, () if is_known else tuple(addresses), new, link.pictures_wanted_at or utcnow())


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


def hang(want: Wanted, names: list[str], styles: dict[str, str], *, again: bool) -> None:
    """Puts them on the offer and its styles; what came meanwhile from people stays behind them."""
    listing = db.session.get_one(Listing, want.listing_id, with_for_update={"of": Listing})
    link = db.session.get(OfferLink, want.link_id, with_for_update={"of": OfferLink})
    if link is None or link.listing_id != want.listing_id:
        return  # somebody unlinked it meanwhile
    is_new = bool(names) and names != listing.pictures[: len(names)]
    if is_new:
        listing.pictures = [*names, *(kept for kept in listing.pictures if kept not in names)][: MOST * 2]
    for sku in listing.skus if styles else ():
        if sku.spec in styles and sku.picture != styles[sku.spec]:
            sku.picture, is_new = styles[sku.spec], True
    if is_new:
        listing.version, listing.updated_at = listing.version + 1, utcnow()
    known = dict(link.pictures_from or {})
    if want.addresses and not again:
        known["offer"] = list(want.addresses)
    came = {spec: want.styles[spec] for spec in styles}
    link.pictures_from = known | {"styles": {**(known.get("styles") or {}), **came}}
    if not again and link.pictures_wanted_at == want.asked_at:
        link.pictures_wanted_at = None
