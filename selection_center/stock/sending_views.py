"""Sending goods to another store."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import ngettext
from flask_login import current_user

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site, SiteKind
from selection_center.sites.reaching import site_or_404
from selection_center.stock import forms, queries, sending, written
from selection_center.stock.taking import Wanted

bp = Blueprint("stock_sending", __name__)


def other_stores(site: Site) -> list[Site]:
    query = sa.select(Site).where(Site.kind == SiteKind.STORE, Site.closed_at.is_(None), Site.id != site.id)
    return list(db.session.scalars(query.order_by(Site.name)))


def send_form(site: Site, *, fresh: bool = False) -> forms.SendForm:
    form = forms.SendForm(**({"formdata": None} if fresh else {}))
    form.to.choices = [(store.id, store.label) for store in other_stores(site)]
    return form


@bp.get("/sites/<string:slug>/stock/send")
@allow(Permission.HANDLE_STOCK)
def new(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_STOCK)
    return show_new(site, send_form(site, fresh=True))


def show_new(site: Site, form: forms.SendForm, status: int = 200, wrong: str = "") -> Any:
    filters = queries.Filters.read(request.args)
    page = queries.search(site, filters)
    return render_template("stock/send.html", site=site, form=form, filters=filters, page=page, wrong=wrong), status


@bp.post("/sites/<string:slug>/stock/send")
@allow(Permission.HANDLE_STOCK)
def create(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_STOCK)
    form = send_form(site)
    if not form.validate():
        return show_new(site, form, 422)
    to = db.session.get_one(Site, form.to.data)
    try:
        with db.session.begin_nested():
            wanted = wanted_of(site)
            goods_in = sending.send(site, to, wanted, current_user, form.note.data or "")
    except Refused as refused:
        return show_new(site, form, 422, wrong=refused.sentence)
    pieces = sum(each.quantity for each in wanted)
    audit.record("stock_sent", goods_in, site_id=site.id, count=pieces, to=goods_in.site.label)
    message = ngettext(
        "%(num)s piece on its way to %(store)s.", "%(num)s pieces on their way to %(store)s.", pieces,
        store=goods_in.site.label,
    )  # fmt: skip
    return done(url_for("stock.index", slug=slug), message)


def wanted_of(site: Site) -> list[Wanted]:
    """What the form wrote, of this site's items alone."""
    return [Wanted(item.sku_id, count) for item, count in written.pieces(site, request.form)]
