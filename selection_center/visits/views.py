"""The reception: who is here, a walk-in registered in twenty seconds, and one visitor with what can be done next."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from selection_center.accounts import phones
from selection_center.accounts.buyers import CONSENT_VERSION
from selection_center.core import audit, codes
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404
from selection_center.visits import queries
from selection_center.visits.forms import KIND_WORDS, LANGUAGE_WORDS, VisitForm
from selection_center.visits.models import Visit, VisitCare

bp = Blueprint("visits", __name__)
BLUEPRINTS = [bp]

bp.app_context_processor(lambda: {"buyer_kinds": KIND_WORDS})


def reachable_visit(visit_id: int, permission: Permission = Permission.HANDLE_ORDERS) -> Visit:
    """The visit, if this person may do it there; else as if there were none."""
    query = Visit.reachable_by(current_user, permission).filter_by(id=visit_id)
    visit: Visit = db.first_or_404(query.options(joinedload(Visit.site)))
    return visit


def visit_to_change(visit_id: int) -> Visit:
    """The same, its row held until the commit: of two people the second waits, then sees what the first did."""
    query = Visit.reachable_by(current_user).filter_by(id=visit_id).with_for_update()
    return db.session.scalar(query) or abort(404)


def back_to(visit: Visit, message: str | None = None) -> Any:
    return done(url_for("visits.show", visit_id=visit.id), message)


@bp.get("/sites/<string:slug>/visits")
@allow(Permission.HANDLE_ORDERS)
def index(slug: str) -> Any:
    return show_index(site_or_404(slug, Permission.HANDLE_ORDERS), VisitForm(formdata=None))


def show_index(site: Site, form: VisitForm, status: int = 200) -> Any:
    filters = queries.Filters.read(request.args)
    page = render_template(
        "visits/index.html",
        site=site,
        form=form,
        filters=filters,
        page=queries.search(site, filters),
        counts=queries.counts(site),
        kinds=KIND_WORDS,
        consent_version=CONSENT_VERSION,
    )
    return page, status


@bp.post("/sites/<string:slug>/visits")
@allow(Permission.HANDLE_ORDERS)
def register(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_ORDERS)
    form = VisitForm()
    if not form.validate():
        return show_index(site, form, 422)
    visit = Visit.begin(site, current_user._get_current_object(), **form.said)
    audit.record("visitor_registered", visit, code=visit.shown_code, buyer_kind=visit.kind.value)
    return back_to(visit, _("Registered. Now the code for the visitor's phone."))


@bp.get("/visits/<int:visit_id>")
@allow(Permission.HANDLE_ORDERS)
def show(visit_id: int) -> Any:
    visit = reachable_visit(visit_id)
    address = codes.address(visit.code, current_app.config["PUBLIC_URL"], "V")
    return render_template(
        "visits/show.html",
        visit=visit,
        earlier=queries.earlier(visit),
        cares=cares_of(visit),
        kinds=KIND_WORDS,
        languages=LANGUAGE_WORDS,
        visit_qr=codes.qr_svg_path(address),
        phone_open=phones.is_open(visit),
    )


def cares_of(visit: Visit) -> list[VisitCare]:
    query = sa.select(VisitCare).filter_by(visit_id=visit.id).order_by(VisitCare.id)
    return list(db.session.scalars(query.options(joinedload(VisitCare.user))))


@bp.get("/visits/<int:visit_id>/state")
@allow(Permission.HANDLE_ORDERS)
def state(visit_id: int) -> Any:
    """The part of the visit's page that changes while the tablet shows the code: has a phone opened it?"""
    response = Response(render_template("visits/_state.html", visit=reachable_visit(visit_id)))
    response.add_etag()
    return response.make_conditional(request)


@bp.post("/visits/<int:visit_id>/care")
@allow(Permission.HANDLE_ORDERS)
def take_over(visit_id: int) -> Any:
    visit = visit_to_change(visit_id)
    before = visit.cared_by.name
    if not visit.care(current_user._get_current_object()):
        return back_to(visit, _("You care for this visitor already."))
    audit.record("visit_taken_over", visit, code=visit.shown_code, from_colleague=before)
    return back_to(visit, _("You care for this visitor now."))


@bp.post("/visits/<int:visit_id>/goodbye")
@allow(Permission.HANDLE_ORDERS)
def say_goodbye(visit_id: int) -> Any:
    visit = visit_to_change(visit_id)
    visit.say_goodbye()
    audit.record("visit_ended", visit, code=visit.shown_code)
    return back_to(visit, _("Goodbye said. The list stays."))


@bp.post("/visits/<int:visit_id>/return")
@allow(Permission.HANDLE_ORDERS)
def come_back(visit_id: int) -> Any:
    visit = visit_to_change(visit_id)
    visit.come_back()
    audit.record("visit_goes_on", visit, code=visit.shown_code)
    return back_to(visit, _("The visit goes on."))


@bp.post("/visits/<int:visit_id>/phone")
@allow(Permission.OPEN_PHONES)
def open_phone(visit_id: int) -> Any:
    visit = reachable_visit(visit_id, Permission.OPEN_PHONES)
    audit.record("phone_opened", visit, code=visit.shown_code)
    return done(url_for("visits.show", visit_id=visit.id, phone="open"))
