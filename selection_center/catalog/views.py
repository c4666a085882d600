"""The catalog: offers found by words and filters, and one offer with all that is known of it."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, render_template, request
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog import (
    addresses,
    certificate_views,
    import_views,
    listing_views,
    price_history,
    queries,
    supplier_views,
)
from selection_center.catalog.models import Listing, Quote, Supplier
from selection_center.catalog.pricing import Rung, ladder
from selection_center.catalog.reaching import listing_or_404
from selection_center.catalog.terms import offer_terms
from selection_center.catalog.visibility import sees_prices
from selection_center.core.auth import allow
from selection_center.core.permissions import Permission
from selection_center.sites.current import current_site

bp = Blueprint("catalog", __name__)
BLUEPRINTS = [bp, listing_views.bp, supplier_views.bp, certificate_views.bp, import_views.bp]
WHOLE = (
    joinedload(Listing.supplier).joinedload(Supplier.belt),
    selectinload(Listing.skus),
    selectinload(Listing.tiers),
)


@bp.get("/catalog")
@allow(Permission.SEE_CATALOG)
def index() -> Any:
    filters, site = queries.Filters.read(request.args), current_site()
    page = queries.offers(current_user, filters, site)
    return render_template(
        "catalog/index.html",
        page=page,
        filters=filters,
        site=site,
        belts=queries.belts_with_suppliers(current_user),
        supplier=queries.supplier_named(current_user, filters.supplier),
        rungs={listing.id: lead_rung(listing) for listing in page},
    )


def lead_rung(listing: Listing) -> Rung | None:
    """The first rung of its cheapest style; None without a price, or where this person may not see it."""
    if not sees_prices(listing.supplier, user=current_user):
        return None
    terms = offer_terms(listing)
    firsts = [rungs[0] for sku in listing.skus if (rungs := ladder(terms, sku.id))]
    return min(firsts, key=lambda rung: rung.price_fen, default=None)


@bp.get("/catalog/<int:listing_id>")
@allow(Permission.SEE_CATALOG)
def show(listing_id: int) -> Any:
    listing = listing_or_404(listing_id, *WHOLE)
    terms, prices = offer_terms(listing), sees_prices(listing.supplier, user=current_user)
    ladders = {sku.id: ladder(terms, sku.id) for sku in listing.skus} if prices else {}
    return render_template(
        "catalog/show.html",
        listing=listing,
        sees_prices=prices,
        ladders=ladders,
        is_one_ladder=listing.quote is Quote.BY_OFFER,
        samples=queries.samples_of(listing, current_user),
        changes=price_history.changes(listing) if prices else [],
        lowest_fen=price_history.lowest_lately(listing) if prices else None,
        site=current_site(),
        can_link=bool(listing.url) and addresses.is_allowed(listing.url),
        linking=queries.linking_run(listing, current_user),
        was_unlinked=queries.was_unlinked(listing),
    )


@bp.get("/catalog/<int:listing_id>/online")
@allow(Permission.SEE_CATALOG)
def online(listing_id: int) -> Any:
    """Names the domain first; only addresses on our list are linked (S19)."""
    listing = listing_or_404(listing_id)
    if not addresses.is_allowed(listing.url):
        abort(404)
    return render_template("catalog/online.html", listing=listing, domain=urlsplit(listing.url).hostname)
