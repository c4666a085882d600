"""A till, its sale and its lines, looked for within what this person may do there."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.sites.reaching import one_or_404
from selection_center.till.payments import Charge
from selection_center.till.sales import Sale, SaleLine, SaleState
from selection_center.till.shifts import Shift, Till

AT_THE_TILL = (SaleState.OPEN, SaleState.PAYING)


def till_or_404(till_id: int) -> Till:
    query = Till.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=till_id, closed_at=None)
    till: Till = one_or_404(query.options(joinedload(Till.site)), Permission.SELL)
    return till


def sale_or_404(sale_id: int) -> Sale:
    sale: Sale = one_or_404(Sale.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=sale_id), Permission.SELL)
    return sale


def line_or_404(line_id: int) -> SaleLine:
    """Taken out or not."""
    of_line = sa.select(SaleLine.sale_id).where(SaleLine.id == line_id)
    reachable = Sale.reachable_by(current_user, Permission.SEE_SITE).where(Sale.id.in_(of_line))
    one_or_404(reachable, Permission.SELL)
    return db.session.scalars(sa.select(SaleLine).filter_by(id=line_id)).one()


def charge_or_404(charge_id: int, permission: Permission = Permission.SELL) -> Charge:
    of_charge = sa.select(Charge.sale_id).where(Charge.id == charge_id)
    reachable = Sale.reachable_by(current_user, Permission.SEE_SITE).where(Sale.id.in_(of_charge))
    one_or_404(reachable, permission)
    return db.session.scalars(sa.select(Charge).filter_by(id=charge_id)).one()


def till_of(sale: Sale) -> Till:
    """Where the sale is; one that was not taken up yet is at none."""
    if sale.till is None:
        raise Refused("at_no_till", _("Take this sale up at a till first."))
    return sale.till


def open_shift(till: Till) -> Shift:
    """The till's open shift, its row locked: always the first one that is."""
    shift = Shift.held_at(till.id)
    if shift is None:
        raise Refused("no_shift", _("No shift is open at this till. Open one first."))
    return shift


def sale_at(till: Till) -> Sale | None:
    """The one that is put together or paid there now."""
    at_till = sa.select(Sale).where(Sale.till_id == till.id, Sale.state.in_(AT_THE_TILL)).order_by(Sale.id.desc())
    return db.session.scalar(at_till.limit(1))


def sale_to_change(till: Till) -> Sale:
    """The open sale of the till; begun where there is none. Its shift is locked, so two scans make one sale."""
    open_shift(till)
    sale = sale_at(till) or Sale.begin(till, current_user)
    return held_open(sale)


def held_open(sale: Sale) -> Sale:
    """Its row locked; refused where it is not put together any more."""
    sale.hold_row()
    sale.must_be_open()
    return sale


def line_to_change(line: SaleLine) -> SaleLine:
    """Its sale locked and open."""
    open_shift(till_of(line.sale))
    held_open(line.sale)
    return line
