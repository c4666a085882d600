"""Taking an offer's link to what is sold online off it, with what that touches said first; and putting it back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.catalog.models import Listing
from selection_center.catalog.reaching import listing_or_404
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.marketplace import unlinkings
from selection_center.marketplace.syncs import OfferLink

bp = Blueprint("unlinkings", __name__)


def reach(listing_id: int) -> Listing:
    """The offer; for a change it is locked, so that of two people the second sees what the first did."""
    listing = listing_or_404(listing_id, permission=Permission.EDIT_CATALOG)
    if request.method == "POST":
        db.session.refresh(listing, with_for_update=True)
    return listing


@bp.get("/catalog/<int:listing_id>/unlinking")
@allow(Permission.EDIT_CATALOG)
def show(listing_id: int) -> Any:
    """What it touches, before; and how it is put back, after."""
    listing = reach(listing_id)
    return render_template(
        "marketplace/unlink.html",
        listing=listing,
        link=OfferLink.of(listing_id),
        touched=unlinkings.touched_by(listing),
        last=unlinkings.last_of(listing),
    )


@bp.post("/catalog/<int:listing_id>/unlinking")
@allow(Permission.EDIT_CATALOG)
def create(listing_id: int) -> Any:
    made = unlinkings.unlink(reach(listing_id), current_user.id)
    message = _("Unlinked from offer %(id)s.", id=made.external_id)
    return done(url_for(".show", listing_id=listing_id), message)


@bp.post("/catalog/<int:listing_id>/unlinking/return")
@allow(Permission.EDIT_CATALOG)
def take_back(listing_id: int) -> Any:
    listing = reach(listing_id)
    last = unlinkings.last_of(listing)
    if last is None:
        raise Refused("not_unlinked", _("There is nothing to take back: this offer is linked, or was never unlinked."))
    unlinkings.link_again(last, listing, current_user.id)
    message = _("Linked to offer %(id)s again.", id=last.external_id)
    return done(url_for("catalog.show", listing_id=listing_id), message)
