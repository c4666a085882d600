"""Changing an offer by hand: every price on record, the search row written again, all in the caller's transaction."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from selection_center.catalog.addresses import OfferAddress
from selection_center.catalog.changes import Snapshot, record_changes, snapshot
from selection_center.catalog.forms import ListingParts, NewListingForm
from selection_center.catalog.models import SOURCE_MANUAL, Listing, ListingState, PriceTier, Sku
from selection_center.catalog.search import index_listings
from selection_center.core import audit
from selection_center.core.codes import new_code
from selection_center.core.errors import Refused

MOST_PICTURES = 12


def changed(listing: Listing, change: Callable[[], None], verb: str, user_id: int, **detail: Any) -> bool:
    """Makes the change; when a buyer sees one, it is recorded, indexed and audited."""
    before = snapshot(listing)
    change()
    return recorded(listing, before, verb, user_id, **detail)


def recorded(listing: Listing, before: Snapshot, verb: str, user_id: int, **detail: Any) -> bool:
    if not record_changes(listing, before, user_id=user_id, source="manual"):
        return False
    index_listings([listing.id])
    audit.record(verb, listing, name=listing.title, **detail)
    return True


def written_down(form: NewListingForm, picture: str | None, user_id: int) -> Listing:
    """A new offer that nobody sells online yet, with one style and one price."""
    listing = Listing(
        source=SOURCE_MANUAL,
        external_id=new_code(),
        title=form.title.data,
        unit=form.unit.data,
        moq=form.moq.data,
        supplier_id=form.chosen.id if form.chosen else None,
        pictures=[picture] if picture else [],
        skus=[Sku()],
        tiers=[PriceTier(min_quantity=form.moq.data, price_fen=form.price_fen.data)],
    )
    recorded(listing, {}, "listing_created", user_id)
    return listing


def rewrite(listing: Listing, parts: ListingParts) -> None:
    """What the edit page says. What it does not name stays: other offers' styles, source, state."""
    for name, value in parts.offer.values.items():
        setattr(listing, name, value)
    set_tiers(listing, None, parts.tiers.rows)
    for sku, form in parts.skus:
        for name, value in form.values.items():
            setattr(sku, name, value)
        if sku.id in parts.sku_tiers:
            set_tiers(listing, sku.id, parts.sku_tiers[sku.id].rows)
    if parts.new_sku.spec.data:
        listing.skus.append(Sku(position=len(listing.skus), **parts.new_sku.values))


def set_tiers(listing: Listing, sku_id: int | None, rows: list[tuple[int, int]]) -> None:
    """The same row keeps a quantity, so that its key is free when another one comes."""
    old = {tier.min_quantity: tier for tier in listing.tiers if tier.sku_id == sku_id}
    wanted = dict(rows)
    for quantity, tier in old.items():
        if quantity not in wanted:
            listing.tiers.remove(tier)
    for quantity, fen in rows:
        if quantity in old:
            old[quantity].price_fen = fen
        else:
            listing.tiers.append(PriceTier(sku_id=sku_id, min_quantity=quantity, price_fen=fen))


def put(listing: Listing, state: ListingState) -> None:
    listing.state = state


def add_picture(listing: Listing, name: str) -> None:
    if name in listing.pictures:
        raise Refused("same_picture", _("This picture is there already."))
    if len(listing.pictures) >= MOST_PICTURES:
        raise Refused("too_many_pictures", _("Twelve pictures at most. Remove one first."))
    listing.pictures = [*listing.pictures, name]


def remove_picture(listing: Listing, name: str) -> None:
    listing.pictures = [kept for kept in listing.pictures if kept != name]


def lead_with(listing: Listing, name: str) -> None:
    """This picture first: it stands on lists, labels and the scan page."""
    if name in listing.pictures:
        listing.pictures = [name, *(kept for kept in listing.pictures if kept != name)]


def link(listing: Listing, offer: OfferAddress) -> None:
    listing.source, listing.external_id, listing.url = offer.source, offer.external_id, offer.url
