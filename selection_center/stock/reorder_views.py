"""Reorders: what is proposed, the drafts, and what was sent to the factories."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Listing, Sku, Supplier
from selection_center.catalog.queries import number
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import XLSX, download
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.paging import counted, page_of
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.reaching import one_or_404, site_or_404
from selection_center.stock import exports, forms, written
from selection_center.stock.items import StockItem
from selection_center.stock.proposals import proposals
from selection_center.stock.reorders import Reorder, ReorderLine

bp = Blueprint("reorders", __name__)

STATES = {
    "drafts": sa.and_(Reorder.sent_at.is_(None), Reorder.dropped_at.is_(None)),
    "sent": Reorder.sent_at.is_not(None),
}
SHOWN = (
    joinedload(Reorder.supplier),
    joinedload(Reorder.made_by),
    selectinload(Reorder.lines).joinedload(ReorderLine.sku).joinedload(Sku.listing),
)


def reorder_or_404(reorder_id: int) -> Reorder:
    query = Reorder.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=reorder_id).options(*SHOWN)
    found: Reorder = one_or_404(query, Permission.HANDLE_STOCK)
    return found


@bp.get("/sites/<string:slug>/reorders")
@allow(Permission.HANDLE_STOCK)
def index(slug: str) -> Any:
    return show_index(site_or_404(slug, Permission.HANDLE_STOCK), forms.ReorderForm(formdata=None))


def show_index(site: Site, form: forms.ReorderForm, status: int = 200, wrong: str = "") -> Any:
    asked = request.args.get("state", "")
    state = asked if asked in STATES else "proposed"
    here = sa.select(Reorder).where(Reorder.site_id == site.id)
    proposed = proposals(site)
    page = page_of(here.where(STATES[state]).order_by(Reorder.id.desc()).options(*SHOWN)) if state in STATES else None
    return render_template(
        "stock/reorder_index.html",
        site=site,
        form=form,
        fresh=forms.ReorderForm(formdata=None),
        state=state,
        counts=counted(here, STATES) | {"proposed": len(proposed)},
        proposed=proposed,
        page=page,
        wrong=wrong,
    ), status


@bp.post("/sites/<string:slug>/reorders")
@allow(Permission.HANDLE_STOCK)
def create(slug: str) -> Any:
    """A draft to one factory, of what was proposed or written instead."""
    site = site_or_404(slug, Permission.HANDLE_STOCK)
    form, supplier = forms.ReorderForm(), db.session.get(Supplier, number(request.form.get("supplier")) or 0)
    if supplier is None or not form.validate():
        return show_index(site, form, 422, _("Choose the factory first."))
    try:
        with db.session.begin_nested():
            reorder = Reorder.make(site, supplier, pieces_of(site), current_user, form.note.data or "")
    except Refused as refused:
        return show_index(site, form, 422, refused.sentence)
    audit.record("reorder_made", reorder, number=reorder.number, count=reorder.pieces)
    return done(url_for(".show", reorder_id=reorder.id), _("Draft kept. Send it to the factory, then say so here."))


def pieces_of(site: Site) -> dict[Sku, int]:
    """What the form wrote, of what this store stocks."""
    priced = joinedload(StockItem.sku).joinedload(Sku.listing).selectinload(Listing.tiers)
    return {item.sku: count for item, count in written.pieces(site, request.form, priced)}


@bp.get("/reorders/<int:reorder_id>")
@allow(Permission.HANDLE_STOCK)
def show(reorder_id: int) -> Any:
    return render_template("stock/reorder.html", reorder=reorder_or_404(reorder_id))


@bp.post("/reorders/<int:reorder_id>/send")
@allow(Permission.HANDLE_STOCK)
def send(reorder_id: int) -> Any:
    reorder = reorder_or_404(reorder_id)
    goods_in = reorder.send(current_user)
    audit.record("reorder_sent", reorder, number=reorder.number)
    return done(url_for("goods_in.show", goods_in_id=goods_in.id), _("Noted as sent. Its goods are expected now."))


@bp.post("/reorders/<int:reorder_id>/drop")
@allow(Permission.HANDLE_STOCK)
def drop(reorder_id: int) -> Any:
    reorder = reorder_or_404(reorder_id)
    reorder.drop()
    audit.record("reorder_dropped", reorder, number=reorder.number)
    return done(url_for(".index", slug=reorder.site.slug), _("Draft thrown away."))


@bp.get("/reorders/<int:reorder_id>.xlsx")
@allow(Permission.HANDLE_STOCK)
def export(reorder_id: int) -> Response:
    reorder = reorder_or_404(reorder_id)
    return download(exports.reorder_table(reorder), reorder.number, "xlsx", XLSX)
