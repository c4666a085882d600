"""The prices of a listing over time, read from what was recorded."""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.catalog.changes import tiers_of
from selection_center.catalog.models import Listing, ListingState, PriceChange
from selection_center.catalog.pricing import ladder
from selection_center.catalog.terms import offer_terms
from selection_center.core.db import db, utcnow
from selection_center.core.money import show_fen

RECENT = timedelta(days=7)
SHOWN = 50
MONEY_FIELDS = ("price", "member_price", "sample_price")


class Change(NamedTuple):
    """One change in words."""

    at: datetime
    spec: str
    field: str
    old: str
    new: str
    who: str


def changes(listing: Listing) -> list[Change]:
    """The last changes, newest first."""
    query = (
        sa.select(PriceChange, User.name)
        .outerjoin(User, User.id == PriceChange.user_id)
        .where(PriceChange.listing_id == listing.id)
        .order_by(PriceChange.at.desc(), PriceChange.id.desc())
        .limit(SHOWN)
    )
    return [_in_words(row, name) for row, name in db.session.execute(query)]


def of_run(source: str, since: datetime) -> list[tuple[Listing, Change]]:
    """What this import or run changed of offers that it found here, the newest first; none began before `since`."""
    query = (
        sa.select(PriceChange, Listing)
        .join(Listing, Listing.id == PriceChange.listing_id)
        .where(PriceChange.at >= since, PriceChange.source == source, PriceChange.old.is_not(None))
        .order_by(PriceChange.at.desc(), PriceChange.id.desc())
        .limit(SHOWN)
    )
    return [(listing, _in_words(row, None)) for row, listing in db.session.execute(query)]


def _in_words(row: PriceChange, name: str | None) -> Change:
    source = _("by hand") if row.source == "manual" else source_word(row.source)
    who = f"{name}, {source}" if name else source
    return Change(row.at, row.spec, field_word(row.field), said(row.field, row.old), said(row.field, row.new), who)


def source_word(source: str) -> str:
    """ "import 17", "sync 4" """
    kind, _space, number = source.partition(" ")
    words: dict[str, str] = {
        "import": _("import"),
        "sync": _("marketplace, run"),
        "message": _("marketplace, message, account"),
    }
    return f"{words.get(kind, kind)} {number}".strip()


def field_word(field: str) -> str:
    words: dict[str, str] = {
        "price": _("Price"),
        "member_price": _("Member price"),
        "sample_price": _("Sample price"),
        "tiers": _("Price by quantity"),
        "moq": _("MOQ"),
        "state": _("On shelf"),
        "stock": _("Stock"),
        "style": _("Style"),
        "kept": _("Kept ours against online"),
    }
    return words.get(field, field)


def said(field: str, value: str | None) -> str:
    """A recorded value as a person reads it; one in a shape of its own as it is."""
    if value is None:
        return "—"
    if field in {*MONEY_FIELDS, "kept"} and value.isdecimal():
        return show_fen(int(value))
    if field in {"tiers", "kept"} and tiers_of(value):
        return " · ".join(f"{quantity}+ {show_fen(fen)}" for quantity, fen in tiers_of(value))
    if field == "state":
        words: dict[str, str] = {ListingState.ON_SHELF: _("on the shelf"), ListingState.OFF_SHELF: _("off the shelf")}
        return words.get(value, value)
    if field == "style":
        return str(_("offered") if value == "offered" else _("not offered any more"))
    return value


def lead_price(listing: Listing) -> int | None:
    """Fen a piece at the smallest quantity, of the cheapest style; None without a price."""
    terms = offer_terms(listing)
    firsts = [ladder(terms, sku.id)[:1] for sku in listing.skus]
    return min((rung.price_fen for rungs in firsts for rung in rungs), default=None)


def lowest_lately(listing: Listing) -> int | None:
    """The lowest price at the smallest quantity that held at any moment of the last seven days.

    That is the one of now and every one that was changed within these days, since it held until then.
    """
    query = sa.select(PriceChange.field, PriceChange.old).where(
        PriceChange.listing_id == listing.id,
        PriceChange.field.in_(("price", "tiers")),
        PriceChange.old.is_not(None),
        PriceChange.at >= utcnow() - RECENT,
    )
    found = [price for price in (_lead_of(*row) for row in db.session.execute(query)) if price is not None]
    now = lead_price(listing)
    return min([*found, *([now] if now is not None else [])], default=None)


def _lead_of(field: str, old: str | None) -> int | None:
    if field == "tiers":
        return tiers_of(old)[0][1] if tiers_of(old) else None
    return int(old) if old and old.isdecimal() else None
