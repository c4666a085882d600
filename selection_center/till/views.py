"""The tills of a store, and the page of one: the sale that is put together or paid there."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from selection_center.catalog.queries import number
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan
from selection_center.sites.models import Site
from selection_center.sites.reaching import one_or_404, site_or_404
from selection_center.till import (
    charge_views,
    compared,
    customer_views,
    exit_views,
    fee_refund_views,
    go_views,
    line_views,
    pay_views,
    receipt_views,
    refund_views,
    report_views,
    sale_views,
    sales_views,
    shift_views,
    showing,
    till_views,
    under_way_views,
    whole_sale_views,
)
from selection_center.till.changes import Change, changed, undo
from selection_center.till.reaching import sale_to_change, till_or_404
from selection_center.till.shifts import Shift, Till

bp = Blueprint("till", __name__)
BLUEPRINTS = [
    bp,
    line_views.bp,
    sale_views.bp,
    customer_views.bp,
    pay_views.bp,
    charge_views.bp,
    under_way_views.bp,
    receipt_views.bp,
    till_views.bp,
    shift_views.bp,
    report_views.bp,
    sales_views.bp,
    refund_views.bp,
    fee_refund_views.bp,
    whole_sale_views.bp,
    go_views.bp,
    exit_views.bp,
]


@bp.get("/sites/<string:slug>/tills")
@allow(Permission.SELL)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.SELL)
    tills = tills_of(site)
    opening = {till.id: url_for("shifts.new", till_id=till.id) for till in tills if showing.is_built("shifts.new")}
    return render_template(
        "till/index.html", site=site, tills=tills, opening=opening, ways=ways(site), setup_url=setup_url(site)
    )


def tills_of(site: Site) -> list[Till]:
    """Those in use, with the shift that is open at each."""
    query = sa.select(Till).filter_by(site_id=site.id, closed_at=None).order_by(Till.name, Till.id)
    return list(db.session.scalars(query.options(joinedload(Till.shift).joinedload(Shift.opened_by))))


def setup_url(site: Site) -> str | None:
    may = current_user.can(Permission.OVERSEE_TILL, site_id=site.id)
    return url_for("tills.index", slug=site.slug) if may and showing.is_built("tills.index") else None


def ways(site: Site) -> list[tuple[str, str, str]]:
    """What belongs to the tills beside selling."""
    wanted = ((_("Sales"), "receipt", "sales.index"), (_("Shifts"), "clock", "shifts.index"))
    found = [(label, icon, url_for(name, slug=site.slug)) for label, icon, name in wanted if showing.is_built(name)]
    url = setup_url(site)
    return [*found, (_("Set up tills"), "settings", url)] if url else found


@bp.get("/tills/<int:till_id>")
@allow(Permission.SELL)
def show(till_id: int) -> Any:
    return showing.show(till_or_404(till_id))


@bp.get("/tills/<int:till_id>/photo")
@allow(Permission.SELL)
def photo(till_id: int) -> Response:
    """Of the card that was just read at this till: nobody else's."""
    till = till_or_404(till_id)
    card = compared.opened(request.args.get("card", ""), till)
    if card is None or card.photo is None:
        abort(404)
    return Response(card.photo.data, mimetype="image/webp")


# --- a membership's fee -----------------------------------------------------------------------------------------


@bp.get("/members/<int:member_id>/fee/<int:plan_id>")
@allow(Permission.SELL)
def fee(member_id: int, plan_id: int) -> Any:
    """Offers the tills where the fee of this plan can be taken from this member."""
    member, plan = member_or_404(member_id), plan_or_404(plan_id)
    tills = [till for till in tills_of(member.site) if till.shift is not None]
    return render_template("till/fee.html", site=member.site, member=member, plan=plan, tills=tills)


@bp.post("/members/<int:member_id>/fee/<int:plan_id>")
@allow(Permission.SELL)
def take_fee(member_id: int, plan_id: int) -> Any:
    """Puts it on the sale that is open at the chosen till."""
    member, plan = member_or_404(member_id), plan_or_404(plan_id)
    asked = number(request.form.get("till"))
    if asked is None:
        raise Refused("no_till", _("Choose the till."))
    till = till_or_404(asked)
    if plan.fee_fen == 0:
        raise Refused("no_fee", _("This plan costs nothing: begin it at the member's page."))
    line = sale_to_change(till).add_fee(member, plan)
    keys = undo(url_for("sale_lines.remove", line_id=line.id))
    return changed(till, Change(word=_("Fee added"), text=f"{member.name} {plan.label}", keys=keys, line_id=line.id))


def member_or_404(member_id: int) -> Member:
    query = Member.reachable_by(current_user, Permission.HANDLE_MEMBERS).filter_by(id=member_id)
    member: Member = one_or_404(query, Permission.SELL)
    return member


def plan_or_404(plan_id: int) -> Plan:
    plan: Plan = db.first_or_404(sa.select(Plan).filter_by(id=plan_id, closed_at=None))
    return plan
