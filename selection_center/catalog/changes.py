"""What changed on a listing: its prices, tiers, MOQ and state go on record, whoever changed them.

Taken before and after a change: `before = snapshot(listing)`, the change, `record_changes(listing, before, ...)`.
Values are text: money in fen ("1280"), tiers as "3:1280 48:1150", the rest as stored. None: there was no value.
"""

from collections.abc import Iterable
from typing import NamedTuple

from selection_center.catalog.models import Listing, PriceChange, PriceTier
from selection_center.catalog.pricing.terms import Tier
from selection_center.core.db import db, utcnow

Snapshot = dict[tuple[str, str], str | None]
"""(spec, field) -> value; the spec is empty for what belongs to the whole offer."""

WATCHED = frozenset({"price", "member_price", "sample_price", "tiers", "moq", "state", "stock"})
"""What is a row of PriceChange; the other fields of a snapshot only count the version up."""

NOT_SEEN = frozenset(
    {
        "id",
        "source",
        "external_id",
        "picture_urls",
        "headline_fen",
        "sample_fen",
        "moq",
        "state",
        "source_digest",
        "last_seen_at",
        "version",
        "created_at",
        "updated_at",
    }
)
"""Columns of a listing that no buyer sees, or that the snapshot holds under a watched name."""

SEEN = [column.key for column in Listing.__table__.columns if column.key not in NOT_SEEN]
SEEN_OF_SKU = ("spec_en", "stock", "picture", "position", "cargo_number", "barcode")
LONGEST = 400


class Difference(NamedTuple):
    spec: str
    field: str
    old: str | None
    new: str | None


def snapshot(listing: Listing) -> Snapshot:
    """Everything of a listing that a buyer sees; reads its SKUs and tiers."""
    taken: Snapshot = {("", field): text_of(getattr(listing, field)) for field in SEEN}
    taken["", "price"] = text_of(listing.headline_fen)
    taken["", "sample_price"] = text_of(listing.sample_fen)
    taken["", "moq"] = text_of(listing.moq)
    taken["", "state"] = text_of(listing.state)
    taken["", "tiers"] = tiers_text(listing.offer_tiers)
    for sku in listing.skus:
        taken |= _of_sku(sku.spec, "price", sku.price_fen) | _of_sku(sku.spec, "member_price", sku.member_fen)
        taken |= _of_sku(sku.spec, "sample_price", sku.sample_fen)
        for field in SEEN_OF_SKU:
            taken |= _of_sku(sku.spec, field, getattr(sku, field))
        own = tiers_text(tier for tier in listing.tiers if sku.id is not None and tier.sku_id == sku.id)
        taken |= _of_sku(sku.spec, "tiers", own)
    return taken


def _of_sku(spec: str, field: str, value: object) -> Snapshot:
    """One value of one SKU. An offer without variants has one SKU with an empty spec, whose own price leads."""
    return {(spec, field): text_of(value)} if spec or value is not None else {}


def text_of(value: object) -> str | None:
    return None if value is None or value == "" else str(value)


def tiers_text(tiers: Iterable[PriceTier | Tier]) -> str | None:
    """ "3:1280 48:1150", as many rungs as fit a row; None without tiers."""
    rungs = [f"{tier.min_quantity}:{tier.price_fen}" for tier in sorted(tiers, key=lambda tier: tier.min_quantity)]
    while len(" ".join(rungs)) > LONGEST:
        rungs.pop()
    return " ".join(rungs) or None


def tiers_of(text: str | None) -> list[tuple[int, int]]:
    """(least quantity, fen) of a tiers' text, smallest first; empty for a text in any other shape."""
    rungs = [rung.partition(":") for rung in (text or "").split()]
    if not all(quantity.isdecimal() and fen.isdecimal() for quantity, _colon, fen in rungs):
        return []
    return [(int(quantity), int(fen)) for quantity, _colon, fen in rungs]


def differences(before: Snapshot, after: Snapshot) -> list[Difference]:
    """Every value that is another one now, in the order of the later snapshot, what is gone at the end."""
    fields = dict.fromkeys([*after, *before])
    return [
        Difference(spec, field, before.get((spec, field)), after.get((spec, field)))
        for spec, field in fields
        if before.get((spec, field)) != after.get((spec, field))
    ]


def record_changes(listing: Listing, before: Snapshot, *, user_id: int | None, source: str) -> bool:
    """Adds a PriceChange for each watched value that differs from `before` and counts the version up.

    `source` is "manual" or the import ("import 17"). True when anything that a buyer sees changed.
    An empty `before` (a new listing) puts its first prices on record and leaves the version at its first.
    """
    db.session.add(listing)
    db.session.flush()
    found = differences(before, snapshot(listing))
    if found and before:
        listing.version, listing.updated_at = listing.version + 1, utcnow()
    db.session.add_all(
        PriceChange(listing_id=listing.id, user_id=user_id, source=source, **change._asdict())
        for change in found
        if change.field in WATCHED
    )
    return bool(found)
