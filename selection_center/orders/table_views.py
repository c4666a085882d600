"""Beside the list of orders: what came in since it was made, and the list as a table."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import XLSX, download
from selection_center.core.paging import LARGEST_ID
from selection_center.core.permissions import Permission
from selection_center.orders import exports, queries
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("order_table", __name__)
LATEST_MS = 2**32 * 1000


def news_url(site: Site | None, last_id: int, now: datetime) -> str:
    since = int(now.timestamp() * 1000)
    if site is None:
        return url_for("order_table.news_all", after=last_id, since=since)
    return url_for("order_table.news", slug=site.slug, after=last_id, since=since)


def export_url(site: Site | None) -> str:
    """The table of this page's search."""
    filters = {name: value for name, value in request.args.items() if name in {"q", "state", "kind", "due", "sort"}}
    address = url_for("order_table.export", slug=site.slug) if site else url_for("order_table.export_all")
    return f"{address}?{urlencode(filters)}" if filters else address


@bp.get("/sites/<string:slug>/orders/news")
@allow(Permission.SEE_ORDERS)
def news(slug: str) -> Any:
    site = site_or_404(slug, Permission.SEE_ORDERS)
    return told(site)


@bp.get("/orders/news")
@allow(Permission.SEE_ORDERS)
def news_all() -> Any:
    return told(None)


def told(site: Site | None) -> Response:
    """A few words asked for every few seconds by an open list of orders; 304 while they stay the same."""
    last_id = request.args.get("after", 0, type=int) % LARGEST_ID
    moment = datetime.fromtimestamp(request.args.get("since", 0, type=int) % LATEST_MS / 1000, UTC)
    found = queries.News.since(current_user, site, last_id, moment)
    shown = url_for("orders.index", slug=site.slug) if site else url_for("orders.index_all")
    response = make_response(render_template("orders/_news.html", news=found, href=shown))
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/sites/<string:slug>/orders.xlsx")
@allow(Permission.SEE_ORDERS)
def export(slug: str) -> Response:
    site = site_or_404(slug, Permission.SEE_ORDERS)
    return exported(site)


@bp.get("/orders.xlsx")
@allow(Permission.SEE_ORDERS)
def export_all() -> Response:
    return exported(None)


def exported(site: Site | None) -> Response:
    """The orders of this search as a table; phones masked as on the page."""
    query = queries.narrowed(current_user, site, queries.Filters.read(request.args)).limit(exports.MOST_ORDERS)
    table = exports.order_table(db.session.scalars(query).all(), current_user)
    return download(table, _("Orders"), "xlsx", XLSX)
