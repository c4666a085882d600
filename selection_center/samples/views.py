"""Samples as staff see them: where they stand, what can be done next, and taking it back."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import selectinload

from selection_center.catalog.models import Listing
from selection_center.catalog.pricing import ladder
from selection_center.catalog.queries import number
from selection_center.catalog.reaching import listing_or_404
from selection_center.catalog.terms import offer_terms
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.samples import (
    delivery_list_views,
    delivery_views,
    lending_views,
    loan_item_views,
    loan_report_views,
    next_steps,
    offer_views,
    queries,
    receipt_views,
    sighting_views,
    stand_views,
    stocktake_views,
    tag_finding_views,
    tag_views,
)
from selection_center.samples.delivery_receiving import note_move
from selection_center.samples.forms import NewSampleForm, PlaceForm, RetireForm
from selection_center.samples.loan_items import LoanItem
from selection_center.samples.models import RetireReason, Sample, SampleKind
from selection_center.sites import audit_words
from selection_center.sites.models import Stand
from selection_center.sites.reaching import one_or_404, site_or_404

bp = Blueprint("samples", __name__)
BLUEPRINTS = [
    bp,
    offer_views.bp,
    tag_views.bp,
    stand_views.bp,
    lending_views.bp,
    loan_item_views.bp,
    loan_report_views.bp,
    delivery_views.bp,
    delivery_list_views.bp,
    receipt_views.bp,
    stocktake_views.bp,
    sighting_views.bp,
    tag_finding_views.bp,
]


LENT_BEFORE = selectinload(Sample.loan_items).joinedload(LoanItem.loan)


def sample_or_404(sample_id: int, permission: Permission = Permission.SEE_SITE) -> Sample:
    query = Sample.reachable_by(current_user).filter_by(id=sample_id).options(*queries.SHOWN, LENT_BEFORE)
    sample: Sample = one_or_404(query, permission)
    return sample


@bp.get("/sites/<string:slug>/samples")
@allow(Permission.HANDLE_SAMPLES)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    filters = queries.Filters.read(request.args)
    return render_template(
        "samples/index.html",
        site=site,
        filters=filters,
        page=queries.search(site, filters),
        counts=queries.counts(site),
        zones=queries.zones(site),
    )


@bp.get("/sites/<string:slug>/samples/new")
@allow(Permission.HANDLE_SAMPLES)
def new(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    listing = db.session.get(Listing, number(request.args.get("listing")) or 0)
    if listing is None:
        return redirect(url_for("catalog.index"))
    return render_template("samples/new.html", site=site, listing=listing, form=new_form(listing, fresh=True))


def new_form(listing: Listing, fresh: bool = False) -> NewSampleForm:
    form = NewSampleForm(**({"formdata": None} if fresh else {}))
    form.sku.choices = [(sku.id, sku.label or _("One style")) for sku in listing.skus]
    return form


@bp.post("/sites/<string:slug>/samples")
@allow(Permission.HANDLE_SAMPLES)
def create(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    listing = listing_or_404(number(request.args.get("listing")) or 0)
    form = new_form(listing)
    stand = queries.stand_named(site, form.stand.data) if form.stand.data else None
    valid = form.validate()
    if form.stand.data and stand is None:
        form.stand.errors = [no_stand(form.stand.data)]
        valid = False
    if not valid:
        return render_template("samples/new.html", site=site, listing=listing, form=form), 422
    sku = next(sku for sku in listing.skus if sku.id == form.sku.data)
    for _piece in range(form.pieces.data or 1):
        sample = Sample.receive(listing, site, sku, kind=SampleKind(form.kind.data))
        sample.place_on(stand, current_user.id)
        audit.record("sample_received", sample, stand=stand.address if stand else None)
    message = ngettext("%(num)s sample made.", "%(num)s samples made.", form.pieces.data or 1)
    if form.pieces.data == 1:
        return done(url_for("samples.show", sample_id=sample.id), message)
    return done(url_for("samples.index", slug=site.slug, sort="newest"), message)


def no_stand(text: str) -> str:
    return str(_("No stand %(text)s here. Write its address such as A-03-2, or scan its code.", text=text[:20]))


@bp.get("/samples/<int:sample_id>")
@allow(Permission.SEE_SITE)
def show(sample_id: int) -> Any:
    return show_sample(sample_or_404(sample_id))


def show_sample(sample: Sample, status: int = 200, **filled: Any) -> Any:
    forms = {"place_form": PlaceForm(formdata=None), "retire_form": RetireForm(formdata=None)}
    sku = sample.sku or sample.listing.skus[0]
    return render_template(
        "samples/show.html",
        sample=sample,
        sku=sku,
        rungs=ladder(offer_terms(sample.listing), sku.id),
        pieces=queries.piece_of(sample),
        steps=next_steps.next_steps(sample, current_user),
        undo=next_steps.placing_to_take_back(sample),
        undo_receipt=sample.expected_on is not None and len(sample.placements) == 1,
        places=next_steps.stands_to_offer(sample),
        reason=audit_words.value_of("reason", sample.retired_reason),
        **(forms | filled),
    ), status


@bp.post("/samples/<int:sample_id>/placements")
@allow(Permission.HANDLE_SAMPLES)
def place(sample_id: int) -> Any:
    sample = sample_or_404(sample_id, Permission.HANDLE_SAMPLES)
    form = PlaceForm()
    stand = queries.stand_named(sample.site, form.stand.data) if form.validate() and form.stand.data else None
    if form.stand.data and stand is None:
        form.stand.errors = [no_stand(form.stand.data)]
    if form.errors or form.stand.errors:
        return show_sample(sample, 422, place_form=form)
    move = sample.move_to(stand, current_user.id)
    if move.stay is not None:
        note_move(sample, move)
    message = _("Placed on %(stand)s.", stand=stand.address) if stand else _("In the store room.")
    return done(url_for("samples.show", sample_id=sample.id), message)


def address(stand: Stand | None) -> str | None:
    return stand.address if stand else None


@bp.post("/samples/<int:sample_id>/placements/reversal")
@allow(Permission.HANDLE_SAMPLES)
def take_placement_back(sample_id: int) -> Any:
    sample = sample_or_404(sample_id, Permission.HANDLE_SAMPLES)
    sample.take_placement_back(number(request.form.get("placement")))
    audit.record("sample_placement_taken_back", sample, stand=address(sample.stand))
    return done(url_for("samples.show", sample_id=sample.id), said_back(sample))


def said_back(sample: Sample) -> str:
    if not sample.is_here:
        return str(_("It is expected again."))
    return str(_("Again on %(stand)s.", stand=sample.stand.address) if sample.stand else _("Again in the store room."))


@bp.post("/samples/<int:sample_id>/retirement")
@allow(Permission.RETIRE_SAMPLES)
def retire(sample_id: int) -> Any:
    sample = sample_or_404(sample_id, Permission.RETIRE_SAMPLES)
    form = RetireForm()
    if not form.validate():
        return show_sample(sample, 422, retire_form=form)
    before = sample.stand
    sample.retire(RetireReason(form.reason.data))
    audit.record("sample_retired", sample, reason=form.reason.data, before=address(before))
    return done(url_for("samples.show", sample_id=sample.id), _("Retired."))


@bp.post("/samples/<int:sample_id>/retirement/reversal")
@allow(Permission.RETIRE_SAMPLES)
def take_retirement_back(sample_id: int) -> Any:
    sample = sample_or_404(sample_id, Permission.RETIRE_SAMPLES)
    if not sample.is_retired:
        raise Refused("not_retired", _("This sample is not retired."))
    sample.take_retirement_back()
    audit.record("sample_retirement_taken_back", sample, stand=address(sample.stand))
    return done(url_for("samples.show", sample_id=sample.id), _("Here again."))
