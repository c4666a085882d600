"""Offers that stand at a site and are not online as they stand here: a queue of work, in walking order."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l

from selection_center.core.auth import allow
from selection_center.core.paging import ListPage
from selection_center.core.permissions import Permission
from selection_center.marketplace import health
from selection_center.sites.reaching import site_or_404

bp = Blueprint("offer_health", __name__)

WORDS = {
    "gone": _l("Deleted online"),
    "off_shelf": _l("Off the shelf online"),
    "style_gone": _l("A style is gone"),
    "sold_out": _l("Sold out online"),
    "price": _l("Another price online"),
    "unseen": _l("Not seen for a week"),
}


@bp.get("/sites/<string:slug>/offer-health")
@allow(Permission.HANDLE_SAMPLES)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    kinds = health.troubles(site)
    asked = request.args.get("kind", "")
    everything = health.in_walking_order(site, kinds)
    page = ListPage.asked(kinds.get(asked, everything))
    rows = health.described(site, page.items, kinds)
    return render_template(
        "marketplace/health.html",
        **{"site": site, "rows": rows, "page": page, "kinds": kinds, "words": WORDS},
        **{"asked": asked if asked in WORDS else "", "found": len(everything)},
    )
