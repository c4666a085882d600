"""The page of a stand; closing and moving stands, bays and zones; closing a site."""

from typing import Any

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.core import audit, codes
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.samples import stands
from selection_center.samples.stand_facts import StandFacts
from selection_center.samples.stand_forms import (
    BayAddressForm,
    ClosingForm,
    MovingForm,
    StandAddressForm,
    ZoneLetterForm,
    moving_form,
)
from selection_center.sites.models import Bay, Place, Stand, Zone
from selection_center.sites.reaching import site_or_404

bp = Blueprint("stands", __name__)

KINDS: dict[str, type[Place]] = {"stands": Stand, "bays": Bay, "zones": Zone}


@bp.get("/stands/<int:stand_id>")
@allow(Permission.SEE_SITE)
def show(stand_id: int) -> Any:
    stand: Stand = db.first_or_404(Stand.reachable_by(current_user).where(Stand.id == stand_id))
    address = codes.address(stand.code, current_app.config["PUBLIC_URL"])
    return render_template(
        "samples/stand.html",
        stand=stand,
        facts=StandFacts.of(stand),
        code=codes.format_code(stand.code),
        address=address,
        qr=codes.qr_svg_path(address, "Q"),
    )


@bp.get("/<any(stands, bays, zones):kind>/<int:place_id>/closing")
@allow(Permission.EDIT_FLOOR_PLAN)
def confirm_closing(kind: str, place_id: int) -> Any:
    place = reach(kind, place_id)
    return closing_page(kind, place, ClosingForm(place.site, formdata=None))


@bp.post("/<any(stands, bays, zones):kind>/<int:place_id>/closing")
@allow(Permission.EDIT_FLOOR_PLAN)
def close(kind: str, place_id: int) -> Any:
    place = reach(kind, place_id)
    form = ClosingForm(place.site)
    if not form.validate():
        return closing_page(kind, place, form), 422
    gone = stands.close(place, form.choice, form.to, current_user.id)
    to = form.to.address if form.to else None
    audit.record("place_closed", place, address=place.address, samples=gone, to=to)
    return done(url_for("plan.show", slug=place.site.slug), _("%(place)s is closed.", place=place.address))


def closing_page(kind: str, place: Place, form: ClosingForm) -> str:
    samples = stands.samples_on(place.stands)
    if samples:
        form.show_ways_out()
    return render_template("samples/closing.html", kind=kind, place=place, form=form, samples=samples)


@bp.get("/<any(stands, bays, zones):kind>/<int:place_id>/address")
@allow(Permission.EDIT_FLOOR_PLAN)
def edit_address(kind: str, place_id: int) -> Any:
    place = reach(kind, place_id)
    return moving_page(kind, place, moving_form(place))


@bp.post("/<any(stands, bays, zones):kind>/<int:place_id>/address")
@allow(Permission.EDIT_FLOOR_PLAN)
def move(kind: str, place_id: int) -> Any:
    place = reach(kind, place_id)
    form = moving_form(place)
    if not form.validate():
        return moving_page(kind, place, form), 422
    before = place.address
    labels = move_by(form, place)
    audit.record("place_moved", place, address=[before, place.address], samples=labels)
    said = _("%(before)s is %(after)s now.", before=before, after=place.address)
    if labels:
        said += " " + ngettext("%(num)s label must be printed again.", "%(num)s labels must be printed again.", labels)
    return done(url_for("plan.show", slug=place.site.slug), said)


def move_by(form: MovingForm, place: Place) -> int:
    """The move that this form asks for; answers how many samples moved along."""
    match form, place:
        case ZoneLetterForm(), Zone():
            return stands.rename_zone(place, form.letter.data, form.choice)
        case BayAddressForm(), Bay():
            zone = db.session.get_one(Zone, form.zone_id.data)
            return stands.move_bay(place, zone, form.number.data, form.choice)
        case StandAddressForm(), Stand():
            return stands.move_stand(
                place, db.session.get_one(Bay, form.bay_id.data), form.level.data, form.choice
            )  # fmt: skip
    raise TypeError(f"{type(form).__name__} moves no {type(place).__name__}")


def moving_page(kind: str, place: Place, form: MovingForm) -> str:
    return render_template(
        "samples/moving.html", kind=kind, place=place, form=form, samples=stands.samples_on(place.stands)
    )


@bp.get("/sites/<string:slug>/closing")
@allow(Permission.EDIT_NETWORK)
def confirm_closing_site(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_NETWORK)
    return render_template("samples/closing_site.html", site=site, samples=stands.samples_at(site))


@bp.post("/sites/<string:slug>/closing")
@allow(Permission.EDIT_NETWORK)
def close_site(slug: str) -> Any:
    site = site_or_404(slug, Permission.EDIT_NETWORK)
    stands.close_site(site)
    audit.record("site_closed", site, site_id=site.id)
    return done(url_for("sites.show", slug=slug), _("%(site)s is closed.", site=site.label))


def reach(kind: str, place_id: int) -> Place:
    """The stand, bay or zone, for a person who may arrange the floor there."""
    model = KINDS[kind]
    query = model.reachable_by(current_user, Permission.EDIT_FLOOR_PLAN).where(model.id == place_id)
    place: Place = db.first_or_404(query)
    return place
