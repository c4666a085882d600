"""Deliveries: what is expected from which factory and when, how much of it has come, and their end."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.catalog import queries as catalog
from selection_center.catalog.models import Supplier
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.core.paging import like_anywhere
from selection_center.core.permissions import Permission
from selection_center.samples import delivery_queries as queries
from selection_center.samples.deliveries import Delivery, DeliveryLine
from selection_center.samples.delivery_forms import GIVE_UP, ClosingForm, DeliveryForm
from selection_center.samples.delivery_history import history_of
from selection_center.samples.models import Sample, SampleState
from selection_center.sites.models import Site
from selection_center.sites.reaching import one_or_404, site_or_404

bp = Blueprint("deliveries", __name__)
MOST_CANDIDATES = 12


def delivery_or_404(delivery_id: int) -> Delivery:
    query = Delivery.reachable_by(current_user, Permission.SEE_SITE).where(Delivery.id == delivery_id)
    found: Delivery = one_or_404(query, Permission.HANDLE_SAMPLES)
    return found


@bp.get("/sites/<string:slug>/deliveries")
@allow(Permission.HANDLE_SAMPLES)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    filters = queries.Filters.read(request.args)
    page = queries.search(site, filters)
    ids = [delivery.id for delivery in page.items]
    return render_template(
        "deliveries/index.html",
        site=site,
        filters=filters,
        page=page,
        counts=queries.counted(DeliveryLine.delivery_id, DeliveryLine.delivery_id.in_(ids)),
        how_many=queries.how_many(site),
        nothing=queries.Counts(),
    )


@bp.get("/sites/<string:slug>/deliveries/new")
@allow(Permission.HANDLE_SAMPLES)
def new(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    supplier = catalog.supplier_named(current_user, catalog.number(request.args.get("supplier")))
    return show_new(site, supplier, DeliveryForm(formdata=None))


def show_new(site: Site, supplier: Supplier | None, form: DeliveryForm, error: str | None = None) -> Any:
    words = request.values.get("q", "").strip()[:80]
    query = Supplier.reachable_by(current_user).order_by(Supplier.name, Supplier.id)
    for word in words.split():
        query = query.where(sa.or_(like_anywhere(Supplier.name, word), like_anywhere(Supplier.name_en, word)))
    return render_template(
        "deliveries/new.html",
        site=site,
        supplier=supplier,
        form=form,
        words=words,
        error=error,
        candidates=db.session.scalars(query.limit(MOST_CANDIDATES + 1)).all() if supplier is None else [],
        most=MOST_CANDIDATES,
    ), 422 if error or form.errors else 200


@bp.post("/sites/<string:slug>/deliveries")
@allow(Permission.HANDLE_SAMPLES)
def create(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    supplier = catalog.supplier_named(current_user, catalog.number(request.form.get("supplier")))
    form = DeliveryForm()
    if not form.validate() or supplier is None:
        return show_new(site, supplier, form, None if supplier else _("Choose the factory first."))
    delivery = Delivery(
        site=site, supplier=supplier, expected_on=form.expected_on.data, note=form.note.data or "",
        user_id=current_user.id,
    )  # fmt: skip
    db.session.add(delivery)
    audit.record("delivery_announced", delivery, site_id=site.id, name=supplier.name)
    return done(url_for("delivery_lists.show", delivery_id=delivery.id))


@bp.get("/deliveries/<int:delivery_id>")
@allow(Permission.HANDLE_SAMPLES)
def show(delivery_id: int) -> Any:
    return show_delivery(delivery_or_404(delivery_id))


def show_delivery(delivery: Delivery, closing: ClosingForm | None = None, error: str | None = None) -> Any:
    may_give_up = current_user.can(Permission.RETIRE_SAMPLES, site_id=delivery.site_id)
    printable = delivery.samples(Sample.state != SampleState.RETIRED).with_only_columns(Sample.id)
    return render_template(
        "deliveries/show.html",
        delivery=delivery,
        site=delivery.site,
        rows=queries.rows(delivery),
        counts=queries.counts_of(delivery),
        form=closing or ClosingForm(may_give_up, formdata=None),
        labels=",".join(map(str, db.session.scalars(printable))),
        history=history_of(delivery),
        error=error,
        undo=just_received(delivery),
    ), 422 if closing or error else 200


def just_received(delivery: Delivery) -> Sample | None:
    """The piece that was received by hand a moment ago, while that can be taken back."""
    sample = db.session.scalar(delivery.samples(Sample.id == (catalog.number(request.args.get("undo")) or 0)))
    return sample if sample is not None and sample.is_here else None


@bp.get("/deliveries/<int:delivery_id>/announcement")
@allow(Permission.HANDLE_SAMPLES)
def edit(delivery_id: int) -> Any:
    delivery = delivery_or_404(delivery_id)
    return show_edit(delivery, DeliveryForm(formdata=None, obj=delivery))


def show_edit(delivery: Delivery, form: DeliveryForm) -> Any:
    status = 422 if form.errors else 200
    return render_template("deliveries/edit.html", delivery=delivery, form=form), status


@bp.post("/deliveries/<int:delivery_id>/announcement")
@allow(Permission.HANDLE_SAMPLES)
def save(delivery_id: int) -> Any:
    delivery = delivery_or_404(delivery_id)
    form = DeliveryForm()
    if not form.validate():
        return show_edit(delivery, form)
    before = delivery.expected_on
    delivery.postpone(form.expected_on.data, form.note.data or "")
    days = [before.isoformat(), delivery.expected_on.isoformat()] if before != delivery.expected_on else None
    audit.record("delivery_changed", delivery, name=delivery.supplier.name, on=days)
    return done(url_for("deliveries.show", delivery_id=delivery.id), _("Delivery changed."))


@bp.post("/deliveries/<int:delivery_id>/closing")
@allow(Permission.HANDLE_SAMPLES)
def close(delivery_id: int) -> Any:
    delivery = delivery_or_404(delivery_id)
    may_give_up = current_user.can(Permission.RETIRE_SAMPLES, site_id=delivery.site_id)
    form = ClosingForm(may_give_up)
    if form.missing.data == GIVE_UP and not may_give_up:
        abort(403)
    if not form.validate():
        return show_delivery(delivery, form)
    gives_up = form.missing.data == GIVE_UP
    missing = delivery.close(gives_up)
    audit.record("delivery_closed", delivery, name=delivery.supplier.name, missing=missing, given_up=gives_up)
    return done(url_for("deliveries.show", delivery_id=delivery.id), said_at_closing(missing, gives_up))


def said_at_closing(missing: int, gives_up: bool) -> str:
    if not missing:
        return str(_("Closed: everything has come."))
    if gives_up:
        return str(ngettext("Closed: %(num)s piece is given up.", "Closed: %(num)s pieces are given up.", missing))
    return str(ngettext("Closed: %(num)s piece stays expected.", "Closed: %(num)s pieces stay expected.", missing))


@bp.post("/deliveries/<int:delivery_id>/closing/reversal")
@allow(Permission.HANDLE_SAMPLES)
def reopen(delivery_id: int) -> Any:
    delivery = delivery_or_404(delivery_id)
    again = delivery.reopen(current_user.can(Permission.RETIRE_SAMPLES, site_id=delivery.site_id))
    audit.record("delivery_reopened", delivery, name=delivery.supplier.name, samples=again or None)
    message = ngettext("Open again: %(num)s piece is expected.", "Open again: %(num)s pieces are expected.", again)
    return done(url_for("deliveries.show", delivery_id=delivery.id), message if again else _("Open again."))


@bp.post("/deliveries/<int:delivery_id>/deletion")
@allow(Permission.HANDLE_SAMPLES)
def discard(delivery_id: int) -> Any:
    """An announcement without a list leaves nothing behind."""
    delivery = delivery_or_404(delivery_id)
    site, name = delivery.site, delivery.supplier.name
    audit.record("delivery_discarded", delivery, name=name)
    delivery.discard()
    return done(url_for("deliveries.index", slug=site.slug), _("Thrown away."))
