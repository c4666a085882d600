"""Plans: what memberships cost and open. Everybody who makes members sees them, head office keeps them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import today
from selection_center.membership.plan_forms import KIND_WORDS, NewPlanForm, PlanForm
from selection_center.membership.plans import Plan, PlanKind
from selection_center.membership.renewals import Renewal

bp = Blueprint("plans", __name__)

bp.app_context_processor(lambda: {"plan_kinds": KIND_WORDS})


def plan_or_404(plan_id: int) -> Plan:
    found: Plan = db.first_or_404(sa.select(Plan).filter_by(id=plan_id))
    return found


@bp.get("/plans")
@allow(Permission.HANDLE_MEMBERS)
def index() -> Any:
    plans = db.session.scalars(sa.select(Plan).order_by(Plan.closed_at.is_not(None), Plan.position, Plan.id)).all()
    return render_template("plans/index.html", plans=plans, held=held())


def held() -> dict[int, int]:
    """How many periods of each plan run today."""
    runs = sa.and_(Renewal.cancelled_at.is_(None), Renewal.starts_on <= today(), Renewal.ends_on >= today())
    rows = db.session.execute(sa.select(Renewal.plan_id, sa.func.count()).where(runs).group_by(Renewal.plan_id))
    return {row[0]: row[1] for row in rows}


@bp.get("/plans/new")
@allow(Permission.EDIT_NETWORK)
def new() -> Any:
    return render_template("plans/edit.html", form=NewPlanForm(), plan=None)


@bp.post("/plans")
@allow(Permission.EDIT_NETWORK)
def create() -> Any:
    form = NewPlanForm()
    if not form.validate():
        return render_template("plans/edit.html", form=form, plan=None), 422
    return kept(Plan(kind=PlanKind(form.kind.data)), form, "plan_added")


@bp.get("/plans/<int:plan_id>/edit")
@allow(Permission.EDIT_NETWORK)
def edit(plan_id: int) -> Any:
    plan = plan_or_404(plan_id)
    form = PlanForm(formdata=None, obj=plan, data=PlanForm.said_of(plan))
    return render_template("plans/edit.html", form=form, plan=plan)


@bp.post("/plans/<int:plan_id>")
@allow(Permission.EDIT_NETWORK)
def save(plan_id: int) -> Any:
    plan = plan_or_404(plan_id)
    form = PlanForm()
    if not form.validate():
        return render_template("plans/edit.html", form=form, plan=plan), 422
    return kept(plan, form, "plan_changed")


def kept(plan: Plan, form: PlanForm, verb: str) -> Any:
    """Saved, or the form again where the name is taken."""
    is_new = plan.id is None
    try:
        plan.save(**form.terms)
    except Refused as refused:
        form.name.errors = [refused.sentence]
        shown = None if is_new else plan
        return render_template("plans/edit.html", form=form, plan=shown), 422
    audit.record(verb, plan, name=plan.name, fen=plan.fee_fen)
    return done(url_for(".index"), _("%(plan)s is on sale.", plan=plan.label) if is_new else _("Saved."))


@bp.post("/plans/<int:plan_id>/closing")
@allow(Permission.EDIT_NETWORK)
def close(plan_id: int) -> Any:
    plan = plan_or_404(plan_id)
    plan.close()
    audit.record("plan_closed", plan, name=plan.name)
    return done(url_for(".index"), _("No longer sold. Whoever has it keeps it until its last day."))


@bp.post("/plans/<int:plan_id>/reopening")
@allow(Permission.EDIT_NETWORK)
def reopen(plan_id: int) -> Any:
    plan = plan_or_404(plan_id)
    plan.reopen()
    audit.record("plan_reopened", plan, name=plan.name)
    return done(url_for(".index"), _("%(plan)s is on sale.", plan=plan.label))
