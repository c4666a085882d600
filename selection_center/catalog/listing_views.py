"""Offers by hand: written down while holding the piece, changed, photographed, linked to what is sold online."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.catalog import editing, queries
from selection_center.catalog.forms import LinkForm, ListingParts, NewListingForm, PictureForm
from selection_center.catalog.models import Listing, ListingState, Supplier
from selection_center.catalog.reaching import listing_or_404
from selection_center.core import jobs, pictures
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.forms import keep_picture
from selection_center.core.once import done, new_operation_id
from selection_center.core.permissions import Permission
from selection_center.sites.current import current_site

bp = Blueprint("listings", __name__)
NAMES_OFFERED = 500


def reach(listing_id: int) -> Listing:
    """The offer to change; for a change it is locked, so that two who save take turns."""
    listing = listing_or_404(listing_id, permission=Permission.EDIT_CATALOG)
    if request.method == "POST":
        db.session.refresh(listing, with_for_update=True)
    return listing


def supplier_names() -> list[str]:
    """Names to choose from while typing."""
    query = Supplier.reachable_by(current_user).with_only_columns(Supplier.name).order_by(Supplier.name)
    return list(db.session.scalars(query.limit(NAMES_OFFERED)))


@bp.get("/catalog/new")
@allow(Permission.EDIT_CATALOG)
def new() -> Any:
    form = NewListingForm(
        supplier_name=request.args.get("supplier", "")[:120], title=request.args.get("title", "")[:300]
    )
    return show_new(form)


def show_new(form: NewListingForm, status: int = 200) -> Any:
    return render_template("catalog/new.html", form=form, site=current_site(), suppliers=supplier_names()), status


@bp.post("/catalog")
@allow(Permission.EDIT_CATALOG)
def create() -> Any:
    """Then straight to its samples, where this person can make some."""
    form = NewListingForm()
    fits = form.validate()
    form.kept_photo.data = keep_picture(form.photo) or known_picture(form.kept_photo.data)
    if not fits or form.photo.errors:
        return show_new(form, 422)
    listing = editing.written_down(form, form.kept_photo.data, current_user.id)
    site = current_site()
    if site is not None and current_user.can(Permission.HANDLE_SAMPLES, site_id=site.id):
        return done(url_for("samples.new", slug=site.slug, listing=listing.id), _("In the catalog. Now its sample."))
    return done(url_for("catalog.show", listing_id=listing.id), _("In the catalog."))


def known_picture(name: str | None) -> str | None:
    """The name of a picture that we keep; None for any other text."""
    is_name = name is not None and len(name) == pictures.NAME_LENGTH and set(name) <= set("0123456789abcdef")
    return name if is_name and pictures.path(str(name), "thumb").exists() else None


@bp.get("/catalog/<int:listing_id>/edit")
@allow(Permission.EDIT_CATALOG)
def edit(listing_id: int) -> Any:
    listing = reach(listing_id)
    return show_edit(listing, ListingParts(listing))


def show_edit(listing: Listing, parts: ListingParts, status: int = 200, is_stale: bool = False) -> Any:
    return render_template(
        "catalog/edit.html", listing=listing, parts=parts, suppliers=supplier_names(), is_stale=is_stale
    ), status


@bp.post("/catalog/<int:listing_id>")
@allow(Permission.EDIT_CATALOG)
def save(listing_id: int) -> Any:
    listing = reach(listing_id)
    parts = ListingParts(listing)
    if not parts.validate():
        return show_edit(listing, parts, 422)
    if parts.offer.seen_version.data != str(listing.version):
        parts.offer.seen_version.data = str(listing.version)
        return show_edit(listing, parts, 422, is_stale=True)
    was = editing.changed(listing, lambda: editing.rewrite(listing, parts), "listing_changed", current_user.id)
    return done(url_for("catalog.show", listing_id=listing.id), _("Saved.") if was else _("Nothing was changed."))


@bp.post("/catalog/<int:listing_id>/state")
@allow(Permission.EDIT_CATALOG)
def set_state(listing_id: int) -> Any:
    listing = reach(listing_id)
    wanted = request.form.get("state")
    if wanted not in set(ListingState):
        abort(422)
    state = ListingState(wanted)
    verb = "listing_put_on_shelf" if state is ListingState.ON_SHELF else "listing_taken_off_shelf"
    editing.changed(listing, lambda: editing.put(listing, state), verb, current_user.id)
    message = _("On the shelf.") if listing.is_on_shelf else _("Off the shelf: buyers see similar samples instead.")
    return done(url_for("catalog.show", listing_id=listing.id), message)


@bp.post("/catalog/<int:listing_id>/pictures")
@allow(Permission.EDIT_CATALOG)
def add_picture(listing_id: int) -> Any:
    listing = reach(listing_id)
    form = PictureForm()
    if not form.validate():
        raise Refused("no_picture", str(form.photo.errors[0]) if form.photo.errors else _("Choose a picture."))
    name = pictures.keep(form.photo.data.read(pictures.LARGEST_BYTES + 1))
    editing.changed(listing, lambda: editing.add_picture(listing, name), "listing_picture_added", current_user.id)
    return done(url_for(".edit", listing_id=listing.id), _("Picture added."))


@bp.post("/catalog/<int:listing_id>/pictures/<string(length=24):name>/removal")
@allow(Permission.EDIT_CATALOG)
def remove_picture(listing_id: int, name: str) -> Any:
    listing = reach(listing_id)
    editing.changed(listing, lambda: editing.remove_picture(listing, name), "listing_picture_removed", current_user.id)
    return done(url_for(".edit", listing_id=listing.id), _("Picture removed."))


@bp.post("/catalog/<int:listing_id>/pictures/<string(length=24):name>/lead")
@allow(Permission.EDIT_CATALOG)
def lead_with_picture(listing_id: int, name: str) -> Any:
    listing = reach(listing_id)
    editing.changed(listing, lambda: editing.lead_with(listing, name), "listing_changed", current_user.id)
    return done(url_for(".edit", listing_id=listing.id), _("This picture leads now."))


@bp.get("/catalog/<int:listing_id>/link")
@allow(Permission.EDIT_CATALOG)
def link(listing_id: int) -> Any:
    return show_link(reach(listing_id), LinkForm())


def show_link(listing: Listing, form: LinkForm, status: int = 200, known: Listing | None = None) -> Any:
    return render_template("catalog/link.html", listing=listing, form=form, known=known), status


@bp.post("/catalog/<int:listing_id>/link")
@allow(Permission.EDIT_CATALOG)
def save_link(listing_id: int) -> Any:
    listing = reach(listing_id)
    form = LinkForm()
    if not form.validate():
        return show_link(listing, form, 422)
    offer = form.offer
    known = db.session.scalar(sa.select(Listing).filter_by(source=offer.source, external_id=offer.external_id))
    if known is not None and known is not listing:
        return show_link(listing, form, 422, known=known)
    former_id = listing.external_id if listing.source == offer.source else ""
    editing.changed(
        listing, lambda: editing.link(listing, offer), "listing_linked", current_user.id, number=offer.external_id
    )
    jobs.enqueue(
        "fetch-linked-offer",
        key=f"{queries.linking(listing)}{new_operation_id()[:8]}",
        user_id=current_user.id,
        listing_id=listing.id,
        external_id=offer.external_id,
        former_id=former_id if former_id != offer.external_id else "",
    )
    return done(url_for("catalog.show", listing_id=listing.id), _("Linked to offer %(id)s.", id=offer.external_id))
