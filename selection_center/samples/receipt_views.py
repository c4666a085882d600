"""Receiving a piece from its page or from scan mode, taking that back, and taking in what was not announced."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.catalog.models import Listing
from selection_center.core import audit, codes
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.samples import delivery_receiving as receiving
from selection_center.samples.deliveries import Delivery
from selection_center.samples.delivery_forms import ReceiptForm, SurplusForm
from selection_center.samples.delivery_list_views import line_or_404
from selection_center.samples.delivery_views import delivery_or_404, show_delivery
from selection_center.samples.models import Sample, SampleState
from selection_center.samples.tags import Tag
from selection_center.sites.models import Site, Stand

bp = Blueprint("receipts", __name__)


def sample_or_404(sample_id: int) -> Sample:
    query = Sample.reachable_by(current_user, Permission.HANDLE_SAMPLES).where(Sample.id == sample_id)
    sample: Sample = db.first_or_404(query)
    return sample


def stand_or_404(site_id: int, stand_id: int | None) -> Stand | None:
    """An open stand of this site; None where none was named."""
    if stand_id is None:
        return None
    query = sa.select(Stand).filter_by(site_id=site_id, id=stand_id, closed_at=None)
    return db.session.scalar(query) or abort(404)


@bp.post("/samples/<int:sample_id>/receipt")
@allow(Permission.HANDLE_SAMPLES)
def create(sample_id: int) -> Any:
    sample = sample_or_404(sample_id)
    form = ReceiptForm()
    if not form.validate():
        abort(422)
    came = receiving.receive(sample, stand_or_404(sample.site_id, form.stand.data), current_user.id)
    if came:
        receiving.note(sample)
    message = _("Received.") if came else _("It was received before.")
    return done(url_for("samples.show", sample_id=sample.id), message)


@bp.post("/deliveries/<int:delivery_id>/lines/<int:line_id>/receipts")
@allow(Permission.HANDLE_SAMPLES)
def create_next(delivery_id: int, line_id: int) -> Any:
    """One piece of a line by hand, where nobody has a scanner: its label is printed afterwards."""
    line = line_or_404(delivery_or_404(delivery_id), line_id)
    sample = receiving.receive_next(line, current_user.id)
    if sample is None:
        raise Refused("nothing_missing", _("All pieces of this line have come."))
    receiving.note(sample)
    message = _("%(name)s: one more received.", name=line.label)
    return done(url_for("deliveries.show", delivery_id=delivery_id, undo=sample.id), message)


@bp.post("/samples/<int:sample_id>/receipt/reversal")
@allow(Permission.HANDLE_SAMPLES)
def take_back(sample_id: int) -> Any:
    sample = sample_or_404(sample_id)
    line = sample.delivery_line
    receiving.take_back(sample)
    audit.record("sample_receipt_taken_back", sample, delivery=line.delivery_id if line else None)
    where = url_for("deliveries.show", delivery_id=line.delivery_id) if line else url_for(
        "samples.show", sample_id=sample.id
    )  # fmt: skip
    return done(where, _("It is expected again.") if sample.state is SampleState.EXPECTED else _("Taken off the list."))


@bp.post("/deliveries/<int:delivery_id>/surplus")
@allow(Permission.HANDLE_SAMPLES)
def take_surplus(delivery_id: int) -> Any:
    delivery = delivery_or_404(delivery_id)
    form = SurplusForm()
    listing = offer_of(delivery, form.offer.data) if form.validate() else None
    if listing is None:
        return unprocessable(delivery)
    sku = next((sku for sku in listing.skus if sku.id == form.style.data), None)
    tag = tag_of(delivery.site, form.tag.data) if form.tag.data else None
    if (form.style.data and sku is None) or (form.tag.data and tag is None):
        return unprocessable(delivery)
    stand = stand_or_404(delivery.site_id, form.stand.data)
    sample = receiving.take_surplus(delivery, listing, sku, tag, stand, current_user.id)
    receiving.note(sample, surplus=True, code=sample.tag.shown if sample.tag else None)
    return done(url_for("deliveries.show", delivery_id=delivery.id), _("Taken in as surplus."))


def unprocessable(delivery: Delivery) -> Any:
    return show_delivery(delivery, error=_("Choose an offer of this factory, and a blank tag of this site or none."))


def offer_of(delivery: Delivery, listing_id: int | None) -> Listing | None:
    return db.session.scalar(sa.select(Listing).filter_by(id=listing_id, supplier_id=delivery.supplier_id))


def tag_of(site: Site, code: str) -> Tag | None:
    try:
        tag = Tag.named(codes.parse(code))
    except codes.CodeError:
        return None
    return tag if tag is not None and tag.site_id == site.id else None
