"""What is bought: lines put on the sale that is open at a till, changed and taken out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from selection_center.accounts.models import User
from selection_center.catalog.models import Sku
from selection_center.catalog.queries import number
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.till import changes, forms, selling, showing
from selection_center.till.changes import Change, changed
from selection_center.till.reaching import line_or_404, line_to_change, sale_to_change, till_of, till_or_404
from selection_center.till.sale_lines import SaleLine
from selection_center.till.sales import LineKind
from selection_center.till.waivers import waive

bp = Blueprint("sale_lines", __name__)


@bp.post("/tills/<int:till_id>/lines")
@allow(Permission.SELL)
def add(till_id: int) -> Any:
    """A style chosen from several."""
    till = till_or_404(till_id)
    sku = db.session.scalar(
        sa.select(Sku).filter_by(id=number(request.form.get("sku", ""))).options(joinedload(Sku.listing))
    )
    if sku is None:
        raise Refused("no_such_goods", _("Choose the goods from the list."))
    kind = LineKind.FACTORY_DIRECT if request.form.get("kind") == LineKind.FACTORY_DIRECT.value else LineKind.TAKE_AWAY
    line, before = selling.put_on(sale_to_change(till), sku, kind)
    return changed(till, changes.added(line, before))


@bp.post("/tills/<int:till_id>/typed-lines")
@allow(Permission.SELL)
def add_typed(till_id: int) -> Any:
    till, form = till_or_404(till_id), forms.TypedForm()
    if not form.validate():
        return showing.show(till, step="typed", status=422, form=form)
    line = sale_to_change(till).add_typed(form.title.data or "", form.price.data or 0, form.quantity.data or 1)
    db.session.flush()
    return changed(till, changes.added(line, 0))


@bp.post("/sale-lines/<int:line_id>/quantity")
@allow(Permission.SELL)
def change(line_id: int) -> Any:
    """To so many, or by so many more or fewer; none takes the line out."""
    line, form = line_to_change(line_or_404(line_id)), forms.QuantityForm()
    till, before = till_of(line.sale), line.quantity
    if not form.validate() or (form.quantity.data is None and form.by.data is None):
        raise Refused("no_quantity", _("Write a quantity from 1 to 9,999,999."))
    wanted = before + form.by.data if form.by.data is not None else form.quantity.data or 0
    if wanted <= 0:
        line.remove()
        return changed(till, changes.removed(line))
    line.change(wanted)
    return changed(till, changes.counted(line, before))


@bp.post("/sale-lines/<int:line_id>/removal")
@allow(Permission.SELL)
def remove(line_id: int) -> Any:
    line = line_to_change(line_or_404(line_id))
    line.remove()
    return changed(till_of(line.sale), changes.removed(line))


@bp.post("/sale-lines/<int:line_id>/removal/reversal")
@allow(Permission.SELL)
def bring_back(line_id: int) -> Any:
    line = line_to_change(line_or_404(line_id))
    line = line.bring_back()
    return changed(till_of(line.sale), Change(word=_("Back on the sale"), text=line.label, line_id=line.id))


@bp.post("/sale-lines/<int:line_id>/turn")
@allow(Permission.SELL)
def turn(line_id: int) -> Any:
    """Taken away now, or sent by the factory: the other way than before."""
    line = line_to_change(line_or_404(line_id))
    if line.sku is None:
        raise Refused("cannot_turn", _("Only goods of the catalog come from a factory."))
    to = LineKind.TAKE_AWAY if line.kind is LineKind.FACTORY_DIRECT else LineKind.FACTORY_DIRECT
    line.remove()
    turned, _before = selling.put_on(line.sale, line.sku, to, line.quantity)
    word = _("The factory sends it") if to is LineKind.FACTORY_DIRECT else _("Taken away now")
    return changed(till_of(line.sale), Change(word=word, text=turned.label, line_id=turned.id))


@bp.post("/sale-lines/<int:line_id>/discount")
@allow(Permission.SELL)
def discount(line_id: int) -> Any:
    form = forms.DiscountForm()

    def take_off(line: SaleLine, approver: User | None) -> None:
        line.discount(form.off.data or 0, form.reason.data or "", current_user, approver)
        audit.record("line_discounted", line.sale, code=line.sale.code, fen=form.off.data, reason=form.reason.data)

    return by_approval(line_id, form, "line", take_off, _("Price changed"))


@bp.post("/sale-lines/<int:line_id>/minimum-waiver")
@allow(Permission.SELL)
def waive_minimum(line_id: int) -> Any:
    """The factory gets it although it is below its minimum, for a reason."""
    form = forms.WaiverForm()

    def pass_over(line: SaleLine, approver: User | None) -> None:
        waive(line, form.reason.data or "", current_user, approver)

    return by_approval(line_id, form, "minimum", pass_over, _("Below the minimum"))


def by_approval(line_id: int, form: Any, step: str, do: Callable[[SaleLine, User | None], None], word: str) -> Any:
    """Changes a line as its form says, where the cashier or whoever approves it may; else shows the form again."""
    till = till_of(line_or_404(line_id).sale)
    if not form.validate():
        return showing.show(till, step=step, status=422, form=form, line_id=line_id)
    try:
        approver = form.approver(till.site)
        line = line_to_change(line_or_404(line_id))
        do(line, approver)
    except Refused as refused:
        return showing.refused(till.id, refused, step, form, line_id=line_id)
    return changed(till_of(line.sale), Change(word=word, text=line.label, line_id=line.id))
