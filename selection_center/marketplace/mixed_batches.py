"""Open lists that ask for less than a factory's minimum, and whose mixed batch (混批) is not reached either.

The database leaves out lists where a look at the pieces is enough; the others are priced until each offer is found.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Listing, PriceTier, Supplier
from selection_center.catalog.pricing import Wanted, price_supplier
from selection_center.catalog.pricing.lines import Problem
from selection_center.catalog.terms import mix_rule, offer_terms
from selection_center.core.db import db, utcnow
from selection_center.samples.models import Sample
from selection_center.selections.models import LineKind, SelectionLine, SelectionList
from selection_center.sites.models import Site

STILL_CARED_FOR = timedelta(days=30)
"""A list that nobody touched for longer was left behind."""
Group = tuple[int, int]
"""A list and a supplier of whom it has lines."""


def below_rule(site: Site) -> dict[int, str]:
    """By offer that such a list at this site names, what the rule and the offer's minimum are. Of several lists the
    newest tells.
    """
    groups: dict[Group, list[tuple[int, Wanted]]] = defaultdict(list)
    for list_id, supplier_id, listing_id, sku_id, quantity in db.session.execute(lines_in_doubt(site)):
        groups[list_id, supplier_id].append((listing_id, Wanted(sku_id, quantity)))
    if not groups:
        return {}
    listings = offers({listing_id for lines in groups.values() for listing_id, _wanted in lines})
    terms = {listing_id: offer_terms(listing) for listing_id, listing in listings.items()}
    found: dict[int, str] = {}
    for lines in groups.values():
        named = {listing_id for listing_id, _wanted in lines}
        if named <= found.keys():
            continue
        supplier = listings[lines[0][0]].supplier
        wanted = [want for _listing_id, want in lines]
        priced = price_supplier([terms[listing_id] for listing_id in named], wanted, mix_rule(supplier))
        for (listing_id, _wanted), price in zip(lines, priced.lines, strict=True):
            if supplier is not None and Problem.BELOW_MOQ in price.problems:
                found.setdefault(listing_id, f"{supplier.mix_pieces} {supplier.mix_fen} {price.moq}")
    return found


def offers(ids: set[int]) -> dict[int, Listing]:
    whole = (selectinload(Listing.skus), selectinload(Listing.tiers), joinedload(Listing.supplier))
    query = sa.select(Listing).where(Listing.id.in_(ids)).options(*whole)
    return {listing.id: listing for listing in db.session.scalars(query)}


def lines_in_doubt(site: Site) -> sa.Select[int, int, int, int, int]:
    """All lines of each list and supplier whose pieces make no batch, and of which one is short of a minimum by itself;
    those of the newest list first.
    """
    lines = open_lines(site)
    pieces = sa.func.sum(SelectionLine.quantity)
    few = sa.or_(sa.func.coalesce(Supplier.mix_pieces, 0) == 0, pieces < Supplier.mix_pieces)
    short = sa.func.sum(sa.case((short_by_itself(), 1), else_=0)) > 0
    columns = (SelectionLine.list_id, Supplier.id.label("supplier_id"))
    grouped = lines.with_only_columns(*columns).group_by(*columns, Supplier.mix_pieces).having(sa.and_(few, short))
    doubt = grouped.subquery()
    own = sa.and_(doubt.c.list_id == SelectionLine.list_id, doubt.c.supplier_id == Listing.supplier_id)
    whole = (*columns, SelectionLine.listing_id, SelectionLine.sku_id, SelectionLine.quantity)
    return lines.with_only_columns(*whole).join(doubt, own).order_by(SelectionLine.list_id.desc(), SelectionLine.id)


def short_by_itself() -> sa.ColumnElement[bool]:
    """Fewer than the offer's minimum, or than the first tier of the whole offer or of this style."""
    of_line = sa.or_(PriceTier.sku_id.is_(None), PriceTier.sku_id == SelectionLine.sku_id)
    ladder = sa.select(PriceTier.sku_id).where(PriceTier.listing_id == SelectionLine.listing_id, of_line)
    first = ladder.group_by(PriceTier.sku_id).having(sa.func.min(PriceTier.min_quantity) > SelectionLine.quantity)
    below_first = first.correlate(SelectionLine).exists()
    return sa.or_(SelectionLine.quantity < Listing.moq, below_first)


def open_lines(site: Site) -> sa.Select[Any]:
    return (
        sa.select(SelectionLine)
        .join(SelectionList, SelectionList.id == SelectionLine.list_id)
        .join(Sample, Sample.id == SelectionLine.sample_id)
        .join(Listing, Listing.id == SelectionLine.listing_id)
        .join(Supplier, Supplier.id == Listing.supplier_id)
        .where(Sample.site_id == site.id, SelectionLine.kind == LineKind.BULK)
        .where(SelectionLine.is_open, SelectionList.closed_at.is_(None))
        .where(SelectionList.updated_at >= utcnow() - STILL_CARED_FOR)
        .where(sa.or_(Supplier.mix_pieces > 0, Supplier.mix_fen > 0))
    )
