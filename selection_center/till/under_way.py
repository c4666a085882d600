"""Money that is neither here nor there (在途款): asked for and not answered, or on its way back to a phone.

Each row stays to be seen until a provider or a person says what came of it. At night everything is looked up once more.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from selection_center.core.db import db, utcnow
from selection_center.sites.models import Site
from selection_center.till.charging import look_again
from selection_center.till.payments import OPEN_CHARGES, Charge, ChargeState
from selection_center.till.refund_ways import give_again
from selection_center.till.refunds import Refund, RefundPayment
from selection_center.till.sales import Sale
from selection_center.till.settling import ask_back
from selection_center.till.shifts import Shift

DOUBTED_FOR = timedelta(days=3)
"""How long a provider is still asked about what a person wrote down as not paid."""

IS_OPEN = Charge.state.in_(OPEN_CHARGES)
IS_OWED = sa.and_(Charge.state == ChargeState.PAID, Charge.wanted_back_at.is_not(None))
IS_DOUBTFUL = sa.and_(Charge.state == ChargeState.REFUSED, Charge.settlements.any())
NOT_GIVEN = sa.and_(RefundPayment.given_at.is_(None), RefundPayment.charge_id.is_not(None))


def charges_at(site: Site) -> list[Charge]:
    """Not answered, or not back yet; the oldest first."""
    query = sa.select(Charge).join(Sale).where(Sale.site_id == site.id, sa.or_(IS_OPEN, IS_OWED)).order_by(Charge.id)
    whole = (joinedload(Charge.sale), joinedload(Charge.by), joinedload(Charge.shift).joinedload(Shift.till))
    return list(db.session.scalars(query.options(*whole)))


def refunds_at(site: Site) -> list[tuple[RefundPayment, Refund]]:
    """Parts of refunds that the provider has not given back yet; the oldest first."""
    query = sa.select(RefundPayment, Refund).join(Refund, Refund.id == RefundPayment.refund_id)
    rows = db.session.execute(query.where(Refund.site_id == site.id, NOT_GIVEN).order_by(RefundPayment.id))
    return [(payment, refund) for payment, refund in rows]


def counted_at(site: Site) -> int:
    charges = sa.select(sa.func.count(Charge.id)).join(Sale).where(Sale.site_id == site.id, sa.or_(IS_OPEN, IS_OWED))
    refunds = sa.select(sa.func.count(RefundPayment.id)).join(Refund, Refund.id == RefundPayment.refund_id)
    owed = db.session.scalar(refunds.where(Refund.site_id == site.id, NOT_GIVEN))
    return (db.session.scalar(charges) or 0) + (owed or 0)


def in_shift(shift: Shift) -> list[Charge]:
    """Asked for in this shift, and not answered."""
    query = sa.select(Charge).where(Charge.shift_id == shift.id, IS_OPEN).order_by(Charge.id)
    return list(db.session.scalars(query.options(joinedload(Charge.sale))))


def look_after() -> None:
    """At night: what is open, owed or doubtful at any store is asked about once more."""
    lately = utcnow() - DOUBTED_FOR
    unsure = sa.or_(IS_OPEN, sa.and_(IS_DOUBTFUL, Charge.settled_at > lately))
    for charge in db.session.scalars(sa.select(Charge).where(unsure)):
        look_again(charge)
    for charge in db.session.scalars(sa.select(Charge).where(IS_OWED)):
        ask_back(charge)
    for payment in db.session.scalars(sa.select(RefundPayment).where(NOT_GIVEN)):
        give_again(payment)
