"""The exit desk's look into a cart that was put together on a phone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.permissions import Permission
from selection_center.till.changes import Change, changed
from selection_center.till.exit_checks import ExitCheck
from selection_center.till.reaching import held_open, open_shift, sale_or_404, till_of

bp = Blueprint("exit_checks", __name__)


@bp.post("/sales/<int:sale_id>/check")
@allow(Permission.SELL)
def check(sale_id: int) -> Any:
    """Staff found these lines in the cart, or let it through without a look: either has a name and a time."""
    sale = sale_or_404(sale_id)
    till = till_of(sale)
    open_shift(till)
    held_open(sale)
    if request.form.get("look") == "no":
        made = ExitCheck.wave_through(sale, current_user)
    else:
        made = ExitCheck.look(sale, set(request.form.getlist("seen", type=int)), current_user)
    audit.record("sale_checked", sale, code=sale.code, count=made.seen, pieces=made.pieces)
    said = _("%(count)s of %(pieces)s pieces", count=made.seen, pieces=made.pieces)
    return changed(till, Change(word=_("Checked") if made.seen else _("Not checked"), text=said))
