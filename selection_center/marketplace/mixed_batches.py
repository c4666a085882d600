"""Open lists that ask for less than a factory's minimum, and whose mixed batch (混批) is not reached either."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Listing, Supplier
from selection_center.catalog.pricing import Wanted, price_supplier
from selection_center.catalog.pricing.lines import Problem
from selection_center.catalog.terms import mix_rule, offer_terms
from selection_center.core.db import db, utcnow
from selection_center.samples.models import Sample
from selection_center.selections.models import LineKind, SelectionLine, SelectionList
from selection_center.sites.models import Site

STILL_CARED_FOR = timedelta(days=30)
"""A list that nobody touched for longer was left behind."""


def below_rule(site: Site) -> dict[int, str]:
    """By offer that such a list at this site names, what the rule and the offer's minimum are."""
    groups: dict[tuple[int, int], list[SelectionLine]] = defaultdict(list)
    for line in db.session.scalars(open_lines(site)).unique():
        if line.listing.supplier_id is not None:
            groups[line.list_id, line.listing.supplier_id].append(line)
    found: dict[int, str] = {}
    for lines in groups.values():
        supplier = lines[0].listing.supplier
        offers = {line.listing_id: offer_terms(line.listing) for line in lines}
        wanted = [Wanted(line.sku_id, line.quantity) for line in lines]
        priced = price_supplier(offers.values(), wanted, mix_rule(supplier))
        for line, price in zip(lines, priced.lines, strict=True):
            if supplier is not None and Problem.BELOW_MOQ in price.problems:
                found[line.listing_id] = f"{supplier.mix_pieces} {supplier.mix_fen} {price.moq}"
    return found


def open_lines(site: Site) -> sa.Select[SelectionLine]:
    whole = joinedload(SelectionLine.listing).options(
        selectinload(Listing.skus), selectinload(Listing.tiers), joinedload(Listing.supplier)
    )
    return (
        sa.select(SelectionLine)
        .join(SelectionList, SelectionList.id == SelectionLine.list_id)
        .join(Sample, Sample.id == SelectionLine.sample_id)
        .join(Listing, Listing.id == SelectionLine.listing_id)
        .join(Supplier, Supplier.id == Listing.supplier_id)
        .where(Sample.site_id == site.id, SelectionLine.kind == LineKind.BULK)
        .where(SelectionLine.order_id.is_(None), SelectionLine.removed_at.is_(None), SelectionList.closed_at.is_(None))
        .where(SelectionList.updated_at >= utcnow() - STILL_CARED_FOR)
        .where(sa.or_(Supplier.mix_pieces > 0, Supplier.mix_fen > 0))
        .order_by(SelectionLine.id)
        .options(whole)
    )
