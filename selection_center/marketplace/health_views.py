"""Offers that stand at a site and are not online as they stand here: a queue of work, in walking order."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.forms import clean
from selection_center.core.once import done
from selection_center.core.paging import ListPage
from selection_center.core.permissions import Permission
from selection_center.marketplace import health
from selection_center.marketplace.handlings import Handling, How
from selection_center.sites.reaching import site_or_404

bp = Blueprint("offer_health", __name__)

WORDS = {
    "gone": _l("Deleted online"),
    "off_shelf": _l("Off the shelf online"),
    "style_gone": _l("A style is gone"),
    "sold_out": _l("Sold out online"),
    "price": _l("Another price online"),
    "price_changed": _l("Price changed online"),
    "below_mix": _l("Lists below the mixed batch"),
    "unseen": _l("Not seen for long"),
}
SAID = {
    How.DONE: _l("Done. It comes back when something changes."),
    How.IGNORED: _l("Ignored until something changes."),
    How.REOPENED: _l("It waits again."),
}
DAYS = (1, 3, 7, 14, 30)
HANDLED = "handled"


@bp.get("/sites/<string:slug>/offer-health")
@allow(Permission.HANDLE_SAMPLES)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    days = days_asked()
    queue = health.Queue.at(site, days)
    kinds, waiting, handled = queue.kinds(), queue.waiting(), queue.done_with()
    asked = request.args.get("kind", "")
    page = ListPage.asked(handled if asked == HANDLED else kinds.get(asked, waiting))
    rows = health.described(site, page.items, queue, handled=asked == HANDLED)
    return render_template(
        "marketplace/health.html",
        **{"site": site, "rows": rows, "page": page, "kinds": kinds, "words": WORDS, "handled": len(handled)},
        **{"asked": asked if asked in {*WORDS, HANDLED} else "", "found": len(waiting), "days": days, "choices": DAYS},
    )


def days_asked() -> int:
    text = request.values.get("days", "")
    return next((days for days in DAYS if str(days) == text), health.UNSEEN_DAYS)


@bp.post("/sites/<string:slug>/offer-health/handlings")
@allow(Permission.HANDLE_SAMPLES)
def handle(slug: str) -> Any:
    """What the page showed is done, ignored, or waits again: each kind of it, as it was seen there."""
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    listing_id, how = request.form.get("listing", ""), request.form.get("how", "")
    if how not in set(How) or listing_id not in {str(one) for one in health.standing_at(site)}:
        abort(422)
    for told in request.form.getlist("seen"):
        kind, _colon, seen = (clean(told) or "").partition(":")
        if kind in health.KINDS:
            common = {"site_id": site.id, "listing_id": int(listing_id), "kind": kind, "seen": seen[:64]}
            db.session.add(Handling(**common, how=How(how), user_id=current_user.id))
    return done(url_for(".index", slug=site.slug, days=days_asked()), _(str(SAID[How(how)])))
