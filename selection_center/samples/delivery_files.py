"""A delivery as a table: what came of it, and a factory's offers to fill in."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.suppliers import Supplier
from selection_center.core.db import db
from selection_center.core.exports import Cell
from selection_center.core.i18n import in_language
from selection_center.samples.delivery_queries import Row

MOST_OFFERS = 2_000


def full_list(rows: Sequence[Row]) -> tuple[list[str], Iterator[list[Cell]]]:
    """Header and rows: the offer, and its pieces by what became of them."""
    numbers = [_("Expected in all"), _("Received so far"), _("Still missing"), _("Surplus"), _("Given up")]

    def cells() -> Iterator[list[Cell]]:
        for row in rows:
            listing, counts = row.line.listing, row.counts
            style = row.line.sku.label if row.line.sku else ""
            yield [
                *(listing.external_id, listing.label, listing.item_number, style),
                *(counts.listed, counts.received, counts.missing, counts.surplus, counts.given_up),
            ]

    return [*names(), *numbers], cells()


def names() -> list[str]:
    return [
        in_language("商品ID", "Offer ID"),
        in_language("商品标题", "Title"),
        _("Item number"),
        in_language("规格", "Spec"),
    ]


def empty_list(supplier: Supplier) -> tuple[list[str], list[list[Cell]]]:
    """Header and rows of a factory's newest offers, a style each, with no pieces yet."""
    query = (
        sa.select(Listing.external_id, Listing.title, Listing.title_en, Listing.item_number, Sku.spec, Sku.spec_en)
        .join(Sku, Sku.listing_id == Listing.id)
        .where(Listing.supplier_id == supplier.id)
        .order_by(Listing.id.desc(), Sku.position, Sku.id)
        .limit(MOST_OFFERS)
    )
    rows: list[list[Cell]] = [
        [number, in_language(title, title_en), item, in_language(spec, spec_en), ""]
        for number, title, title_en, item, spec, spec_en in db.session.execute(query)
    ]
    return [*names(), in_language("件数", "Pieces")], rows
