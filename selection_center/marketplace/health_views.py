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
from selection_center.core.paging import LARGEST_ID, CountedPage
from selection_center.core.permissions import Permission
from selection_center.marketplace import compare_jobs, health
from selection_center.marketplace.handlings import Handling, How
from selection_center.marketplace.health_rows import described
from selection_center.printing import compare_jobs as paper_jobs
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


@bp.get("/sites/<string:slug>/offer-health")
@allow(Permission.HANDLE_SAMPLES)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    compare_jobs.look_again(site)
    days = days_asked()
    queue = health.Queue(site, days)
    counts, asked = queue.counts(), request.args.get("kind", "")
    part = asked if asked in counts else health.WAITING
    page = CountedPage.asked(queue.listing_ids(part), counts[part])
    shown = [row.listing_id for row in page.items]
    paper_jobs.look_again(site, listing_ids=shown)
    rows = described(queue, shown, handled=part == health.HANDLED)
    return render_template(
        "marketplace/health.html",
        **{"site": site, "rows": rows, "page": page, "counts": counts, "words": WORDS, "days": days, "choices": DAYS},
        **{"asked": "" if part == health.WAITING else part},
    )


def days_asked() -> int:
    text = request.values.get("days", "")
    return next((days for days in DAYS if str(days) == text), health.UNSEEN_DAYS)


@bp.post("/sites/<string:slug>/offer-health/handlings")
@allow(Permission.HANDLE_SAMPLES)
def handle(slug: str) -> Any:
    """What the page showed is done, ignored, or waits again: each kind of it, as it was seen there."""
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    listing_id, how = request.form.get("listing", 0, type=int), request.form.get("how", "")
    known = 0 < listing_id <= LARGEST_ID and health.Queue(site).includes(listing_id)
    if how not in set(How) or not known:
        abort(422)
    for told in request.form.getlist("seen"):
        kind, _colon, seen = (clean(told) or "").partition(":")
        if kind in health.KINDS:
            common = {"site_id": site.id, "listing_id": listing_id, "kind": kind, "seen": seen[:64]}
            db.session.add(Handling(**common, how=How(how), user_id=current_user.id))
    return done(url_for(".index", slug=site.slug, days=days_asked()), _(str(SAID[How(how)])))
