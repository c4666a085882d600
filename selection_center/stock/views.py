"""The stock of a store: what is there, one item with its ledger, and what people do to it by hand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.catalog.models import Sku
from selection_center.catalog.queries import number
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import XLSX, download
from selection_center.core.errors import Refused
from selection_center.core.forms import clean, said_at
from selection_center.core.once import done
from selection_center.core.paging import page_of
from selection_center.core.permissions import Permission
from selection_center.sites.reaching import one_or_404, site_or_404
from selection_center.stock import (
    count_views,
    exports,
    forms,
    goods_in_views,
    queries,
    reorder_views,
    sending_views,
    taking,
)
from selection_center.stock.items import MoveKind, StockItem, StockMove
from selection_center.stock.taking import Wanted
from selection_center.stock.words import KINDS, REASON_WORDS

bp = Blueprint("stock", __name__)
BLUEPRINTS = (bp, goods_in_views.bp, count_views.bp, sending_views.bp, reorder_views.bp)


def item_or_404(item_id: int, permission: Permission = Permission.HANDLE_STOCK) -> StockItem:
    found: StockItem = one_or_404(StockItem.reachable_by(current_user).filter_by(id=item_id), permission)
    return found


@bp.get("/sites/<string:slug>/stock")
@allow(Permission.HANDLE_STOCK)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_STOCK)
    filters = queries.Filters.read(request.args)
    chosen: dict[str, Any] = {name: request.args[name] for name in ("q", "where", "sort") if name in request.args}
    return render_template(
        "stock/index.html",
        site=site,
        filters=filters,
        page=queries.search(site, filters),
        counts=queries.counts(site),
        export_url=url_for(".export", slug=slug, **chosen),
    )


@bp.get("/sites/<string:slug>/stock.xlsx")
@allow(Permission.HANDLE_STOCK)
def export(slug: str) -> Response:
    site = site_or_404(slug, Permission.HANDLE_STOCK)
    query = queries.narrowed(site, queries.Filters.read(request.args)).limit(exports.MOST_ITEMS)
    items = db.session.scalars(query).all()
    audit.record_beside("stock_exported", site, site_id=site.id, count=len(items))
    return download(exports.stock_table(items), _("Stock"), "xlsx", XLSX)


@bp.get("/sites/<string:slug>/stock/new")
@allow(Permission.HANDLE_STOCK)
def new(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_STOCK)
    words = (clean(request.args.get("q")) or "")[:80]
    return render_template("stock/new.html", site=site, words=words, found=queries.offered(words, site))


@bp.post("/sites/<string:slug>/stock")
@allow(Permission.HANDLE_STOCK)
def create(slug: str) -> Any:
    """Takes a style of the catalog into the store's stock, with nothing in it yet."""
    site = site_or_404(slug, Permission.HANDLE_STOCK)
    item = StockItem.at(site, sku_named(request.form.get("sku")))
    audit.record("stock_item_added", item, title=item.label)
    return done(url_for(".show", item_id=item.id), _("Taken into the stock. Receive goods, or count what is there."))


def sku_named(text: str | None) -> Sku:
    sku = db.session.get(Sku, number(text) or 0)
    if sku is None:
        raise Refused("no_style", _("Choose the style first."))
    return sku


@bp.get("/sites/<string:slug>/stock/moves")
@allow(Permission.HANDLE_STOCK)
def moves(slug: str) -> Any:
    """The whole ledger, or one kind of movement such as waste."""
    site = site_or_404(slug, Permission.HANDLE_STOCK)
    asked = request.args.get("kind", "")
    kind = MoveKind(asked) if asked in set(MoveKind) else None
    page = page_of(queries.moves_at(site, kind))
    return render_template("stock/moves.html", site=site, kind=kind, page=page, kinds=KINDS, reasons=REASON_WORDS)


@bp.get("/stock/<int:item_id>")
@allow(Permission.HANDLE_STOCK)
def show(item_id: int) -> Any:
    return show_item(item_or_404(item_id))


def show_item(item: StockItem, status: int = 200, **filled: Any) -> Any:
    """The item's page; a form that came back wrong is passed by its name."""
    levels = forms.LevelsForm(
        formdata=None, data={"low_at": item.low_at, "fill_to": item.fill_to, "tax": item.tax_permille}
    )
    empty = {
        "levels_form": levels,
        "refill_form": forms.RefillForm(formdata=None),
        "waste_form": forms.WasteForm(formdata=None),
    }
    moves = page_of(queries.moves_at(item.site, None).where(StockMove.item_id == item.id))
    return render_template(
        "stock/show.html", item=item, page=moves, kinds=KINDS, reasons=REASON_WORDS, **(empty | filled)
    ), status


@bp.post("/stock/<int:item_id>/levels")
@allow(Permission.CORRECT_STOCK)
def set_levels(item_id: int) -> Any:
    item = item_or_404(item_id, Permission.CORRECT_STOCK)
    form = forms.LevelsForm()
    if not form.validate():
        return show_item(item, 422, levels_form=form)
    with said_at(form.fill_to):
        item.set_levels(form.low_at.data or 0, form.fill_to.data or 0, form.tax.data)
    if form.errors:
        return show_item(item, 422, levels_form=form)
    audit.record("stock_levels_set", item, title=item.label, low_at=item.low_at, fill_to=item.fill_to)
    return done(url_for(".show", item_id=item.id), _("Kept."))


@bp.post("/stock/<int:item_id>/refills")
@allow(Permission.HANDLE_STOCK)
def refill(item_id: int) -> Any:
    item = item_or_404(item_id)
    form = forms.RefillForm()
    if not form.validate():
        return show_item(item, 422, refill_form=form)
    pieces = form.pieces.data or 0
    with said_at(form.pieces):
        item.refill(pieces if form.direction.data == "shelf" else -pieces, current_user)
    if form.errors:
        return show_item(item, 422, refill_form=form)
    message = ngettext("%(num)s piece carried.", "%(num)s pieces carried.", pieces)
    return done(url_for(".show", item_id=item.id), message)


@bp.post("/stock/<int:item_id>/waste")
@allow(Permission.HANDLE_STOCK)
def waste(item_id: int) -> Any:
    item = item_or_404(item_id)
    form = forms.WasteForm()
    if not form.validate():
        return show_item(item, 422, waste_form=form)
    pieces = form.pieces.data or 0
    taking.waste(item.site_id, [Wanted(item.sku_id, pieces)], form.words, current_user.id)
    audit.record("stock_wasted", item, title=item.label, quantity=pieces, reason=form.words)
    message = ngettext("%(num)s piece written off.", "%(num)s pieces written off.", pieces)
    return done(url_for(".show", item_id=item.id), message)


@bp.post("/stock-moves/<int:move_id>/take-back")
@allow(Permission.HANDLE_STOCK)
def take_back(move_id: int) -> Any:
    move: StockMove = db.first_or_404(StockMove.reachable_by(current_user).filter_by(id=move_id))
    move.take_back(current_user)
    audit.record("stock_move_taken_back", move.item, title=move.item.label, quantity=-move.quantity)
    return done(url_for(".show", item_id=move.item_id), _("Taken back."))
