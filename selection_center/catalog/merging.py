"""Two suppliers that are one: what belongs to the one goes over to the other (合并供应商)."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.accounts.models import Grant
from selection_center.catalog.certificates import Certificate
from selection_center.catalog.imports import OfferImport
from selection_center.catalog.models import Listing, Supplier
from selection_center.catalog.search import index_supplier
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused

ORDERS: Any = sa.table("orders", sa.column("supplier_id"))
DELIVERIES: Any = sa.table("deliveries", sa.column("supplier_id"))
"""Tables of areas to the right, known by name alone."""

FILLED_IN = (
    "name_en", "merchant_type", "trustpass_years", "belt_id", "booth", "contact_name", "phone", "mix_pieces", "mix_fen",
)  # fmt: skip


def merge(gone: Supplier, stays: Supplier) -> int:
    """Offers, certificates, orders, deliveries, people of `gone` belong to `stays`, which keeps its facts and learns
    what it lacked.

    Scans remember the supplier of their time. Answers how many offers moved.
    """
    if gone.id == stays.id:
        raise Refused("same_supplier", _("That is this factory itself. Choose another one."))
    moved = db.session.execute(
        sa.update(Listing)
        .where(Listing.supplier_id == gone.id)
        .values(supplier_id=stays.id, version=Listing.version + 1, updated_at=utcnow())
    )
    db.session.execute(sa.update(Certificate).where(Certificate.supplier_id == gone.id).values(supplier_id=stays.id))
    db.session.execute(sa.update(OfferImport).where(OfferImport.supplier_id == gone.id).values(supplier_id=stays.id))
    for table in (ORDERS, DELIVERIES):
        db.session.execute(sa.update(table).where(table.c.supplier_id == gone.id).values(supplier_id=stays.id))
    db.session.execute(sa.update(Supplier).filter_by(merged_into_id=gone.id).values(merged_into_id=stays.id))
    _move_people(gone, stays)
    for fact in FILLED_IN:
        if getattr(stays, fact) in (None, ""):
            setattr(stays, fact, getattr(gone, fact))
    gone.merged_into_id = stays.id
    index_supplier(stays.id)
    return int(getattr(moved, "rowcount", 0))


def _move_people(gone: Supplier, stays: Supplier) -> None:
    """Who spoke for the one speaks for the other; who spoke for both has one grant less."""
    known = set(db.session.scalars(sa.select(Grant.user_id).filter_by(supplier_id=stays.id)))
    for grant in db.session.scalars(sa.select(Grant).filter_by(supplier_id=gone.id)):
        if grant.user_id in known:
            db.session.delete(grant)
        else:
            grant.supplier_id = stays.id
