"""The tills of a store, and how far its cashiers go alone: a manager's page."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import selectinload

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.reaching import one_or_404, site_or_404
from selection_center.till import shift_forms as forms
from selection_center.till.shifts import Shift, Till, TillRules

bp = Blueprint("tills", __name__)


def till_or_404(till_id: int) -> Till:
    query = Till.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=till_id)
    till: Till = one_or_404(query, Permission.OVERSEE_TILL)
    return till


@bp.get("/sites/<string:slug>/tills/settings")
@allow(Permission.OVERSEE_TILL)
def index(slug: str) -> Any:
    return show_tills(site_or_404(slug, Permission.OVERSEE_TILL))


def show_tills(site: Site, status: int = 200, **filled: Any) -> Any:
    """A form that came back wrong is passed by its name."""
    rules = TillRules.at(site)
    usual = {
        "percent": rules.discount_permille / 10,
        "refund": rules.refund_fen,
        "below": rules.minimum_permille / 10,
    }
    query = sa.select(Till).filter_by(site_id=site.id).order_by(Till.closed_at.is_not(None), Till.id)
    empty = {
        "till_form": forms.TillForm(formdata=None),
        "rules_form": forms.RulesForm(formdata=None, data=usual),
        "renamed": None,
        "name_form": None,
    }
    tills = db.session.scalars(query.options(selectinload(Till.shift).joinedload(Shift.opened_by))).all()
    return render_template("shifts/tills.html", site=site, tills=tills, **(empty | filled)), status


@bp.post("/sites/<string:slug>/tills")
@allow(Permission.OVERSEE_TILL)
def create(slug: str) -> Any:
    site, form = site_or_404(slug, Permission.OVERSEE_TILL), forms.TillForm()
    if not form.validate():
        return show_tills(site, 422, till_form=form)
    try:
        till = Till.create(site, form.name.data)
    except Refused as refused:
        form.name.errors = [refused.sentence]
        return show_tills(site, 422, till_form=form)
    audit.record("till_created", till, name=till.name)
    return done(url_for(".index", slug=site.slug), _("Till %(name)s is set up.", name=till.name))


@bp.post("/tills/<int:till_id>/name")
@allow(Permission.OVERSEE_TILL)
def rename(till_id: int) -> Any:
    till, form = till_or_404(till_id), forms.TillForm()
    was = till.name
    if not form.validate():
        return show_tills(till.site, 422, renamed=till.id, name_form=form)
    try:
        till.rename(form.name.data)
    except Refused as refused:
        form.name.errors = [refused.sentence]
        return show_tills(till.site, 422, renamed=till_id, name_form=form)
    audit.record("till_renamed", till, name=[was, till.name])
    return done(url_for(".index", slug=till.site.slug), _("The till is called %(name)s now.", name=till.name))


@bp.post("/tills/<int:till_id>/closing")
@allow(Permission.OVERSEE_TILL)
def close(till_id: int) -> Any:
    till = till_or_404(till_id)
    till.close()
    audit.record("till_closed", till, name=till.name)
    return done(url_for(".index", slug=till.site.slug), _("Till %(name)s is out of use.", name=till.name))


@bp.post("/tills/<int:till_id>/reopening")
@allow(Permission.OVERSEE_TILL)
def reopen(till_id: int) -> Any:
    till = till_or_404(till_id)
    till.reopen()
    audit.record("till_reopened", till, name=till.name)
    return done(url_for(".index", slug=till.site.slug), _("Till %(name)s is in use again.", name=till.name))


@bp.post("/sites/<string:slug>/till-rules")
@allow(Permission.OVERSEE_TILL)
def set_rules(slug: str) -> Any:
    site, form = site_or_404(slug, Permission.OVERSEE_TILL), forms.RulesForm()
    if not form.validate():
        return show_tills(site, 422, rules_form=form)
    rules = TillRules.at(site)
    was = rules.discount_permille, rules.refund_fen, rules.minimum_permille
    rules.discount_permille, rules.refund_fen = form.discount_permille, form.refund.data or 0
    rules.minimum_permille = form.minimum_permille
    db.session.add(rules)
    percent = [f"{permille / 10:g}" for permille in (was[0], rules.discount_permille)]
    below = [f"{permille / 10:g}" for permille in (was[2], rules.minimum_permille)]
    fen = [was[1], rules.refund_fen]
    audit.record("till_rules_changed", site, site_id=site.id, percent=percent, fen=fen, below_percent=below)
    return done(url_for(".index", slug=site.slug), _("The rules hold from now on."))
