"""Which offer, which supplier: looked for within what this person may see. What is foreign is missing: 404."""

from typing import Any

from flask import abort
from flask_login import current_user

from selection_center.catalog.models import Listing, Supplier
from selection_center.core.db import db
from selection_center.core.paging import LARGEST_ID
from selection_center.core.permissions import Permission


def listing_or_404(listing_id: int, *options: Any, permission: Permission = Permission.SEE_CATALOG) -> Listing:
    if listing_id > LARGEST_ID:
        abort(404)
    query = Listing.reachable_by(current_user, permission).filter_by(id=listing_id).options(*options)
    listing: Listing = db.first_or_404(query)
    return listing


def supplier_or_404(supplier_id: int, permission: Permission = Permission.SEE_CATALOG) -> Supplier:
    if supplier_id > LARGEST_ID:
        abort(404)
    supplier: Supplier = db.first_or_404(Supplier.reachable_by(current_user, permission).filter_by(id=supplier_id))
    return supplier
