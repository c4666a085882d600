"""Three prices side by side: what the label says, ours today, and the one online."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
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
from selection_center.core.paging import CountedPage
from selection_center.core.permissions import Permission
from selection_center.marketplace import drift, price_gaps
from selection_center.marketplace.compare_jobs import look_again
from selection_center.marketplace.drift import Gap
from selection_center.marketplace.syncs import OfferLink
from selection_center.printing import compare_jobs, comparing, relabel
from selection_center.printing.comparing import Verdict
from selection_center.printing.models import PrintedItem
from selection_center.printing.stale import Difference, differences, values_now
from selection_center.printing.values import Values, shown_sku
from selection_center.samples import queries
from selection_center.samples.models import Sample
from selection_center.sites.current import current_site
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("price_drift", __name__)

SHOWN = ("any", "paper", "online", "kept")


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


def counts_of(site: Site) -> dict[str, int]:
    """Of all papers: those that say another, those whose price is another online, and those where ours was kept."""
    online = {"is_other": price_gaps.differs(kept=False), "has_kept": price_gaps.differs(kept=True)}
    return comparing.count(
        papers_at(site),
        comparing.facts() | online,
        lambda each: {
            **{"any": sa.or_(each.is_stale, each.is_other), "paper": each.is_stale, "online": each.is_other},
            **{"kept": sa.and_(each.has_kept, ~each.is_other), "papers": sa.true(), "open": each.is_open},
        },
    )


def conditions() -> dict[str, sa.ColumnElement[bool]]:
    """The same four, to choose by."""
    is_stale, is_other = Verdict.now().is_stale, price_gaps.differs(kept=False)
    kept = sa.and_(price_gaps.differs(kept=True), ~is_other)
    return {"any": sa.or_(is_stale, is_other), "paper": is_stale, "online": is_other, "kept": kept}


def papers_at(site: Site) -> sa.Select[Any]:
    """Every sample with a label and every shelf with a tag."""
    return comparing.hanging(site, *comparing.KINDS).where(PrintedItem.id.is_not(None))


def side_by_side(ids: Sequence[Any]) -> list[Beside]:
    """The rows of one page."""
    samples, papers = relabel.loaded(ids)
    offers = Listing.id.in_({sample.listing_id for sample in samples.values()})
    gaps, linked = drift.gaps(offers), linked_of(offers)
    found = []
    for sample_id, paper_id in ids:
        sample, printed = samples[sample_id], papers[paper_id]
        now, whole = values_now(sample, printed.run), gaps.get(sample.listing_id, [])
        own = [gap for gap in whole if gap.spec in {"", shown_sku(sample).spec}]
        changed = differences(printed.values, now)
        found.append(Beside(sample, printed, now, changed, own, whole, sample.listing_id in linked))
    return found


def linked_of(offers: sa.ColumnElement[bool]) -> set[int]:
    """Those whose price online is known."""
    query = sa.select(OfferLink.listing_id).join(Listing, Listing.id == OfferLink.listing_id)
    return set(db.session.scalars(query.where(offers, OfferLink.gone_at.is_(None))))


@bp.get("/sites/<string:slug>/prices")
@allow(Permission.HANDLE_SAMPLES)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    look_again(site)
    counts = counts_of(site)
    if counts["open"]:
        compare_jobs.look_again(site, comparing.AT_ONCE)
        counts = counts_of(site)
    asked = request.args.get("only", "")
    asked = asked if asked in SHOWN else "any"
    query = papers_at(site).where(conditions()[asked]).order_by(*queries.SORTS["stand"])
    page = CountedPage.asked(comparing.picked(query, Sample.id, PrintedItem.id), counts[asked])
    return render_template(
        "marketplace/health_prices.html",
        **{"site": site, "counts": counts, "asked": asked, "page": page, "rows": side_by_side(page.items)},
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
