"""Three prices side by side: what the label says, ours today, and the one online."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.catalog import editing
from selection_center.catalog.models import Listing
from selection_center.catalog.price_history import said
from selection_center.catalog.reaching import listing_or_404
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.paging import ListPage
from selection_center.core.permissions import Permission
from selection_center.marketplace import drift, health
from selection_center.marketplace.drift import Gap
from selection_center.printing import relabel
from selection_center.printing.models import PrintedItem
from selection_center.printing.stale import Difference, differences, values_now
from selection_center.printing.values import Values, shown_sku
from selection_center.samples.models import Sample
from selection_center.sites.current import current_site
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("price_drift", __name__)


@dataclass(frozen=True)
class Beside:
    """One sample that bears a paper: what it says, what it would say today, what is another online."""

    sample: Sample
    printed: PrintedItem
    now: Values
    changed: list[Difference]
    gaps: list[Gap]
    """Of this sample's style."""
    gaps_of_offer: list[Gap]
    is_linked: bool

    @property
    def is_paper_stale(self) -> bool:
        return bool(self.changed)

    @property
    def is_other_online(self) -> bool:
        return any(not gap.is_kept for gap in self.gaps)

    @property
    def is_kept(self) -> bool:
        return bool(self.gaps) and not self.is_other_online

    @property
    def seen(self) -> str:
        """What a form sends back, so that nobody decides about a price that is another one by now."""
        return drift.fingerprint(self.gaps_of_offer)


def side_by_side(site: Site) -> list[Beside]:
    """Every sample with a label and every shelf with a tag, in walking order."""
    gaps, linked = drift.gaps(health.at_site(site)), health.linked_at(site)
    found = []
    for layout in relabel.KINDS:
        samples = list(db.session.scalars(relabel.hanging(site, layout)).unique())
        papers = relabel.last_papers(layout, [sample.id for sample in samples])
        for sample in samples:
            if (printed := papers.get(sample.id)) is not None:
                now = values_now(sample, printed.run)
                spec = shown_sku(sample).spec
                whole = gaps.get(sample.listing_id, [])
                own = [gap for gap in whole if gap.spec in {"", spec}]
                is_linked = sample.listing_id in linked
                found.append(Beside(sample, printed, now, differences(printed.values, now), own, whole, is_linked))
    return sorted(found, key=lambda row: (row.sample.stand is None, row.sample.stand and row.sample.stand.address))


@bp.get("/sites/<string:slug>/prices")
@allow(Permission.HANDLE_SAMPLES)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    rows = side_by_side(site)
    parts = {
        "any": [row for row in rows if row.is_paper_stale or row.is_other_online],
        "paper": [row for row in rows if row.is_paper_stale],
        "online": [row for row in rows if row.is_other_online],
        "kept": [row for row in rows if row.is_kept],
    }
    asked = request.args.get("only", "")
    asked = asked if asked in parts else "any"
    return render_template(
        "marketplace/health_prices.html",
        **{"site": site, "parts": parts, "asked": asked, "page": ListPage.asked(parts[asked]), "papers": len(rows)},
        **{"said": said, "may_edit": current_user.can(Permission.EDIT_CATALOG)},
    )


@bp.post("/catalog/<int:listing_id>/online-price")
@allow(Permission.EDIT_CATALOG)
def take(listing_id: int) -> Any:
    """The price online becomes ours; labels that say another are stale then."""
    listing = listing_or_404(listing_id)
    gaps = gaps_seen(listing)
    editing.changed(listing, lambda: drift.take_online(listing, gaps), "listing_changed", current_user.id)
    return done(back(listing), _("Taken over. Labels that say another price are to be printed anew."))


@bp.post("/catalog/<int:listing_id>/kept-price")
@allow(Permission.EDIT_CATALOG)
def keep(listing_id: int) -> Any:
    """Ours stays until online changes again."""
    listing = listing_or_404(listing_id)
    drift.keep_ours(listing, gaps_seen(listing), current_user.id)
    return done(back(listing), _("Ours stays. It is asked again when the price online changes."))


def gaps_seen(listing: Listing) -> list[Gap]:
    """What differs, where that is what the page showed."""
    found = drift.gaps(Listing.id == listing.id).get(listing.id, [])
    if not found:
        raise Refused("same_price", _("Ours and the price online are the same by now."))
    if request.form.get("seen") != drift.fingerprint(found):
        raise Refused("other_price", _("The price online or ours is another one by now. Look at it again."))
    return found


def back(listing: Listing) -> str:
    site = current_site()
    if site is not None and current_user.can(Permission.HANDLE_SAMPLES, site_id=site.id):
        return url_for(".index", slug=site.slug, only="online")
    return url_for("catalog.show", listing_id=listing.id)
