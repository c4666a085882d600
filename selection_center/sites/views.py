"""Sites: the list, one of them, founding and changing it."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.forms import clean
from selection_center.core.once import done
from selection_center.core.paging import like, ordered, page_of
from selection_center.core.permissions import Permission
from selection_center.sites import (
    arrangement_views,
    audit_views,
    belt_views,
    city_views,
    device_views,
    plan_views,
    team_views,
)
from selection_center.sites.forms import KIND_WORDS, NewSiteForm, SiteBeltForm, SiteForm
from selection_center.sites.models import Bay, Belt, City, Site, Stand, Zone
from selection_center.sites.reaching import site_or_404

bp = Blueprint("sites", __name__)
BLUEPRINTS = [
    bp,
    plan_views.bp,
    arrangement_views.bp,
    belt_views.bp,
    city_views.bp,
    team_views.bp,
    device_views.bp,
    audit_views.bp,
]

SORTS = {"name": Site.name, "kind": Site.kind, "city": City.name, "since": Site.created_at}


@bp.get("/sites")
@allow(Permission.SEE_SITE)
def index() -> Any:
    query = Site.reachable_by(current_user).join(Site.city)
    wanted = clean(request.args.get("q"))
    if wanted:
        columns = (Site.name, Site.name_en, Site.slug, City.name)
        query = query.where(sa.or_(*(column.ilike(like(wanted), escape="\\") for column in columns)))
    if request.args.get("closed") != "1":
        query = query.where(Site.closed_at.is_(None))
    page = page_of(ordered(query, SORTS, "name"))
    return render_template(
        "sites/index.html", page=page, stands=stands_by_site([site.id for site in page]), kinds=KIND_WORDS
    )


def stands_by_site(ids: list[int]) -> dict[int, int]:
    """Open stands of each of these sites."""
    counts = sa.select(Stand.site_id, sa.func.count()).where(Stand.site_id.in_(ids), Stand.closed_at.is_(None))
    return dict(db.session.execute(counts.group_by(Stand.site_id)).all())


@bp.get("/sites/new")
@allow(Permission.EDIT_NETWORK)
def new() -> Any:
    return render_template("sites/edit.html", form=NewSiteForm(), site=None)


@bp.post("/sites")
@allow(Permission.EDIT_NETWORK)
def create() -> Any:
    form = NewSiteForm()
    if not form.validate():
        return render_template("sites/edit.html", form=form, site=None), 422
    if db.session.scalar(sa.select(Site.id).filter_by(slug=form.slug.data)):
        form.slug.errors = [_("This short name is taken. Choose another one.")]
        return render_template("sites/edit.html", form=form, site=None), 422
    site = Site.found(**form.values)
    audit.record("site_founded", site, site_id=site.id, name=site.name)
    return done(url_for(".show", slug=site.slug), _("%(site)s is there. Add its zones now.", site=site.label))


@bp.get("/sites/<string:slug>")
@allow(Permission.SEE_SITE)
def show(slug: str) -> Any:
    return site_page(site_or_404(slug, Permission.SEE_SITE), SiteBeltForm(formdata=None))


def site_page(site: Site, belt_form: SiteBeltForm) -> str:
    return render_template(
        "sites/show.html", site=site, kinds=KIND_WORDS, counts=counts_of(site), belt_form=belt_form, belts=belt_names()
    )


def counts_of(site: Site) -> dict[str, int]:
    """Zones, and bays and stands that are open."""
    stands = sa.select(Stand).filter_by(site_id=site.id, closed_at=None).subquery()
    bays = sa.select(Bay.id).join(Zone).where(Zone.site_id == site.id, Bay.stands.any(Stand.closed_at.is_(None)))
    return {
        "zones": len(site.zones),
        "bays": db.session.scalar(sa.select(sa.func.count()).select_from(bays.subquery())) or 0,
        "stands": db.session.scalar(sa.select(sa.func.count()).select_from(stands)) or 0,
    }


def belt_names() -> list[str]:
    """For the field's suggestions; only head office has the field."""
    if not current_user.can(Permission.EDIT_NETWORK):
        return []
    return [belt.label for belt in db.session.scalars(sa.select(Belt).order_by(Belt.place_adcode, Belt.name))]


@bp.get("/sites/<string:slug>/edit")
@allow(Permission.EDIT_NETWORK)
def edit(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_NETWORK)
    return render_template("sites/edit.html", form=SiteForm(obj=site), site=site)


@bp.post("/sites/<string:slug>")
@allow(Permission.EDIT_NETWORK)
def save(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_NETWORK)
    form = SiteForm()
    if not form.validate():
        return render_template("sites/edit.html", form=form, site=site), 422
    for name, value in form.values.items():
        setattr(site, name, value)
    audit.record("site_changed", site, site_id=site.id, name=site.name)
    return done(url_for(".show", slug=slug), _("Saved."))


@bp.post("/sites/<string:slug>/belts")
@allow(Permission.EDIT_NETWORK)
def add_belt(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_NETWORK)
    form = SiteBeltForm()
    if not form.validate():
        return site_page(site, form), 422
    if form.chosen not in site.belts:
        site.belts.append(form.chosen)
        audit.record("site_belt_added", site, site_id=site.id, belt=form.chosen.name)
    return done(url_for(".show", slug=slug), _("%(belt)s belongs to this site now.", belt=form.chosen.label))


@bp.post("/sites/<string:slug>/belts/<int:belt_id>/removal")
@allow(Permission.EDIT_NETWORK)
def remove_belt(slug: str, belt_id: int) -> Any:
    site = site_or_404(slug, Permission.EDIT_NETWORK)
    belt = db.first_or_404(sa.select(Belt).filter_by(id=belt_id))
    if belt in site.belts:
        site.belts.remove(belt)
        audit.record("site_belt_removed", site, site_id=site.id, belt=belt.name)
    return done(url_for(".show", slug=slug), _("%(belt)s no longer belongs to this site.", belt=belt.label))


@bp.post("/sites/<string:slug>/reopening")
@allow(Permission.EDIT_NETWORK)
def reopen(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_NETWORK)
    site.reopen()
    audit.record("site_reopened", site, site_id=site.id)
    return done(url_for(".show", slug=slug), _("%(site)s is open again.", site=site.label))
