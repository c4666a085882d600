"""A whole sale in one message, for tills that sold without a network: its operation id makes it happen once."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core.auth import allow
from selection_center.core.errors import answer
from selection_center.core.once import done_json
from selection_center.core.permissions import Permission
from selection_center.till.reaching import open_shift, till_or_404
from selection_center.till.sales import Sale
from selection_center.till.whole_sale import NotASale, WholeSale, refuse_what_is_gone, sell_whole

bp = Blueprint("whole_sales", __name__)


@bp.post("/tills/<int:till_id>/sales")
@allow(Permission.SELL)
def create(till_id: int) -> Any:
    till = till_or_404(till_id)
    try:
        whole = WholeSale.read(said())
    except NotASale as error:
        return answer(422, "not_a_sale", _("This is no whole sale: %(place)s.", place=str(error)))
    refuse_what_is_gone(whole.lines, till.site)
    sale = sell_whole(whole, open_shift(till), current_user)
    return done_json(told(sale), url_for("till.show", till_id=till.id, paid=sale.id))


def said() -> Any:
    """The message itself, or the field `sale` of a form."""
    try:
        if request.is_json:
            return request.get_json(silent=True)
        return json.loads(request.form.get("sale", ""))
    except (ValueError, RecursionError) as error:
        raise NotASale("sale") from error


def told(sale: Sale) -> dict[str, Any]:
    change = sum(payment.change_fen for payment in sale.payments)
    return {"number": sale.number, "total_fen": sale.total_fen, "tax_fen": sale.tax_fen, "change_fen": change}
