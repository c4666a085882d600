"""Certificates of a factory or of one offer: shown with their pictures, added, taken away and back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from selection_center.catalog.certificates import KIND_WORDS, Certificate, CertificateKind
from selection_center.catalog.form_parts import choices, text
from selection_center.catalog.models import Listing, Supplier
from selection_center.catalog.reaching import listing_or_404, supplier_or_404
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.forms import Form, keep_picture
from selection_center.core.once import done
from selection_center.core.paging import LARGEST_ID
from selection_center.core.permissions import Permission
from selection_center.sites.audit_words.detail_words import VALUES

bp = Blueprint("certificates", __name__)
VALUES["certificate"] = {kind.value: word for kind, word in KIND_WORDS.items()}


class CertificateForm(Form):
    kind = SelectField(_l("Kind"), choices=choices(KIND_WORDS))
    number = text(_l("Certificate number"), 64)
    valid_until = DateField(_l("Valid until"), [Optional()])
    photo = FileField(_l("Picture of it"))


@bp.get("/suppliers/<int:supplier_id>/certificates")
@allow(Permission.EDIT_CATALOG)
def of_supplier(supplier_id: int) -> Any:
    return show(supplier_or_404(supplier_id, Permission.EDIT_CATALOG), CertificateForm(formdata=None))


@bp.post("/suppliers/<int:supplier_id>/certificates")
@allow(Permission.EDIT_CATALOG)
def add_to_supplier(supplier_id: int) -> Any:
    return added(supplier_or_404(supplier_id, Permission.EDIT_CATALOG), CertificateForm())


@bp.get("/catalog/<int:listing_id>/certificates")
@allow(Permission.EDIT_CATALOG)
def of_listing(listing_id: int) -> Any:
    return show(listing_or_404(listing_id, permission=Permission.EDIT_CATALOG), CertificateForm(formdata=None))


@bp.post("/catalog/<int:listing_id>/certificates")
@allow(Permission.EDIT_CATALOG)
def add_to_listing(listing_id: int) -> Any:
    return added(listing_or_404(listing_id, permission=Permission.EDIT_CATALOG), CertificateForm())


def show(owner: Listing | Supplier, form: CertificateForm, status: int = 200) -> Any:
    page = render_template(
        "catalog/certificates.html",
        owner=owner,
        form=form,
        certificates=Certificate.of(owner),
        removed=removed_from(owner),
        back=page_of(owner),
    )
    return page, status


def removed_from(owner: Listing | Supplier) -> Certificate | None:
    """The one that was just taken away."""
    number = request.args.get("removed", default=0, type=int)
    gone = db.session.get(Certificate, number) if 0 < number <= LARGEST_ID else None
    return gone if gone is not None and gone.owner == owner and gone.hidden_at is not None else None


def added(owner: Listing | Supplier, form: CertificateForm) -> Any:
    fits = form.validate()
    picture = keep_picture(form.photo)
    if not fits or form.photo.errors:
        return show(owner, form, 422)
    column = "listing_id" if isinstance(owner, Listing) else "supplier_id"
    made = Certificate(
        kind=CertificateKind(form.kind.data), number=form.number.data, valid_until=form.valid_until.data,
        picture=picture, **{column: owner.id},
    )  # fmt: skip
    db.session.add(made)
    noted("certificate_added", made, owner)
    return done(address_of(owner), _("Kept: it stands on sample sheets as long as it is valid."))


@bp.post("/certificates/<int:certificate_id>/removal")
@allow(Permission.EDIT_CATALOG)
def remove(certificate_id: int) -> Any:
    gone = certificate_or_404(certificate_id)
    if gone.hidden_at is None:
        gone.hidden_at = utcnow()
        noted("certificate_removed", gone, gone.owner)
    return done(address_of(gone.owner, removed=gone.id))


@bp.post("/certificates/<int:certificate_id>/restoring")
@allow(Permission.EDIT_CATALOG)
def restore(certificate_id: int) -> Any:
    gone = certificate_or_404(certificate_id)
    if gone.hidden_at is None:
        raise Refused("nothing_to_take_back", _("There is nothing to take back."))
    gone.hidden_at = None
    noted("certificate_restored", gone, gone.owner)
    return done(address_of(gone.owner), _("%(name)s is back.", name=gone.label))


def noted(verb: str, one: Certificate, owner: Listing | Supplier) -> None:
    """On record, by its kind: the word for it is in the language of whoever reads."""
    audit.record(verb, owner, name=owner.label, certificate=one.kind.value, certificate_number=one.number)


def certificate_or_404(certificate_id: int) -> Certificate:
    """One whose offer or factory this person may change."""
    found = db.session.get(Certificate, certificate_id) if certificate_id <= LARGEST_ID else None
    if found is None:
        abort(404)
    if found.listing_id is not None:
        listing_or_404(found.listing_id, permission=Permission.EDIT_CATALOG)
    elif found.supplier_id is not None:
        supplier_or_404(found.supplier_id, Permission.EDIT_CATALOG)
    return found


def address_of(owner: Listing | Supplier, **more: Any) -> str:
    if isinstance(owner, Listing):
        return url_for(".of_listing", listing_id=owner.id, **more)
    return url_for(".of_supplier", supplier_id=owner.id, **more)


def page_of(owner: Listing | Supplier) -> str:
    if isinstance(owner, Listing):
        return url_for("catalog.show", listing_id=owner.id)
    return url_for("suppliers.show", supplier_id=owner.id)
