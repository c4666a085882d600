"""Steps of the till that several of its pages share."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_login import current_user

from selection_center.catalog.models import Sku
from selection_center.core.db import db
from selection_center.samples.models import Sample
from selection_center.till.reaching import held_open, open_shift, sale_at
from selection_center.till.sales import LineKind, Sale, SaleLine
from selection_center.till.shifts import Till


def put_on(
    sale: Sale, sku: Sku, kind: LineKind, quantity: int = 1, *, sample: Sample | None = None
) -> tuple[SaleLine, int]:
    """So many pieces more of this style; the line, and what stood there before."""
    there = next((line for line in sale.lines if line.holds(sku, kind)), None)
    before = there.quantity if there is not None else 0
    line = sale.add(sku, quantity, kind=kind, sample=sample)
    db.session.flush()
    return line, before if line is there else 0


def take_up(sale: Sale, till: Till) -> None:
    """Brings a held sale, or a phone's, to this till; what is open there goes on hold instead."""
    open_shift(till)
    here = sale_at(till)
    if here is not None and here.id == sale.id:
        return
    if here is not None:
        held_open(here)
        if here.lines:
            here.put_on_hold(_("set aside"))
        else:
            here.void(_("nothing on it"), current_user)
    sale.hold_row()
    sale.recall(till)
