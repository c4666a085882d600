"""Suppliers: found, looked at, changed, and two of them made one."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.accounts.buyers import mask_phone
from selection_center.catalog import merging, queries
from selection_center.catalog.models import Listing, Supplier
from selection_center.catalog.reaching import supplier_or_404
from selection_center.catalog.search import index_supplier
from selection_center.catalog.supplier_forms import MERCHANT_WORDS, VISIBILITY_WORDS, MergeForm, SupplierForm
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.core.paging import ordered, page_of
from selection_center.core.permissions import Permission
from selection_center.sites.models import Belt

bp = Blueprint("suppliers", __name__)
FEW_OFFERS = 12


@bp.get("/suppliers")
@allow(Permission.SEE_CATALOG)
def index() -> Any:
    filters = queries.SupplierFilters.read(request.args)
    page = page_of(ordered(queries.suppliers(current_user, filters), queries.SUPPLIER_SORTS, "name"))
    return render_template(
        "suppliers/index.html",
        page=page,
        filters=filters,
        belts=queries.belts_with_suppliers(current_user),
        counts=queries.offer_counts([supplier.id for supplier in page]),
        merchants=MERCHANT_WORDS,
        visibilities=VISIBILITY_WORDS,
    )


@bp.get("/suppliers/<int:supplier_id>")
@allow(Permission.SEE_CATALOG)
def show(supplier_id: int) -> Any:
    supplier = supplier_or_404(supplier_id)
    newest = sa.select(Listing).filter_by(supplier_id=supplier.id).order_by(Listing.id.desc()).limit(FEW_OFFERS)
    sees_phone = current_user.can(Permission.EDIT_CATALOG) or supplier.id in (
        current_user.supplier_ids(Permission.SEE_CATALOG) or ()
    )
    return render_template(
        "suppliers/show.html",
        supplier=supplier,
        offers=list(db.session.scalars(newest)),
        count=queries.offer_counts([supplier.id]).get(supplier.id, 0),
        phone=supplier.phone if sees_phone else mask_phone(supplier.phone),
        visibility=VISIBILITY_WORDS[supplier.price_visibility],
    )


def belt_names() -> list[str]:
    return list(db.session.scalars(sa.select(Belt.name).distinct().order_by(Belt.name)))


def show_form(form: SupplierForm, status: int = 200) -> Any:
    return render_template("suppliers/edit.html", form=form, supplier=form.supplier, belts=belt_names()), status


@bp.get("/suppliers/new")
@allow(Permission.EDIT_CATALOG)
def new() -> Any:
    return show_form(SupplierForm(name=request.args.get("name", "")[:120]))


@bp.post("/suppliers")
@allow(Permission.EDIT_CATALOG)
def create() -> Any:
    form = SupplierForm()
    if not form.validate():
        return show_form(form, 422)
    supplier = Supplier(**form.values)
    db.session.add(supplier)
    audit.record("supplier_added", supplier, name=supplier.name)
    return done(url_for(".show", supplier_id=supplier.id), _("Factory added."))


@bp.get("/suppliers/<int:supplier_id>/edit")
@allow(Permission.EDIT_CATALOG)
def edit(supplier_id: int) -> Any:
    return show_form(SupplierForm(supplier=supplier_or_404(supplier_id, Permission.EDIT_CATALOG)))


@bp.post("/suppliers/<int:supplier_id>")
@allow(Permission.EDIT_CATALOG)
def save(supplier_id: int) -> Any:
    supplier = supplier_or_404(supplier_id, Permission.EDIT_CATALOG)
    form = SupplierForm(supplier=supplier)
    if not form.validate():
        return show_form(form, 422)
    for name, value in form.values.items():
        setattr(supplier, name, value)
    # What buyers see of it stands on the pages of its offers too.
    db.session.execute(sa.update(Listing).filter_by(supplier_id=supplier.id).values(version=Listing.version + 1))
    index_supplier(supplier.id)
    audit.record("supplier_changed", supplier, name=supplier.name)
    return done(url_for(".show", supplier_id=supplier.id), _("Saved."))


@bp.get("/suppliers/<int:supplier_id>/merge")
@allow(Permission.EDIT_CATALOG)
def merge(supplier_id: int) -> Any:
    return show_merge(supplier_or_404(supplier_id, Permission.EDIT_CATALOG), MergeForm())


def show_merge(supplier: Supplier, form: MergeForm, status: int = 200) -> Any:
    others = sa.select(Supplier.name).where(Supplier.id != supplier.id, Supplier.merged_into_id.is_(None))
    names = list(db.session.scalars(others.order_by(Supplier.name).limit(500)))
    count = queries.offer_counts([supplier.id]).get(supplier.id, 0)
    return render_template("suppliers/merge.html", supplier=supplier, form=form, suppliers=names, count=count), status


@bp.post("/suppliers/<int:supplier_id>/merge")
@allow(Permission.EDIT_CATALOG)
def save_merge(supplier_id: int) -> Any:
    supplier = supplier_or_404(supplier_id, Permission.EDIT_CATALOG)
    form = MergeForm()
    if form.validate() and form.chosen is supplier:
        form.supplier_name.errors = [_("That is this factory itself. Choose another one.")]
    if form.errors or form.chosen is None or form.chosen is supplier:
        return show_merge(supplier, form, 422)
    moved = merging.merge(supplier, form.chosen)
    audit.record("supplier_merged", form.chosen, name=form.chosen.name, merged=supplier.name, count=moved)
    message = ngettext("%(num)s offer moved over.", "%(num)s offers moved over.", moved)
    return done(url_for(".show", supplier_id=form.chosen.id), message)
