"""Cities and their belts. What everybody sees, head office keeps."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.forms import clean
from selection_center.core.once import done
from selection_center.core.paging import like, ordered, page_of
from selection_center.core.permissions import Permission
from selection_center.sites.forms import BeltForm, NewBeltForm
from selection_center.sites.models import Belt, City, Site, site_belts

bp = Blueprint("belts", __name__)

BELT_SORTS = {"name": Belt.name, "category": Belt.category, "place": Belt.place_adcode, "flag": Belt.over_ten_billion}
FLAGS = {"yes": True, "no": False, "unknown": None}


@bp.get("/belts")
@allow(Permission.SEE_SITE)
def index() -> Any:
    query = sa.select(Belt).join(Belt.city)
    wanted = clean(request.args.get("q"))
    if wanted:
        columns = (Belt.name, Belt.name_en, Belt.category, Belt.place, City.name, City.province)
        query = query.where(sa.or_(*(column.ilike(like(wanted), escape="\\") for column in columns)))
    flag = request.args.get("flag", "")
    if flag in FLAGS:
        query = query.where(Belt.over_ten_billion.is_(FLAGS[flag]))
    page = page_of(ordered(query, BELT_SORTS, "place"))
    return render_template("sites/belts.html", page=page, sites=sites_of([belt.id for belt in page]))


def sites_of(belt_ids: list[int]) -> dict[int, list[Site]]:
    """The open sites of each of these belts."""
    pairs = db.session.execute(
        sa.select(site_belts.c.belt_id, Site)
        .join(Site, Site.id == site_belts.c.site_id)
        .where(site_belts.c.belt_id.in_(belt_ids), Site.closed_at.is_(None))
        .order_by(Site.name)
    )
    found: dict[int, list[Site]] = {}
    for belt_id, site in pairs:
        found.setdefault(belt_id, []).append(site)
    return found


@bp.get("/belts/new")
@allow(Permission.EDIT_NETWORK)
def new() -> Any:
    return render_template("sites/edit_belt.html", form=NewBeltForm(), belt=None)


@bp.post("/belts")
@allow(Permission.EDIT_NETWORK)
def create() -> Any:
    form = NewBeltForm()
    if not form.validate():
        return render_template("sites/edit_belt.html", form=form, belt=None), 422
    city = db.session.get_one(City, form.city_id.data)
    belt = Belt(
        city=city,
        place_adcode=city.adcode,
        place=form.place.data or city.name,
        name=form.name.data,
        name_en=form.name_en.data,
        category=form.category.data,
        over_ten_billion=form.over_ten_billion,
    )
    db.session.add(belt)
    audit.record("belt_added", belt, name=belt.name)
    return done(url_for(".index", q=belt.name), _("%(belt)s is on the list.", belt=belt.label))


@bp.get("/belts/<int:belt_id>/edit")
@allow(Permission.EDIT_NETWORK)
def edit(belt_id: int) -> Any:
    belt = reach(belt_id)
    flag = {True: "yes", False: "no", None: ""}[belt.over_ten_billion]
    return render_template("sites/edit_belt.html", form=BeltForm(obj=belt, ten_billion=flag), belt=belt)


@bp.post("/belts/<int:belt_id>")
@allow(Permission.EDIT_NETWORK)
def save(belt_id: int) -> Any:
    belt = reach(belt_id)
    form = BeltForm()
    if not form.validate():
        return render_template("sites/edit_belt.html", form=form, belt=belt), 422
    before = belt.over_ten_billion
    belt.name_en, belt.category = form.name_en.data, form.category.data
    belt.over_ten_billion = form.over_ten_billion
    audit.record("belt_changed", belt, name=belt.name, over_ten_billion=[before, belt.over_ten_billion])
    return done(url_for(".index", q=belt.name), _("Saved."))


def reach(belt_id: int) -> Belt:
    belt: Belt = db.first_or_404(sa.select(Belt).filter_by(id=belt_id))
    return belt
