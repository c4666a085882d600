"""Joining at the desk, with or without a wish that was written on a phone: one page, one form."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from selection_center.core import audit
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.membership import member_forms as forms
from selection_center.membership.applications import Application
from selection_center.membership.member_reaching import here, me, till_url
from selection_center.membership.members import CONSENT_VERSION, Member
from selection_center.membership.plans import Plan
from selection_center.membership.renewals import Renewal
from selection_center.sites.models import Site


def plans_on_sale() -> list[Plan]:
    return list(db.session.scalars(Plan.on_sale()))


def show(site: Site, form: forms.JoinForm, application: Application | None = None, status: int = 200) -> Any:
    if not form.plan.plans:
        form.plan.offer(plans_on_sale())
    return render_template(
        "members/new.html",
        site=site,
        form=form,
        application=application,
        scanned=request.values.get("scanned", "")[:16],
        consent_version=CONSENT_VERSION,
    ), status


def make_member(site: Site, application: Application | None = None) -> Any:
    """Of the form that was sent: the member, and the first period where its fee is paid."""
    form = forms.JoinForm()
    form.plan.offer(plans_on_sale())
    if not form.validate():
        return show(site, form, application, 422)
    try:
        member = Member.join(
            site, form.name.data, form.phone.data, by=me(), language=form.language.data, note=form.note.data or ""
        )
        audit.record("member_joined", member, number=member.number, plan=form.plan.chosen.name)
        if application is not None:
            settle(application, member)
        if not form.is_paid_at_till:
            begin_period(member, form)
    except Refused as refused:  # the form again; without a commit nothing of it is kept
        field_of(refused, form).errors = [refused.sentence]
        return show(site, form, application, 422)
    after = till_url(member, form.plan.chosen) if form.is_paid_at_till else None
    return done(after or here(member), _("%(name)s is a member now.", name=member.name))


def settle(application: Application, member: Member) -> None:
    """The phone whose code was scanned at the desk carries the card from here on: its holder stood there with it."""
    application.take_on(member)
    if request.form.get("scanned") == application.code:
        member.cards[0].device = application.device


def field_of(refused: Refused, form: forms.JoinForm) -> Any:
    if refused.code in {"already_member", "bad_phone"}:
        return form.phone
    return form.plan if refused.code in {"plan_closed", "trial_used", "holds_already"} else form.reference


def begin_period(member: Member, form: forms.FeeForm) -> Renewal:
    """Raises where the payment counted before, or the plan is not for this member."""
    plan, reference = form.plan.chosen, form.reference.data or ""
    renewal = Renewal.begin(member, plan, method=form.fee_method, reference=reference, by=me())
    audit.record(
        "membership_renewed", member, number=member.number, plan=plan.name, fen=renewal.fee_fen,
        method=renewal.method.value, until=renewal.ends_on.isoformat(),
    )  # fmt: skip
    return renewal
