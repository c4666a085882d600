"""The plan of a site, and its zones, bays and stands."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import selectinload

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.sites import plan
from selection_center.sites.forms import BayForm, LevelsForm, NewBayForm, NewZoneForm, ZoneForm
from selection_center.sites.models import Bay, Site, Stand, Zone
from selection_center.sites.reaching import site_or_404

bp = Blueprint("plan", __name__)


@bp.get("/sites/<string:slug>/plan")
@allow(Permission.SEE_SITE)
def show(slug: str) -> Any:
    site = site_or_404(slug, Permission.SEE_SITE)
    zones = zones_of(site, with_standing=True)
    stands = [stand for zone in zones for stand in zone.stands if stand.is_open]
    return render_template("sites/plan.html", site=site, zones=zones, stands=stands, plan=plan.draw(zones))


def zones_of(site: Site, *, with_standing: bool = False) -> list[Zone]:
    """With bays, stands and perhaps what stands there, in three or four statements whatever their number."""
    query = sa.select(Zone).filter_by(site_id=site.id).order_by(Zone.position, Zone.letter)
    stands = selectinload(Zone.bays).selectinload(Bay.stands)
    return list(db.session.scalars(query.options(stands.selectinload(Stand.standing) if with_standing else stands)))


# --- zones ------------------------------------------------------------------------------------------------------


@bp.get("/sites/<string:slug>/zones/new")
@allow(Permission.EDIT_FLOOR_PLAN)
def new_zone(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_FLOOR_PLAN)
    form = NewZoneForm(letter=plan.next_letter(site.zones), position=len(site.zones))
    return render_template("sites/edit_zone.html", form=form, site=site, zone=None)


@bp.post("/sites/<string:slug>/zones")
@allow(Permission.EDIT_FLOOR_PLAN)
def create_zone(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_FLOOR_PLAN)
    form = NewZoneForm()
    is_good = form.validate()
    if is_good and any(zone.letter == form.letter.data for zone in site.zones):
        form.letter.errors = [_("This site has a zone %(letter)s already.", letter=form.letter.data)]
        is_good = False
    if not is_good:
        return render_template("sites/edit_zone.html", form=form, site=site, zone=None), 422
    zone = Zone(site_id=site.id)
    form.populate_obj(zone)
    db.session.add(zone)
    audit.record("zone_added", zone, address=zone.letter)
    return done(url_for(".zone", zone_id=zone.id), _("Zone %(letter)s is there. Add its bays now.", letter=zone.letter))


@bp.get("/zones/<int:zone_id>")
@allow(Permission.SEE_SITE)
def zone(zone_id: int) -> Any:
    zone = reach_zone(zone_id, Permission.SEE_SITE)
    zones = zones_of(zone.site, with_standing=True)
    return render_template("sites/zone.html", zone=zone, zones=zones, plan=plan.draw([zone]))


@bp.get("/zones/<int:zone_id>/edit")
@allow(Permission.EDIT_FLOOR_PLAN)
def edit_zone(zone_id: int) -> Any:
    zone = reach_zone(zone_id)
    return render_template("sites/edit_zone.html", form=ZoneForm(obj=zone), site=zone.site, zone=zone)


@bp.post("/zones/<int:zone_id>")
@allow(Permission.EDIT_FLOOR_PLAN)
def save_zone(zone_id: int) -> Any:
    zone = reach_zone(zone_id)
    form = ZoneForm()
    if not form.validate():
        return render_template("sites/edit_zone.html", form=form, site=zone.site, zone=zone), 422
    form.populate_obj(zone)
    audit.record("zone_changed", zone, address=zone.letter)
    return done(url_for(".zone", zone_id=zone.id), _("Saved."))


# --- bays -------------------------------------------------------------------------------------------------------


@bp.get("/zones/<int:zone_id>/bays/new")
@allow(Permission.EDIT_FLOOR_PLAN)
def new_bay(zone_id: int) -> Any:
    zone = reach_zone(zone_id)
    form = NewBayForm(number=plan.next_number(zone), **plan.next_place(zone))
    return render_template("sites/edit_bay.html", form=form, zone=zone, bay=None)


@bp.post("/zones/<int:zone_id>/bays")
@allow(Permission.EDIT_FLOOR_PLAN)
def create_bay(zone_id: int) -> Any:
    zone = reach_zone(zone_id)
    form = NewBayForm()
    is_good = form.validate()
    if is_good and any(bay.number == form.number.data for bay in zone.bays):
        form.number.errors = [_("This zone has a bay %(number)s already.", number=form.number.data)]
        is_good = False
    if not is_good:
        return render_template("sites/edit_bay.html", form=form, zone=zone, bay=None), 422
    bay = zone.add_bay(form.number.data, form.levels.data, **form.place)
    audit.record("bay_added", bay, address=bay.address, levels=form.levels.data)
    said = ngettext(
        "%(bay)s is there with %(num)s stand.",
        "%(bay)s is there with %(num)s stands.",
        form.levels.data,
        bay=bay.address,
    )
    return done(url_for(".bay", bay_id=bay.id), said)


@bp.get("/bays/<int:bay_id>")
@allow(Permission.SEE_SITE)
def bay(bay_id: int) -> Any:
    return bay_page(reach_bay(bay_id, Permission.SEE_SITE), LevelsForm(formdata=None))


def bay_page(bay: Bay, levels: LevelsForm) -> str:
    return render_template("sites/bay.html", bay=bay, zone=bay.zone, site=bay.site, levels=levels)


@bp.get("/bays/<int:bay_id>/edit")
@allow(Permission.EDIT_FLOOR_PLAN)
def edit_bay(bay_id: int) -> Any:
    bay = reach_bay(bay_id)
    return render_template("sites/edit_bay.html", form=BayForm(obj=bay), zone=bay.zone, bay=bay)


@bp.post("/bays/<int:bay_id>")
@allow(Permission.EDIT_FLOOR_PLAN)
def save_bay(bay_id: int) -> Any:
    bay = reach_bay(bay_id)
    form = BayForm()
    if not form.validate():
        return render_template("sites/edit_bay.html", form=form, zone=bay.zone, bay=bay), 422
    form.populate_obj(bay)
    audit.record("bay_placed", bay, address=bay.address, **form.place)
    return done(url_for(".show", slug=bay.site.slug), _("%(bay)s stands there now.", bay=bay.address))


@bp.post("/bays/<int:bay_id>/levels")
@allow(Permission.EDIT_FLOOR_PLAN)
def add_levels(bay_id: int) -> Any:
    bay = reach_bay(bay_id)
    form = LevelsForm()
    if not form.validate():
        return bay_page(bay, form), 422
    bay.add_levels(form.count.data)
    audit.record("levels_added", bay, address=bay.address, count=form.count.data)
    return done(
        url_for(".bay", bay_id=bay.id), ngettext("%(num)s more stand.", "%(num)s more stands.", form.count.data)
    )


@bp.post("/stands/<int:stand_id>/reopening")
@allow(Permission.EDIT_FLOOR_PLAN)
def reopen_stand(stand_id: int) -> Any:
    stand: Stand = db.first_or_404(
        Stand.reachable_by(current_user, Permission.EDIT_FLOOR_PLAN).where(Stand.id == stand_id)
    )
    stand.reopen()
    audit.record("stand_reopened", stand, address=stand.address)
    return done(url_for(".bay", bay_id=stand.bay_id), _("%(stand)s is open again.", stand=stand.address))


# --- look-ups ---------------------------------------------------------------------------------------------------


def reach_zone(zone_id: int, permission: Permission = Permission.EDIT_FLOOR_PLAN) -> Zone:
    zone: Zone = db.first_or_404(Zone.reachable_by(current_user, permission).where(Zone.id == zone_id))
    return zone


def reach_bay(bay_id: int, permission: Permission = Permission.EDIT_FLOOR_PLAN) -> Bay:
    bay: Bay = db.first_or_404(Bay.reachable_by(current_user, permission).where(Bay.id == bay_id))
    return bay
