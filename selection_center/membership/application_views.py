"""Joining by phone: the visitor writes the wish on a page of the store's, the desk makes a member of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, g, render_template, request, url_for
from flask_babel import gettext as _

from selection_center.accounts import attempts
from selection_center.core import audit, codes, i18n
from selection_center.core.auth import allow, public
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.membership import joining
from selection_center.membership import member_forms as forms
from selection_center.membership.applications import Application
from selection_center.membership.member_reaching import application_or_404, url_if_built
from selection_center.membership.members import CONSENT_VERSION
from selection_center.sites.models import Site, SiteKind

bp = Blueprint("join", __name__)
desk = Blueprint("applications", __name__)

BY_DEVICE, BY_ADDRESS = 5, 60
"""Wishes within five minutes; a whole showroom shares one address."""


def open_site_or_404(slug: str) -> Site:
    site: Site = db.first_or_404(sa.select(Site).filter_by(slug=slug).where(Site.closed_at.is_(None)))
    return site


# --- on the visitor's phone ----------------------------------------------------------------------------------------


@bp.get("/join/<string:slug>")
@public
def show(slug: str) -> Any:
    """The form, or what became of the wish that this phone wrote."""
    site = open_site_or_404(slug)
    application = Application.of_device(g.device, site)
    if application is not None and request.args.get("again") != "yes":
        return render_template("members/wish.html", site=site, **shown(application))
    return show_form(site, forms.WishForm(formdata=None))


def shown(application: Application) -> dict[str, Any]:
    """What the page and its changing part say of a wish."""
    qr_path = codes.qr_svg_path(application.code)
    return {"application": application, "qr_path": qr_path, "card_url": card_url(application)}


def card_url(application: Application) -> str | None:
    """The card that the desk gave this phone; None while it gave none, and where it did not see the phone."""
    cards = application.member.cards if application.member else []
    mine = next((card for card in cards if card.is_open and card.device == application.device), None)
    return url_if_built("my_card.show", link=mine.link) if mine else None


def show_form(site: Site, form: forms.WishForm, status: int = 200) -> Any:
    form.plan.offer(joining.plans_on_sale())
    is_store = site.kind is SiteKind.STORE
    page = render_template(
        "members/join.html", site=site, form=form, is_store=is_store, consent_version=CONSENT_VERSION
    )
    return page, status


@bp.post("/join/<string:slug>")
@public
def write(slug: str) -> Any:
    """The same answer for every number: who is a member is nobody's business here."""
    site, form = open_site_or_404(slug), forms.WishForm()
    form.plan.offer(joining.plans_on_sale())
    if attempts.too_many(limits()):
        abort(429)
    if not form.validate():
        return show_form(site, form, 422)
    db.session.add_all(attempts.Attempt(key=name) for name in limits())
    Application.write(
        site, form.plan.chosen, g.device, name=form.name.data, phone=form.phone.data, language=i18n.language()
    )
    return done(url_for(".show", slug=site.slug))


def limits() -> dict[str, int]:
    return {
        attempts.key("wish by device", g.device): BY_DEVICE,
        attempts.key("wish by address", request.remote_addr or ""): BY_ADDRESS,
    }


@bp.get("/join/<string:slug>/state")
@public
def state(slug: str) -> Any:
    """The part of the page that changes while the desk makes a member of it."""
    application = Application.of_device(g.device, open_site_or_404(slug)) or abort(404)
    response = Response(render_template("members/_wish_state.html", **shown(application)))
    response.add_etag()
    return response.make_conditional(request)


# --- at the desk ---------------------------------------------------------------------------------------------------


@desk.get("/applications/<int:application_id>")
@allow(Permission.HANDLE_MEMBERS)
def show_wish(application_id: int) -> Any:
    application = application_or_404(application_id)
    wish = {"name": application.name, "phone": application.phone, "language": application.language}
    form = forms.JoinForm(formdata=None, data=wish | {"plan": application.plan_id, "method": forms.AT_TILL})
    return joining.show(application.site, form, application)


@desk.post("/applications/<int:application_id>/member")
@allow(Permission.HANDLE_MEMBERS)
def make_member(application_id: int) -> Any:
    application = application_or_404(application_id)
    return joining.make_member(application.site, application)


@desk.post("/applications/<int:application_id>/closing")
@allow(Permission.HANDLE_MEMBERS)
def set_aside(application_id: int) -> Any:
    application = application_or_404(application_id)
    application.set_aside()
    audit.record("application_set_aside", None, site_id=application.site_id)
    return done(url_for("members.index", slug=application.site.slug), _("Set aside."))
