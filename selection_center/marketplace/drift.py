"""The price of an offer here against the one online: where somebody changed ours by hand, they drift apart.

Values are text as the history of prices keeps them: tiers as "3:1280 48:1150", a style's own price in fen as "1280".
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from selection_center.catalog.changes import tiers_of, tiers_text
from selection_center.catalog.editing import set_tiers
from selection_center.catalog.models import Listing, PriceChange, PriceTier, Sku
from selection_center.catalog.pricing import Tier
from selection_center.core.db import db
from selection_center.marketplace.syncs import OfferLink

KEPT = "kept"
"""The field of the history that says: this price online was seen, and ours stays."""

Key = tuple[str, str]
"""(style, "tiers" or "price"); the style is empty for the whole offer."""
Said = dict[Key, str | None]


class Gap(NamedTuple):
    """One price that is another online."""

    spec: str
    field: str
    ours: str | None
    online: str | None
    is_kept: bool = False
    """Somebody looked at just this price online and kept ours."""


def fingerprint(found: list[Gap]) -> str:
    """Another one where any of these prices is another one, here or there."""
    return hashlib.sha256(repr([gap[:4] for gap in found]).encode()).hexdigest()[:16]


def gaps(condition: sa.ColumnElement[bool]) -> dict[int, list[Gap]]:
    """By offer, of those that the condition names: every price that differs from what the last sync read."""
    links = sa.select(OfferLink.listing_id, OfferLink.online).join(Listing, Listing.id == OfferLink.listing_id)
    rows = db.session.execute(links.where(OfferLink.gone_at.is_(None), condition))
    online = {listing_id: said for listing_id, said in rows if said}
    ours, kept = said_here(condition), kept_prices(condition)
    found = {listing_id: differing(ours[listing_id], said, kept[listing_id]) for listing_id, said in online.items()}
    return {listing_id: some for listing_id, some in found.items() if some}


def differing(ours: Said, online: Mapping[str, Any], kept: Said) -> list[Gap]:
    return [
        Gap(*key, ours.get(key), text, key in kept and kept[key] == text)
        for key, text in said_online(online).items()
        if ours.get(key) != text
    ]


def said_online(online: Mapping[str, Any]) -> Said:
    """What counts there: the tiers of each style, else those of the offer, else each style's own price."""
    if isinstance(ladders := online.get("ladders"), dict):
        return {(spec, "tiers"): text for spec, text in ladders.items()}
    if tiers := online.get("tiers"):
        return {("", "tiers"): tiers}
    return {(spec, "price"): str(fen) for spec, fen in (online.get("skus") or {}).items()}


def said_here(condition: sa.ColumnElement[bool]) -> defaultdict[int, Said]:
    tiers: dict[tuple[int, str], list[Tier]] = defaultdict(list)
    rungs = sa.select(PriceTier.listing_id, Sku.spec, PriceTier.min_quantity, PriceTier.price_fen)
    rungs = rungs.join(Listing, Listing.id == PriceTier.listing_id).outerjoin(Sku, Sku.id == PriceTier.sku_id)
    for listing_id, spec, quantity, fen in db.session.execute(rungs.where(condition)):
        tiers[listing_id, spec or ""].append(Tier(quantity, fen))
    found: defaultdict[int, Said] = defaultdict(dict)
    for (listing_id, spec), ladder in tiers.items():
        found[listing_id][spec, "tiers"] = tiers_text(ladder)
    own = sa.select(Sku.listing_id, Sku.spec, Sku.price_fen).join(Listing, Listing.id == Sku.listing_id)
    for listing_id, spec, price in db.session.execute(own.where(condition, Sku.price_fen.is_not(None))):
        found[listing_id][spec, "price"] = str(price)
    return found


def kept_prices(condition: sa.ColumnElement[bool]) -> defaultdict[int, Said]:
    """The price online that was seen when ours was kept last."""
    query = sa.select(PriceChange).join(Listing, Listing.id == PriceChange.listing_id)
    query = query.where(condition, PriceChange.field == KEPT).order_by(PriceChange.id)
    found: defaultdict[int, Said] = defaultdict(dict)
    for fact in db.session.scalars(query):
        found[fact.listing_id][fact.spec, field_of(fact.old)] = fact.old
    return found


def field_of(text: str | None) -> str:
    return "tiers" if tiers_of(text) else "price"


def take_online(listing: Listing, found: list[Gap]) -> None:
    """What stands online becomes ours."""
    skus = {sku.spec: sku for sku in listing.skus}
    for gap in found:
        sku = skus.get(gap.spec)
        if gap.field == "tiers" and (sku is not None or not gap.spec):
            set_tiers(listing, sku.id if sku is not None and gap.spec else None, tiers_of(gap.online))
        elif sku is not None and gap.online is not None:
            sku.price_fen = int(gap.online)


def keep_ours(listing: Listing, found: list[Gap], user_id: int) -> None:
    """A fact of the history: it holds until online changes again."""
    db.session.add_all(
        PriceChange(
            **{"listing_id": listing.id, "spec": gap.spec, "field": KEPT, "old": gap.online, "new": gap.ours},
            **{"user_id": user_id, "source": "manual"},
        )
        for gap in found
    )
    db.session.execute(sa.update(OfferLink).filter_by(listing_id=listing.id).values(compared_version=None))
