"""The membership itself: renewed, cancelled with what goes back, blocked, and forgotten."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.money import show_fen
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.core.templating import day
from selection_center.membership import forgetting, joining
from selection_center.membership import member_forms as forms
from selection_center.membership.member_reaching import back_to, fee_refund_url, here, me, member_or_404, till_url
from selection_center.membership.member_views import show_member
from selection_center.membership.members import Member
from selection_center.membership.renewals import FeeMethod, cancel_all, open_periods, paid_back_together

bp = Blueprint("renewals", __name__)


@bp.post("/members/<int:member_id>/renewals")
@allow(Permission.HANDLE_MEMBERS)
def begin(member_id: int) -> Any:
    member, form = member_or_404(member_id), forms.FeeForm()
    form.plan.offer(joining.plans_on_sale())
    if not form.validate():
        return show_member(member, 422, renew_form=form)
    if form.is_paid_at_till:
        return done(till_url(member, form.plan.chosen) or here(member), _("Take the fee at the till."))
    try:
        renewal = joining.begin_period(member, form)
    except Refused as refused:
        at = form.reference if refused.code.startswith("reference") else form.plan
        at.errors = [refused.sentence]
        return show_member(member, 422, renew_form=form)
    return back_to(member, _("Paid until %(day)s.", day=day(renewal.ends_on)))


@bp.get("/members/<int:member_id>/cancellation")
@allow(Permission.BLOCK_MEMBERS)
def ask(member_id: int) -> Any:
    member = member_or_404(member_id, Permission.BLOCK_MEMBERS)
    return show_cancelling(member, forms.CancelForm(formdata=None, data=usual_way(member)))


def usual_way(member: Member) -> dict[str, Any]:
    """Back by the way it came."""
    last = next(iter(open_periods(member.id)), None)
    return {} if last is None or last.method is FeeMethod.TILL else {"method": last.method.value}


def show_cancelling(member: Member, form: forms.CancelForm, status: int = 200, is_stale: bool = False) -> Any:
    running = open_periods(member.id)
    together = paid_back_together(running)
    total = sum(period.refund_fen() for period in together)
    form.seen.data = str(total)
    return render_template(
        "members/cancel.html",
        member=member,
        periods=together,
        before=[period for period in running if period not in together],
        is_tills=bool(running) and running[0].method is FeeMethod.TILL,
        till_url=fee_refund_url(member, running),
        total_fen=total,
        methods=forms.METHOD_WORDS,
        form=form,
        is_stale=is_stale,
    ), status


@bp.post("/members/<int:member_id>/cancellation")
@allow(Permission.BLOCK_MEMBERS)
def cancel(member_id: int) -> Any:
    """What runs or is to come, as far as one payment gives it back: the sum that the page said, or the page says it
    anew."""
    member, form = member_or_404(member_id, Permission.BLOCK_MEMBERS), forms.CancelForm()
    if not form.validate():
        return show_cancelling(member, form, 422)
    seen = form.seen.data
    method = FeeMethod(form.method.data) if form.method.data else FeeMethod.FREE
    try:
        fen = cancel_all(member, form.reason.data, me(), method=method, reference=form.reference.data or "")
    except Refused as refused:
        if refused.code != "reference_missing":
            raise
        form.reference.errors = [refused.sentence]
        db.session.rollback()
        return show_cancelling(member_or_404(member_id, Permission.BLOCK_MEMBERS), form, 422)
    if seen != str(fen):  # a day has passed, or somebody came in: nothing is done before it is seen
        db.session.rollback()
        member = member_or_404(member_id, Permission.BLOCK_MEMBERS)
        return show_cancelling(member, form, 409, is_stale=True)
    audit.record(
        "membership_cancelled", member, number=member.number, fen=fen, method=method.value, reason=form.reason.data
    )
    after = url_for(".ask", member_id=member.id) if open_periods(member.id) else here(member)
    return done(after, _("Cancelled. %(sum)s goes back.", sum=show_fen(fen)))


@bp.post("/members/<int:member_id>/block")
@allow(Permission.BLOCK_MEMBERS)
def block(member_id: int) -> Any:
    member, form = member_or_404(member_id, Permission.BLOCK_MEMBERS), forms.BlockForm()
    if not form.validate():
        return show_member(member, 422, block_form=form)
    member.block(form.reason.data, me())
    audit.record("member_blocked", member, number=member.number, reason=form.reason.data)
    return back_to(member, _("Blocked. No door opens to this member's cards."))


@bp.post("/members/<int:member_id>/unblocking")
@allow(Permission.BLOCK_MEMBERS)
def unblock(member_id: int) -> Any:
    member = member_or_404(member_id, Permission.BLOCK_MEMBERS)
    member.unblock()
    audit.record("member_unblocked", member, number=member.number)
    return back_to(member, _("Not blocked any more."))


@bp.post("/members/<int:member_id>/erasure")
@allow(Permission.EDIT_NETWORK)
def forget(member_id: int) -> Any:
    """On the member's own wish, typed by number, since it cannot be taken back."""
    member = member_or_404(member_id, Permission.EDIT_NETWORK)
    typed = "".join(request.form.get("number", "").upper().split())
    if typed != member.number:
        raise Refused("other_number", _("Type the member's number to forget them: %(number)s.", number=member.number))
    forgetting.forget(member, me())
    audit.record("member_forgotten", member, number=member.number)
    return back_to(member, _("Forgotten: name, number and photos are gone."))
