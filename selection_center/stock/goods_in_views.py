"""Goods that come in: what is expected, and each delivery while it is received."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Sku, Supplier
from selection_center.catalog.queries import number
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.paging import parted
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.reaching import one_or_404, site_or_404
from selection_center.stock import forms
from selection_center.stock.goods_in import GoodsIn, GoodsLine

bp = Blueprint("goods_in", __name__)

STATES = {"open": GoodsIn.closed_at.is_(None), "closed": GoodsIn.closed_at.is_not(None)}
SHOWN = (
    joinedload(GoodsIn.supplier),
    joinedload(GoodsIn.from_site),
    selectinload(GoodsIn.lines).joinedload(GoodsLine.sku).joinedload(Sku.listing),
)


def goods_in_or_404(goods_in_id: int) -> GoodsIn:
    query = GoodsIn.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=goods_in_id).options(*SHOWN)
    found: GoodsIn = one_or_404(query, Permission.HANDLE_STOCK)
    return found


@bp.get("/sites/<string:slug>/goods-in")
@allow(Permission.HANDLE_STOCK)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_STOCK)
    return show_index(site, goods_form(fresh=True))


def goods_form(*, fresh: bool = False) -> forms.GoodsInForm:
    form = forms.GoodsInForm(**({"formdata": None} if fresh else {}))
    suppliers = db.session.scalars(sa.select(Supplier).order_by(Supplier.name).limit(500))
    form.supplier.choices = [(0, _("Several, or not known")), *((one.id, one.label) for one in suppliers)]
    return form


def show_index(site: Site, form: forms.GoodsInForm, status: int = 200) -> Any:
    shown = parted(sa.select(GoodsIn).where(GoodsIn.site_id == site.id), STATES, *SHOWN)
    return render_template("stock/goods_in_index.html", site=site, form=form, **shown._asdict()), status


@bp.post("/sites/<string:slug>/goods-in")
@allow(Permission.HANDLE_STOCK)
def begin(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_STOCK)
    form = goods_form()
    if not form.validate():
        return show_index(site, form, 422)
    goods_in = GoodsIn.begin(
        site, current_user, supplier_id=form.supplier.data or None, expected_on=form.expected_on.data,
        note=form.note.data or "",
    )  # fmt: skip
    audit.record("goods_in_begun", goods_in, number=str(goods_in.id))
    return done(task_url(goods_in), _("Now scan what comes out of the boxes."))


def task_url(goods_in: GoodsIn) -> str:
    return url_for("floor.task", slug=goods_in.site.slug, task="goods-in", delivery=goods_in.id)


@bp.get("/goods-in/<int:goods_in_id>")
@allow(Permission.HANDLE_STOCK)
def show(goods_in_id: int) -> Any:
    return show_goods(goods_in_or_404(goods_in_id))


def show_goods(goods_in: GoodsIn, status: int = 200, wrong: str = "") -> Any:
    return render_template("stock/goods_in.html", goods_in=goods_in, scan_url=task_url(goods_in), wrong=wrong), status


@bp.post("/goods-in/<int:goods_in_id>/pieces")
@allow(Permission.HANDLE_STOCK)
def receive(goods_in_id: int) -> Any:
    """Pieces of one style, typed or by a key of the scanner."""
    goods_in = goods_in_or_404(goods_in_id)
    form = forms.ReceiveForm()
    sku = db.session.get(Sku, number(form.sku.data) or 0)
    if sku is None or not form.validate():
        return show_goods(goods_in, 422, wrong=_("Write how many pieces came, of which style."))
    pieces = form.pieces.data or 0
    goods_in.receive(sku, pieces, current_user, to_back=form.place.data == "back")
    message = ngettext("%(num)s piece more received.", "%(num)s pieces more received.", pieces)
    return done(url_for(".show", goods_in_id=goods_in.id), message)


@bp.post("/goods-in/<int:goods_in_id>/lines/<int:line_id>/take-back")
@allow(Permission.HANDLE_STOCK)
def take_back(goods_in_id: int, line_id: int) -> Any:
    """So many of a line less: scanned once too often."""
    goods_in = goods_in_or_404(goods_in_id)
    line = db.first_or_404(sa.select(GoodsLine).filter_by(goods_in_id=goods_in.id, id=line_id))
    form = forms.PiecesForm()
    if not form.validate():
        return show_goods(goods_in, 422, wrong=_("Write how many pieces came too often."))
    goods_in.take_back(line, form.pieces.data or 0, current_user)
    return done(url_for(".show", goods_in_id=goods_in.id), _("Taken back."))


@bp.post("/goods-in/<int:goods_in_id>/close")
@allow(Permission.HANDLE_STOCK)
def close(goods_in_id: int) -> Any:
    goods_in = goods_in_or_404(goods_in_id)
    goods_in.close(current_user)
    came, expected = goods_in.progress
    audit.record("goods_in_closed", goods_in, number=str(goods_in.id), count=came, expected=expected or None)
    return done(url_for(".show", goods_in_id=goods_in.id), _("Delivery closed."))


@bp.post("/goods-in/<int:goods_in_id>/reopen")
@allow(Permission.HANDLE_STOCK)
def reopen(goods_in_id: int) -> Any:
    goods_in = goods_in_or_404(goods_in_id)
    if goods_in.is_open:
        raise Refused("open", _("This delivery is open already."))
    goods_in.reopen()
    audit.record("goods_in_reopened", goods_in, number=str(goods_in.id))
    return done(url_for(".show", goods_in_id=goods_in.id), _("Open again."))
