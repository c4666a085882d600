"""Which offer a sample is of: pieces that were written down by hand go over to the online offer once it is known."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.catalog.changes import snapshot
from selection_center.catalog.editing import put, recorded
from selection_center.catalog.models import Listing, ListingState
from selection_center.catalog.queries import number
from selection_center.catalog.reaching import listing_or_404
from selection_center.catalog.search import index_listings
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.samples import stands
from selection_center.samples.models import Placement, Sample
from selection_center.sites.models import Stand

bp = Blueprint("sample_offers", __name__)


@bp.post("/catalog/<int:listing_id>/replacement")
@allow(Permission.EDIT_CATALOG)
def replace(listing_id: int) -> Any:
    """All samples of this offer are of that one from now on; this one leaves the shelf."""
    gone = listing_or_404(listing_id, permission=Permission.EDIT_CATALOG)
    wanted = number(request.form.get("listing")) or 0
    stays = db.session.scalar(Listing.reachable_by(current_user, Permission.EDIT_CATALOG).filter_by(id=wanted))
    if stays is None:
        raise Refused("no_such_offer", _("That offer is not in the catalog. Search for it again."))
    if gone is stays:
        abort(422)
    moved = move_samples(gone, stays)
    before = snapshot(gone)
    put(gone, ListingState.OFF_SHELF)
    recorded(gone, before, "listing_taken_off_shelf", current_user.id)
    index_listings([gone.id, stays.id])
    audit.record("listing_replaced", stays, name=stays.title, replaced=gone.title, count=moved)
    message = ngettext("%(num)s sample shows this offer now.", "%(num)s samples show this offer now.", moved)
    return done(url_for("catalog.show", listing_id=stays.id), message)


def move_samples(gone: Listing, stays: Listing) -> int:
    """Each keeps its style where the other offer has one of the same name; else it shows the first one."""
    if not stays.skus:
        raise Refused("no_styles", _("That offer has no style yet. Import it again first."))
    same = {sku.spec: sku for sku in stays.skus}
    samples = held_samples(gone, stays)
    for sample in samples:
        sample.sku = same.get(sample.sku.spec if sample.sku else "", stays.skus[0])
        sample.listing = stays
    db.session.flush()
    return len(samples)


def held_samples(gone: Listing, stays: Listing) -> list[Sample]:
    """What shows the offer that goes, locked until the commit: offers, then stands, then samples, each by number.

    Whoever closes a stand takes it before its samples, so nobody waits in a ring. The offers stay open to those who
    only name them (KEY SHARE), such as a sample that is just received.
    """
    offers = sa.select(Listing.id).where(Listing.id.in_([gone.id, stays.id])).order_by(Listing.id)
    db.session.execute(offers.with_for_update(key_share=True))
    standing = sa.select(Stand).join(Placement, Placement.stand_id == Stand.id).join(Placement.sample)
    stands.hold(db.session.scalars(standing.where(Sample.listing_id == gone.id, Placement.ended_at.is_(None))))
    samples = sa.select(Sample).filter_by(listing_id=gone.id).order_by(Sample.id).with_for_update()
    return list(db.session.scalars(samples.execution_options(populate_existing=True)))
