"""Cities: those of GB/T 2260 are there from the start; head office adds what the list does not know."""

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
from selection_center.sites.forms import CityForm, NewCityForm
from selection_center.sites.models import Belt, City

bp = Blueprint("cities", __name__)

SORTS = {"name": City.name, "code": City.adcode, "province": City.province}


@bp.get("/cities")
@allow(Permission.SEE_SITE)
def index() -> Any:
    belts = sa.select(Belt.city_id, sa.func.count().label("belts")).group_by(Belt.city_id).subquery()
    query = sa.select(City).outerjoin(belts, belts.c.city_id == City.id)
    wanted = clean(request.args.get("q"))
    if wanted:
        columns = (City.name, City.province, City.adcode)
        query = query.where(sa.or_(*(column.ilike(like(wanted), escape="\\") for column in columns)))
    counted = sa.func.coalesce(belts.c.belts, 0)
    page = page_of(ordered(query, SORTS | {"belts": counted}, "-belts"))
    ids = [city.id for city in page]
    found = db.session.execute(sa.select(belts.c.city_id, belts.c.belts).where(belts.c.city_id.in_(ids)))
    counts = dict(found.all())
    return render_template("sites/cities.html", page=page, counts=counts)


@bp.get("/cities/new")
@allow(Permission.EDIT_NETWORK)
def new() -> Any:
    return render_template("sites/edit_city.html", form=NewCityForm(), city=None)


@bp.post("/cities")
@allow(Permission.EDIT_NETWORK)
def create() -> Any:
    form = NewCityForm()
    if not form.validate():
        return render_template("sites/edit_city.html", form=form, city=None), 422
    city = City(adcode=form.adcode.data, name=form.name.data, province=form.province.data)
    db.session.add(city)
    audit.record("city_added", city, name=city.name)
    return done(url_for(".index", q=city.adcode), _("%(city)s is on the list.", city=city.name))


@bp.get("/cities/<int:city_id>/edit")
@allow(Permission.EDIT_NETWORK)
def edit(city_id: int) -> Any:
    city = reach(city_id)
    return render_template("sites/edit_city.html", form=CityForm(obj=city), city=city)


@bp.post("/cities/<int:city_id>")
@allow(Permission.EDIT_NETWORK)
def save(city_id: int) -> Any:
    city = reach(city_id)
    form = CityForm()
    if not form.validate():
        return render_template("sites/edit_city.html", form=form, city=city), 422
    before = city.name
    city.name, city.province = form.name.data, form.province.data
    audit.record("city_changed", city, name=[before, city.name])
    return done(url_for(".index", q=city.adcode), _("Saved."))


def reach(city_id: int) -> City:
    city: City = db.first_or_404(sa.select(City).filter_by(id=city_id))
    return city
