"""Stickers that lead elsewhere: those that still stick at a site, flagged, and marked as removed."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from selection_center.core.auth import allow
from selection_center.core.once import done
from selection_center.core.paging import page_of
from selection_center.core.permissions import Permission
from selection_center.samples import queries
from selection_center.samples.stocktake_forms import FindingForm
from selection_center.samples.stocktake_totals import how_many
from selection_center.samples.tag_findings import TagFinding
from selection_center.sites.models import Site
from selection_center.sites.reaching import one_or_404, site_or_404

bp = Blueprint("tag_findings", __name__)


def finding_or_404(finding_id: int) -> TagFinding:
    query = TagFinding.reachable_by(current_user, Permission.SEE_SITE).where(TagFinding.id == finding_id)
    found: TagFinding = one_or_404(query, Permission.HANDLE_SAMPLES)
    return found


@bp.get("/sites/<string:slug>/tag-findings")
@allow(Permission.HANDLE_SAMPLES)
def index(slug: str) -> Any:
    return show_index(site_or_404(slug, Permission.HANDLE_SAMPLES), FindingForm(formdata=None))


def show_index(site: Site, form: FindingForm, status: int = 200) -> Any:
    shown = "removed" if request.args.get("state") == "removed" else "open"
    removed = sa.select(TagFinding).where(TagFinding.site_id == site.id, TagFinding.removed_at.is_not(None))
    who = [joinedload(TagFinding.stand), joinedload(TagFinding.user), joinedload(TagFinding.removed_by)]
    found = {"open": TagFinding.open_at(site), "removed": removed.order_by(TagFinding.removed_at.desc())}
    return render_template(
        "stocktakes/findings.html",
        site=site,
        form=form,
        shown=shown,
        page=page_of(found[shown].options(*who)),
        counts={name: how_many(query) for name, query in found.items()},
    ), status


@bp.post("/sites/<string:slug>/tag-findings")
@allow(Permission.HANDLE_SAMPLES)
def report(slug: str) -> Any:
    """Flags a code that leads elsewhere; the same one at the same stand is flagged once."""
    site = site_or_404(slug, Permission.HANDLE_SAMPLES)
    form = FindingForm()
    valid = form.validate()
    stand = queries.stand_named(site, form.stand.data) if form.stand.data else None
    if form.stand.data and stand is None:
        form.stand.errors = [_("No open stand has this address. Write one such as A-03-2.")]
        valid = False
    if not valid:
        return show_index(site, form, 422)
    _finding, is_new = TagFinding.report(site, stand, form.text.data, current_user.id)
    said = _("Flagged. It stays on the site's page until somebody has removed it.") if is_new else _("Flagged already.")
    return done(url_for("tag_findings.index", slug=site.slug), said)


@bp.post("/tag-findings/<int:finding_id>/removal")
@allow(Permission.HANDLE_SAMPLES)
def remove(finding_id: int) -> Any:
    finding = finding_or_404(finding_id)
    finding.remove(current_user.id)
    return done(url_for("tag_findings.index", slug=finding.site.slug), _("Marked as removed."))


@bp.post("/tag-findings/<int:finding_id>/reversal")
@allow(Permission.HANDLE_SAMPLES)
def take_back(finding_id: int) -> Any:
    """It was no sticker after all."""
    finding = finding_or_404(finding_id)
    finding.take_back()
    return done(url_for("tag_findings.index", slug=finding.site.slug), _("No longer flagged."))
