"""What can be done with something seen while counting: take it back, or settle at once that it stood elsewhere."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core.auth import allow
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.samples.sightings import Sighting
from selection_center.sites.reaching import one_or_404

bp = Blueprint("sightings", __name__)


def sighting_or_404(sighting_id: int) -> Sighting:
    query = Sighting.reachable_by(current_user, Permission.SEE_SITE).where(Sighting.id == sighting_id)
    found: Sighting = one_or_404(query, Permission.HANDLE_SAMPLES)
    return found


def back_to_counting(sighting: Sighting, message: str) -> Any:
    count = sighting.stocktake
    address = url_for(
        "floor.task", slug=count.site.slug, task="count", stocktake=count.id, stand=sighting.stand.code
    )  # fmt: skip
    return done(address, message)


@bp.post("/sightings/<int:sighting_id>/reversal")
@allow(Permission.HANDLE_SAMPLES)
def take_back(sighting_id: int) -> Any:
    sighting = sighting_or_404(sighting_id)
    sighting.take_back()
    return back_to_counting(sighting, _("Not counted any more."))


@bp.post("/sightings/<int:sighting_id>/return")
@allow(Permission.HANDLE_SAMPLES)
def put_back(sighting_id: int) -> Any:
    """It was carried to where it belongs."""
    sighting = sighting_or_404(sighting_id)
    home = sighting.sample.stand if sighting.sample is not None else None
    sighting.put_back(current_user.id)
    return back_to_counting(sighting, _("Back on %(stand)s.", stand=home.address if home else ""))


@bp.post("/sightings/<int:sighting_id>/placement")
@allow(Permission.HANDLE_SAMPLES)
def place_here(sighting_id: int) -> Any:
    """From now on it belongs where it was seen."""
    sighting = sighting_or_404(sighting_id)
    sighting.place_here(current_user.id)
    return back_to_counting(sighting, _("Placed on %(stand)s.", stand=sighting.stand.address))
