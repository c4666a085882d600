"""From a member to the sale by which a till took the fee: there it goes back, out of a shift's drawer."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.membership.members import Member
from selection_center.membership.renewals import FeeMethod, open_periods
from selection_center.sites.reaching import one_or_404
from selection_center.till.sale_lines import LineKind, SaleLine
from selection_center.till.sales import Sale

bp = Blueprint("fee_refunds", __name__)


@bp.get("/members/<int:member_id>/fee-refund")
@allow(Permission.SELL)
def show(member_id: int) -> Any:
    """The refund of the last period's fee, with its line chosen and the sum worked out."""
    query = Member.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=member_id)
    line = fee_line_of(one_or_404(query, Permission.SELL))
    if line is None:
        raise Refused("no_fee", _("No till took the fee of what runs last."))
    chosen: dict[str, Any] = {f"back-{line.id}": "1"}
    return redirect(url_for("refunds.new", sale_id=line.sale_id, _anchor="money", **chosen))


def fee_line_of(member: Member) -> SaleLine | None:
    """The line of a sale by which a till took the fee of this member's last period, while that runs."""
    last = next(iter(open_periods(member.id)), None)
    if last is None or last.method is not FeeMethod.TILL:
        return None
    lines = sa.select(SaleLine).join(Sale, Sale.id == SaleLine.sale_id)
    fees = lines.where(Sale.number == last.reference, SaleLine.kind == LineKind.FEE, SaleLine.removed_at.is_(None))
    return db.session.scalar(fees)
