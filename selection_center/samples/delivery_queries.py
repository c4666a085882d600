"""What the delivery pages ask: which deliveries, how far each is, and what of each line has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload

from selection_center.catalog.models import Listing, Supplier
from selection_center.core.db import db
from selection_center.core.paging import like_anywhere, page_of
from selection_center.core.shop_time import today
from selection_center.samples.deliveries import Delivery, DeliveryLine
from selection_center.samples.models import RetireReason, Sample, SampleState
from selection_center.sites.models import Site


def came() -> sa.ColumnElement[bool]:
    """Was this sample here at some time? One that is retired came, unless it was given up while still expected."""
    return sa.and_(
        Sample.state != SampleState.EXPECTED,
        sa.or_(Sample.retired_reason.is_(None), Sample.retired_reason != RetireReason.NEVER_CAME),
    )


@dataclass(frozen=True)
class Counts:
    """Pieces: on the list, here by now (surplus among them), still missing, given up at closing."""

    listed: int = 0
    received: int = 0
    missing: int = 0
    given_up: int = 0

    @property
    def surplus(self) -> int:
        """What there is beyond the list: each piece of the list has come, is missing, or was given up."""
        return max(0, self.received + self.missing + self.given_up - self.listed)

    @property
    def of_list(self) -> int:
        """How many of the list have come."""
        return self.received - self.surplus

    @property
    def progress(self) -> tuple[int, int]:
        return self.of_list, self.listed


def counted(key: Any, *conditions: Any) -> dict[int, Counts]:
    """By line (key: DeliveryLine.id) or by delivery (DeliveryLine.delivery_id), how far it is."""
    pieces = sa.select(key, sa.func.sum(DeliveryLine.pieces)).where(*conditions).group_by(key)
    listed = {id: int(number) for id, number in db.session.execute(pieces)}
    number = sa.func.count(Sample.id)
    query = (
        sa.select(
            key,
            number.filter(came()),
            number.filter(Sample.state == SampleState.EXPECTED),
            number.filter(Sample.retired_reason == RetireReason.NEVER_CAME),
        )
        .join(Sample, Sample.delivery_line_id == DeliveryLine.id)
        .where(*conditions)
        .group_by(key)
    )
    found = {id: rest for id, *rest in db.session.execute(query)}
    return {id: Counts(number, *found.get(id, ())) for id, number in listed.items()}


def counts_of_lines(delivery: Delivery) -> dict[int, Counts]:
    return counted(DeliveryLine.id, DeliveryLine.delivery_id == delivery.id)


def counts_of(delivery: Delivery) -> Counts:
    found = counted(DeliveryLine.delivery_id, DeliveryLine.delivery_id == delivery.id)
    return found.get(delivery.id, Counts())


def counts_of_line(line: DeliveryLine) -> Counts:
    return counted(DeliveryLine.id, DeliveryLine.id == line.id).get(line.id, Counts())


@dataclass(frozen=True)
class Row:
    """A line as its pages show it."""

    line: DeliveryLine
    counts: Counts


def rows(delivery: Delivery) -> list[Row]:
    """The lines of the list, then what was not on it; a line whose surplus was all taken back is left out."""
    found = counts_of_lines(delivery)
    query = (
        sa.select(DeliveryLine)
        .filter_by(delivery_id=delivery.id)
        .order_by(DeliveryLine.pieces == 0, DeliveryLine.id)
        .options(joinedload(DeliveryLine.listing), joinedload(DeliveryLine.sku))
    )
    lines = db.session.scalars(query).unique()
    made = [Row(line, found.get(line.id, Counts())) for line in lines]
    return [row for row in made if row.counts.listed or row.counts.received]


# --- the list of deliveries -------------------------------------------------------------------------------------

MISSING = (
    sa.select(Sample.id)
    .join(DeliveryLine, DeliveryLine.id == Sample.delivery_line_id)
    .where(DeliveryLine.delivery_id == Delivery.id, Sample.state == SampleState.EXPECTED)
    .correlate(Delivery)
    .exists()
)


def is_open() -> sa.ColumnElement[bool]:
    return Delivery.closed_at.is_(None)


def is_overdue() -> sa.ColumnElement[bool]:
    """Open, its day has passed, and pieces are missing."""
    return sa.and_(is_open(), Delivery.expected_on < today(), MISSING)


SHOWN: dict[str, Callable[[], sa.ColumnElement[bool]]] = {
    "open": is_open,
    "overdue": is_overdue,
    "closed": lambda: Delivery.closed_at.is_not(None),
}
ORDERS: dict[str, tuple[Any, ...]] = {
    "": (Delivery.closed_at.is_not(None), Delivery.expected_on, Delivery.id),
    "closed": (Delivery.closed_at.desc(), Delivery.id.desc()),
}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; unknown words count as nothing chosen."""

    words: str = ""
    show: str = ""  # open, overdue, closed

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        shown = args.get("show", "")
        return cls(args.get("q", "").strip()[:80], shown if shown in SHOWN else "")


def at(site: Site, show: str = "") -> sa.Select[Any]:
    query = sa.select(Delivery).where(Delivery.site_id == site.id)
    return query.where(SHOWN[show]()) if show else query


def search(site: Site, filters: Filters) -> Pagination:
    """Open ones first, in the order in which they are due."""
    query = at(site, filters.show).order_by(*ORDERS.get(filters.show, ORDERS[""]))
    for word in filters.words.split():
        query = query.where(holds(word))
    return page_of(query.options(joinedload(Delivery.supplier), joinedload(Delivery.user)))


def holds(word: str) -> sa.ColumnElement[bool]:
    """In the factory's name, the note, or an offer on its list."""
    offers = (
        sa.select(DeliveryLine.delivery_id)
        .join(Listing, Listing.id == DeliveryLine.listing_id)
        .where(
            sa.or_(
                like_anywhere(Listing.title, word),
                like_anywhere(Listing.title_en, word),
                like_anywhere(Listing.item_number, word),
                Listing.external_id == word,
            )
        )
    )
    factories = sa.select(Supplier.id).where(
        sa.or_(like_anywhere(Supplier.name, word), like_anywhere(Supplier.name_en, word))
    )
    return sa.or_(like_anywhere(Delivery.note, word), Delivery.supplier_id.in_(factories), Delivery.id.in_(offers))


def how_many(site: Site) -> dict[str, int]:
    """Deliveries of each kind, as the tabs name them."""
    return {
        name: db.session.scalar(at(site, name).with_only_columns(sa.func.count(Delivery.id))) or 0 for name in SHOWN
    }
