"""Counts of the stock as pages: those that run, what was counted, and a manager's word."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Sku
from selection_center.catalog.queries import number
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import XLSX, download
from selection_center.core.once import done
from selection_center.core.paging import page_of, parted
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.reaching import one_or_404, site_or_404
from selection_center.stock import exports, forms, queries
from selection_center.stock.counts import StockCount, StockCountLine
from selection_center.stock.items import StockItem

bp = Blueprint("stock_counts", __name__)

RUNNING = sa.and_(StockCount.applied_at.is_(None), StockCount.dropped_at.is_(None))
STATES = {"running": RUNNING, "done": ~RUNNING}
LINES = selectinload(StockCount.lines).options(
    joinedload(StockCountLine.item).joinedload(StockItem.sku).joinedload(Sku.listing), joinedload(StockCountLine.by)
)


def count_or_404(count_id: int, permission: Permission = Permission.HANDLE_STOCK) -> StockCount:
    query = StockCount.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=count_id).options(LINES)
    found: StockCount = one_or_404(query, permission)
    return found


@bp.get("/sites/<string:slug>/stock-counts")
@allow(Permission.HANDLE_STOCK)
def index(slug: str) -> Any:
    return show_index(site_or_404(slug, Permission.HANDLE_STOCK), forms.CountForm(formdata=None))


def show_index(site: Site, form: forms.CountForm, status: int = 200) -> Any:
    here = sa.select(StockCount).where(StockCount.site_id == site.id)
    shown = parted(here, STATES, LINES, joinedload(StockCount.begun_by))
    return render_template("stock/count_index.html", site=site, form=form, **shown._asdict()), status


@bp.post("/sites/<string:slug>/stock-counts")
@allow(Permission.HANDLE_STOCK)
def begin(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_STOCK)
    form = forms.CountForm()
    if not form.validate():
        return show_index(site, form, 422)
    count = StockCount.begin(site, form.name.data or "", current_user)
    audit.record("stock_count_begun", count, name=count.name)
    return done(task_url(count), _("Scan each product, then write how many there are. The store sells on."))


def task_url(count: StockCount) -> str:
    return url_for("floor.task", slug=count.site.slug, task="stock-count", count=count.id)


@bp.get("/stock-counts/<int:count_id>")
@allow(Permission.HANDLE_STOCK)
def show(count_id: int) -> Any:
    return show_count(count_or_404(count_id))


def show_count(count: StockCount, status: int = 200, wrong: str = "") -> Any:
    """What was counted, and what lies there by the ledger and was not counted yet."""
    counted = sa.select(StockCountLine.item_id).where(StockCountLine.count_id == count.id)
    filters = queries.Filters.read(request.args)
    waiting = queries.narrowed(count.site, filters).where(StockItem.id.not_in(counted), StockItem.on_hand > 0)
    return render_template(
        "stock/count.html",
        count=count,
        filters=filters,
        waiting=page_of(waiting) if count.is_running else None,
        scan_url=task_url(count),
        wrong=wrong,
    ), status


@bp.post("/stock-counts/<int:count_id>/lines")
@allow(Permission.HANDLE_STOCK)
def note(count_id: int) -> Any:
    """So many of one item lie there; written again it is corrected."""
    count = count_or_404(count_id)
    form = forms.CountedForm()
    item = item_named(count.site)
    if item is None or not form.validate():
        return show_count(count, 422, wrong=_("Write how many pieces there are: 0 where there are none."))
    line = count.note(item, form.pieces.data or 0, current_user)
    message = ngettext("%(title)s: %(num)s piece.", "%(title)s: %(num)s pieces.", line.counted, title=item.label)
    return done(url_for(".show", count_id=count.id), message)


def item_named(site: Site) -> StockItem | None:
    """By its number, or by a style, which the store stocks from then on."""
    item_id, sku_id = number(request.form.get("item")), number(request.form.get("sku"))
    if item_id is None and sku_id is not None:
        sku = db.session.get(Sku, sku_id)
        return StockItem.at(site, sku) if sku is not None else None
    return db.session.scalar(sa.select(StockItem).filter_by(site_id=site.id, id=item_id or 0))


@bp.post("/stock-counts/<int:count_id>/lines/<int:line_id>/remove")
@allow(Permission.HANDLE_STOCK)
def remove(count_id: int, line_id: int) -> Any:
    count = count_or_404(count_id)
    count.forget(db.first_or_404(sa.select(StockCountLine).filter_by(count_id=count.id, id=line_id)))
    return done(url_for(".show", count_id=count.id), _("No longer counted."))


@bp.post("/stock-counts/<int:count_id>/apply")
@allow(Permission.CORRECT_STOCK)
def apply(count_id: int) -> Any:
    count = count_or_404(count_id, Permission.CORRECT_STOCK)
    changed = count.apply(current_user)
    audit.record("stock_count_applied", count, name=count.name, changed=changed)
    message = ngettext("Applied: %(num)s product corrected.", "Applied: %(num)s products corrected.", changed)
    return done(url_for(".show", count_id=count.id), message)


@bp.post("/stock-counts/<int:count_id>/drop")
@allow(Permission.HANDLE_STOCK)
def drop(count_id: int) -> Any:
    count = count_or_404(count_id)
    count.drop()
    audit.record("stock_count_dropped", count, name=count.name)
    return done(url_for(".index", slug=count.site.slug), _("Dropped. Nothing was changed."))


@bp.get("/stock-counts/<int:count_id>.xlsx")
@allow(Permission.HANDLE_STOCK)
def export(count_id: int) -> Response:
    count = count_or_404(count_id)
    return download(exports.count_table(count), _("stock count %(number)s", number=count.id), "xlsx", XLSX)
