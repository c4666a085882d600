"""What a buyer's list means to the staff of one site: its lines of their samples, and the order written from them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Sku
from selection_center.catalog.pricing import Wanted, price_offer
from selection_center.catalog.terms import offer_terms
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Permission
from selection_center.membership.recognising import member_of
from selection_center.orders.operations import samples_taken
from selection_center.samples.models import Sample
from selection_center.selections import groups
from selection_center.selections.groups import SupplierGroup
from selection_center.selections.models import LineKind, SelectionLine, SelectionList
from selection_center.sites.models import Site

SHOWN_FOR = timedelta(hours=24)
MOST_LISTS = 50


def is_ours(line: SelectionLine, user: Any) -> bool:
    return bool(user.can(Permission.HANDLE_ORDERS, site_id=line.sample.site_id))


def site_of(selection: SelectionList, user: Any) -> Site | None:
    """Where this person stands with the list: its own site, or the first of theirs that has a line on it."""
    sites = [selection.site, *(line.sample.site for line in selection.lines)]
    return next((site for site in sites if site and user.can(Permission.HANDLE_ORDERS, site_id=site.id)), None)


def lists_today(site: Site, user: Any) -> Sequence[SelectionList]:
    """Lists of this site that somebody touched within a day, newest first."""
    query = (
        SelectionList.reachable_by(user)
        .where(SelectionList.site_id == site.id, SelectionList.updated_at > utcnow() - SHOWN_FOR)
        .order_by(SelectionList.updated_at.desc())
        .limit(MOST_LISTS)
        .options(selectinload(SelectionList.lines), joinedload(SelectionList.buyer))
    )
    return db.session.scalars(query).all()


def groups_of(selection: SelectionList, user: Any, phone: str | None = None) -> list[SupplierGroup]:
    """The open lines of this person's sites, priced as staff see prices."""
    lines = [line for line in selection.lines if is_ours(line, user)]
    taken = samples_taken(selection.buyer, phone)
    member = member_of(selection.buyer.device)
    return groups.groups_of(lines, buyer=selection.buyer, user=user, member=member, samples_taken=taken)


def first_quantity(selection: SelectionList, sample: Sample, sku: Sku, kind: LineKind) -> int:
    """What one more scan adds: a sample, one lot of what is there already, or the smallest quantity to order."""
    if kind is LineKind.SAMPLE:
        return 1
    listing = sample.listing
    if any(line.holds(sample, sku, kind) for line in selection.open_lines):
        return max(1, listing.lot_size)
    return max(1, price_offer(offer_terms(listing), [Wanted(sku.id, 1)]).lines[0].minimum)
