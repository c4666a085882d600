"""The page on which bays are dragged to where they stand."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.core.templating import clock
from selection_center.sites import plan
from selection_center.sites.arrangement import FARTHEST, Arrangement
from selection_center.sites.last_deeds import last_deed
from selection_center.sites.models import Bay, Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("arrangement", __name__)


@bp.get("/sites/<string:slug>/plan/arrangement")
@allow(Permission.EDIT_FLOOR_PLAN)
def edit(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_FLOOR_PLAN)
    return drawing(site, Arrangement.of(site))


@bp.post("/sites/<string:slug>/plan/arrangement")
@allow(Permission.EDIT_FLOOR_PLAN)
def save(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_FLOOR_PLAN)
    drawn = Arrangement.sent(site, request.form)
    if not drawn.is_readable:
        return drawing(site, drawn, wrong=_("This drawing could not be read. Move the bays again.")), 422
    if drawn.overtaken:
        return drawing(site, drawn, overtaken=[overtaken_words(bay) for bay in drawn.overtaken]), 409
    moved = drawn.apply()
    for bay in moved:
        audit.record("bay_placed", bay, address=bay.address, **drawn.moves[bay]._asdict())
    said = ngettext("%(num)s bay moved.", "%(num)s bays moved.", len(moved)) if moved else _("Nothing was moved.")
    return done(url_for("plan.show", slug=site.slug), said)


def drawing(site: Site, drawn: Arrangement, **told: Any) -> str:
    sheet = plan.sheet([bay for bay in drawn.bays if bay.is_open], drawn.spot)
    return render_template("sites/arrangement.html", site=site, drawn=drawn, sheet=sheet, farthest=FARTHEST, **told)


def overtaken_words(bay: Bay) -> str:
    """Who moved it meanwhile, and when."""
    last = last_deed(bay)
    if last is None:
        return str(_("%(bay)s was moved", bay=bay.address))
    return str(_("%(name)s moved %(bay)s at %(time)s", name=last.name, bay=bay.address, time=clock(last.at)))
